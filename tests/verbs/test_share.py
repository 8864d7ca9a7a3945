"""How much of a script's energy a rewrite can act on."""

from dataclasses import dataclass, field

import pytest

from greenrules.verbs.share import Profile

SPANS = (
    (1, 2, "imports"),
    (4, 4, "dataset-ingestion"),
    (5, 6, "feature-engineering"),
    (8, 8, "training-loop"),
)
ENERGY = {"imports": 50.0, "dataset-ingestion": 1.0, "feature-engineering": 0.5, "training-loop": 48.5}


@dataclass(frozen=True)
class Rewrite:
    lines: frozenset
    level: str = "exact"
    tactics: tuple = ("vectorized-merging",)
    id: str = "rewrite"
    rules: tuple = ("rewrite",)
    extra: dict = field(default_factory=dict)


def share(lines, level="exact", tactic="vectorized-merging", *, flat=True, spans=SPANS):
    begins = {line: line for line in range(1, 10)} | {6: 5}
    return Profile(spans, ENERGY, begins, flat).share(Rewrite(frozenset(lines), level, (tactic,)))


def test_what_leaves_every_value_as_it_is_acts_on_its_own_stages_only():
    assert share({5, 6}) == pytest.approx(0.005)
    assert share({4, 8}) == pytest.approx(0.495)


def test_what_changes_values_acts_on_all_that_comes_after():
    assert share({5}, "numeric", "numerical-downcast") == pytest.approx(0.49)
    assert share({8}, "model", "model-replacement") == pytest.approx(0.485)


def test_an_exact_rewrite_that_makes_another_value_of_equal_elements_counts_as_a_change():
    assert share({4}, "exact", "backend-substitution") == pytest.approx(0.5)


def test_what_edits_imports_or_stands_before_them_acts_on_everything():
    assert share({2}) is None
    assert share({2, 8}, "model", "model-replacement") is None
    assert share({1}, "exact", "thread-topology") is None


def test_what_only_takes_imports_out_acts_on_the_imports_alone():
    for flat in (True, False):
        profile = Profile(SPANS, ENERGY, {}, flat, frozenset({"rewrite"}))
        assert profile.share(Rewrite(frozenset({1, 2}), "numeric", ("backend-substitution",))) == pytest.approx(0.5)
    profile = Profile(SPANS, ENERGY, {}, flat=True, deleting=frozenset({"another"}))
    assert profile.share(Rewrite(frozenset({1, 2}), "numeric", ("backend-substitution",))) is None


def test_of_the_imports_those_count_whose_module_goes():
    imported = {1: frozenset({"numpy", "matplotlib"}), 2: frozenset({"matplotlib"}), 3: frozenset({"sklearn"})}
    profile = Profile(SPANS, ENERGY, {}, True, frozenset({"rewrite"}), imported)
    assert profile.likely(Rewrite(frozenset({1, 2}))) == pytest.approx(0.5 * 2 / 3)
    assert profile.likely(Rewrite(frozenset({2}))) == 0
    assert profile.likely(Rewrite(frozenset({5, 6}), rules=("another",))) == profile.share(Rewrite(frozenset({5, 6})))


def test_nothing_is_said_of_lines_without_a_stage_nor_of_scripts_that_do_not_run_from_top_to_bottom():
    assert share({9}) is None
    assert share({5}, flat=False) is None


def test_a_line_without_a_stage_is_billed_to_the_stage_before_it():
    assert share({9}, "numeric", "numerical-downcast") == pytest.approx(0.485)
    assert share({7}, "numeric", "numerical-downcast") == pytest.approx(0.49)
