"""What packs know, merged, and the simple patterns in which they say it."""

from __future__ import annotations

import pickle

import pytest

from greenrules.engine.callees import ShapeTable, parse_shape
from greenrules.engine.knowledge import Knowledge
from greenrules.engine.rule import PackSpec
from greenrules.engine.typespec import parse_spec


def pack(**parts) -> PackSpec:
    return PackSpec.model_validate({"name": "p", "summary": "s", **parts})


def test_packs_are_merged_and_the_first_has_its_way():
    first = pack(
        libraries={"lib-dist": {"modules": ["lib"], "aliases": {"lib._x": "lib"}}},
        types={"lib.f(...)": "lib.A"},
        signatures={"lib.f": "(a)"},
        attributes={"lib.A": ["x"]},
        pure=["lib.f(...)"],
        stages={"training-loop": ["$M.fit(...)"]},
    )
    second = pack(signatures={"lib.f": "(b)"}, attributes={"lib.A": ["y"]}, types={"lib.g(...)": "lib.A"})
    merged = Knowledge.merge([first, second])
    assert merged.signatures == {"lib.f": "(a)"}
    assert merged.attributes == {"lib.A": {"x", "y"}}
    assert set(merged.returns) == {"lib.f(...)", "lib.g(...)"}
    assert merged.distribution("lib.sub.name") == "lib-dist"
    assert merged.knows("lib.anything") and not merged.knows("other")
    assert [(stage.role, stage.pattern) for stage in merged.stages] == [("training-loop", "$M.fit(...)")]
    assert pickle.loads(pickle.dumps(merged)) == merged


@pytest.mark.parametrize(
    "aliases,name,expected",
    [
        ({"a.b": "a"}, "a.b.c", "a.c"),
        ({"a.b": "x", "a.b.c": "y"}, "a.b.c.d", "y.d"),
        ({"a.b": "c.d", "c.d": "e"}, "a.b.f", "e.f"),
        ({"a.b": "a"}, "a.bc", "a.bc"),
        ({}, "a.b", "a.b"),
    ],
)
def test_longest_declared_prefix_is_replaced(aliases, name, expected):
    assert Knowledge(aliases=aliases).canonical(name) == expected


def test_aliases_in_a_circle_end():
    assert Knowledge(aliases={"a": "b", "b": "a"}).canonical("a.x") in {"a.x", "b.x"}


@pytest.mark.parametrize(
    "text,parts,called",
    [
        ("lib.f(...)", ("lib", "f"), True),
        ("lib.A.values", ("lib", "A", "values"), False),
        ("lib.$F(...)", ("lib", "*"), True),
        ("$M.fit(...)", ("*", "fit"), True),
        ("lib.A[...]", ("lib", "A", "__getitem__"), True),
    ],
)
def test_call_shape_is_read(text, parts, called):
    shape = parse_shape(text)
    assert (shape.parts, shape.called) == (parts, called)


@pytest.mark.parametrize("text", ["", "f(", "a + b", "for x in y: ...", "f()()", "1", "lib..f(...)"])
def test_richer_pattern_is_no_call_shape(text):
    assert parse_shape(text) is None


@pytest.mark.parametrize(
    "shape,name,found",
    [
        ("lib.$F(...)", "lib.f", True),
        ("lib.$F(...)", "lib.sub.f", False),
        ("$M.fit(...)", "lib.sub.A.fit", True),
        ("$M.fit(...)", "?.fit", True),
        ("lib.$C.fit(...)", "?.fit", False),
        ("lib.f(...)", "lib.f", True),
        ("lib.f", "lib.f", False),
    ],
)
def test_shape_is_found_by_name(shape, name, found):
    table = ShapeTable.build([(shape, 1)])
    assert (next(table.find(name, called=True), None) is not None) is found


@pytest.mark.parametrize(
    "text,kind", [("a.B", "type"), ("A | B", "union"), ("self", "self"), ("$X", "argument"), ("what is", "unknown")]
)
def test_return_type_is_read(text, kind):
    assert parse_spec(text).kind == kind


def test_base_classes_are_listed_once_and_circles_end():
    knowledge = Knowledge(bases={"A": ("B", "C"), "B": ("D",), "C": ("D",), "D": ("A",)})
    assert knowledge.ancestors("A") == ("A", "B", "C", "D")
