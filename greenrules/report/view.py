"""Questions a document asks of a report: which variant was chosen, which runs count, what stands beside what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Literal

from greenrules.models import Evidence, Report, Role, RuleInfo, RunRecord, StageEnergy, Variant
from greenrules.report.numbers import finite

#: what a reader is told of the origin of the joules
EVIDENCE: dict[Evidence, tuple[str, str]] = {
    "measured": ("measured", "Joules were read from a hardware counter."),
    "calibrated": ("calibrated", "Joules come from a CPU-time model that was calibrated on this machine."),
    "modelled": ("modelled", "Joules are modelled from CPU time and the processor's rated power, not measured."),
}
#: share of its power that an ordinary server draws when idle
ORDINARY_IDLE = (0.2, 0.5)


def kind(report: Report) -> Literal["apply", "measure"]:
    """Whether the report is of ``measure``: nothing was tried, and nothing was meant to be."""
    verb = next((word for word in report.command if word in ("apply", "measure")), None)
    if verb is not None and not report.candidates:
        return "measure" if verb == "measure" else "apply"
    only_measured = all(run.phase == "measure" for run in report.baseline.runs)
    return "measure" if not report.candidates and verb is None and only_measured else "apply"


def selected(report: Report) -> Variant | None:
    """The variant that was chosen, or None for "no change"."""
    return next((variant for variant in report.candidates if variant.id == report.selected), None)


def label(report: Report, variant: Variant) -> str:
    """What a variant is called in tables and charts."""
    return "original" if variant is report.baseline else variant.id


def rules(report: Report) -> dict[str, RuleInfo]:
    """What the rules of the candidates say of themselves, by full id."""
    return {one.rule: one for one in report.rules}


def caveats(report: Report) -> list[tuple[str, str]]:
    """What a user must know before taking the rewrite that was chosen, as (rule, words)."""
    chosen, about = selected(report), rules(report)
    if chosen is None:
        return []
    return [(rule, words) for rule in chosen.rules if rule in about and (words := about[rule].caveat)]


def variants(report: Report) -> Iterator[Variant]:
    """The baseline, the chosen one, then the others in their order."""
    yield report.baseline
    chosen = selected(report)
    if chosen is not None:
        yield chosen
    yield from (variant for variant in report.candidates if variant is not chosen)


def measured(report: Report) -> list[Variant]:
    """The variants that have an energy and were not thrown out, baseline and chosen one first."""
    return [v for v in variants(report) if finite(v.energy_j) and v.status == "ok"]


def counted(variant: Variant) -> list[RunRecord]:
    """The runs behind a variant's figures: its confirmation, else all that ended well and were not warm-ups."""
    fine = [run for run in variant.runs if run.status == "ok" and run.phase not in ("warm-up", "seed")]
    return [run for run in fine if run.phase in ("confirmation", "measure")] or fine


def stages(report: Report) -> tuple[list[StageEnergy], list[StageEnergy]]:
    """Stages before and after; the second is empty when nothing was chosen."""
    chosen = selected(report)
    return report.baseline.stages or report.script.stages, chosen.stages if chosen else []


def by_role(rows: list[StageEnergy]) -> dict[Role, StageEnergy]:
    """Stages by their role; of two with the same role, the first."""
    found: dict[Role, StageEnergy] = {}
    for row in rows:
        found.setdefault(row.role, row)
    return found


def script_name(report: Report) -> str:
    """The file name of the script as it was: the one it is kept under, when the rewritten one took its place."""
    path = report.script.original or report.script.path
    return PurePath(path).name or path or "the script"


def output_name(report: Report) -> str:
    """The file name of the rewritten script, or what stands for it when nothing was written."""
    return PurePath(report.script.output).name if report.script.output else "the rewritten script"


def metric_name(report: Report) -> str:
    """What the quality is called."""
    if report.quality.metric:
        return report.quality.metric
    return "outputs" if report.quality.source == "outputs" else "quality"
