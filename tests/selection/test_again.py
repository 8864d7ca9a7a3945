"""Choosing from a stored report, without a run."""

from bare_report import bare_report

from greenrules.models import Interval, Report, RunRecord, Variant
from greenrules.selection import QualityLoss, Weights, alternative, choose, choose_again


def interval(median):
    return Interval(median=median, low=median * 0.98, high=median * 1.02)


def variant(name, energy, time, quality=0.9, **more):
    runs = [
        RunRecord(
            block=block,
            energy_j=100 * energy * (1 + 0.004 * (-1) ** block),
            time_s=10 * time * (1 + 0.003 * (-1) ** block),
            cpu_s=1.0,
            quality=quality,
            max_rss_mb=1.0,
            exit_code=0,
            phase=phase,
        )
        for block, phase in enumerate(["screening", *["confirmation"] * 5])
    ]
    fields = {"energy_ratio": interval(energy), "time_ratio": interval(time), "proven": energy < 0.98}
    if name == "baseline":
        fields = {}
    return Variant(
        id=name,
        rules=["p/r"],
        runs=runs,
        energy_j=interval(100 * energy),
        time_s=interval(10 * time),
        quality=interval(quality),
        **(fields | more),
    )


def report(weights=None):
    baseline = variant("baseline", 1.0, 1.0)
    candidates = [
        variant("lean", 0.3, 0.9),
        variant("fast", 0.7, 0.3),
        variant("lost", 0.1, 0.1, status="rejected", reason="too much quality lost"),
        variant("same", 0.999, 1.0),
    ]
    choice = choose(
        alternative(baseline),
        [alternative(c) for c in candidates],
        weights=weights,
        tolerance=QualityLoss.parse("0.5%"),
    )
    return bare_report(
        baseline,
        candidates=candidates,
        front=list(choice.front),
        selected=choice.selected,
        decision=choice.decision(),
    )


def test_the_same_weights_give_the_same_choice_after_a_round_trip_through_json():
    before = report()
    after = Report.model_validate_json(before.model_dump_json())
    again = choose_again(after)
    assert again.selected == before.selected == "lean"
    assert list(again.front) == before.front
    assert again.decision() == before.decision


def test_other_weights_may_choose_another():
    stored = report()
    assert choose_again(stored, Weights.of(0.1, 0.1, 0.8)).selected == "fast"
    assert choose_again(stored, Weights.of(0.8, 0.1, 0.1)).selected == "lean"


def test_what_was_rejected_stays_out():
    again = choose_again(report(), Weights.of(1, 0, 0))
    assert again.refused["lost"] == "too much quality lost"
    assert "not distinguishable" in again.refused["same"]


def test_screening_runs_are_no_readings():
    assert sorted(alternative(variant("c", 0.5, 0.5)).readings) == [1, 2, 3, 4, 5]
