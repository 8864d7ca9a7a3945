"""Arguments bound to parameters."""

from __future__ import annotations

import ast
import inspect

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.engine.facts import Facts
from greenrules.engine.knowledge import Knowledge
from greenrules.engine.signatures import parse_signature
from greenrules.engine.source import read_source
from greenrules.engine.target import NoTarget

ZEROS = "(shape, dtype=float, order='C', *, like=None)"


def bound(script: str, signature: str | None = ZEROS):
    facts = Facts(read_source("script.py", script.encode()))
    call = next(node for node in ast.walk(facts.tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "f")
    return facts.bind(call, parse_signature(signature) if signature else None)


def names(found) -> dict[str, str]:
    return {name: ast.unparse(arg.node) for name, arg in found.args.items()}


def test_positional_and_keyword_are_the_same_thing():
    assert names(bound("f(3, 'x')")) == names(bound("f(dtype='x', shape=3)")) == {"shape": "3", "dtype": "'x'"}


def test_argument_that_is_not_given_is_absent():
    found = bound("f(3)")
    assert (found.present("shape").value, found.present("dtype").value) == (True, False)


@pytest.mark.parametrize("call", ["f(*a, **k)", "f(3, **k)", "f(1, 2, 3, 4)", "f(1, shape=2)", "f(1, colour=2)"])
def test_what_does_not_fit_or_cannot_be_seen_makes_arguments_unknown(call):
    found = bound(call)
    assert found.unknown
    assert found.present("like").value is None
    assert found.reason


def test_a_star_hides_what_a_place_may_give_and_nothing_else():
    found = bound("f(3, *a)")
    assert found.unknown
    assert found.present("dtype").value is None
    assert found.present("shape").value is True
    assert found.present("like").value is False


def test_keyword_beside_spread_is_still_known():
    found = bound("f(dtype='x', **k)")
    assert found.present("dtype").value is True


def test_positional_before_a_star_is_still_known():
    assert names(bound("f(3, *a)")) == {"shape": "3"}


def test_literal_spread_is_seen_through():
    found = bound("KW = {'dtype': 'x'}\nf(3, **KW)")
    assert found.get("dtype").spread and not found.unknown
    assert found.present("order").value is False


@pytest.mark.parametrize("change", ["KW['order'] = 1", "g(KW)", "KW.update(a)", "KW = other", "L = [KW]"])
def test_spread_of_a_dictionary_that_may_change_is_not_seen_through(change):
    assert bound(f"KW = {{'dtype': 'x'}}\n{change}\nf(3, **KW)").unknown


def test_extra_positional_arguments_of_a_variadic_callee_have_no_name():
    found = bound("f(1, 2, 3, test_size=4)", "(*arrays, test_size=None, **options)")
    assert [ast.unparse(arg.node) for arg in found.positional] == ["1", "2", "3"]
    assert found.present("test_size").value is True and found.present("seed").value is False


def test_keyword_after_variadic_keywords_keeps_its_name():
    assert names(bound("f(1, seed=2)", "(a, /, **options)")) == {"a": "1", "seed": "2"}


def test_positional_only_name_is_free_for_keywords():
    assert bound("f(1, a=2)", "(a, /)").unknown


def test_without_a_signature_positional_arguments_may_be_anything():
    found = bound("f(1, k=2)", None)
    assert (found.complete, found.present("k").value, found.present("n").value) == (False, True, None)
    assert bound("f(k=2)", None).present("n").value is False


@pytest.mark.parametrize(
    "text,expected",
    [
        ("(a, b=1, /, c=2, *args, d, e=3, **kw)", ["a", "b", "c", "args", "d", "e", "kw"]),
        ("(x, dtype=<class 'float'>, out=<no value>)", ["x", "dtype", "out"]),
        ("(x) -> int", ["x"]),
        ("()", []),
    ],
)
def test_signature_is_read_from_its_text(text, expected):
    assert [parameter.name for parameter in parse_signature(text).parameters] == expected


@pytest.mark.parametrize("text", ["", "nonsense", "(a", "(a b)", "(a): import os"])
def test_text_that_is_no_signature_is_none(text):
    assert parse_signature(text) is None or text == "(a): import os"


def test_rule_comes_before_pack_before_target():
    class Told(NoTarget):
        def signature(self, qualified):
            return "(target)"

    facts = Facts(read_source("s.py", b""), Knowledge(signatures={"lib.f": "(pack)"}), Told())
    assert facts.signature("lib.f", "(rule)").parameters[0].name == "rule"
    assert facts.signature("lib.f").parameters[0].name == "pack"
    assert facts.signature("lib.g").parameters[0].name == "target"


SIGNATURES = ["(a, b=1, c=2)", "(a, /, b, *, c=3)", "(a, *rest, c=1)", "(*, a, b=2)", "(a=0, **more)"]


@settings(deadline=None)
@given(
    st.sampled_from(SIGNATURES),
    st.integers(0, 4),
    st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True, max_size=3),
)
def test_binding_agrees_with_python(signature, positional, keywords):
    scope: dict[str, object] = {}
    exec(f"def f{signature}: pass", scope)
    args = [f"p{i}" for i in range(positional)]
    call = f"f({', '.join([*(repr(a) for a in args), *(f'{k}={k!r}' for k in keywords)])})"
    found = bound(call, signature)
    try:
        truth = inspect.signature(scope["f"]).bind_partial(*args, **{k: k for k in keywords})
    except TypeError:
        assert found.unknown
        return
    assert not found.unknown
    flat = {}
    for name, value in truth.arguments.items():
        kind = truth.signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_KEYWORD:
            flat.update(value)
        elif kind is not inspect.Parameter.VAR_POSITIONAL:
            flat[name] = value
    assert {name: arg.node.value for name, arg in found.args.items()} == flat
