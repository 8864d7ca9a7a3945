"""A match: where a rule applies, what its metavariables hold, and whether that is certain."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from greenrules.engine.answer import YES, Answer

if TYPE_CHECKING:
    from greenrules.engine.pack import Rule
    from greenrules.engine.signatures import BoundArguments

#: What a metavariable holds: code, a run of code, or an identifier (or the text of a string literal).
Bound = ast.AST | tuple[ast.AST, ...] | str


@dataclass(frozen=True, slots=True)
class Match:
    """One place where a rule applies.

    Attributes:
        rule: the rule.
        branch: index of the alternative of ``match:`` that matched.
        nodes: one expression, or a run of consecutive statements of one block.
        bindings: name to code, ellipses under ``...0``, ``...1``, …. A run of arguments holds ``ast.expr``,
            ``ast.keyword`` and ``ast.Starred`` in source order.
        arguments: the arguments of the matched call by parameter, where its signature is known.
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
