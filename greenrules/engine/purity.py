"""Side effects, determinism, loop invariance. Calls count as pure where a pack says so, or the script shows it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from greenrules.engine import mutation
from greenrules.engine.answer import YES, Answer, all_of, no, unknown
from greenrules.engine.builtin_facts import (
    CALLERS,
    FICKLE,
    FICKLE_MODULES,
    IMMUTABLE,
    PURE,
    PURE_MODULES,
    TAKES_FUNCTION_FIRST,
    reads_only,
)
from greenrules.engine.children import children, walk
from greenrules.engine.receiving import callee_names
from greenrules.engine.scopes import Definition

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts

_DEPTH = 20
_PLAIN = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.If, ast.For, ast.While, ast.Pass, ast.Expr)


@dataclass
class Verdicts:
    """Answers about functions that may call one another in a circle.

    A function that is being examined is taken for a yes. That holds for all of a circle when the function the question
    began with turns out to be one; when it does not, every yes found on the way is forgotten.
    """

    known: dict[ast.AST, Answer] = field(default_factory=dict)
    _depth: int = 0
    _assumed: list[ast.AST] = field(default_factory=list)

    def judge(self, function: ast.AST, examine: Callable[[], Answer]) -> Answer:
        """The answer for a function, examined once."""
        if function in self.known:
            return self.known[function]
        self.known[function] = YES
        self._assumed.append(function)
        self._depth += 1
        answer = examine()
        self._depth -= 1
        self.known[function] = answer
        if self._depth == 0:
            if not answer.yes:
                for other in self._assumed:
                    if other is not function and self.known[other].yes:
                        del self.known[other]
            self._assumed.clear()
        return answer


def pure(facts: Facts, expr: ast.AST, depth: int = 0, *, reading: bool = False) -> Answer:
    """Whether evaluating an expression has no side effect. Operators and attributes count as pure.

    Args:
        facts: the script.
        expr: what is evaluated.
        depth: of calls of the script's own functions so far.
        reading: whether calls that packs declare deterministic will do, which may read a file.
    """
    return all_of(_parts(facts, expr, depth, reading=reading))


def _parts(facts: Facts, expr: ast.AST, depth: int, *, reading: bool) -> Iterator[Answer]:
    for node in evaluated(expr):
        match node:
            case ast.Call():
                yield _examine_call(facts, node, depth, reading=True) if reading else _pure_call(facts, node, depth)
            case ast.Yield() | ast.YieldFrom() | ast.Await():
                yield no(f"{type(node).__name__.lower()} on line {node.lineno}")
            case ast.NamedExpr():
                yield no(f"it binds {node.target.id} on line {node.lineno}")


def evaluated(expr: ast.AST) -> Iterator[ast.AST]:
    """The nodes of an expression that are evaluated with it: not the bodies of lambdas."""
    stack: list[ast.AST] = [expr]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.Lambda):
            stack.extend(d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None)
        else:
            stack.extend(reversed(children(node)))


def _pure_call(facts: Facts, call: ast.Call, depth: int) -> Answer:
    known = facts.pure_calls.get(call)
    if known is None:
        known = _examine_call(facts, call, depth, reading=False)
        # An answer found deep within other functions may rest on the assumption that one of them is pure.
        if depth == 0:
            facts.pure_calls[call] = known
    return known


def _examine_call(facts: Facts, call: ast.Call, depth: int, *, reading: bool) -> Answer:
    called = f"{ast.unparse(call.func)}()"
    if depth > _DEPTH:
        return unknown(f"{called} calls too deep to be followed")
    function = facts.classes.local_function(call.func)
    if function is not None:
        return _pure_function(facts, function, depth, reading=reading)
    tables = [facts.knowledge.pure_table, *([facts.knowledge.deterministic_table] if reading else [])]
    for name in callee_names(facts, call):
        if name in PURE or name.startswith(PURE_MODULES) or reads_only(name):
            return _pure_arguments(facts, call, depth) if name in CALLERS else YES
        if facts.declared(call, name, tables):
            return YES
        if name.startswith("builtins."):
            return no(f"{called} has a side effect")
    return unknown(f"nothing says that {called} has no side effect")


def _pure_arguments(facts: Facts, call: ast.Call, depth: int) -> Answer:
    """Whether the functions given to a call that calls them are pure."""
    first = call.args[:1] if facts.resolve(call.func).name in TAKES_FUNCTION_FIRST else []
    given = [*first, *(keyword.value for keyword in call.keywords if keyword.arg == "key")]
    return all_of(_pure_callable(facts, value, depth) for value in given)


def _pure_callable(facts: Facts, value: ast.expr, depth: int) -> Answer:
    if isinstance(value, ast.Lambda):
        return pure(facts, value.body, depth + 1)
    if (function := facts.classes.local_function(value)) is not None:
        return _pure_function(facts, function, depth)
    resolved = facts.resolve(value)
    if resolved.name is None or not resolved.certain:
        types = facts.inference.types(value)
        data = types is not None and all(kind.name.startswith("builtins.") for kind in types)
        data = data and not any(kind.name == "builtins.function" for kind in types or ())
        return YES if data else unknown(f"whether {ast.unparse(value)} has side effects is not known")
    known = resolved.name in PURE or resolved.name.startswith(PURE_MODULES)
    if known or next(facts.knowledge.pure_table.find(resolved.name, called=True), None) is not None:
        return YES
    return unknown(f"nothing says that {resolved.name} has no side effect")


def _pure_function(facts: Facts, definition: Definition, depth: int, *, reading: bool = False) -> Answer:
    """Whether a function of the script only computes: it binds its own names and calls pure functions."""
    verdicts = facts.reading_functions if reading else facts.pure_functions
    return verdicts.judge(definition, lambda: _examine(facts, definition, depth, reading=reading))


def _examine(facts: Facts, definition: Definition, depth: int, *, reading: bool) -> Answer:
    inner = facts.scopes.opened_by(definition)
    if isinstance(definition, ast.AsyncFunctionDef) or definition in facts.scopes.yields or definition.decorator_list:
        return unknown(f"{definition.name}() is no plain function")
    if inner is not None and inner.declared:
        return no(f"{definition.name}() binds names outside itself")
    for statement in definition.body:
        for node in walk(statement):
            if isinstance(node, ast.stmt) and not isinstance(node, _PLAIN):
                return unknown(f"{definition.name}() does more than compute on line {node.lineno}")
            if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
                return unknown(f"{definition.name}() changes {ast.unparse(node)} on line {node.lineno}")
            if isinstance(node, ast.AugAssign) and (facts.types(node.value) or frozenset({""})) - IMMUTABLE:
                return unknown(f"{definition.name}() may change {ast.unparse(node.target)} on line {node.lineno}")
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and _given(facts, node.target):
                return unknown(f"{definition.name}() may change {node.target.id} on line {node.lineno}")
        answer = pure(facts, statement, depth + 1, reading=reading)
        if not answer.yes:
            return answer
    return YES


def _given(facts: Facts, target: ast.Name) -> bool:
    """Whether what ``x += y`` adds to may be an object from elsewhere that takes it in place, as an array does."""
    for binding in facts.flow.definitions(target).bindings:
        if binding.kind == "augmented" or isinstance(binding.value, ast.BinOp):
            continue
        kinds = facts.inference.binding(binding)
        if not kinds or any(kind.name not in IMMUTABLE for kind in kinds):
            return True
    return False


def deterministic(facts: Facts, expr: ast.AST, depth: int = 0) -> Answer:
    """Whether an expression gives the same value each time for the same inputs."""
    return all_of(_same(facts, node, depth) for node in evaluated(expr) if isinstance(node, ast.Call))


def _same(facts: Facts, call: ast.Call, depth: int) -> Answer:
    called = f"{ast.unparse(call.func)}()"
    function = facts.classes.local_function(call.func)
    if function is not None:
        if depth > _DEPTH:
            return unknown(f"{called} calls too deep to be followed")
        harmless = _pure_function(facts, function, depth, reading=True)
        return all_of([harmless, facts.same_functions.judge(function, lambda: _same_body(facts, function, depth))])
    for name in callee_names(facts, call):
        if name in FICKLE or name.startswith(FICKLE_MODULES):
            return no(f"{called} gives another value each time")
        if name in PURE or name.startswith(PURE_MODULES) or reads_only(name) or name == "builtins.print":
            return YES
        tables = (facts.knowledge.deterministic_table, facts.knowledge.pure_table)
        if facts.declared(call, name, tables):
            return YES
    return unknown(f"nothing says that {called} gives the same value each time")


def _same_body(facts: Facts, definition: Definition, depth: int) -> Answer:
    calls = (node for node in walk(definition) if isinstance(node, ast.Call))
    return all_of(_same(facts, call, depth + 1) for call in calls)


def invariant(facts: Facts, expr: ast.expr, loop: ast.AST) -> Answer:
    """Whether an expression has the same value, and no effect, in every round of a loop.

    Where the value is an object that can change, nothing in the script may change it, as one object would take the
    place of one per round.
    """
    checks = [pure, deterministic]
    answer = all_of(check(facts, expr) for check in checks)
    if answer.value is not True:
        return answer
    return all_of([*_steady(facts, expr, loop), _shareable(facts, expr)])


def _steady(facts: Facts, expr: ast.expr, loop: ast.AST) -> Iterator[Answer]:
    """Whether what an expression reads stays the same in a loop."""
    inside = loop_parts(loop)
    bound = mutation.bound_in(facts, loop)
    within = set(walk(expr))
    for node in within:
        if isinstance(node, ast.Attribute):
            for store in facts.scopes.attributes(node.attr):
                if not isinstance(store.ctx, ast.Load) and mutation.inside(facts, store, inside):
                    yield no(f"{node.attr} is assigned in the loop on line {store.lineno}")
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        variable = facts.flow.variable(node)
        if variable is None or variable[0].node in within:
            continue
        if variable in bound:
            yield no(f"{node.id} is bound in the loop")
        if facts.resolve(node).name is None:
            changed = mutation.mutated(facts, node, inside)
            if changed.value is not False:
                yield no(changed.reason) if changed.yes else unknown(changed.reason)


def loop_parts(loop: ast.AST) -> list[ast.AST]:
    """What of a loop runs again and again."""
    match loop:
        case ast.For() | ast.AsyncFor():
            return [loop.target, *loop.body]
        case ast.While():
            return [loop.test, *loop.body]
    return [loop]


def _shareable(facts: Facts, expr: ast.expr) -> Answer:
    types = facts.types(expr)
    if types is not None and types <= IMMUTABLE:
        return YES
    if isinstance(expr, (ast.Name, ast.Attribute)):
        return YES
    changed = mutation.changed_after(facts, expr)
    return YES if changed.value is False else (no if changed.yes else unknown)(changed.reason)
