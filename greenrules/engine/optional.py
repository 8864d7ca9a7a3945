"""Imports that a script can do without: those in a ``try``, under ``suppress``, for type checkers alone."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenrules.engine.pattern import dotted

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts

_EXITS = frozenset({"sys.exit", "os._exit", "exit", "quit"})


def is_tried(facts: Facts, statement: ast.stmt) -> bool:
    """Whether a statement stands directly in a ``try`` that has handlers: it may fail without harm."""
    parent = facts.parent(statement)
    return isinstance(parent, ast.Try) and bool(parent.handlers) and statement in parent.body


def is_demanded(facts: Facts, statement: ast.stmt) -> bool:
    """Whether the script goes on behind a ``try`` only where the statement in it did not fail."""
    parent = facts.parent(statement)
    return isinstance(parent, ast.Try) and is_tried(facts, statement) and all(map(_leaves, parent.handlers))


def is_optional(facts: Facts, statement: ast.stmt) -> bool:
    """Whether the script goes on without what a statement imports."""
    inner: ast.AST = statement
    for outer in facts.ancestors(statement):
        if isinstance(outer, ast.Try) and inner in outer.body and outer.handlers:
            found = not all(map(_leaves, outer.handlers))
        elif isinstance(outer, ast.With):
            found = any(_suppresses(item.context_expr) for item in outer.items)
        else:
            found = isinstance(outer, ast.If) and inner in outer.body and _last(outer.test) == "TYPE_CHECKING"
        if found:
            return True
        inner = outer
    return False


def _leaves(handler: ast.ExceptHandler) -> bool:
    """Whether a handler ends the script, or hands the exception on."""
    last = handler.body[-1]
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return dotted(last.value.func) in _EXITS
    return isinstance(last, ast.Raise)


def _suppresses(context: ast.expr) -> bool:
    return isinstance(context, ast.Call) and _last(context.func) == "suppress"


def _last(name: ast.expr) -> str:
    return (dotted(name) or "").rpartition(".")[2]
