"""What the words of a text say of rules: the first and cheapest question, which needs nothing but words.

Most files of most programs are settled here; what is asked of the others stands in :mod:`.shortlist`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.outline import Outline
    from greenrules.engine.pack import Rule
    from greenrules.engine.source import Source
    from greenrules.engine.target import Target

_HANDED_ON = re.compile(r"=[\s\\`(]*+((?:[A-Za-z_]\w*[\s\\`]*+\.[\s\\`]*+)*+[A-Za-z_]\w*)(?=[\s\\`)]*?(?:[\n;=]|\Z))")
_CALLED = ("(", "((", "([", "(*")
_MOST_PLANS = 8


class Glimpse:
    """A script of which only the text has been looked at; it gives what facts give of a text.

    Args:
        source: the script.
        knowledge: what packs know of libraries.
        target: what the target interpreter knows of them.
    """

    def __init__(self, source: Source, knowledge: Knowledge, target: Target) -> None:
        self.source, self.knowledge, self.target = source, knowledge, target
        self._remembered: dict[str, Any] = {}

    def remembered(self, key: str, build: Callable[[], Any]) -> Any:
        """What is worked out once per script, however many places ask for it."""
        if key not in self._remembered:
            self._remembered[key] = build()
        return self._remembered[key]

    @cached_property
    def facts(self) -> Facts:
        """Everything that can be asked about the script; it remembers what was worked out here."""
        from greenrules.engine.facts import Facts

        found = Facts(self.source, self.knowledge, self.target)
        found.__dict__["_remembered"] = self._remembered
        return found

    def __getattr__(self, name: str) -> Any:
        # A pack's predicate may look at more than the text, which it need not.
        return getattr(self.facts, name)


class Spoken(NamedTuple):
    """What a text says.

    Attributes:
        forms: forms of words, with those of what they may stand for.
        foreign: top modules of declared libraries that it does not import, under a re-export of another name neither.
    """

    forms: frozenset[str]
    foreign: frozenset[str]


@dataclass(frozen=True)
class Plan:
    """What rules ask of the words of a text, made so that each form of a word is looked at once.

    Attributes:
        rules: in declared order.
        alternatives: each alternative of each rule, by its number, the numbers of the groups of forms of which one
            must stand, and first parts of its dotted names.
        groups: form of a word → numbers of the groups that it is of.
        rarest: number of a group → places among the alternatives of those whose rarest group it is; those that need
            no group under None.
    """

    rules: tuple[Rule, ...]
    alternatives: tuple[tuple[Rule, int, frozenset[int], frozenset[str]], ...]
    groups: Mapping[str, frozenset[int]]
    rarest: Mapping[int | None, tuple[int, ...]]

    @cached_property
    def forms(self) -> frozenset[str]:
        """The forms of words that are asked for."""
        return frozenset(self.groups)

    def spoken_for(self, spoken: Spoken) -> Iterator[tuple[Rule, int]]:
        """The alternatives whose words a text has, and whose modules it imports where these are of known libraries."""
        shown = frozenset[int]().union(*(self.groups[form] for form in spoken.forms & self.forms))
        rarest, foreign = self.rarest, spoken.foreign
        places = [place for group in (None, *(shown & rarest.keys())) for place in rarest.get(group, ())]
        for place in sorted(places):
            rule, number, groups, roots = self.alternatives[place]
            if groups <= shown and foreign.isdisjoint(roots):
                yield rule, number


#: Plans made before, by the identity of their rules, which they keep alive.
_PLANS: dict[tuple[int, ...], Plan] = {}


def plan_of(rules: Sequence[Rule]) -> Plan:
    """The plan of rules, kept for the next script."""
    key = tuple(map(id, rules))
    found = _PLANS.get(key)
    if found is None:
        while len(_PLANS) >= _MOST_PLANS:
            del _PLANS[next(iter(_PLANS))]
        found = _PLANS[key] = _plan(rules)
    return found


def _plan(rules: Sequence[Rule]) -> Plan:
    numbers: dict[frozenset[str], int] = {}
    planned = tuple(
        (rule, number, frozenset(numbers.setdefault(group, len(numbers)) for group in groups), roots)
        for rule in rules
        for number, (groups, roots) in enumerate(zip(rule.shown, rule.roots, strict=True))
    )
    found: dict[str, set[int]] = {}
    for group, number in numbers.items():
        for form in group:
            found.setdefault(form, set()).add(number)
    # The longer a word, the fewer scripts hold it.
    length = {number: min(len(form.strip(".=([*")) for form in group) for group, number in numbers.items()}
    rarest: dict[int | None, list[int]] = {}
    for place, (_, _, groups, _) in enumerate(planned):
        rarest.setdefault(max(groups, key=lambda each: (length[each], each), default=None), []).append(place)
    return Plan(
        tuple(rules),
        planned,
        {form: frozenset(those) for form, those in found.items()},
        {group: tuple(places) for group, places in rarest.items()},
    )


def spoken_of(outline: Outline, knowledge: Knowledge) -> Spoken:
    """What a text says; asked for twice of a script in which something may match."""
    held: tuple[Knowledge, Spoken] | None = outline.__dict__.get("_spoken")
    if held is None or held[0] is not knowledge:
        roots = outline.modules
        foreign = knowledge.top_modules - roots - knowledge.roots_behind(roots)
        held = outline.__dict__["_spoken"] = knowledge, Spoken(_meant(outline, knowledge), foreign)
    return held[1]


def _meant(outline: Outline, knowledge: Knowledge) -> frozenset[str]:
    """The forms of a script, with those of what they may stand for.

    What an import or an assignment gives another name may be called under that; a pack may declare that a name stands
    for another one.
    """
    forms = outline.forms
    given = {each.name.rpartition(".")[2] for each in outline.imports if each.alias is not None}
    given.update(each.rpartition(".")[2].strip(" \t\r\n\f\\`") for each in _HANDED_ON.findall(outline.code))
    if given:
        forms = forms.union(word + tail for word in given for tail in _CALLED)
    renamed = knowledge.renamed_forms
    return forms.union(*(renamed[form] for form in forms & renamed.keys())) if renamed else forms


def concerns(rule: Rule, source: Source, knowledge: Knowledge) -> bool:
    """Whether a rule is meant for a script: one that names libraries is for scripts that mention one of them.

    A library that no pack declares counts as mentioned, because its modules are not known.
    """
    modules = knowledge.roots
    return not rule.libraries or any(
        name not in modules or any(source.mentions(module) for module in modules[name]) for name in rule.libraries
    )
