"""What plain names mean where one look at the whole file settles it, without scopes or flow.

Most names in most scripts are imported once, at the top, and bound nowhere else; or have nothing to do with imports.
For these the answer is that of :mod:`greenrules.engine.names`; for all others there is none.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

from greenrules.engine.names import LOCAL, Resolved

if TYPE_CHECKING:
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.script_index import ScriptIndex
    from greenrules.engine.source import Source

#: builtins that a script may call by name
BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))
#: what may bind or read names behind the text's back
_DYNAMIC = frozenset({"exec", "eval", "globals", "locals", "vars", "__import__"})
#: node types that bind names, and the field that says which
_BINDERS = {
    "arg": "arg",
    "FunctionDef": "name",
    "AsyncFunctionDef": "name",
    "ClassDef": "name",
    "ExceptHandler": "name",
    "MatchAs": "name",
    "MatchStar": "name",
    "MatchMapping": "rest",
    "TypeVar": "name",
    "ParamSpec": "name",
    "TypeVarTuple": "name",
}


class QuickNames:
    """Names of one file.

    Args:
        source: the file.
        index: its nodes by type and by name.
        knowledge: for re-exports.
    """

    def __init__(self, source: Source, index: ScriptIndex, knowledge: Knowledge) -> None:
        by_type, self._names = index.by_type, index.by_word("Name")
        self._canonical = knowledge.canonical
        self._known: dict[str, Resolved] = {}
        imported: dict[str, str] = {}
        self._line: dict[str, int] = {}
        #: names that may stand for something imported in a way that takes a closer look
        self._doubtful: set[str] = set()
        read = ast.Load
        attributes = cast("list[ast.Attribute]", by_type.get("Attribute", ()))
        self._stored = {node.attr for node in attributes if node.ctx.__class__ is not read}
        #: names of which it was asked before whether something binds them
        self._rebound: dict[str, bool] = {}
        #: names that something other than a plain name binds
        self._bound: set[str | None] = set()
        for kind, field in _BINDERS.items():
            if kind in by_type:
                self._bound.update(map(attrgetter(field), by_type[kind]))
        for kind in ("Global", "Nonlocal"):
            for node in by_type.get(kind, ()):
                self._bound.update(getattr(node, "names", ()))
        self._open = source.is_notebook or not _DYNAMIC.isdisjoint(self._names)
        top = set(source.tree.body)
        for node in (*by_type.get("Import", ()), *by_type.get("ImportFrom", ())):
            for name, target in _names(node):
                if name == "*":
                    self._open = True
                elif node not in top or name in imported or self._binds(name) or target.startswith("."):
                    self._doubtful.add(name)
                else:
                    imported[name] = target
                    self._line[name] = getattr(node, "lineno", 0)
        self._hand_on(by_type, self._doubtful | imported.keys())
        self._imported = {
            name: self._canonical(target) for name, target in imported.items() if name not in self._doubtful
        }

    def _hand_on(self, by_type: Mapping[str, list[ast.AST]], origins: set[str]) -> None:
        """Names that are assigned from names of imports, or of builtins, are doubtful; and so on from them."""
        pairs: list[tuple[str, str]] = []
        for kind in ("Assign", "AnnAssign", "NamedExpr"):
            for node in by_type.get(kind, ()):
                value: Any = getattr(node, "value", None)
                while value.__class__ is ast.Attribute:
                    value = value.value
                if value.__class__ is ast.Name:
                    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
                    pairs += [(target.id, value.id) for target in targets if isinstance(target, ast.Name)]
        grown = True
        while grown:
            new = {target for target, root in pairs if root in origins or root in BUILTINS} - origins
            grown = bool(new)
            origins |= new
            self._doubtful |= new

    def _binds(self, name: str) -> bool:
        """Whether something in the file may bind a name, its imports aside."""
        known = self._rebound.get(name)
        if known is None:
            nodes = self._names.get(name, ())
            known = name in self._bound or any(node.ctx.__class__ is not ast.Load for node in nodes)
            self._rebound[name] = known
        return known

    def resolve(self, expr: ast.AST) -> Resolved | None:
        """What a Name or Attribute that is read names; None where that takes a closer look."""
        if self._open:
            return None
        chain: list[ast.Attribute] = []
        while isinstance(expr, ast.Attribute):
            chain.append(expr)
            expr = expr.value
        if not isinstance(expr, ast.Name):
            return LOCAL
        name = expr.id
        if name in self._doubtful or not isinstance(expr.ctx, ast.Load):
            return None
        known = self._imported.get(name)
        if known is None:
            if name not in BUILTINS:
                return LOCAL
            known = f"builtins.{name}"
            if self._binds(name):
                return None
        elif name in BUILTINS or expr.lineno <= self._line[name]:
            return None
        for node in reversed(chain):
            if node.attr in self._stored:
                return None
            known = self._canonical(f"{known}.{node.attr}")
        found = self._known.get(known)
        if found is None:
            found = self._known[known] = Resolved(known, True, "", (known,))
        return found


def _names(node: ast.AST) -> list[tuple[str, str]]:
    """The names that an import binds, with what they stand for."""
    if isinstance(node, ast.Import):
        return [
            (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2 for alias in node.names
        ]
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        return [(alias.asname or alias.name, f"{module}.{alias.name}") for alias in node.names]
    return []
