"""Many rewrites of one script: which of them go together, one pass after the other until nothing is left to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from greenrules.engine.changed import changed
from greenrules.engine.edits import Edit, Edits, Refusal, Refused
from greenrules.engine.eligibility import NotApplied, ineligible
from greenrules.engine.facts import Facts
from greenrules.engine.find import find
from greenrules.engine.gates import broken, unbound
from greenrules.engine.importing import plan_imports
from greenrules.engine.imports import Imports, imports_of
from greenrules.engine.opening import Opening, plan_openings
from greenrules.engine.rewrite import rewrite_match
from greenrules.engine.splice import Chosen, Spliced, splice, together
from greenrules.engine.suppress import Suppressions

if TYPE_CHECKING:
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.match import Match
    from greenrules.engine.pack import Rule
    from greenrules.engine.source import Source
    from greenrules.engine.target import Target
    from greenrules.models import Level

MAX_ROUNDS = 5

#: a rule, and what it would do at one place
Wish = tuple["Rule", Edits]


class Applied(NamedTuple):
    """A rewrite that was made. ``line`` counts in the text of its round, ``round`` from 1."""

    rule: str
    line: int
    round: int


@dataclass(frozen=True)
class Rewritten:
    """A script with its rewrites made.

    Attributes:
        text: the new text; the old one when nothing was written.
        applied: what was done, in the order of rounds and of the text.
        refused: places that matched for certain and were not rewritten.
        suggestions: places where a condition is not known.
        skipped: rules that the target cannot have.
        rounds: passes that changed something.
    """

    text: str
    applied: tuple[Applied, ...] = ()
    refused: tuple[NotApplied, ...] = ()
    suggestions: tuple[NotApplied, ...] = ()
    skipped: tuple[NotApplied, ...] = ()
    rounds: int = 0

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules that were applied, each once."""
        return tuple(dict.fromkeys(applied.rule for applied in self.applied))


def unsettled(rule: Rule, parameters: Mapping[str, Any]) -> str | None:
    """Why only a measurement may apply a rule, or None."""
    wanted = rule.data.get("parameters") or {}
    if missing := [name for name in wanted if name not in parameters]:
        return f"a measurement must choose {', '.join(missing)}"
    return None


def apply_rules(
    source: Source,
    rules: Sequence[Rule],
    knowledge: Knowledge,
    target: Target,
    *,
    level: Level = "model",
    chosen: Collection[str] | None = None,
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    draft: bool = False,
) -> Rewritten:
    """Rewrite a script by rules, to a fixed point.

    Args:
        source: the script.
        rules: in declared order, which decides where two overlap.
        knowledge: what packs know of libraries.
        target: what the target interpreter knows of them.
        level: the most that a rewrite may change.
        chosen: full ids of the rules to apply; by default all that need no choice: none with ``parameters``, none of a
            group of ``alternatives``.
        parameters: values by rule and parameter.
        draft: whether the text is only looked at; a second parser is then not asked for its opinion.

    Returns:
        The new text, with what was done and what was not. A rule that does not settle within five rounds, or that runs
        in a circle with others, is left out altogether and named among the refused.
    """
    from greenrules.models import LEVELS

    values = parameters or {}
    skipped: list[NotApplied] = []
    usable: list[Rule] = []
    for rule in rules:
        if chosen is not None and rule.full_id not in chosen:
            continue
        if LEVELS.index(rule.level) > LEVELS.index(level) or not rule.writes:
            continue
        reason = unsettled(rule, values.get(rule.full_id, {}))
        if chosen is None and rule.alternatives is not None:
            reason = reason or f"a measurement must choose among the alternatives '{rule.alternatives}'"
        reason = reason or ineligible(rule, target)
        if reason is not None:
            skipped.append(NotApplied(rule.full_id, None, reason))
        else:
            usable.append(rule)
    dismissed: list[NotApplied] = []
    while True:
        run = _Run(source, usable, knowledge, target, values)
        result = run.to_fixed_point()
        if not run.restless:
            result = replace(result, refused=(*dismissed, *result.refused), skipped=tuple(skipped))
            return result if draft else _approved(source, result)
        dismissed += [NotApplied(name, None, run.complaint) for name in run.restless]
        usable = [rule for rule in usable if rule.full_id not in run.restless]


def _approved(source: Source, result: Rewritten) -> Rewritten:
    """A result, or the script as it was where another parser objects to it."""
    if result.text == source.text:
        return result
    from greenrules.engine.second_opinion import objection

    reason = objection(source, result.text)
    if reason is None:
        return result
    refused = (*(NotApplied(name, None, reason) for name in result.rules), *result.refused)
    return replace(result, text=source.text, applied=(), refused=refused, rounds=0)


@dataclass
class _Run:
    """Rounds of rewriting with one set of rules."""

    source: Source
    rules: Sequence[Rule]
    knowledge: Knowledge
    target: Target
    parameters: Mapping[str, Mapping[str, Any]]
    applied: list[Applied] = field(default_factory=list)
    refused: list[NotApplied] = field(default_factory=list)
    suggestions: list[NotApplied] = field(default_factory=list)
    #: rewrites that could not join others, with their round; most are made in a later one
    losers: list[tuple[int, NotApplied]] = field(default_factory=list)
    restless: list[str] = field(default_factory=list)
    complaint: str = ""
    #: spans of the current text that a rule of a group of alternatives wrote, with the group and the rule
    written: list[tuple[int, int, str, str]] = field(default_factory=list)

    def to_fixed_point(self) -> Rewritten:
        """Rounds until nothing changes; the rules that keep it from settling are then in ``restless``."""
        source = self.source
        seen = {_hash(source.text): 0}
        history: list[list[str]] = []
        while True:
            step = self.one_round(source, len(history) + 1)
            if step is None:
                return self._result(source.text, len(history))
            text, names = step
            history.append(names)
            first = seen.setdefault(_hash(text), len(history))
            if first < len(history):
                circle = self._in_order(name for names in history[first:] for name in names)
                self._give_up(circle, f"runs in a circle: {' → '.join([*circle, circle[0]])}")
                return self._result(source.text, len(history))
            if len(history) > MAX_ROUNDS:
                self._give_up(self._in_order(names), f"still finds something to do after {MAX_ROUNDS} rounds")
                return self._result(source.text, len(history))
            source = source.with_text(text)

    def _give_up(self, names: list[str], complaint: str) -> None:
        self.restless, self.complaint = names, complaint

    def _in_order(self, names: Iterable[str]) -> list[str]:
        wanted = set(names)
        return [rule.full_id for rule in self.rules if rule.full_id in wanted]

    def _result(self, text: str, rounds: int) -> Rewritten:
        later = list(self.applied)
        lost: list[NotApplied] = []
        for number, loser in self.losers:
            done = next((entry for entry in later if entry.rule == loser.rule and entry.round > number), None)
            if done is not None:
                later.remove(done)
            elif loser not in lost:
                lost.append(loser)
        refused = tuple(dict.fromkeys([*lost, *self.refused]))
        return Rewritten(text, tuple(self.applied), refused, tuple(self.suggestions), rounds=rounds)

    def one_round(self, source: Source, number: int) -> tuple[str, list[str]] | None:
        """One pass: the new text and the rules that made it, or None when there is nothing to do."""
        facts = Facts(source, self.knowledge, self.target)
        self.refused, self.suggestions = [], []
        imports = imports_of(facts)
        wishes = self._wishes(facts, imports)
        if not wishes:
            return None
        taken, losers = choose(wishes)
        made = gated(source, imports, [edits for _, edits in taken])
        if isinstance(made, Refusal):
            reasons = unsound(source, imports, wishes)
            self.refused += [_not(edits, reasons[id(edits)]) for _, edits in wishes if id(edits) in reasons]
            taken, losers = choose([wish for wish in wishes if id(wish[1]) not in reasons])
            taken, more = _jointly_sound(source, imports, taken)
            losers += more
            made = gated(source, imports, [edits for _, edits in taken])
        self.losers += [(number, _not(edits, reason)) for (_, edits), reason in losers]
        if isinstance(made, Refusal) or made.text == source.text or not taken:
            return None
        self._follow(made, taken)
        for _, edits in taken:
            self.applied.append(Applied(edits.rule, edits.line, number))
        return made.text, [edits.rule for _, edits in taken]

    def _wishes(self, facts: Facts, imports: Imports) -> list[Wish]:
        """What the rules would do to the text, in declared order."""
        wishes: list[Wish] = []
        suppressions = Suppressions(facts.source)
        asked: set[str] = set()
        for match in find(facts, self.rules):
            rule = match.rule
            if is_suppressed(match, facts, suppressions):
                continue
            line = getattr(match.node, "lineno", 1)
            if not match.verdict.yes:
                self.suggestions.append(NotApplied(rule.full_id, line, match.verdict.reason))
                continue
            if only_prepends(rule) and rule.full_id in asked:
                continue
            edits = rewrite_match(match, facts, self.parameters.get(rule.full_id), imports)
            if isinstance(edits, Refusal):
                self.refused.append(NotApplied(rule.full_id, line, edits.reason))
            elif edits.changes and not self._written_by_rival(rule, edits):
                asked.add(rule.full_id)
                wishes.append((rule, edits))
        wishes.sort(key=lambda wish: (wish[1].trims, wish[0].order))
        return wishes

    def _written_by_rival(self, rule: Rule, edits: Edits) -> bool:
        group = rule.alternatives
        return group is not None and any(
            theirs == group and name != rule.full_id and edits.span[0] < end and start < edits.span[1]
            for start, end, theirs, name in self.written
        )

    def _follow(self, made: Spliced, taken: list[Wish]) -> None:
        """Carry the spans that rules of alternatives wrote over into the new text."""
        moved = [(made.moved(start), made.moved(end), group, name) for start, end, group, name in self.written]
        for rule, edits in taken:
            group = rule.alternatives
            if group is not None:
                moved.append((made.moved(edits.span[0]), made.moved(edits.span[1]), group, rule.full_id))
        self.written = moved


def only_prepends(rule: Rule) -> bool:
    """Whether all that a rule writes is at the top of the script: one place is enough to ask for it."""
    return rule.only_prepends


def is_suppressed(match: Match, facts: Facts, suppressions: Suppressions) -> bool:
    """Whether a comment keeps a rule away from a match: on its first line, or on its statement."""
    if not suppressions.directives:
        return False
    line = getattr(match.node, "lineno", 1)
    return suppressions.suppress(match.rule.full_id, line, line)


def assemble(source: Source, imports: Imports, rewrites: Sequence[Edits]) -> Spliced | Refusal:
    """Make rewrites together, with the imports and the statements at the top that they entail; not gated."""
    edits: list[Edit] = [edit for rewrite in rewrites for edit in rewrite.edits]
    preludes = [prelude for rewrite in rewrites for prelude in rewrite.preludes]
    first = min((rewrite.span[0] for rewrite in rewrites if rewrite.preludes), default=0)
    openings = plan_openings(imports.facts, preludes, first) if preludes else []
    early = [opening for opening in openings if opening.early]
    place = early[0].at if early else None
    behind = {module.partition(".")[0] for prelude in preludes for module in prelude.before}
    given = frozenset[str]().union(*(prelude.imports for prelude in preludes))
    try:
        above, below = plan_imports(imports, rewrites, place, behind, given)
    except Refused as refused:
        return Refusal(refused.reason)
    # What is written at one place stands in this order.
    order: list[Edit | Opening] = [*edits, *above, *early, *below, *(each for each in openings if not each.early)]
    bare = [each.edit(source.text) if isinstance(each, Opening) else each for each in order]
    for mine in bare[len(edits) :]:
        if not all(together(mine, edit, same_rewrite=True) for edit in edits):
            return Refusal("an import statement would have to change that a rule changes too")
    made = splice(source.text, bare)
    for number, each in enumerate(order):
        if isinstance(each, Opening):
            start, end = made.written[number][0]
            bare[number] = each.spaced(source.text, made.text, start, end)
            made = splice(source.text, bare)
    return made


def gated(source: Source, imports: Imports, rewrites: Sequence[Edits]) -> Spliced | Refusal:
    """Make rewrites together, if every gate lets the result through."""
    made = assemble(source, imports, rewrites)
    if isinstance(made, Refusal):
        return made
    own = frozenset[str]().union(*(rewrite.own_names for rewrite in rewrites))
    change = changed(source, made.text)
    reason = broken(source, made.text, change) or unbound(source, made.text, change, own)
    return made if reason is None else Refusal(reason)


def choose(wishes: Sequence[Wish]) -> tuple[list[Wish], list[tuple[Wish, str]]]:
    """The rewrites that can be made together, the earlier declared first; the others with the reason."""
    chosen = Chosen()
    taken: list[Wish] = []
    losers: list[tuple[Wish, str]] = []
    groups: list[tuple[str, str, tuple[int, int]]] = []
    for number, wish in enumerate(wishes):
        rule, edits = wish
        group = rule.alternatives
        rival = next(
            (n for g, n, span in groups if g == group and n != edits.rule and _overlap(span, edits.span)), None
        )
        if group is not None and rival is not None:
            losers.append((wish, f"{rival} is applied there instead"))
            continue
        other = chosen.clash(edits.edits, edits.footprint)
        if other is not None:
            losers.append((wish, f"overlaps with {wishes[other][1].rule}"))
            continue
        chosen.add(number, edits.edits, edits.footprint)
        taken.append(wish)
        if group is not None:
            groups.append((group, edits.rule, edits.span))
    return taken, losers


def unsound(source: Source, imports: Imports, wishes: Sequence[Wish]) -> dict[int, str]:
    """The rewrites that no gate lets through even alone, by the ``id`` of their edits, with the reason.

    Found by halving, so that a few bad ones among many good ones cost little.
    """
    reasons: dict[int, str] = {}
    left = list(wishes)
    while left:
        taken, losers = choose(left)
        parts = [taken]
        while parts:
            part = parts.pop()
            made = gated(source, imports, [edits for _, edits in part])
            if isinstance(made, Refusal) and len(part) == 1:
                reasons[id(part[0][1])] = made.reason
            elif isinstance(made, Refusal):
                middle = len(part) // 2
                parts += [part[middle:], part[:middle]]
        left = [wish for wish, _ in losers]
    return reasons


def _jointly_sound(source: Source, imports: Imports, taken: list[Wish]) -> tuple[list[Wish], list[tuple[Wish, str]]]:
    """Leave out rewrites, the last declared first, until the gates let the others through together."""
    losers: list[tuple[Wish, str]] = []
    while len(taken) > 1 and isinstance(gated(source, imports, [edits for _, edits in taken]), Refusal):
        low, high = 1, len(taken) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if isinstance(gated(source, imports, [edits for _, edits in taken[:middle]]), Refusal):
                high = middle - 1
            else:
                low = middle
        losers += [(wish, "cannot be made together with another rewrite") for wish in taken[low:]]
        taken = taken[:low]
    return taken, losers


def _not(edits: Edits, reason: str) -> NotApplied:
    return NotApplied(edits.rule, edits.line, reason)


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _hash(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()
