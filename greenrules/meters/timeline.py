"""Which stage of the script the energy of a run went to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from greenrules.meters.cputime import CpuTimeMeter
from greenrules.meters.protocol import Activity, Meter, Snapshot
from greenrules.models import Role

#: Idle share of a server's power where none was measured: ordinary servers lie between 0.2 and 0.5.
IDLE_SHARE = 0.35


@dataclass(frozen=True, slots=True)
class Boundary:
    """A moment at which the script's role changed.

    Attributes:
        t_ns: monotonic clock.
        cpu_s: CPU seconds of the run so far.
        role: that begins here.
        snapshot: of the meter at that moment, where one was taken.
    """

    t_ns: int
    cpu_s: float
    role: Role
    snapshot: Snapshot | None = None


class StageShare(NamedTuple):
    """Energy, wall and CPU time of a role."""

    energy_j: float
    time_s: float
    cpu_s: float


class _Point(NamedTuple):
    t_ns: int
    cpu_s: float
    role: Role
    snapshot: Snapshot | None


def attribute(meter: Meter, start: Snapshot, end: Snapshot, boundaries: Sequence[Boundary]) -> dict[Role, StageShare]:
    """Energy per role; the parts always sum to the run's total.

    What comes before the first boundary is the interpreter's start and counts as ``imports``. Between two moments at
    which the meter was read, energy is shared exactly where the meter is a model of CPU time; else the idle part by
    wall time and the rest by CPU time.

    Args:
        meter: that took the snapshots.
        start: of the run.
        end: of the run.
        boundaries: in any order; moments outside the run count as its ends.
    """
    points = _points(meter, start, end, boundaries)
    total_j = meter.delta(start, end).energy_j
    energies = _energies(meter, points)
    summed = sum(energies)
    times = [(b.t_ns - a.t_ns) / 1e9 for a, b in pairwise(points)]
    if summed > 0:
        energies = [energy * total_j / summed for energy in energies]
    else:
        whole = sum(times)
        energies = [total_j * time_s / whole if whole > 0 else total_j / len(times) for time_s in times]
    shares: dict[Role, StageShare] = {}
    for (a, b), energy_j, time_s in zip(pairwise(points), energies, times, strict=True):
        if time_s == 0 and energy_j == 0 and b.cpu_s == a.cpu_s:
            continue
        old = shares.get(a.role, StageShare(0.0, 0.0, 0.0))
        shares[a.role] = StageShare(old.energy_j + energy_j, old.time_s + time_s, old.cpu_s + b.cpu_s - a.cpu_s)
    return shares


def _points(meter: Meter, start: Snapshot, end: Snapshot, boundaries: Sequence[Boundary]) -> list[_Point]:
    first_cpu = start.cpu_s or 0.0
    last_cpu = max(first_cpu, end.cpu_s or 0.0)
    points = [_Point(start.t_ns, first_cpu, "imports", start)]
    for boundary in sorted(boundaries, key=lambda b: b.t_ns):
        t_ns = min(max(boundary.t_ns, start.t_ns), end.t_ns)
        cpu_s = min(max(boundary.cpu_s, points[-1].cpu_s), last_cpu)
        snapshot = boundary.snapshot
        if isinstance(meter, CpuTimeMeter):
            snapshot = meter.read(Activity(t_ns, cpu_s))
        points.append(_Point(t_ns, cpu_s, boundary.role, snapshot))
    points.append(_Point(end.t_ns, last_cpu, points[-1].role, end))
    return points


def _energies(meter: Meter, points: Sequence[_Point]) -> list[float]:
    energies: list[float] = []
    begin = 0
    for index in range(1, len(points)):
        before, after = points[begin].snapshot, points[index].snapshot
        if before is None or after is None:
            continue
        energy = meter.delta(before, after)
        energies += _share(points[begin : index + 1], max(0.0, energy.energy_j), meter.idle_w)
        begin = index
    return energies


def _share(points: Sequence[_Point], energy_j: float, idle_w: float | None) -> list[float]:
    time_s = (points[-1].t_ns - points[0].t_ns) / 1e9
    cpu_s = points[-1].cpu_s - points[0].cpu_s
    if len(points) == 2 or time_s <= 0:
        return [energy_j, *[0.0] * (len(points) - 2)]
    idle_j = energy_j * IDLE_SHARE if idle_w is None else min(energy_j, idle_w * time_s)
    if cpu_s <= 0:
        idle_j = energy_j
    shares = []
    for a, b in pairwise(points):
        by_time = (b.t_ns - a.t_ns) / 1e9 / time_s
        by_cpu = (b.cpu_s - a.cpu_s) / cpu_s if cpu_s > 0 else 0.0
        shares.append(idle_j * by_time + (energy_j - idle_j) * by_cpu)
    return shares
