"""Interleaved blocks, at most three looks, Holm over finalists."""

import math
import random

import pytest

from greenrules.selection import Confirmation, Verdicts


def play(confirmation, ratios, noise=0.01, seed=1, fail=()):
    """Run until there are verdicts; the verdicts and the order of every block."""
    chance = random.Random(seed)
    orders = []
    while not isinstance(block := confirmation.next_block(), Verdicts):
        orders.append(block.order)
        for name in block.remaining:
            energy = 100 * ratios.get(name, 1.0) * math.exp(chance.gauss(0, noise))
            confirmation.observe(block.number, name, energy, energy / 50, ok=(block.number, name) not in fail)
    return block, orders


def test_every_block_holds_the_baseline_and_every_other_is_reversed():
    _, orders = play(Confirmation(["a", "b"], seed=3), {"a": 0.5, "b": 0.6})
    assert len(orders) == 5
    assert all(set(order) == {"baseline", "a", "b"} for order in orders)
    assert orders[1] == orders[0][::-1]
    assert orders[3] == orders[2][::-1]


def test_a_clear_saving_is_proven_at_the_first_look():
    verdicts, orders = play(Confirmation(["a"]), {"a": 0.5})
    verdict = verdicts.by_id["a"]
    assert (verdict.outcome, verdict.proven, verdict.blocks, len(orders)) == ("saves", True, 5, 5)
    assert verdict.energy.low < 0.5 < verdict.energy.high < 1
    assert verdict.time.center == pytest.approx(0.5, rel=0.05)
    # One finalist, three looks: the interval is that of a third of the error rate.
    assert verdict.energy.level == pytest.approx(1 - 0.05 / 3)


def test_a_clear_loss_is_said_to_be_one():
    verdicts, _ = play(Confirmation(["a"]), {"a": 1.5})
    assert verdicts.by_id["a"].outcome == "costs more"


def test_two_that_are_the_same_are_equal_or_not_distinguishable():
    verdicts, _ = play(Confirmation(["a"]), {}, noise=0.001)
    assert verdicts.by_id["a"].outcome == "equal"
    verdicts, _ = play(Confirmation(["a"]), {}, noise=0.1)
    assert verdicts.by_id["a"].outcome == "not distinguishable"
    assert not verdicts.by_id["a"].proven


def test_a_doubtful_saving_gets_more_blocks_and_never_more_than_three_looks():
    made = {len(play(Confirmation(["a"]), {"a": 0.96}, noise=0.03, seed=seed)[1]) for seed in range(12)}
    assert made <= {5, 8, 12}
    assert max(made) > 5


def test_who_is_decided_runs_no_more():
    _, orders = play(Confirmation(["bad", "maybe"]), {"bad": 2.0, "maybe": 0.95}, noise=0.03, seed=5)
    assert len(orders) > 5
    assert all("bad" not in order for order in orders[5:])


def test_a_finalist_that_fails_is_out_and_the_others_go_on():
    verdicts, orders = play(Confirmation(["a", "b"]), {"a": 0.5, "b": 0.6}, fail={(1, "a")})
    assert verdicts.by_id["a"].outcome == "failed"
    assert verdicts.by_id["b"].proven
    assert all("a" not in order for order in orders[2:])


def test_nothing_to_confirm_needs_no_block():
    verdicts = Confirmation([]).next_block()
    assert isinstance(verdicts, Verdicts)
    assert (dict(verdicts.by_id), verdicts.blocks) == ({}, 0)


def test_a_begun_block_is_resumed_where_it_was():
    first, again = Confirmation(["a", "b"], seed=9), Confirmation(["a", "b"], seed=9)
    block = first.next_block()
    for confirmation in (first, again):
        assert confirmation.next_block() == block
        confirmation.observe(0, block.order[0], 50.0, 1.0)
    assert again.next_block().remaining == block.order[1:]
    assert first.next_block() == again.next_block()


def test_the_same_readings_give_the_same_verdicts():
    one, _ = play(Confirmation(["a", "b"], seed=2), {"a": 0.96, "b": 0.97}, noise=0.03)
    two, _ = play(Confirmation(["a", "b"], seed=2), {"a": 0.96, "b": 0.97}, noise=0.03)
    assert one == two


def test_the_budget_ends_it_at_a_look_but_not_before_the_first():
    doubtful = {"a": 0.93}
    assert len(play(Confirmation(["a"]), doubtful, noise=0.05, seed=4)[1]) > 5
    verdicts, orders = play(Confirmation(["a"], energy_j=1.0), doubtful, noise=0.05, seed=4)
    assert len(orders) == 5
    assert "budget" in verdicts.stopped


def test_a_strict_ceiling_ends_it_before_a_block_that_leads_nowhere():
    verdicts, orders = play(Confirmation(["a"], energy_j=700.0, strict=True), {"a": 0.5}, noise=0.01)
    assert orders == [("baseline", "a")] or orders == [("a", "baseline")]
    assert verdicts.by_id["a"].outcome == "not distinguishable"
    assert verdicts.wanting is not None and verdicts.wanting.energy_j == pytest.approx(600, rel=0.05)
    assert len(play(Confirmation(["a"], energy_j=800.0, strict=True), {"a": 0.5})[1]) == 5


def test_a_strict_ceiling_lets_go_of_the_last_finalist_first():
    trial = Confirmation(["favourite", "rival"], energy_j=1000.0, strict=True)
    verdicts, orders = play(trial, {"favourite": 0.5, "rival": 0.7})
    assert len(orders) == 5 and "rival" in orders[0] and not any("rival" in order for order in orders[1:])
    assert verdicts.by_id["favourite"].proven
    assert verdicts.by_id["rival"].outcome == "not distinguishable"
    assert verdicts.wanting is None


def test_what_a_strict_ceiling_leaves_is_used_up_by_a_last_look():
    doubtful = {"a": 0.93}
    usual = len(play(Confirmation(["a"]), doubtful, noise=0.05, seed=4)[1])
    assert usual > 7
    verdicts, orders = play(Confirmation(["a"], energy_j=1400.0, strict=True), doubtful, noise=0.05, seed=4)
    assert len(orders) == 7
    verdicts, orders = play(Confirmation(["a"], energy_j=1050.0, strict=True), doubtful, noise=0.05, seed=4)
    assert len(orders) == 5 and "budget" in verdicts.stopped and verdicts.wanting is not None


def test_an_end_before_the_first_look_proves_nothing_however_clear_it_seems():
    confirmation = Confirmation(["a"], strict=True)
    for number in range(4):
        for name in confirmation.next_block().order:
            confirmation.observe(number, name, 100.0 if name == "baseline" else 20.0, 1.0)
    confirmation.next_block()
    verdicts = confirmation.stop("the budget is used up")
    assert verdicts.by_id["a"].outcome == "not distinguishable" and not verdicts.by_id["a"].proven
    assert verdicts.wanting is not None and verdicts.wanting.energy_j == pytest.approx(120)


def test_what_more_blocks_would_hardly_prove_is_given_up():
    verdicts, orders = play(Confirmation(["a"]), {"a": 1.03}, noise=0.05, seed=4)
    assert len(orders) == 5
    assert "hardly" in verdicts.stopped


def test_it_can_be_ended_at_any_time():
    confirmation = Confirmation(["a"])
    block = confirmation.next_block()
    for name in block.order:
        confirmation.observe(0, name, 10.0, 1.0)
    confirmation.next_block()
    verdicts = confirmation.stop("interrupted")
    assert verdicts.by_id["a"].outcome == "not distinguishable"
    assert (verdicts.stopped, verdicts.blocks) == ("interrupted", 1)
    assert confirmation.next_block() == verdicts


def test_mistakes_of_the_caller_are_named():
    with pytest.raises(ValueError, match="two blocks"):
        Confirmation(["a"], blocks=1)
    with pytest.raises(ValueError, match="different ids"):
        Confirmation(["baseline"])
    confirmation = Confirmation(["a"])
    with pytest.raises(ValueError, match="no run"):
        confirmation.observe(0, "a", 1.0, 1.0)
    confirmation.next_block()
    with pytest.raises(ValueError, match="no run"):
        confirmation.observe(0, "ghost", 1.0, 1.0)
    with pytest.raises(ValueError, match="reference"):
        confirmation.observe(0, "baseline", None, 1.0)


@pytest.mark.slow
def test_looks_and_finalists_together_stay_below_the_error_rate():
    wrong = 0
    for seed in range(600):
        verdicts, _ = play(Confirmation(["a", "b", "c"], seed=seed), {}, noise=0.03, seed=seed)
        wrong += any(v.outcome in ("saves", "costs more") for v in verdicts.by_id.values())
    # 5 % expected at most; 600 studies leave 1.8 points of chance at two standard errors.
    assert wrong / 600 <= 0.068
