"""A meter over hardware counters, whichever way they are read: packages and DRAM summed, ``psys`` told aside."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from greenrules.errors import MeasurementError
from greenrules.meters.counter import CounterSpec, CounterState, advance, reading
from greenrules.meters.protocol import Activity, Availability, Energy, Reading, Snapshot
from greenrules.meters.tree import busy_cpu_seconds, own_cpu_seconds, tree_cpu_seconds
from greenrules.meters.uncertainty import Budget, attribution, idle, resolution
from greenrules.models import Evidence, RefusedMeter

Kind = Literal["package", "dram", "psys", "gpu"]

#: RAPL counters move about once a millisecond (Khan et al., RAPL in action, ACM TOMPECS 3(2), 2018).
UPDATE_S = 0.001
#: Packages whose counters are this near each other may be one counter, read a moment apart.
_NEAR_J = 0.1
_REREADS = 3
#: A package whose counter does not move for so long is not counted: the least package takes steps of milliseconds.
_STANDING_S = 1.0
#: Relative uncertainty of a measured idle power.
_IDLE_UNCERTAINTY = 0.05


@dataclass(frozen=True, slots=True)
class Source:
    """One counter.

    Attributes:
        domain: its name in ``Energy.domains``.
        kind: ``psys`` contains the packages and is never summed.
        spec: unit, range, impossible power.
        read: the raw value; raises OSError or ValueError when it cannot.
    """

    domain: str
    kind: Kind
    spec: CounterSpec
    read: Callable[[], int]


class CounterMeter:
    """Bills every source's steps and says where it cannot.

    Args:
        name: as ``--meter`` takes it.
        tier: of the measurement contract.
        sources: counters, empty when there are none.
        availability: asked by ``probe``.
        relative_uncertainty: systematic part.
        detail: facts worth telling.
        pid: root of the process tree to attribute to, the own process when None.
        idle_w: the machine's idle power when it was measured.
        update_s: how often the counters move.
        clock: monotonic nanoseconds.
        proc: where the process information is.
        caveats: sentences that hold of every interval.
    """

    evidence: Evidence = "measured"

    def __init__(
        self,
        name: str,
        tier: str,
        sources: Sequence[Source],
        availability: Callable[[], Availability],
        *,
        relative_uncertainty: float,
        detail: dict[str, Any] | None = None,
        pid: int | None = None,
        idle_w: float | None = None,
        update_s: float = UPDATE_S,
        clock: Callable[[], int] = time.monotonic_ns,
        proc: Path | str = "/proc",
        caveats: Sequence[str] = (),
    ) -> None:
        self.name, self.tier = name, tier
        self.sources = tuple(sources)
        self.domains = tuple(source.domain for source in sources if source.kind != "psys")
        self.relative_uncertainty = relative_uncertainty
        self.detail = detail or {}
        self.refused: tuple[RefusedMeter, ...] = ()
        self.poll_s = min((source.spec.poll_s for source in sources), default=None)
        self.idle_w = idle_w
        self._availability = availability
        self._pid = pid
        self._update_s = update_s
        self._clock = clock
        self._proc = proc
        self._caveats = tuple(caveats)
        self._lock = Lock()
        self._states = {source.domain: CounterState() for source in self.sources}
        self._notes: tuple[str, ...] = ()

    def probe(self) -> Availability:
        """Whether every package can be read now."""
        return self._availability()

    def read(self, activity: Activity | None = None) -> Snapshot:
        """All counters, then the clock and the CPU seconds.

        Raises:
            MeasurementError: there is nothing to read on this machine.
        """
        if not self.sources:
            found = self.probe()
            raise MeasurementError(f"meter {self.name} does not work here: {found.reason}", remedy=found.remedy or None)
        with self._lock:
            values = self._values()
            t_ns = self._clock()
            readings = {}
            for source, raw in zip(self.sources, values, strict=True):
                state, note = advance(self._states[source.domain], source.spec, raw, t_ns)
                self._states[source.domain] = state
                if note:
                    self._notes += (f"{source.domain}: {note}; not billed",)
                readings[source.domain] = reading(state, t_ns)
            notes = self._notes
        if activity is not None:
            return Snapshot(activity.t_ns, activity.cpu_s, readings, busy_cpu_seconds(self._proc), notes)
        return Snapshot(t_ns, self._tree_cpu_s(), readings, busy_cpu_seconds(self._proc), notes)

    def _values(self) -> list[int | None]:
        values = [_value(source) for source in self.sources]
        packages = [i for i, source in enumerate(self.sources) if source.kind == "package" and values[i] is not None]
        for _ in range(_REREADS):
            near = _near(self.sources, packages, values)
            if not near:
                break
            # One counter seen twice is equal when both are read within its period; two counters are not.
            for index in near:
                again = _value(self.sources[index])
                values[index] = values[index] if again is None else again
        return values

    def _tree_cpu_s(self) -> float | None:
        if self._pid is None or self._pid == os.getpid():
            return own_cpu_seconds(self._proc)
        try:
            return tree_cpu_seconds(self._pid, self._proc)
        except ProcessLookupError:
            return None

    def delta(self, a: Snapshot, b: Snapshot) -> Energy:
        """Packages + DRAM (+ GPU) between two snapshots, with the process tree's share of them."""
        time_s = max(0.0, (b.t_ns - a.t_ns) / 1e9)
        mirrored = _mirrored(self.sources, a, b)
        domains: dict[str, float] = {}
        aside: dict[str, float] = {}
        warnings: list[str] = [*self._caveats, *b.notes[len(a.notes) :]]
        covered: list[float] = []
        valid = b.t_ns >= a.t_ns
        for source in self.sources:
            before, after = a.readings[source.domain], b.readings[source.domain]
            joules = after.joules - before.joules
            if source.kind == "psys":
                aside[source.domain] = joules
                continue
            if source.domain in mirrored:
                warnings.append(f"{source.domain} mirrors {mirrored[source.domain]}: one counter, billed once")
                continue
            domains[source.domain] = joules
            covered.append(_coverage(before, after, time_s))
            if after.stale_s > 0:
                warnings.append(f"{source.domain} could not be read: its energy since then is not in this figure")
            elif before.stale_s > 0:
                warnings.append(f"{source.domain} could not be read at the start: energy from before is in this figure")
            if source.kind == "package" and _stands(before, after, time_s):
                warnings.append(f"{source.domain} did not move for {time_s:.1f} s: its energy is not known")
                covered[-1] = 0.0
                valid = False
            valid = valid and after.marks == before.marks and after.stale_s == 0 and before.stale_s == 0
        energy_j = sum(domains.values())
        if not valid and b.t_ns < a.t_ns:
            warnings.append("the snapshots are not in order")
        return self._energy(a, b, energy_j, domains, time_s, covered, tuple(warnings), valid, aside)

    def _energy(
        self,
        a: Snapshot,
        b: Snapshot,
        energy_j: float,
        domains: dict[str, float],
        time_s: float,
        covered: list[float],
        warnings: tuple[str, ...],
        valid: bool,
        aside: dict[str, float],
    ) -> Energy:
        cpu_s = None if a.cpu_s is None or b.cpu_s is None else max(0.0, b.cpu_s - a.cpu_s)
        busy_s = None if a.busy_s is None or b.busy_s is None else max(0.0, b.busy_s - a.busy_s)
        tree_j, active_j = _shares(energy_j, time_s, cpu_s, busy_s, self.idle_w)
        unit_j = max((source.spec.unit_j for source in self.sources), default=0.0)
        idle_j = 0.0 if self.idle_w is None or active_j is None else self.idle_w * time_s
        uncertainty = Budget(
            meter=self.relative_uncertainty,
            resolution=resolution(time_s, energy_j, self._update_s, unit_j),
            attribution=0.0 if cpu_s is None or busy_s is None else attribution(cpu_s, busy_s),
            idle=idle(idle_j, energy_j, _IDLE_UNCERTAINTY),
        )
        return Energy(
            energy_j,
            domains,
            time_s,
            cpu_s or 0.0,
            uncertainty,
            sum(covered) / len(covered) if covered else 0.0,
            warnings,
            valid,
            machine_j=energy_j,
            tree_j=tree_j,
            active_j=active_j,
            aside=aside,
        )


def alive(sources: Sequence[Source], availability: Availability, patience_s: float = 0.1) -> Availability:
    """The availability of counters, once one of the packages has been seen to move.

    Some hypervisors show registers that stand still: a meter over them would bill nothing, silently.

    Args:
        sources: counters.
        availability: what else is known of them.
        patience_s: how long they are watched.
    """
    first = [_value(source) for source in sources if source.kind == "package"]
    deadline = time.monotonic() + patience_s
    while availability.ok and first:
        if [_value(source) for source in sources if source.kind == "package"] != first:
            break
        if time.monotonic() >= deadline:
            reason = f"the counters stood still for {patience_s:g} s: the hypervisor shows them, and does not count"
            return Availability(False, reason, "measure on the host, or calibrate with a wall meter")
        time.sleep(UPDATE_S)
    return availability


def _value(source: Source) -> int | None:
    try:
        return source.read()
    except (OSError, ValueError):
        return None


def _coverage(before: Reading, after: Reading, time_s: float) -> float:
    lost_s = after.lost_s - before.lost_s + after.stale_s
    if lost_s <= 0:
        return 1.0
    return max(0.0, 1.0 - lost_s / time_s) if time_s > 0 else 0.0


def _stands(before: Reading, after: Reading, time_s: float) -> bool:
    """Whether a counter that was read well at both ends is where it was."""
    fresh = before.stale_s == 0 and after.stale_s == 0 and after.marks == before.marks
    return fresh and after.raw is not None and after.raw == before.raw and time_s >= _STANDING_S


def _near(sources: Sequence[Source], packages: Sequence[int], values: Sequence[int | None]) -> list[int]:
    """Indices of packages whose counters differ, but by less than a moment's energy."""
    near: set[int] = set()
    for i in packages:
        for j in packages:
            one, other = values[i], values[j]
            if one is None or other is None or one == other:
                continue
            if i < j and abs(one - other) * sources[i].spec.unit_j < _NEAR_J:
                near |= {i, j}
    return sorted(near)


def _mirrored(sources: Sequence[Source], a: Snapshot, b: Snapshot) -> dict[str, str]:
    """Packages that are another's counter: equal at both ends, and moved. Equal at one moment is no proof."""
    seen: dict[tuple[int, int], str] = {}
    mirrored: dict[str, str] = {}
    for source in sources:
        start, end = a.readings[source.domain].raw, b.readings[source.domain].raw
        if source.kind != "package" or start is None or end is None or start == end:
            continue
        if (start, end) in seen:
            mirrored[source.domain] = seen[start, end]
        else:
            seen[start, end] = source.domain
    return mirrored


def _shares(
    energy_j: float, time_s: float, cpu_s: float | None, busy_s: float | None, idle_w: float | None
) -> tuple[float | None, float | None]:
    """The tree's energy with its idle share, and above idle.

    ``E_tree = (E − P_idle·Δt)⁺ · c_tree/c_busy + P_idle·Δt · c_tree/(n·Δt)``; without a measured idle power all
    energy goes by CPU share, and what is above idle is not known.
    """
    if cpu_s is None or busy_s is None:
        return None, None
    # Ticks of the whole machine are coarser than the tree's own account: the tree is never more than all that was busy.
    share = min(1.0, cpu_s / max(busy_s, cpu_s)) if cpu_s > 0 else 0.0
    if idle_w is None:
        return energy_j * share, None
    idle_j = min(energy_j, idle_w * time_s)
    active_j = (energy_j - idle_j) * share
    occupied = min(1.0, cpu_s / ((os.cpu_count() or 1) * time_s)) if time_s > 0 else 0.0
    return active_j + idle_j * occupied, active_j
