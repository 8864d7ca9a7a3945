"""An index of a script: its nodes by type, the modules it imports, and the names it gives to what it imports."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, cast

from greenrules.engine.quick_names import BUILTINS

if TYPE_CHECKING:
    from greenrules.engine.children import Survey
    from greenrules.engine.facts import Facts
    from greenrules.engine.names import Resolved

T = TypeVar("T")


def _called(call: ast.Call) -> str:
    """The last part of the name by which something is called; empty where it has none."""
    callee = call.func
    kind = callee.__class__
    return callee.attr if kind is ast.Attribute else callee.id if kind is ast.Name else ""  # type: ignore[attr-defined]


def _operator(node: ast.BinOp) -> str:
    return node.op.__class__.__name__


#: type of nodes → the word that they are looked up by
_WORDS: dict[str, Callable[[Any], str]] = {
    "Attribute": attrgetter("attr"),
    "Call": _called,
    "BinOp": _operator,
}


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
    _tables: dict[str, dict[str, list[Any]]]

    def by_word(self, kind: str) -> dict[str, list[Any]]:
        """The names, attributes, calls or binary operations by the last part of their names, or by their operator."""
        table = self._tables.get(kind)
        if table is None:
            made = defaultdict(list)
            nodes = self.by_type.get(kind, ())
            for word, node in zip(map(_WORDS[kind], nodes), nodes, strict=True):
                made[word].append(node)
            table = self._tables[kind] = dict(made)
        return table


def build_index(survey: Survey) -> ScriptIndex:
    """What the nodes of a script say of its imports."""
    by_type = survey.by_type
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
    last_parts = {name: frozenset(last) for name, last in renamed.items()}
    return ScriptIndex(by_type, frozenset(modules), frozenset(imported), last_parts, {"Name": survey.names})


def _handed_on(by_type: dict[str, list[ast.AST]], renamed: dict[str, set[str]]) -> Iterator[tuple[str, set[str]]]:
    """Names that are assigned what is imported, or a builtin, and its last parts; and so on from them.

    ``Forest = ensemble.RandomForestClassifier`` names the last part, ``Trees = Forest`` does so again.
    """
    assigned = by_type.get("Assign")
    if not assigned:
        return
    imports = [*by_type.get("Import", ()), *by_type.get("ImportFrom", ())]
    aliases = [alias for node in imports if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names]
    known = {alias.asname or alias.name.partition(".")[0] for alias in aliases} | BUILTINS
    pairs: list[tuple[str, str, str | None]] = []
    for node in cast("list[ast.Assign]", assigned):
        value: Any = node.value
        root = value
        while root.__class__ is ast.Attribute:
            root = root.value
        if root.__class__ is ast.Name:
            last = value.attr if value is not root else None
            pairs += [(target.id, root.id, last) for target in node.targets if isinstance(target, ast.Name)]
    meant = dict(renamed)
    while found := [(name, root, last) for name, root, last in pairs if root in known]:
        pairs = [each for each in pairs if each[1] not in known]
        for name, root, last in found:
            words = {last} if last is not None else meant.get(root, {root})
            meant[name] = meant.get(name, set()) | words
            yield name, words
        known |= {name for name, _, _ in found}


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
        calls: node → calls at any depth of it, of those that were searched so far.
    """

    index: ScriptIndex
    renamed: dict[str, frozenset[str]]
    resolved: dict[ast.expr, Resolved]
    calls: dict[ast.AST, list[ast.expr]]


def shared_of(facts: Facts) -> Shared:
    """What all matching in a script shares, made when first asked for."""
    held: Shared | None = facts.__dict__.get("_shared")
    if held is None:
        index = facts.index
        held = facts.__dict__["_shared"] = Shared(index, meanings(index, facts.knowledge.renamed), {}, {})
    return held
