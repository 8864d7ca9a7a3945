"""Which fields of a syntax node hold nodes: what a walk needs to look at, and nothing else."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from greenrules.engine.newer import TYPES

#: Fields that hold plain values, or the contexts and operators that ``ast`` shares between nodes.
_PLAIN = frozenset(
    {"ctx", "op", "ops", "id", "attr", "asname", "module", "level", "kind", "conversion", "type_comment", "is_async"}
    | {"simple", "rest", "kwd_attrs", "tag", "lineno", "str"}
)
_NAMED = frozenset({"TypeAlias"})
_VALUES = frozenset({"Constant", "MatchSingleton"})
#: what may have type parameters, though the running Python does not know of any
_GENERIC = frozenset({"FunctionDef", "AsyncFunctionDef", "ClassDef"})


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    if issubclass(kind, ast.expr_context | ast.operator | ast.unaryop | ast.boolop | ast.cmpop):
        return ()
    name = kind.__name__
    plain = set(_PLAIN)
    if name not in _NAMED:
        plain.add("name")
    if name in _VALUES:
        plain.add("value")
    if name in ("arg", "keyword"):
        plain.add("arg")
    if name in ("Global", "Nonlocal"):
        plain.add("names")
    fields = tuple(field for field in kind._fields if field not in plain)
    return fields if name not in _GENERIC or "type_params" in fields else (*fields, "type_params")


#: Node type → fields with a node, a list of nodes, or None. A list may hold None beside nodes.
CHILDREN: dict[type, tuple[str, ...]] = {
    kind: _fields(kind)
    for kind in (*vars(ast).values(), *TYPES)
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
CHILDREN[type(None)] = ()
#: Fields whose lists may hold None beside nodes.
_GAPS = frozenset({"keys", "kw_defaults"})


@dataclass(frozen=True, slots=True)
class Survey:
    """What one walk over a tree tells.

    Attributes:
        by_type: type name → nodes, in the order of the walk; names of one spelling stand together.
        names: spelling → names, in the order of the walk.
        parents: each node's parent.
    """

    by_type: dict[str, list[ast.AST]]
    names: dict[str, list[ast.Name]]
    parents: dict[ast.AST, ast.AST]


def survey(tree: ast.Module) -> Survey:
    """Walk a module once."""
    held: defaultdict[type, list[ast.AST]] = defaultdict(list)
    names: defaultdict[str, list[ast.Name]] = defaultdict(list)
    parents: dict[ast.AST, ast.AST] = {}
    pending: list[ast.AST] = [tree]
    pop, push, fields, plain_name = pending.pop, pending.append, CHILDREN, ast.Name
    while pending:
        node = pop()
        kind = node.__class__
        if kind is plain_name:
            # Every third node is a name, and holds none.
            names[node.id].append(node)  # type: ignore[attr-defined, arg-type]
            continue
        held[kind].append(node)
        for name in fields[kind]:
            value = getattr(node, name, None)
            if value.__class__ is list:
                if value:
                    pending += value
                    for child in value:
                        parents[child] = node
            elif value is not None:
                push(value)
                parents[value] = node
    # A list may hold None beside nodes.
    held.pop(type(None), None)
    parents.pop(None, None)  # type: ignore[call-overload]
    if names:
        held[ast.Name] = list(chain.from_iterable(names.values()))
    return Survey({kind.__name__: nodes for kind, nodes in held.items()}, dict(names), parents)


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes within a node, in the order of its fields."""
    found: list[ast.AST] = []
    for name in CHILDREN[node.__class__]:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += value if name not in _GAPS else [child for child in value if child is not None]
        elif value is not None:
            found.append(value)
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all nodes below it, in the order of :func:`ast.walk`, at a third of its cost."""
    pending = [node]
    for each in pending:
        yield each
        for name in CHILDREN[each.__class__]:
            value = getattr(each, name, None)
            if value.__class__ is list:
                pending += value if name not in _GAPS else [child for child in value if child is not None]
            elif value is not None:
                pending.append(value)
