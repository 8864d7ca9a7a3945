"""What the search may combine: one unit per rule, or per group of rules that pay only together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from greenrules.engine.compose import Rewritten, apply_rules
from greenrules.engine.diff import unified
from greenrules.engine.rule import Parameter
from greenrules.models import LEVELS, Level, SkippedRule, Tactic

if TYPE_CHECKING:
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.pack import Rule
    from greenrules.engine.source import Source
    from greenrules.engine.target import Target


@dataclass(frozen=True)
class Unit:
    """Something the search switches on or off as a whole.

    Attributes:
        id: the rule's full id, or ``pack/group`` of rules that go together.
        rules: full ids of its rules.
        tactics: of its rules, each once.
        level: the most that one of its rules may change.
        sites: how many places it rewrites when it is applied alone.
        lines: 1-based lines of the script that it changes.
        group: name of the group of alternatives it belongs to, None without one.
        needs: ids of units without which it must not be applied.
        excludes: ids of units with which it must not be applied; rivals at the same place are among them.
        parameters: values that a measurement must choose, by rule and name.
        persists: folder in which it keeps something between runs, None without one.
        requires: distributions that the rewritten script needs beyond those it had.
    """

    id: str
    rules: tuple[str, ...]
    tactics: tuple[Tactic, ...]
    level: Level
    sites: int
    lines: frozenset[int]
    group: str | None = None
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    parameters: Mapping[str, Mapping[str, Parameter]] = field(default_factory=dict)
    persists: str | None = None
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidates:
    """The units of a script, and the rules that matched, or could have, and are none, with the reason."""

    units: tuple[Unit, ...]
    skipped: tuple[SkippedRule, ...]


Values = Mapping[str, Mapping[str, Any]]


def candidate_units(
    source: Source, rules: Sequence[Rule], knowledge: Knowledge, target: Target, *, level: Level = "model"
) -> Candidates:
    """What can be done to a script.

    Args:
        source: the script.
        rules: in declared order.
        knowledge: what packs know of libraries.
        target: what the target interpreter knows of them.
        level: the most that a rewrite may change.
    """
    ids = {rule.full_id for rule in rules}
    skipped: list[SkippedRule] = []
    units: list[Unit] = []
    for name, members in _groups(rules).items():
        unit = _unit(name, members, source, rules, knowledge, target, level, skipped)
        if unit is not None:
            units.append(unit)
    owner = {rule: unit.id for unit in units for rule in unit.rules}
    kept: list[Unit] = []
    for unit in units:
        missing = [need for need in _named(rules, unit, "needs", ids) if need not in owner]
        if missing:
            skipped.append(
                SkippedRule(rule=unit.id, reason=f"it needs {', '.join(missing)}, which cannot be applied here")
            )
            continue
        kept.append(unit)
    return Candidates(tuple(_linked(unit, kept, rules, owner, ids) for unit in kept), tuple(skipped))


def render_units(
    source: Source,
    units: Iterable[Unit],
    rules: Sequence[Rule],
    knowledge: Knowledge,
    target: Target,
    parameters: Values | None = None,
) -> Rewritten:
    """The script with units applied.

    Args:
        source: the script.
        units: those that are switched on.
        rules: all rules, in declared order.
        knowledge: what packs know of libraries.
        target: what the target interpreter knows of them.
        parameters: values by rule and parameter; every parameter of the units' rules has one.
    """
    chosen = {rule for unit in units for rule in unit.rules}
    return apply_rules(source, rules, knowledge, target, chosen=chosen, parameters=parameters)


def first_values(rule: Rule, *, last: bool = False) -> dict[str, Any]:
    """A value for each parameter of a rule, for a look at what it would write.

    Args:
        rule: with or without parameters.
        last: the last choice, or the upper bound; else the first, or the lower one.
    """
    values: dict[str, Any] = {}
    end = -1 if last else 0
    for name, parameter in rule.spec.parameters.items():
        if parameter.choices is not None:
            numbers = [choice for choice in parameter.choices if choice != "physical-cores"]
            values[name] = numbers[end] if numbers else 1
        elif parameter.range is not None:
            bound = parameter.range[end]
            values[name] = int(bound) if bound == int(bound) else bound
    return values


def _groups(rules: Sequence[Rule]) -> dict[str, list[Rule]]:
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        name = rule.spec.together
        key = rule.full_id if name is None else (f"{rule.pack}/{name}" if rule.pack else name)
        groups.setdefault(key, []).append(rule)
    return groups


def _unit(
    name: str,
    members: list[Rule],
    source: Source,
    rules: Sequence[Rule],
    knowledge: Knowledge,
    target: Target,
    level: Level,
    skipped: list[SkippedRule],
) -> Unit | None:
    writing = [rule for rule in members if rule.spec.writes]
    if not writing:
        return None
    needed = {need for rule in writing for need in _full(rule, rule.spec.needs)}
    found = _look(writing, source, rules, knowledge, target)
    if not found.applied and needed:
        helpers = [rule for rule in rules if rule.full_id in needed]
        found = _look([*helpers, *writing], source, rules, knowledge, target)
    if not found.applied and any(rule.spec.parameters for rule in writing):
        # With its first value the script may be as it is.
        found = _look(writing, source, rules, knowledge, target, last=True)
    own = {rule.full_id for rule in writing}
    applied = [applied for applied in found.applied if applied.rule in own]
    reasons = [entry for entry in (*found.refused, *found.suggestions) if entry.rule in own]
    reasons += [entry for entry in found.skipped if entry.rule in own and _could_match(source, writing, entry.rule)]
    above = [rule for rule in writing if LEVELS.index(rule.spec.level) > LEVELS.index(level)]
    if above:
        if applied:
            skipped.append(SkippedRule(rule=name, reason=f"its level is {above[0].spec.level}; --level is {level}"))
        return None
    skipped += [SkippedRule(rule=entry.rule, reason=entry.reason, line=entry.line) for entry in reasons]
    if not applied:
        return None
    if len(members) > 1:
        idle = {entry.rule for entry in reasons} - {entry.rule for entry in applied}
        if idle:
            reason = f"its rules go together, and {', '.join(sorted(idle))} cannot be applied"
            skipped.append(SkippedRule(rule=name, reason=reason))
            return None
    taking = [rule for rule in writing if any(entry.rule == rule.full_id for entry in applied)]
    specs = [rule.spec for rule in taking]
    return Unit(
        id=name,
        rules=tuple(rule.full_id for rule in taking),
        tactics=tuple(dict.fromkeys(spec.tactic for spec in specs)),
        level=max((spec.level for spec in specs), key=LEVELS.index),
        sites=len(applied),
        lines=_lines(source.text, found.text),
        group=next((spec.alternatives for spec in specs if spec.alternatives), None),
        parameters={rule.full_id: dict(rule.spec.parameters) for rule in taking if rule.spec.parameters},
        persists=next((spec.persists for spec in specs if spec.persists), None),
        requires=tuple(dict.fromkeys(need for spec in specs for need in spec.requires)),
    )


def _look(
    chosen: Sequence[Rule],
    source: Source,
    rules: Sequence[Rule],
    knowledge: Knowledge,
    target: Target,
    *,
    last: bool = False,
) -> Rewritten:
    names = {rule.full_id for rule in chosen}
    values = {rule.full_id: first_values(rule, last=last) for rule in chosen}
    return apply_rules(source, rules, knowledge, target, chosen=names, parameters=values, draft=True)


def _could_match(source: Source, rules: Sequence[Rule], name: str) -> bool:
    """Whether a script holds the words that a rule needs."""
    return any(rule.full_id == name and any(words <= source.words for words in rule.required) for rule in rules)


def _full(rule: Rule, names: Iterable[str]) -> list[str]:
    """Ids as a rule writes them, made full: without a pack, its own is meant."""
    return [name if "/" in name or rule.pack is None else f"{rule.pack}/{name}" for name in names]


def _named(rules: Sequence[Rule], unit: Unit, what: str, ids: set[str]) -> list[str]:
    found: list[str] = []
    for rule in rules:
        if rule.full_id in unit.rules:
            written: list[str] = getattr(rule.spec, what)
            for short, full in zip(written, _full(rule, written), strict=True):
                found.append(full if full in ids else short)
    return list(dict.fromkeys(name for name in found if name not in unit.rules))


def _linked(unit: Unit, units: Sequence[Unit], rules: Sequence[Rule], owner: Mapping[str, str], ids: set[str]) -> Unit:
    """A unit with the ids of the units it needs and excludes."""
    needs = [owner[name] for name in _named(rules, unit, "needs", ids) if name in owner]
    excludes = [owner[name] for name in _named(rules, unit, "excludes", ids) if name in owner]
    for other in units:
        mutual = any(owner.get(name) == unit.id for name in _named(rules, other, "excludes", ids))
        rivals = unit.group is not None and other.group == unit.group and unit.lines & other.lines
        if other.id != unit.id and (mutual or rivals):
            excludes.append(other.id)
    return replace(unit, needs=tuple(dict.fromkeys(needs)), excludes=tuple(dict.fromkeys(excludes)))


def _lines(before: str, after: str) -> frozenset[int]:
    """The lines of a text that a rewrite removes or writes anew, or before which it writes."""
    found: set[int] = set()
    at = 0
    for line in unified(before, after, "script").split("\n")[2:]:
        if line.startswith("@@"):
            at = int(line.split()[1][1:].partition(",")[0])
        elif line.startswith("-"):
            found.add(at)
            at += 1
        elif line.startswith("+"):
            found.add(max(at - 1, 1) if at - 1 in found else at)
        elif line.startswith(" "):
            at += 1
    return frozenset(found)
