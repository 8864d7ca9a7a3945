"""Whether a run of a candidate did the baseline's job."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from greenrules.bench.outputs import Mask, compare, mask_of
from greenrules.bench.quality import QualitySource, choose_quality, directions, other_metrics, read_quality
from greenrules.bench.run import Outcome
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
        agreement: how far its outputs agree with the baseline's.
    """

    ok: bool
    reason: str = ""
    quality: float | None = None
    loss: float | None = None
    others: Mapping[str, float] = field(default_factory=dict)
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
    ) -> None:
        self.source: QualitySource = choose_quality([first, second], declared, metric)
        self.directions = directions(first, declared)
        self.mask: Mask = mask_of(first, second)
        self._reference = first
        self._allowed = allowed
        self._tolerance = tolerance
        self._baseline = read_quality(self.source, first)

    @property
    def allowed(self) -> QualityLoss | None:
        """The most quality that may be lost; None where equal outputs are all there is to go by."""
        return None if self.source.source == "outputs" else self._allowed

    def baseline(self, outcome: Outcome) -> Judgement:
        """What is said of a run of the baseline: its quality, as it is."""
        quality = read_quality(self.source, outcome)
        return Judgement(True, quality=quality, loss=0.0, others=other_metrics(self.source, outcome))

    def judge(self, outcome: Outcome, level: Level) -> Judgement:
        """What is said of a run of a candidate.

        Args:
            outcome: a run that ended well, its files kept.
            level: the most the candidate's rules may change.
        """
        quality = read_quality(self.source, outcome)
        others = other_metrics(self.source, outcome)
        strict: Literal["exact", "numeric"] = "exact" if level == "exact" else "numeric"
        agreement = compare(self._reference, outcome, strict, self.mask, rtol=self._tolerance)
        facts = agreement.facts()
        loss = self._loss(quality)
        reason = ""
        if (level != "model" or self.source.source == "outputs") and not agreement.agree:
            reason = f"its outputs are not the baseline's: {agreement.reason()}"
        elif self.source.source != "outputs":
            reason = self._short_of(quality, loss)
        return Judgement(not reason, reason, quality, loss, others, facts)

    def _loss(self, quality: float | None) -> float | None:
        if quality is None or self._baseline is None or not math.isfinite(quality):
            return None
        sign = 1.0 if self.source.better == "higher" else -1.0
        return sign * (self._baseline - quality)

    def _short_of(self, quality: float | None, loss: float | None) -> str:
        name = self.source.metric or "quality"
        if quality is None:
            return f"it neither records nor prints {name}"
        if loss is None:
            return f"its {name} is {quality}"
        assert self._baseline is not None
        allowed = self._allowed.allowed(self._baseline)
        if loss > allowed + 1e-12 * max(1.0, abs(self._baseline)):
            return f"its {name} is {quality:.6g}, {loss:.3g} worse than {self._baseline:.6g}; {allowed:.3g} is allowed"
        return ""
