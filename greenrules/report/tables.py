"""Rows of the tables: variants with their figures, and the rules of the choice."""

from __future__ import annotations

import math
from dataclasses import dataclass

from greenrules.models import Report, Variant
from greenrules.report import numbers, view
from greenrules.report.text import one_line, shorten


@dataclass(frozen=True, slots=True)
class Row:
    """A variant in the table beside the front.

    Attributes:
        mark: ``chosen`` or ``kept``, and ``front``.
        picked: it is the chosen variant, or the original where nothing was chosen.
        confirmed: its figures are those of a confirmation, or the original's, and no single run of the search.
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
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """A rule of the choice and what it saved alone.

    Attributes:
        summary: what the rule does, in its own words.
        alone: energy against the original when only this rule was applied, from screening or confirmation.
    """

    rule: str
    summary: str
    tactic: str
    alone: str


def rules_of(variant: Variant) -> str:
    """The rules of a variant with the values of its parameters, in one cell; ``–`` for the original."""
    return (", ".join(map(one_line, variant.rules)) or "–") + _values(variant)


def _values(variant: Variant) -> str:
    values = ", ".join(f"{name} = {value}" for name, value in parameters_of(variant))
    return f" with {values}" if values else ""


def measured_rows(report: Report) -> list[Row]:
    """Every variant with figures: the original and the chosen one, what was confirmed, what was run once; by energy."""
    first = [v for v in view.measured(report) if v is report.baseline or v is view.selected(report)]
    rest = [v for v in view.measured(report) if all(v is not other for other in first)]
    rest.sort(key=lambda v: (numbers.finite(v.energy_ratio) is None, ratio(v), v.id))
    return [_row(report, variant) for variant in first + rest]


def ratio(variant: Variant) -> float:
    """Energy over the original's as far as it is known, to put variants in order; infinite where it is not."""
    confirmed = numbers.finite(variant.energy_ratio)
    found = confirmed.median if confirmed else numbers.known(variant.screened_ratio)
    return math.inf if found is None else found


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
        change=effect(variant),
        quality=numbers.number(variant.quality),
        time=numbers.time(variant.time_s),
        eaoi=numbers.number(variant.eaoi, 3).head if numbers.known(variant.eaoi) is not None else "–",
        edp=f"{numbers.number(edp, 3).head}{numbers.NBSP}J·s" if edp is not None else "–",
        score=numbers.number(score, 3).head if score is not None else "–",
        proven=variant.proven and numbers.below_one(variant.energy_ratio),
        confirmed=variant is report.baseline or numbers.finite(variant.energy_ratio) is not None,
    )


def effect(variant: Variant) -> numbers.Quantity:
    """Energy against the original: as it was confirmed, or else as single runs of the search suggest, which is said."""
    confirmed = numbers.change(variant.energy_ratio)
    if confirmed.known or numbers.known(variant.screened_ratio) is None:
        return confirmed
    runs = sum(run.phase in ("screening", "search") and run.exit_code == 0 for run in variant.runs)
    return numbers.Quantity(f"about {numbers.rough(variant.screened_ratio)}", f"({numbers.plural(runs, 'run')})")


def contributions(report: Report) -> list[Contribution]:
    """The rules of the chosen variant, each with its own effect where it was measured alone."""
    chosen = view.selected(report)
    if chosen is None:
        return []
    about = view.rules(report)
    rows = []
    for index, rule in enumerate(chosen.rules):
        tactic = chosen.tactics[index] if len(chosen.tactics) == len(chosen.rules) else ""
        if not tactic and len(set(chosen.tactics)) == 1:
            tactic = chosen.tactics[0]
        summary = one_line(about[rule].summary) if rule in about else ""
        rows.append(Contribution(one_line(rule), summary, tactic, _alone(report, chosen, rule)))
    return rows


def _alone(report: Report, chosen: Variant, rule: str) -> str:
    """What a rule does by itself, or with as few others as it was measured with."""
    known = [v for v in report.candidates if rule in v.rules and effect(v).known]
    # the same values of parameters say more than others, and an interval more than a single run
    known.sort(
        key=lambda v: (
            len(v.rules),
            any(chosen.parameters.get(name) != value for name, value in v.parameters.items()),
            numbers.finite(v.energy_ratio) is None,
        )
    )
    for variant in known:
        if variant.rules == [rule]:
            values = "" if variant is chosen else _values(variant)
            return f"{effect(variant)}{values}"
        if variant is not chosen and set(variant.rules) < set(chosen.rules):
            others = ", ".join(one_line(other) for other in variant.rules if other != rule)
            return f"{effect(variant)} together with {others}"
    return "not measured alone"


def parameters_of(variant: Variant) -> list[tuple[str, str]]:
    """The parameters that were tuned, as text."""
    return [(one_line(name), shorten(one_line(str(value)), 60)) for name, value in variant.parameters.items()]
