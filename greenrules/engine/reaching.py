"""Which bindings of a name may reach a use of it: reaching definitions, one pass over each function's code.

The state is a dictionary from variable to bindings, with a small one laid over it for each branch, so that the cost
stays linear. Where the order of events is not known exactly (loops, exceptions, context managers that may swallow one)
the state holds more bindings than can really arrive, never fewer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from greenrules.engine.children import CHILDREN, children
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

UNBOUND: Reaching = frozenset([None])
#: more than this many bindings at one use are not told apart, or the cost would grow with the square of the file
MANY = 32
#: any binding of the variable
_ANY: Reaching = frozenset()
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BRANCHING = frozenset({ast.BoolOp, ast.IfExp, ast.Compare, *_COMPREHENSIONS})
#: expressions that bind names, or whose parts run on their own
_OF_THEIR_OWN = frozenset({*_COMPREHENSIONS, ast.Lambda, ast.NamedExpr})
#: node type → fields with nodes, the last one first
_BACKWARD = {kind: fields[::-1] for kind, fields in CHILDREN.items() if kind not in _OF_THEIR_OWN}


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
        return UNBOUND

    def add(self, binding: Binding) -> None:
        variable = (binding.scope, binding.name)
        self.own[variable] = _union([self.get(variable), frozenset([binding])])

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
        merged = {variable: _union([branch.get(variable) for branch in alive]) for variable in changed}
        self.own.update(merged)


def _union(parts: list[Reaching]) -> Reaching:
    found = parts[0].union(*parts[1:])
    return _ANY if _ANY in parts or len(found) > MANY else found


def frame_reaching(scopes: Scopes, frame: Scope) -> dict[ast.Name, Reaching]:
    """For every Name that the code of a frame reads, the bindings that may be in force; empty for "any of them"."""
    return _FramePass(scopes, frame).run()


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
        #: where and how a name is spelled → the variable it is; None where that is no variable of the frame
        self.variables: dict[tuple[Scope, str], Variable | None] = {}
        #: bindings of the ``finally`` blocks around the statement
        self.finals: list[list[Binding]] = []

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
        if scope is None:
            return
        key = (scope, name.id)
        if key not in self.variables:
            owner = self.scopes.owner(name.id, scope)
            own = owner is not None and owner.frame is self.frame
            self.variables[key] = (owner, name.id) if owner is not None and own else None
        variable = self.variables[key]
        if variable is not None:
            seen = state.get(variable)
            before = self.reaching.get(name)
            self.reaching[name] = seen if before is None else _union([before, seen])

    def bind(self, node: ast.AST, state: _State, *, perhaps: bool = False) -> None:
        binding = self.scopes.by_node.get(node)
        if binding is None or binding.kind == "declared":
            return
        variable = (binding.scope, binding.name)
        state.own[variable] = _union([state.get(variable), frozenset([binding])]) if perhaps else frozenset([binding])

    def within(self, node: ast.AST, part: str) -> list[Binding]:
        found = self.scopes.bound_within(node, part)
        return [b for b in found if b.frame is self.frame and b.kind != "declared"]

    def add_all(self, bindings: Iterable[Binding], state: _State) -> None:
        for binding in bindings:
            state.add(binding)

    # statements

    def block(self, body: Iterable[ast.stmt], state: _State) -> None:
        for statement in body:
            self.statement(statement, state)

    def statement(self, node: ast.stmt, state: _State) -> None:
        match node:
            case ast.Expr():
                self.expression(node.value, state)
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
                for child in children(node):
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
            for bound in self.finals[exits.finals :]:
                self.add_all((b for b in bound if b.frame is self.frame), kept)
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
            self.finals.append(self.scopes.bound_within(node, "final"))
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
                branch.own[binding.scope, binding.name] = UNBOUND
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
        stack: list[Any] = [root]
        while stack:
            node = stack.pop()
            kind = node.__class__
            if kind is ast.Name:
                self.read(node, state)
                continue
            if kind is ast.Attribute:
                stack.append(node.value)
                continue
            fields = _BACKWARD.get(kind)
            if fields is not None:
                # An assignment within an operand that may be skipped is one that may not happen.
                perhaps = perhaps or kind in _BRANCHING
                for name in fields:
                    value = getattr(node, name, None)
                    if value.__class__ is list:
                        stack += value[::-1]
                    elif value is not None:
                        stack.append(value)
            elif kind is ast.Lambda:
                stack.extend(reversed(list(_argument_expressions(node.args))))
            elif kind is ast.NamedExpr:
                self.expression(node.value, state, perhaps=perhaps)
                self.target(node.target, state, perhaps=perhaps or root.__class__ in _BRANCHING)
            else:
                self.comprehension(node, state)

    def comprehension(self, node: Comprehension, state: _State) -> None:
        for generator in node.generators:
            self.expression(generator.iter, state, perhaps=True)
            self.target(generator.target, state)
            for test in generator.ifs:
                self.expression(test, state, perhaps=True)
        for element in comprehension_elements(node):
            self.expression(element, state, perhaps=True)


def _argument_expressions(args: ast.arguments) -> Iterator[ast.expr]:
    """What is evaluated when a function is defined: defaults and annotations."""
    yield from args.defaults
    yield from (default for default in args.kw_defaults if default is not None)
    for arg in (*args.posonlyargs, *args.args, args.vararg, *args.kwonlyargs, args.kwarg):
        if arg is not None and arg.annotation is not None:
            yield arg.annotation
