"""A place where a rule applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from greenrules.engine.answer import YES, Answer

if TYPE_CHECKING:
    import ast

    from greenrules.engine.match_env import Bound
    from greenrules.engine.pack import Rule
    from greenrules.engine.signatures import BoundArguments


@dataclass(frozen=True, slots=True)
class Match:
    """One place where a rule applies.

    Attributes:
        rule: the rule.
        branch: index of the alternative of ``match:`` that matched.
        nodes: one expression, or a run of consecutive statements of one block.
        bindings: name to code, ellipses under ``...0``, ``...1``, …, in the order of the pattern's text. A run of
            arguments holds ``ast.expr``, ``ast.keyword`` and ``ast.Starred`` in source order; a run of a dictionary's
            items holds an ``ast.keyword`` without name each, from the key to the value; a run within a chain of
            attributes and calls holds its layers, innermost first; identifiers and the text of ``"$X"`` are strings.
            Arguments that may stand behind ``*`` or ``**`` are not bound.
        arguments: of a matched call: its arguments by parameter (by keyword alone, where the signature is not known).
        verdict: yes, or unknown with the reason; what is disproven is not a match.
    """

    rule: Rule
    branch: int
    nodes: tuple[ast.AST, ...]
    bindings: Mapping[str, Bound] = field(default_factory=dict)
    arguments: BoundArguments | None = None
    verdict: Answer = YES

    @property
    def node(self) -> ast.AST:
        """The first node, whose position is that of the match."""
        return self.nodes[0]
