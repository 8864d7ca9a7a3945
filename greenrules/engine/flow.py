"""Which bindings of a name may reach a use of it: reaching definitions, one pass over each function's code.

The state is a dictionary from variable to bindings, with a small one laid over it for each branch, so that the cost
stays linear. Where the order of events is not known exactly (loops, exceptions, context managers that may swallow one)
the state holds more bindings than can really arrive, never fewer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from greenrules.engine.scopes import (
    Binding,
    Comprehension,
    Loop,
    Scope,
    Scopes,
    comprehension_elements,
)

#: a variable: the scope it lives in and its name
Variable = tuple[Scope, str]
#: bindings that may be in force; None stands for "not bound yet"
Reaching = frozenset["Binding | None"]

_UNBOUND: Reaching = frozenset([None])
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BRANCHING = (ast.BoolOp, ast.IfExp, ast.Compare, *_COMPREHENSIONS)


@dataclass(frozen=True, slots=True)
class Definitions:
    """The bindings that may give a name its value at a use.

    Attributes:
        bindings: in the order of evaluation; deletions are left out.
        unbound: the name may not be bound in its scope at that point.
        anytime: the use stands in other code than the bindings, which runs at a time that is not known.
    """

    bindings: tuple[Binding, ...]
    unbound: bool = False
    anytime: bool = False

    @property
    def only(self) -> Binding | None:
        """The binding, when there is exactly one."""
        return self.bindings[0] if len(self.bindings) == 1 else None


@dataclass(eq=False, slots=True)
class _State:
    """Bindings in force; what is not in ``own`` is in the state it was laid over."""

    base: _State | None = None
    own: dict[Variable, Reaching] = field(default_factory=dict)
    dead: bool = False

    def get(self, variable: Variable) -> Reaching:
        state: _State | None = self
        while state is not None:
            if (found := state.own.get(variable)) is not None:
                return found
            state = state.base
        return _UNBOUND

    def add(self, binding: Binding) -> None:
        variable = (binding.scope, binding.name)
        self.own[variable] = self.get(variable) | {binding}

    def join(self, branches: Iterable[_State]) -> None:
        """Take over what the branches, all laid over this state, may leave behind."""
        self.join_of(branches, self)

    def join_of(self, branches: Iterable[_State], base: _State) -> None:
        """Take over what branches laid over ``base`` may leave behind."""
        alive = [branch for branch in branches if not branch.dead]
        if not alive:
            self.dead = True
            return
        changed: dict[Variable, None] = {}
        for branch in alive:
            state: _State | None = branch
            while state is not None and state is not base:
                changed.update(dict.fromkeys(state.own))
                state = state.base
        merged = {variable: frozenset().union(*(b.get(variable) for b in alive)) for variable in changed}
        self.own.update(merged)


class Flow:
    """Reaching definitions of a file, computed frame by frame when asked for."""

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes
        self._frames: dict[Scope, dict[ast.Name, Reaching]] = {}

    def variable(self, name: ast.Name) -> Variable | None:
        """The variable a Name stands for; None when nothing in the file binds it."""
        scope = self.scopes.of_name.get(name)
        owner = self.scopes.owner(name.id, scope) if scope is not None else None
        return None if owner is None else (owner, name.id)

    def definitions(self, name: ast.Name) -> Definitions:
        """The bindings that may reach a Name that is read (or an augmented target)."""
        scope = self.scopes.of_name.get(name)
        owner = self.scopes.owner(name.id, scope) if scope is not None else None
        if scope is None or owner is None:
            return Definitions((), unbound=True)
        every = owner.bindings[name.id]
        if scope.frame is not owner.frame or self._lazy(scope, owner):
            return Definitions(_binding(every), unbound=not _binding(every), anytime=True)
        reaching = self._frame(owner.frame).get(name, _UNBOUND)
        found = {b for b in reaching if b is not None and b.kind != "delete"}
        unbound = any(b is None or b.kind == "delete" for b in reaching)
        foreign = [b for b in every if b.frame is not owner.frame]
        found.update(b for b in foreign if b.kind != "delete")
        if unbound and owner.kind == "class" and (outer := self.scopes.enclosing_owner(name.id, owner)) is not None:
            # A class body reads what surrounds it until it binds the name itself.
            found.update(_binding(outer.bindings[name.id]))
            return Definitions(_sorted(found), anytime=True)
        return Definitions(_sorted(found), unbound, anytime=bool(foreign))

    def _lazy(self, scope: Scope, owner: Scope) -> bool:
        current: Scope | None = scope
        while current is not None and current is not owner:
            if current in self.scopes.lazy:
                return True
            current = current.parent
        return False

    def loads(self, variable: Variable) -> list[ast.Name]:
        """Every Name in the file that reads a variable."""
        return self._loads.get(variable, [])

    @cached_property
    def _loads(self) -> dict[Variable, list[ast.Name]]:
        found: dict[Variable, list[ast.Name]] = {}
        for names in self.scopes.loads.values():
            for name in names:
                variable = self.variable(name)
                if variable is not None:
                    found.setdefault(variable, []).append(name)
        return found

    def reached(self, binding: Binding) -> list[ast.Name]:
        """The Names that may read what a binding bound, in source order."""
        return [
            name for name in self.loads((binding.scope, binding.name)) if binding in self.definitions(name).bindings
        ]

    def _frame(self, frame: Scope) -> dict[ast.Name, Reaching]:
        if frame not in self._frames:
            self._frames[frame] = _FramePass(self.scopes, frame).run()
        return self._frames[frame]


def _binding(bindings: Iterable[Binding]) -> tuple[Binding, ...]:
    return tuple(b for b in bindings if b.kind not in ("delete", "declared"))


def _sorted(bindings: Iterable[Binding]) -> tuple[Binding, ...]:
    return tuple(sorted(bindings, key=lambda binding: binding.order))


@dataclass(eq=False)
class _LoopExits:
    """What leaves a loop's body early; ``base`` is the state the loop was entered with."""

    base: _State
    finals: int
    broken: list[_State] = field(default_factory=list)
    continued: list[_State] = field(default_factory=list)


class _FramePass:
    """The pass over one frame."""

    def __init__(self, scopes: Scopes, frame: Scope) -> None:
        self.scopes = scopes
        self.frame = frame
        self.reaching: dict[ast.Name, Reaching] = {}
        self.loops: list[_LoopExits] = []
        #: ranges of bindings of the ``finally`` blocks around the statement
        self.finals: list[tuple[int, int]] = []

    def run(self) -> dict[ast.Name, Reaching]:
        state = _State()
        node = self.frame.node
        if isinstance(node, ast.Lambda):
            self._parameters(state)
            self.expression(node.body, state)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._parameters(state)
            self.block(node.body, state)
        elif isinstance(node, ast.Module):
            self.block(node.body, state)
        return self.reaching

    def _parameters(self, state: _State) -> None:
        for bindings in self.frame.bindings.values():
            for binding in bindings:
                if binding.kind in ("parameter", "type"):
                    state.own[binding.scope, binding.name] = frozenset([binding])

    # names

    def read(self, name: ast.Name, state: _State) -> None:
        scope = self.scopes.of_name.get(name)
        owner = self.scopes.owner(name.id, scope) if scope is not None else None
        if owner is not None and owner.frame is self.frame:
            seen = state.get((owner, name.id))
            before = self.reaching.get(name)
            self.reaching[name] = seen if before is None else before | seen

    def bind(self, node: ast.AST, state: _State, *, perhaps: bool = False) -> None:
        binding = self.scopes.by_node.get(node)
        if binding is None or binding.kind == "declared":
            return
        variable = (binding.scope, binding.name)
        state.own[variable] = state.get(variable) | {binding} if perhaps else frozenset([binding])

    def within(self, node: ast.AST, part: str) -> list[Binding]:
        start, end = self.scopes.ranges[node, part]
        return [b for b in self.scopes.all[start:end] if b.frame is self.frame and b.kind != "declared"]

    def add_all(self, bindings: Iterable[Binding], state: _State) -> None:
        for binding in bindings:
            state.add(binding)

    # statements

    def block(self, body: Iterable[ast.stmt], state: _State) -> None:
        for statement in body:
            self.statement(statement, state)

    def statement(self, node: ast.stmt, state: _State) -> None:
        match node:
            case ast.Assign():
                self.expression(node.value, state)
                for target in node.targets:
                    self.target(target, state)
            case ast.AugAssign():
                if isinstance(node.target, ast.Name):
                    self.read(node.target, state)
                self.expression(node.value, state)
                self.target(node.target, state)
            case ast.AnnAssign():
                self.expression(node.annotation, state)
                if node.value is not None:
                    self.expression(node.value, state)
                self.target(node.target, state)
            case ast.For() | ast.AsyncFor() | ast.While():
                self.loop(node, state)
            case ast.If():
                self.if_(node, state)
            case ast.With() | ast.AsyncWith():
                self.with_(node, state)
            case ast.Try() | ast.TryStar():
                self.try_(node, state)
            case ast.Match():
                self.match(node, state)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                parts = [*node.decorator_list, *_argument_expressions(node.args)]
                for part in [*parts, *([node.returns] if node.returns else [])]:
                    self.expression(part, state)
                self.bind(node, state)
            case ast.ClassDef():
                for part in (*node.decorator_list, *node.bases, *(k.value for k in node.keywords)):
                    self.expression(part, state)
                self.block(node.body, state)
                self.bind(node, state)
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    self.bind(alias, state)
            case ast.Delete():
                for target in node.targets:
                    self.target(target, state)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.expression(child, state)
                self.leave(node, state)

    def leave(self, node: ast.stmt, state: _State) -> None:
        """Where a statement ends the flow, keep the state for the loop that goes on from it."""
        if isinstance(node, (ast.Break, ast.Continue)) and self.loops:
            exits = self.loops[-1]
            kept = _State(exits.base)
            # A copy: the states between here and the loop change further on.
            current: _State | None = state
            while current is not None and current is not exits.base:
                for variable, reaching in current.own.items():
                    kept.own.setdefault(variable, reaching)
                current = current.base
            for start, end in self.finals[exits.finals :]:
                self.add_all((b for b in self.scopes.all[start:end] if b.frame is self.frame), kept)
            (exits.broken if isinstance(node, ast.Break) else exits.continued).append(kept)
        if isinstance(node, (ast.Break, ast.Continue, ast.Return, ast.Raise)):
            state.dead = True

    def loop(self, node: Loop, state: _State) -> None:
        if not isinstance(node, ast.While):
            self.expression(node.iter, state)
        inner = _State(state)
        # Whatever the body binds may come back to its head.
        self.add_all(self.within(node, "body"), inner)
        exits = _LoopExits(state, len(self.finals))
        self.loops.append(exits)
        skipped = _State(state)
        if isinstance(node, ast.While):
            self.expression(node.test, inner)
            self.expression(node.test, skipped)
            skipped.dead = isinstance(node.test, ast.Constant) and bool(node.test.value)
        else:
            self.target(node.target, inner)
        self.block(node.body, inner)
        self.loops.pop()
        ended = [inner, *exits.continued]
        if isinstance(node, ast.While):
            for end in ended:
                self.expression(node.test, end)
                end.dead = end.dead or skipped.dead
        after = _State(state)
        after.join_of([skipped, *ended], state)
        self.block(node.orelse, after)
        state.join([after, *exits.broken])

    def if_(self, node: ast.If, state: _State) -> None:
        branches: list[_State] = []
        perhaps = False
        while True:
            self.expression(node.test, state, perhaps=perhaps)
            perhaps = True
            branches.append(_State(state))
            self.block(node.body, branches[-1])
            if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
                node = node.orelse[0]
                continue
            branches.append(_State(state))
            self.block(node.orelse, branches[-1])
            state.join(branches)
            return

    def with_(self, node: ast.With | ast.AsyncWith, state: _State) -> None:
        inner = _State(state)
        for item in node.items:
            self.expression(item.context_expr, inner)
            if item.optional_vars is not None:
                self.target(item.optional_vars, inner)
        self.block(node.body, inner)
        branches = [inner]
        if not all(self._keeps_errors(item.context_expr) for item in node.items):
            # A context manager may swallow an exception raised anywhere in the body.
            cut = _State(state)
            self.add_all(self.within(node, "body"), cut)
            branches.append(cut)
        state.join(branches)

    def _keeps_errors(self, manager: ast.expr) -> bool:
        """Whether a context manager is known not to swallow exceptions: the builtin ``open``."""
        if not (isinstance(manager, ast.Call) and isinstance(manager.func, ast.Name) and manager.func.id == "open"):
            return False
        scope = self.scopes.of_name.get(manager.func)
        return scope is not None and self.scopes.owner("open", scope) is None

    def try_(self, node: ast.Try | ast.TryStar, state: _State) -> None:
        if node.finalbody:
            self.finals.append(self.scopes.ranges[node, "final"])
        normal = _State(state)
        self.block(node.body, normal)
        caught = _State(state)
        self.add_all(self.within(node, "body"), caught)
        ends: list[_State] = []
        for handler in node.handlers:
            if handler.type is not None:
                self.expression(handler.type, caught)
            branch = _State(caught)
            if handler.name:
                self.bind(handler, branch)
            self.block(handler.body, branch)
            if handler.name and (binding := self.scopes.by_node.get(handler)) is not None:
                branch.own[binding.scope, binding.name] = _UNBOUND
            ends.append(branch)
        self.block(node.orelse, normal)
        if not node.finalbody:
            state.join([normal, *ends])
            return
        self.finals.pop()
        interrupted = _State(state)
        self.add_all(self.within(node, "tried"), interrupted)
        self.block(node.finalbody, interrupted)
        state.join([normal, *ends])
        dead = state.dead
        self.block(node.finalbody, state)
        state.dead = state.dead or dead

    def match(self, node: ast.Match, state: _State) -> None:
        self.expression(node.subject, state)
        tried = _State(state)
        branches: list[_State] = []
        for case in node.cases:
            names = [n for n in ast.walk(case.pattern) if isinstance(n, ast.Name)]
            for name in names:
                self.read(name, tried)
            bound = self.within(case, "pattern")
            branch = _State(tried, {(b.scope, b.name): frozenset([b]) for b in bound})
            if case.guard is not None:
                self.expression(case.guard, branch)
            self.block(case.body, branch)
            # Flattened: what a failed pattern leaves behind is laid over later.
            flat = _State(state)
            flat.join_of([branch], state)
            branches.append(flat)
            self.add_all(bound, tried)
            if case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None:
                tried.dead = True
        state.join([*branches, tried])

    # expressions

    def target(self, node: ast.expr, state: _State, *, perhaps: bool = False) -> None:
        if isinstance(node, ast.Name):
            self.bind(node, state, perhaps=perhaps)
        elif isinstance(node, (ast.Tuple, ast.List)):
            for element in node.elts:
                self.target(element, state, perhaps=perhaps)
        elif isinstance(node, ast.Starred):
            self.target(node.value, state, perhaps=perhaps)
        else:
            self.expression(node, state)

    def expression(self, root: ast.expr, state: _State, *, perhaps: bool = False) -> None:
        """Read the names of an expression in the order of evaluation.

        Args:
            root: the expression.
            state: changed by assignment expressions and comprehensions.
            perhaps: it may not be evaluated at all.
        """
        stack: list[ast.AST] = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Name):
                self.read(node, state)
            elif isinstance(node, _COMPREHENSIONS):
                self.comprehension(node, state)
            elif isinstance(node, ast.Lambda):
                stack.extend(reversed(list(_argument_expressions(node.args))))
            elif isinstance(node, ast.NamedExpr):
                self.expression(node.value, state, perhaps=perhaps)
                self.target(node.target, state, perhaps=perhaps or isinstance(root, _BRANCHING))
            elif not isinstance(node, ast.Constant):
                # An assignment within an operand that may be skipped is one that may not happen.
                perhaps = perhaps or isinstance(node, _BRANCHING)
                stack.extend(
                    child for child in reversed(list(ast.iter_child_nodes(node))) if isinstance(child, _EXPRESSION)
                )

    def comprehension(self, node: Comprehension, state: _State) -> None:
        for generator in node.generators:
            self.expression(generator.iter, state, perhaps=True)
            self.target(generator.target, state)
            for test in generator.ifs:
                self.expression(test, state, perhaps=True)
        for element in comprehension_elements(node):
            self.expression(element, state, perhaps=True)


_EXPRESSION = (ast.expr, ast.keyword)


def _argument_expressions(args: ast.arguments) -> Iterator[ast.expr]:
    """What is evaluated when a function is defined: defaults and annotations."""
    yield from args.defaults
    yield from (default for default in args.kw_defaults if default is not None)
    for arg in (*args.posonlyargs, *args.args, args.vararg, *args.kwonlyargs, args.kwarg):
        if arg is not None and arg.annotation is not None:
            yield arg.annotation
