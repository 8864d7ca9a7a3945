"""The place of a node in its tree: statement, block, scope, loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import repeat

from greenrules.engine.answer import YES, Answer, no
from greenrules.engine.scopes import Scope, Scopes

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Parents = Mapping[ast.AST, ast.AST]
#: node type → fields with lists of statements
_BLOCKS: dict[type[ast.AST], tuple[str, ...]] = {
    kind: tuple(name for name in ("body", "orelse", "finalbody") if name in kind._fields)
    for kind in vars(ast).values()
    if isinstance(kind, type)
    and issubclass(kind, ast.Module | ast.stmt | ast.ExceptHandler | ast.match_case)
    and "body" in kind._fields
}


def ancestors(node: ast.AST, parents: Parents) -> Iterator[ast.AST]:
    """The nodes around a node, innermost first."""
    current = parents.get(node)
    while current is not None:
        yield current
        current = parents.get(current)


def climb(node: ast.AST, parents: Parents) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Pairs of a node and its parent, from ``node`` up to the module."""
    while (parent := parents.get(node)) is not None:
        yield node, parent
        node = parent


def statement(node: ast.AST, parents: Parents) -> ast.stmt | None:
    """The statement a node stands in: itself, if it is one; None for the module."""
    current: ast.AST | None = node
    while current is not None and not isinstance(current, ast.stmt):
        current = parents.get(current)
    return current


def places(parent: ast.AST) -> dict[ast.stmt, tuple[list[ast.stmt], int]]:
    """For every statement right within a node, the list of statements it stands in and its place there."""
    found: dict[ast.stmt, tuple[list[ast.stmt], int]] = {}
    for name in _BLOCKS.get(type(parent), ()):
        body = getattr(parent, name)
        found.update(zip(body, zip(repeat(body), range(len(body)), strict=False), strict=True))
    return found


def runs_in(child: ast.AST, parent: ast.AST) -> bool:
    """Whether a child of a node that opens a scope runs in that scope, not in the one around it."""
    if isinstance(parent, ast.Lambda):
        return child is parent.body
    if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return isinstance(child, ast.stmt)
    return isinstance(parent, (*_COMPREHENSIONS, ast.Module))


def scope(node: ast.AST, parents: Parents, scopes: Scopes) -> Scope:
    """The scope in whose code a node stands; for a definition the one that it is defined in."""
    if isinstance(node, ast.Name) and (known := scopes.scope_of(node)) is not None:
        return known
    scopes.read_around(node)
    first_iterable = False
    for child, parent in climb(node, parents):
        if isinstance(parent, ast.comprehension):
            owner = parents[parent]
            first_iterable = child is parent.iter and getattr(owner, "generators", [None])[0] is parent
            continue
        inner = scopes.inner.get(parent)
        if inner is not None and runs_in(child, parent) and not first_iterable:
            return inner
        first_iterable = False
    return scopes.module


def function(node: ast.AST, parents: Parents) -> Function | None:
    """The function whose body a node stands in; not one whose decorator, default or annotation it is."""
    for child, parent in climb(node, parents):
        if isinstance(parent, _FUNCTIONS) and runs_in(child, parent):
            return parent
    return None


def loops(node: ast.AST, parents: Parents) -> Iterator[ast.AST]:
    """The loops and comprehensions that run a node again and again, innermost first; not across a function."""
    for child, parent in climb(node, parents):
        match parent:
            case ast.For() | ast.AsyncFor():
                if child is not parent.iter and not _among(child, parent.orelse):
                    yield parent
            case ast.While():
                if not _among(child, parent.orelse):
                    yield parent
            case ast.comprehension():
                owner = parents[parent]
                if child is not parent.iter or getattr(owner, "generators", [None])[0] is not parent:
                    yield owner
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                if not isinstance(child, ast.comprehension):
                    yield parent
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                if runs_in(child, parent):
                    return


def in_loop(node: ast.AST, parents: Parents) -> Answer:
    """Whether a node runs again and again within its function."""
    return YES if next(loops(node, parents), None) is not None else no("not in a loop")


def contains(outer: ast.AST, node: ast.AST, parents: Parents) -> bool:
    """Whether a node stands within another, or is it."""
    return node is outer or any(parent is outer for parent in ancestors(node, parents))


def _among(child: ast.AST, body: list[ast.stmt]) -> bool:
    return any(child is other for other in body)


def falls_through(body: list[ast.stmt]) -> bool:
    """Whether a block may end without a return."""
    last = body[-1]
    match last:
        case ast.Return() | ast.Raise():
            return False
        case ast.If():
            return not last.orelse or falls_through(last.body) or falls_through(last.orelse)
        case ast.With() | ast.AsyncWith():
            return falls_through(last.body)
        case ast.While():
            return not (isinstance(last.test, ast.Constant) and last.test.value)
        case ast.Try():
            ends = [last.orelse or last.body, *(handler.body for handler in last.handlers)]
            return not (last.finalbody and not falls_through(last.finalbody)) and any(map(falls_through, ends))
    return True
