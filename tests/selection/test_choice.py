"""The whole decision, in plain cases."""

import math

import pytest

from greenrules.errors import UsageError
from greenrules.models import Interval
from greenrules.selection import Alternative, QualityLoss, Weights, choose

BASE = Alternative("baseline", 100.0, 10.0, 0.90)
HALF_PERCENT = QualityLoss.parse("0.5%")


def interval(median, width=0.02):
    return Interval(median=median, low=median * (1 - width), high=median * (1 + width))


def candidate(name, energy, time=1.0, quality=0.90, **more):
    fields = {
        "energy_ratio": interval(energy),
        "time_ratio": interval(time),
        "proven": energy * 1.02 < 1,
        "rewrites": 1,
        **more,
    }
    return Alternative(name, 100 * energy, 10 * time, quality, **fields)


def test_the_one_that_saves_is_chosen():
    choice = choose(BASE, [candidate("c1", 0.5, 0.6)], tolerance=HALF_PERCENT)
    assert choice.selected == "c1"
    assert choice.front == ("c1",)
    assert choice.scores == {"c1": 0.0}
    assert "50.0%" in choice.reason


def test_nothing_proven_is_no_change():
    choice = choose(BASE, [candidate("c1", 0.99), candidate("c2", 1.2)], tolerance=HALF_PERCENT)
    assert choice.selected is None
    assert choice.front == ("baseline",)
    assert "not distinguishable" in choice.refused["c1"]
    assert "more energy" in choice.refused["c2"]
    assert choice.reason.startswith("No change")


def test_no_candidate_is_no_change():
    choice = choose(BASE, [])
    assert choice.selected is None
    assert choice.decision().scores == {"baseline": 0.0}


def test_what_rounding_does_to_a_quality_does_not_keep_the_baseline_on_the_front():
    choice = choose(BASE, [candidate("c1", 0.5, 0.6, 0.90 * (1 - 4e-16))], tolerance=HALF_PERCENT)
    assert choice.front == ("c1",)


def test_a_tiny_loss_of_quality_within_the_tolerance_is_no_veto():
    choice = choose(BASE, [candidate("c1", 0.5, 1.0, 0.8999)], tolerance=HALF_PERCENT)
    assert choice.selected == "c1"
    assert choice.floors["quality"] == pytest.approx(0.0045 / 4)
    assert choice.floors["energy"] == pytest.approx(2.0, rel=0.2)


def test_too_much_quality_lost_is_out_whatever_it_saves():
    choice = choose(BASE, [candidate("c1", 0.1, 0.1, 0.80)], tolerance=HALF_PERCENT)
    assert choice.selected is None
    assert "point comparison" in choice.refused["c1"]


def test_quality_over_seeds_is_judged_by_its_interval():
    base = Alternative("baseline", 100.0, 10.0, 0.9, seeds=(0.90, 0.91, 0.89))
    shaky = candidate("c1", 0.5, seeds=(0.93, 0.86, 0.90))
    assert "over 3 seeds" in choose(base, [shaky], tolerance=HALF_PERCENT).refused["c1"]


def test_lower_may_be_better():
    base = Alternative("baseline", 100.0, 10.0, 2.0)
    loss = [candidate("c1", 0.5, 0.5, 3.0), candidate("c2", 0.6, 0.6, 2.0)]
    choice = choose(base, loss, better="lower", tolerance=HALF_PERCENT)
    assert choice.selected == "c2"
    assert choice.ideal["quality"] == 2.0


def test_without_a_metric_quality_takes_no_part():
    base = Alternative("baseline", 100.0, 10.0)
    choice = choose(base, [candidate("c1", 0.5, 0.5, None)], tolerance=HALF_PERCENT)
    assert choice.selected == "c1"


@pytest.mark.parametrize("broken", [math.nan, math.inf, -5.0, 0.0])
def test_figures_that_are_none_are_out_before_anything_else(broken):
    bad = Alternative("bad", broken, 1.0, 0.9, energy_ratio=interval(0.1), time_ratio=interval(0.1), proven=True)
    choice = choose(BASE, [bad, candidate("c1", 0.8)], tolerance=HALF_PERCENT)
    assert choice.selected == "c1"
    assert "bad" in choice.refused


@pytest.mark.parametrize("high", [math.inf, math.nan], ids=["as it was measured", "as it is read again"])
def test_a_confirmation_of_one_block_is_not_told_as_a_result(high):
    let_go = candidate("c1", 0.7, energy_ratio=Interval(median=0.7, low=0.0, high=high), proven=False)
    assert choose(BASE, [let_go]).refused["c1"] == "its confirmation ended after one block, which proves nothing"


def test_a_quality_that_is_no_number_is_out():
    choice = choose(BASE, [candidate("c1", 0.5, quality=math.nan)], tolerance=HALF_PERCENT)
    assert choice.selected is None


def test_ties_go_to_fewer_rewrites_then_to_the_id():
    twins = [candidate("c2", 0.5, rewrites=3), candidate("c1", 0.5, rewrites=3), candidate("c9", 0.5, rewrites=1)]
    assert choose(BASE, twins).selected == "c9"
    assert choose(BASE, twins[:2]).selected == "c1"


def test_weights_decide_between_rivals():
    rivals = [candidate("lean", 0.3, 0.9), candidate("fast", 0.7, 0.3)]
    assert choose(BASE, rivals, weights=Weights.of(0.8, 0.1, 0.1)).selected == "lean"
    quick = choose(BASE, rivals, weights=Weights.of(0.1, 0.1, 0.8))
    assert quick.selected == "fast"
    assert any(line.startswith("lean would be chosen with a weight of") for line in quick.explanation)
    assert quick.explanation[0] == "Weights: energy 0.10, quality 0.10, time 0.80."
    assert "Chosen: fast." in quick.explanation


def test_what_would_have_to_change_is_true():
    rivals = [candidate("lean", 0.3, 0.9), candidate("fast", 0.7, 0.3)]
    line = next(s for s in choose(BASE, rivals).explanation if "would be chosen with" in s)
    weight, objective = float(line.split("weight of ")[1].split()[0]), line.split(" on ")[1].split()[0]
    name, more = line.split()[0], "or more" in line
    now = dict(zip(("energy", "quality", "time"), Weights().values(), strict=True))
    changed = weight + (0.01 if more else -0.01)
    rest = 1 - now[objective]
    flipped = {k: changed if k == objective else v * (1 - changed) / rest for k, v in now.items()}
    assert choose(BASE, rivals, weights=Weights.of(**flipped)).selected == name


@pytest.mark.parametrize("energy", [0.2, 0.31, 0.45, 0.63])
@pytest.mark.parametrize("weights", [(0.5, 0.3, 0.2), (0.1, 0.1, 0.8), (1, 0, 0), (0.54, 0.92, 0.03)])
def test_the_weights_that_are_named_choose_another(energy, weights):
    rivals = [candidate("lean", energy, 0.9), candidate("fast", 0.7, 0.3), candidate("good", 0.8, 0.8, quality=0.97)]
    named = [s for s in choose(BASE, rivals, weights=Weights.of(*weights)).explanation if "--weights" in s]
    assert named
    for line in named:
        option = line.split("--weights ")[1].rstrip(".").split(",")
        assert choose(BASE, rivals, weights=Weights.of(*map(float, option))).selected == line.split()[0], line


def test_dominance_needs_a_difference_that_is_shown():
    readings = {b: (100 + b % 3, 10.0) for b in range(6)}
    base = Alternative("baseline", 100.0, 10.0, 0.9, readings=readings)
    first = candidate("c1", 0.50, readings={b: (50 + 3 * (b % 2), 5.0) for b in range(6)})
    second = candidate("c2", 0.51, readings={b: (53 - 3 * (b % 2), 5.0) for b in range(6)})
    third = candidate("c3", 0.80, readings=dict.fromkeys(range(6), (80.0, 8.0)))
    choice = choose(base, [first, second, third])
    assert choice.front == ("c1", "c2")
    assert "worse in none" in choice.refused["c3"]


def test_a_modelled_saving_gone_at_a_low_idle_share_needs_a_saving_of_time():
    slow = candidate("c1", 0.6, 2.0, critical_idle_share=0.1)
    assert choose(BASE, [slow], evidence="measured").selected == "c1"
    refused = choose(BASE, [slow], evidence="modelled")
    assert refused.selected is None
    assert "--idle-share" in refused.refused["c1"]
    assert choose(BASE, [slow], evidence="modelled", idle_share=0.05).selected == "c1"
    assert choose(BASE, [slow], evidence="modelled", idle_share=0.2).selected is None
    assert choose(BASE, [candidate("c1", 0.6, 2.0, critical_idle_share=0.4)], evidence="modelled").selected == "c1"
    quick = candidate("c1", 0.6, 0.6, critical_idle_share=0.1)
    assert choose(BASE, [quick], evidence="modelled").selected == "c1"


def test_the_explanation_says_how_many_blocks_would_prove_it():
    readings = dict.fromkeys(range(5), (100.0, 10.0))
    base = Alternative("baseline", 100.0, 10.0, 0.9, readings=readings)
    wide = {"energy_ratio": interval(0.95, 0.1), "proven": False}
    noisy = candidate("c1", 0.95, readings={b: (95 + 6 * (-1) ** b, 10.0) for b in range(5)}, **wide)
    assert any("blocks would prove it" in line for line in choose(base, [noisy]).explanation)


def test_given_refusals_are_kept():
    choice = choose(BASE, [candidate("c1", 0.5, refusal="out of memory")])
    assert choice.selected is None
    assert choice.refused == {"c1": "out of memory"}


@pytest.mark.parametrize("text", ["", "1,2", "1,2,3,4", "a,b,c", "-1,1,1", "0,0,0", "nan,1,1", "inf,1,1"])
def test_weights_that_mean_nothing_are_refused_with_a_remedy(text):
    with pytest.raises(UsageError) as caught:
        Weights.parse(text)
    assert "0.5,0.3,0.2" in caught.value.remedy


def test_weights_are_scaled_to_one():
    assert Weights.parse("5, 3, 2").values() == pytest.approx((0.5, 0.3, 0.2))


def test_a_baseline_without_figures_is_an_error():
    with pytest.raises(ValueError, match="baseline"):
        choose(Alternative("baseline", math.nan, 1.0), [])
    with pytest.raises(ValueError, match="same id"):
        choose(BASE, [candidate("c1", 0.5), candidate("c1", 0.5)])
