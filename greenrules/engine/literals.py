"""Which expressions constant propagation may know, told by a look at them: no is certain, yes is not."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Mapping, Sequence

_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.NamedExpr)
_UNPACKED = (ast.Tuple, ast.List, ast.Starred)
_LITERALS = (ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.IfExp)


def may_be_known(node: ast.AST, names: Container[str] | None = None) -> bool:
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


class NamedLiterals:
    """The plain names of a script that some assignment may give a value that is known.

    Args:
        named: every name of one spelling.
        parents: each node's parent.
    """

    def __init__(self, named: Callable[[str], Sequence[ast.Name]], parents: Mapping[ast.AST, ast.AST]) -> None:
        self._named = named
        self._parents = parents
        self._known: dict[str, bool] = {}

    def __contains__(self, name: object) -> bool:
        word = str(name)
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = any(map(self._given, self._named(word)))
        return known

    def _given(self, name: ast.Name) -> bool:
        """Whether a name stands in the target of an assignment of such a value, or of a value with such parts."""
        if isinstance(name.ctx, ast.Load):
            return False
        around = self._parents[name]
        while isinstance(around, _UNPACKED):
            around = self._parents[around]
        value = around.value if isinstance(around, _ASSIGNMENTS) else None
        return value is not None and may_be_known(value)
