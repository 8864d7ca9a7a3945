"""What was tried and turned down, and what was not tried, under the reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from greenrules.models import Report, Variant
from greenrules.report import numbers, tables, view
from greenrules.report.text import one_line


@dataclass(frozen=True, slots=True)
class Refusal:
    """One candidate, or one rule that was not tried.

    Attributes:
        name: id of the candidate; empty for a rule that was not tried.
        rules: with the values of parameters; of a rule that was not tried, with its lines.
        effect: energy against the original, ``–`` where it was not measured to the end; empty where nothing was tried.
        diff: against the original.
    """

    name: str
    rules: str
    effect: str = ""
    diff: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """All that was turned down for one reason.

    Attributes:
        outcome: ``not chosen``, ``rejected``, ``failed``, ``skipped`` or ``not tried``.
        words: why, without a final stop.
    """

    outcome: str
    words: str
    rows: tuple[Refusal, ...]

    @property
    def title(self) -> str:
        """Outcome and reason in one."""
        return f"{self.outcome}: {self.words}"


def refused(report: Report) -> list[Reason]:
    """Every candidate but the chosen one under its reason, then the rules that were not tried."""
    chosen = view.selected(report)
    candidates = (
        (
            {"ok": "not chosen"}.get(variant.status, variant.status),
            one_line(variant.reason or _unsaid(report, variant)).rstrip("."),
            Refusal(variant.id, tables.rules_of(variant), _effect(variant), variant.diff),
        )
        for variant in sorted(report.candidates, key=tables.ratio)
        if variant is not chosen
    )
    lines: dict[tuple[str, str], list[int]] = {}
    for skipped in report.skipped:
        of = lines.setdefault((one_line(skipped.reason).rstrip("."), one_line(skipped.rule)), [])
        of += [] if skipped.line is None else [skipped.line]
    rules = (("not tried", why, Refusal("", rule + _lines(of))) for (why, rule), of in lines.items())
    return [*_grouped(candidates), *_grouped(rules)]


def count(reasons: Iterable[Reason]) -> int:
    """How many candidates and rules they hold."""
    return sum(len(reason.rows) for reason in reasons)


def first(reasons: Iterable[Reason], most: int) -> list[Reason]:
    """As many whole or shortened groups as hold so many rows."""
    kept: list[Reason] = []
    for reason in reasons:
        rows = reason.rows[: max(0, most - count(kept))]
        if rows:
            kept.append(Reason(reason.outcome, reason.words, rows))
    return kept


def _effect(variant: Variant) -> str:
    found = tables.effect(variant)
    return str(found) if found.known else "–"


def _lines(numbers_of: list[int]) -> str:
    if not numbers_of:
        return ""
    return f" (line{'' if len(numbers_of) == 1 else 's'} {', '.join(map(str, sorted(set(numbers_of))))})"


def _grouped(found: Iterable[tuple[str, str, Refusal]]) -> list[Reason]:
    groups: dict[tuple[str, str], list[Refusal]] = {}
    for outcome, words, row in found:
        groups.setdefault((outcome, words), []).append(row)
    return [Reason(outcome, words, tuple(rows)) for (outcome, words), rows in groups.items()]


def _unsaid(report: Report, variant: Variant) -> str:
    """The reason that follows from the figures, where the search gave none."""
    if variant.status != "ok":
        return "no reason was recorded"
    if not numbers.finite(variant.energy_j):
        return "its energy is not known"
    if numbers.above_one(variant.energy_ratio):
        return "it uses more energy than the original"
    if report.selected is None and not (variant.proven and numbers.below_one(variant.energy_ratio)):
        return "its energy is not distinguishable from the original's"
    if variant.id in report.front:
        own = numbers.known(report.decision.scores.get(variant.id))
        best = numbers.known(report.decision.scores.get(report.selected or "baseline"))
        if own is not None and best is not None:
            return f"on the front, but score {numbers.number(own, 3)} against {numbers.number(best, 3)} (less wins)"
        return "on the front, but another suits the weights better"
    return "not on the front: another is as good or better in everything"
