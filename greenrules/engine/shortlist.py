"""Which rules can match a script at all, told from its text without parsing. What is ruled out here cannot match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from greenrules.engine.condition_needs import unused_import_asked
from greenrules.engine.matched import Match
from greenrules.engine.prefilter import spoken
from greenrules.engine.proof import may_be_certain
from greenrules.engine.spoken import Plan, concerns, plan_of, spoken_of

if TYPE_CHECKING:
    from greenrules.engine.conditions import Question
    from greenrules.engine.facts import Facts
    from greenrules.engine.outline import ImportText
    from greenrules.engine.pack import Branch, Rule

#: Words that are remembered at most.
_MOST_SEEN = 200_000


@dataclass(frozen=True, slots=True)
class Live:
    """A rule that may match, with the numbers of those of its alternatives that may."""

    rule: Rule
    branches: tuple[int, ...]


def live_rules(facts: Facts, rules: Iterable[Rule], *, certain: bool = False) -> list[Live]:
    """The rules that may match a script, in the order given.

    Args:
        facts: the script.
        rules: in declared order.
        certain: only matches that are certain are wanted.
    """
    found: dict[str, Live] = {}
    answered: dict[Question, bool] = {}
    look = _Look(facts, plan_of(list(rules)))
    for rule, number in look.spoken_for():
        if _ruled_out(rule, number, facts, answered) or (certain and not may_be_certain(rule, number, facts)):
            continue
        held = found.get(rule.full_id)
        if held is not None:
            found[rule.full_id] = Live(rule, (*held.branches, number))
        elif concerns(rule, facts.source, facts.knowledge):
            found[rule.full_id] = Live(rule, (number,))
    return list(found.values())


def _ruled_out(rule: Rule, number: int, facts: Facts, answered: dict[Question, bool]) -> bool:
    """Whether a condition about the script as a whole says no to every match of an alternative; of answers known."""
    for condition in rule.of_script[number]:
        question = condition.question
        if question not in answered:
            answered[question] = question.answer(Match(rule, number, ()), facts).value is False
        if answered[question]:
            return True
    return False


class _Look:
    """What is asked of one script's text for every rule."""

    def __init__(self, facts: Facts, plan: Plan) -> None:
        self._source, self._knowledge, self._plan = facts.source, facts.knowledge, plan
        self._outline = facts.source.outline
        if self._outline is not None:
            self._spoken = spoken_of(self._outline, self._knowledge)
            self._wanted: dict[tuple[str, bool], bool] = {}
            self._uses: dict[ImportText, bool] = {}
            #: module → imports of it and of what is within it
            self._imports: dict[str, list[ImportText]] = {}
            #: top parts of dotted modules
            self._packages: set[str] = set()
            for each in self._outline.imports:
                module = each.name if each.module is None else each.module
                for around in _around(self._knowledge.canonical(module)):
                    self._imports.setdefault(around, []).append(each)
                if "." in module:
                    self._packages.add(module.partition(".")[0])

    def spoken_for(self) -> Iterator[tuple[Rule, int]]:
        """The alternatives that the text does not rule out, by rule and number."""
        if self._outline is None:
            words = spoken(self._source.words, self._knowledge)
            for rule in self._plan.rules:
                yield from ((rule, number) for number, needed in enumerate(rule.needed) if needed <= words)
            return
        for rule, number in self._plan.spoken_for(self._spoken):
            branch = rule.branches[number]
            if self._imported(branch) and self._mentioned(rule, number) and not self._surely_used(rule, branch):
                yield rule, number

    def _imported(self, branch: Branch) -> bool:
        """Whether the module is imported that an alternative of imports is about."""
        kinds = branch.kinds
        if kinds.module is None:
            return True
        return self._knowledge.canonical(kinds.module) in self._imports

    def _mentioned(self, rule: Rule, number: int) -> bool:
        """Whether the words stand in the text that conditions look for anywhere, and a name that one describes."""
        if any(not any(map(self._source.mentions, words)) for words in rule.mentioned[number]):
            return False
        return all(map(self._stands, rule.named[number]))

    def _stands(self, wanted: tuple[str, bool]) -> bool:
        """Whether a name stands in the code that a regular expression matches."""
        known = self._wanted.get(wanted)
        if known is None:
            known = self._wanted[wanted] = _names(*wanted).among(self._spoken.forms)
        return known

    def _surely_used(self, rule: Rule, branch: Branch) -> bool:
        """Whether an alternative looks for imports that nothing uses, and all that it could mean are used."""
        kinds = branch.kinds
        if kinds.module is None:
            return False
        if not unused_import_asked((*branch.where, *rule.where)):
            return False
        return all(map(self._used, self._imports.get(self._knowledge.canonical(kinds.module), ())))

    def _used(self, each: ImportText) -> bool:
        """Whether the name that an import binds is certainly asked for something."""
        known = self._uses.get(each)
        if known is None:
            known = self._uses[each] = self._look_for_use(each)
        return known

    def _look_for_use(self, each: ImportText) -> bool:
        assert self._outline is not None
        # After ``import`` and ``from`` the name of a module is no use of it.
        return each.alias != each.name and each.bound not in self._packages and self._outline.speaks(each.bound)


def _around(module: str) -> Iterator[str]:
    """A module and those that it is within: what a pattern leaves open may stand for the rest of its name."""
    yield module
    while (end := module.rfind(".")) >= 0:
        module = module[:end]
        yield module


class _Names:
    """Forms of words seen so far, in whichever scripts, and which of them a regular expression matches.

    Args:
        pattern: the regular expression.
        method: whether only an attribute that is called will do.
    """

    def __init__(self, pattern: str, method: bool) -> None:
        self._pattern, self._method = re.compile(pattern), method
        self._seen: set[str] = set()
        self._fitting: set[str] = set()

    def among(self, forms: frozenset[str]) -> bool:
        """Whether it matches a word of a script."""
        if not self._fitting.isdisjoint(forms):
            return True
        if len(self._seen) > _MOST_SEEN:
            self._seen.clear()
        fresh = forms - self._seen
        self._seen |= fresh
        self._fitting.update(form for form in fresh if self._fits(form))
        return not self._fitting.isdisjoint(forms)

    def _fits(self, form: str) -> bool:
        fits = not self._method or (form.startswith(".") and "(" in form)
        return fits and self._pattern.search(form.strip(".([*")) is not None


_names = lru_cache(maxsize=512)(_Names)
