"""Units of the search: one per rule or group, with what they need and exclude."""

from __future__ import annotations

from greenrules.engine.candidates import candidate_units, render_units
from greenrules.engine.source import read_source
from greenrules.engine.target import NoTarget

CODE = "x = foo(1)\ny = foo(2)\nz = bar(3)\n"


def units_of(code, rules, knowledge, *given, level="model", target=None):
    source = read_source("s.py", code.encode())
    made = rules(*given, pack="kit")
    return source, made, candidate_units(source, made, knowledge, target or NoTarget(), level=level)


def test_one_unit_per_rule_with_its_sites_and_lines(rules, knowledge) -> None:
    _, _, found = units_of(
        CODE,
        rules,
        knowledge,
        {"id": "a", "match": "foo($X)", "rewrite": "f($X)", "tactic": "model-replacement", "level": "model"},
        {"id": "b", "match": "bar($X)", "rewrite": "b($X)", "needs": ["a"], "excludes": ["c"]},
        {"id": "c", "match": "bar($X)", "rewrite": "c($X)"},
        {"id": "d", "match": "absent($X)", "rewrite": "c($X)"},
        {"id": "e", "match": "bar($X)"},
    )
    units = {unit.id: unit for unit in found.units}
    assert sorted(units) == ["kit/a", "kit/b", "kit/c"]
    assert (units["kit/a"].sites, units["kit/a"].lines, units["kit/a"].level) == (2, {1, 2}, "model")
    assert units["kit/b"].needs == ("kit/a",)
    assert units["kit/b"].excludes == ("kit/c",)
    assert units["kit/c"].excludes == ("kit/b",)


def test_rules_that_go_together_are_one_unit(rules, knowledge) -> None:
    source, made, found = units_of(
        CODE,
        rules,
        knowledge,
        {"id": "a", "match": "foo($X)", "rewrite": "f($X)", "together": "set"},
        {"id": "b", "match": "bar($X)", "rewrite": "b($X)", "together": "set", "level": "numeric"},
    )
    (unit,) = found.units
    assert (unit.id, unit.rules, unit.sites, unit.level) == ("kit/set", ("kit/a", "kit/b"), 3, "numeric")
    assert render_units(source, [unit], made, knowledge, NoTarget()).text == "x = f(1)\ny = f(2)\nz = b(3)\n"


def test_a_group_with_a_rule_that_cannot_be_applied_is_left_out_whole(rules, knowledge) -> None:
    _, _, found = units_of(
        CODE,
        rules,
        knowledge,
        {"id": "a", "match": "foo($X)", "rewrite": "f($X)", "together": "set"},
        {"id": "b", "match": "bar($X)", "rewrite": "(yield $X)", "together": "set"},
    )
    assert not found.units
    assert any("go together" in skipped.reason for skipped in found.skipped)


def test_rivals_at_one_place_exclude_each_other(rules, knowledge) -> None:
    _, _, found = units_of(
        CODE,
        rules,
        knowledge,
        {"id": "a", "match": "foo($X)", "rewrite": "f($X)", "alternatives": "shape"},
        {"id": "b", "match": "foo($X)", "rewrite": "g($X)", "alternatives": "shape"},
        {"id": "c", "match": "bar($X)", "rewrite": "g($X)", "alternatives": "shape"},
    )
    units = {unit.id: unit for unit in found.units}
    assert units["kit/a"].group == "shape"
    assert units["kit/a"].excludes == ("kit/b",)
    assert units["kit/c"].excludes == ()


def test_parameters_come_along_and_are_written_in(rules, knowledge) -> None:
    rule = {
        "id": "a",
        "match": "foo($X)",
        "rewrite": "f($X, ${N})",
        "parameters": {"N": {"choices": [16, 32]}},
    }
    source, made, found = units_of(CODE, rules, knowledge, rule)
    (unit,) = found.units
    assert unit.parameters["kit/a"]["N"].choices == [16, 32]
    text = render_units(source, [unit], made, knowledge, NoTarget(), {"kit/a": {"N": 32}}).text
    assert text == "x = f(1, 32)\ny = f(2, 32)\nz = bar(3)\n"


def test_what_is_not_tried_is_named_with_the_reason(rules, knowledge, target) -> None:
    code = "def f(d):\n    return d.iterrows()\nfoo(1)\n"
    _, _, found = units_of(
        code,
        rules,
        knowledge,
        {
            "id": "doubt",
            "match": "$X.iterrows()",
            "where": ["$X is pandas.DataFrame"],
            "rewrite": "$X.itertuples()",
        },
        {"id": "missing", "match": "foo($X)", "rewrite": "polars.f($X)", "requires": ["polars"]},
        {"id": "high", "match": "foo($X)", "rewrite": "h($X)", "level": "model"},
        {"id": "orphan", "match": "foo($X)", "rewrite": "i($X)", "needs": ["doubt"]},
        level="numeric",
        target=target({}),
    )
    reasons = {skipped.rule: skipped.reason for skipped in found.skipped}
    assert not found.units
    assert reasons["kit/doubt"]
    assert "needs polars" in reasons["kit/missing"]
    assert "level is model" in reasons["kit/high"]
    assert "needs kit/doubt" in reasons["kit/orphan"]


def test_a_rule_that_works_on_what_another_writes_is_a_unit_too(rules, knowledge) -> None:
    source, made, found = units_of(
        CODE,
        rules,
        knowledge,
        {"id": "a", "match": "foo($X)", "rewrite": "f($X)"},
        {"id": "b", "match": "f($X)", "rewrite": "g($X)", "needs": ["a"]},
    )
    assert [unit.id for unit in found.units] == ["kit/a", "kit/b"]
    assert render_units(source, found.units, made, knowledge, NoTarget()).text.startswith("x = g(1)\n")


def test_a_rule_whose_first_value_the_script_has_is_looked_at_with_its_last(rules, knowledge) -> None:
    sizes = {"SIZE": {"choices": [16, 64, 256]}}
    rule = {"id": "a", "match": "batches($N)", "rewrite": "batches(${SIZE})", "parameters": sizes}
    _, _, found = units_of("batches(16)\n", rules, knowledge, rule)
    assert [unit.id for unit in found.units] == ["kit/a"]
    _, _, found = units_of("batches(16)\n", rules, knowledge, {**rule, "parameters": {"SIZE": {"range": [16, 512]}}})
    assert [unit.id for unit in found.units] == ["kit/a"]
