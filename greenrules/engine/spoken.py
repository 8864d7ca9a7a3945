"""What the words of a text say of rules: the first and cheapest question, which needs nothing but words.

Most files of most programs are settled here and by :mod:`.proof`; the rest of the engine is loaded for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.outline import Outline
    from greenrules.engine.pack import Rule
    from greenrules.engine.proof import Told
    from greenrules.engine.source import Source
    from greenrules.engine.target import Target

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


@dataclass(frozen=True)
class Plan:
    """What rules ask of the words of a text, made so that each form of a word is looked at once.

    Attributes:
        rules: in declared order.
        knowledge: what packs know of libraries.
        certain: only matches that are certain are wanted.
        alternatives: each alternative of each rule, by its number, the numbers of the groups of forms of which one
            must stand, and the top modules of declared libraries that must be imported.
        groups: form of a word → numbers of the groups that it is of, itself or as what a pack lets it stand for.
        bare: form of a word → the word, where calling it by itself is of more groups.
        rarest: number of a group → places among the alternatives of those whose rarest group it is; those that need
            no group under None.
        told: the questions that :mod:`.proof` answers, by number; kept as they are first asked.
        numbers: the number of each of them.
    """

    rules: tuple[Rule, ...]
    knowledge: Knowledge
    certain: bool
    alternatives: tuple[tuple[Rule, int, frozenset[int], frozenset[str]], ...]
    groups: Mapping[str, frozenset[int]]
    bare: Mapping[str, str]
    rarest: Mapping[int | None, tuple[int, ...]]
    told: list[tuple[Told, int]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    asked: dict[int, tuple[int, ...]] = field(default_factory=dict)
    _calls: dict[str, frozenset[int]] = field(default_factory=dict)

    @cached_property
    def forms(self) -> frozenset[str]:
        """The forms of words that are asked for."""
        return frozenset(self.groups) | frozenset(self.bare)

    def spoken_for(self, outline: Outline) -> Iterator[int]:
        """The places of the alternatives whose words a text has, and whose modules it imports where they are known."""
        shown = self._shown(outline)
        imported = outline.modules
        imported |= self.knowledge.roots_behind(imported)
        rarest, alternatives = self.rarest, self.alternatives
        places = [place for group in (None, *(shown & rarest.keys())) for place in rarest.get(group, ())]
        places.sort()
        for place in places:
            _, _, groups, modules = alternatives[place]
            if groups <= shown and modules <= imported:
                yield place

    def _shown(self, outline: Outline) -> set[int]:
        """The groups of which a text shows a form.

        What an import or an assignment gives another name may be called under that.
        """
        spoken = outline.forms & self.forms
        shown: set[int] = set()
        for form in spoken:
            shown.update(self.groups.get(form, ()))
        for each in outline.imports:
            if each.alias is not None:
                shown |= self.calls(each.name.rpartition(".")[2])
        for form in spoken:
            word = self.bare.get(form)
            if word is not None and not self.calls(word) <= shown and outline.hands_on(word):
                shown |= self.calls(word)
        return shown

    def calls(self, word: str) -> frozenset[int]:
        """The groups that calling a word is of."""
        found = self._calls.get(word)
        if found is None:
            found = frozenset[int]().union(*(self.groups.get(word + tail, ()) for tail in _CALLED))
            self._calls[word] = found
        return found


#: Plans made before, which keep their rules alive.
_PLANS: list[Plan] = []


def plan_of(rules: Sequence[Rule], knowledge: Knowledge, *, certain: bool = False) -> Plan:
    """The plan of rules, kept for the next script."""
    for plan in _PLANS:
        if plan.rules is rules and plan.knowledge is knowledge and plan.certain is certain:
            return plan
    identity = list(map(id, rules))
    for plan in _PLANS:
        if plan.knowledge is knowledge and plan.certain is certain and list(map(id, plan.rules)) == identity:
            return plan
    del _PLANS[: max(0, len(_PLANS) + 1 - _MOST_PLANS)]
    _PLANS.append(_plan(tuple(rules), knowledge, certain))
    return _PLANS[-1]


def _plan(rules: tuple[Rule, ...], knowledge: Knowledge, certain: bool) -> Plan:
    numbers: dict[frozenset[str], int] = {}
    planned = tuple(
        (
            rule,
            number,
            frozenset(numbers.setdefault(group, len(numbers)) for group in groups),
            roots & knowledge.top_modules,
        )
        for rule in rules
        for number, (groups, roots) in enumerate(zip(rule.shown, rule.roots, strict=True))
    )
    found: dict[str, set[int]] = {}
    for group, number in numbers.items():
        for form in group:
            found.setdefault(form, set()).add(number)
    for form, targets in knowledge.renamed_forms.items():
        if not found.keys().isdisjoint(targets):
            found[form] = found.get(form, set()).union(*(found.get(target, ()) for target in targets))
    called: dict[str, set[int]] = {}
    for form, those in found.items():
        if "(" in form and form[0] != ".":
            called.setdefault(form.rstrip("([*"), set()).update(those)
    bare = {
        form: word
        for word, those in called.items()
        for form in (word, *(f".{word}{tail}" for tail in ("", *_CALLED)))
        if not those <= found.get(form, set())
    }
    # The longer a word, the fewer scripts hold it.
    length = {number: min(len(form.strip(".=([*")) for form in group) for group, number in numbers.items()}
    rarest: dict[int | None, list[int]] = {}
    for place, (_, _, groups, _) in enumerate(planned):
        rarest.setdefault(max(groups, key=lambda each: (length[each], each), default=None), []).append(place)
    return Plan(
        rules,
        knowledge,
        certain,
        planned,
        {form: frozenset(those) for form, those in found.items()},
        bare,
        {group: tuple(places) for group, places in rarest.items()},
    )


def _imported_names(facts: Facts) -> str:
    """Every dotted name that a script imports, as written and in canonical form, a line each."""
    outline = facts.source.outline
    names = facts.index.imported if outline is None else outline.imported
    return "\n".join(("", *names, *map(facts.knowledge.canonical, names), ""))


def imports(facts: Facts, name: str) -> bool:
    """Whether a script imports a module, one below it, or a name out of it, anywhere."""
    names: str = facts.remembered("imported names", lambda: _imported_names(facts))
    name = facts.knowledge.canonical(name)
    return f"\n{name}\n" in names or f"\n{name}." in names
