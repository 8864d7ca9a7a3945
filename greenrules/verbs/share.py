"""How much of a script's energy a rewrite can act on, from the baseline's stage profile."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from greenrules.bench.run import StageReading
from greenrules.engine.candidates import Unit
from greenrules.models import Role
from greenrules.verbs.preparation import Prepared

if TYPE_CHECKING:
    from greenrules.engine.pack import Rule

#: Tactics that leave every value as it is: what comes later costs what it cost.
LOCAL = {"redundancy-elimination", "vectorized-merging", "idiom"}
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True)
class Profile:
    """Where a script's energy goes.

    Attributes:
        spans: first line, last line and role of everything that has one, in the order of the script.
        energy: joules of each role.
        begins: line → first line of the statement at module level that it belongs to.
        flat: whether the script runs from top to bottom: no functions, no classes.
        deleting: full ids of rules that take statements out and write nothing.
        imported: line of an import → the top modules it imports.
    """

    spans: Sequence[tuple[int, int, Role]]
    energy: Mapping[Role, float]
    begins: Mapping[int, int]
    flat: bool
    deleting: frozenset[str] = frozenset()
    imported: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, prepared: Prepared, stages: Mapping[Role, StageReading]) -> Profile:
        """The profile of a script, from a run of it."""
        tree = ast.parse(prepared.source.text)
        begins = {}
        for statement in tree.body:
            for line in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1):
                begins[line] = statement.lineno
        return cls(
            tuple(sorted(prepared.watched.instrumentation.roles)),
            {role: reading.energy_j for role, reading in stages.items()},
            begins,
            not any(isinstance(node, _SCOPES) for node in ast.walk(tree)),
            frozenset(rule.full_id for rule in prepared.portfolio.rules if _deletes(rule)),
            {node.lineno: _modules(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)},
        )

    def likely(self, unit: Unit) -> float | None:
        """The share that a unit may be expected to act on: of imports, those of the modules that it leaves out."""
        share = self.share(unit)
        if share is None or not self._only_imports(unit):
            return share
        everything = frozenset().union(*self.imported.values())
        kept = frozenset().union(*(names for line, names in self.imported.items() if line not in unit.lines))
        return share * len(everything - kept) / max(1, len(everything))

    def share(self, unit: Unit) -> float | None:
        """The largest share of the baseline's energy, 0 to 1, that a unit can act on; None when that is not known.

        A rewrite that leaves every value as it is acts on its own stages only; any other acts on all that comes
        after it, too. What edits imports, or stands before them, acts on everything; what only takes imports out acts
        on the imports.
        """
        total = sum(self.energy.values())
        if total <= 0 or not unit.lines:
            return None
        roles = {line: self._role(line) for line in unit.lines}
        if self._only_imports(unit):
            return min(1.0, self.energy.get("imports", 0.0) / total)
        if not self.flat:
            return None
        first_import = min((first for first, _, role in self.spans if role == "imports"), default=0)
        if "imports" in roles.values() or min(unit.lines) <= first_import:
            return None
        if unit.level == "exact" and set(unit.tactics) <= LOCAL:
            if None in roles.values():
                return None
            touched: set[Role] = {role for role in roles.values() if role is not None}
        else:
            begin = min(self.begins.get(line, line) for line in unit.lines)
            if self._role(begin) is None:
                # It is billed to the stage that was entered before it.
                begin = max((self.begins.get(one, one) for one, _, _ in self.spans if one < begin), default=begin)
            touched = {role for _, last, role in self.spans if last >= begin}
        return min(1.0, sum(self.energy.get(role, 0.0) for role in touched) / total)

    def _only_imports(self, unit: Unit) -> bool:
        return set(unit.rules) <= self.deleting and {self._role(line) for line in unit.lines} == {"imports"}

    def _role(self, line: int) -> Role | None:
        # The narrowest span that holds the line is what is entered when it runs.
        holding = [(last - first, role) for first, last, role in self.spans if first <= line <= last]
        return min(holding)[1] if holding else None


def _modules(node: ast.Import | ast.ImportFrom) -> frozenset[str]:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return frozenset(name.partition(".")[0] for name in names)


def _deletes(rule: Rule) -> bool:
    written = rule.set or rule.within or rule.data.get("prepend")
    return rule.template is not None and not rule.template.nodes and not written
