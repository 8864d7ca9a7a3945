"""Which combinations are legal."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenrules.selection import Unit
from greenrules.selection.units import FailingSets, Legality, prune_hopeless


def subset(*names):
    return frozenset(names)


def no_score(subsets):
    raise AssertionError("small spaces are enumerated")


UNITS = [
    Unit("a"),
    Unit("b", needs=subset("a")),
    Unit("c", excludes=subset("a")),
    Unit("d", group="g"),
    Unit("e", group="g"),
]


def test_needs_exclusions_and_groups_are_kept():
    legality = Legality(UNITS)
    assert legality.allows(subset("a", "b", "d"))
    assert not legality.allows(subset("b"))
    assert not legality.allows(subset("a", "c"))
    assert not legality.allows(subset("d", "e"))
    assert legality.allows(subset())


def test_a_unit_comes_with_all_it_needs_and_leaves_with_all_that_need_it():
    legality = Legality([Unit("a"), Unit("b", needs=subset("a")), Unit("c", needs=subset("b"))])
    assert legality.closure("c") == subset("a", "b", "c")
    assert legality.without(subset("a", "b", "c"), "b") == subset("a")
    assert legality.without(subset("a", "b", "c"), "a") == subset()


def test_units_that_need_each_other_are_together_or_not_at_all():
    legality = Legality([Unit("a", needs=subset("b")), Unit("b", needs=subset("a"))])
    assert legality.combinations(["a", "b"], limit=9, width=9, score=no_score) == ([subset(), subset("a", "b")], True)


@st.composite
def problems(draw):
    names = [f"u{i}" for i in range(draw(st.integers(1, 6)))]
    some = st.frozensets(st.sampled_from(names), max_size=2)
    groups = st.sampled_from([None, None, "g", "h"])
    return [Unit(n, needs=draw(some) - {n}, excludes=draw(some) - {n}, group=draw(groups)) for n in names]


@given(problems())
def test_enumeration_finds_every_legal_subset_once(units):
    legality = Legality(units)
    names = [unit.id for unit in units]
    found, complete = legality.combinations(names, limit=4096, width=9, score=no_score)
    every = {subset(*c) for r in range(len(names) + 1) for c in combinations(names, r)}
    assert complete
    assert len(found) == len(set(found))
    assert set(found) == {s for s in every if legality.allows(s)}


def test_a_beam_keeps_the_best_and_the_baseline():
    units = [Unit(f"u{i:02}") for i in range(20)]
    names = [unit.id for unit in units]

    def score(subsets):
        return np.array([-len(s & set(names[:10])) + len(s & set(names[10:])) for s in subsets], dtype=float)

    found, complete = Legality(units).combinations(names, limit=100, width=50, score=score)
    assert not complete
    assert len(found) <= 51
    assert found[0] == subset()
    assert frozenset(names[:10]) in found


def test_the_smallest_failing_set_forbids_what_contains_it():
    failing = FailingSets()
    failing.add(subset("a", "b", "c"))
    assert failing.forbids(subset("a", "b", "c", "d"))
    assert not failing.forbids(subset("a", "b"))
    failing.add(subset("a", "b"))
    assert failing.minimal == (subset("a", "b"),)
    failing.add(subset("a", "b", "d"))
    assert failing.minimal == (subset("a", "b"),)


def test_hopeless_units_are_set_aside_with_the_reason():
    kept, pruned = prune_hopeless([Unit("tiny", share=0.004), Unit("big", share=0.6), Unit("unknown")])
    assert [unit.id for unit in kept] == ["big", "unknown"]
    assert [p.id for p in pruned] == ["tiny"]
    assert "0.4 %" in pruned[0].reason


def test_a_small_unit_that_another_needs_stays():
    kept, pruned = prune_hopeless([Unit("tiny", share=0.001), Unit("user", needs=subset("tiny"))])
    assert len(kept) == 2
    assert not pruned


def test_a_unit_whose_need_is_missing_is_set_aside():
    kept, pruned = prune_hopeless([Unit("a", needs=subset("ghost")), Unit("b", needs=subset("a"))])
    assert not kept
    assert {p.id for p in pruned} == {"a", "b"}


def test_an_exclusion_of_a_unit_that_is_gone_is_gone():
    kept, _ = prune_hopeless([Unit("a", excludes=subset("tiny")), Unit("tiny", share=0.0)])
    assert kept == [Unit("a")]


def test_ids_must_be_unique_and_known():
    with pytest.raises(ValueError, match="same id"):
        Legality([Unit("a"), Unit("a")])
    with pytest.raises(ValueError, match="ghost"):
        Legality([Unit("a", excludes=subset("ghost"))])
