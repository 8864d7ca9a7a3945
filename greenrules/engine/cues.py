"""Cues: what the text of a script must show for a pattern to match anywhere in it.

A cue is written as it is looked for (:attr:`greenrules.engine.outline.Outline.forms`):

===========  ========================================================
``name``     the word stands in the code
``name(``    it is called, by itself or as an attribute
``=name(``   it is called by itself
``=name([``  it is called by itself, a list or comprehension first
``.name``    it is an attribute
``.name(``   it is called as an attribute
``in[``      a list follows ``in``
``**3``      something is raised to the third power
===========  ========================================================
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from greenrules.engine.holes import PREFIX, of_identifier
from greenrules.engine.match_quick import ASSOCIATIVE
from greenrules.engine.match_runs import known_hole

#: how a form of a word ends that is called
CALLED = ("(", "((", "([", "(*")
_LISTS = (ast.List, ast.ListComp)
#: nodes that a word of their own begins
_KEYWORDS: dict[type[ast.AST], str] = {
    ast.FunctionDef: "def",
    ast.AsyncFunctionDef: "def",
    ast.ClassDef: "class",
    ast.For: "for",
    ast.AsyncFor: "for",
    ast.While: "while",
    ast.With: "with",
    ast.AsyncWith: "with",
    ast.If: "if",
    ast.comprehension: "for",
    ast.Lambda: "lambda",
}


@lru_cache(maxsize=4096)
def forms_of(cue: str) -> frozenset[str]:
    """The forms of words of which a text with this cue shows one."""
    if cue == "in[":
        return frozenset({cue})
    if cue.startswith("**"):
        return frozenset({cue, "**"})
    word = cue.strip(".=([")
    before = (".",) if cue[0] == "." else ("",) if cue[0] == "=" else ("", ".")
    # Around a list there may be parentheses of its own.
    after = CALLED[1:] if cue.endswith("([") else CALLED if cue.endswith("(") else ("", *CALLED)
    return frozenset(lead + word + tail for lead in before for tail in after)


def cues_of(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """The cues that every match of a pattern shows.

    Args:
        nodes: the pattern's, annotated; the first is where its match starts.
    """
    found: set[str] = set()
    for place, node in enumerate(nodes):
        found.update(_cues(node, spelled=place == 0))
    return frozenset(found)


def _cues(node: Any, *, spelled: bool) -> Iterator[str]:
    """The cues of one node.

    Args:
        node: of a pattern.
        spelled: whether what stands in its place must be spelled alike, or under another name that an import or an
            assignment gives. Elsewhere a name stands for whatever is known to have the same value.
    """
    hole = known_hole(node)
    if hole is not None:
        if hole.inner is not None:
            yield from _cues(hole.inner, spelled=False)
        return
    if isinstance(node, ast.Call):
        yield from _call(node, spelled=spelled)
    elif isinstance(node, ast.Attribute):
        yield from _attribute(node, "")
    elif isinstance(node, ast.Name):
        yield node.id
    elif getattr(node, "_literal", None) is None:
        yield from _others(node, spelled=spelled)


def _call(node: ast.Call, *, spelled: bool) -> Iterator[str]:
    callee = node.func
    if isinstance(callee, ast.Attribute):
        # A name may have been assigned before it is called; a method is called where it stands.
        strict = spelled or getattr(callee, "_parts", None) is None
        yield from _attribute(callee, "(" if strict else "")
    elif isinstance(callee, ast.Name) and not callee.id.startswith(PREFIX):
        if hasattr(builtins, callee.id):
            listed = node.args and isinstance(node.args[0], _LISTS) and getattr(node.args[0], "_literal", None) is None
            yield f"={callee.id}([" if listed else f"={callee.id}("
        else:
            yield f"{callee.id}(" if spelled else callee.id
    else:
        yield from _cues(callee, spelled=spelled)
    for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
        # The value of a keyword may be written elsewhere, under a name.
        yield from _cues(argument, spelled=False)


def _attribute(node: ast.Attribute, after: str) -> Iterator[str]:
    dotted = getattr(node, "_parts", None) is not None
    if not node.attr.startswith(PREFIX):
        # ``from a.b import c`` spells only the last part of ``a.b.c``.
        yield f"{'' if dotted else '.'}{node.attr}{after}"
    elif (hole := of_identifier(node.attr)) is not None and hole.kind == "many":
        yield from _cues(node.value, spelled=False)
        return
    if not dotted:
        yield from _cues(node.value, spelled=False)


def _others(node: Any, *, spelled: bool) -> Iterator[str]:
    if (keyword := _KEYWORDS.get(type(node))) is not None:
        yield keyword
    if isinstance(node, ast.For | ast.AsyncFor) and isinstance(node.iter, ast.List):
        if getattr(node.iter, "_literal", None) is None:
            yield "in["
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        known = getattr(node.right, "_literal", None)
        if known is not None and type(known[0]) is int and known[0] >= 0:
            yield f"**{known[0]}"
    elif isinstance(node, ast.ImportFrom) and node.module and PREFIX not in node.module:
        yield node.module.rpartition(".")[2]
    names = isinstance(
        node,
        ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.alias | ast.arg | ast.ExceptHandler | ast.MatchAs,
    )
    spelled = spelled and not (isinstance(node, ast.BinOp) and isinstance(node.op, ASSOCIATIVE))
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            first = field == "left" or not isinstance(node, ast.Compare)
            yield from _cues(value, spelled=spelled and first and isinstance(value, ast.expr))
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, ast.AST):
                    yield from _cues(item, spelled=False)
        elif names and field in ("name", "arg") and isinstance(value, str) and PREFIX not in value and value != "*":
            yield value.rpartition(".")[2]
