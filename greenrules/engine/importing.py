"""The import statements of a rewritten script: what is missing added beside its kin, what fell out of use taken out."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, pairwise, takewhile
from typing import NamedTuple

from greenrules.engine.arglist import ArgumentList, Item
from greenrules.engine.edits import Edit, Edits, Refused, replace
from greenrules.engine.freed import freed
from greenrules.engine.imports import Imported, Imports, Wanted
from greenrules.engine.magics import is_mask
from greenrules.engine.optional import is_tried
from greenrules.engine.tokens import alone, comments, find, line_start, margin, next_line

_LONGEST = 88


class Line(NamedTuple):
    """A new import statement on a line of its own.

    Attributes:
        at: the offset.
        module: what is imported.
        text: the statement with its margin.
        before: whether a blank line is wanted above it.
        after: whether one is wanted below it.
        top: whether it stands at the top of the script, not in a function.
    """

    at: int
    module: str
    text: str
    before: bool = False
    after: bool = False
    top: bool = True

    @property
    def root(self) -> str:
        """The top module."""
        return self.module.partition(".")[0]

    @property
    def standard(self) -> bool:
        """Whether the module comes with Python."""
        return self.root in sys.stdlib_module_names


def plan_imports(
    imports: Imports,
    rewrites: Sequence[Edits],
    opening: int | None = None,
    behind: Collection[str] = (),
    given: Collection[str] = (),
) -> tuple[list[Edit], list[Edit]]:
    """The edits of import statements that rewrites entail.

    Args:
        imports: those of the script as it is.
        rewrites: what is going to be done to it, together.
        opening: where statements are going to be written that must precede libraries; None where there are none.
        behind: those libraries.
        given: import statements that are going to be written at the top anyway.

    Returns:
        What stands before the statements at ``opening`` where both are written at one place, and what stands behind.

    Raises:
        Refused: an import has no place before the code that needs it.
    """
    wanted: dict[tuple[str, str | None, str | None, ast.AST | None], Wanted] = {}
    for rewrite in rewrites:
        for one in rewrite.wanted:
            wanted.setdefault((one.module, one.name, one.alias, one.local), one)
    edits = [edit for rewrite in rewrites for edit in rewrite.edits]
    dropped = freed(imports, edits, [one.module for one in wanted.values() if one.name is None])
    plan = _Plan(imports, _first_site(imports, rewrites))
    for entry in dropped:
        plan.drop(entry)
    left = [one for one in wanted.values() if (one.local or one.statement not in given) and not plan.join(one)]
    for group in _by_module(left):
        plan.add(group)
    return plan.edits(opening, behind)


def _first_site(imports: Imports, rewrites: Sequence[Edits]) -> int:
    """Where the first code begins that may need an import: what is imported behind it comes too late."""
    span = imports.facts.source.span
    own = {span(entry.statement) for entry in imports.entries} if rewrites else set()
    starts = [rewrite.span[0] for rewrite in rewrites if rewrite.wanted and rewrite.span not in own]
    return min(starts, default=len(imports.facts.source.text))


def _by_module(wanted: Iterable[Wanted]) -> list[Wanted]:
    """Names of one module as one import of several names."""
    groups: dict[tuple[str, bool, ast.AST | None], list[Wanted]] = {}
    for one in wanted:
        key = (one.module if one.name else one.part, one.name is not None, one.local)
        groups.setdefault(key, []).append(one)
    merged = []
    for group in groups.values():
        parts = sorted((one.part for one in group), key=_sort_key)
        merged.append(group[0]._replace(parts=tuple(parts)) if len(parts) > 1 else group[0])
    return merged


class _Plan:
    """Changes to import statements, gathered statement by statement.

    Args:
        imports: those of the script.
        first: where the first code begins that may need a new one.
    """

    def __init__(self, imports: Imports, first: int) -> None:
        self.imports = imports
        self.first = first
        self.source = imports.facts.source
        self.text = self.source.text
        self._gone: dict[ast.stmt, list[ast.alias]] = {}
        self._new: dict[ast.stmt, list[str]] = {}
        self._instead: dict[ast.stmt, list[str]] = {}
        self._lines: list[Line] = []

    def drop(self, entry: Imported) -> None:
        """Take one name out of its statement."""
        self._gone.setdefault(entry.statement, []).append(entry.alias)

    def _rows(self, owner: ast.AST) -> list[ast.Import | ast.ImportFrom]:
        """The imports of a block that have run before the first code that may need another."""
        block: list[ast.stmt] = getattr(owner, "body", [])
        found = [stmt for stmt in block if isinstance(stmt, ast.Import | ast.ImportFrom)]
        return [stmt for stmt in found if self.source.span(stmt)[0] < self.first]

    def join(self, wanted: Wanted) -> bool:
        """Put a name into a statement that imports from the same module; False when none has room."""
        if wanted.name is not None:
            rows = self._rows(wanted.local or self.imports.facts.tree)
            if self._tried(wanted) and isinstance(wanted.beside, ast.ImportFrom):
                rows = [wanted.beside]
            for stmt in rows:
                if self._has(stmt, wanted):
                    return True
                if (
                    isinstance(stmt, ast.ImportFrom)
                    and self._module(stmt) == wanted.module
                    and self._takes(stmt, wanted)
                ):
                    self._new.setdefault(stmt, []).append(wanted.part)
                    return True
        return False

    def add(self, wanted: Wanted) -> None:
        """Put an import in the place of one that goes, or on a line of its own."""
        owner = wanted.local or self.imports.facts.tree
        rows = self._rows(owner)
        if wanted.beside is not None and self._tried(wanted):
            if not self._stands(wanted):
                self._below(wanted.beside, wanted)
            return
        beside = wanted.beside if wanted.beside in rows else None
        goes = beside is not None and self._goes(beside) and not self._new.get(beside)
        if beside is not None and goes and self._replaceable(beside):
            self._instead.setdefault(beside, []).append(wanted.statement)
            return
        self._line(wanted, owner, rows, beside)

    def _tried(self, wanted: Wanted) -> bool:
        """Whether the import belongs beside one in a ``try``."""
        return wanted.beside is not None and is_tried(self.imports.facts, wanted.beside)

    def _has(self, stmt: ast.stmt, wanted: Wanted) -> bool:
        """Whether a statement imports just this."""
        return any(
            entry.statement is stmt
            and (entry.module, entry.alias.name, entry.alias.asname)
            == (wanted.module, wanted.name or wanted.module, wanted.alias)
            and entry.is_from == (wanted.name is not None)
            for entry in self.imports.entries
        )

    def _stands(self, wanted: Wanted) -> bool:
        """Whether the block of the statement that it belongs beside imports just this."""
        block = self.imports.facts.block(wanted.beside)[0] if wanted.beside is not None else []
        return any(self._has(stmt, wanted) for stmt in block)

    def _module(self, stmt: ast.ImportFrom) -> str:
        return "." * stmt.level + (stmt.module or "")

    def _goes(self, stmt: ast.stmt) -> bool:
        return len(self._gone.get(stmt, ())) == len(getattr(stmt, "names", ()))

    def _replaceable(self, stmt: ast.stmt) -> bool:
        return not comments(self.text, *self.source.span(stmt)) and not self._shares_line(stmt)

    def _shares_line(self, stmt: ast.stmt) -> bool:
        return not alone(self.text, *self.source.span(stmt))

    def _takes(self, stmt: ast.ImportFrom, wanted: Wanted) -> bool:
        """Whether a from-import has room for one more name."""
        if any(alias.name == "*" for alias in stmt.names):
            return False
        start, end = self.source.span(stmt)
        if "\n" in self.text[start:end] or "\r" in self.text[start:end] or self._gone.get(stmt):
            return True
        grown = sum(len(part) + 2 for part in [*self._new.get(stmt, ()), wanted.part])
        return end - line_start(self.text, start) + grown <= _LONGEST

    def _line(
        self, wanted: Wanted, owner: ast.AST, rows: list[ast.Import | ast.ImportFrom], beside: ast.stmt | None
    ) -> None:
        root = wanted.module.partition(".")[0]
        head = _leading(rows, owner)
        kin = [stmt for stmt in head if root in _tops(stmt)]
        standard = root in sys.stdlib_module_names
        if kin:
            keys = [_key(stmt) for stmt in kin]
            mine = (1 if wanted.name else 0, wanted.module.lower())
            before = [stmt for stmt, key in zip(kin, keys, strict=True) if key <= mine]
            if keys == sorted(keys) and not before:
                self._above(kin[0], wanted)
            else:
                self._below(before[-1] if keys == sorted(keys) else kin[-1], wanted)
        elif standard and head:
            same = [stmt for stmt in head if _tops(stmt) <= sys.stdlib_module_names]
            future = [stmt for stmt in head if _is_future(stmt)]
            plain = [stmt for stmt in same if stmt not in future]
            if plain:
                self._below(plain[-1], wanted)
            else:
                first = next((stmt for stmt in head if stmt not in future), None)
                if first is None:
                    self._below(head[-1], wanted, blank=True)
                else:
                    self._above(first, wanted, blank=True)
        elif beside is not None and beside in head:
            self._below(beside, wanted)
        elif head:
            last = head[-1]
            self._below(last, wanted, blank=_is_future(last) or _tops(last) <= sys.stdlib_module_names)
        else:
            self._first(wanted, owner)

    def _above(self, stmt: ast.stmt, wanted: Wanted, *, blank: bool = False) -> None:
        start, _ = self.source.span(stmt)
        self._note(line_start(self.text, start), margin(self.text, start), wanted, after=blank)

    def _below(self, stmt: ast.stmt, wanted: Wanted, *, blank: bool = False) -> None:
        start, end = self.source.span(stmt)
        self._note(next_line(self.text, end), margin(self.text, start), wanted, before=blank)

    def _first(self, wanted: Wanted, owner: ast.AST) -> None:
        """The first import of a block: after a docstring, else before its first statement."""
        body: list[ast.stmt] = getattr(owner, "body", [])
        if not body:
            self._note(len(self.text), "", wanted)
            return
        top = isinstance(owner, ast.Module)
        magics = list(takewhile(is_mask, body)) if top and self.source.is_notebook else []
        if magics:  # ``%pip install`` comes first
            self._below(magics[-1], wanted)
            return
        first = body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            self._below(first, wanted, blank=top)
        else:
            self._above(first, wanted, blank=top)

    def _note(self, at: int, lead: str, wanted: Wanted, *, before: bool = False, after: bool = False) -> None:
        lead = lead.replace("\f", "")  # a page begins once
        self._lines.append(Line(at, wanted.module, lead + wanted.statement, before, after, not (wanted.local or lead)))

    def edits(self, opening: int | None, behind: Collection[str]) -> tuple[list[Edit], list[Edit]]:
        """Everything as edits of the text; see :func:`plan_imports`."""
        made: list[Edit] = []
        for stmt in dict.fromkeys([*self._gone, *self._new]):
            made += self._statement(stmt)
        early: list[Line] = []
        late: list[Line] = []
        for line in self._lines:
            if line.top and line.at > self.first:
                raise Refused("an import would stand behind the code that needs it")
            follows = opening is not None and line.top and (not line.standard or line.root in behind)
            if opening is None or not follows:
                early.append(line)
            elif line.at <= opening:
                late.append(line if line.at == opening else line._replace(at=opening, before=False))
            else:
                late.append(line)
        return [*made, *self._written(early)], [*self._written(late)]

    def _written(self, lines: Sequence[Line]) -> Iterator[Edit]:
        """One edit for all lines at one place: the standard library's first, a blank line between both kinds."""
        nl = self.source.newline
        ordered = sorted(lines, key=lambda line: (line.at, not line.standard, line.text.lower()))
        for at, held in groupby(ordered, key=lambda line: line.at):
            group = list(held)
            text = group[0].text
            for above, below in pairwise(group):
                text += (nl if above.standard and not below.standard else "") + nl + below.text
            lead, tail = (nl if group[0].before else ""), (nl if group[-1].after else "")
            unended = at == len(self.text) and not self.text.endswith(("\n", "\r"))
            yield replace(at, at, f"{nl}{lead}{text}" if unended else f"{lead}{text}{nl}{tail}")

    def _statement(self, stmt: ast.stmt) -> list[Edit]:
        gone = self._gone.get(stmt, [])
        new = self._new.get(stmt, [])
        start, end = self.source.span(stmt)
        nl = self.source.newline
        if self._goes(stmt) and not new:
            instead = self._instead.get(stmt)
            if instead:
                return [replace(start, end, f"{nl}{margin(self.text, start)}".join(instead))]
            return self._delete(stmt)
        items = self._items(stmt)
        numbers = {number for number, item in enumerate(items.items) if item.node in gone}  # type: ignore[comparison-overlap]
        if numbers and new:
            first = min(numbers)
            item = items.items[first]
            lead = f",{nl}{margin(self.text, item.start)}" if items.stacked else ", "
            return [replace(item.start, item.end, lead.join(new)), *items.remove(numbers - {first})]
        if new:
            names = [_sort_key(self.text[item.start : item.end]) for item in items.items]
            mine = _sort_key(new[0])
            after: int | None = len(names) - 1
            if names == sorted(names) and len(new) == 1:
                after = sum(name <= mine for name in names) - 1
                after = None if after < 0 else after
            return items.insert(after, [(part,) for part in new])
        return items.remove(numbers)

    def _items(self, stmt: ast.stmt) -> ArgumentList:
        """The names of an import statement as a list with commas."""
        names: list[ast.alias] = getattr(stmt, "names", [])
        start, end = self.source.span(stmt)
        spans = [self.source.span(alias) for alias in names]
        opening = find(self.text, "open", start, spans[0][0])
        closing = end - 1 if opening is not None else end
        opening = spans[0][0] - 1 if opening is None else opening
        bounds = [begin for begin, _ in spans[1:]] + [closing]
        items = tuple(
            Item(alias, begin, stop, find(self.text, "comma", stop, bound))  # type: ignore[arg-type]
            for alias, (begin, stop), bound in zip(names, spans, bounds, strict=True)
        )
        return ArgumentList(self.text, self.source.newline, opening, closing, items, False)

    def _delete(self, stmt: ast.stmt) -> list[Edit]:
        from greenrules.engine.blocks import delete_statements

        edits = delete_statements(self.imports.facts, [stmt])
        return edits if isinstance(edits, list) else []


def _leading(rows: list[ast.Import | ast.ImportFrom], owner: ast.AST) -> list[ast.Import | ast.ImportFrom]:
    """The imports before the first other statement (docstring and simple assignments between imports aside)."""
    head: list[ast.Import | ast.ImportFrom] = []
    for stmt in getattr(owner, "body", []):
        if stmt in rows:
            head.append(stmt)
        elif head and isinstance(stmt, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.For | ast.While):
            break
    return head


def _tops(stmt: ast.stmt) -> set[str]:
    """The top modules that an import statement names."""
    if isinstance(stmt, ast.ImportFrom):
        return {(stmt.module or "").partition(".")[0]} if not stmt.level else {"."}
    return {alias.name.partition(".")[0] for alias in getattr(stmt, "names", [])}


def _key(stmt: ast.stmt) -> tuple[int, str]:
    if isinstance(stmt, ast.ImportFrom):
        return 1, ("." * stmt.level + (stmt.module or "")).lower()
    return 0, min(alias.name for alias in getattr(stmt, "names", [])).lower()


def _sort_key(part: str) -> tuple[bool, bool, str]:
    """As import sorters do: constants, classes, then functions."""
    name = part.split()[0]
    return not name.isupper(), not name[:1].isupper(), name


def _is_future(stmt: ast.stmt) -> bool:
    return isinstance(stmt, ast.ImportFrom) and stmt.module == "__future__"
