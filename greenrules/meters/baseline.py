"""The machine's idle power, measured on request before the runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from statistics import median

from greenrules.errors import MeasurementError
from greenrules.meters.protocol import Meter


@dataclass(frozen=True, slots=True)
class Idle:
    """Idle power.

    Attributes:
        power_w: median over the parts of the time looked at, which a short disturbance does not move.
        busy_share: share of the machine's CPU time that was busy meanwhile; None when not known.
    """

    power_w: float
    busy_share: float | None


def measure_idle(
    meter: Meter, seconds: float = 10.0, *, threads: int, sleep: Callable[[float], None] = time.sleep, parts: int = 5
) -> Idle:
    """Watch the machine do nothing.

    Args:
        meter: a meter that sees idle power; set its ``idle_w`` to the result.
        seconds: how long.
        threads: logical processors of the machine.
        sleep: waits.
        parts: stretches the time is cut into.

    Raises:
        MeasurementError: the meter is a model without idle power, or nothing could be read.
    """
    if meter.tier == "3b":
        raise MeasurementError(
            "the design power model does not see idle power", remedy="calibrate with a wall meter: greenrules calibrate"
        )
    powers, busy = [], 0.0
    first = before = meter.read()
    # No part longer than the counters may go unread.
    longest = min(seconds / parts, meter.poll_s or seconds)
    parts = max(parts, ceil(seconds / longest))
    for _ in range(parts):
        sleep(seconds / parts)
        after = meter.read()
        energy = meter.delta(before, after)
        if energy.valid and energy.time_s > 0:
            powers.append(energy.energy_j / energy.time_s)
        before = after
    if not powers:
        raise MeasurementError("no reading of the idle machine could be trusted", remedy="greenrules doctor")
    share = None
    if first.busy_s is not None and before.busy_s is not None:
        busy = before.busy_s - first.busy_s
        share = min(1.0, busy / (threads * (before.t_ns - first.t_ns) / 1e9))
    return Idle(median(powers), share)
