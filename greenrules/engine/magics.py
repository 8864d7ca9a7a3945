"""IPython's magics and shell escapes, hidden behind valid Python of the same length while a notebook is worked on."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

#: cell magics whose body is Python that runs in the notebook's own namespace
_TRANSPARENT = frozenset({"time", "capture", "prun", "memit", "mprun"})
_CELL_MAGIC = re.compile(r"\s*%%(\w+)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_ESCAPE = re.compile(r"[ \t]*(?:%|!|\?)")
_ASSIGNED = re.compile(r"[ \t]*[\w.,\[\]'\" \t()*]*?[^=!<>%]=[ \t]*(?=[%!](?!=))")
_HELP = re.compile(r"[ \t]*[\w.%*]+\?{1,2}[ \t]*$")
#: strings, comments and brackets: what tells whether a line starts a statement
_TOKEN = re.compile(r"(?P<quote>'''|\"\"\"|'|\")|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comment>#)|\\")
#: letters nobody writes code in; one of them leads each mask, so that it can be found again
_FIRST = 0x4E00
_COUNT = 0x5000
_FILL = "\u30fc"


def is_mask(node: ast.AST) -> bool:
    """Whether a statement of a notebook is a magic or an escape."""
    name = node.value.id if isinstance(node, ast.Expr) and isinstance(node.value, ast.Name) else ""
    return bool(name) and _FIRST <= ord(name[0]) < _FIRST + _COUNT and not name[1:].strip(_FILL)


class Mask(NamedTuple):
    """A stretch of a cell that is not Python.

    Attributes:
        mask: the Python that stands for it, of the same length; unlike any other text of the notebook.
        text: what it hides.
    """

    mask: str
    text: str


class Masker:
    """Hides magics, each behind a mask of its own.

    Args:
        taken: characters that occur in the notebook.
    """

    def __init__(self, taken: frozenset[str]) -> None:
        self._fresh = (letter for code in range(_FIRST, _FIRST + _COUNT) if (letter := chr(code)) not in taken)
        self.masks: list[Mask] = []

    def mask(self, cell: str) -> str:
        """A cell's text with what is not Python hidden.

        Raises:
            StopIteration: never in practice; there are twenty thousand masks.
        """
        if magic := _CELL_MAGIC.match(cell):
            head = len(cell) - len(cell.lstrip())
            end = _LINE.match(cell, head).end() if magic.group(1) in _TRANSPARENT else len(cell)  # type: ignore[union-attr]
            rest = self.mask(cell[end:]) if end < len(cell) else ""
            return cell[:head] + self._hide(cell[head:end]) + rest
        if not re.search(r"[%!?]", cell) or _parses(cell):
            return cell
        return "".join(self._lines(cell))

    def _lines(self, cell: str) -> Iterator[str]:
        state = _State()
        at = 0
        while at < len(cell):
            line = _LINE.match(cell, at).group()  # type: ignore[union-attr]
            body = line.rstrip("\r\n")
            start = self._escape(body) if state.fresh else None
            if start is None:
                state.read(body)
                yield line
                at += len(line)
                continue
            end = at + len(line)
            while cell[at:end].rstrip("\r\n").endswith("\\") and end < len(cell):
                end = _LINE.match(cell, end).end()  # type: ignore[union-attr]
            yield line[:start] + self._hide(cell[at + start : end])
            at = end

    def _escape(self, body: str) -> int | None:
        """Where on a line that starts a statement the part that is not Python begins."""
        if _ESCAPE.match(body) or _HELP.match(body):
            return len(body) - len(body.lstrip())
        if assigned := _ASSIGNED.match(body):
            return assigned.end()
        return None

    def _hide(self, text: str) -> str:
        """A mask for a stretch: a name, then a comment for each further line."""
        hidden: list[str] = []
        for line in _LINE.findall(text):
            body = line.rstrip("\r\n")
            ending = line[len(body) :]
            blank = body[: len(body) - len(body.lstrip())]
            content = body[len(blank) :]
            if not content:
                hidden.append(line)
            elif not hidden:
                hidden.append(next(self._fresh) + _FILL * (len(body) - 1) + ending)
            else:
                hidden.append(blank + "#" + _FILL * (len(content) - 1) + ending)
        mask = "".join(hidden).rstrip("\r\n")
        self.masks.append(Mask(mask, text[: len(mask)]))
        return mask + text[len(mask) :]


@dataclass
class _State:
    """Whether the reader stands inside brackets or a string that goes on over lines."""

    depth: int = 0
    quote: str = ""
    joined: bool = False

    @property
    def fresh(self) -> bool:
        return not self.depth and not self.quote and not self.joined

    def read(self, line: str) -> None:
        at = 0
        self.joined = False
        while at < len(line):
            if self.quote:
                at = self._string(line, at)
                continue
            token = _TOKEN.search(line, at)
            if token is None or token.group("comment"):
                return
            at = token.end()
            if token.group() == "\\":
                self.joined = at == len(line)
            elif token.group("quote"):
                self.quote = token.group()
            elif token.group("open"):
                self.depth += 1
            else:
                self.depth = max(0, self.depth - 1)
        if len(self.quote) == 1 and not line.endswith("\\"):
            self.quote = ""

    def _string(self, line: str, at: int) -> int:
        while at < len(line):
            if line[at] == "\\":
                at += 2
            elif line.startswith(self.quote, at):
                at += len(self.quote)
                self.quote = ""
                return at
            else:
                at += 1
        return at


def _parses(cell: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(cell)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
