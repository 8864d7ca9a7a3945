"""Which bindings of a name may reach a use of it, and the other way round."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from greenrules.engine.reaching import MANY, UNBOUND, Reaching, Variable, frame_reaching
from greenrules.engine.scopes import Binding, Scope, Scopes


@dataclass(slots=True)
class Definitions:
    """The bindings that may give a name its value at a use. Nothing of it is changed once it is made.

    Attributes:
        bindings: in the order of evaluation; deletions are left out.
        unbound: the name may not be bound in its scope at that point.
        many: more bindings reach the use than are told apart; ``bindings`` are all that the variable has.
        anytime: the use stands in other code than the bindings, which runs at a time that is not known.
    """

    bindings: tuple[Binding, ...]
    unbound: bool = False
    anytime: bool = False
    many: bool = False

    @property
    def only(self) -> Binding | None:
        """The binding, when there is exactly one."""
        return self.bindings[0] if len(self.bindings) == 1 else None


class Flow:
    """Reaching definitions of a file, computed frame by frame when asked for."""

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes
        self._frames: dict[Scope, dict[ast.Name, Reaching]] = {}
        self._every: dict[Variable, tuple[Binding, ...]] = {}
        self._elsewhere: dict[Variable, list[Binding]] = {}
        self._loads: dict[Variable, list[ast.Name]] = {}
        self._inverse: dict[Variable, tuple[dict[Binding, list[ast.Name]], list[ast.Name]]] = {}

    def variable(self, name: ast.Name) -> Variable | None:
        """The variable a Name stands for; None when nothing in the file binds it."""
        scope = self.scopes.scope_of(name)
        owner = self.scopes.owner(name.id, scope) if scope is not None else None
        return None if owner is None else (owner, name.id)

    def definitions(self, name: ast.Name) -> Definitions:
        """The bindings that may reach a Name that is read (or an augmented target)."""
        scope = self.scopes.scope_of(name)
        owner = self.scopes.owner(name.id, scope) if scope is not None else None
        if scope is None or owner is None:
            return Definitions((), unbound=True)
        every = self._bound((owner, name.id))
        if scope.frame is not owner.frame or self._lazy(scope, owner):
            return Definitions(every, not every, anytime=True, many=len(every) > MANY)
        reaching = self._frame(owner.frame).get(name, UNBOUND)
        foreign = self.foreign((owner, name.id))
        if not reaching or len(foreign) > MANY:
            return Definitions(every, unbound=True, anytime=bool(foreign), many=True)
        found = {b for b in reaching if b is not None and b.kind != "delete"}
        unbound = any(b is None or b.kind == "delete" for b in reaching)
        found.update(b for b in foreign if b.kind != "delete")
        if unbound and owner.kind == "class" and (outer := self.scopes.enclosing_owner(name.id, owner)) is not None:
            # A class body reads what surrounds it until it binds the name itself.
            found.update(self._bound((outer, name.id)))
            return Definitions(_sorted(found), anytime=True, many=len(found) > MANY)
        return Definitions(_sorted(found), unbound, anytime=bool(foreign))

    def foreign(self, variable: Variable) -> list[Binding]:
        """The bindings of a variable in the code of other functions than its own."""
        found = self._elsewhere.get(variable)
        if found is None:
            scope, name = variable
            own = scope.frame
            found = self._elsewhere[variable] = [b for b in scope.bindings[name] if b.frame is not own]
        return found

    def _bound(self, variable: Variable) -> tuple[Binding, ...]:
        """Every binding of a variable that gives it a value."""
        if variable not in self._every:
            bindings = variable[0].bindings[variable[1]]
            self._every[variable] = tuple(b for b in bindings if b.kind not in ("delete", "declared"))
        return self._every[variable]

    def _lazy(self, scope: Scope, owner: Scope) -> bool:
        current: Scope | None = scope
        while current is not None and current is not owner:
            if current in self.scopes.lazy:
                return True
            current = current.parent
        return False

    def loads(self, variable: Variable) -> list[ast.Name]:
        """Every Name in the file that reads a variable."""
        found = self._loads.get(variable)
        if found is None:
            scope, word = variable
            # In code outside of a scope nothing reads its variables.
            loads = self.scopes.loads(word, scope)
            found = self._loads[variable] = [name for name in loads if self.variable(name) == variable]
        return found

    def reached(self, binding: Binding) -> list[ast.Name]:
        """The Names that may read what a binding bound, in source order."""
        variable = (binding.scope, binding.name)
        if variable not in self._inverse:
            precise: dict[Binding, list[ast.Name]] = {}
            vague: list[ast.Name] = []
            for name in self.loads(variable):
                definitions = self.definitions(name)
                if definitions.many:
                    vague.append(name)
                    continue
                for reaching in definitions.bindings:
                    precise.setdefault(reaching, []).append(name)
            self._inverse[variable] = precise, vague
        exact, rest = self._inverse[variable]
        return [*exact.get(binding, ()), *rest]

    def _frame(self, frame: Scope) -> dict[ast.Name, Reaching]:
        if frame not in self._frames:
            self._frames[frame] = frame_reaching(self.scopes, frame)
        return self._frames[frame]


def _sorted(bindings: Iterable[Binding]) -> tuple[Binding, ...]:
    return tuple(sorted(bindings, key=lambda binding: binding.order))
