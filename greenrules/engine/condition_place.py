"""Conditions on where a match stands: what is around it, before it and after it, and what the script imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from greenrules.engine.answer import YES, Answer, any_of, no, unknown
from greenrules.engine.children import walk
from greenrules.engine.conditions import Unguarded
from greenrules.engine.match import Found, match_pattern, promising
from greenrules.engine.match_quick import NO_GUARDS
from greenrules.engine.pattern import Pattern
from greenrules.engine.places import places_of
from greenrules.engine.prefilter import may_stand
from greenrules.engine.script_index import remembered, shared_of
from greenrules.engine.spoken import imports

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.match import Bound, Match


@dataclass(frozen=True, slots=True)
class Near(Unguarded):
    """``inside P``, ``contains P``, ``after P``, ``before P``; what the match binds means the same code in P."""

    cost: ClassVar[int] = 3

    where: Literal["inside", "contains", "after", "before"]
    pattern: Pattern

    @property
    def binds(self) -> frozenset[str]:
        """What P binds, and the match does not."""
        return self.pattern.metavariables

    def answer(self, match: Match, facts: Facts) -> Answer:
        """By looking at the code around."""
        return any_of(answer for answer, _ in self.ways(match, facts))

    def ways(self, match: Match, facts: Facts) -> Iterator[tuple[Answer, Mapping[str, Bound]]]:
        """Every place that P matches, the nearest first."""
        text = self.pattern.text.strip()
        if self.where == "inside":
            yield from ((found.certain, found.bindings) for found in self._around(match, facts))
            yield no(f"it is not inside {text}"), {}
        elif self.where == "contains":
            yield from ((found.certain, found.bindings) for found in self._within(match, facts))
            yield no(f"it does not contain {text}"), {}
        else:
            yield from self._beside(match, facts)
            yield no(f"nothing {self.where} it is {text}"), {}

    def _around(self, match: Match, facts: Facts) -> Iterator[Found]:
        if not may_stand(self.pattern.words, facts):
            return
        for node in facts.ancestors(match.node):
            if self.pattern.kind == "expression":
                if isinstance(node, ast.expr):
                    yield from match_pattern(self.pattern, facts, node, match.bindings)
            elif isinstance(node, ast.stmt):
                block, index = facts.block(node)
                for start in range(index + 1):
                    for found in match_pattern(self.pattern, facts, block[start], match.bindings):
                        if start + len(found.nodes) > index:
                            yield found

    def _within(self, match: Match, facts: Facts) -> Iterator[Found]:
        if not may_stand(self.pattern.words, facts):
            return
        for node in match.nodes:
            for inner in walk(node):
                if inner is node and len(match.nodes) == 1 and self.pattern.kind == "expression":
                    continue
                yield from self._at(inner, match.bindings, facts)

    def _at(self, node: ast.AST, bindings: Mapping[str, Bound], facts: Facts) -> Iterator[Found]:
        if self.pattern.kind == "expression":
            if isinstance(node, ast.expr):
                yield from match_pattern(self.pattern, facts, node, bindings)
        elif isinstance(node, ast.stmt):
            yield from match_pattern(self.pattern, facts, node, bindings)

    def _beside(self, match: Match, facts: Facts) -> Iterator[tuple[Answer, Mapping[str, Bound]]]:
        own = facts.statement(match.node)
        if own is None:
            return
        inside = {id(node) for top in match.nodes for node in walk(top)}
        for node, found in self._sites(match, facts):
            if id(node) not in inside:
                order = self._order(node, own, facts)
                yield found.certain if order.yes else order, found.bindings

    def _sites(self, match: Match, facts: Facts) -> list[tuple[ast.AST, Found]]:
        """Where the pattern matches; remembered where the match has no say in it."""
        bindings = {name: match.bindings[name] for name in self.pattern.metavariables if name in match.bindings}

        def search() -> list[tuple[ast.AST, Found]]:
            if not may_stand(self.pattern.words, facts):
                return []
            shared = shared_of(facts)
            return [
                (node, found)
                for node in places_of(facts).starts(self.pattern.kinds, self.pattern.anchors)
                if promising(self.pattern, facts, node, shared.renamed, NO_GUARDS)
                for found in self._at(node, bindings, facts)
            ]

        return search() if bindings else remembered(facts, f"sites of {self.pattern.text}", search)

    def _order(self, site: ast.AST, own: ast.stmt, facts: Facts) -> Answer:
        """Whether a place runs before a statement, or after it, whenever the statement runs."""
        crossing = False
        levels: dict[int, tuple[ast.stmt, bool]] = {}
        for node in (own, *facts.ancestors(own)):
            if isinstance(node, ast.stmt):
                levels[id(facts.block(node)[0])] = (node, crossing)
                crossing = crossing or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        first = facts.statement(site)
        chain = [first, *(node for node in facts.ancestors(first) if isinstance(node, ast.stmt))] if first else []
        for node in chain:
            block, index = facts.block(node)
            if id(block) not in levels:
                continue
            anchor, called = levels[id(block)]
            place = facts.block(anchor)[1]
            deferred = facts.function(site) is not facts.function(node)
            direct = node is first and not deferred
            if index == place:
                header = node is first and anchor is not own and not called
                return YES if header and self.where == "after" else unknown("the order is not known")
            if (index < place) == (self.where == "after"):
                plain = direct and (self.where == "after" or not called)
                return YES if plain else unknown("it may not run every time")
            again = deferred or called if self.where == "after" else deferred
            if again or facts.in_loop(node).possible:
                return unknown("a loop or a call may change the order")
            return no("it stands on the other side")
        return unknown("the order is not known")


@dataclass(frozen=True, slots=True)
class InLoop(Unguarded):
    """``in loop``."""

    cost: ClassVar[int] = 1

    def answer(self, match: Match, facts: Facts) -> Answer:
        """In a loop's body or condition, or a comprehension's element or condition, not across a ``def``."""
        return facts.in_loop(match.node)


@dataclass(frozen=True, slots=True)
class AtModuleLevel(Unguarded):
    """``at module level``: in no function and no class."""

    cost: ClassVar[int] = 1

    def answer(self, match: Match, facts: Facts) -> Answer:
        """By the definitions around."""
        for node in facts.ancestors(match.node):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
                return no("it is in a function or a class")
        return YES


@dataclass(frozen=True, slots=True)
class ScriptImports(Unguarded):
    """``script imports Q``: the module, one below it, or a name out of it, anywhere in the script."""

    cost: ClassVar[int] = 1

    name: str

    def answer(self, match: Match, facts: Facts) -> Answer:
        """By import statements."""
        return YES if imports(facts, self.name) else no(f"the script does not import {self.name}")


@dataclass(frozen=True, slots=True)
class StageIs(Unguarded):
    """``stage is ROLE``."""

    cost: ClassVar[int] = 4

    role: str

    def answer(self, match: Match, facts: Facts) -> Answer:
        """By the role of the statement."""
        from greenrules.engine.stages import role_at

        role = role_at(facts, match.node)
        if role is None:
            return unknown("the statement has no role")
        return YES if role == self.role else no(f"its stage is {role}")
