"""Comments by which a user keeps a rule away from a place.

``# greenrules: ignore[pack/rule, pack/prefix] reason`` counts for the code on its line, or, on a line of its own, for
the next line of code; anywhere in a statement of several lines it counts for that statement.
``# greenrules: ignore-file[…]`` counts for the whole file and stands above its first statement.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from greenrules.engine.source import Source

_DIRECTIVE = re.compile(r"#\s*greenrules:\s*(?P<word>[\w-]*)\s*(?:\[(?P<ids>[^\]]*)\])?\s*(?P<reason>.*)")


class Directive(NamedTuple):
    """One suppression comment.

    Attributes:
        line: 1-based line of the comment.
        column: 1-based column of the comment, in characters.
        text: the comment.
        ids: full ids of rules, or prefixes of them (``pack`` or ``pack/…``).
        lines: the lines of code it counts for; None for the whole file.
        error: what is wrong with it, or empty.
    """

    line: int
    column: int
    text: str
    ids: tuple[str, ...]
    lines: range | None
    error: str = ""


class Unused(NamedTuple):
    """A suppression comment, or one id in it, that keeps nothing away."""

    line: int
    column: int
    text: str
    reason: str


def covers(pattern: str, rule: str) -> bool:
    """Whether an id in a comment means a rule: the id itself, or a prefix that ends at a ``/``."""
    return rule == pattern or rule.startswith(pattern if pattern.endswith("/") else f"{pattern}/")


class Suppressions:
    """The suppression comments of a script, and which of them were of use."""

    def __init__(self, source: Source) -> None:
        self.directives = read_directives(source) if "greenrules:" in source.text else ()
        self._used: set[tuple[int, str]] = set()

    def suppress(self, rule: str, first_line: int, last_line: int) -> bool:
        """Whether a comment keeps a rule away from code on these lines (1-based, inclusive); counts it as used."""
        hidden = False
        for number, directive in enumerate(self.directives):
            lines = directive.lines
            if directive.error or not (lines is None or (lines.start <= last_line and first_line < lines.stop)):
                continue
            for pattern in directive.ids:
                if covers(pattern, rule):
                    self._used.add((number, pattern))
                    hidden = True
        return hidden

    def unused(self, checked: Iterable[str], known: Iterable[str] | None = None) -> tuple[Unused, ...]:
        """The comments that suppressed nothing.

        Args:
            checked: full ids of the rules that were run; an id that none of them has is not judged,
            known: unless it is not among these ids of all rules there are.
        """
        checked = list(checked)
        known = None if known is None else list(known)
        found = []
        for number, directive in enumerate(self.directives):
            if directive.error:
                found.append(Unused(directive.line, directive.column, directive.text, directive.error))
                continue
            for pattern in directive.ids:
                if (number, pattern) in self._used:
                    continue
                if any(covers(pattern, rule) for rule in checked):
                    reason = f"{pattern} has nothing to say here"
                elif known is not None and not any(covers(pattern, rule) for rule in known):
                    reason = f"no rule is called {pattern}"
                else:
                    continue
                found.append(Unused(directive.line, directive.column, directive.text, reason))
        return tuple(found)


def read_directives(source: Source) -> tuple[Directive, ...]:
    """Every suppression comment of a script, in the order of the text."""
    comments = [(offset, text) for offset, text in source.comments if _DIRECTIVE.match(text)]
    if not comments:
        return ()
    starts = _line_starts(source.text)
    commented = {_line(starts, offset) for offset, _ in source.comments if _alone(source.text, starts, offset)}
    first = min((stmt.lineno for stmt in source.tree.body if not _is_docstring(stmt)), default=len(starts) + 1)
    spans = _statement_spans(source.tree)
    found = []
    for offset, text in comments:
        match = _DIRECTIVE.match(text)
        assert match is not None
        line = _line(starts, offset)
        ids = tuple(part.strip() for part in (match["ids"] or "").split(",") if part.strip())
        error = _fault(match["word"], ids, above=line < first)
        lines = None if match["word"] == "ignore-file" else _reach(line, starts, commented, source.text, spans, offset)
        found.append(Directive(line, offset - starts[line - 1] + 1, text, ids, lines, error))
    return tuple(found)


def _fault(word: str, ids: tuple[str, ...], *, above: bool) -> str:
    if word not in ("ignore", "ignore-file"):
        return f"expected ignore[…] or ignore-file[…] after 'greenrules:', not '{word}'"
    if not ids:
        return f"{word} names no rule; write {word}[pack/rule]"
    if word == "ignore-file" and not above:
        return "ignore-file counts only above the first statement"
    return ""


def _reach(
    line: int, starts: list[int], commented: set[int], text: str, spans: list[tuple[int, int]], offset: int
) -> range:
    """The lines a comment counts for: those of the innermost simple statement or header on its line or below it."""
    target = line
    if _alone(text, starts, offset) and not any(first < line <= last for first, last in spans):
        target += 1
        while target in commented:
            target += 1
    held = [span for span in spans if span[0] <= target <= span[1]]
    if not held:
        return range(target, target + 1)
    first, last = min(held, key=lambda span: span[1] - span[0])
    return range(first, last + 1)


def _statement_spans(tree: ast.Module) -> list[tuple[int, int]]:
    """First and last line of every simple statement, and of the header of every compound one."""
    spans = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            continue
        inner = [*getattr(node, "body", ()), *getattr(node, "cases", ())]
        first = min([_first_line(node), *(d.lineno for d in getattr(node, "decorator_list", ()))])
        last = max(first, min(map(_first_line, inner)) - 1) if inner else getattr(node, "end_lineno", None) or first
        spans.append((first, _header_end(node, last) if inner else last))
    return spans


def _first_line(node: ast.AST) -> int:
    if isinstance(node, ast.match_case):
        return node.pattern.lineno
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    line: int = getattr(node, "lineno", 1)
    return min([line, *(decorator.lineno for decorator in decorators)])


def _header_end(node: ast.AST, last: int) -> int:
    """The last line of a header: the lines before the body that belong to expressions, at least the first line."""
    ends = [getattr(node, "lineno", 1)]
    for name, value in ast.iter_fields(node):
        if name in ("body", "orelse", "finalbody", "handlers", "cases", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                ends += [part.end_lineno or 0 for part in ast.walk(child) if hasattr(part, "end_lineno")]
    return min(last, max(ends)) if last >= ends[0] else ends[0]


def _is_docstring(stmt: ast.stmt) -> bool:
    return isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Constant) and isinstance(stmt.value.value, str)


def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]


def _line(starts: list[int], offset: int) -> int:
    return bisect_right(starts, offset)


def _alone(text: str, starts: list[int], offset: int) -> bool:
    return not text[starts[_line(starts, offset) - 1] : offset].strip()
