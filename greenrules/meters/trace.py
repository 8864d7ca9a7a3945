"""The log of a wall meter, a CSV file of whatever shape, as cumulative energy over time."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from math import isfinite

from greenrules.errors import Position, UsageError

_UNITS = {"kwh": 3.6e6, "mwh": 3.6, "wh": 3600.0, "ws": 1.0, "kj": 1e3, "mj": 1e-3, "j": 1.0}
_POWER_UNITS = {"kw": 1e3, "mw": 1e-3, "w": 1.0}
_TIME = re.compile(r"time|date|^ts$|^t$|stamp|epoch|zeit|datum|second", re.IGNORECASE)
_POWER = re.compile(r"power|watt|leistung|\bk?m?w\b|^p$|_w$|load", re.IGNORECASE)
_ENERGY = re.compile(r"energy|joule|kwh|\bwh\b|_wh$|_j$|_kwh$|\bm?k?j\b|consum|total", re.IGNORECASE)
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_FORMATS = (
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%Y/%m/%d %H:%M:%S",
)


@dataclass(frozen=True, slots=True)
class Trace:
    """A meter's log.

    Attributes:
        times_s: ascending, by the meter's clock; seconds since 1970 where it tells the date.
        energy_j: cumulative at each time.
        columns: what was read as time and as power or energy, for people.
    """

    times_s: tuple[float, ...]
    energy_j: tuple[float, ...]
    columns: tuple[str, str]

    def energy_at(self, t_s: float) -> float:
        """Cumulative energy at a time, linear in between, constant power of the first or last step beyond."""
        times, energy = self.times_s, self.energy_j
        right = min(max(bisect_right(times, t_s), 1), len(times) - 1)
        left = right - 1
        power = (energy[right] - energy[left]) / (times[right] - times[left])
        return energy[left] + power * (t_s - times[left])


def read_trace(text: str, path: str = "METER.csv", *, local: bool = False) -> Trace:
    """A log from the text of a CSV file.

    The separator, the decimal comma, the columns and their units are found by what stands in the header and the cells.
    Power is preferred to energy when both are there: meters round energy more.

    Args:
        text: the file.
        path: its name, for errors.
        local: times without a time zone are this machine's, else UTC.

    Raises:
        UsageError: no time, or neither power nor energy can be found, or the file holds fewer than two rows.
    """
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) < 3:
        raise UsageError("the log has fewer than two rows", position=Position(path), remedy=_REMEDY)
    separator = max(";\t,", key=lines[0].count)
    header, *rows = csv.reader(lines, delimiter=separator)
    # Of several sensors in one file the first that is named for power or energy counts.
    named = [label for row in rows if _POWER.search(label := _label(row)) or _ENERGY.search(label)]
    if named:
        rows = [row for row in rows if _label(row) == named[0]]
    number = _number_reader(separator, rows)
    header = [cell.strip() for cell in header]
    time_column = _time_column(header, rows, number, path)
    column, factor, is_power = _value_column(header, rows, number, time_column, path)
    points: dict[float, float] = {}
    stamps = _stamps([row[time_column] if len(row) > time_column else "" for row in rows], number, local)
    for row, stamp in zip(rows, stamps, strict=True):
        value = number(row[column]) if len(row) > column else None
        if stamp is not None and value is not None:
            points[stamp] = value * factor
    times = sorted(points)
    if len(times) < 2:
        raise UsageError("the log has fewer than two rows that can be read", position=Position(path), remedy=_REMEDY)
    energy = _cumulative(times, [points[t] for t in times], is_power)
    return Trace(tuple(times), tuple(energy), (header[time_column], header[column]))


_REMEDY = "a header line, a column of times, and one of power (W, kW) or energy (Wh, kWh, J)"


def _number_reader(separator: str, rows: Sequence[Sequence[str]]) -> Callable[[str], float | None]:
    comma = separator != "," and any(re.fullmatch(r"-?[\d.]*\d,\d+", cell.strip()) for row in rows[:50] for cell in row)

    def number(cell: str) -> float | None:
        text = cell.strip().removesuffix("W").removesuffix("k").strip()
        if not comma and _THOUSANDS.fullmatch(text):
            text = text.replace(",", "")
        try:
            value = float(text.replace(".", "").replace(",", ".") if comma and "," in text else text)
        except ValueError:
            return None
        # Loggers write "nan" where the meter did not answer.
        return value if isfinite(value) else None

    return number


def _time_column(
    header: Sequence[str], rows: Sequence[Sequence[str]], number: Callable[[str], float | None], path: str
) -> int:
    named = [index for index, name in enumerate(header) if _TIME.search(name)]
    for index in [*named, *(i for i in range(len(header)) if i not in named)]:
        cells = [row[index] for row in rows[:50] if len(row) > index]
        stamps = [stamp for stamp in _stamps(cells, number) if stamp is not None]
        rising = all(a <= b for a, b in pairwise(stamps)) and len(set(stamps)) > 1
        if len(stamps) > len(cells) // 2 and rising and (index in named or number(cells[0]) is None):
            return index
    raise UsageError("no column of the log holds times", position=Position(path, 1), remedy=_REMEDY)


def _value_column(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    number: Callable[[str], float | None],
    time_column: int,
    path: str,
) -> tuple[int, float, bool]:
    """Column, factor to watts or joules, and whether it is power."""
    candidates = [
        index
        for index in range(len(header))
        if index != time_column and sum(len(r) > index and number(r[index]) is not None for r in rows) > len(rows) / 2
    ]
    for pattern, units, is_power in ((_POWER, _POWER_UNITS, True), (_ENERGY, _UNITS, False)):
        for index in candidates:
            name = header[index]
            if not pattern.search(name) or (is_power and _unit(name, _UNITS) and not _unit(name, _POWER_UNITS)):
                continue
            if re.search(r"power.?factor|reactive|apparent", name, re.IGNORECASE):
                continue
            unit = _unit(name, units) or ("w" if is_power else "")
            if not unit:
                unit = "j" if "joule" in name.lower() else "wh"
            return index, units[unit], is_power
    return _labelled(header, rows, candidates, path)


def _labelled(
    header: Sequence[str], rows: Sequence[Sequence[str]], candidates: Sequence[int], path: str
) -> tuple[int, float, bool]:
    """The only column of numbers, where the rows say what they are (``sensor.plug_power``), as data bases do."""
    label = _label(rows[0])
    if len(candidates) == 1:
        for pattern, units, plain, is_power in ((_POWER, _POWER_UNITS, "w", True), (_ENERGY, _UNITS, "kwh", False)):
            if pattern.search(label):
                unit = _unit(f"{label} {header[candidates[0]]}", units) or plain
                return candidates[0], units[unit], is_power
    raise UsageError("no column of the log is named for power or energy", position=Position(path, 1), remedy=_REMEDY)


def _label(row: Sequence[str]) -> str:
    """The words of a row: what is neither a number nor a time."""
    return " ".join(cell for cell in row if not any(c.isdigit() for c in cell)).replace("_", " ").replace(".", " ")


def _unit(name: str, units: dict[str, float]) -> str:
    words = re.split(r"[^a-z]+", name.lower())
    return next((unit for unit in units if unit in words), "")


def _stamps(cells: Sequence[str], number: Callable[[str], float | None], local: bool = False) -> list[float | None]:
    """Seconds per cell; a clock without a date that starts again at midnight goes on."""
    found: list[float | None] = []
    day, last = 0.0, None
    for cell in cells:
        stamp, clock_only = _stamp(cell.strip(), number, local)
        if stamp is not None and clock_only:
            if last is not None and stamp + day < last - 43_200:
                day += 86_400.0
            stamp += day
            last = stamp
        found.append(stamp)
    return found


def _stamp(cell: str, number: Callable[[str], float | None], local: bool) -> tuple[float | None, bool]:
    value = number(cell)
    if value is not None:
        # Seconds since 1970 have ten digits before the point; meters also write milli-, micro- and nanoseconds.
        for limit, factor in ((1e17, 1e-9), (1e14, 1e-6), (1e11, 1e-3)):
            if value > limit:
                return value * factor, False
        return value, False
    if match := re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?", cell):
        return int(match[1]) * 3600 + int(match[2]) * 60 + float((match[3] or "0").replace(",", ".")), True
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        for form in _FORMATS:
            try:
                moment = datetime.strptime(cell, form)
                break
            except ValueError:
                continue
        else:
            return None, False
    # Python takes a time without a zone for this machine's.
    return (moment if moment.tzinfo or local else moment.replace(tzinfo=UTC)).timestamp(), False


def _cumulative(times: Sequence[float], values: Sequence[float], is_power: bool) -> list[float]:
    if not is_power and all(a <= b for a, b in pairwise(values)) and values[-1] > values[0]:
        return [value - values[0] for value in values]
    total, energy = 0.0, [0.0]
    for index in range(1, len(times)):
        if is_power:
            total += (values[index] + values[index - 1]) / 2 * (times[index] - times[index - 1])
        else:
            # Energy of the stretch that ends at this row.
            total += values[index]
        energy.append(total)
    return energy
