"""``gate``: has the energy grown by more than is allowed?"""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any, Literal

from greenrules.errors import ExitCode, MeasurementError, UsageError
from greenrules.models import Report, RunRecord, Variant
from greenrules.selection.quality import QualityLoss
from greenrules.selection.unpaired import welch_ratio
from greenrules.verbs.metering import MODEL_SET
from greenrules.verbs.readings import LEAST_COVERAGE

#: Least standard deviation of a log reading: a coarse clock repeats itself more often than a run does.
LEAST_SD = 0.002


@dataclass(frozen=True)
class GateVerdict:
    """What the gate says.

    Attributes:
        verdict: ``ok``, ``regression`` or ``inconclusive``.
        ratio: new energy over old, None when they cannot be compared.
        low: lower end of its 95 % interval.
        high: upper end.
        limit: the ratio that is allowed.
        reason: one sentence.
    """

    verdict: Literal["ok", "regression", "inconclusive"]
    ratio: float | None
    low: float | None
    high: float | None
    limit: float
    reason: str

    @property
    def exit_code(self) -> ExitCode:
        """1 for a regression, 5 when nothing can be said."""
        return {"ok": ExitCode.OK, "regression": ExitCode.FINDINGS, "inconclusive": ExitCode.UNTRUSTED}[self.verdict]

    @property
    def text(self) -> str:
        """For people."""
        return f"{self.verdict}: {self.reason}"

    def as_json(self) -> dict[str, Any]:
        """For machines; an end that is not finite becomes null."""
        plain = asdict(self)
        return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in plain.items()}


def _variant(report: Report) -> Variant:
    """What a report stands for: the script it chose, or the baseline."""
    return next((one for one in report.candidates if one.id == report.selected), report.baseline)


def _runs(report: Report) -> list[RunRecord]:
    variant = _variant(report)
    counted = [run for run in variant.runs if run.status == "ok" and run.phase in ("measure", "confirmation")]
    return counted or [run for run in variant.runs if run.status == "ok" and run.phase != "warm-up"]


def _differences(base: Report, new: Report) -> list[str]:
    """Why two reports cannot be compared: other machine, other meter, or a meter that was set otherwise."""
    pairs = [
        ("the meter's tier", base.meter.tier, new.meter.tier),
        ("the meter", base.meter.name, new.meter.name),
        ("what the meter sees", ", ".join(base.meter.domains), ", ".join(new.meter.domains)),
        *((what, base.meter.detail.get(key), new.meter.detail.get(key)) for key, what in MODEL_SET.items()),
        ("the processor", base.machine.cpu, new.machine.cpu),
        ("the number of threads", base.machine.threads, new.machine.threads),
    ]
    return [f"{what} differs ({_shown(one)} before, {_shown(two)} now)" for what, one, two in pairs if one != two]


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "none" if value is None else str(value)


def _unseen(report: Report) -> str:
    """What the meter missed of a report's runs, empty when it is next to nothing."""
    seen = min((run.reading.coverage for run in _runs(report) if run.reading is not None), default=1.0)
    return "" if seen >= LEAST_COVERAGE else f"{report.script.path}: the meter saw {seen:.0%} of a run only"


def _readings(report: Report) -> list[float]:
    runs = _runs(report)
    found = [run.energy_j for run in runs if run.energy_j is not None and run.energy_j > 0]
    if not found:
        raise MeasurementError(
            f"{report.script.path}: the report has no run with an energy",
            remedy="greenrules measure SCRIPT --repeat 5 --json",
        )
    return found


def _name(report: Report) -> str:
    """What was measured, without its folder; a rewritten script goes by the name of the one it was made from."""
    path = report.script.path
    if not path.endswith(".py"):
        return path
    return re.sub(r"\.green\.py$", ".py", PurePath(path).name)


def _same_script(base: Report, new: Report) -> None:
    if _name(base) == _name(new) or base.script.sha256 == new.script.sha256:
        return
    raise UsageError(
        f"the reports are of different scripts: {base.script.path} before, {new.script.path} now",
        remedy="compare reports of one script; --renamed if it is the same one under another name",
    )


def gate(base: Report, new: Report, max_regression: str = "5%", *, renamed: bool = False) -> GateVerdict:
    """Compare two reports.

    Args:
        base: of ``measure`` or ``apply``, before; of ``apply`` the chosen script counts.
        new: the same, after.
        max_regression: growth of energy that is allowed, such as ``5%`` or ``0.05``.
        renamed: the two are one script although their names differ.

    Raises:
        UsageError: when the scripts differ, or ``max_regression`` is not a share, or is 1 and more without a percent
            sign.
        MeasurementError: when a report has no energy in it.
    """
    try:
        allowed = QualityLoss.parse(max_regression)
    except UsageError:
        raise UsageError(f"'{max_regression}' is not a share", remedy="write it like 5% or 0.05") from None
    if not allowed.relative and allowed.amount >= 1:
        # Who writes 5 means 5 %: a gate that lets six times the energy through would never close.
        remedy = f"write {allowed.amount:g}%, or {allowed.amount * 100:g}% if that is meant"
        raise UsageError(f"'{max_regression}' could mean two things", remedy=remedy)
    if not renamed:
        _same_script(base, new)
    limit = 1 + allowed.amount
    obstacles = [*_differences(base, new), *filter(None, map(_unseen, (base, new)))]
    if obstacles:
        return GateVerdict("inconclusive", None, None, None, limit, f"not comparable: {'; '.join(obstacles)}")
    ratio = welch_ratio(_readings(new), _readings(base), against=limit, least_sd=LEAST_SD)
    span = f"energy is {ratio.center:.3f} times the old one, 95 % interval {ratio.low:.3f} to {ratio.high:.3f}"
    if ratio.n < 2:
        reason = f"{span}; one run is no evidence: measure with --repeat 5"
        return GateVerdict("inconclusive", ratio.center, ratio.low, ratio.high, limit, reason)
    if ratio.low > limit:
        return GateVerdict(
            "regression", ratio.center, ratio.low, ratio.high, limit, f"{span}, above the {limit:.3f} allowed"
        )
    if ratio.high <= limit:
        return GateVerdict("ok", ratio.center, ratio.low, ratio.high, limit, f"{span}, within the {limit:.3f} allowed")
    reason = f"{span} contains the {limit:.3f} allowed: too noisy to say; more runs with --repeat would narrow it"
    return GateVerdict("inconclusive", ratio.center, ratio.low, ratio.high, limit, reason)
