"""A wall meter that writes its log while we run: tier 0, everything the plug gives."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from greenrules.errors import GreenrulesError
from greenrules.meters.protocol import Activity, Availability, Energy, Reading, Snapshot
from greenrules.meters.trace import Trace, read_trace
from greenrules.meters.tree import own_cpu_seconds, tree_cpu_seconds
from greenrules.meters.uncertainty import METER_UNCERTAINTY, Budget, resolution
from greenrules.models import Evidence, RefusedMeter

#: A log whose last row is older than this does not show the present.
_LATEST_S = 5.0
#: A log whose last row is later than now by more than rounding goes by another clock.
_AHEAD_S = 1.5


class WallMeter:
    """Reads the log at each boundary; between its last row and now the last power goes on.

    Args:
        log: the CSV file.
        pid: root of the process tree, the own process when None.
        clock: monotonic nanoseconds.
        now: seconds since 1970 by the clock that the log uses.
        proc: where the process information is.
    """

    evidence: Evidence = "measured"

    def __init__(
        self,
        log: Path | str,
        *,
        pid: int | None = None,
        clock: Callable[[], int] = time.monotonic_ns,
        now: Callable[[], float] = time.time,
        proc: Path | str = "/proc",
    ) -> None:
        self.name, self.tier = "wall", "0"
        self.domains: tuple[str, ...] = ("wall",)
        self.relative_uncertainty = METER_UNCERTAINTY["wall"]
        self.refused: tuple[RefusedMeter, ...] = ()
        self.poll_s: float | None = None
        self.idle_w: float | None = None
        self._log, self._pid, self._clock, self._now, self._proc = Path(log), pid, clock, now, proc
        self._period_s = 1.0
        self._last = Reading(0.0)
        self._last_t_s: float | None = None
        self.detail: dict[str, Any] = {"log": str(log)}

    def _trace(self) -> Trace:
        return read_trace(self._log.read_text(encoding="utf-8-sig", errors="replace"), str(self._log), local=True)

    def probe(self) -> Availability:
        """Whether the log can be read and goes on."""
        remedy = f"let the meter write to {self._log}, at least every {_LATEST_S:.0f} s, with this machine's clock"
        try:
            age = self._now() - self._trace().times_s[-1]
        except OSError as error:
            return Availability(False, f"cannot read {self._log}: {error.strerror or error}", remedy)
        except GreenrulesError as error:
            return Availability(False, f"{self._log}: {error}", remedy)
        if age < -_AHEAD_S:
            return Availability(False, f"the last row of {self._log} lies {-age:.0f} s in the future", remedy)
        if age > _LATEST_S:
            return Availability(False, f"the last row of {self._log} is {age:.0f} s old", remedy)
        return Availability(True)

    def read(self, activity: Activity | None = None) -> Snapshot:
        """Cumulative energy of the log up to now; a log that stopped or cannot be read leaves the last value."""
        t_s = self._now()
        try:
            trace = self._trace()
        except (OSError, GreenrulesError):
            age = max(1e-9, t_s - (self._last_t_s or t_s))
            reading = Reading(self._last.joules, stale_s=age)
        else:
            age = t_s - trace.times_s[-1]
            self._period_s = (trace.times_s[-1] - trace.times_s[0]) / (len(trace.times_s) - 1)
            until = t_s if age <= _LATEST_S else trace.times_s[-1]
            # By another clock there is no telling which rows are the present.
            stale_s = abs(age) if age > _LATEST_S or age < -_AHEAD_S else 0.0
            reading = Reading(trace.energy_at(until), stale_s=stale_s)
            self._last, self._last_t_s = reading, until
        if activity is not None:
            return Snapshot(activity.t_ns, activity.cpu_s, {"wall": reading})
        return Snapshot(self._clock(), self._cpu_s(), {"wall": reading})

    def _cpu_s(self) -> float | None:
        try:
            return own_cpu_seconds(self._proc) if self._pid is None else tree_cpu_seconds(self._pid, self._proc)
        except ProcessLookupError:
            return None

    def delta(self, a: Snapshot, b: Snapshot) -> Energy:
        """The plug's energy: power supply, board, memory and fans included."""
        before, after = a.readings["wall"], b.readings["wall"]
        time_s = max(0.0, (b.t_ns - a.t_ns) / 1e9)
        energy_j = after.joules - before.joules
        valid = energy_j >= 0 and after.stale_s == 0 and before.stale_s == 0
        missing = min(1.0, after.stale_s / time_s) if time_s > 0 else float(after.stale_s > 0)
        warnings = () if valid else ("the meter's log does not cover the whole interval",)
        energy_j = max(0.0, energy_j)
        return Energy(
            energy_j,
            {"wall": energy_j},
            time_s,
            max(0.0, (b.cpu_s or 0.0) - (a.cpu_s or 0.0)),
            Budget(meter=self.relative_uncertainty, resolution=resolution(time_s, energy_j, self._period_s)),
            1.0 - missing,
            warnings,
            valid,
            machine_j=energy_j,
        )
