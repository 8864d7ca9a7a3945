"""Which calls of a metric are held to the quality limit: all that tell how good a model is in the end."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

#: names of what a model was trained with
_TRAINING = re.compile(r"(?:^|_)tr(?:ain(?:ing)?)?(?:_|$|[xXyY]$)", re.ASCII)
#: calls by which one model is trained bit by bit: its figures on the way are no result
_BIT_BY_BIT = frozenset({"partial_fit", "train_on_batch", "backward"})


def passing_lines(tree: ast.Module) -> frozenset[int] | None:
    """Lines of calls whose values may get worse: figures of training data.

    Args:
        tree: the script.

    Returns:
        The lines; None where the script trains bit by bit, so that each metric's last value is all that counts.
    """
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if any(_trains_on(call) for call in calls):
        return None
    return frozenset(
        line
        for call in calls
        if any(map(_TRAINING.search, _named(call)))
        for line in range(call.lineno, (call.end_lineno or call.lineno) + 1)
    )


def _trains_on(call: ast.Call) -> bool:
    if _last_name(call.func) in _BIT_BY_BIT:
        return True
    return any(
        keyword.arg == "warm_start" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
        for keyword in call.keywords
    )


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _named(node: ast.AST) -> Iterator[str]:
    """The names in a call's arguments; what a cross-validation is given is split there, so that its figures tell."""
    if isinstance(node, ast.Call):
        if not _last_name(node.func).startswith("cross_val"):
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                yield from _named(argument)
        return
    if isinstance(node, ast.Name | ast.Attribute):
        yield _last_name(node)
    for child in ast.iter_child_nodes(node):
        yield from _named(child)
