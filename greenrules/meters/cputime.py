"""Energy from the CPU seconds of a process tree: tier 3b by design power, tier 3a once calibrated.

``E = P_TDP · ū · Δt`` with ``ū = CPU seconds / (threads · Δt)`` is ``E = P_TDP / threads · CPU seconds``. The model
sees no idle power, frequency, vector width or memory traffic. Calibrated against a wall meter it is
``E = a · Δt + b · P_TDP / threads · CPU seconds``, which knows the idle power ``a``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from greenrules.meters.calibration import Calibration
from greenrules.meters.protocol import Activity, Availability, Energy, Reading, Snapshot
from greenrules.meters.tdp import TdpMatch
from greenrules.meters.tree import own_cpu_seconds, tree_cpu_seconds
from greenrules.meters.uncertainty import Budget, resolution
from greenrules.models import Evidence, RefusedMeter

#: Kernel accounting behind ``getrusage`` is exact; ``/proc`` prints ticks.
_TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")


class CpuTimeMeter:
    """Bills the CPU seconds of a process tree.

    Args:
        tdp: the design power to bill with.
        pid: root of the tree, the own process when None.
        calibration: of this machine; makes the meter tier 3a.
        availability: whether and why not, decided by who made the meter.
        clock: monotonic nanoseconds.
        proc: where the process information is.
    """

    evidence: Evidence

    def __init__(
        self,
        tdp: TdpMatch,
        *,
        pid: int | None = None,
        calibration: Calibration | None = None,
        availability: Availability | None = None,
        clock: Callable[[], int] = time.monotonic_ns,
        proc: Path | str = "/proc",
    ) -> None:
        self.tdp = tdp
        self.refused: tuple[RefusedMeter, ...] = ()
        self.poll_s: float | None = None
        self.domains: tuple[str, ...] = ("cpu",)
        self._availability = availability or Availability(True)
        self._clock = clock
        self._pid = pid
        self._proc = proc
        self._lock = Lock()
        self._last_cpu_s = 0.0
        self._last_good_ns: int | None = None
        self.idle_w: float | None
        self.detail: dict[str, Any] = {
            "tdp_w": round(tdp.tdp_w, 4),
            "tdp_low_w": round(tdp.low_w, 4),
            "tdp_high_w": round(tdp.high_w, 4),
            "tdp_package_w": tdp.package_w,
            "tdp_match": tdp.kind,
            "tdp_name": tdp.name,
            "tdp_source": tdp.source,
            "threads": tdp.threads,
            "w_per_thread": round(tdp.w_per_thread, 4),
        }
        if calibration is None:
            self.name, self.tier, self.evidence, self.idle_w = "tdp", "3b", "modelled", None
            self.relative_uncertainty = tdp.relative_uncertainty
            self._w_idle, self._w_busy = 0.0, tdp.w_per_thread
        else:
            self.name, self.tier, self.evidence = "calibrated", "3a", "calibrated"
            self.relative_uncertainty = calibration.relative_uncertainty
            self.idle_w = calibration.idle_w if calibration.idle_w > 0 else None
            self._w_idle, self._w_busy = calibration.idle_w, calibration.scale * calibration.w_per_thread
            self.detail |= {
                "idle_w": calibration.idle_w,
                "scale": calibration.scale,
                "leave_one_out_error": calibration.leave_one_out_error,
                "calibrated": calibration.created.isoformat(),
                "expires": calibration.expires.isoformat(),
            }

    def probe(self) -> Availability:
        """A model always works; a calibrated one only on its machine and until it expires."""
        return self._availability

    def read(self, activity: Activity | None = None) -> Snapshot:
        """Clock and CPU seconds, the caller's or our own."""
        if activity is not None:
            return self._snapshot(activity.t_ns, activity.cpu_s, 0.0)
        with self._lock:
            stale_s = 0.0
            try:
                cpu_s = own_cpu_seconds(self._proc) if self._is_own else tree_cpu_seconds(self._pid or 0, self._proc)
                t_ns = self._clock()
                self._last_cpu_s, self._last_good_ns = cpu_s, t_ns
            except ProcessLookupError:
                cpu_s, t_ns = self._last_cpu_s, self._clock()
                stale_s = max(1e-9, (t_ns - (self._last_good_ns or t_ns)) / 1e9)
            return self._snapshot(t_ns, cpu_s, stale_s)

    @property
    def _is_own(self) -> bool:
        return self._pid is None or self._pid == os.getpid()

    def _snapshot(self, t_ns: int, cpu_s: float, stale_s: float) -> Snapshot:
        # Cumulative since an arbitrary moment, as the monotonic clock is; only differences mean anything.
        joules = self._w_idle * t_ns / 1e9 + self._w_busy * cpu_s
        return Snapshot(t_ns, cpu_s, {"cpu": Reading(joules, stale_s=stale_s)})

    def delta(self, a: Snapshot, b: Snapshot) -> Energy:
        """The tree's energy; calibrated, also the machine's, as if the tree had it to itself."""
        time_s = (b.t_ns - a.t_ns) / 1e9
        cpu_s = (b.cpu_s or 0.0) - (a.cpu_s or 0.0)
        warnings = []
        valid = True
        if cpu_s < -_TICK_S or time_s < 0:
            warnings.append("time or CPU time went backwards: the snapshots are not of one run, in order")
            valid = False
        time_s, cpu_s = max(0.0, time_s), max(0.0, cpu_s)
        active_j = self._w_busy * cpu_s
        energy_j = self._w_idle * time_s + active_j
        coverage = 1.0
        gone = b.readings["cpu"].stale_s
        if gone > 0:
            warnings.append(f"the process was gone for the last {gone:.2f} s: its last CPU time stands")
            coverage = max(0.0, 1.0 - gone / time_s) if time_s > 0 else 0.0
            valid = False
        tick_s = 1e-6 if self._is_own else _TICK_S
        uncertainty = Budget(meter=self.relative_uncertainty, resolution=resolution(cpu_s, active_j, tick_s))
        calibrated = self.tier == "3a"
        return Energy(
            energy_j,
            {"cpu": energy_j},
            time_s,
            cpu_s,
            uncertainty,
            coverage,
            tuple(warnings),
            valid,
            machine_j=energy_j if calibrated else None,
            tree_j=energy_j,
            active_j=active_j if calibrated else None,
        )


def calibration_fits(calibration: Calibration, machine: str, now: datetime) -> Availability:
    """Whether a calibration is of the machine with this fingerprint and still holds; ``now`` is time zone aware."""
    again = "run `greenrules calibrate METER.csv` again on this machine"
    if calibration.fingerprint != machine:
        return Availability(False, "the calibration is of another machine", again)
    if now >= calibration.expires:
        return Availability(False, f"the calibration expired on {calibration.expires:%Y-%m-%d}", again)
    return Availability(True)
