"""Before/after pairs: one folder each with ``rule.yaml``, ``before.py`` and ``after.py``."""

from __future__ import annotations

from pathlib import Path

import pytest

from greenrules.engine.compose import apply_rules
from greenrules.engine.loader import load_rule_file
from greenrules.engine.source import read_source
from greenrules.engine.target import NoTarget

CORPUS = Path(__file__).parents[2] / "corpus"
CASES = sorted(path.parent for path in CORPUS.glob("*/*/rule.yaml"))


def test_there_is_a_corpus() -> None:
    assert len(CASES) >= 20


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_before_becomes_after_to_the_byte_and_a_second_run_finds_nothing(folder: Path, knowledge) -> None:
    rules = load_rule_file(str(folder / "rule.yaml"), (folder / "rule.yaml").read_bytes())
    source = read_source("before.py", (folder / "before.py").read_bytes())
    made = apply_rules(source, rules, knowledge, NoTarget())
    assert source.encode(made.text) == (folder / "after.py").read_bytes()
    assert apply_rules(source.with_text(made.text), rules, knowledge, NoTarget()).text == made.text
