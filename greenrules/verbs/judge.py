"""Whether a run of a candidate did the baseline's job."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from greenrules.bench.outputs import Mask, compare, mask_of
from greenrules.bench.quality import (
    QualitySource,
    choose_quality,
    directions,
    metric_values,
    other_metrics,
    read_quality,
)
from greenrules.bench.run import MetricValue, Outcome
from greenrules.models import Level
from greenrules.selection.quality import QualityLoss


@dataclass(frozen=True)
class Judgement:
    """What is said of a run.

    Attributes:
        ok: it did its job.
        reason: why not.
        quality: by the source the baseline fixed; None when there is none.
        loss: against the baseline, positive when worse; None when not known.
        others: the other figures.
        held: values of the same metric at the other calls that are held to the limit, in their order; empty where the
            run made another number of them than the baseline.
        agreement: how far its outputs agree with the baseline's.
    """

    ok: bool
    reason: str = ""
    quality: float | None = None
    loss: float | None = None
    others: Mapping[str, float] = field(default_factory=dict)
    held: tuple[float, ...] = ()
    agreement: Mapping[str, Any] = field(default_factory=dict)


class Judge:
    """Fixed on the baseline's first two runs.

    Args:
        first: a run of the baseline, its files kept.
        second: another one.
        declared: metric → which way is better.
        metric: the user's choice, None to choose by the rules of the measurement contract.
        allowed: the most quality that may be lost.
        tolerance: relative tolerance of outputs at level ``numeric``.
        passing: lines of calls whose values may get worse, such as those for training data; None when the metric's
            last value is all that counts.

    Raises:
        UsageError: no metric of the name the user chose.
    """

    def __init__(
        self,
        first: Outcome,
        second: Outcome,
        declared: Mapping[str, Literal["higher", "lower"]],
        metric: str | None,
        allowed: QualityLoss,
        tolerance: float,
        passing: frozenset[int] | None = None,
    ) -> None:
        self.source: QualitySource = choose_quality([first, second], declared, metric)
        self.directions = directions(first, declared)
        self.mask: Mask = mask_of(first, second)
        self._reference = first
        self._allowed = allowed
        self._tolerance = tolerance
        self._baseline = read_quality(self.source, first)
        values = metric_values(self.source, first)
        self._calls = len(values)
        self._held = () if passing is None else tuple(_held(values[:-1], passing))
        self._reference_held = self._held_values(first)

    @property
    def allowed(self) -> QualityLoss | None:
        """The most quality that may be lost; None where equal outputs are all there is to go by."""
        return None if self.source.source == "outputs" else self._allowed

    def baseline(self, outcome: Outcome) -> Judgement:
        """What is said of a run of the baseline: its quality, as it is."""
        quality, held = read_quality(self.source, outcome), self._held_values(outcome)
        return Judgement(True, quality=quality, loss=0.0, others=other_metrics(self.source, outcome), held=held)

    def judge(self, outcome: Outcome, level: Level) -> Judgement:
        """What is said of a run of a candidate.

        Args:
            outcome: a run that ended well, its files kept.
            level: the most the candidate's rules may change.
        """
        quality = read_quality(self.source, outcome)
        others = other_metrics(self.source, outcome)
        held = self._held_values(outcome)
        strict: Literal["exact", "numeric"] = "exact" if level == "exact" else "numeric"
        agreement = compare(self._reference, outcome, strict, self.mask, rtol=self._tolerance)
        facts = agreement.facts()
        loss = self._loss(quality)
        reason = ""
        if (level != "model" or self.source.source == "outputs") and not agreement.agree:
            reason = f"its outputs are not the baseline's: {agreement.reason()}"
        elif self.source.source != "outputs":
            reason = self._short_of(quality, loss) or self._short_elsewhere(held)
        return Judgement(not reason, reason, quality, loss, others, held, facts)

    def called(self, number: int) -> str:
        """The words for one of the held calls: which of all calls of the metric it is."""
        return f"in call {self._held[number] + 1} of {self._calls}"

    def _held_values(self, outcome: Outcome) -> tuple[float, ...]:
        values = metric_values(self.source, outcome)
        return tuple(values[place].value for place in self._held) if len(values) == self._calls else ()

    def _loss(self, quality: float | None) -> float | None:
        if quality is None or self._baseline is None or not math.isfinite(quality):
            return None
        return self._lost(self._baseline, quality)

    def _lost(self, before: float, after: float) -> float:
        return before - after if self.source.better == "higher" else after - before

    def _short_of(self, quality: float | None, loss: float | None) -> str:
        name = self.source.metric or "quality"
        if quality is None:
            return f"it neither records nor prints {name}"
        if loss is None:
            return f"its {name} is {quality}"
        assert self._baseline is not None
        return self._beyond(f"its {name} is", self._baseline, quality)

    def _short_elsewhere(self, held: tuple[float, ...]) -> str:
        """Where the metric is called for something else, too, and is worse there than is allowed."""
        found = (
            self._beyond(f"its {self.source.metric} {self.called(number)} is", before, after)
            for number, (before, after) in enumerate(zip(self._reference_held, held, strict=False))
        )
        return next(filter(None, found), "")

    def _beyond(self, what: str, before: float, after: float) -> str:
        loss, allowed = self._lost(before, after), self._allowed.allowed(before)
        if math.isfinite(after) and loss <= allowed + 1e-12 * max(1.0, abs(before)):
            return ""
        return f"{what} {after:.6g}, {loss:.3g} worse than {before:.6g}; {allowed:.3g} is allowed"


def _held(calls: Sequence[MetricValue], passing: frozenset[int]) -> Iterator[int]:
    """The places of calls that are held to the limit."""
    for place, call in enumerate(calls):
        if call.line not in passing and math.isfinite(call.value) and not call.log:
            yield place
