"""Readings as rows: CSV with columns that never change their order, and JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from typing import IO, Any

from greenrules.meters.protocol import Energy, Meter

#: New columns are only ever added at the end.
COLUMNS = (
    "name",
    "meter",
    "tier",
    "evidence",
    "energy_j",
    "time_s",
    "cpu_s",
    "relative_uncertainty",
    "coverage",
    "valid",
    "machine_j",
    "tree_j",
    "active_j",
    "domains",
    "aside",
    "warnings",
)


def energy_row(name: str, meter: Meter, energy: Energy) -> dict[str, Any]:
    """One reading with ``COLUMNS`` as keys; None where something is not known."""
    values = (
        name,
        meter.name,
        meter.tier,
        meter.evidence,
        energy.energy_j,
        energy.time_s,
        energy.cpu_s,
        energy.relative_uncertainty,
        energy.coverage,
        energy.valid,
        energy.machine_j,
        energy.tree_j,
        energy.active_j,
        dict(energy.domains),
        dict(energy.aside),
        list(energy.warnings),
    )
    return dict(zip(COLUMNS, values, strict=True))


def write_csv(rows: Iterable[Mapping[str, Any]], file: IO[str]) -> None:
    """Rows of ``energy_row``; open the file with ``newline=""``. Objects become ``key=value;…``."""
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    for row in rows:
        writer.writerow({column: _cell(row[column]) for column in COLUMNS})


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping):
        return ";".join(f"{key}={number!r}" for key, number in value.items())
    if isinstance(value, list):
        return " | ".join(value)
    return value


def write_json(rows: Iterable[Mapping[str, Any]], file: IO[str]) -> None:
    """Rows of ``energy_row`` as a JSON array."""
    json.dump([dict(row) for row in rows], file, ensure_ascii=False, indent=2, allow_nan=False)
    file.write("\n")
