"""Lines, columns and offsets of a text, and where the nodes of its tree stand in it."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

_NEWLINE = re.compile(r"\r\n|\r|\n")
_SPACE = re.compile(r"(?:[ \t\f\r\n]|\\(?=[\r\n]))*")


@dataclass(frozen=True)
class Layout:
    r"""Where the lines of a text start. Lines end as Python ends them: at ``\n``, ``\r\n`` or a lone ``\r``."""

    text: str

    @cached_property
    def starts(self) -> list[int]:
        """Character offset of each line's first character."""
        if "\r" in self.text:
            return [0, *(found.end() for found in _NEWLINE.finditer(self.text))]
        return list(accumulate(map((1).__add__, map(len, self.text.split("\n")[:-1])), initial=0))

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    def offset(self, line: int, column: int) -> int:
        """Character offset of a 1-based line and a 0-based column in UTF-8 bytes, as ``ast`` gives them."""
        start = self.starts[line - 1]
        if self._ascii or not column:
            return start + column
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        # A column in bytes is at least the column in characters, so a prefix of that many characters is enough.
        head = self.text[start : min(end, start + column)]
        if head.isascii():
            return start + column
        return start + len(head.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))

    def locate(self, offset: int) -> tuple[int, int]:
        """1-based line and 1-based column in characters."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line(self, number: int) -> str:
        """A 1-based line without its newline."""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Start and end offset of a node: with its decorators, without parentheses around an expression.

        Raises:
            ValueError: the node has no place in the text (``ast.Load``, empty ``ast.arguments``).
        """
        line = getattr(node, "lineno", None)
        if line is None or isinstance(node, ast.TypeIgnore):
            return self._inner_span(node)
        start = self.offset(line, node.col_offset)  # type: ignore[attr-defined]
        end = self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
        decorators = getattr(node, "decorator_list", None)
        if decorators:
            start = self._at_sign(self.span(decorators[0])[0])
        return start, end

    def _at_sign(self, start: int) -> int:
        at = self.text.rfind("@", 0, start)
        # An at sign inside a comment between the decorator's own parentheses is not the one.
        while at > 0 and "#" in self.text[self.text.rfind("\n", 0, at) + 1 : at]:
            at = self.text.rfind("@", 0, at)
        return at

    def _inner_span(self, node: ast.AST) -> tuple[int, int]:
        if isinstance(node, ast.Module):
            return 0, len(self.text)
        spans = [self.span(child) for child in ast.iter_child_nodes(node) if _placed(child)]
        if not spans:
            raise ValueError(f"{type(node).__name__} has no place in the text")
        start, end = min(s for s, _ in spans), max(e for _, e in spans)
        if isinstance(node, ast.comprehension):
            # From ``for`` (or ``async for``) on, as the target alone is not the clause.
            start = self.text.rfind("for", 0, start)
            if node.is_async:
                start = self.text.rfind("async", 0, start)
        return start, end

    def skip_forward(self, offset: int) -> int:
        """The first offset from ``offset`` on that is neither blank, newline nor comment."""
        while True:
            found = _SPACE.match(self.text, offset)
            offset = found.end() if found else offset
            if not self.text.startswith("#", offset):
                return offset
            line = bisect_right(self.starts, offset)
            offset = self.starts[line] if line < len(self.starts) else len(self.text)


def _placed(node: ast.AST) -> bool:
    if isinstance(node, (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)):
        return False
    return hasattr(node, "lineno") or any(_placed(child) for child in ast.iter_child_nodes(node))
