"""Notebooks: code cells as one program, and edits carried back into the JSON they came from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from greenrules.engine.decoding import place
from greenrules.engine.magics import Mask, Masker
from greenrules.errors import Position, SourceError

_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"[^\s,\]}]+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+\Z")


class Cell(NamedTuple):
    """A code cell.

    Attributes:
        number: 1-based place among all cells of the notebook.
        start: offset of its first character in the program text.
        end: offset after its last character.
    """

    number: int
    start: int
    end: int


class _Place(NamedTuple):
    """Where the JSON value of a cell's source stands in the file, and its strings, raw and decoded."""

    start: int
    end: int
    listed: bool
    raw: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Notebook:
    """How the cells of a notebook lie in its file.

    Attributes:
        text: the file.
        cells: the code cells, as they lie in the program.
        markers: the comment line that leads each cell in the program.
        masks: what is hidden in the program.
    """

    text: str
    cells: tuple[Cell, ...]
    markers: tuple[str, ...]
    masks: tuple[Mask, ...]
    places: tuple[_Place, ...]

    def write(self, path: str, program: str) -> str:
        """The file's text for a changed program: only the sources of the cells that changed are written anew.

        Raises:
            SourceError: a cell's marker or a hidden magic is gone from the program.
        """
        for mask in self.masks:
            if program.count(mask.mask) != 1:
                reason = f"an edit would touch the magic {mask.text.splitlines()[0]!r}"
                raise SourceError(reason, position=Position(path))
            program = program.replace(mask.mask, mask.text)
        pieces: list[str] = []
        done = 0
        for where, source in zip(self.places, self._split(path, program), strict=True):
            if source != "".join(where.lines):
                pieces += [self.text[done : where.start], self._render(where, source)]
                done = where.end
        return "".join([*pieces, self.text[done:]])

    def _split(self, path: str, program: str) -> Iterator[str]:
        starts: list[tuple[int, int]] = []
        at = 0
        for number, marker in zip(self.cells, self.markers, strict=True):
            found = program.find(marker + "\n", at)
            if found < 0 or (found and program[found - 1] != "\n"):
                raise SourceError(f"an edit would reach beyond cell {number.number}", position=Position(path))
            at = found + len(marker) + 1
            starts.append((found, at))
        for index, (_, start) in enumerate(starts):
            end = starts[index + 1][0] if index + 1 < len(starts) else len(program)
            lead = program[: starts[0][0]] if index == 0 else ""
            yield lead + program[start:end].removesuffix("\n")

    def _render(self, where: _Place, source: str) -> str:
        escape = self.text.isascii()
        if not where.listed:
            return json.dumps(source, ensure_ascii=escape)
        known = dict(zip(where.lines, where.raw, strict=True))
        items = [known.get(line) or json.dumps(line, ensure_ascii=escape) for line in _LINES.findall(source)]
        value = self.text[where.start : where.end]
        if not items:
            return "[]"
        lead = re.match(r"\[(\s*)", value)
        between = lead.group(1) if lead else ""
        if not where.raw:
            between = ""
        separator = "," + between if "\n" in between else ", "
        tail = re.search(r"(\s*)\]$", value)
        return "[" + between + separator.join(items) + (tail.group(1) if tail and where.raw else "") + "]"


def is_notebook(path: str, text: str) -> bool:
    """Whether a file is a notebook: by its name, or by its contents where the name says neither."""
    lower = path.lower()
    if lower.endswith(".ipynb"):
        return True
    if lower.endswith((".py", ".pyw", ".pyi")) or not text.lstrip().startswith("{"):
        return False
    return '"cells"' in text and '"nbformat"' in text


def read_notebook(path: str, text: str) -> tuple[str, Notebook]:
    """The program of a notebook, and how to write it back.

    Raises:
        SourceError: it is not JSON, not a notebook of format 4, or not of Python.
    """
    document = _document(path, text)
    cells, places = _code_cells(document, _Scanner(path, text).sources())
    sources = ["".join(where.lines) for where in places]
    masker = Masker(frozenset().union(*sources))
    lines = {line.strip() for source in sources for line in source.splitlines()}
    pieces: list[str] = []
    found: list[Cell] = []
    markers: list[str] = []
    at = 0
    for number, source in zip(cells, sources, strict=True):
        marker = f"# %% [{number}]"
        while marker in lines:
            marker += "%"
        body = masker.mask(source)
        pieces.append(f"{marker}\n{body}\n")
        found.append(Cell(number, at + len(marker) + 1, at + len(marker) + 1 + len(body)))
        markers.append(marker)
        at += len(pieces[-1])
    return "".join(pieces), Notebook(text, tuple(found), tuple(markers), tuple(masker.masks), places)


def _document(path: str, text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(
            f"not a notebook: {error.msg}", position=place(path, text, min(error.pos, len(text)))
        ) from error
    except RecursionError as error:
        raise SourceError("not a notebook: nested too deeply", position=Position(path)) from error
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        remedy = "convert it: jupyter nbconvert --to notebook --inplace FILE"
        raise SourceError("not a notebook of format 4", position=Position(path), remedy=remedy)
    metadata = document.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        described = metadata.get(key)
        language = described.get(name) if isinstance(described, dict) else None
        if isinstance(language, str) and language.lower() not in ("python", "ipython"):
            raise SourceError(f"the notebook is in {language}, not in Python", position=Position(path))
    return document


def _code_cells(document: dict[str, Any], places: list[_Place | None]) -> tuple[list[int], tuple[_Place, ...]]:
    numbers: list[int] = []
    kept: list[_Place] = []
    for number, (cell, where) in enumerate(zip(document["cells"], places, strict=True), start=1):
        if where is not None and isinstance(cell, dict) and cell.get("cell_type") == "code":
            numbers.append(number)
            kept.append(where)
    return numbers, tuple(kept)


class _Scanner:
    """Walks through JSON that is known to be well-formed and notes where the sources of the cells stand."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._text = text

    def sources(self) -> list[_Place | None]:
        """A place per cell, None for a cell without a source."""
        found: list[_Place | None] = []
        for key, start in self._members(self._skip(0)):
            if key == "cells":
                # Of a repeated key the last counts, as ``json`` has it.
                found = [self._source(cell) for cell in self._items(start)]
        return found

    def _source(self, start: int) -> _Place | None:
        place: _Place | None = None
        if self._text[start] != "{":
            return None
        for key, at in self._members(start):
            if key != "source":
                continue
            end = self._end(at)
            if self._text[at] == '"':
                place = _Place(at, end, False, (self._text[at:end],), (scanstring(self._text, at + 1, False)[0],))
            elif self._text[at] == "[":
                items = [(item, self._end(item)) for item in self._items(at)]
                raw = tuple(self._text[a:b] for a, b in items)
                if all(text.startswith('"') for text in raw):
                    place = _Place(at, end, True, raw, tuple(json.loads(text, strict=False) for text in raw))
        return place

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _members(self, start: int) -> Iterator[tuple[str, int]]:
        at = self._skip(start + 1)
        while self._text[at] != "}":
            key, at = scanstring(self._text, at + 1, False)
            at = self._skip(self._skip(at) + 1)
            yield key, at
            at = self._skip(self._end(at))
            if self._text[at] == ",":
                at = self._skip(at + 1)

    def _items(self, start: int) -> Iterator[int]:
        at = self._skip(start + 1)
        while self._text[at] != "]":
            yield at
            at = self._skip(self._end(at))
            if self._text[at] == ",":
                at = self._skip(at + 1)

    def _end(self, start: int) -> int:
        """The end of the value that starts here."""
        depth, at = 0, start
        while True:
            char = self._text[at]
            if char == '"':
                _, at = scanstring(self._text, at + 1, False)
            elif char in "[{":
                depth, at = depth + 1, at + 1
            elif char in "]}":
                depth, at = depth - 1, at + 1
            elif char in ",:" or char.isspace():
                at = self._skip(at + (char in ",:"))
                continue
            else:
                found = _SCALAR.match(self._text, at)
                at = found.end() if found else at + 1
            if depth == 0:
                return at
