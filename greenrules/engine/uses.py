"""Where the value of an expression goes."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from greenrules.engine.answer import Answer

UseKind = Literal[
    "attribute",
    "attribute-store",
    "subscript",
    "subscript-store",
    "call",
    "argument",
    "operand",
    "iterate",
    "unpack",
    "format",
    "test",
    "with",
    "augmented",
    "spread",
    "return",
    "store",
    "display",
    "match",
    "delete",
    "other",
]


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a value.

    Attributes:
        node: the expression that stands for the value there: the Name or Attribute that loads it, or the value itself.
        context: the node it is used in, its parent.
        kind: what is done with it.
    """

    node: ast.expr
    context: ast.AST
    kind: UseKind


@dataclass(frozen=True, slots=True)
class Uses:
    """Every use that could be followed, in source order, and whether the value reaches code that cannot be seen."""

    uses: tuple[Use, ...]
    escapes: Answer
