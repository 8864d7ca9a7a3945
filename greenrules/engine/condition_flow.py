"""Conditions on what happens to a value: its uses, its changes, its effects."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Literal

from greenrules.engine.answer import YES, Answer, all_of, any_of, negate, no, unknown
from greenrules.engine.children import walk
from greenrules.engine.conditions import Unguarded
from greenrules.engine.holes import encode
from greenrules.engine.match import match_pattern
from greenrules.engine.match_env import identifier
from greenrules.engine.pattern import Pattern

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.match import Bound, Match
    from greenrules.engine.scopes import Binding
    from greenrules.engine.uses import Use, Uses

_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def value_of(match: Match) -> ast.expr | Answer:
    """The value that ``result`` means: the matched expression, or what the matched statement assigns."""
    node = match.node
    if len(match.nodes) == 1:
        if isinstance(node, ast.expr):
            return node
        if isinstance(node, ast.Expr):
            return node.value
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            return node.value
    return unknown("the match has no single result")


def _nodes(bound: Bound | None, match: Match) -> Sequence[ast.AST] | Answer:
    """The code of a region."""
    if isinstance(bound, tuple):
        return bound
    if isinstance(bound, ast.AST):
        return (bound,)
    return unknown("the region is not code")


def _binding(node: ast.Name | ast.arg, facts: Facts) -> Binding | None:
    """The binding that a name in a target, or a parameter, is."""
    name = node.id if isinstance(node, ast.Name) else node.arg
    scope = facts.scope(node)
    while scope is not None:
        for binding in scope.bindings.get(name, ()):
            if binding.node is node:
                return binding
        scope = scope.parent  # type: ignore[assignment]
    return None


@dataclass(frozen=True, slots=True)
class UsedOnlyAs(Unguarded):
    """``$X used only as P or P in $...BODY``, ``result used only as P or P``.

    In P, ``$X`` (or ``$_``) is the value where it is used. With a region only the uses in it count.
    """

    cost: ClassVar[int] = 4

    variable: str | None
    patterns: tuple[Pattern, ...]
    region: str | None

    def answer(self, match: Match, facts: Facts) -> Answer:
        """Every later use must have one of the forms."""
        region: set[int] | None = None
        if self.region is not None:
            nodes = _nodes(match.bindings.get(self.region), match)
            if isinstance(nodes, Answer):
                return nodes
            region = {id(inner) for node in nodes for inner in walk(node)}
        uses = self._uses(match, facts, region)
        if isinstance(uses, Answer):
            return uses
        return all_of(self._allowed(use, match, facts) for use in uses)

    def _uses(self, match: Match, facts: Facts, region: set[int] | None) -> list[Use] | Answer:
        found: list[Uses] = []
        own: set[int] = set()
        if self.variable is None:
            value = value_of(match)
            if isinstance(value, Answer):
                return value
            found.append(facts.uses(value))
        else:
            bound = match.bindings.get(self.variable)
            if isinstance(bound, str):
                bound = next(
                    (n for top in match.nodes for n in walk(top) if isinstance(n, ast.Name) and n.id == bound), None
                )
            if isinstance(bound, ast.Name | ast.arg) and not isinstance(getattr(bound, "ctx", None), ast.Load):
                binding = _binding(bound, facts)
                if binding is None:
                    return unknown(f"the uses of ${self.variable} cannot be followed")
                found.append(facts.uses(binding))
            elif isinstance(bound, ast.Name):
                found += [facts.uses(binding) for binding in facts.bindings(bound.id, bound)]
                if not found:
                    return unknown(f"the uses of ${self.variable} cannot be followed")
                own = {id(inner) for node in match.nodes for inner in walk(node)}
            elif isinstance(bound, ast.expr):
                found.append(facts.uses(bound))
            else:
                return unknown(f"the uses of ${self.variable} cannot be followed")
        uses = [use for each in found for use in each.uses]
        for each in found:
            # An escape is a use of a form that is not allowed, or one that cannot be seen at all.
            if not each.uses and each.escapes.value is not False:
                return unknown(each.escapes.reason)
        if region is not None:
            return [use for use in uses if id(use.node) in region]
        return [use for use in uses if id(use.node) not in own]

    def _allowed(self, use: Use, match: Match, facts: Facts) -> Answer:
        around = [use.node, *_expressions(facts, use.node)]
        bindings = {name: value for name, value in match.bindings.items() if name != self.variable}
        answers = []
        for pattern in self.patterns:
            name = self.variable if self.variable in pattern.metavariables else _SUBJECT
            subjects = _subjects(pattern, self.variable)
            for node in around:
                for subject in subjects:
                    matches = match_pattern(subject, facts, node, bindings)
                    answers += [found.certain for found in matches if found.bindings.get(name) is use.node]
        line = getattr(use.node, "lineno", None)
        return any_of([*answers, no(f"line {line}: used as {ast.unparse(_context(use))}")])


_SUBJECT = "_SUBJECT_"


def _context(use: Use) -> ast.AST:
    return use.context if isinstance(use.context, ast.expr) else use.node


def _expressions(facts: Facts, node: ast.AST) -> Iterator[ast.AST]:
    """The expressions around a node, and the statement they stand in."""
    for outer in facts.ancestors(node):
        if isinstance(outer, ast.expr):
            yield outer
        elif isinstance(outer, ast.stmt):
            yield outer
            return


@lru_cache(maxsize=1024)
def _subjects(pattern: Pattern, variable: str | None) -> tuple[Pattern, ...]:
    """A pattern with the place of the value named: as it is where it names ``$X``, else with each ``$_`` in turn."""
    if variable is not None and variable in pattern.metavariables:
        return (pattern,)
    blank = encode("one", "_")
    pieces = pattern.encoded.split(blank)
    texts = (
        blank.join(pieces[:place]) + encode("one", _SUBJECT) + blank.join(pieces[place:])
        for place in range(1, len(pieces))
    )
    return tuple(Pattern(pattern.text, pattern.kind, pattern.words, text, pattern.metavariables) for text in texts)


@dataclass(frozen=True, slots=True)
class Unused(Unguarded):
    """``result unused``: a whole expression statement, and not one that a notebook displays; an import nobody uses."""

    cost: ClassVar[int] = 1

    def answer(self, match: Match, facts: Facts) -> Answer:
        """By the statement around, or by the names that an import binds."""
        from greenrules.engine.unused_imports import unused_import

        node = match.node
        if isinstance(node, ast.Import | ast.ImportFrom):
            return all_of(
                unused_import(facts, each) if isinstance(each, ast.Import | ast.ImportFrom) else no("the match goes on")
                for each in match.nodes
            )
        statement = facts.statement(node)
        if len(match.nodes) != 1 or not isinstance(statement, ast.Expr):
            return no("the value is used")
        if node is not statement and statement.value is not node:
            return no("the value is used")
        return no("the notebook shows it") if facts.displayed(node) else YES


@dataclass(frozen=True, slots=True)
class UnusedAfter(Unguarded):
    """``$X unused after``."""

    cost: ClassVar[int] = 4

    variable: str

    def answer(self, match: Match, facts: Facts) -> Answer:
        """By liveness after the last node of the match."""
        name = identifier(match.bindings.get(self.variable))
        if name is None:
            return unknown(f"${self.variable} is not a name")
        return facts.unused_after(name, match.nodes[-1])


@dataclass(frozen=True, slots=True)
class NotReassigned(Unguarded):
    """``$X not reassigned in $...BODY``."""

    cost: ClassVar[int] = 4

    variable: str
    region: str

    def answer(self, match: Match, facts: Facts) -> Answer:
        """By the bindings in the region."""
        name = identifier(match.bindings.get(self.variable))
        nodes = _nodes(match.bindings.get(self.region), match)
        if name is None:
            return unknown(f"${self.variable} is not a name")
        return nodes if isinstance(nodes, Answer) else negate(facts.reassigned(name, nodes))


@dataclass(frozen=True, slots=True)
class NotMutated(Unguarded):
    """``$X not mutated in $...BODY``."""

    cost: ClassVar[int] = 4

    variable: str
    region: str

    def answer(self, match: Match, facts: Facts) -> Answer:
        """By what the region does to the value and its aliases."""
        bound = match.bindings.get(self.variable)
        nodes = _nodes(match.bindings.get(self.region), match)
        if isinstance(nodes, Answer):
            return nodes
        value = bound if isinstance(bound, ast.expr) and not isinstance(bound, ast.Name) else identifier(bound)
        if value is None:
            return unknown(f"${self.variable} is not a value")
        return negate(facts.mutated(value, nodes))


@dataclass(frozen=True, slots=True)
class Innocent(Unguarded):
    """``$E pure``, ``$E deterministic``."""

    cost: ClassVar[int] = 4

    variable: str
    quality: Literal["pure", "deterministic"]

    def answer(self, match: Match, facts: Facts) -> Answer:
        """Calls count as pure, or as deterministic, only where a pack says so."""
        ask = facts.pure if self.quality == "pure" else facts.deterministic
        return _of_expressions(match, self.variable, ask)


@dataclass(frozen=True, slots=True)
class Invariant(Unguarded):
    """``$E invariant in $LOOP``; an unbound ``$LOOP`` is the innermost loop around the match."""

    cost: ClassVar[int] = 4

    variable: str
    loop: str

    def answer(self, match: Match, facts: Facts) -> Answer:
        """Nothing the expression reads changes in the loop."""
        bound = match.bindings.get(self.loop)
        loop = self._loop(bound, match, facts)
        if loop is None:
            return unknown("there is no loop")
        return _of_expressions(match, self.variable, lambda node: facts.invariant(node, loop))

    def _loop(self, bound: Bound | None, match: Match, facts: Facts) -> ast.AST | None:
        if isinstance(bound, tuple):
            bound = bound[0] if bound else None
        start = bound if isinstance(bound, ast.AST) else match.node
        for node in (start, *facts.ancestors(start)):
            if isinstance(node, _LOOPS):
                return node
        return None


def _of_expressions(match: Match, variable: str, ask: Callable[[ast.expr], Answer]) -> Answer:
    """What holds of every expression that a metavariable stands for; unknown where it stands for something else."""
    bound = match.bindings.get(variable)
    many = isinstance(bound, tuple)
    nodes = bound if isinstance(bound, tuple) else (bound,)
    if not all(isinstance(node, ast.expr) or (many and isinstance(node, ast.keyword | ast.Expr)) for node in nodes):
        return unknown(f"${variable} is not an expression")
    values = (node.value if isinstance(node, ast.keyword | ast.Starred | ast.Expr) else node for node in nodes)
    return all_of(ask(node) for node in values if isinstance(node, ast.expr))


@dataclass(frozen=True, slots=True)
class Compatible(Unguarded):
    """``result compatible with Q``."""

    cost: ClassVar[int] = 4

    name: str

    def answer(self, match: Match, facts: Facts) -> Answer:
        """Every attribute the script uses exists on Q, and no code that cannot be seen gets the value."""
        value = value_of(match)
        if isinstance(value, Answer):
            return value
        used, escapes = facts.attributes_used(value)
        name = facts.knowledge.canonical(self.name)
        declared = frozenset[str]().union(
            *(facts.knowledge.attributes.get(known, frozenset()) for known in facts.knowledge.ancestors(name))
        )
        missing = sorted(used - declared)
        if missing:
            known = facts.target.attributes(name)
            if known is None:
                return unknown(f"it is not known whether {name} has {', '.join(missing)}")
            missing = [attribute for attribute in missing if attribute not in known]
        if missing:
            return no(f"{name} has no {', '.join(missing)}")
        return (
            YES if escapes.value is False else unknown(escapes.reason or "the value reaches code that cannot be seen")
        )
