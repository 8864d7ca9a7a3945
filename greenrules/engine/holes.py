"""Holes: how metavariables and ellipses stand inside a Python syntax tree.

A pattern is parsed by Python itself, so every hole is written as something that Python reads where it stands:

================  ==========================  =======================================
in the pattern    in the tree                 hole
================  ==========================  =======================================
``$X``            ``__hole_one_X``            one, ``X``
``$_``            ``__hole_one__``            one, unnamed
``$...X``         ``__hole_many_X``           many, ``X``
``...``           ``__hole_dots_3``           many, ``...3`` (the fourth of its pattern)
``${SIZE}``       ``__hole_parameter_SIZE``   parameter, ``SIZE`` (templates only)
``<... P ...>``   ``__hole_deep(P)``          deep, with ``inner`` = P
``($X: T)``       ``__hole_typed(X, T)``      typed, ``X``, with ``type`` = T
``"..."``         the string itself           string (``b"..."`` likewise: any bytes)
``"=~/re/"``      the string itself           string, with ``regex``
``"$X"``          the string itself           string, ``X``: the text between the quotes
================  ==========================  =======================================

Among arguments a run is written ``*__hole_…`` before the first keyword and ``**__hole_…`` after it, among the items of
a dictionary ``**__hole_…``; :func:`hole` knows these forms.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["one", "many", "deep", "typed", "string", "parameter"]

PREFIX = "__hole_"
_NAME = re.compile(r"__hole_(one|many|dots|cases|parameter)_(\w+)$")
_METAVARIABLE = re.compile(r"\$([A-Z_][A-Z0-9_]*)$")


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a pattern that code fills.

    Attributes:
        kind: what fills it.
        name: the metavariable's name without its ``$``; ``...0``, ``...1`` for the ellipses of a pattern in the order
            in which they are written; None when nothing is bound.
        type: the dotted name of a typed hole.
        regex: the regular expression that a string must match.
        inner: the pattern that a deep hole must contain.
    """

    kind: Kind
    name: str | None = None
    type: str | None = None
    regex: str | None = None
    inner: ast.expr | None = None

    @property
    def anonymous(self) -> bool:
        """Whether nobody can ask what it holds: an ellipsis, or ``$_``."""
        return self.name is None or self.name.startswith("...")


def encode(kind: str, name: str) -> str:
    """The identifier that stands for a hole: of kind one, many, dots, cases or parameter."""
    return f"{PREFIX}{kind}_{name}"


def of_identifier(text: str) -> Hole | None:
    """The hole that an identifier stands for, or None."""
    if not text.startswith(PREFIX):
        return None
    found = _NAME.match(text)
    if found is None:
        return None
    kind, name = found.groups()
    if kind in ("dots", "cases"):
        return Hole("many", f"...{name}")
    plain = None if name == "_" else name
    if kind == "one":
        return Hole("one", plain)
    return Hole("many" if kind == "many" else "parameter", plain)


def of_string(text: str) -> Hole | None:
    """The hole that the text of a string literal stands for, or None."""
    if text == "...":
        return Hole("string")
    if text.startswith("=~/"):
        end = text.rfind("/")
        if end > 2:
            return Hole("string", regex=text[3:end])
    found = _METAVARIABLE.match(text)
    return Hole("string", None if found[1] == "_" else found[1]) if found else None


def hole(node: ast.AST | str | None) -> Hole | None:
    """The hole that a node of a pattern (or an identifier in it) is, or None for plain code.

    A statement that consists of a hole alone is that hole, and so are the starred forms of a run among arguments.
    """
    if isinstance(node, str):
        return of_identifier(node)
    if isinstance(node, ast.Name):
        return of_identifier(node.id)
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bytes):
            return Hole("string") if node.value == b"..." else None
        return of_string(node.value) if isinstance(node.value, str) else None
    if isinstance(node, ast.Expr):
        return hole(node.value) if isinstance(node.value, ast.Name) else None
    if isinstance(node, ast.Call):
        return _of_call(node)
    if isinstance(node, ast.Starred) or (isinstance(node, ast.keyword) and node.arg is None):
        inner = hole(node.value)
        return inner if inner is not None and inner.kind == "many" else None
    if isinstance(node, ast.arg):
        return of_identifier(node.arg)
    if isinstance(node, ast.alias):
        return of_identifier(node.name)
    if isinstance(node, ast.MatchAs):
        return of_identifier(node.name) if node.name and node.pattern is None else None
    if isinstance(node, ast.ExceptHandler):
        return _of_handler(node)
    if isinstance(node, ast.match_case):
        name = node.pattern.name if isinstance(node.pattern, ast.MatchAs) else None
        return of_identifier(name) if name and name.startswith(f"{PREFIX}cases_") else None
    if isinstance(node, ast.withitem):
        inner = hole(node.context_expr)
        return inner if inner is not None and inner.kind == "many" and node.optional_vars is None else None
    return None


def _of_call(node: ast.Call) -> Hole | None:
    if not isinstance(node.func, ast.Name) or not node.func.id.startswith(PREFIX):
        return None
    if node.func.id == f"{PREFIX}deep":
        return Hole("deep", inner=node.args[0])
    if node.func.id == f"{PREFIX}typed":
        inner = hole(node.args[0])
        return Hole("typed", inner.name if inner else None, type=ast.unparse(node.args[1]))
    return None


def _of_handler(node: ast.ExceptHandler) -> Hole | None:
    """``except ...: ...`` stands for any run of handlers."""
    kind = hole(node.type) if node.type else None
    body = hole(node.body[0]) if len(node.body) == 1 else None
    if kind is None or body is None or kind.kind != "many" or body.kind != "many":
        return None
    return kind


def metavariables(node: ast.AST) -> dict[str, Hole]:
    """Every named hole below a node: name to hole, ellipses included, in no particular order."""
    found: dict[str, Hole] = {}
    for inner in ast.walk(node):
        candidates = [hole(inner)]
        candidates += [of_identifier(value) for _, value in ast.iter_fields(inner) if isinstance(value, str)]
        if isinstance(inner, ast.Global | ast.Nonlocal):
            candidates += [of_identifier(name) for name in inner.names]
        if isinstance(inner, ast.ImportFrom | ast.Import):
            modules = [alias.name for alias in inner.names] + [getattr(inner, "module", None) or ""]
            candidates += [of_identifier(part) for module in modules for part in module.split(".")]
        for candidate in candidates:
            if candidate is not None and candidate.name is not None:
                found.setdefault(candidate.name, candidate)
    return found
