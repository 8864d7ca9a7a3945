"""Candidates as sources: a combination of units with values, written out and observed."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from greenrules.engine.candidates import Unit, render_units
from greenrules.engine.diff import unified
from greenrules.engine.source import read_source
from greenrules.models import LEVELS, Level, Tactic
from greenrules.verbs.candidate import BASELINE, Candidate
from greenrules.verbs.preparation import Prepared, Watched, watch
from greenrules.verbs.seeds import reseeded


@dataclass(frozen=True)
class Form:
    """One form of the script, ready to run.

    Attributes:
        text: the program.
        data: the same as it stands in the file, in the script's own encoding.
        rules: full ids of the rules that were applied.
        sites: how many places were rewritten.
        refusal: why this combination cannot be had, None when it can.
    """

    text: str
    data: bytes
    rules: tuple[str, ...] = ()
    sites: int = 0
    refusal: str | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the data, hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def libraries(self) -> frozenset[str]:
        """Top-level modules that it imports, those of Python itself left out."""
        found: set[str] = set()
        for node in ast.walk(ast.parse(self.text)):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
        return frozenset(found - sys.stdlib_module_names)


class Renderer:
    """Writes candidates out; each once.

    Args:
        prepared: the script.
        units: what can be switched on.
    """

    def __init__(self, prepared: Prepared, units: Sequence[Unit]) -> None:
        self._prepared = prepared
        self._units = {unit.id: unit for unit in units}
        self._forms: dict[Candidate, Form] = {}
        self._watched: dict[str, Watched] = {}

    def form(self, candidate: Candidate) -> Form:
        """The script with a candidate's units applied."""
        if candidate not in self._forms:
            self._forms[candidate] = self._render(candidate)
        return self._forms[candidate]

    def with_seed(self, candidate: Candidate, shift: int) -> Form:
        """The same with its literal seeds moved."""
        form = self.form(candidate)
        if shift == 0:
            return form
        text = reseeded(form.text, shift)
        return Form(text, self._prepared.source.encode(text), form.rules, form.sites)

    def watched(self, form: Form) -> Watched:
        """What is observed while a form runs."""
        if form.digest not in self._watched:
            source = read_source(self._prepared.source.path, form.data)
            prepared = self._prepared
            self._watched[form.digest] = watch(source, prepared.portfolio.knowledge, prepared.target, prepared)
        return self._watched[form.digest]

    def units(self, candidate: Candidate) -> list[Unit]:
        """A candidate's units, in the order of their ids."""
        return [self._units[name] for name in sorted(candidate.units)]

    def tactics(self, candidate: Candidate) -> list[Tactic]:
        """The kind of tactic of each rule that a candidate's form applies, in their order."""
        kinds: dict[str, Tactic] = {rule.full_id: rule.spec.tactic for rule in self._prepared.portfolio.rules}
        return [kinds[name] for name in self.form(candidate).rules]

    def level(self, candidate: Candidate) -> Level:
        """The most a candidate may change."""
        return max((unit.level for unit in self.units(candidate)), key=LEVELS.index, default="exact")

    def persists(self, candidate: Candidate) -> tuple[str, ...]:
        """Folders in which a candidate keeps something between runs."""
        folders = (unit.persists for unit in self.units(candidate))
        return tuple(dict.fromkeys(folder.rstrip("/") for folder in folders if folder))

    def diff(self, candidate: Candidate) -> str:
        """Unified diff against the script as it is."""
        return unified(self._prepared.source.text, self.form(candidate).text, self._prepared.source.path)

    def _render(self, candidate: Candidate) -> Form:
        source = self._prepared.source
        if candidate == BASELINE:
            return Form(source.text, source.data)
        portfolio = self._prepared.portfolio
        made = render_units(
            source,
            self.units(candidate),
            portfolio.rules,
            portfolio.knowledge,
            self._prepared.target,
            self._values(candidate),
        )
        missing = [unit.id for unit in self.units(candidate) if not set(unit.rules) & set(made.rules)]
        refusal = None
        if made.text == source.text:
            refusal = "it changes nothing"
        elif missing:
            reasons = [entry.reason for entry in made.refused if entry.rule in self._units[missing[0]].rules]
            why = f": {reasons[0]}" if reasons else ""
            refusal = f"{missing[0]} has nothing left to do beside the others{why}"
        return Form(made.text, source.encode(made.text), made.rules, len(made.applied), refusal)

    def _values(self, candidate: Candidate) -> Mapping[str, Mapping[str, Any]]:
        """Values by rule and parameter; a parameter of a unit belongs to the rule that declares it."""
        values: dict[str, dict[str, Any]] = {}
        for (unit, name), value in candidate.parameters:
            for rule, parameters in self._units[unit].parameters.items():
                if name in parameters:
                    values.setdefault(rule, {})[name] = value
        return values
