"""What `pack check` says of the built-in packs, and of a rule that leaves things out."""

from pathlib import Path

import pytest

from greenrules.verbs.pack_author import pack_check

PACKS = Path(__file__).parents[2] / "rulepacks"

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
