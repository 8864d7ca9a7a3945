"""What a rewrite wants done to a text: spans to replace, by literal text and by spans of the original.

A span that a replacement keeps (a captured metavariable) is rendered with the edits that other rewrites, or the same
one, make inside it. That is how nested rewrites compose in one pass: see :mod:`greenrules.engine.splice`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from greenrules.engine.imports import Wanted
    from greenrules.engine.prepend import Prelude


class Keep(NamedTuple):
    """A span of the original text that a replacement reproduces. Offsets are in characters, the end excluded."""

    start: int
    end: int


Piece = str | Keep


class Edit(NamedTuple):
    """Replace ``[start, end)`` of the original text by the pieces; an empty span inserts."""

    start: int
    end: int
    pieces: tuple[Piece, ...]

    @property
    def keeps(self) -> tuple[Keep, ...]:
        """The spans of the original that the replacement reproduces."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Keep))

    def loses(self, start: int, end: int) -> bool:
        """Whether a span of the original is inside this edit and not reproduced by it."""
        inside = self.start <= start and end <= self.end
        return inside and not any(keep.start <= start and end <= keep.end for keep in self.keeps)


def replace(start: int, end: int, *pieces: Piece) -> Edit:
    """An edit from its pieces, empty texts left out."""
    return Edit(start, end, tuple(piece for piece in pieces if piece != ""))


class Refusal(NamedTuple):
    """Why a site that matched is not rewritten."""

    reason: str


class Refused(Exception):
    """Raised inside the rewriting of a site; :func:`~greenrules.engine.rewrite.rewrite_match` makes a refusal of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Edits(NamedTuple):
    """One rewrite of one site; all of it is done, or nothing.

    Attributes:
        rule: full id of the rule.
        line: 1-based line of the site in the text that the offsets mean.
        edits: the changes.
        footprint: the spans whose text the rule relied on: the match without what its metavariables captured.
        span: the matched code, from its first to its last character.
        wanted: imports that the written code needs.
        preludes: statements that must stand at the top of the script.
        parameters: values written in place of the rule's parameters.
        own_names: names that the rule itself writes and that need not be bound in the script.
        trims: whether all it does is to take an import out; what others write may still need it.
    """

    rule: str
    line: int
    span: tuple[int, int]
    edits: tuple[Edit, ...] = ()
    footprint: tuple[tuple[int, int], ...] = ()
    wanted: tuple[Wanted, ...] = ()
    preludes: tuple[Prelude, ...] = ()
    parameters: Mapping[str, Any] = MappingProxyType({})
    own_names: frozenset[str] = frozenset()
    trims: bool = False

    @property
    def changes(self) -> bool:
        """Whether anything would be written."""
        return bool(self.edits or self.preludes)
