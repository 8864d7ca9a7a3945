"""A script as it stands in its file: bytes, text, tree and the way from one to the other."""

from __future__ import annotations

import ast
import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from greenrules.engine import decoding
from greenrules.engine.children import Survey, survey
from greenrules.engine.formatted import OPENING, read_formatted
from greenrules.engine.layout import Layout
from greenrules.engine.notebook import Cell, Notebook, is_notebook, read_notebook
from greenrules.engine.outline import Outline, read_outline
from greenrules.engine.syntax import parse
from greenrules.errors import Position

_ASCII_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_WORD = re.compile(r"[^\W\d]\w*")
_STRANGE = re.compile(r"[^\0-\x7f]")
_NEWLINE = re.compile(r"\r\n|\r|\n")
#: a comment, or a string, in which there is none
_LEXEMES = re.compile(
    r"(#[^\r\n]*+)"
    r'|"""(?:[^"\\]++|\\.|"(?!""))*+"""|"(?:[^"\\\r\n]++|\\(?:\r\n|.))*+"'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+'''|'(?:[^'\\\r\n]++|\\(?:\r\n|.))*+'",
    re.DOTALL,
)
#: letters of the prefix of a string with fields
_FORMATTED = tuple("fFtTrR")
_INDENTED = re.compile(r":[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)(?:[ \t\f]*(?:\r\n|\r|\n))*([ \t]+)(?=[^\s#])")


@dataclass(frozen=True)
class Source:
    """A script or notebook.

    Attributes:
        path: the file as the user named it.
        data: its bytes.
        text: the program, newlines exactly as in the file, without byte order mark. Of a notebook: the code cells one
            after the other, each led by a marker comment, magics masked by valid Python of the same length.
        decoded: the file's text, which for a script is ``text``, with its encoding.
        notebook: how the cells lie in the file, None for a script.
    """

    path: str
    data: bytes
    text: str
    decoded: decoding.Decoded
    notebook: Notebook | None = None

    @property
    def encoding(self) -> str:
        """Name of the file's codec."""
        return self.decoded.encoding

    @property
    def bom(self) -> bool:
        """Whether the file starts with a UTF-8 byte order mark."""
        return self.decoded.bom

    @property
    def is_notebook(self) -> bool:
        """Whether the file is a notebook."""
        return self.notebook is not None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The code cells of a notebook; empty for a script."""
        return self.notebook.cells if self.notebook else ()

    @cached_property
    def newline(self) -> str:
        r"""The newline used most, ``\n`` where there is none."""
        if "\r" not in self.text:
            return "\n"
        found = _NEWLINE.findall(self.text)
        return max(("\n", "\r\n", "\r"), key=found.count)

    @cached_property
    def indent(self) -> str:
        """One level of indentation: what the first indented block adds, four spaces where there is none."""
        best = min((found.group(1) for found in _INDENTED.finditer(self.text)), key=len, default="    ")
        return "\t" if best.startswith("\t") else best

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the text that could be an identifier, those in strings and comments too; nothing is parsed."""
        if self.text.isascii():
            return frozenset(_ASCII_WORD.findall(self.text))
        found = frozenset(_WORD.findall(self.text))
        return found | {unicodedata.normalize("NFKC", word) for word in found if not word.isascii()}

    @cached_property
    def outline(self) -> Outline | None:
        """Code and imports of the text, told without parsing; None where that is not certain."""
        return read_outline(self.text)

    def mentions(self, word: str) -> bool:
        """Whether a word stands anywhere in the text; faster than :attr:`words` for a few."""
        known = self._mentioned.get(word)
        if known is None:
            known = _stands(word, self.text) if self._plain and word.isascii() else word in self.words
            self._mentioned[word] = known
        return known

    @cached_property
    def _plain(self) -> bool:
        """Whether no word of the text is another spelling of one of ASCII characters."""
        if self.text.isascii():
            return True
        strange = unicodedata.normalize("NFKC", "".join(set(_STRANGE.findall(self.text))))
        return not any(char.isascii() and (char.isalnum() or char == "_") for char in strange)

    @cached_property
    def _mentioned(self) -> dict[str, bool]:
        """Words that were asked for before."""
        return {}

    @cached_property
    def tree(self) -> ast.Module:
        """The module.

        Raises:
            SourceError: the program cannot be parsed, at its position.
        """
        return parse(self.text, self._position)

    @cached_property
    def survey(self) -> Survey:
        """The nodes of the tree by their types, and each node's parent."""
        return survey(self.tree)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """Each node's parent. Contexts and operators, which ``ast`` shares between nodes, have none."""
        return self.survey.parents

    @cached_property
    def layout(self) -> Layout:
        """Lines and offsets of the text."""
        return Layout(self.text)

    @cached_property
    def comments(self) -> tuple[tuple[int, str], ...]:
        """Offset and text of every comment, in order, the cell markers of a notebook included."""
        return comments_of(self.text)

    def offset(self, line: int, column: int) -> int:
        """Character offset of a 1-based line and a 0-based column in UTF-8 bytes, as ``ast`` gives them."""
        return self.layout.offset(line, column)

    def position(self, offset: int) -> tuple[int, int, int | None]:
        """1-based line, 1-based column in characters, and for a notebook the cell's number (line then counts in it)."""
        line, column = self.layout.locate(offset)
        if not self.cells:
            return line, column, None
        place = max(0, bisect_right([cell.start for cell in self.cells], offset) - 1)
        cell = self.cells[place]
        first, _ = self.layout.locate(cell.start)
        return max(1, line - first + 1), column, cell.number

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Start and end offset of a node: with its decorators, without parentheses around an expression.

        Raises:
            ValueError: the node has no place in the text.
        """
        return self.layout.span(node)

    def outer_span(self, node: ast.AST) -> tuple[int, int]:
        """The span of an expression with the parentheses that are its own; not those of a call or of class bases."""
        start, end = self.span(node)
        parent = self.parents.get(node)
        if not isinstance(node, ast.expr) or parent is None or isinstance(parent, ast.pattern):
            return start, end
        limit = self._closing_parenthesis(node, parent)
        while True:
            after = self.layout.skip_forward(end)
            if not self.text.startswith(")", after) or after == limit:
                return start, end
            before = self._skip_back(start)
            if before < 0 or self.text[before] != "(":
                return start, end
            start, end = before, after + 1

    def _closing_parenthesis(self, node: ast.expr, parent: ast.AST) -> int | None:
        """Offset of the closing parenthesis that belongs to ``parent``'s own syntax around ``node``."""
        if isinstance(parent, ast.Call) and node is not parent.func:
            return self.span(parent)[1] - 1
        if isinstance(parent, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            if node in parent.decorator_list:
                return None
            if isinstance(parent, ast.ClassDef) and node in parent.bases:
                # The last parenthesis before the colon closes the list of bases.
                closing, at = None, self.layout.skip_forward(self.span(node)[1])
                while self.text.startswith(")", at):
                    closing, at = at, self.layout.skip_forward(at + 1)
                return closing
        return None

    def _skip_back(self, offset: int) -> int:
        """The last offset before ``offset`` that is neither blank, newline nor comment; -1 where there is none."""
        while True:
            offset -= 1
            while offset >= 0 and self.text[offset] in " \t\f\r\n\\":
                offset -= 1
            if self.text.find("#", self.text.rfind("\n", 0, max(offset, 0)) + 1, offset + 1) < 0:
                return offset  # mostly, and all comments need not be known
            place = bisect_right(self._comment_starts, offset) - 1
            if place < 0:
                return offset
            start, text = self.comments[place]
            if offset >= start + len(text):
                return offset
            offset = start

    @cached_property
    def _comment_starts(self) -> list[int]:
        return [start for start, _ in self.comments]

    def segment(self, node: ast.AST) -> str:
        """The text of a node's span."""
        start, end = self.span(node)
        return self.text[start:end]

    def comments_between(self, start: int, end: int) -> tuple[tuple[int, str], ...]:
        """Comments that start in a range of offsets."""
        if self.text.find("#", start, end) < 0:
            return ()
        starts = self._comment_starts
        return self.comments[bisect_left(starts, start) : bisect_left(starts, end)]

    def with_text(self, new_text: str) -> Source:
        """The source as it would be read after writing ``new_text``.

        Raises:
            SourceError: the text cannot be written in the file's encoding, or the cells of a notebook were torn.
        """
        return self if new_text == self.text else read_source(self.path, self.encode(new_text))

    def encode(self, new_text: str) -> bytes:
        """The bytes of the file with a changed program; everything unchanged stays byte for byte.

        Raises:
            SourceError: as for :meth:`with_text`.
        """
        if new_text == self.text:
            return self.data
        whole = self.notebook.write(self.path, new_text) if self.notebook else new_text
        return decoding.encode(self.path, self.decoded, self.data, whole)

    def _position(self, line: int, column: int, length: int) -> Position:
        """A position for an error, from a 1-based program line and a 1-based column in characters."""
        line = min(max(line, 1), len(self.layout.starts))
        text = self.layout.line(line)
        at, _, cell = self.position(self.layout.starts[line - 1])
        path = f"{self.path}:cell {cell}" if cell is not None else self.path
        return Position(path, at, column, text, length)


def comments_of(text: str) -> tuple[tuple[int, str], ...]:
    """Offset and text of every comment of a program, or of whole statements of one, in order."""
    if "#" not in text:
        return ()
    if OPENING.search(text) is None:
        return tuple((found.start(1), found[1]) for found in _LEXEMES.finditer(text) if found[1])
    comments: list[tuple[int, str]] = []
    at: int | None = 0
    while at is not None:
        start, at = at, None
        for found in _LEXEMES.finditer(text, start):
            if found[1]:
                comments.append((found.start(1), found[1]))
            elif text[found.start() - 1 : found.start()] in _FORMATTED and "{" in found[0]:
                before = text[found.start() - 2 : found.start() - 1] in _FORMATTED
                whole = read_formatted(text, found.start() - 1 - before)
                if whole is None or not (whole.comments or whole.end != found.end()):
                    continue
                comments += [(first, text[first:last]) for first, last in whole.comments]
                at = whole.end
                break
    return tuple(comments)


def _stands(word: str, text: str) -> bool:
    """Whether a word of ASCII characters stands in a text."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not text[at - 1 : at].isidentifier() and not (text[end : end + 1].isalnum() or text.startswith("_", end)):
            return True
        at = text.find(word, at + 1)
    return False


def read_source(path: str, data: bytes) -> Source:
    """Read a script, or a notebook: by its name ``.ipynb``, or by its contents where the name ends in nothing known.

    Raises:
        SourceError: it cannot be decoded, or is a notebook that cannot be read. Syntax errors come with
            ``Source.tree``.
    """
    decoded = decoding.decode(path, data)
    if not is_notebook(path, decoded.text):
        return Source(path, data, decoded.text, decoded)
    text, notebook = read_notebook(path, decoded.text)
    return Source(path, data, text, decoded, notebook)
