"""Whether two runs gave the same: what they printed, the files they wrote, the predictions that metrics saw.

At level ``exact`` everything must be equal, at ``numeric`` numbers may differ within a tolerance; both ways, so that an
output that is missing counts as one that is new. What two runs of the unchanged script differ in (times, addresses,
random names) is masked and named: lines of text by what stays of them, everything else by its place.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from greenrules.bench.lines import NO_MASK, TextMask, differences, text_mask
from greenrules.bench.run import Outcome
from greenrules.bench.values import TABLES, Found, array_difference, array_key, in_values_of

RTOL, ATOL = 1e-3, 1e-6
#: compared as text, number by number
TEXTS = frozenset({".txt", ".log", ".md", ".html", ".xml", ".yaml", ".yml", ".svg", ".tex", ".toml", ".ini"})
JSON = frozenset({".json", ".jsonl"})
PRINTED = "printed output"
LARGEST_TEXT = 50_000_000
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Mask:
    """Places in which two runs of the unchanged script differ; they are not compared.

    Attributes:
        places: keys of differences, by output; what lies below a place is masked with it.
        texts: what stays of texts, by output.
        file_shapes: names of files that differ from run to run, digits taken out → how many there were, least and most.
        names: all of it for people.
    """

    places: frozenset[tuple[str, str]] = frozenset()
    texts: Mapping[str, TextMask] = field(default_factory=dict)
    file_shapes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    @property
    def deterministic(self) -> bool:
        """Whether there is nothing to mask."""
        return not self.names

    def covers(self, output: str, key: str) -> bool:
        """Whether a place is masked."""
        if (output, key) in self.places:
            return True
        row, _, column = key.rpartition(" column ")
        if row and (output, f"column {column}") in self.places:
            return True
        return any(output == o and key.startswith((k + ".", k + "[")) for o, k in self.places)


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
        missing = [found.output for found in self.differences if found.key == "missing"][:_MOST_NAMED]
        facts = {"agree": self.agree, **self.shares, "differences": named, "masked": self.masked}
        return facts | ({"missing": missing} if missing else {})

    def reason(self) -> str:
        """The first difference in words; empty when there is none."""
        if not self.differences:
            return ""
        first = self.differences[0]
        more = f" and {len(self.differences) - 1} more" if len(self.differences) > 1 else ""
        return f"{first.output} differs ({first.key}: {first.detail}){more}"


def mask_of(first: Outcome, second: Outcome) -> Mask:
    """What two runs of the unchanged script differ in."""
    shapes: dict[str, tuple[int, int]] = {}
    names: list[str] = []
    odd = {*first.files} ^ {*second.files}
    for shape in sorted({_file_shape(name) for name in odd}):
        counts = [sum(_file_shape(name) == shape for name in one.files) for one in (first, second)]
        shapes[shape] = (min(counts), max(counts))
        example = min(name for name in odd if _file_shape(name) == shape)
        names.append(f"{example}: its name differs from run to run")
    a, b = _named_alike(first, shapes), _named_alike(second, shapes)
    texts = {output: text_mask(_text(x), _text(y)) for output, x, y in _texts(a, b)}
    seen = Mask(frozenset(), texts, shapes)
    places: set[tuple[str, str]] = set()
    # What the levels look at differs: to the character, and value by value without a tolerance.
    for rtol in (None, 0.0):
        strict = _all_differences(a, b, rtol, 0.0, seen)
        places |= {(found.output, found.key) for found in strict.found}
    plain = _all_differences(a, b, None, 0.0, Mask(file_shapes=shapes))
    names += [f"{found.output}, {found.key}: {found.detail}" for found in plain.found]
    return Mask(frozenset(places | _whole_columns(places)), texts, shapes, tuple(names))


def _whole_columns(places: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Columns of tables that differ in more than one row: where their rows are equal, it is by chance."""
    columns = Counter((output, key.rpartition(" ")[2]) for output, key in places if " column " in key)
    return {(output, f"column {column}") for (output, column), count in columns.items() if count > 1}


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
    ours, theirs = (_named_alike(one, mask.file_shapes) for one in (baseline, candidate))
    all_of_it = _all_differences(ours, theirs, tolerance, atol, mask)
    counted = tuple(found for found in all_of_it.found if not mask.covers(found.output, found.key))
    return Agreement(counted, len(all_of_it.found) - len(counted) + all_of_it.masked, all_of_it.shares)


def _named_alike(outcome: Outcome, shapes: Mapping[str, tuple[int, int]]) -> Outcome:
    """The outcome with files of changing names called by their shape and number, in the order of their names."""
    if not shapes:
        return outcome
    count: Counter[str] = Counter()
    names: dict[str, str] = {}
    for name in sorted(outcome.files):
        shape = _file_shape(name)
        if shape in shapes:
            count[shape] += 1
            names[name] = f"{shape} {count[shape]}{PurePosixPath(name).suffix}"
    files = {names.get(name, name): digest for name, digest in outcome.files.items()}
    return replace(outcome, files=_Renamed(files, {new: old for old, new in names.items()}))


class _Renamed(dict[str, str]):
    """Files under other names; ``actual`` tells what they are called on disk."""

    def __init__(self, files: Mapping[str, str], actual: Mapping[str, str]) -> None:
        super().__init__(files)
        self.actual = actual


@dataclass(frozen=True, slots=True)
class _Compared:
    """Differences, how many were masked at once, and shares that agree."""

    found: list[Found]
    masked: int
    shares: dict[str, float]


def _all_differences(a: Outcome, b: Outcome, rtol: float | None, atol: float, mask: Mask) -> _Compared:
    found, masked = _text_differences(PRINTED, a.stdout, b.stdout, rtol, atol, mask)
    if a.truncated and a.stdout_sha256 != b.stdout_sha256 and not found and not masked:
        found.append(Found(PRINTED, "left out", "the part that was not kept differs"))
    lines = max(1, a.stdout.count(b"\n"))
    shares = {"printed": max(0.0, 1.0 - (len({f.key.partition(" token ")[0] for f in found}) + masked) / lines)}
    in_files, masked_in_files, files = _file_differences(a, b, rtol, atol, mask)
    if files:
        shares["files"] = 1.0 - len({f.output for f in in_files}) / files
    in_predictions, agreeing = _prediction_differences(a, b, rtol, atol)
    if agreeing is not None:
        shares["predictions"] = agreeing
    return _Compared(found + in_files + in_predictions, masked + masked_in_files, shares)


def _text_differences(
    output: str, a: bytes, b: bytes, rtol: float | None, atol: float, mask: Mask
) -> tuple[list[Found], int]:
    if a == b:
        return [], 0
    found, masked = differences(_text(a), _text(b), rtol=rtol, atol=atol, mask=mask.texts.get(output, NO_MASK))
    return [Found(output, d.key, d.detail) for d in found], masked


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _texts(a: Outcome, b: Outcome) -> list[tuple[str, bytes, bytes]]:
    """The printed output and every file of both that is compared as text."""
    found = [(PRINTED, a.stdout, b.stdout)]
    for name in sorted(a.files.keys() & b.files.keys()):
        paths = _path(a, name), _path(b, name)
        if a.files[name] == b.files[name] or PurePosixPath(name).suffix.lower() not in TEXTS | TABLES | JSON:
            continue
        contents = [path.read_bytes() for path in paths if path is not None and path.stat().st_size <= LARGEST_TEXT]
        if len(contents) == 2:
            found.append((name, contents[0], contents[1]))
    return found


def _file_differences(
    a: Outcome, b: Outcome, rtol: float | None, atol: float, mask: Mask
) -> tuple[list[Found], int, int]:
    found: list[Found] = []
    masked = 0
    names = sorted({*a.files, *b.files, *a.deleted, *b.deleted})
    for name in names:
        if name in a.deleted or name in b.deleted:
            if (name in a.deleted) != (name in b.deleted):
                which = "only the first" if name in a.deleted else "only the second"
                found.append(Found(name, "deleted", f"{which} run deletes it"))
            continue
        if (name in a.files) != (name in b.files):
            if _may_be_gone(name, b, mask):
                masked += 1
            elif name in a.files:
                found.append(Found(name, "missing", "not written"))
            else:
                found.append(Found(name, "new", "written by the second run only"))
        elif a.files[name] != b.files[name]:
            within, hidden = _in_file(name, _path(a, name), _path(b, name), rtol, atol, mask)
            found += within
            masked += hidden
    return found, masked, len(names)


def _may_be_gone(name: str, other: Outcome, mask: Mask) -> bool:
    """Whether there may be another number of files of this name: as many as the unchanged script has written."""
    shape = name.rpartition(" ")[0]
    if shape not in mask.file_shapes:
        return False
    count = sum(one.rpartition(" ")[0] == shape for one in other.files)
    least, most = mask.file_shapes[shape]
    return least <= count <= most


def _path(outcome: Outcome, name: str) -> Path | None:
    if isinstance(outcome.files, _Renamed):
        name = outcome.files.actual.get(name, name)
    path = outcome.files_dir / name if outcome.files_dir else None
    return path if path is not None and path.is_file() else None


def _in_file(
    name: str, a: Path | None, b: Path | None, rtol: float | None, atol: float, mask: Mask
) -> tuple[list[Found], int]:
    """Differences in a file whose bytes differ, by what sort of file it is, and how many lines are masked."""
    bytes_differ = [Found(name, "content", "the bytes differ")]
    if a is None or b is None or max(a.stat().st_size, b.stat().st_size) > LARGEST_TEXT:
        return bytes_differ, 0
    suffix = PurePosixPath(name).suffix.lower()
    by_rows = rtol is not None and not mask.covers(name, "rows")
    if suffix in TEXTS or (suffix in TABLES and not by_rows) or (suffix in JSON and rtol is None):
        found, masked = _text_differences(name, a.read_bytes(), b.read_bytes(), rtol, atol, mask)
        return (found, masked) if found or masked or rtol is not None else (bytes_differ, 0)
    if rtol is None:
        return bytes_differ, 0
    try:
        return in_values_of(name, a, b, rtol, atol), 0
    except (ValueError, OSError, csv.Error) as error:
        return [Found(name, "content", f"the bytes differ, and it cannot be read as {suffix[1:]}: {error}")], 0


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
            found.append(Found(output, array_key(detail), detail))
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
    return array_difference(numpy.load(a[1]), numpy.load(b[1]), rtol, atol)


def _file_shape(name: str) -> str:
    """A file's name without what changes from run to run in names made of times, process ids and random letters."""
    folder, _, last = name.rpartition("/")
    stem = re.sub(r"[0-9a-fA-F]{8,}|\d+", "#", last)
    return f"{re.sub(r'[0-9]+', '#', folder)}/{stem}"
