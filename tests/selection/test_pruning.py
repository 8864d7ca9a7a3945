"""Leave-one-out: what makes no measurable difference goes."""

from greenrules.selection import Estimate, Pruning, Stop, Unit, Verdict


def subset(*names):
    return frozenset(names)


UNITS = [Unit("a"), Unit("b"), Unit("c", needs=subset("b")), Unit("d")]


def verdict(outcome):
    ratio = Estimate(1.0, 0.9, 1.1, 0.98, 0.01, 0.5, 5, "t")
    return Verdict("without", outcome, ratio, ratio, 5, outcome)


def test_the_least_worth_is_tried_first_and_the_certain_not_at_all():
    pruning = Pruning(subset("a", "b", "d"), UNITS, {"a": (0.02, 0.02), "b": (0.001, 0.02), "d": (0.5, 0.03)})
    first = pruning.next()
    assert (first.unit, first.without) == ("b", subset("a", "d"))
    assert pruning.next() == first
    assert [(o.unit, o.outcome) for o in pruning.outcomes] == [("d", "kept")]


def test_equal_and_not_distinguishable_are_dropped_and_proven_is_kept():
    worth = dict.fromkeys("abd", (0.01, 0.05))
    pruning = Pruning(subset("a", "b", "d"), UNITS, worth)
    for outcome in ("equal", "costs more", "not distinguishable"):
        pruning.observe(pruning.next(), verdict(outcome))
    assert pruning.subset == subset("b")
    assert isinstance(pruning.next(), Stop)
    assert [o.outcome for o in pruning.outcomes] == ["dropped", "kept", "dropped"]


def test_what_does_not_work_without_it_keeps_it():
    pruning = Pruning(subset("a", "b"), UNITS, {"a": (0.0, 0.1), "b": (0.0, 0.1)})
    pruning.observe(pruning.next(), verdict("failed"))
    assert pruning.subset == subset("a", "b")


def test_a_unit_leaves_with_those_that_need_it():
    pruning = Pruning(subset("a", "b", "c"), UNITS, {"a": (0.9, 0.1), "b": (0.0, 0.1), "c": (0.3, 0.3)})
    removal = pruning.next()
    assert (removal.unit, removal.without) == ("b", subset("a"))
    pruning.observe(removal, verdict("equal"))
    assert isinstance(pruning.next(), Stop)


def test_the_last_unit_is_never_taken_out():
    pruning = Pruning(subset("a"), UNITS, {"a": (0.0, 0.1)})
    assert isinstance(pruning.next(), Stop)


def test_without_room_a_unit_stays_and_the_reason_is_kept():
    pruning = Pruning(subset("a", "b"), UNITS, {"a": (0.0, 0.1), "b": (0.0, 0.1)})
    pruning.keep(pruning.next(), "no budget")
    assert pruning.subset == subset("a", "b")
    assert pruning.outcomes[0].reason == "no budget"
