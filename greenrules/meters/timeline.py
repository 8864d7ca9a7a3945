"""Which stage of the script the energy of a run went to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import hypot, sqrt
from typing import NamedTuple

from greenrules.meters.cputime import CpuTimeMeter
from greenrules.meters.protocol import Activity, Meter, Snapshot
from greenrules.meters.uncertainty import Budget
from greenrules.models import Role

#: Idle share of a server's power where none was measured: ordinary servers lie between 0.2 and 0.5.
IDLE_SHARE = 0.35
#: Standard deviation of a value anywhere in that range (JCGM 100:2008, 4.3.7).
_IDLE_SHARE_SD = 0.3 / sqrt(12)


@dataclass(frozen=True, slots=True)
class Boundary:
    """A moment at which the script's role changed.

    Attributes:
        t_ns: monotonic clock.
        cpu_s: CPU seconds of the run so far.
        role: that begins here.
        snapshot: of the meter when the change was heard of, a little later; None where none was taken.
    """

    t_ns: int
    cpu_s: float
    role: Role
    snapshot: Snapshot | None = None


class StageShare(NamedTuple):
    """Energy, wall and CPU time of a role, and how far the energy can be believed in this one run."""

    energy_j: float
    time_s: float
    cpu_s: float
    uncertainty: Budget = Budget()


class _Point(NamedTuple):
    """A moment at which the role changes, the meter was read, or both."""

    t_ns: int
    cpu_s: float
    role: Role
    snapshot: Snapshot | None


class _Part(NamedTuple):
    """Energy between two points, and its standard uncertainty by component, joules."""

    energy_j: float
    resolution_j: float = 0.0
    attribution_j: float = 0.0
    idle_j: float = 0.0


def attribute(meter: Meter, start: Snapshot, end: Snapshot, boundaries: Sequence[Boundary]) -> dict[Role, StageShare]:
    """Energy per role; the parts always sum to the run's total.

    What comes before the first boundary is the interpreter's start and counts as ``imports``. Between two moments at
    which the meter was read, energy is shared exactly where the meter is a model of CPU time; else the idle part by
    wall time and the rest by CPU time. A snapshot stands where it was taken, not where the role changed: what was used
    in between belongs to the new role.

    Args:
        meter: that took the snapshots.
        start: of the run.
        end: of the run.
        boundaries: in any order; moments outside the run count as its ends.
    """
    points = _points(meter, start, end, boundaries)
    total = meter.delta(start, end)
    parts = _parts(meter, points)
    times = [(b.t_ns - a.t_ns) / 1e9 for a, b in pairwise(points)]
    energies = _scaled([part.energy_j for part in parts], total.energy_j, times)
    sums: dict[Role, list[float]] = {}
    for (a, b), part, energy_j, time_s in zip(pairwise(points), parts, energies, times, strict=True):
        if time_s == 0 and energy_j == 0 and b.cpu_s == a.cpu_s:
            continue
        old = sums.setdefault(a.role, [0.0] * 6)
        for place, value in enumerate((energy_j, time_s, b.cpu_s - a.cpu_s)):
            old[place] += value
        # The ends of the parts are read independently; what others did and idle power go the same way in all of them.
        old[3] = hypot(old[3], part.resolution_j)
        old[4] += part.attribution_j
        old[5] += part.idle_j
    return {
        role: StageShare(energy_j, time_s, cpu_s, _budget(energy_j, total.uncertainty.meter, *doubts))
        for role, (energy_j, time_s, cpu_s, *doubts) in sums.items()
    }


def _budget(energy_j: float, meter: float, resolution_j: float, attribution_j: float, idle_j: float) -> Budget:
    if energy_j <= 0:
        return Budget(meter=meter)
    return Budget(0.0, meter, resolution_j / energy_j, attribution_j / energy_j, idle_j / energy_j)


def _scaled(energies: list[float], total_j: float, times: Sequence[float]) -> list[float]:
    """The parts as shares of the total; by time when none of them has any."""
    summed = sum(energies)
    if summed > 0:
        return [energy * total_j / summed for energy in energies]
    whole = sum(times)
    return [total_j * time_s / whole if whole > 0 else total_j / len(times) for time_s in times]


def _points(meter: Meter, start: Snapshot, end: Snapshot, boundaries: Sequence[Boundary]) -> list[_Point]:
    first_cpu = start.cpu_s or 0.0
    last_cpu = max(first_cpu, end.cpu_s or 0.0)
    points = [_Point(start.t_ns, first_cpu, "imports", start)]
    read: list[Snapshot] = []
    for boundary in sorted(boundaries, key=lambda b: b.t_ns):
        t_ns = min(max(boundary.t_ns, start.t_ns), end.t_ns)
        cpu_s = min(max(boundary.cpu_s, points[-1].cpu_s), last_cpu)
        snapshot = meter.read(Activity(t_ns, cpu_s)) if isinstance(meter, CpuTimeMeter) else None
        points.append(_Point(t_ns, cpu_s, boundary.role, snapshot))
        if snapshot is None and boundary.snapshot is not None:
            read.append(boundary.snapshot)
    points.append(_Point(end.t_ns, last_cpu, points[-1].role, end))
    return _merged(points, read)


def _merged(points: list[_Point], snapshots: Sequence[Snapshot]) -> list[_Point]:
    """The points with those at which the meter was read among them, CPU time interpolated in between."""
    clock = [point.t_ns for point in points]
    made = list(points)
    for snapshot in snapshots:
        if not clock[0] < snapshot.t_ns < clock[-1]:
            continue
        index = bisect_right(clock, snapshot.t_ns) - 1
        a, b = points[index], points[index + 1]
        share = (snapshot.t_ns - a.t_ns) / (b.t_ns - a.t_ns)
        cpu_s = a.cpu_s + share * (b.cpu_s - a.cpu_s)
        made.append(_Point(snapshot.t_ns, cpu_s, a.role, replace(snapshot, cpu_s=cpu_s)))
    return sorted(made, key=lambda point: point.t_ns)


def _parts(meter: Meter, points: Sequence[_Point]) -> list[_Part]:
    parts: list[_Part] = []
    begin = 0
    for index in range(1, len(points)):
        before, after = points[begin].snapshot, points[index].snapshot
        if before is None or after is None:
            continue
        energy = meter.delta(before, after)
        joules, known = max(0.0, energy.energy_j), energy.uncertainty
        whole = _Part(joules, known.resolution * joules, known.attribution * joules, known.idle * joules)
        parts += _shared(points[begin : index + 1], whole, meter.idle_w)
        begin = index
    return parts


def _shared(points: Sequence[_Point], whole: _Part, idle_w: float | None) -> list[_Part]:
    """What was used between two reads, part by part."""
    if len(points) == 2:
        return [whole]
    time_s = (points[-1].t_ns - points[0].t_ns) / 1e9
    cpu_s = points[-1].cpu_s - points[0].cpu_s
    if time_s <= 0:
        return [whole, *[_Part(0.0)] * (len(points) - 2)]
    energy_j = whole.energy_j
    idle_j = energy_j * IDLE_SHARE if idle_w is None else min(energy_j, idle_w * time_s)
    idle_sd = energy_j * _IDLE_SHARE_SD if idle_w is None else 0.0
    if cpu_s <= 0:
        idle_j, idle_sd = energy_j, 0.0
    parts = []
    for a, b in pairwise(points):
        by_time = (b.t_ns - a.t_ns) / 1e9 / time_s
        by_cpu = (b.cpu_s - a.cpu_s) / cpu_s if cpu_s > 0 else 0.0
        joules = idle_j * by_time + (energy_j - idle_j) * by_cpu
        weight = joules / energy_j if energy_j > 0 else 0.0
        doubt = hypot(whole.idle_j * weight, idle_sd * (by_time - by_cpu))
        parts.append(_Part(joules, whole.resolution_j * weight, whole.attribution_j * weight, doubt))
    return parts
