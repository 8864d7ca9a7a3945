"""Many rewrites of one script: nested in one pass, overlapping by declared order, to a fixed point."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.engine.edits import Edit, Keep
from greenrules.engine.splice import Chosen, splice, together


def test_nested_sites_of_different_rules_compose_in_one_pass(apply) -> None:
    made = apply(
        "x = f(g(f(g(1))))\n", {"match": "f($X)", "rewrite": "a($X, 0)"}, {"match": "g($X)", "rewrite": "$X.b()"}
    )
    assert made.text == "x = a(a((1).b(), 0).b(), 0)\n"
    assert made.rounds == 1


def test_overlapping_rewrites_go_by_declared_order_and_the_loser_is_named(apply) -> None:
    made = apply(
        "x = f(1)\n",
        {"id": "second-in-name", "match": "f($X)", "rewrite": "a($X)"},
        {"id": "first-in-name", "match": "f($X)", "rewrite": "b($X)"},
    )
    assert made.text == "x = a(1)\n"
    assert made.rules == ("second-in-name",)


def test_the_loser_of_an_overlap_is_reported_by_name(apply) -> None:
    from_one = {"id": "one", "match": "f($X)", "rewrite": "a($X)"}
    other = {"id": "two", "match": "f($X)", "rewrite": "b($X)"}
    made = apply("x = f(1)\ny = f(2)\n", from_one, other)
    assert [entry.reason for entry in made.refused] == ["overlaps with one"] * 2


def test_a_chain_of_rules_settles_within_the_rounds(apply) -> None:
    chain = [{"match": f"f{n}($X)", "rewrite": f"f{n + 1}($X)"} for n in range(3)]
    made = apply("x = f0(1)\n", *chain)
    assert made.text == "x = f3(1)\n"
    assert made.rounds == 3


def test_rules_in_a_circle_are_left_out_and_named(apply) -> None:
    made = apply(
        "x = f(1)\ny = h(1)\n",
        {"id": "there", "match": "f($X)", "rewrite": "g($X)"},
        {"id": "back", "match": "g($X)", "rewrite": "f($X)"},
        {"id": "other", "match": "h($X)", "rewrite": "i($X)"},
    )
    assert made.text == "x = f(1)\ny = i(1)\n"
    assert {entry.rule for entry in made.refused} == {"there", "back"}
    assert all("circle: there → back → there" in entry.reason for entry in made.refused)


def test_a_rule_that_never_settles_is_left_out(apply) -> None:
    made = apply(
        "x = f(1)\ny = h(1)\n", {"match": "f($X)", "rewrite": "f(f($X))"}, {"match": "h($X)", "rewrite": "i($X)"}
    )
    assert made.text == "x = f(1)\ny = i(1)\n"
    assert "after 5 rounds" in made.refused[0].reason


def test_a_rewrite_that_breaks_the_script_is_refused_and_the_others_go_through(apply) -> None:
    made = apply(
        "return_ = f(1)\nx = g(2)\n",
        {"id": "bad", "match": "f($X)\n", "rewrite": "(yield $X)"},
        {"id": "good", "match": "g($X)", "rewrite": "h($X)"},
    )
    assert made.text == "return_ = f(1)\nx = h(2)\n"
    assert made.refused[0].rule == "bad"
    assert "compile" in made.refused[0].reason


def test_alternatives_are_not_chosen_without_being_told(apply) -> None:
    pair = (
        {"id": "loop", "match": "f($X)", "rewrite": "g($X)", "alternatives": "shape"},
        {"id": "flat", "match": "g($X)", "rewrite": "f($X)", "alternatives": "shape"},
    )
    assert apply("x = f(1)\ny = g(2)\n", *pair).text == "x = f(1)\ny = g(2)\n"
    made = apply("x = f(1)\ny = g(2)\n", *pair, chosen=["loop"])
    assert made.text == "x = g(1)\ny = g(2)\n"


def test_what_one_alternative_wrote_no_other_takes_back(apply) -> None:
    pair = (
        {"id": "loop", "match": "f($X)", "rewrite": "g($X)", "alternatives": "shape"},
        {"id": "flat", "match": "g($X)", "rewrite": "f($X)", "alternatives": "shape"},
    )
    made = apply("x = f(1)\ny = g(2)\n", *pair, chosen=["loop", "flat"])
    assert made.text == "x = g(1)\ny = f(2)\n"
    assert not any("circle" in entry.reason for entry in made.refused)


def test_levels_hold_rules_back(apply) -> None:
    rule = {"match": "f($X)", "rewrite": "g($X)", "level": "model"}
    assert apply("f(1)\n", rule, level="numeric").text == "f(1)\n"
    assert apply("f(1)\n", rule, level="model").text == "g(1)\n"


def test_versions_of_the_target_hold_rules_back_with_the_reason(apply, target) -> None:
    rule = {"match": "f($X)", "rewrite": "g($X)", "libraries": {"numpy": ">=2,<3"}}
    code = "import numpy\nf(1)\n"
    made = apply(code, rule, target=target({"numpy": "1.26.4"}))
    assert made.text == code
    assert "numpy is 1.26.4" in made.skipped[0].reason
    assert apply(code, rule, target=target({"numpy": "2.1.0"})).text == "import numpy\ng(1)\n"
    # An interpreter that lacks what the script imports does not run it: a linter's own environment.
    assert apply(code, rule, target=target({})).text == "import numpy\ng(1)\n"


def test_a_library_the_emitted_script_needs_must_be_there(apply, target) -> None:
    rule = {"match": "f($X)", "rewrite": "polars.g($X)", "requires": ["polars"]}
    assert "needs polars" in apply("f(1)\n", rule, target=target({})).skipped[0].reason
    assert apply("f(1)\n", rule, target=target({"polars": "1.0"})).text.endswith("polars.g(1)\n")


def test_an_unknown_condition_is_a_suggestion(apply) -> None:
    rule = {"match": "$X.iterrows()", "where": ["$X is pandas.DataFrame"], "rewrite": "$X.itertuples()"}
    made = apply("def f(df):\n    return df.iterrows()\n", rule)
    assert made.rounds == 0
    assert made.suggestions[0].reason


def test_two_rules_may_change_different_arguments_of_one_call_in_one_round(apply) -> None:
    made = apply(
        "f(a=1, b=2)\n",
        {"match": "f(..., a=1, ...)", "rewrite": "f(..., a=10, ...)"},
        {"match": "f(..., b=2, ...)", "rewrite": "f(..., b=20, ...)"},
    )
    assert made.text == "f(a=10, b=20)\n"


def test_many_sites_on_one_line(apply) -> None:
    made = apply("x = [f(1), f(2), f(3)]; y = f(4)\n", {"match": "f($X)", "rewrite": "g($X)"})
    assert made.text == "x = [g(1), g(2), g(3)]; y = g(4)\n"


@st.composite
def texts_with_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(st.text(alphabet="abcdef", min_size=1, max_size=30))
    edits: list[Edit] = []
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        pieces: list[str | Keep] = [draw(st.text(alphabet="XYZ", max_size=2))]
        at = start
        for _ in range(draw(st.integers(0, 2))):
            first = draw(st.integers(at, end))
            last = draw(st.integers(first, end))
            pieces += [Keep(first, last), draw(st.text(alphabet="XYZ", max_size=2))]
            at = last
        edit = Edit(start, end, tuple(pieces))
        if all(together(edit, other) for other in edits):
            edits.append(edit)
    return text, edits


@given(texts_with_edits())
def test_letters_outside_edits_survive_in_order_and_each_edit_is_written(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    made = splice(text, edits)
    touched = [(edit.start, edit.end) for edit in edits]
    left = "".join(c for i, c in enumerate(text) if not any(a <= i < b for a, b in touched))
    remaining = iter(made.text)
    assert all(letter in remaining for letter in left)
    for edit, spans in zip(edits, made.written, strict=True):
        for start, end in spans:
            written = made.text[start:end]
            for piece in edit.pieces:
                assert not isinstance(piece, str) or piece in written


@given(texts_with_edits())
def test_disjoint_edits_give_what_replacing_from_the_back_gives(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    flat: list[Edit] = []
    for edit in edits:
        plain = Edit(edit.start, edit.end, tuple(p for p in edit.pieces if isinstance(p, str)))
        if all(together(plain, other) for other in flat):
            flat.append(plain)
    expected = text
    for edit in sorted(flat, key=lambda edit: (edit.start, edit.end), reverse=True):
        expected = expected[: edit.start] + "".join(map(str, edit.pieces)) + expected[edit.end :]
    assert splice(text, flat).text == expected


@given(texts_with_edits())
def test_moved_offsets_point_at_the_same_letter(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    made = splice(text, edits)
    for offset, letter in enumerate(text):
        if not any(edit.start <= offset < edit.end for edit in edits):
            assert made.text[made.moved(offset)] == letter


def test_a_rewrite_that_changes_relied_on_text_excludes_the_other() -> None:
    chosen = Chosen()
    chosen.add(0, [Edit(10, 12, ("x",))], [(8, 14)])
    assert chosen.clash([Edit(13, 14, ("y",))], [(13, 14)]) == 0
    assert chosen.clash([Edit(20, 21, ("y",))], [(11, 12)]) == 0
    assert chosen.clash([Edit(20, 21, ("y",))], [(20, 22)]) is None


ATOMS = ["a", "1", "a.b", "f(x)", "(a, b)", "-a", "not a", "a + b", "a * b", "a ** b", "a and b", "a if b else c"]
ATOMS += ["lambda: a", "a == b", "await_", "[a for a in b]", "a | b", "a << b", "(yield_)", "{a: b}", "'s'"]
HOLES = ["$X.y", "$X(1)", "$X[0]", "-$X", "not $X", "$X + 1", "1 + $X", "$X ** 2", "2 ** $X", "$X and z", "z or $X"]
HOLES += ["$X if z else w", "z if $X else w", "z if w else $X", "lambda: $X", "$X < 1", "1 < $X", "[$X, 1]", "f(k=$X)"]
HOLES += ["{$X: 1}", "{1: $X}", "[z for z in $X]", "[$X for z in w]", "z[$X]", "z[$X:]", "f(*$X)", "f(**$X)", "$X @ w"]


@settings(deadline=None)
@given(
    st.sampled_from(ATOMS), st.sampled_from(HOLES), st.sampled_from(["{}", "{}.q", "-{}", "{} * 3", "3 - {}", "g({})"])
)
def test_what_is_rendered_parses_to_what_is_meant(apply_once, atom: str, template: str, around: str) -> None:
    """Parentheses wherever the grammar needs them: the result means the template with the code in its place."""
    code = f"r = {around.format(f'hit({atom})')}\n"
    made = apply_once(code, {"match": "hit($X)", "rewrite": template})
    meant = f"r = {around.format('(' + template.replace('$X', f'({atom})') + ')')}\n"
    assert ast.dump(ast.parse(made.text)) == ast.dump(ast.parse(meant))


UNUSED = {"id": "unused", "match": "import numpy", "where": ["result unused"], "rewrite": ""}
MEAN = {"id": "mean", "match": "sklearn.metrics.mse($A, $B)", "rewrite": "numpy.mean(($A - $B) ** 2)"}
MSE = "from sklearn.metrics import mse\nprint(mse(a, b))\n"


@pytest.mark.parametrize("order", [(UNUSED, MEAN), (MEAN, UNUSED)], ids=["trimmed first", "trimmed last"])
@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("import numpy as np\n", "import numpy as np\nprint(np.mean((a - b) ** 2))\n"),
        ("import numpy\n", "import numpy\nprint(numpy.mean((a - b) ** 2))\n"),
        ("import numpy as np, os\nos.x\n", "import numpy as np, os\nos.x\nprint(np.mean((a - b) ** 2))\n"),
    ],
)
def test_an_import_that_another_rewrite_is_about_to_use_is_not_taken_out(apply, order, head, expected) -> None:
    made = apply(head + MSE, *order)
    assert made.text == expected
    assert apply(made.text, *order).text == expected


def test_an_import_that_stays_unused_is_taken_out_beside_other_rewrites(apply) -> None:
    other = {**MEAN, "rewrite": "sum(($A - $B) ** 2)"}
    assert apply("import numpy as np\n" + MSE, UNUSED, other).text == "print(sum((a - b) ** 2))\n"


def test_a_rule_that_would_unbind_a_name_is_refused(apply) -> None:
    made = apply("import numpy as np\nprint(np.pi)\n", {"match": "import numpy", "rewrite": ""})
    assert not made.applied
    assert "bind the name np" in made.refused[0].reason
