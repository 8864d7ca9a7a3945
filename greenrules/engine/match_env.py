"""What a match has bound so far, when two pieces of code are equal, and how much work a match may cost."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Bound = ast.AST | tuple[ast.AST, ...] | str

_IGNORED = frozenset({"ctx", "type_comment", "kind"})


class TooCostly(Exception):
    """A match took more steps than it may: nothing is known of this place."""


@dataclass(slots=True)
class Purse:
    """Steps that matching may still take; spent by every place that draws on it."""

    steps: int

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return self.steps < 0


@dataclass(slots=True)
class Env:
    """Bindings, and a doubt where one has come up. Never changed in place; one is made for each new binding.

    Attributes:
        bindings: metavariable → code.
        doubt: why the match is not certain, empty when it is.
    """

    bindings: dict[str, Bound] = field(default_factory=dict)
    doubt: str = ""

    def bind(self, name: str | None, value: Bound) -> Env | None:
        """With a metavariable bound; None when it already holds other code."""
        if name is None:
            return self
        held = self.bindings.get(name)
        if held is not None:
            return self if same(held, value) else None
        return Env({**self.bindings, name: value}, self.doubt)

    def doubtful(self, reason: str) -> Env:
        """With a doubt; the first one is kept."""
        return self if self.doubt else Env(self.bindings, reason)

    def key(self, names: Iterable[str]) -> tuple[int, ...]:
        """What the bindings of some names are, for remembering that a state leads nowhere."""
        return tuple(map(id, map(self.bindings.get, names)))


#: All ways in which something matches; a tuple of one or none where that is told without a search.
Ways = Iterable[Env]


def then(ways: Ways, following: Callable[[Env], Ways]) -> Ways:
    """All ways in which something matches, and with each of them what follows."""
    if ways.__class__ is tuple:
        return following(ways[0]) if ways else ()
    return _each(ways, following)


def _each(ways: Ways, following: Callable[[Env], Ways]) -> Iterator[Env]:
    for env in ways:
        yield from following(env)


def only(env: Env | None) -> Ways:
    """The one way, or none."""
    return () if env is None else (env,)


def identifier(value: Any) -> str | None:
    """The identifier that a bound value is, or None when it is other code."""
    if isinstance(value, str):
        return value
    if isinstance(value, ast.Name):
        return value.id
    if isinstance(value, ast.arg):
        return value.arg
    if isinstance(value, ast.MatchAs) and value.pattern is None:
        return value.name
    return None


def same(left: Any, right: Any) -> bool:
    """Whether two pieces of code are equal: the same syntax tree, positions and quotes left aside.

    An identifier is equal to the name it spells: the parameter ``x`` to the expression ``x``.
    """
    if left is right:
        return True
    if isinstance(left, str | ast.arg | ast.MatchAs) or isinstance(right, str | ast.arg | ast.MatchAs):
        name = identifier(left)
        if name is not None and name == identifier(right):
            return True
    if isinstance(left, tuple | list):
        return (
            isinstance(right, tuple | list)
            and len(left) == len(right)
            and all(same(a, b) for a, b in zip(left, right, strict=True))
        )
    if type(left) is not type(right):
        return False
    if isinstance(left, ast.AST):
        return all(
            same(getattr(left, name, None), getattr(right, name, None)) for name in left._fields if name not in _IGNORED
        )
    return bool(left == right)
