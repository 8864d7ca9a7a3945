"""All places where rules apply: prefilter by the text, dispatch by node type and name, match, ask the conditions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from greenrules.engine.answer import Answer, unknown
from greenrules.engine.match import TOO_COSTLY, Found, Match, match_again, match_pattern, promising
from greenrules.engine.match_env import Purse
from greenrules.engine.match_quick import NO_GUARDS, Guards, Renamed
from greenrules.engine.prefilter import followed_by
from greenrules.engine.script_index import ScriptIndex, encloses, index_of, shared_of, spelled
from greenrules.engine.shortlist import live_rules

if TYPE_CHECKING:
    from greenrules.engine.conditions import Binder, Condition
    from greenrules.engine.facts import Facts
    from greenrules.engine.pack import Branch, Rule
    from greenrules.engine.signatures import BoundArguments

Owner = TypeVar("Owner")

#: Steps that one rule may take in one script.
TOTAL_STEPS = 500_000
#: Ways in which a pattern may match at one place before it is given up.
WAYS = 200
_WRITTEN = (ast.Store, ast.Del)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Owner]):
    """One alternative that looks for its places."""

    owner: Owner
    number: int
    branch: Branch


class _Glance:
    """What a quick look at a node asks for one alternative, brought together once for a script."""

    __slots__ = ("enclosed", "further", "guards", "pattern", "starts")

    def __init__(self, entry: Entry[Rule]) -> None:
        rule, number = entry.owner, entry.number
        self.enclosed, self.guards, self.starts = rule.enclosed[number], rule.guards[number], rule.starts[number]
        self.pattern, *others = entry.branch.patterns
        # A further pattern that begins with an ellipsis says nothing of the node, nor one that asks for code in it.
        self.further = [each for each in others if not each.deep and each.first is each.nodes[0]]

    def worthwhile(self, node: ast.AST, facts: Facts, renamed: Renamed) -> bool:
        """Whether the alternative may match at a node; False is certain."""
        if self.enclosed and not all(encloses(facts, node, called) for called in self.enclosed):
            return False
        if not promising(self.pattern, facts, node, renamed, self.guards):
            return False
        if self.further and not all(promising(each, facts, node, renamed, self.guards) for each in self.further):
            return False
        return not self.starts or all(may_start(node, facts) for may_start in self.starts)


def find(facts: Facts, rules: Iterable[Rule], *, certain: bool = False) -> list[Match]:
    """All matches, in source order; those that are not certain among them, disproven ones not.

    At one place a rule matches at most once: by the first alternative that is certain, else the first that may be.

    Args:
        facts: the script. It is parsed only when its text does not rule out that some rule matches.
        rules: in declared order.
        certain: leave out the matches that are not certain.
    """
    live = live_rules(facts, rules, certain=certain)
    if not live:
        return []
    entries = [Entry(each.rule, number, each.rule.branches[number]) for each in live for number in each.branches]
    best: dict[tuple[str, int, int], Match] = {}
    purses: dict[str, Purse] = {}
    renamed = shared_of(facts).renamed
    glances = {id(entry): _Glance(entry) for entry in entries}
    for node, entry in sites(facts, entries):
        if not glances[id(entry)].worthwhile(node, facts, renamed):
            continue
        rule = entry.owner
        purse = purses.setdefault(rule.full_id, Purse(TOTAL_STEPS))
        match = match_rule(rule, entry.number, facts, node, purse, certain=certain)
        if match is None or (certain and not match.verdict.yes):
            continue
        key = (rule.full_id, id(match.nodes[0]), len(match.nodes))
        held = best.get(key)
        if held is None or (not held.verdict.yes and match.verdict.yes):
            best[key] = match
    order = {each.rule.full_id: number for number, each in enumerate(live)}
    return sorted(best.values(), key=lambda match: (*_place(match), order[match.rule.full_id]))


def _place(match: Match) -> tuple[int, int, int, int]:
    first, last = match.nodes[0], match.nodes[-1]
    return (
        getattr(first, "lineno", 0),
        getattr(first, "col_offset", 0),
        -(getattr(last, "end_lineno", 0) or 0),
        -(getattr(last, "end_col_offset", 0) or 0),
    )


def sites(facts: Facts, entries: Sequence[Entry[Owner]]) -> Iterator[tuple[ast.AST, Entry[Owner]]]:
    """Nodes and the alternatives that can start at them, by one look at each node whose type any of them wants."""
    index = index_of(facts)
    foreign = _foreign(facts, index)
    table: dict[str, tuple[list[Entry[Owner]], dict[str, list[Entry[Owner]]]]] = {}
    before: dict[str, list[Entry[Owner]]] = {}
    for entry in entries:
        if not foreign.isdisjoint(entry.branch.roots):
            continue
        kinds = entry.branch.kinds
        following = followed_by(entry.branch.patterns[0])
        for name in following:
            before.setdefault(name, []).append(entry)
        if following:
            continue
        for name in kinds.types or _all_types(index, statements=kinds.statements):
            anywhere, named = table.setdefault(name, ([], {}))
            if kinds.last is None:
                anywhere.append(entry)
            else:
                named.setdefault(kinds.last, []).append(entry)
    renamed = shared_of(facts).renamed
    canonical = facts.knowledge.canonical
    for name, (anywhere, named) in table.items():
        if name in ("Import", "ImportFrom"):
            named = _by_module(named, canonical)
            for node in index.by_type.get(name, ()):
                for entry in anywhere:
                    yield node, entry
                for module in _modules(node):
                    for entry in named.get(canonical(module), ()):
                        yield node, entry
            continue
        for node in index.by_type.get(name, ()):
            if isinstance(getattr(node, "ctx", None), _WRITTEN):
                continue
            for entry in anywhere:
                yield node, entry
            if not named:
                continue
            word = spelled(node)
            if word is None:
                continue
            for entry in named.get(word, ()):
                yield node, entry
            for other in renamed.get(word, ()):
                if other != word:
                    for entry in named.get(other, ()):
                        yield node, entry
    for name, those in before.items():
        for node in index.by_type.get(name, ()):
            assert isinstance(node, ast.stmt)
            block, place = facts.block(node)
            if place:
                for entry in those:
                    yield block[place - 1], entry


def _by_module(
    named: Mapping[str, list[Entry[Owner]]], canonical: Callable[[str], str]
) -> dict[str, list[Entry[Owner]]]:
    found: dict[str, list[Entry[Owner]]] = {}
    for word, entries in named.items():
        found.setdefault(canonical(word), []).extend(entries)
    return found


def _modules(node: ast.AST) -> Iterable[str]:
    """The modules that an import statement names; relative ones have no name that a pattern could spell."""
    if isinstance(node, ast.Import):
        return dict.fromkeys(alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return (node.module,)
    return ()


def _foreign(facts: Facts, index: ScriptIndex) -> frozenset[str]:
    """Top modules of declared libraries that the script does not import, under a re-export of another name neither."""
    knowledge = facts.knowledge
    return knowledge.top_modules - index.modules - knowledge.roots_behind(index.modules)


def _all_types(index: ScriptIndex, *, statements: bool) -> list[str]:
    base = ast.stmt if statements else ast.expr
    return [name for name in index.by_type if (kind := getattr(ast, name, None)) is not None and issubclass(kind, base)]


def match_rule(
    rule: Rule, number: int, facts: Facts, node: ast.AST, purse: Purse, *, certain: bool = False
) -> Match | None:
    """The best match of one alternative of a rule at a node, or None.

    Where only a certain one is wanted, what is not is not looked at any further.
    """
    branch = rule.branches[number]
    if purse.empty:
        return None
    doubtful: Match | None = None
    ways = 0
    guards = rule.guards[number]
    conditions = rule.proving(number) if certain else (*branch.where, *rule.where)
    for found in match_branch(branch, facts, node, purse, rule.data.get("signature"), guards):
        ways += 1
        match = Match(rule, number, found.nodes, found.bindings, None, found.certain)
        if ways > WAYS:
            return replace(match, verdict=unknown(TOO_COSTLY))
        if certain and not found.certain.yes:
            continue
        verdict, match = _verdict(match, found, facts, conditions, found.certain, certain)
        if verdict.value is False or (doubtful is not None and not verdict.yes):
            continue
        match = replace(match, verdict=verdict, arguments=arguments_of(found, facts, rule))
        if verdict.yes:
            return match
        doubtful = match
    return doubtful


def match_branch(
    branch: Branch,
    facts: Facts,
    node: ast.AST,
    purse: Purse,
    declared: str | None = None,
    guards: Guards = NO_GUARDS,
) -> Iterator[Found]:
    """All ways in which every pattern of an alternative matches at a node with the same bindings."""
    for first in match_pattern(branch.patterns[0], facts, node, declared=declared, purse=purse, guards=guards):
        if len(branch.patterns) == 1:
            yield first
        else:
            yield from _further(branch, facts, purse, declared, guards, 1, first)


def _further(
    branch: Branch, facts: Facts, purse: Purse, declared: str | None, guards: Guards, index: int, found: Found
) -> Iterator[Found]:
    if index == len(branch.patterns):
        yield found
        return
    for more in match_again(branch.patterns[index], facts, found, declared=declared, purse=purse, guards=guards):
        if len(more.nodes) == len(found.nodes):
            certain = found.certain if not found.certain.yes else more.certain
            both = Found(found.nodes, {**more.bindings, **found.bindings}, certain)
            yield from _further(branch, facts, purse, declared, guards, index + 1, both)


def _verdict(
    match: Match, found: Found, facts: Facts, conditions: Sequence[Condition], doubt: Answer, certain: bool
) -> tuple[Answer, Match]:
    """The conditions' answers together, and the match with what they bind; arguments are bound when one asks.

    A condition that binds metavariables may hold in several ways: the first with which all others hold is taken. Where
    only certain matches are wanted, the first answer that is not yes ends the asking.
    """
    for index, condition in enumerate(conditions):
        question = condition.question
        if question.arguments and match.arguments is None:
            match = replace(match, arguments=arguments_of(found, facts, match.rule))
        # Whether it is a Binder is asked at every place, and a protocol takes its time to say so.
        binds: frozenset[str] | None = getattr(question, "binds", None)
        if binds and not binds <= match.bindings.keys():
            return _bound(match, found, facts, conditions[index:], doubt, certain)
        answer = condition.holds(match, facts)
        if answer.value is False or (certain and not answer.yes):
            return answer, match
        if answer.value is None and doubt.yes:
            doubt = answer
    return doubt, match


def _bound(
    match: Match, found: Found, facts: Facts, conditions: Sequence[Condition], doubt: Answer, certain: bool
) -> tuple[Answer, Match]:
    """The verdict where the first condition binds metavariables: the best of its ways."""
    condition, rest = conditions[0], conditions[1:]
    # Whether it is one has been seen; a protocol takes its time to say so again.
    question = cast("Binder", condition.question)
    new = question.binds - match.bindings.keys()
    # Where no other condition looks at what is bound, the best way is the first that is certain.
    apart = not any(new & other.mentioned for other in rest)
    best: tuple[Answer, Match] | None = None
    for number, (answer, held) in enumerate(question.ways(match, facts)):
        told = condition.told(answer if number < WAYS else unknown(TOO_COSTLY))
        if answer.value is False or number == WAYS:
            best = best or (told, match)
            break
        more = replace(match, bindings={**{name: held[name] for name in new if name in held}, **match.bindings})
        if apart or (certain and not told.yes):
            verdict = told, more
        else:
            verdict = _verdict(more, found, facts, rest, told if doubt.yes else doubt, certain)
        if verdict[0].yes:
            best = verdict
            break
        if best is None or (best[0].value is False and verdict[0].value is None):
            best = verdict
    assert best is not None
    if not apart or best[0].value is False or (certain and not best[0].yes):
        return best
    return _verdict(best[1], found, facts, rest, best[0] if doubt.yes else doubt, certain)


def arguments_of(found: Found, facts: Facts, rule: Rule) -> BoundArguments | None:
    """The arguments of the call that was matched: the expression itself, or the value of the one statement."""
    node: ast.AST | None = found.nodes[0] if len(found.nodes) == 1 else None
    if isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign | ast.Return):
        node = node.value
    if isinstance(node, ast.Await):
        node = node.value
    if not isinstance(node, ast.Call):
        return None
    callee = facts.callee(node)
    declared = rule.data.get("signature")
    name = callee.name if callee.name is not None and callee.certain else ""
    signature = facts.signature(name, declared) if name or declared else None
    return facts.bind(node, signature)
