"""Whether a candidate still does the job: the quality guard."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from greenrules.errors import UsageError
from greenrules.selection.indicators import Better
from greenrules.selection.intervals import Estimate, mean_interval

#: So few seeds at least make an interval.
LEAST_SEEDS = 3
#: Chance to let pass what loses just more than is allowed.
NON_INFERIORITY = 0.05


@dataclass(frozen=True, slots=True)
class QualityLoss:
    """The most quality the user gives up: a share of the baseline's, or a figure in the metric's own unit."""

    amount: float
    relative: bool

    @classmethod
    def parse(cls, text: str) -> QualityLoss:
        """``0.5%`` is relative, ``0.005`` absolute.

        Raises:
            UsageError: it is neither, or negative.
        """
        stripped = text.strip()
        relative = stripped.endswith("%")
        try:
            amount = float(stripped.removesuffix("%"))
        except ValueError:
            amount = math.nan
        if not (math.isfinite(amount) and amount >= 0):
            raise UsageError(
                f"'{text}' is not a quality loss", remedy="write a share such as 0.5% or a figure such as 0.005"
            )
        return cls(amount / 100 if relative else amount, relative)

    def allowed(self, baseline: float) -> float:
        """The loss allowed, in the metric's unit."""
        return self.amount * abs(baseline) if self.relative else self.amount

    def __str__(self) -> str:
        return f"{self.amount:.4g}" if not self.relative else f"{self.amount * 100:.4g} %"


@dataclass(frozen=True, slots=True)
class QualityVerdict:
    """What the guard says.

    Attributes:
        ok: the candidate may be chosen.
        loss: how much worse, in the metric's unit, positive when worse; a gain is negative.
        kind: ``interval`` when seeds were repeated, else ``point``.
        allowed: the loss allowed.
        reason: one sentence.
    """

    ok: bool
    loss: Estimate | None
    kind: Literal["interval", "point"]
    allowed: float
    reason: str

    @property
    def hopeless(self) -> bool:
        """Whether further seeds would hardly help: the middle of the interval lies beyond what is allowed."""
        return not self.ok and (self.loss is None or self.loss.center > self.allowed)


def quality_guard(
    baseline: Sequence[float], candidate: Sequence[float], better: Better, tolerance: QualityLoss
) -> QualityVerdict:
    """Compare qualities, paired by seed.

    With at least three pairs the upper end of the 90 % interval of the loss must not exceed what is allowed: a test of
    non-inferiority at 5 %, which asks one side only (Schuirmann 1987, doi:10.1007/BF01068419). With fewer there is no
    repetition that means anything, and the medians are compared as they stand.

    Args:
        baseline: quality of the baseline, one value per seed.
        candidate: quality of the candidate with the same seeds.
        better: which way is better.
        tolerance: what may be lost.

    Raises:
        ValueError: one of the two has no values.
    """
    if not baseline or not candidate:
        raise ValueError("the guard needs a quality of both")
    sign = 1.0 if better == "higher" else -1.0
    bad = [x for x in (*baseline, *candidate) if not math.isfinite(x)]
    if bad:
        whose = "candidate's" if any(not math.isfinite(x) for x in candidate) else "baseline's"
        return QualityVerdict(False, None, "point", 0.0, f"the {whose} quality is {bad[0]}, which cannot be compared")
    allowed = tolerance.allowed(_middle(baseline))
    # A loss of exactly what is allowed is allowed, however the last bit was rounded.
    limit = allowed + 1e-12 * max(1.0, abs(_middle(baseline)))
    if len(baseline) == len(candidate) >= LEAST_SEEDS:
        losses = [sign * (b - c) for b, c in zip(baseline, candidate, strict=True)]
        loss = mean_interval(losses, level=1 - 2 * NON_INFERIORITY)
        ok = loss.high <= limit
        reason = (
            f"over {loss.n} seeds the quality loss is {loss.center:.4g} "
            f"(90 % interval {loss.low:.4g} to {loss.high:.4g}), {_within(ok)} the {allowed:.4g} allowed"
        )
        return QualityVerdict(ok, loss, "interval", allowed, reason)
    value = sign * (_middle(baseline) - _middle(candidate))
    ok = value <= limit
    reason = f"a point comparison: the quality loss is {value:.4g}, {_within(ok)} the {allowed:.4g} allowed"
    return QualityVerdict(ok, Estimate(value, value, value, 0.95, math.nan, None, 1, "point"), "point", allowed, reason)


def _within(ok: bool) -> str:
    return "within" if ok else "beyond"


def _middle(values: Sequence[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
