"""What reads or binds names in ways the text does not show: ``exec``, ``globals()``, a notebook's ``%run``."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import NamedTuple

from greenrules.engine.scopes import Scopes
from greenrules.engine.source import Source

_NAMESPACES = ("globals", "locals", "vars")
_BINDING_MAGIC = re.compile(r"%{1,2}(?:run|load|pylab|reset|reset_selective|store|xdel|macro|rerun|recall)\b")


class Dynamics(NamedTuple):
    """Code that goes behind the text's back.

    Attributes:
        binds: what may bind any name, as a sentence; empty when nothing does.
        reads: what may read any name; empty when nothing does.
        words: identifiers that magics of a notebook mention.
    """

    binds: str = ""
    reads: str = ""
    words: frozenset[str] = frozenset()


def find(source: Source, scopes: Scopes, parents: Mapping[ast.AST, ast.AST]) -> Dynamics:
    """Look for such code in a file."""
    binds = reads = ""
    for name in ("exec", "eval", *_NAMESPACES):
        for node in scopes.loads(name) if source.mentions(name) else ():
            if scopes.owner(name, scopes.of_name[node]) is not None:
                continue
            call = parents.get(node)
            if name in ("vars", "dir") and isinstance(call, ast.Call) and call.args:
                continue
            reads = reads or f"{name}() on line {node.lineno} may read any name"
            if name == "exec" or (name != "eval" and _writes(call, parents)):
                binds = binds or f"{name}() on line {node.lineno} may bind any name"
    masks = source.notebook.masks if source.notebook else ()
    for mask in masks:
        if _BINDING_MAGIC.match(mask.text.lstrip()):
            first = mask.text.strip().splitlines()[0]
            binds = binds or f"the magic {first!r} may bind any name"
            reads = reads or f"the magic {first!r} may read any name"
    words = frozenset(word for mask in masks for word in re.findall(r"[^\W\d]\w*", mask.text))
    return Dynamics(binds, reads, words)


def _writes(call: ast.AST | None, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether a namespace that a call gives is written to, or handed on to who knows what."""
    user = parents.get(call) if call is not None else None
    if isinstance(user, ast.Subscript):
        return not isinstance(user.ctx, ast.Load)
    if isinstance(user, ast.Attribute):
        return user.attr not in ("get", "keys", "values", "items", "copy")
    return not isinstance(user, (ast.Compare, ast.For, ast.comprehension, ast.FormattedValue))
