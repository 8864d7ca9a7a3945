"""Files and arrays compared value by value, each difference with its place."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from greenrules.bench.text import close

if TYPE_CHECKING:
    import numpy

TABLES = frozenset({".csv", ".tsv"})


@dataclass(frozen=True, slots=True)
class Found:
    """A difference in one output: which output, where, and what."""

    output: str
    key: str
    detail: str


def in_values_of(name: str, a: Path, b: Path, rtol: float, atol: float) -> list[Found]:
    """Differences of two files that hold values, by the suffix of their name.

    Raises:
        ValueError: one of them cannot be read as what its name says.
        OSError: or not at all.
        csv.Error: as above.
    """
    match PurePosixPath(name).suffix.lower():
        case ".csv" | ".tsv":
            return _in_tables(name, a.read_text("utf-8"), b.read_text("utf-8"), rtol, atol)
        case ".json":
            return _in_values(name, json.loads(a.read_text("utf-8")), json.loads(b.read_text("utf-8")), rtol, atol)
        case ".jsonl":
            rows = [[json.loads(line) for line in p.read_text("utf-8").splitlines()] for p in (a, b)]
            return _in_values(name, rows[0], rows[1], rtol, atol)
        case ".npy" | ".npz":
            return _in_array_files(name, a, b, rtol, atol)
    return [Found(name, "content", "the bytes differ")]


def _in_tables(name: str, a: str, b: str, rtol: float, atol: float) -> list[Found]:
    separator = "\t" if PurePosixPath(name).suffix.lower() == ".tsv" else ","
    rows_a, rows_b = (list(csv.reader(io.StringIO(text), delimiter=separator)) for text in (a, b))
    if len(rows_a) != len(rows_b):
        return [Found(name, "rows", f"{len(rows_a)} / {len(rows_b)} rows")]
    found = []
    for number, (x, y) in enumerate(zip(rows_a, rows_b, strict=True), 1):
        if len(x) != len(y):
            found.append(Found(name, f"row {number}", f"{len(x)} / {len(y)} columns"))
            continue
        for column, (v, w) in enumerate(zip(x, y, strict=True), 1):
            if v != w and not _close_texts(v, w, rtol, atol):
                found.append(Found(name, f"row {number} column {column}", f"{v} / {w}"))
    return found


def _close_texts(a: str, b: str, rtol: float, atol: float) -> bool:
    try:
        return close(float(a), float(b), rtol, atol)
    except ValueError:
        return False


def _in_values(name: str, a: Any, b: Any, rtol: float, atol: float, where: str = "$") -> list[Found]:
    """Differences of two JSON values, by their path."""
    numbers = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in (a, b))
    if numbers:
        return [] if close(float(a), float(b), rtol, atol) else [Found(name, where, f"{a} / {b}")]
    if isinstance(a, dict) and isinstance(b, dict):
        found = [Found(name, f"{where}.{key}", "only in one of them") for key in sorted({*a} ^ {*b})]
        for key in a.keys() & b.keys():
            found += _in_values(name, a[key], b[key], rtol, atol, f"{where}.{key}")
        return sorted(found, key=lambda f: f.key)
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return [Found(name, where, f"{len(a)} / {len(b)} entries")]
        return [
            f
            for i, (x, y) in enumerate(zip(a, b, strict=True))
            for f in _in_values(name, x, y, rtol, atol, f"{where}[{i}]")
        ]
    return [] if a == b and type(a) is type(b) else [Found(name, where, f"{a!r:.40} / {b!r:.40}")]


def _in_array_files(name: str, a: Path, b: Path, rtol: float, atol: float) -> list[Found]:
    import numpy

    x, y = (numpy.load(path, allow_pickle=False) for path in (a, b))
    if isinstance(x, numpy.ndarray) and isinstance(y, numpy.ndarray):
        detail, _ = array_difference(x, y, rtol, atol)
        return [Found(name, array_key(detail), detail)] if detail else []
    found = [Found(name, f"array {key}", "only in one of them") for key in sorted({*x.files} ^ {*y.files})]
    for key in sorted({*x.files} & {*y.files}):
        detail, _ = array_difference(x[key], y[key], rtol, atol)
        if detail:
            found.append(Found(name, f"array {key}, {array_key(detail)}", detail))
    return found


def array_key(detail: str) -> str:
    """The place of a difference between arrays: other items are no reason for another shape."""
    return "items" if detail.endswith("items differ") else "form"


def array_difference(
    a: numpy.ndarray[Any, Any], b: numpy.ndarray[Any, Any], rtol: float | None, atol: float
) -> tuple[str, float]:
    """What differs between two arrays (empty when nothing does), and the share of equal items."""
    import numpy

    if a.shape != b.shape:
        return f"shape {a.shape} / {b.shape}", 0.0
    if rtol is None:
        if a.dtype != b.dtype:
            return f"type {a.dtype} / {b.dtype}", 0.0
        same = (a == b) | ((a != a) & (b != b))
    elif a.dtype.kind in "biufc" and b.dtype.kind in "biufc":
        same = numpy.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True) | numpy.isclose(
            b, a, rtol, atol, equal_nan=True
        )
    else:
        same = a.astype(str) == b.astype(str)
    share = float(numpy.mean(same)) if a.size else 1.0
    return ("" if share == 1.0 else f"{1 - share:.2%} of the items differ"), share
