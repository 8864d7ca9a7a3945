"""What `pack check` says of the built-in packs, and of a rule that leaves things out."""

import sys
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pytest
import yaml

from greenrules.errors import RuleError
from greenrules.packs import discover
from greenrules.requests import RuleChoice
from greenrules.verbs.pack_author import pack_check
from greenrules.verbs.portfolio import assemble

PACKS = Path(__file__).parents[2] / "rulepacks"


def pack(folder, rules, predicates=""):
    """A pack with these rules (without their ids and what every rule needs), in a folder of its own."""
    folder /= "acme"
    (folder / "rules").mkdir(parents=True)
    (folder / "pack.yaml").write_text("name: acme\nsummary: a pack\n")
    (folder / "__init__.py").write_text(predicates)
    filled = [
        {"id": f"rule-{number}", "tactic": "idiom", "summary": "a rule", "why": "because", "level": "exact"}
        | {"libraries": {}, **rule}
        for number, rule in enumerate(rules, 1)
    ]
    (folder / "rules/all.yaml").write_text(yaml.safe_dump({"rules": filled}, sort_keys=False))
    return folder


def proven(match, template, before, after, **more):
    examples = [{"before": before, "after": after}, {"unchanged": "nothing\n"}]
    return {"match": match, "rewrite": template, "examples": examples, **more}


RULE = """
rules:
  - id: nothing-said
    tactic: idiom
    summary: A rule that says little
    level: exact
    match: f($X)
"""


@pytest.mark.parametrize("name", ["sklearn", "numpy_pandas", "opencv"])
def test_there_is_nothing_to_complain_about_in_what_we_ship(name):
    assert pack_check(PACKS / name) == []


def test_a_rule_says_for_which_libraries_it_is_though_it_be_for_none(tmp_path):
    tmp_path /= "acme"
    (tmp_path / "rules").mkdir(parents=True)
    (tmp_path / "pack.yaml").write_text("name: acme\nsummary: a pack\n")
    (tmp_path / "rules/all.yaml").write_text(RULE)
    said = [str(problem) for problem in pack_check(tmp_path)]
    assert any("no 'libraries'" in one for one in said)
    assert any("no 'why'" in one for one in said)
    (tmp_path / "rules/all.yaml").write_text(RULE + "    libraries: {}\n")
    assert not any("no 'libraries'" in str(problem) for problem in pack_check(tmp_path))


def test_two_rules_that_write_different_things_at_one_place_are_told(tmp_path):
    rules = [
        proven("f($X)", "g($X)", "f(1)\n", "g(1)\n"),
        proven("f(1)", "h()", "f(1)\n", "h()\n"),
    ]
    (problem,) = pack_check(pack(tmp_path, rules))
    assert "acme/rule-1: acme/rule-2 rewrites example 1 too" in problem.message
    assert problem.position.line is not None


@pytest.mark.parametrize(
    "more",
    [
        {"alternatives": "pair"},
        {"excludes": ["acme/rule-1", "acme/rule-2"]},
        {"level": "numeric"},
        {"opt-in": True},
    ],
)
def test_two_rules_that_say_what_they_are_to_one_another_or_are_measured_are_left_alone(tmp_path, more):
    rules = [
        proven("f($X)", "g($X)", "f(1)\n", "g(1)\n", **more),
        proven("f(1)", "h()", "f(1)\n", "h()\n", **more),
    ]
    assert pack_check(pack(tmp_path, rules)) == []


def test_rules_whose_order_does_not_matter_are_left_alone(tmp_path):
    rules = [
        proven("f(..., k=0, ...)", "f(..., k=1, ...)", "f(k=0, j=0)\n", "f(k=1, j=0)\n"),
        proven("f(..., j=0, ...)", "f(..., j=1, ...)", "f(k=0, j=0)\n", "f(k=0, j=1)\n"),
        proven("f(..., j=0)", "f(..., j=0, i=1)", "f(j=0)\n", "f(j=0, i=1)\n", level="numeric"),
    ]
    assert pack_check(pack(tmp_path, rules)) == []


def test_rules_with_the_same_match_are_told_whatever_their_level(tmp_path):
    rules = [
        proven("f($X)", "g($X)", "f(1)\n", "g(1)\n", level="model"),
        proven("f($X)", "h($X)", "f(1)\n", "h(1)\n", level="model"),
    ]
    assert [problem.message for problem in pack_check(pack(tmp_path, rules))] == [
        "acme/rule-2 matches the same code as acme/rule-1; name 'alternatives'"
    ]


def test_an_example_that_fails_is_told_with_its_place_once(tmp_path):
    (problem,) = pack_check(pack(tmp_path, [proven("f($X)", "g($X)", "f(1)\n", "g(2)\n")]))
    assert str(problem).count("all.yaml") == 1
    assert str(problem).startswith(str(problem.position))
    assert "acme/rule-1, example 1: something else is written" in problem.message


PREDICATES = """
from greenrules import hookimpl

@hookimpl
def greenrules_predicates():
    return {"acme.is_small": lambda arguments, match, facts: True}
"""


def test_a_misspelt_predicate_is_told_at_its_place_with_the_nearest_name(tmp_path):
    rule = proven("f($X)", "g($X)", "f(1)\n", "g(1)\n", where=["not $X == 2", "not acme.is_smal($X)"])
    said = pack_check(pack(tmp_path, [rule], PREDICATES))
    found = next(problem for problem in said if "predicate" in problem.message)
    assert "no installed pack registers the predicate 'acme.is_smal'; did you mean acme.is_small?" in found.message
    assert found.position.text.strip() == "- not acme.is_smal($X)"
    assert found.position.text[found.position.column - 1 :].startswith("acme.is_smal(")
    assert found.position.length == len("acme.is_smal")


def test_an_installed_pack_that_calls_a_misspelt_predicate_is_named_and_the_others_load(tmp_path, monkeypatch):
    rule = proven("f($X)", "g($X)", "f(1)\n", "g(1)\n", where=["acme.is_smal($X)"])
    hook = "@hookimpl\ndef greenrules_pack():\n    import importlib.resources as r; return r.files(__name__)\n"
    pack(tmp_path, [rule], PREDICATES + hook)
    monkeypatch.delitem(sys.modules, "acme", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    installed = list(entry_points(group="greenrules.packs"))
    found = discover(entries=[*installed, EntryPoint("acme", "acme", "greenrules.packs")])
    (broken,) = found.broken
    assert broken.name == "acme"
    assert broken.error.remedy == "did you mean acme.is_small?"
    assert broken.error.position.line is not None
    assert set(found.packs) == {entry.name for entry in installed}


def test_a_rule_file_that_calls_a_predicate_nobody_registers_is_refused_at_its_place(tmp_path):
    rule = proven("f($X)", "g($X)", "f(1)\n", "g(1)\n", where=["sklearn.fre_name($X)"])
    file = pack(tmp_path, [rule]) / "rules/all.yaml"
    with pytest.raises(RuleError) as caught:
        assemble(RuleChoice(rule_files=(file,)))
    assert "no installed pack registers the predicate 'sklearn.fre_name'" in caught.value.message
    assert caught.value.remedy.startswith("did you mean sklearn.free_name")
    assert "^" in caught.value.render()
