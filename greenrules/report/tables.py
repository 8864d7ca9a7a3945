"""Rows of the tables: candidates, rules of the choice, what was turned down."""

from __future__ import annotations

from dataclasses import dataclass

from greenrules.models import Report, Variant
from greenrules.report import numbers, view
from greenrules.report.text import one_line


@dataclass(frozen=True, slots=True)
class Row:
    """A variant in the table beside the front.

    Attributes:
        mark: ``chosen`` or ``kept``, and ``front``.
        picked: it is the chosen variant, or the original where nothing was chosen.
    """

    name: str
    mark: str
    picked: bool
    rules: str
    energy: numbers.Quantity
    change: numbers.Quantity
    quality: numbers.Quantity
    time: numbers.Quantity
    eaoi: str
    edp: str
    score: str
    proven: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """A rule of the choice and what it saved alone.

    Attributes:
        alone: energy against the original when only this rule was applied, from screening or confirmation.
    """

    rule: str
    tactic: str
    alone: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was not chosen, with the reason."""

    name: str
    rules: str
    status: str
    reason: str
    change: str
    diff: str


def rules_of(variant: Variant) -> str:
    """The rules of a variant in one cell; ``–`` for the original."""
    return ", ".join(map(one_line, variant.rules)) or "–"


def measured_rows(report: Report) -> list[Row]:
    """Every variant with figures, the original and the chosen one first, the others by energy."""
    first = [v for v in view.measured(report) if v is report.baseline or v is view.selected(report)]
    rest = [v for v in view.measured(report) if all(v is not other for other in first)]
    rest.sort(key=lambda v: (v.energy_j.median if v.energy_j else 0.0, v.id))
    return [_row(report, variant) for variant in first + rest]


def _row(report: Report, variant: Variant) -> Row:
    kept = variant is report.baseline and view.selected(report) is None
    picked = kept or variant is view.selected(report)
    marks = (["kept" if kept else "chosen"] if picked else []) + (["front"] if variant.id in report.front else [])
    score = numbers.known(report.decision.scores.get(variant.id))
    edp = numbers.known(variant.edp_js)
    return Row(
        name=view.label(report, variant),
        mark=", ".join(marks),
        picked=picked,
        rules=rules_of(variant),
        energy=numbers.energy(variant.energy_j),
        change=numbers.change(variant.energy_ratio),
        quality=numbers.number(variant.quality),
        time=numbers.time(variant.time_s),
        eaoi=numbers.number(variant.eaoi, 3).head if numbers.known(variant.eaoi) is not None else "–",
        edp=f"{numbers.number(edp, 3).head}{numbers.NBSP}J·s" if edp is not None else "–",
        score=numbers.number(score, 3).head if score is not None else "–",
        proven=variant.proven and numbers.below_one(variant.energy_ratio),
    )


def contributions(report: Report) -> list[Contribution]:
    """The rules of the chosen variant, each with its own effect where it was measured alone."""
    chosen = view.selected(report)
    if chosen is None:
        return []
    rows = []
    for index, rule in enumerate(chosen.rules):
        alone = next((v for v in report.candidates if v.rules == [rule] and numbers.finite(v.energy_ratio)), None)
        tactic = chosen.tactics[index] if len(chosen.tactics) == len(chosen.rules) else ""
        if not tactic and len(set(chosen.tactics)) == 1:
            tactic = chosen.tactics[0]
        words = "not measured alone" if alone is None else str(numbers.change(alone.energy_ratio))
        rows.append(Contribution(one_line(rule), tactic, words))
    return rows


def refusals(report: Report) -> list[Refusal]:
    """Every candidate but the chosen one, then the rules that were not tried."""
    chosen = view.selected(report)
    rows = [
        Refusal(
            name=variant.id,
            rules=rules_of(variant),
            status={"ok": "not chosen"}.get(variant.status, variant.status),
            reason=one_line(variant.reason or _unsaid(report, variant)),
            change=str(numbers.change(variant.energy_ratio)) if numbers.finite(variant.energy_ratio) else "–",
            diff=variant.diff,
        )
        for variant in report.candidates
        if variant is not chosen
    ]
    rows += [
        Refusal(
            name="–",
            rules=one_line(skipped.rule),
            status="not tried",
            reason=one_line(skipped.reason) + (f" (line {skipped.line})" if skipped.line is not None else ""),
            change="–",
            diff="",
        )
        for skipped in report.skipped
    ]
    return rows


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


def parameters_of(variant: Variant) -> list[tuple[str, str]]:
    """The parameters that were tuned, as text."""
    return [(one_line(name), one_line(str(value))) for name, value in variant.parameters.items()]
