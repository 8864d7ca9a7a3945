"""Choosing from a stored report, without a run."""

from greenrules.models import (
    Interval,
    MachineInfo,
    MeterInfo,
    NoiseInfo,
    QualityInfo,
    Report,
    RunRecord,
    SandboxInfo,
    ScriptInfo,
    SearchInfo,
    Variant,
)
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
    return Report(
        greenrules="0",
        created="now",
        seed=0,
        command=[],
        script=ScriptInfo(path="s", sha256="", output=None, libraries={}, packs={}, stages=[]),
        machine=MachineInfo(cpu="", cores=1, threads=1, memory_gb=1, os="", hypervisor=None, python=""),
        environment={},
        meter=MeterInfo(name="m", tier="1", evidence="measured", domains=[], relative_uncertainty=0.0),
        quality=QualityInfo(metric="accuracy", better="higher", source="metric"),
        baseline=baseline,
        candidates=candidates,
        front=list(choice.front),
        selected=choice.selected,
        decision=choice.decision(),
        search=SearchInfo(runs=0, energy_j=0, time_s=0, break_even_runs=None, stopped="", journal=None),
        noise=NoiseInfo(baseline_rsd=None, load=None, steal=None, verdict="unknown"),
        sandbox=SandboxInfo(kind="none", network=False),
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
