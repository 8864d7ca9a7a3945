"""What every meter is: cumulative snapshots, pure differences, and a reason where it does not work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from greenrules.meters.uncertainty import Budget, of_runs
from greenrules.models import Evidence, RefusedMeter


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a meter works here.

    Attributes:
        ok: it can be read now.
        reason: why not, or what is missing; empty when all is well.
        remedy: the next thing to do; a command where there is one.
    """

    ok: bool
    reason: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """The caller's own exact clock and CPU seconds of the run's process tree.

    Attributes:
        t_ns: ``time.monotonic_ns`` at the moment meant.
        cpu_s: CPU seconds of the process tree so far, exited children included.
    """

    t_ns: int
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One domain at one moment, cumulative since the meter was opened.

    Attributes:
        joules: energy billed so far.
        lost_s: seconds of intervals whose energy is not known and was not billed.
        marks: how many such intervals there were.
        stale_s: seconds since the last good read; 0 when this read was good.
        raw: the counter itself, None for a model or when never read.
    """

    joules: float
    lost_s: float = 0.0
    marks: int = 0
    stale_s: float = 0.0
    raw: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All domains of a meter at one moment.

    Attributes:
        t_ns: monotonic clock.
        cpu_s: CPU seconds of the process tree, None when not known.
        readings: per domain.
        busy_s: CPU seconds the whole machine was busy, None when not known.
        notes: everything remarkable since the meter was opened, oldest first.
    """

    t_ns: int
    cpu_s: float | None
    readings: Mapping[str, Reading]
    busy_s: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Energy:
    """The difference of two snapshots.

    Attributes:
        energy_j: what the meter bills: packages + DRAM (+ GPU) of the machine when measured, the process tree's energy
            when modelled. A lower bound when ``valid`` is false.
        domains: the parts of ``energy_j``.
        time_s: wall time.
        cpu_s: CPU seconds of the process tree, 0 when not known.
        uncertainty: its components, each a share of ``energy_j``; repetition is known over runs only (``over_runs``).
        coverage: share of the time, over all domains, whose energy is known; 0 to 1.
        warnings: sentences for people.
        valid: nothing of the interval is missing or misplaced.
        machine_j: the whole machine's, None when the meter does not see it.
        tree_j: the process tree's share, idle share included, None when not known.
        active_j: the process tree's share above idle, None when the idle power is not known.
        aside: lines that are told but never summed: ``psys``, modelled DRAM.
    """

    energy_j: float
    domains: Mapping[str, float]
    time_s: float
    cpu_s: float
    uncertainty: Budget
    coverage: float = 1.0
    warnings: tuple[str, ...] = ()
    valid: bool = True
    machine_j: float | None = None
    tree_j: float | None = None
    active_j: float | None = None
    aside: Mapping[str, float] = field(default_factory=dict)

    @property
    def relative_uncertainty(self) -> float:
        """One standard deviation as a share of ``energy_j``."""
        return self.uncertainty.absolute


def over_runs(energies: Sequence[Energy]) -> Budget:
    """The components of the mean energy of several runs of the same thing on one machine.

    Args:
        energies: at least one; of one meter.
    """
    return of_runs([energy.energy_j for energy in energies], [energy.uncertainty for energy in energies])


class Meter(Protocol):
    """A source of joules.

    Attributes:
        name: as ``--meter`` takes it.
        tier: ``0``, ``1``, ``2``, ``3a``, ``3b`` as in the measurement contract, or ``side``.
        evidence: ``measured``, ``calibrated`` or ``modelled``.
        domains: what it sees; names of ``Energy.domains``.
        relative_uncertainty: one standard deviation of an absolute figure, without resolution and repetition.
        detail: facts worth telling, such as the table entry that was matched.
        refused: better meters that did not work here.
        poll_s: it must be read at least this often, None when it need not (see ``watchdog``).
        idle_w: the machine's idle power, None when not measured.
    """

    name: str
    tier: str
    evidence: Evidence
    domains: tuple[str, ...]
    relative_uncertainty: float
    detail: dict[str, Any]
    refused: tuple[RefusedMeter, ...]
    poll_s: float | None
    idle_w: float | None

    def probe(self) -> Availability:
        """Whether it can be read now, and if not, why and what to do."""

    def read(self, activity: Activity | None = None) -> Snapshot:
        """Everything so far; ``activity`` replaces the meter's own look at the clock and the process tree."""

    def delta(self, a: Snapshot, b: Snapshot) -> Energy:
        """The energy between two snapshots of this meter; pure."""
