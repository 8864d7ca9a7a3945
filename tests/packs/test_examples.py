"""Every example of every rule of the built-in packs, one test each rule: they are the rules' own proof."""

from __future__ import annotations

import pytest

from greenrules.engine.examples import render_failures, run_examples
from greenrules.models import TACTICS
from greenrules.packs import discover

_IDS = sorted(rule.full_id for pack in discover().packs.values() for rule in pack.rules)


@pytest.mark.parametrize("full_id", _IDS)
def test_examples_hold(full_id, rules, registry, target):
    failures = run_examples(rules[full_id], registry.knowledge(), target)
    assert not failures, render_failures(failures)


@pytest.mark.parametrize("full_id", _IDS)
def test_a_rule_gives_its_reason_its_source_and_both_kinds_of_example(full_id, rules):
    spec = rules[full_id].spec
    assert spec.why.strip()
    assert spec.source
    assert any(example.before for example in spec.examples)
    assert any(example.unchanged for example in spec.examples)


def test_every_tactic_has_a_rule(rules):
    tactics = {rule.spec.tactic for rule in rules.values()}
    assert tactics == set(TACTICS)
