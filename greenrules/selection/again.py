"""Choosing from a stored report: other weights, no new run."""

from __future__ import annotations

from greenrules.models import Report, Variant
from greenrules.selection.choice import Choice, choose
from greenrules.selection.dominance import Alternative
from greenrules.selection.preference import Weights


def choose_again(report: Report, weights: Weights | None = None, *, idle_share: float | None = None) -> Choice:
    """The choice by the values a report holds. With the report's own weights it is the report's own choice.

    Args:
        report: what ``apply`` wrote.
        weights: other weights; the report's when absent.
        idle_share: idle share of the machine's power, where it is known now.
    """
    stored = report.decision.weights
    return choose(
        alternative(report.baseline),
        [alternative(candidate) for candidate in report.candidates],
        better=report.quality.better,
        weights=weights or Weights.of(*(stored.get(key, 0.0) for key in ("energy", "quality", "time"))),
        evidence=report.meter.evidence,
        idle_share=idle_share,
        floors=report.decision.floors or None,
    )


def alternative(variant: Variant) -> Alternative:
    """A report's variant as something to choose. Only confirmation runs count as readings."""
    proven_runs = [
        run for run in variant.runs if run.phase in ("confirmation", "pruning") and run.status == "ok" and run.energy_j
    ]
    refusal = None if variant.status == "ok" else (variant.reason or variant.status)
    return Alternative(
        id=variant.id,
        energy_j=variant.energy_j.median if variant.energy_j else float("nan"),
        time_s=variant.time_s.median if variant.time_s else float("nan"),
        quality=variant.quality.median if variant.quality else None,
        rewrites=len(variant.rules),
        energy_ratio=variant.energy_ratio,
        time_ratio=variant.time_ratio,
        proven=variant.proven,
        refusal=refusal,
        critical_idle_share=variant.critical_idle_share,
        readings={run.block: (run.energy_j or 0.0, run.time_s) for run in proven_runs},
        seeds=tuple(variant.quality_seeds),
    )
