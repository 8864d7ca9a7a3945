"""Whether two runs gave the same: what they printed, the files they wrote, the predictions that metrics saw.

At level ``exact`` everything must be equal, at ``numeric`` numbers may differ within a tolerance; both ways, so that an
output that is missing counts as one that is new. What two runs of the unchanged script differ in (times, addresses,
random names) is masked and named.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from greenrules.bench.run import Outcome
from greenrules.bench.text import Difference, close, differences

if TYPE_CHECKING:
    import numpy

RTOL, ATOL = 1e-3, 1e-6
#: compared as text, number by number
TEXTS = frozenset({".txt", ".log", ".md", ".html", ".xml", ".yaml", ".yml", ".svg", ".tex", ".toml", ".ini"})
TABLES = frozenset({".csv", ".tsv"})
LARGEST_TEXT = 50_000_000
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Mask:
    """Places in which two runs of the unchanged script differ; they are not compared.

    Attributes:
        places: keys of differences.
        names: the same for people.
        file_shapes: names of files that differ from run to run, digits taken out.
    """

    places: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    file_shapes: frozenset[str] = frozenset()

    @property
    def deterministic(self) -> bool:
        """Whether there is nothing to mask."""
        return not self.places and not self.file_shapes


@dataclass(frozen=True, slots=True)
class Found:
    """A difference in one output: which output, where, and what."""

    output: str
    key: str
    detail: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the outputs of two runs agree.

    Attributes:
        differences: that count; empty when the outputs agree.
        masked: how many more there are in masked places.
        shares: kind of output → share of it that agrees: lines of text, files, predictions.
    """

    differences: tuple[Found, ...]
    masked: int = 0
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def agree(self) -> bool:
        """Whether nothing differs that may not."""
        return not self.differences

    def facts(self) -> dict[str, Any]:
        """As the report keeps it."""
        named = [f"{found.output}, {found.key}: {found.detail}" for found in self.differences[:_MOST_NAMED]]
        return {"agree": self.agree, **self.shares, "differences": named, "masked": self.masked}

    def reason(self) -> str:
        """The first difference in words; empty when there is none."""
        if not self.differences:
            return ""
        first = self.differences[0]
        more = f" and {len(self.differences) - 1} more" if len(self.differences) > 1 else ""
        return f"{first.output} differs ({first.key}: {first.detail}){more}"


def mask_of(first: Outcome, second: Outcome) -> Mask:
    """What two runs of the unchanged script differ in."""
    places, names, shapes = set(), [], set()
    for found in _all_differences(first, second, None, 0.0, Mask())[0]:
        if found.key in ("missing", "new"):
            shapes.add(_file_shape(found.output))
        places.add(f"{found.output}\0{found.key}")
        names.append(f"{found.output}, {found.key}: {found.detail}")
    return Mask(frozenset(places), tuple(names), frozenset(shapes))


def compare(
    baseline: Outcome,
    candidate: Outcome,
    level: Literal["exact", "numeric"],
    mask: Mask,
    *,
    rtol: float = RTOL,
    atol: float = ATOL,
) -> Agreement:
    """How far a candidate's outputs agree with the baseline's; both runs with their files kept.

    Args:
        baseline: the run that is right by definition.
        candidate: the run to judge.
        level: whether numbers may differ.
        mask: what is not compared.
        rtol: relative tolerance at ``numeric``.
        atol: absolute tolerance at ``numeric``.
    """
    tolerance = rtol if level == "numeric" else None
    found, shares = _all_differences(baseline, candidate, tolerance, atol, mask)
    counted = tuple(f for f in found if not _masked(f, mask))
    return Agreement(counted, len(found) - len(counted), shares)


def _masked(found: Found, mask: Mask) -> bool:
    if f"{found.output}\0{found.key}" in mask.places:
        return True
    # A place in a line is masked with the line, and a line with any place in it that made the lines hard to align.
    line = found.key.partition(" token ")[0]
    if f"{found.output}\0{line}" in mask.places:
        return True
    return found.key in ("missing", "new") and _file_shape(found.output) in mask.file_shapes


def _all_differences(
    a: Outcome, b: Outcome, rtol: float | None, atol: float, mask: Mask
) -> tuple[list[Found], dict[str, float]]:
    found = _text_differences("printed output", a.stdout, b.stdout, rtol, atol)
    if a.truncated and a.stdout_sha256 != b.stdout_sha256 and not found:
        found.append(Found("printed output", "left out", "the part that was not kept differs"))
    lines = max(1, a.stdout.count(b"\n"))
    shares = {"printed": max(0.0, 1.0 - len({f.key.partition(" token ")[0] for f in found}) / lines)}
    in_files, files = _file_differences(a, b, rtol, atol, mask)
    if files:
        shares["files"] = 1.0 - len({f.output for f in in_files}) / files
    in_predictions, agreeing = _prediction_differences(a, b, rtol, atol)
    if agreeing is not None:
        shares["predictions"] = agreeing
    return found + in_files + in_predictions, shares


def _text_differences(output: str, a: bytes, b: bytes, rtol: float | None, atol: float) -> list[Found]:
    if a == b:
        return []
    x, y = a.decode("utf-8", "replace"), b.decode("utf-8", "replace")
    return _found(output, differences(x, y, rtol=rtol, atol=atol))


def _found(output: str, differing: Iterable[Difference]) -> list[Found]:
    return [Found(output, d.key, d.detail) for d in differing]


def _file_differences(a: Outcome, b: Outcome, rtol: float | None, atol: float, mask: Mask) -> tuple[list[Found], int]:
    found = []
    names = sorted({*a.files, *b.files, *a.deleted, *b.deleted})
    for name in names:
        if name in a.deleted or name in b.deleted:
            if (name in a.deleted) != (name in b.deleted):
                which = "only the first" if name in a.deleted else "only the second"
                found.append(Found(name, "deleted", f"{which} run deletes it"))
            continue
        if name not in b.files:
            found.append(Found(name, "missing", "not written"))
        elif name not in a.files:
            found.append(Found(name, "new", "written by the second run only"))
        elif a.files[name] != b.files[name] and _file_shape(name) not in mask.file_shapes:
            found += _in_file(name, _path(a, name), _path(b, name), rtol, atol)
    return found, len(names)


def _path(outcome: Outcome, name: str) -> Path | None:
    path = outcome.files_dir / name if outcome.files_dir else None
    return path if path is not None and path.is_file() else None


def _in_file(name: str, a: Path | None, b: Path | None, rtol: float | None, atol: float) -> list[Found]:
    """Differences in a file whose bytes differ, by what sort of file it is."""
    bytes_differ = [Found(name, "content", "the bytes differ")]
    if a is None or b is None or max(a.stat().st_size, b.stat().st_size) > LARGEST_TEXT:
        return bytes_differ
    suffix = Path(name).suffix.lower()
    if suffix in TEXTS or (rtol is None and suffix in (TABLES | {".json", ".jsonl"})):
        found = _text_differences(name, a.read_bytes(), b.read_bytes(), rtol, atol)
        return found if found or rtol is not None else bytes_differ
    if rtol is None:
        return bytes_differ
    try:
        if suffix in TABLES:
            return _in_tables(name, a.read_text("utf-8"), b.read_text("utf-8"), rtol, atol)
        if suffix == ".json":
            return _in_values(name, json.loads(a.read_text("utf-8")), json.loads(b.read_text("utf-8")), rtol, atol)
        if suffix == ".jsonl":
            rows = [[json.loads(line) for line in p.read_text("utf-8").splitlines()] for p in (a, b)]
            return _in_values(name, rows[0], rows[1], rtol, atol)
        if suffix in (".npy", ".npz"):
            return _in_array_files(name, a, b, rtol, atol)
    except (ValueError, OSError, csv.Error) as error:
        return [Found(name, "content", f"the bytes differ, and it cannot be read as {suffix[1:]}: {error}")]
    return bytes_differ


def _in_tables(name: str, a: str, b: str, rtol: float, atol: float) -> list[Found]:
    separator = "\t" if name.lower().endswith(".tsv") else ","
    rows_a, rows_b = (list(csv.reader(io.StringIO(text), delimiter=separator)) for text in (a, b))
    if len(rows_a) != len(rows_b):
        return [Found(name, "rows", f"{len(rows_a)} / {len(rows_b)} rows")]
    found = []
    for number, (x, y) in enumerate(zip(rows_a, rows_b, strict=True), 1):
        if len(x) != len(y):
            found.append(Found(name, f"line {number}", f"{len(x)} / {len(y)} columns"))
            continue
        for column, (v, w) in enumerate(zip(x, y, strict=True)):
            if v != w and not _close_texts(v, w, rtol, atol):
                found.append(Found(name, f"line {number} token {column}", f"{v} / {w}"))
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
        detail, _ = _array_difference(x, y, rtol, atol)
        return [Found(name, "array", detail)] if detail else []
    found = [Found(name, f"array {key}", "only in one of them") for key in sorted({*x.files} ^ {*y.files})]
    for key in sorted({*x.files} & {*y.files}):
        detail, _ = _array_difference(x[key], y[key], rtol, atol)
        if detail:
            found.append(Found(name, f"array {key}", detail))
    return found


def _array_difference(
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


def _prediction_differences(
    a: Outcome, b: Outcome, rtol: float | None, atol: float
) -> tuple[list[Found], float | None]:
    """Predictions are matched by metric and by the order of the calls: a rewrite may move lines."""
    if not a.predictions and not b.predictions:
        return [], None
    ours, theirs = _by_call(a), _by_call(b)
    found, shares = [], []
    for key in sorted({*ours, *theirs}):
        output = f"predictions for {key[0]}" + (f" ({key[1] + 1})" if key[1] else "")
        if key not in ours or key not in theirs:
            found.append(Found(output, "recorded", "by one of the runs only"))
            shares.append(0.0)
            continue
        detail, share = _prediction_difference(ours[key], theirs[key], rtol, atol)
        shares.append(share)
        if detail:
            found.append(Found(output, "array", detail))
    return found, sum(shares) / len(shares)


def _by_call(outcome: Outcome) -> dict[tuple[str, int], tuple[str, Path | None]]:
    counts: dict[str, int] = {}
    found = {}
    for prediction in outcome.predictions:
        count = counts[prediction.name] = counts.get(prediction.name, -1) + 1
        found[prediction.name, count] = (prediction.sha256, prediction.path)
    return found


def _prediction_difference(
    a: tuple[str, Path | None], b: tuple[str, Path | None], rtol: float | None, atol: float
) -> tuple[str, float]:
    if a[0] == b[0]:
        return "", 1.0
    paths = (a[1], b[1])
    if any(path is None or path.suffix != ".npy" or not path.is_file() for path in paths):
        return "the values differ", 0.0
    import numpy

    assert a[1] is not None and b[1] is not None
    return _array_difference(numpy.load(a[1]), numpy.load(b[1]), rtol, atol)


def _file_shape(name: str) -> str:
    """A file's name without what changes from run to run in names made of times, process ids and random letters."""
    folder, _, last = name.rpartition("/")
    stem = re.sub(r"[0-9a-fA-F]{8,}|\d+", "#", last)
    return f"{re.sub(r'[0-9]+', '#', folder)}/{stem}"
