"""The same script with other seeds: repetition of quality that means something."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator

#: Keyword arguments that carry a seed, as the scientific libraries call them.
KEYWORDS = {"random_state", "seed", "random_seed", "rng_seed"}
#: Calls whose first argument is one.
CALLS = {"seed", "default_rng", "RandomState", "manual_seed", "set_seed", "Random"}
_NAME = re.compile(r"(^|_)(seed|random_state)($|_|\d)", re.IGNORECASE)
#: Seeds are moved so far apart that neighbouring seeds of the script do not meet.
STEP = 1009


def _whole(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and 0 <= node.value < 2**31


def _literals(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        found: list[ast.expr | None] = []
        if isinstance(node, ast.Call):
            found = [keyword.value for keyword in node.keywords if keyword.arg in KEYWORDS]
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in CALLS and node.args:
                found.append(node.args[0])
        elif isinstance(node, ast.Assign):
            if any(isinstance(target, ast.Name) and _NAME.search(target.id) for target in node.targets):
                found = [node.value]
        elif isinstance(node, ast.AnnAssign):
            if isinstance(node.target, ast.Name) and _NAME.search(node.target.id):
                found = [node.value]
        elif isinstance(node, ast.arguments):
            names = [*node.posonlyargs, *node.args][len(node.posonlyargs) + len(node.args) - len(node.defaults) :]
            pairs = [*zip(names, node.defaults, strict=True), *zip(node.kwonlyargs, node.kw_defaults, strict=True)]
            found = [default for name, default in pairs if _NAME.search(name.arg)]
        for literal in found:
            if _whole(literal) and isinstance(literal, ast.Constant):
                yield literal


def has_seed(text: str) -> bool:
    """Whether a script fixes a seed by a literal."""
    return next(_literals(ast.parse(text)), None) is not None


def reseeded(text: str, shift: int) -> str:
    """The script with every literal seed moved; lines stay where they are.

    Args:
        text: a script that parses.
        shift: how many steps; 0 gives the script back. Seeds that are equal stay equal.
    """
    if shift == 0:
        return text
    # As Python counts lines: a form feed within one does not end it.
    lines = list(io.StringIO(text, newline=""))
    places = {(n.lineno, n.col_offset, n.end_col_offset): n.value for n in _literals(ast.parse(text))}
    for (line, start, end), value in sorted(places.items(), reverse=True):
        assert end is not None and isinstance(value, int)
        raw = lines[line - 1].encode("utf-8")
        lines[line - 1] = (raw[:start] + str((value + shift * STEP) % 2**31).encode() + raw[end:]).decode("utf-8")
    return "".join(lines)
