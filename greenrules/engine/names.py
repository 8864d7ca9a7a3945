"""What names mean: qualified names through imports, as far as the bindings that may reach a use agree."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from greenrules.engine.flow import Flow
from greenrules.engine.knowledge import Knowledge
from greenrules.engine.scopes import Binding, Scope

_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) | {"__import__"}
#: assignments followed from name to name before giving up
_DEPTH = 40


@dataclass(slots=True)
class Resolved:
    """What a dotted expression names. Nothing of it is changed once it is made.

    Attributes:
        name: canonical dotted name; None when the expression does not come from an import or a builtin.
            A relative import keeps its leading dots.
        certain: False when star imports, conflicting bindings or a rebinding that may reach the use make it doubtful;
            ``name`` is then the first of ``candidates``.
        reason: why it is not certain.
        candidates: every name it may have; empty when it is not certain and may be anything that ends alike.
    """

    name: str | None
    certain: bool = True
    reason: str = ""
    candidates: tuple[str, ...] = ()

    def is_(self, qualified: str) -> bool | None:
        """Whether it names ``qualified``: True, False, or None when it may."""
        if self.certain:
            return self.name == qualified
        if self.candidates:
            return None if qualified in self.candidates else False
        # A star import may hand on any name, but under its own last part.
        same_end = self.name is None or self.name.rpartition(".")[2] == qualified.rpartition(".")[2]
        return None if same_end else False


LOCAL = Resolved(None)


class Names:
    """Resolves the dotted expressions of one file.

    Args:
        flow: the bindings that reach each name.
        parents: each node's parent.
        knowledge: for re-exports.
        dynamic: why names may be bound in ways the text does not show, empty when they are not.
    """

    def __init__(self, flow: Flow, parents: Mapping[ast.AST, ast.AST], knowledge: Knowledge, dynamic: str = "") -> None:
        self._flow = flow
        self._scopes = flow.scopes
        self._parents = parents
        self._knowledge = knowledge
        self._dynamic = dynamic
        self._known: dict[ast.AST, Resolved] = {}
        self._judged: dict[Binding, Resolved] = {}

    def resolve(self, expr: ast.AST, depth: int = 0) -> Resolved:
        """What a Name or Attribute names; anything else names nothing."""
        found = self._known.get(expr)
        if found is not None:
            return found
        chain: list[ast.Attribute] = []
        root = expr
        while isinstance(root, ast.Attribute):
            chain.append(root)
            root = root.value
        if not isinstance(root, ast.Name):
            return LOCAL
        found = self._known.get(root)
        if found is None:
            found = self._name(root, depth)
            if depth == 0:
                self._known[root] = found
        for attribute in reversed(chain):
            found = self._attribute(found, attribute)
            if depth == 0:
                self._known[attribute] = found
        return found

    def imported(self, binding: Binding) -> str | None:
        """The canonical name that an import binds; None for other bindings."""
        if not isinstance(binding.node, ast.alias):
            return None
        statement = self._parents[binding.node]
        if isinstance(statement, ast.ImportFrom):
            module = _module(statement)
            name = f"{module}{'.' if statement.module else ''}{binding.node.name}"
            return name if statement.level else self._knowledge.canonical(name)
        return self._knowledge.canonical(binding.node.name if binding.node.asname else binding.name)

    def _attribute(self, base: Resolved, node: ast.Attribute) -> Resolved:
        if base.name is None:
            return LOCAL if base.certain else base
        if not base.candidates:
            return Resolved(f"{base.name}.{node.attr}", base.certain, base.reason)
        candidates = tuple(dict.fromkeys(self._knowledge.canonical(f"{name}.{node.attr}") for name in base.candidates))
        certain, reason = base.certain, base.reason
        if certain and isinstance(node.ctx, ast.Load) and node.attr in self._scopes.stored:
            stores = (each for each in self._scopes.attributes(node.attr) if not isinstance(each.ctx, ast.Load))
            for store in stores:
                if store is not node and self.resolve(store.value).name == base.name:
                    certain, reason = False, f"{ast.unparse(store)} is assigned on line {store.lineno}"
        return Resolved(candidates[0], certain, reason, candidates)

    def _name(self, node: ast.Name, depth: int) -> Resolved:
        scope = self._scopes.scope_of(node)
        if scope is None or not isinstance(node.ctx, ast.Load):
            return LOCAL
        if depth > _DEPTH:
            return Resolved(None, False, f"{node.id} is handed on too often to be followed")
        definitions = self._flow.definitions(node)
        bindings = definitions.bindings
        if not bindings:
            return self._unbound(node, scope)
        if definitions.many:
            return self._many(node, bindings)
        outcomes = [(binding, self._outcome(binding, depth)) for binding in bindings]
        if isinstance(self._parents.get(node), (ast.Attribute, ast.Call)) and len(outcomes) > 1:
            # ``except ImportError: lib = None``: where it is None, using it fails anyway.
            outcomes = [o for o in outcomes if not _is_none(o[0])] or outcomes
        candidates = tuple(dict.fromkeys(name for _, found in outcomes for name in _names(found)))
        vague = any(not found.certain and not found.candidates for _, found in outcomes)
        if not candidates:
            return Resolved(None, False, outcomes[0][1].reason) if vague else LOCAL
        if node.id in _BUILTINS and self._may_be_unbound(definitions.unbound, definitions.anytime, bindings):
            candidates = tuple(dict.fromkeys((*candidates, f"builtins.{node.id}")))
        others = [binding for binding, found in outcomes if not _names(found)]
        if others:
            line = getattr(others[0].node, "lineno", 0)
            return Resolved(candidates[0], False, f"{node.id} may also be what line {line} binds", candidates)
        if len(candidates) > 1:
            return Resolved(candidates[0], False, f"{node.id} may be {' or '.join(candidates)}", candidates)
        doubts = [found.reason for _, found in outcomes if not found.certain]
        if self._scopes.module.stars and (star := self._rebinding_star(node, bindings, definitions.anytime)):
            doubts.append(f"{node.id} may be bound anew by the star import of {_module(star)}")
        if doubts or self._dynamic:
            return Resolved(candidates[0], False, (doubts or [self._dynamic])[0], candidates)
        return Resolved(candidates[0], True, "", candidates)

    def _many(self, node: ast.Name, bindings: tuple[Binding, ...]) -> Resolved:
        """A name with so many bindings that they are judged once for all its uses."""
        key = bindings[0]
        if key not in self._judged:
            names = tuple(dict.fromkeys(name for b in bindings if (name := self.imported(b)) is not None))
            reason = f"{node.id} is bound in {len(bindings)} places"
            self._judged[key] = Resolved(names[0], False, reason, names) if names else LOCAL
        return self._judged[key]

    def _outcome(self, binding: Binding, depth: int) -> Resolved:
        if (name := self.imported(binding)) is not None:
            return Resolved(name, True, "", (name,))
        handed_on = binding.kind in ("assign", "annotated", "walrus") and not binding.path
        if handed_on and isinstance(binding.value, (ast.Name, ast.Attribute)):
            return self.resolve(binding.value, depth + 1)
        return LOCAL

    def _may_be_unbound(self, unbound: bool, anytime: bool, bindings: tuple[Binding, ...]) -> bool:
        if not anytime:
            return unbound
        statements = [self._parents.get(binding.node) for binding in bindings]
        return not any(statement in self._top for statement in statements)

    @cached_property
    def _top(self) -> frozenset[ast.AST]:
        tree = self._scopes.module.node
        return frozenset(tree.body) if isinstance(tree, ast.Module) else frozenset()

    def _rebinding_star(self, node: ast.Name, bindings: tuple[Binding, ...], anytime: bool) -> ast.ImportFrom | None:
        """A star import that stands between the bindings of a name and its use, and may hand on another of its name.

        A library that a pack declares hands on no alias that scripts give to modules, such as ``np``.
        """
        last = max((b for b in bindings if b.scope is self._scopes.module), key=_line, default=None)
        if last is None:
            return None
        alias = last.node if isinstance(last.node, ast.alias) else None
        own = alias is not None and alias.asname is not None and alias.asname != alias.name.rpartition(".")[2]
        for star in self._scopes.module.stars:
            known = not star.level and (star.module or "").partition(".")[0] in self._knowledge.modules
            if _line(last) < star.lineno and (anytime or star.lineno < node.lineno) and not (own and known):
                return star
        return None

    def _unbound(self, node: ast.Name, scope: Scope) -> Resolved:
        stars: list[ast.ImportFrom] = []
        current: Scope | None = scope
        while current is not None:
            stars += current.stars
            current = current.parent
        if stars:
            reason = f"{node.id} may come from the star import of {_module(stars[0])}"
            return Resolved(self._knowledge.canonical(f"{_module(stars[0])}.{node.id}"), False, reason)
        if node.id in _BUILTINS and self._scopes.owner(node.id, scope) in (None, self._scopes.module):
            name = f"builtins.{node.id}"
            return Resolved(name, not self._dynamic, self._dynamic, (name,))
        return LOCAL


def _names(found: Resolved) -> tuple[str, ...]:
    return found.candidates or ((found.name,) if found.name else ())


def _line(binding: Binding) -> int:
    return getattr(binding.node, "lineno", 0)


def _is_none(binding: Binding) -> bool:
    return isinstance(binding.value, ast.Constant) and binding.value.value is None and not binding.path


def _module(statement: ast.ImportFrom) -> str:
    return "." * statement.level + (statement.module or "")
