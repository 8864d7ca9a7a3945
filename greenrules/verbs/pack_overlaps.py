"""Rules of a pack that are at odds: what comes out depends on which of the two is declared first."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from greenrules.engine.candidates import first_values
from greenrules.engine.compose import apply_rules
from greenrules.engine.edits import Refusal
from greenrules.engine.examples import Equipped
from greenrules.engine.facts import Facts
from greenrules.engine.find import find
from greenrules.engine.imports import imports_of
from greenrules.engine.rewrite import rewrite_match
from greenrules.engine.source import Source, read_source
from greenrules.engine.splice import Chosen
from greenrules.engine.syntax import read
from greenrules.errors import GreenrulesError, Position

if TYPE_CHECKING:
    from greenrules.engine.edits import Edits
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.pack import Rule
    from greenrules.engine.target import Target


@dataclass(frozen=True)
class Overlap:
    """Two rules that are at odds, and where that shows."""

    position: Position
    message: str


def overlaps(rules: Sequence[Rule], knowledge: Knowledge, target: Target) -> Iterator[Overlap]:
    """Pairs of rules that match the same code and have not said what they are to one another.

    Two rules with the same ``match`` and ``where`` are such a pair. So are two that are applied unmeasured, one of
    which rewrites an example of the other so that their order decides what comes out; among others a measurement does.
    Pairs that name one another (``excludes``, ``needs``) or a group (``alternatives``, ``together``) have said so.

    Args:
        rules: of one pack, with their predicates.
        knowledge: what packs know of libraries.
        target: what the target interpreter knows of them.
    """
    same: dict[str, Rule] = {}
    for rule in rules:
        twin = same.setdefault(repr((rule.data.get("match"), rule.data.get("where", []))), rule)
        if twin is not rule and not _related(rule, twin):
            message = f"{rule.full_id} matches the same code as {twin.full_id}; name 'alternatives'"
            yield Overlap(rule.position, message)
    writing = [rule for rule in rules if _unmeasured(rule)]
    target = Equipped(target, frozenset(name for rule in writing for name in rule.spec.requires))
    seen: set[frozenset[str]] = set()
    for rule in writing:
        for number, example in enumerate(rule.spec.examples):
            if example.before is None:
                continue
            source = read_source("example.py", example.before.encode())
            for other in _rivals(rule, writing, source, knowledge, target):
                pair = frozenset({rule.full_id, other.full_id})
                if pair in seen or _related(rule, other) or _confluent(rule, other, source, knowledge, target):
                    continue
                seen.add(pair)
                place = rule.examples[number] if number < len(rule.examples) else rule.position
                yield Overlap(
                    place,
                    f"{rule.full_id}: {other.full_id} rewrites example {number + 1} too, and what comes out depends on "
                    "their order; name 'alternatives', 'excludes' or 'needs', or narrow one of them",
                )


def _rivals(rule: Rule, rules: Sequence[Rule], source: Source, knowledge: Knowledge, target: Target) -> Iterator[Rule]:
    """Rules whose edits cannot be made together with those of a rule."""
    facts = Facts(source, knowledge, target)
    imports = imports_of(facts)
    try:
        matches = [match for match in find(facts, rules) if match.verdict.yes]
        wishes: dict[str, list[Edits]] = {}
        for match in matches:
            edits = rewrite_match(match, facts, first_values(match.rule), imports)
            if not isinstance(edits, Refusal) and edits.changes:
                wishes.setdefault(match.rule.full_id, []).append(edits)
    except GreenrulesError:
        return  # an example that is no Python is told by the examples
    mine = Chosen()
    for edits in wishes.get(rule.full_id, ()):
        mine.add(0, edits.edits, edits.footprint)
    for other in rules:
        theirs = wishes.get(other.full_id, ()) if other is not rule else ()
        if any(mine.clash(edits.edits, edits.footprint) is not None for edits in theirs):
            yield other


def _unmeasured(rule: Rule) -> bool:
    """Whether a rule is applied without a measurement that could choose between it and another."""
    spec = rule.spec
    return spec.writes and spec.level == "exact" and not (spec.parameters or spec.alternatives or spec.opt_in)


def _related(one: Rule, two: Rule) -> bool:
    """Whether rules say what they are to one another."""
    mine, theirs = one.spec, two.spec
    return (
        (mine.alternatives is not None and mine.alternatives == theirs.alternatives)
        or (mine.together is not None and mine.together == theirs.together)
        or bool({two.id, two.full_id} & {*mine.excludes, *mine.needs})
        or bool({one.id, one.full_id} & {*theirs.excludes, *theirs.needs})
    )


def _confluent(one: Rule, two: Rule, source: Source, knowledge: Knowledge, target: Target) -> bool:
    """Whether the same text comes out whichever of two rules is declared first."""
    chosen = {one.full_id, two.full_id}
    values = {rule.full_id: first_values(rule) for rule in (one, two)}
    results = {
        _meaning(apply_rules(source, ordered, knowledge, target, chosen=chosen, parameters=values, draft=True).text)
        for ordered in (
            [replace(one, order=("", "", 0)), replace(two, order=("", "", 1))],
            [replace(two, order=("", "", 0)), replace(one, order=("", "", 1))],
        )
    }
    return len(results) == 1


class _Keywords(ast.NodeTransformer):
    """Puts the keywords of every call in one order."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        node.keywords.sort(key=lambda keyword: keyword.arg or "~")
        return node


def _meaning(text: str) -> str:
    """A text without what is a matter of writing: comments, layout, the order of keywords and imports."""
    tree = _Keywords().visit(read(text))
    imports = sorted(ast.unparse(stmt) for stmt in tree.body if isinstance(stmt, ast.Import | ast.ImportFrom))
    rest = [ast.unparse(stmt) for stmt in tree.body if not isinstance(stmt, ast.Import | ast.ImportFrom)]
    return "\n".join([*imports, *rest])
