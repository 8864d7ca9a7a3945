"""What a script's text alone tells of an alternative of a rule: that it cannot match, or not with certainty.

A match that rests on an unknown answer is a suggestion. Where no suggestions are wanted, a script in whose text nothing
could prove a condition need not be parsed for it. What a text may tell of a condition is kept as plain values, so that
it can be asked before the conditions themselves are loaded.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from greenrules.engine.matched import Match
from greenrules.engine.spoken import imports

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.outline import ImportText, Outline
    from greenrules.engine.pack import Rule
    from greenrules.engine.spoken import Plan

#: What a text may tell: ``all`` or ``any`` of parts, ``not`` one; ``imports`` of a name; ``module`` that an alternative
#: of imports is about, and ``unused`` where nothing may use it; ``words`` of which one is mentioned; a ``name`` that a
#: regular expression matches, and whether only as a method; ``module level``; the name of a ``type``; name and known
#: arguments of what is ``called`` and what of it ``needs`` words.
Told = tuple[Any, ...]

#: Of a type that so many functions return, some word stands in every script.
_FEW = 16
#: Words that are remembered at most.
_MOST_SEEN = 200_000
_LOOPS = re.compile(r"^[ \t]*+(?:for|while)\b", re.MULTILINE | re.ASCII)


def libraries_of(rule: Rule, knowledge: Knowledge) -> tuple[str, ...]:
    """Modules of which a script mentions one that a rule is meant for; none where it is meant for all.

    A library that no pack declares counts as mentioned, because its modules are not known.
    """
    modules = knowledge.roots
    if any(name not in modules for name in rule.libraries):
        return ()
    return tuple(module for name in rule.libraries for module in modules[name])


class Asked:
    """What is asked of one script's text, each question once.

    Args:
        plan: of the rules.
        facts: of the script.
        outline: of its text.
    """

    def __init__(self, plan: Plan, facts: Facts, outline: Outline) -> None:
        self._plan, self._facts, self._outline = plan, facts, outline
        self._answers: dict[int, bool] = {}
        self._uses: dict[ImportText, bool] = {}

    def open(self, place: int) -> bool:
        """Whether the text leaves it open that the alternative at a place of the plan matches as it is wanted to."""
        plan, answers = self._plan, self._answers
        asked = plan.asked.get(place)
        if asked is None:
            asked = plan.asked[place] = _asked(plan, place)
        for number in asked:
            answer = answers.get(number)
            if answer is None:
                answer = answers[number] = self._open(*plan.told[number])
            if not answer:
                return False
        return True

    def _open(self, told: Told, place: int) -> bool:
        """Whether the answer may be yes somewhere."""
        kind, *about = told
        match kind:
            case "module":
                return self._facts.knowledge.canonical(about[0]) in self._imports
            case "unused":
                return not all(map(self._used, self._imports.get(self._facts.knowledge.canonical(about[0]), ())))
            case "all":
                return all(self._open(part, place) for part in about)
            case "any":
                return any(self._open(part, place) for part in about)
            case "not":
                return not self._open(about[0], place)
            case "imports":
                return imports(self._facts, about[0])
            case "words":
                return any(map(self._facts.source.mentions, about[0]))
            case "name":
                return _names(*about).among(self._meant)
            case "module level":
                return _LOOPS.search(self._outline.outside) is not None
            case "type":
                return self._typed(about[0])
        rule, number, *_ = self._plan.alternatives[place]
        predicate = rule.predicates.get(about[0])
        if kind == "needs":
            needs = getattr(predicate, "needs", None)
            return needs is None or any(map(self._facts.source.mentions, needs(about[1])))
        may_hold = getattr(predicate, "may_hold", None)
        if may_hold is not None:
            return bool(may_hold(about[1], Match(rule, number, ()), self._facts))
        # It tells nothing of any text, and need not be asked of the next one.
        asked = self._plan.asked
        asked[place] = tuple(each for each in asked[place] if self._plan.told[each][0] is not told)
        return True

    @cached_property
    def _meant(self) -> frozenset[str]:
        """The forms of words, with those of what a pack lets them stand for."""
        forms, renamed = self._outline.forms, self._facts.knowledge.renamed_forms
        return forms.union(*(renamed[form] for form in forms & renamed.keys()))

    @cached_property
    def _imports(self) -> dict[str, list[ImportText]]:
        """Module → imports of it and of what is within it: what a pattern leaves open may stand for the rest."""
        found: dict[str, list[ImportText]] = {}
        for each in self._outline.imports:
            module = self._facts.knowledge.canonical(each.name if each.module is None else each.module)
            found.setdefault(module, []).append(each)
            while (end := module.rfind(".")) >= 0:
                module = module[:end]
                found.setdefault(module, []).append(each)
        return found

    @cached_property
    def _packages(self) -> set[str]:
        """Top parts of dotted modules: after ``import`` and ``from`` such a name is no use of it."""
        modules = (each.name if each.module is None else each.module for each in self._outline.imports)
        return {module.partition(".")[0] for module in modules if "." in module}

    def _used(self, each: ImportText) -> bool:
        """Whether the name that an import binds is certainly asked for something."""
        known = self._uses.get(each)
        if known is None:
            used = each.alias != each.name and each.bound not in self._packages and self._outline.speaks(each.bound)
            known = self._uses[each] = used
        return known

    def _typed(self, name: str) -> bool:
        """Whether something may be known to be of a type: what gives one is imported, and its word stands."""
        knowledge, modules = self._facts.knowledge, self._outline.modules
        sources = knowledge.sources(name)
        if sources is None:
            return True
        if modules.isdisjoint(sources.roots):
            return not sources.roots.isdisjoint(knowledge.roots_behind(modules))
        if len(sources.words) > _FEW:
            return True
        return any(map(self._facts.source.mentions, sources.words))


def _asked(plan: Plan, place: int) -> tuple[int, ...]:
    """The numbers of the questions that are asked of an alternative."""
    rule, number, *_ = plan.alternatives[place]
    told = [*rule.told[number], *(rule.foreseen[number] if plan.certain else ())]
    if modules := libraries_of(rule, plan.knowledge):
        told.insert(0, ("words", modules))
    found: list[int] = []
    for each in told:
        # What a predicate says may depend on the alternative.
        key = f"{place} {each}" if "'called'" in str(each) else str(each)
        if key not in plan.numbers:
            plan.numbers[key] = len(plan.told)
            plan.told.append((each, place))
        found.append(plan.numbers[key])
    return tuple(dict.fromkeys(found))


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
