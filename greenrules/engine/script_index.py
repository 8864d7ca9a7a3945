"""An index of a script: its nodes by type, the modules it imports, and the names it gives to what it imports."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from greenrules.engine.match_quick import fits_word

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.names import Resolved
    from greenrules.engine.prefilter import Kinds

T = TypeVar("T")

_ASSIGNMENTS = (ast.Assign, ast.AnnAssign)


def remembered(facts: Facts, key: str, build: Callable[[], T]) -> T:
    """A value that is computed once per script, kept beside the facts as a cached property is."""
    held: dict[str, T] = facts.__dict__.setdefault("_remembered", {})
    if key not in held:
        held[key] = build()
    return held[key]


@dataclass(frozen=True)
class ScriptIndex:
    """The nodes of a script by type, in the order of a walk.

    Attributes:
        by_type: type name → nodes.
        modules: top modules that are imported anywhere.
        imported: dotted names that import statements name, ``from a import b`` as ``a`` and ``a.b``.
        renamed: local name → last parts of what is imported under it, or of what it is assigned, where they differ.
    """

    by_type: dict[str, list[ast.AST]]
    modules: frozenset[str]
    imported: frozenset[str]
    renamed: dict[str, frozenset[str]]


def index_of(facts: Facts) -> ScriptIndex:
    """The index of a script, made when first asked for."""
    return remembered(facts, "index", lambda: build_index(facts.source.survey.by_type))


def build_index(by_type: dict[str, list[ast.AST]]) -> ScriptIndex:
    """What the nodes of a script, by type, say of its imports."""
    modules: set[str] = set()
    imported: set[str] = set()
    renamed: dict[str, set[str]] = {}
    for node in by_type.get("Import", ()):
        assert isinstance(node, ast.Import)
        for alias in node.names:
            imported.add(alias.name)
            modules.add(alias.name.partition(".")[0])
            if alias.asname:
                renamed.setdefault(alias.asname, set()).add(alias.name.rpartition(".")[2])
    for node in by_type.get("ImportFrom", ()):
        assert isinstance(node, ast.ImportFrom)
        module = "." * node.level + (node.module or "")
        imported.add(module)
        if not node.level:
            modules.add(module.partition(".")[0])
        for alias in node.names:
            imported.add(f"{module}.{alias.name}")
            if alias.asname and alias.asname != alias.name:
                renamed.setdefault(alias.asname, set()).add(alias.name)
    for name, last in list(_handed_on(by_type, renamed)):
        renamed.setdefault(name, set()).update(last)
    return ScriptIndex(
        by_type, frozenset(modules), frozenset(imported), {name: frozenset(last) for name, last in renamed.items()}
    )


def _handed_on(by_type: dict[str, list[ast.AST]], renamed: dict[str, set[str]]) -> Iterator[tuple[str, set[str]]]:
    """Names that are assigned what is imported, ``Forest = ensemble.RandomForestClassifier``, and its last parts."""
    assigned = by_type.get("Assign")
    if not assigned:
        return
    imports = [*by_type.get("Import", ()), *by_type.get("ImportFrom", ())]
    aliases = [alias for node in imports if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names]
    local = {alias.asname or alias.name.partition(".")[0] for alias in aliases}
    for node in assigned:
        value = node.value if isinstance(node, ast.Assign) else None
        root: ast.AST | None = value
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or root.id not in local or not isinstance(node, ast.Assign):
            continue
        last = {value.attr} if isinstance(value, ast.Attribute) else renamed.get(root.id, {root.id})
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, last


def spelled(node: ast.AST) -> str | None:
    """The last part of the name by which a node is called or named; of an assignment that of the call it assigns."""
    if isinstance(node, ast.Expr):
        node = node.value
    elif isinstance(node, _ASSIGNMENTS):
        if not isinstance(node.value, ast.Call):
            return None
        node = node.value
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def meanings(index: ScriptIndex, declared: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Spelling → last parts of the names it may mean, where imports rename, or packs, as ``declared`` says."""
    found = {**declared, **index.renamed}
    for name, last in index.renamed.items():
        found[name] = last.union(declared.get(name, ()), *(declared[old] for old in last & declared.keys()))
    return found


@dataclass(frozen=True)
class Shared:
    """What all matching in one script shares.

    Attributes:
        index: the nodes.
        renamed: local spelling → last parts of what it may mean.
        resolved: names resolved so far.
    """

    index: ScriptIndex
    renamed: dict[str, frozenset[str]]
    resolved: dict[ast.expr, Resolved]


def shared_of(facts: Facts) -> Shared:
    """What all matching in a script shares, made when first asked for."""
    held: Shared | None = facts.__dict__.get("_shared")
    if held is None:
        index = index_of(facts)
        held = facts.__dict__["_shared"] = Shared(index, meanings(index, facts.knowledge.renamed), {})
    return held


def candidates(shared: Shared, kinds: Kinds) -> Iterator[ast.AST]:
    """Nodes at which a pattern can start."""
    index = shared.index
    base = ast.stmt if kinds.statements else ast.expr
    types = kinds.types or tuple(
        name for name in index.by_type if (kind := getattr(ast, name, None)) is not None and issubclass(kind, base)
    )
    for name in types:
        for node in index.by_type.get(name, ()):
            if kinds.last is not None and name not in ("Import", "ImportFrom"):
                word = spelled(node)
                if word is None or (word != kinds.last and kinds.last not in shared.renamed.get(word, ())):
                    continue
            yield node


def encloses(facts: Facts, node: ast.AST, called: tuple[str, bool]) -> bool:
    """Whether something may be called by a name on the lines of a node; False is certain.

    Args:
        facts: the script.
        node: a statement, or another node with a place.
        called: the last part of the name, or a regular expression that it must match, and whether it is one.
    """
    known: dict[tuple[str, bool], list[int]] = facts.remembered("lines of calls by name", dict)
    lines = known.get(called)
    if lines is None:
        lines = known[called] = sorted(_lines_calling(facts, *called))
    place = bisect_left(lines, getattr(node, "lineno", 0))
    return place < len(lines) and lines[place] <= (getattr(node, "end_lineno", None) or 0)


def _lines_calling(facts: Facts, name: str, pattern: bool) -> Iterator[int]:
    renamed = shared_of(facts).renamed
    calls: dict[str, list[int]] = facts.remembered("lines of calls by word", lambda: _lines_of_calls(facts))
    for word, lines in calls.items():
        if (word in renamed or fits_word(name, word)) if pattern else (word == name or name in renamed.get(word, ())):
            yield from lines


def _lines_of_calls(facts: Facts) -> dict[str, list[int]]:
    lines: dict[str, list[int]] = {}
    for call in facts.nodes(ast.Call):
        word = spelled(call)
        if word is not None:
            lines.setdefault(word, []).append(call.lineno)
    return lines
