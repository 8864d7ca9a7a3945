"""Names bound again, names read later, and objects changed in place."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from greenrules.engine import uses
from greenrules.engine.answer import Answer, any_of, no, unknown
from greenrules.engine.builtin_facts import (
    CALLERS,
    HARMLESS,
    IMMUTABLE,
    MUTATOR_NAMES,
    MUTATORS,
    READER_NAMES,
    reads_only,
)
from greenrules.engine.callees import UNKNOWN_RECEIVER
from greenrules.engine.children import walk
from greenrules.engine.reaching import Variable
from greenrules.engine.receiving import callee_names
from greenrules.engine.scopes import Binding
from greenrules.engine.tree import loops

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.uses import Use, Uses

_DEPTH = 8
_FAR = (1 << 60, 0)
#: What takes a value and gives another: a part is not changed through it.
_CONSUMERS = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.FormattedValue, ast.Slice)
_STORES = ("attribute-store", "subscript-store", "augmented")


def variable_at(facts: Facts, name: str, node: ast.AST) -> Variable | None:
    """The variable that a name is where a node stands."""
    owner = facts.scopes.owner(name, facts.scope(node))
    if owner is None and (inner := facts.scopes.opened_by(node)) is not None:
        owner = facts.scopes.owner(name, inner)
    return None if owner is None else (owner, name)


def inside(facts: Facts, node: ast.AST, nodes: Sequence[ast.AST]) -> bool:
    """Whether a node stands within one of several others."""
    return any(node is other for other in nodes) or any(
        parent is other for parent in facts.ancestors(node) for other in nodes
    )


def _lines(nodes: Sequence[ast.AST]) -> tuple[int, int]:
    """The first and the last line on which nodes may have something."""
    first, last = _FAR[0], 0
    for node in nodes:
        start: int = getattr(node, "lineno", 0)
        for decorator in getattr(node, "decorator_list", ()):
            start = min(start, decorator.lineno)
        first, last = min(first, start), max(last, getattr(node, "end_lineno", None) or _FAR[0])
    return first, last


def bound_in(facts: Facts, loop: ast.AST) -> frozenset[Variable]:
    """The variables that a loop (or comprehension) binds."""
    return frozenset((b.scope, b.name) for b in facts.scopes.bound_below(loop) if b.kind != "declared")


def reassigned(facts: Facts, name: str, nodes: Sequence[ast.AST]) -> Answer:
    """Whether a name is bound again (or deleted) within nodes."""
    if facts.dynamics.binds:
        return unknown(facts.dynamics.binds)
    variable = variable_at(facts, name, nodes[0]) if nodes else None
    if variable is None:
        return no(f"{name} is not bound in the script")
    first, last = _lines(nodes)
    for binding in variable[0].bindings[name]:
        line = getattr(binding.node, "lineno", 0)
        if first <= line <= last and binding.kind != "declared" and inside(facts, binding.node, nodes):
            return Answer(True, f"{name} is bound again on line {line}")
    if facts.flow.foreign(variable) and _calls_unknown(facts, nodes):
        return unknown(f"a function that is called may bind {name}")
    return no(f"{name} is not bound again")


def _calls_unknown(facts: Facts, nodes: Sequence[ast.AST]) -> bool:
    """Whether nodes contain a call that is not known to be without effects."""
    key = tuple(nodes)
    if key not in facts.effects_within:
        calls = (inner for node in nodes for inner in walk(node) if isinstance(inner, ast.Call))
        facts.effects_within[key] = not all(_harmless(facts, call) for call in calls)
    return facts.effects_within[key]


def _harmless(facts: Facts, call: ast.Call) -> bool:
    """Whether a call changes nothing; functions that it is given and calls are part of the question."""
    name = facts.resolve(call.func).name
    return (name in HARMLESS and name not in CALLERS) or facts.harmless(call).yes


def unused_after(facts: Facts, name: str, node: ast.AST) -> Answer:
    """Whether nothing reads, after a node, what a name holds when the node has run."""
    dynamics = facts.dynamics
    if dynamics.reads or name in dynamics.words:
        return unknown(dynamics.reads or f"a magic of the notebook mentions {name}")
    variable = variable_at(facts, name, node)
    if variable is None:
        return Answer(True)
    owner = variable[0]
    frame = facts.scope(node).frame
    if owner.kind == "class":
        return unknown(f"{name} is an attribute of class {getattr(owner.node, 'name', '')}")
    around = list(loops(node, facts.parents))
    end = _end(node)
    doubt: Answer | None = None
    for load in facts.flow.loads(variable):
        if inside(facts, load, [node]):
            continue
        definitions = facts.flow.definitions(load)
        if definitions.anytime or owner.frame is not frame:
            if doubt is None:
                doubt = unknown(f"{name} is read on line {load.lineno}, which may run later")
            continue
        if _start(load) >= end:
            used = any(_start(binding.node) < end for binding in definitions.bindings)
        else:
            used = any(_comes_round(facts, load, definitions.bindings, loop) for loop in around)
        if used:
            return no(f"{name} is read on line {load.lineno}")
    return Answer(True) if doubt is None else doubt


def _comes_round(facts: Facts, load: ast.Name, bindings: Iterable[Binding], loop: ast.AST) -> bool:
    """Whether a read within a loop may see what an earlier round left."""
    if not inside(facts, load, [loop]):
        return False
    return not all(inside(facts, binding.node, [loop]) and _start(binding.node) < _start(load) for binding in bindings)


def _start(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _end(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)


def mutated(facts: Facts, value: str | ast.expr, nodes: Sequence[ast.AST], depth: int = 0) -> Answer:
    """Whether the object that a name or expression stands for may be changed in place within nodes."""
    if not nodes:
        return no("there is nothing that could")
    if isinstance(value, str):
        variable = variable_at(facts, value, nodes[0])
        if variable is None:
            loads = [node for node in facts.named(value) if isinstance(node.ctx, ast.Load)]
            return any_of(
                [*(_changed(facts, uses.follow(facts, one), nodes) for one in loads), no("nothing changes it")]
            )
        bindings: Sequence[Binding] = variable[0].bindings[value]
    elif isinstance(value, ast.Name):
        bindings = facts.flow.definitions(value).bindings
    else:
        return _part_mutated(facts, value, nodes, depth)
    if not isinstance(value, str) and (facts.types(value) or frozenset({""})) <= IMMUTABLE:
        return no("its type has no object that changes")
    return any_of(_object_mutated(facts, b, nodes, depth) for b in bindings if b.kind not in ("delete", "declared"))


def _object_mutated(facts: Facts, binding: Binding, nodes: Sequence[ast.AST], depth: int) -> Answer:
    if binding.kind in ("def", "class") or (binding.kind == "import" and not _may_be_data(facts, binding)):
        return no(f"{binding.name} is a definition")
    kinds = facts.inference.binding(binding)
    if kinds is not None and kinds and all(kind.name in IMMUTABLE for kind in kinds):
        return no("its type has no object that changes")
    answers = [_changed(facts, uses.follow(facts, binding), nodes)]
    # ``x = y``: what changes y changes x.
    root: ast.expr | None = binding.value
    while isinstance(root, (ast.Attribute, ast.Subscript, ast.Starred)):
        root = root.value
    if isinstance(root, ast.Name) and facts.resolve(root).name is None:
        if depth > _DEPTH:
            answers.append(unknown(f"what {binding.name} is part of cannot be followed"))
        else:
            whole = mutated(facts, root, nodes, depth + 1)
            shared = binding.value is root or whole.value is not True
            answers.append(whole if shared else unknown(whole.reason))
    return any_of(answers)


def _may_be_data(facts: Facts, binding: Binding) -> bool:
    """Whether an import may bind a plain value: ``from data import X_test``, of a module that no pack knows."""
    statement = facts.parent(binding.node)
    if not isinstance(statement, ast.ImportFrom):
        return False
    return bool(statement.level) or (statement.module or "").partition(".")[0] not in facts.knowledge.top_modules


def _changed(facts: Facts, found: Uses, nodes: Sequence[ast.AST] | None) -> Answer:
    """Whether one of the uses within nodes (None: anywhere) changes the object."""
    parts = list(_part_uses(facts, found, 0))
    if nodes is None:
        answers = [changes(facts, use) for use in [*found.uses, *parts]]
        return any_of([*answers, *(unknown(doubt.answer.reason) for doubt in found.doubts), no("nothing changes it")])
    answers = [changes(facts, use) for use in found.uses if inside(facts, use.node, nodes)]
    answers += [changes(facts, use) for use in parts if inside(facts, use.node, nodes)]
    answers += [unknown(doubt.answer.reason) for doubt in found.doubts if inside(facts, doubt.node, nodes)]
    if _calls_unknown(facts, nodes):
        here = facts.function(nodes[0])
        answers += [unknown(f"{doubt.answer.reason}, and may be changed from there") for doubt in found.doubts]
        # What is called may be the function that a use stands in.
        answers += [
            unknown(f"it may be changed on line {use.node.lineno}")
            for use in [*found.uses, *parts]
            if facts.function(use.node) is not here and changes(facts, use).value is not False
        ]
    return any_of([*answers, no("nothing changes it")])


def _part_uses(facts: Facts, found: Uses, depth: int) -> Iterator[Use]:
    """What changes parts of an object, which may be views of it: ``x[0].sort()``, ``part = x[1:]; part[0] = 1``."""
    if depth > _DEPTH:
        return
    for use in found.uses:
        part = use.context
        if use.kind != "subscript" or not isinstance(part, ast.Subscript):
            continue
        if isinstance(facts.parent(part), _CONSUMERS) or (facts.types(part) or frozenset({""})) <= IMMUTABLE:
            continue
        inner = uses.follow(facts, part)
        for each in inner.uses:
            # ``x[0] += 1`` is a store; ``first = x[0]; first += 1`` adds to a number as a rule.
            if each.kind == "augmented" and not isinstance(part.slice, ast.Slice):
                continue
            if changes(facts, each).yes:
                yield each
        yield from _part_uses(facts, inner, depth + 1)


def changes(facts: Facts, use: Use) -> Answer:
    """Whether a use changes the object in place."""
    where = f"on line {use.node.lineno}"
    if use.kind in _STORES:
        return Answer(True, f"it is changed {where}")
    if use.kind == "call":
        return unknown(f"it is called {where}")
    if use.kind == "with":
        return unknown(f"it is entered {where}")
    if use.kind != "attribute" or not isinstance(use.context, ast.Attribute):
        return no("it is only read")
    name = use.context.attr
    call = facts.parent(use.context)
    if not isinstance(call, ast.Call) or call.func is not use.context:
        return _through_attribute(facts, use.context, where)
    known = callee_names(facts, call)
    if any(full in MUTATORS for full in known):
        return Answer(True, f"{name}() changes it {where}")
    # A method that answers alike each time it is asked leaves its object as it was.
    tables = (facts.knowledge.pure_table, facts.knowledge.deterministic_table)
    for full in known:
        if reads_only(full) or facts.declared(call, full, tables):
            return no(f"{name}() only reads it")
    if name in MUTATOR_NAMES and all(full.startswith(UNKNOWN_RECEIVER) for full in known):
        return Answer(True, f"{name}() changes it {where}")
    return unknown(f"{name}() may change it {where}")


def _through_attribute(facts: Facts, attribute: ast.Attribute, where: str) -> Answer:
    """Whether an attribute of the object is itself changed: ``x.a.append(1)``, ``x.a[0] = 1``."""
    parent = facts.parent(attribute)
    if isinstance(parent, (ast.Attribute, ast.Subscript)):
        if not isinstance(parent.ctx, ast.Load):
            return Answer(True, f"a part of it is changed {where}")
        call = facts.parent(parent)
        if isinstance(call, ast.Call) and call.func is parent:
            return no("it is only read") if facts.pure(call).yes else unknown(f"a part of it may be changed {where}")
    return no("it is only read")


def _part_mutated(facts: Facts, value: ast.expr, nodes: Sequence[ast.AST], depth: int) -> Answer:
    """Whether a part of an object, ``self.data`` or ``rows[0]``, may be changed within nodes."""
    root = value
    while isinstance(root, (ast.Attribute, ast.Subscript)):
        root = root.value
    if not isinstance(root, ast.Name):
        return _changed(facts, uses.follow(facts, value), nodes)
    if facts.resolve(root).name is not None:
        return no("it belongs to a module")
    text = ast.dump(value).replace("Store()", "Load()").replace("Del()", "Load()")
    for node in nodes:
        for inner in walk(node):
            if not isinstance(inner, type(value)) or ast.dump(inner).replace("Store()", "Load()") != text:
                continue
            if isinstance(inner, ast.expr) and not isinstance(getattr(inner, "ctx", None), ast.Load):
                return Answer(True, f"it is assigned on line {inner.lineno}")
            answer = _changed(facts, uses.follow(facts, inner), nodes) if isinstance(inner, ast.expr) else no("")
            if answer.value is not False:
                return answer
    if _calls_unknown(facts, nodes):
        return unknown(f"a call may change {ast.unparse(value)}")
    return mutated(facts, root, nodes, depth + 1) if depth < _DEPTH else unknown("it cannot be followed")


def never_changed(facts: Facts, binding: Binding, at: ast.expr) -> bool:
    """Whether nothing can have changed the object that a binding binds by the time that a name reads it.

    Args:
        facts: of the script.
        binding: the only binding that reaches the name.
        at: the name.
    """
    found = uses.follow(facts, binding)
    settled = _settled_after(facts, binding, at)
    if any(_start(doubt.node) < settled for doubt in found.doubts):
        return False
    for use in found.uses:
        if _start(use.node) >= settled:
            continue
        if use.kind == "attribute" and isinstance(use.context, ast.Attribute):
            if use.context.attr not in READER_NAMES:
                return False
        elif use.kind in (*_STORES, "call", "with", "delete", "return", "other"):
            return False
    return True


def _settled_after(facts: Facts, binding: Binding, at: ast.expr) -> tuple[int, int]:
    """Where the code begins that runs only once a name has been read."""
    if binding.frame is not facts.scope(at).frame:
        return _FAR
    around = list(loops(at, facts.parents))
    return _end(around[-1]) if around else _start(at)


def changed_after(facts: Facts, expr: ast.expr) -> Answer:
    """Whether the object that an expression yields may be changed anywhere."""
    return _changed(facts, uses.follow(facts, expr), None)
