"""From pairs of modelled and metered energy to a calibrated model: ``E_wall = a · t + b · E_model``, with a, b ≥ 0."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import hypot, sqrt
from pathlib import Path
from typing import Any

from greenrules.errors import MeasurementError
from greenrules.meters.processor import Processor
from greenrules.meters.uncertainty import METER_UNCERTAINTY

#: With this many pairs or fewer a scale alone predicts better than scale and offset (8.9 against 14.3 % at two pairs).
_SCALE_ONLY = 3
#: A machine's cooling, firmware and dust change; after this many days it is measured again.
VALID_DAYS = 180


@dataclass(frozen=True, slots=True)
class Pair:
    """One stretch of time seen by the model and by the meter.

    Attributes:
        time_s: how long.
        model_j: what the uncalibrated model says.
        wall_j: what the meter says.
    """

    time_s: float
    model_j: float
    wall_j: float


@dataclass(frozen=True, slots=True)
class Fit:
    """``idle_w`` (a) in watts and ``scale`` (b), with the relative error of predicting each pair from the rest."""

    idle_w: float
    scale: float
    leave_one_out_error: float
    pairs: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fit with the machine it is of; a value for the caller to save.

    Attributes:
        w_per_thread: watts per busy thread of the uncalibrated model that ``scale`` multiplies.
        clock_offset_s: meter clock minus ours.
        created: time zone aware.
        expires: time zone aware.
    """

    idle_w: float
    scale: float
    w_per_thread: float
    leave_one_out_error: float
    pairs: int
    clock_offset_s: float
    fingerprint: str
    created: datetime
    expires: datetime

    @property
    def relative_uncertainty(self) -> float:
        """Of an energy: the wall meter's, and the fit's own error or that of a fit on other work, the greater."""
        return hypot(METER_UNCERTAINTY["wall"], max(self.leave_one_out_error, METER_UNCERTAINTY["calibrated"]))

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self) | {"created": self.created.isoformat(), "expires": self.expires.isoformat()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Calibration:
        """The inverse of ``as_json``.

        Raises:
            MeasurementError: a key is missing, unknown, or not what it should be.
        """
        try:
            times = {key: datetime.fromisoformat(values[key]) for key in ("created", "expires")}
            loaded = cls(**(values | times))
            if min(loaded.idle_w, loaded.scale, loaded.w_per_thread) < 0 or loaded.expires.tzinfo is None:
                raise ValueError("a negative power, or a time without a time zone")
        except (KeyError, TypeError, ValueError) as error:
            raise MeasurementError(
                f"not a calibration: {error}", remedy="run `greenrules calibrate METER.csv` again"
            ) from None
        return loaded


def fingerprint(processor: Processor, machine_id: Path | str = "/etc/machine-id") -> str:
    """Names a machine without telling which it is: 16 hexadecimal digits."""
    try:
        identity = Path(machine_id).read_text().strip()
    except OSError:
        identity = ""
    text = repr((*asdict(processor).values(), identity))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def nnls(pairs: Sequence[Pair]) -> tuple[float, float]:
    """Least squares of relative errors for ``wall = a·t + b·model`` with a, b ≥ 0.

    With two unknowns the active sets can be tried in turn: both free, else the better of each alone (Lawson and Hanson,
    Solving Least Squares Problems, chapter 23, for the general case). Relative errors, because stretches differ in
    length.
    """
    rows = [(p.time_s / p.wall_j, p.model_j / p.wall_j) for p in pairs]
    tt = sum(t * t for t, _ in rows)
    mm = sum(m * m for _, m in rows)
    tm = sum(t * m for t, m in rows)
    t1, m1 = sum(t for t, _ in rows), sum(m for _, m in rows)
    determinant = tt * mm - tm * tm
    if determinant > 1e-12 * tt * mm:
        a, b = (t1 * mm - m1 * tm) / determinant, (m1 * tt - t1 * tm) / determinant
        if a >= 0 and b >= 0:
            return a, b
    options = [(0.0, m1 / mm if mm else 0.0), (t1 / tt if tt else 0.0, 0.0)]
    return min(options, key=lambda ab: sum((ab[0] * t + ab[1] * m - 1.0) ** 2 for t, m in rows))


def _solve(pairs: Sequence[Pair]) -> tuple[float, float]:
    if len(pairs) > _SCALE_ONLY:
        return nnls(pairs)
    models = [p.model_j / p.wall_j for p in pairs]
    squares = sum(m * m for m in models)
    return 0.0, sum(models) / squares if squares else 0.0


def fit(pairs: Sequence[Pair]) -> Fit:
    """Scale and idle power from pairs; a scale alone from three or fewer.

    Raises:
        MeasurementError: fewer than two pairs, or a pair without time or energy.
    """
    if len(pairs) < 2:
        raise MeasurementError("a calibration needs at least two stretches of time", remedy="log the meter for longer")
    if any(p.time_s <= 0 or p.wall_j <= 0 or p.model_j < 0 for p in pairs):
        raise MeasurementError("the meter shows no energy in a part of the log", remedy="check the meter's columns")
    a, b = _solve(pairs)
    if a == 0 and b == 0:
        raise MeasurementError("the model saw no CPU time in the log", remedy="log the meter while the load runs")
    errors = []
    for index, left_out in enumerate(pairs):
        rest = [*pairs[:index], *pairs[index + 1 :]]
        # The form stays that of the whole fit: one pair less must not turn an affine fit into a scale.
        one_a, one_b = nnls(rest) if len(pairs) > _SCALE_ONLY else _solve(rest)
        errors.append((one_a * left_out.time_s + one_b * left_out.model_j) / left_out.wall_j - 1.0)
    return Fit(a, b, sqrt(sum(e * e for e in errors) / len(errors)), len(pairs))


def calibrate(
    pairs: Sequence[Pair],
    *,
    w_per_thread: float,
    machine: str,
    now: datetime,
    clock_offset_s: float = 0.0,
    valid_days: int = VALID_DAYS,
) -> Calibration:
    """A calibration of the machine with ``fingerprint``.

    Args:
        pairs: stretches of time by model and meter.
        w_per_thread: of the uncalibrated model.
        machine: its ``fingerprint``.
        now: time zone aware.
        clock_offset_s: found when the clocks were aligned.
        valid_days: until it expires.

    Raises:
        MeasurementError: the pairs do not suffice.
    """
    found = fit(pairs)
    return Calibration(
        found.idle_w,
        found.scale,
        w_per_thread,
        found.leave_one_out_error,
        found.pairs,
        clock_offset_s,
        machine,
        now,
        now + timedelta(days=valid_days),
    )
