"""Signatures as data, and the arguments of a call bound to them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from greenrules.engine.answer import YES, Answer, no, unknown

ParameterKind = Literal["positional-only", "positional", "var-positional", "keyword-only", "var-keyword"]

#: how ``inspect`` prints a default that is no literal
_OBJECT = re.compile(r"<[^<>]*(?:<[^<>]*>[^<>]*)*>")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; ``default`` is its text, None when it has none."""

    name: str
    kind: ParameterKind
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of a callable, in order."""

    parameters: tuple[Parameter, ...]

    def get(self, name: str) -> Parameter | None:
        """A parameter by name."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def accepts(self, keyword: str) -> bool:
        """Whether a call may give an argument by this keyword."""
        return any(
            parameter.kind == "var-keyword"
            or (parameter.name == keyword and parameter.kind in ("positional", "keyword-only"))
            for parameter in self.parameters
        )

    def position(self, name: str) -> int | None:
        """The place of a parameter among the positional arguments, None when it has none."""
        for index, parameter in enumerate(self.parameters):
            if parameter.kind not in ("positional", "positional-only"):
                return None
            if parameter.name == name:
                return index
        return None


@dataclass(slots=True)
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


@dataclass(slots=True)
class BoundArguments:
    """The arguments of a call by parameter name.

    Attributes:
        args: parameter → argument.
        positional: positional arguments that have no parameter name (``*args`` of the callee, or no signature known).
        unknown: ``*args`` or ``**kwargs`` in the call, or the call does not fit the signature.
        complete: every positional argument has a name.
        reason: why ``unknown``.
        behind_star: where a ``*`` alone makes the call unknown, the parameters that may stand behind it; any other is
            given only where it is written. None where that cannot be told.
    """

    args: Mapping[str, BoundArg] = field(default_factory=dict)
    positional: tuple[BoundArg, ...] = ()
    unknown: bool = False
    complete: bool = True
    reason: str = ""
    behind_star: frozenset[str] | None = None

    def get(self, name: str) -> BoundArg | None:
        """The argument given for a parameter, or None."""
        return self.args.get(name)

    def present(self, name: str) -> Answer:
        """Whether an argument is given for a parameter."""
        if name in self.args:
            return YES
        if self.unknown and (self.behind_star is None or name in self.behind_star):
            return unknown(self.reason)
        if not self.complete:
            return unknown(f"the signature is not known, so a positional argument may be {name}")
        return no(f"argument {name} is not given")


@lru_cache(maxsize=4096)
def parse_signature(text: str) -> Signature | None:
    """A signature from its text, ``(a, b=1, /, *, c=None, **more)``; None when it cannot be read.

    Defaults that ``inspect`` prints as ``<…>`` are kept as ``...``.
    """
    text = text.strip()
    if not text.startswith("("):
        return None
    for candidate in (text, _OBJECT.sub("...", text)):
        try:
            tree = ast.parse(f"def _{candidate}: pass")
        except (SyntaxError, ValueError, RecursionError):
            continue
        definition = tree.body[0]
        return signature_of(definition.args) if isinstance(definition, ast.FunctionDef) else None
    return None


def signature_of(args: ast.arguments) -> Signature:
    """The signature that a function of the script was given."""
    plain = [*args.posonlyargs, *args.args]
    defaults: list[ast.expr | None] = [*[None] * (len(plain) - len(args.defaults)), *args.defaults]
    parameters = [
        Parameter(arg.arg, "positional-only" if index < len(args.posonlyargs) else "positional", _text(default))
        for index, (arg, default) in enumerate(zip(plain, defaults, strict=True))
    ]
    if args.vararg:
        parameters.append(Parameter(args.vararg.arg, "var-positional"))
    parameters += [
        Parameter(arg.arg, "keyword-only", _text(default))
        for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
    ]
    if args.kwarg:
        parameters.append(Parameter(args.kwarg.arg, "var-keyword"))
    return Signature(tuple(parameters))


def _text(default: ast.expr | None) -> str | None:
    return None if default is None else ast.unparse(default)


def bind(
    call: ast.Call, signature: Signature | None, literal: Callable[[ast.expr], Mapping[str, ast.expr] | None]
) -> BoundArguments:
    """Give each argument of a call the name of its parameter.

    Args:
        call: the call.
        signature: of the callee; None when it is not known, and positional arguments then stay without a name.
        literal: the entries of an expression that is a dictionary with known keys, else None.
    """
    found: dict[str, BoundArg] = {}
    extra: list[BoundArg] = []
    reason = ""
    star = False
    slots = [p for p in signature.parameters if p.kind in ("positional", "positional-only")] if signature else []
    takes_more = signature is not None and any(p.kind == "var-positional" for p in signature.parameters)
    for index, arg in enumerate(call.args):
        if isinstance(arg, ast.Starred):
            star = True
            continue
        bound = BoundArg(arg, None, index)
        if star or index >= len(slots):
            extra.append(bound)
        else:
            found[slots[index].name] = bound
    if signature is not None and not star and len(call.args) > len(slots) and not takes_more:
        reason = "the call has more positional arguments than its signature"
    for keyword in call.keywords:
        entries = {keyword.arg: keyword.value} if keyword.arg is not None else literal(keyword.value)
        if entries is None:
            reason = reason or "the call has **arguments"
            continue
        for name, value in entries.items():
            if name in found:
                reason = reason or f"argument {name} is given twice"
            elif signature is not None and not signature.accepts(name):
                reason = reason or f"the signature has no argument {name}"
            found.setdefault(name, BoundArg(value, keyword, None, spread=keyword.arg is None))
    behind = frozenset(slot.name for slot in slots if slot.name not in found)
    return BoundArguments(
        found,
        tuple(extra),
        star or bool(reason),
        signature is not None or not extra,
        reason or ("the call has *arguments" if star else ""),
        behind if star and signature is not None and not reason else None,
    )


def literal_entries(node: ast.expr | None) -> Mapping[str, ast.expr] | None:
    """The entries of a dictionary display whose keys are all plain strings, else None."""
    if not isinstance(node, ast.Dict):
        return None
    entries: dict[str, ast.expr] = {}
    for key, entry in zip(node.keys, node.values, strict=True):
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            return None
        entries[key.value] = entry
    return entries
