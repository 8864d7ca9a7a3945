"""A place where a rule applies."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from greenrules.engine.answer import YES, Answer

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.match_env import Bound
    from greenrules.engine.pack import Rule
    from greenrules.engine.signatures import BoundArguments


@dataclass(slots=True)
class Match:
    """One place where a rule applies. Nothing of it is changed once it is made: there is one for every way to match.

    Attributes:
        rule: the rule.
        branch: index of the alternative of ``match:`` that matched.
        nodes: one expression, or a run of consecutive statements of one block.
        bindings: name to code, ellipses under ``...0``, ``...1``, …, in the order of the pattern's text. A run of
            arguments holds ``ast.expr``, ``ast.keyword`` and ``ast.Starred`` in source order; a run of a dictionary's
            items holds an ``ast.keyword`` without name each, from the key to the value; a run within a chain of
            attributes and calls holds its layers, innermost first; identifiers and the text of ``"$X"`` are strings.
            Arguments that may stand behind ``*`` or ``**`` are not bound.
        verdict: yes, or unknown with the reason; what is disproven is not a match.
        facts: the script, of which the arguments of a matched call are asked; None where there are none to ask for.
    """

    rule: Rule
    branch: int
    nodes: tuple[ast.AST, ...]
    bindings: Mapping[str, Bound] = field(default_factory=dict)
    verdict: Answer = YES
    facts: Facts | None = field(default=None, repr=False, compare=False)

    @property
    def node(self) -> ast.AST:
        """The first node, whose position is that of the match."""
        return self.nodes[0]

    @property
    def arguments(self) -> BoundArguments | None:
        """Of a matched call: its arguments by parameter (by keyword alone, where the signature is not known).

        The call is the expression itself, or the value of the one statement.
        """
        node: ast.AST | None = self.nodes[0] if len(self.nodes) == 1 else None
        if isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign | ast.Return):
            node = node.value
        if isinstance(node, ast.Await):
            node = node.value
        facts = self.facts
        if facts is None or not isinstance(node, ast.Call):
            return None
        return facts.bind(node, facts.signature_at(node, self.rule.data.get("signature")))

    def told(self, verdict: Answer) -> Match:
        """The same with a verdict."""
        return Match(self.rule, self.branch, self.nodes, self.bindings, verdict, self.facts)

    def binding(self, bindings: Mapping[str, Bound]) -> Match:
        """The same with other bindings."""
        return Match(self.rule, self.branch, self.nodes, bindings, self.verdict, self.facts)
