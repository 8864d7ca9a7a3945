"""The runs of one candidate, and whether its quality holds over the seeds that it ran with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from greenrules.bench.run import StageReading
from greenrules.models import Role, RunRecord
from greenrules.selection.quality import LEAST_SEEDS, QualityVerdict, quality_guard
from greenrules.verbs.judge import Judge, Judgement


@dataclass
class Series:
    """The runs of one candidate.

    Attributes:
        id: in the report.
        runs: in the order they were made.
        stages: per run that ended well, what each role cost.
        judgements: per run that ended well.
        rejection: why it is out, None while it is not.
        seeds: seed shift → quality.
        held: seed shift → the metric's values at other calls that are held to the limit.
    """

    id: str
    runs: list[RunRecord] = field(default_factory=list)
    stages: list[Mapping[Role, StageReading]] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    rejection: tuple[Literal["failed", "rejected"], str] | None = None
    seeds: dict[int, float] = field(default_factory=dict)
    held: dict[int, tuple[float, ...]] = field(default_factory=dict)


def over_seeds(own: Series, base: Series, judge: Judge) -> QualityVerdict | None:
    """What the guard says of the seeds that two series share: of the quality, and of the metric at its other calls.

    Args:
        own: the candidate's runs.
        base: the baseline's.
        judge: knows what may be lost.

    Returns:
        None where there are too few seeds in common, or nothing but outputs to compare.
    """
    shared = sorted(own.seeds.keys() & base.seeds.keys())
    if len(shared) < LEAST_SEEDS or judge.allowed is None:
        return None
    verdict = quality_guard(
        [base.seeds[seed] for seed in shared], [own.seeds[seed] for seed in shared], judge.source.better, judge.allowed
    )
    return verdict if not verdict.ok else _elsewhere(own, base, judge, shared) or verdict


def _elsewhere(own: Series, base: Series, judge: Judge, seeds: Sequence[int]) -> QualityVerdict | None:
    """What the guard says against the metric's values at other calls; None where it says nothing."""
    assert judge.allowed is not None
    rows = [(base.held.get(seed, ()), own.held.get(seed, ())) for seed in seeds]
    for number in range(min(min(len(before), len(after)) for before, after in rows)):
        pairs = [before[number] for before, _ in rows], [after[number] for _, after in rows]
        verdict = quality_guard(*pairs, judge.source.better, judge.allowed)
        if not verdict.ok:
            return replace(verdict, reason=f"{judge.called(number)}, {verdict.reason}")
    return None
