"""What the meter saw: parts of the energy, what stands beside it, and how far it can be believed."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence

from greenrules.models import MeterReading, Report, Uncertainty
from greenrules.report import numbers, view
from greenrules.report.text import one_line

#: standard deviations of a 95 % band
_Z95 = 1.96
_COMPONENTS = ("meter", "repetition", "resolution", "attribution", "idle")
_REMARKS = {
    "dram-model": "modelled memory, ±50 %, not in the total",
    "dram-model-tree": "of it what the run's processes held",
    "psys": "holds the others, not in the total",
}


def parts(report: Report) -> list[tuple[str, str, str]]:
    """Name, energy and remark of everything the meter saw of the script as it was; medians over its runs.

    Empty where there is nothing beside the figure itself.
    """
    readings = [run.reading for run in view.counted(report.baseline) if run.reading is not None]
    if not readings:
        return []
    rows = [
        ("whole machine", _median(readings, lambda r: r.machine_j), ""),
        ("this run's share", _median(readings, lambda r: r.tree_j), "by CPU time, with idle power"),
        ("above idle", _median(readings, lambda r: r.active_j), ""),
    ]
    total = _median(readings, lambda r: sum(r.domains.values()))
    # A model of CPU time sees one part, which is all of it.
    rows = [row for row in rows if row[1] is not None and row[1] != total] or []
    domains = list(dict.fromkeys(name for reading in readings for name in reading.domains))
    if len(domains) > 1:
        rows += [(one_line(name), _median(readings, _domain(name)), "") for name in domains]
    aside = dict.fromkeys(name for reading in readings for name in reading.aside)
    rows += [
        (one_line(name), _median(readings, _aside(name)), _REMARKS.get(name, "not in the total")) for name in aside
    ]
    return [(name, str(numbers.energy(joules)), remark) for name, joules, remark in rows if joules is not None]


def bands(report: Report) -> list[str]:
    """How far the energy of the script as it was can be believed: by itself, and beside another figure."""
    doubt, energy = report.baseline.energy_uncertainty, report.baseline.energy_j
    if doubt is None or energy is None:
        return []
    half = _Z95 * doubt.absolute
    # A band that reaches below nothing says less than the share alone.
    ends = [numbers.energy(energy.median * (1 + side * half)) for side in (-1, 1)] if half < 1 else []
    band = f", {ends[0]} to {ends[1]} at 95 %" if ends else ""
    lines = [f"the figure itself: ±{numbers.share(doubt.absolute)} ({_components(doubt)}){band}"]
    if len(view.counted(report.baseline)) > 1:
        lines.append(
            f"beside another figure of this meter on this machine: ±{numbers.share(doubt.ratio)}, for the meter's own "
            "error cancels"
        )
    return lines


def _components(doubt: Uncertainty) -> str:
    known = [(name, getattr(doubt, name)) for name in _COMPONENTS]
    told = [f"{name} {numbers.share(value)}" for name, value in known if value >= 0.0005]
    return ", ".join(told) or "nothing known against it"


def _median(readings: Sequence[MeterReading], of: Callable[[MeterReading], float | None]) -> float | None:
    known = [value for reading in readings if (value := of(reading)) is not None]
    return statistics.median(known) if known else None


def _domain(name: str) -> Callable[[MeterReading], float | None]:
    return lambda reading: reading.domains.get(name)


def _aside(name: str) -> Callable[[MeterReading], float | None]:
    return lambda reading: reading.aside.get(name)


#: columns of the CSV beyond the first nine; new ones are only ever added at the end
COLUMNS = (
    "meter",
    "tier",
    "evidence",
    "coverage",
    "machine_j",
    "tree_j",
    "active_j",
    "relative_uncertainty",
    "ratio_uncertainty",
    "domains",
    "aside",
    "warnings",
)


def cells(report: Report, reading: MeterReading | None, doubt: Uncertainty | None) -> Iterator[object]:
    """The cells of ``COLUMNS`` for a run or a stage; what is not known is empty."""
    yield from (one_line(report.meter.name), report.meter.tier, report.meter.evidence)
    facts = reading or MeterReading()
    yield facts.coverage if reading is not None else ""
    yield from ("" if value is None else value for value in (facts.machine_j, facts.tree_j, facts.active_j))
    yield from ("", "") if doubt is None else (doubt.absolute, doubt.ratio)
    yield from (";".join(f"{one_line(k)}={v!r}" for k, v in part.items()) for part in (facts.domains, facts.aside))
    yield " | ".join(map(one_line, facts.warnings))
