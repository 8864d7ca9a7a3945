"""Signatures as data, and the arguments of a call bound to them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from greenrules.engine.answer import YES, Answer, no, unknown


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; ``default`` is its text, None when it has none."""

    name: str
    kind: Literal["positional-only", "positional", "var-positional", "keyword-only", "var-keyword"]
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of a callable, in order."""

    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class BoundArg:
    """An argument of a call.

    Attributes:
        node: its value.
        keyword: the keyword node that gives it, or None when it is positional.
        index: its place among ``call.args``, None for a keyword.
        spread: it comes out of a literal ``**{...}``; ``keyword`` is then that whole spread.
    """

    node: ast.expr
    keyword: ast.keyword | None = None
    index: int | None = None
    spread: bool = False


@dataclass(frozen=True, slots=True)
class BoundArguments:
    """The arguments of a call by parameter name.

    Attributes:
        args: parameter → argument.
        positional: positional arguments that have no parameter name (``*args`` of the callee, or no signature known).
        unknown: ``*args`` or ``**kwargs`` in the call, or the call does not fit the signature.
        complete: every positional argument has a name.
        reason: why ``unknown``.
    """

    args: Mapping[str, BoundArg] = field(default_factory=dict)
    positional: tuple[BoundArg, ...] = ()
    unknown: bool = False
    complete: bool = True
    reason: str = ""

    def get(self, name: str) -> BoundArg | None:
        """The argument given for a parameter, or None."""
        return self.args.get(name)

    def present(self, name: str) -> Answer:
        """Whether an argument is given for a parameter."""
        if name in self.args:
            return YES
        if self.unknown:
            return unknown(self.reason)
        if not self.complete:
            return unknown("the signature is not known, so a positional argument may be it")
        return no(f"argument {name} is not given")
