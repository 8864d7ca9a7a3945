"""Where statements for the top of a script go, and the blank lines around them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from greenrules.engine.edits import Edit, replace
from greenrules.engine.pairing import same
from greenrules.engine.tokens import alone, line_start, next_line, tokens

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.prepend import Prelude

_DEFINITION = re.compile(r"(?:def|class|async\s+def)\b|@")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.Expr)


class Opening(NamedTuple):
    """Statements that are written at one place at the top of a script.

    Attributes:
        at: the offset.
        code: the statements, with the newlines of the script.
        newline: how lines end in the script.
        apart: blank lines wanted before them; two where they begin with a definition.
        markers: lines that separate the cells of a notebook.
        early: whether they must precede a library; the others follow the imports at the top.
    """

    at: int
    code: str
    newline: str
    apart: int
    markers: frozenset[str]
    early: bool

    def edit(self, text: str, before: int = 0, after: int = 0) -> Edit:
        """The insertion, with blank lines before and after it."""
        started = self.at == 0 or text[: self.at].endswith(("\n", "\r"))
        lead = self.newline * (before if started else before + 1)
        ended = started or self.at < len(text)
        return replace(self.at, self.at, lead, self.code, self.newline * (after + 1 if ended else after))

    def spaced(self, text: str, written: str, start: int, end: int) -> Edit:
        """The insertion with the blank lines that its neighbours in the written text call for.

        Args:
            text: the script as it was.
            written: the script with everything written and no blank lines around this.
            start: where this begins in ``written``.
            end: where it ends there.
        """
        above = [line.strip() for line in written[:start].splitlines()]
        below = [line.strip() for line in written[end:].splitlines()]
        there, here = _blanks(reversed(above)), _blanks(below)
        before = self.apart - there if there < len(above) and above[-1 - there] not in self.markers else 0
        rest = [line for line in below[here:] if line in self.markers or not line.startswith("#")]
        if here == len(below) or below[here] in self.markers:
            return self.edit(text, max(before, 0))
        last = ast.parse(self.code).body[-1]
        apart = 2 if isinstance(last, _DEFINITIONS) or (rest and _DEFINITION.match(rest[0])) else 1
        return self.edit(text, max(before, 0), max(apart - here, 0))


def _blanks(lines: Iterable[str]) -> int:
    count = 0
    for line in lines:
        if line:
            break
        count += 1
    return count


def plan_openings(facts: Facts, preludes: Sequence[Prelude], first: int) -> list[Opening]:
    """What is written at the top: what must precede a library before it is imported, the rest after the imports.

    What several preludes share, and what stands there already, is written once.

    Args:
        facts: of the script.
        preludes: what rewrites ask for.
        first: where the first of those rewrites begins; what is written stands before it.
    """
    found = []
    early = [prelude for prelude in preludes if not prelude.after_imports]
    late = [prelude for prelude in preludes if prelude.after_imports]
    if early:
        head, at, apart = _early(facts, {module for prelude in early for module in prelude.before})
        found.append(_opening(facts, early, head, at, apart))
    if late:
        head, at, apart = _late(facts, first)
        found.append(_opening(facts, late, head, at, apart))
    return [opening for opening in found if opening is not None]


def _opening(
    facts: Facts, preludes: Sequence[Prelude], head: Sequence[ast.stmt], at: int, apart: int
) -> Opening | None:
    written: list[ast.stmt] = []
    parts: list[tuple[ast.stmt, str, int]] = []
    for prelude in dict.fromkeys(preludes):
        for stmt, text, blanks in _parts(prelude.code):
            if not any(same(stmt, old) for old in (*written, *head)):
                written.append(stmt)
                parts.append((stmt, text, blanks))
    if not parts:
        return None
    late = all(prelude.after_imports for prelude in preludes)
    if late:
        parts.sort(key=lambda part: not isinstance(part[0], ast.Import | ast.ImportFrom))
    out = [parts[0][1]]
    for (above, _, _), (below, text, blanks) in pairwise(parts):
        definition = isinstance(above, _DEFINITIONS) or isinstance(below, _DEFINITIONS)
        out.append("\n" * (3 if definition else min(blanks, 2) + 1) + text)
    newline = facts.source.newline
    opens = parts[0][0]
    apart = 2 if isinstance(opens, _DEFINITIONS) else apart
    if isinstance(opens, ast.Import | ast.ImportFrom) and head and isinstance(head[-1], ast.Import | ast.ImportFrom):
        apart = 0
    markers = facts.source.notebook.markers if facts.source.notebook else ()
    lines = frozenset(line.strip() for marker in markers for line in marker.splitlines())
    code = in_units("".join(out), facts.source.indent)
    return Opening(at, newline.join(code.split("\n")), newline, apart, lines, not late)


def in_units(code: str, unit: str) -> str:
    """Code with each level of its indentation as ``unit``; lines within strings stay."""
    leads = [len(lead) for lead in re.findall(r"^( +)\S", code, re.MULTILINE)]
    own = min(leads, default=0)
    if not own or " " * own == unit:
        return code
    pieces: list[str] = []
    at = 0
    for token in tokens(code):
        if token.kind == "newline":
            rest = code[token.end :]
            levels, odd = divmod(len(rest) - len(rest.lstrip(" ")), own)
            pieces += [code[at : token.end], unit * levels, " " * odd]
            at = token.end + levels * own + odd
    return "".join([*pieces, code[at:]])


def _parts(code: str) -> list[tuple[ast.stmt, str, int]]:
    """The statements of a prelude with the comments above them, and how many blank lines precede each."""
    lines = code.split("\n")
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError):
        return []
    found = []
    at = 0
    for number, stmt in enumerate(body):
        end = len(lines) if number == len(body) - 1 else stmt.end_lineno or stmt.lineno
        taken = lines[at:end]
        blanks = _blanks(line.strip() for line in taken)
        if blanks < len(taken):
            found.append((stmt, "\n".join(taken[blanks:]), blanks))
        elif found:  # several statements on one line
            found[-1] = (found[-1][0], found[-1][1], found[-1][2])
        at = max(at, end)
    return found


def _early(facts: Facts, before: set[str]) -> tuple[list[ast.stmt], int, int]:
    """The statements that preludes may follow: docstring, ``__future__`` and the standard library's imports."""
    head: list[ast.stmt] = []
    following: ast.stmt | None = None
    for number, stmt in enumerate(facts.tree.body):
        fits = (number == 0 and _is_docstring(stmt)) or _is_future(stmt) or _is_standard(stmt, before)
        if not fits or not alone(facts.source.text, *facts.source.span(stmt)):
            following = stmt
            break
        head.append(stmt)
    source = facts.source
    if head and isinstance(head[-1], ast.Import | ast.ImportFrom) and not _is_future(head[-1]):
        return head, next_line(source.text, source.span(head[-1])[1]), 0
    at = line_start(source.text, source.span(following)[0]) if following is not None else len(source.text)
    return head, at, 1 if head else 0


def _late(facts: Facts, first: int) -> tuple[list[ast.stmt], int, int]:
    """The statements up to the last import of the header: imports, and settings that stand between them."""
    source = facts.source
    head: list[ast.stmt] = []
    passed: list[ast.stmt] = []
    for number, stmt in enumerate(facts.tree.body):
        start, end = source.span(stmt)
        if end > first or not alone(source.text, start, end):
            break
        passed.append(stmt)
        if isinstance(stmt, ast.Import | ast.ImportFrom) or _imports_only(stmt) or (not number and _is_docstring(stmt)):
            head = list(passed)
        elif not _is_setting(stmt):
            break
    if head and not (len(head) == 1 and _is_docstring(head[0])):
        return head, next_line(source.text, source.span(head[-1])[1]), 1
    rest = facts.tree.body[len(head) :]
    return head, line_start(source.text, source.span(rest[0])[0]) if rest else len(source.text), 1 if head else 0


def _imports_only(stmt: ast.stmt) -> bool:
    """Whether a ``try`` or ``if`` chooses between imports."""
    if not isinstance(stmt, ast.Try | ast.If):
        return False
    inner = [node for node in ast.walk(stmt) if isinstance(node, ast.stmt) and node is not stmt]
    return any(isinstance(node, ast.Import | ast.ImportFrom) for node in inner) and all(
        isinstance(node, ast.Import | ast.ImportFrom | ast.Pass | ast.Try | ast.If) or _is_setting(node)
        for node in inner
    )


def _is_setting(stmt: ast.stmt) -> bool:
    """Whether a statement only sets something to a plain value: ``os.environ["A"] = "1"``, ``lib.use("Agg")``."""
    if not isinstance(stmt, _SIMPLE):
        return False
    value = stmt.value
    if isinstance(value, ast.Call):
        given = [*value.args, *(keyword.value for keyword in value.keywords)]
        return isinstance(stmt, ast.Expr) and all(isinstance(argument, ast.Constant) for argument in given)
    return isinstance(value, ast.Constant)


def _is_docstring(stmt: ast.stmt) -> bool:
    return isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Constant) and isinstance(stmt.value.value, str)


def _is_future(stmt: ast.stmt) -> bool:
    return isinstance(stmt, ast.ImportFrom) and stmt.module == "__future__"


def _is_standard(stmt: ast.stmt, before: set[str]) -> bool:
    if isinstance(stmt, ast.Import):
        roots = {alias.name.partition(".")[0] for alias in stmt.names}
    elif isinstance(stmt, ast.ImportFrom) and not stmt.level:
        roots = {(stmt.module or "").partition(".")[0]}
    else:
        return False
    return roots <= sys.stdlib_module_names and not roots & {module.partition(".")[0] for module in before}
