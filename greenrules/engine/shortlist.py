"""Which rules can match a script at all, told from its text without parsing. What is ruled out here cannot match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from greenrules.engine.condition_needs import unused_import_asked
from greenrules.engine.match import Match
from greenrules.engine.prefilter import spoken

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.outline import ImportText, Outline
    from greenrules.engine.pack import Branch, Rule
    from greenrules.engine.source import Source

_HANDED_ON = re.compile(r"=[\s\\`(]*+((?:[A-Za-z_]\w*[\s\\`]*+\.[\s\\`]*+)*+[A-Za-z_]\w*)(?=[\s\\`)]*?(?:[\n;=]|\Z))")
_CALLED = ("(", "((", "([", "(*")


@dataclass(frozen=True, slots=True)
class Live:
    """A rule that may match, with the numbers of those of its alternatives that may."""

    rule: Rule
    branches: tuple[int, ...]


def live_rules(facts: Facts, rules: Iterable[Rule]) -> list[Live]:
    """The rules that may match a script, in the order given."""
    found: list[Live] = []
    look = _Look(facts)
    for rule in rules:
        branches = tuple(number for number in look.spoken_for(rule) if not _ruled_out(rule, number, facts))
        if branches and concerns(rule, facts.source, facts.knowledge):
            found.append(Live(rule, branches))
    return found


def concerns(rule: Rule, source: Source, knowledge: Knowledge) -> bool:
    """Whether a rule is meant for a script: one that names libraries is for scripts that mention one of them.

    A library that no pack declares counts as mentioned, because its modules are not known.
    """
    libraries: Mapping[str, str] = rule.data.get("libraries") or {}
    modules = knowledge.roots
    return not libraries or any(
        name not in modules or any(source.mentions(module) for module in modules[name]) for name in libraries
    )


def _ruled_out(rule: Rule, number: int, facts: Facts) -> bool:
    """Whether a condition about the script as a whole says no to every match of an alternative."""
    if not rule.of_script[number]:
        return False
    nowhere = Match(rule, number, ())
    return any(condition.question.answer(nowhere, facts).value is False for condition in rule.of_script[number])


class _Look:
    """What is asked of one script's text for every rule."""

    def __init__(self, facts: Facts) -> None:
        self._source, self._knowledge = facts.source, facts.knowledge
        self._outline = facts.source.outline
        if self._outline is not None:
            self._forms = _meant(self._outline, self._knowledge)
            roots = self._outline.modules
            self._roots = roots | self._knowledge.roots_behind(roots)
            self._modules = frozenset(
                self._knowledge.canonical(each.name if each.module is None else each.module)
                for each in self._outline.imports
            )

    def spoken_for(self, rule: Rule) -> Iterator[int]:
        """The alternatives of a rule that the text does not rule out."""
        if self._outline is None:
            words = spoken(self._source.words, self._knowledge)
            yield from (number for number, needed in enumerate(rule.needed) if needed <= words)
            return
        forms = self._forms
        for number, groups in enumerate(rule.shown):
            for group in groups:
                if forms.isdisjoint(group):
                    break
            else:
                branch = rule.branches[number]
                if self._imported(branch) and self._mentioned(rule, number) and not self._surely_used(rule, branch):
                    yield number

    def _imported(self, branch: Branch) -> bool:
        """Whether the modules of declared libraries that an alternative names are imported."""
        if any(self._knowledge.knows(root) and root not in self._roots for root in branch.roots):
            return False
        kinds = branch.kinds
        if kinds.last is None or kinds.types not in (("Import",), ("ImportFrom",)):
            return True
        return self._knowledge.canonical(kinds.last) in self._modules

    def _mentioned(self, rule: Rule, number: int) -> bool:
        """Whether the words stand in the text that conditions look for anywhere, and a name that one describes."""
        if any(not any(map(self._source.mentions, words)) for words in rule.mentioned[number]):
            return False
        wanted = rule.named[number]
        return wanted is None or any(_named(wanted, form) for form in self._forms)

    def _surely_used(self, rule: Rule, branch: Branch) -> bool:
        """Whether an alternative looks for imports that nothing uses, and all that it could mean are used."""
        outline = self._outline
        if outline is None or branch.kinds.types not in (("Import",), ("ImportFrom",)):
            return False
        if not unused_import_asked((*branch.where, *rule.where)):
            return False
        module = self._knowledge.canonical(branch.kinds.last or "")
        return all(
            self._used(each)
            for each in outline.imports
            if self._knowledge.canonical(each.name if each.module is None else each.module) == module
        )

    def _used(self, each: ImportText) -> bool:
        """Whether the name that an import binds is certainly asked for something."""
        assert self._outline is not None
        name = each.bound
        # After ``import`` and ``from`` the name of a module is no use of it.
        if each.alias == each.name or any(
            (other.module or other.name).startswith(f"{name}.") for other in self._outline.imports
        ):
            return False
        return self._outline.speaks(name)


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


@lru_cache(maxsize=65_536)
def _named(pattern: str, form: str) -> bool:
    """Whether a form is an attribute that is called and whose name a regular expression matches."""
    return form.startswith(".") and "(" in form and re.search(pattern, form.strip(".([*")) is not None
