"""Which expressions constant propagation may know, told by a look at them: no is certain, yes is not."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

_LITERALS = (ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.IfExp)


def may_be_known(node: ast.AST, names: Collection[str] | None = None) -> bool:
    """Whether the value of an expression may be known without running the script; of other nodes, anything.

    Args:
        node: any node.
        names: plain names that may stand for a literal; None where any may.
    """
    while True:
        if isinstance(node, ast.Name):
            return names is None or node.id in names
        if isinstance(node, ast.BinOp):
            if not may_be_known(node.right, names):
                return False
            node = node.left
        elif isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.UnaryOp):
            node = node.operand
        elif isinstance(node, ast.Call):
            # ``dict(a=1)`` is as good as a literal.
            return isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args
        else:
            return isinstance(node, _LITERALS) or not isinstance(node, ast.expr)


def named_literals(by_type: Mapping[str, list[ast.AST]]) -> frozenset[str]:
    """The plain names of a script that some assignment may give a value that is known.

    Args:
        by_type: its nodes by the names of their types.
    """
    found: set[str] = set()
    for kind in ("Assign", "AnnAssign", "NamedExpr"):
        for node in by_type.get(kind, ()):
            value: ast.AST | None = getattr(node, "value", None)
            if value is not None and may_be_known(value):
                for target in node.targets if isinstance(node, ast.Assign) else (node.target,):  # type: ignore[attr-defined]
                    found.update(_bound(target))
    return frozenset(found)


def _bound(target: ast.AST) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple | ast.List | ast.Starred):
        for inner in ast.iter_child_nodes(target):
            yield from _bound(inner)
