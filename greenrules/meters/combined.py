"""A meter with side meters: GPUs are summed, modelled DRAM stands aside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from math import hypot
from typing import Any

from greenrules.meters.protocol import Activity, Availability, Energy, Meter, Reading, Snapshot
from greenrules.meters.uncertainty import Budget
from greenrules.models import Evidence, RefusedMeter


class CombinedMeter:
    """The main meter decides name, tier and evidence; the domains of all are read at each boundary.

    Args:
        main: packages and DRAM, or their model.
        summed: measured parts that the main meter does not see, such as GPUs.
        aside: lines that are told and not summed.
    """

    def __init__(self, main: Meter, *, summed: Sequence[Meter] = (), aside: Sequence[Meter] = ()) -> None:
        self._main, self._summed, self._aside = main, tuple(summed), tuple(aside)
        self.name, self.tier = main.name, main.tier
        self.evidence: Evidence = main.evidence
        self.relative_uncertainty = main.relative_uncertainty
        self.refused: tuple[RefusedMeter, ...] = main.refused
        self.domains = tuple(domain for meter in (main, *summed) for domain in meter.domains)
        self.detail: dict[str, Any] = main.detail | {meter.name: meter.detail for meter in (*summed, *aside)}
        periods = [meter.poll_s for meter in self._all if meter.poll_s is not None]
        self.poll_s: float | None = min(periods, default=None)

    @property
    def idle_w(self) -> float | None:
        """The main meter's."""
        return self._main.idle_w

    @idle_w.setter
    def idle_w(self, power_w: float | None) -> None:
        self._main.idle_w = power_w

    @property
    def _all(self) -> tuple[Meter, ...]:
        return (self._main, *self._summed, *self._aside)

    def probe(self) -> Availability:
        """Of the first part that does not work."""
        for meter in self._all:
            if not (found := meter.probe()).ok:
                return found
        return Availability(True)

    def read(self, activity: Activity | None = None) -> Snapshot:
        """Every part; the clock and CPU seconds are the main meter's."""
        main = self._main.read(activity)
        # The parts are read for the same moment: their own look at the process tree would cost again.
        moment = Activity(main.t_ns, main.cpu_s or 0.0)
        readings: dict[str, Reading] = {f"0/{domain}": reading for domain, reading in main.readings.items()}
        notes = [f"0/{note}" for note in main.notes]
        for index, meter in enumerate(self._all[1:], 1):
            snapshot = meter.read(moment)
            readings |= {f"{index}/{domain}": reading for domain, reading in snapshot.readings.items()}
            notes += [f"{index}/{note}" for note in snapshot.notes]
        return Snapshot(main.t_ns, main.cpu_s, readings, main.busy_s, tuple(notes))

    def delta(self, a: Snapshot, b: Snapshot) -> Energy:
        """The main meter's energy with the summed parts added."""
        parts = [meter.delta(_part(a, index), _part(b, index)) for index, meter in enumerate(self._all)]
        main, summed, aside = parts[0], parts[1 : 1 + len(self._summed)], parts[1 + len(self._summed) :]
        billed = [main, *summed]
        energy_j = sum(part.energy_j for part in billed)
        tree = [part.tree_j for part in billed]
        return Energy(
            energy_j,
            {domain: joules for part in billed for domain, joules in part.domains.items()},
            main.time_s,
            main.cpu_s,
            _together(billed, energy_j),
            min(part.coverage for part in billed),
            tuple(dict.fromkeys(warning for part in billed for warning in part.warnings)),
            all(part.valid for part in billed),
            machine_j=None if main.machine_j is None else energy_j,
            tree_j=None if None in tree else sum(joules for joules in tree if joules is not None),
            active_j=main.active_j,
            aside=dict(main.aside) | {name: joules for part in aside for name, joules in _lines(part)},
        )


def _together(parts: Sequence[Energy], energy_j: float) -> Budget:
    """Components of a sum: each part's share of the energy weighs its own, in quadrature."""
    if energy_j <= 0:
        return parts[0].uncertainty
    weights = [part.energy_j / energy_j for part in parts]

    def of(name: str) -> float:
        return hypot(*(w * getattr(part.uncertainty, name) for w, part in zip(weights, parts, strict=True)))

    return Budget(**{component.name: of(component.name) for component in fields(Budget)})


def _lines(part: Energy) -> Iterator[tuple[str, float]]:
    """A part that is not summed: each of its domains, and what of it was the process tree's."""
    yield from part.domains.items()
    if part.tree_j is not None:
        yield f"{next(iter(part.domains))}-tree", part.tree_j


def _part(snapshot: Snapshot, index: int) -> Snapshot:
    mark = f"{index}/"
    readings = {
        domain.removeprefix(mark): reading for domain, reading in snapshot.readings.items() if domain.startswith(mark)
    }
    notes = tuple(note.removeprefix(mark) for note in snapshot.notes if note.startswith(mark))
    return Snapshot(snapshot.t_ns, snapshot.cpu_s, readings, snapshot.busy_s, notes)
