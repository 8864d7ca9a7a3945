"""``choose``: the decision again with other weights, from a stored report, without running anything."""

from __future__ import annotations

from greenrules.bench.quality import direction
from greenrules.errors import UsageError
from greenrules.models import Report, Variant
from greenrules.selection.again import choose_again
from greenrules.selection.indicators import break_even
from greenrules.selection.intervals import Estimate
from greenrules.selection.preference import Weights
from greenrules.selection.quality import QualityLoss
from greenrules.verbs.result import LOST, guarded, lost


def choose(
    report: Report,
    weights: tuple[float, float, float],
    max_quality_loss: str | None = None,
    idle_share: float | None = None,
) -> Report:
    """The report with another decision.

    Args:
        report: of ``apply``.
        weights: of energy, quality and time.
        max_quality_loss: a stricter guard than the report's, as written; None to keep the report's.
        idle_share: the machine's idle power share, where it is known now.

    Raises:
        UsageError: weights or loss are not what they should be, or the loss is more than the search allowed.
    """
    kept = report
    if max_quality_loss is not None:
        allowed = QualityLoss.parse(max_quality_loss)
        _not_looser(report, max_quality_loss, allowed)
        kept = report.model_copy(
            update={
                "candidates": [
                    guarded(one, report.baseline, report.quality.better, allowed) for one in report.candidates
                ]
            }
        )
    choice = choose_again(kept, Weights.of(*weights), idle_share=idle_share)
    candidates = [
        one if one.status != "ok" else one.model_copy(update={"reason": choice.refused.get(one.id)})
        for one in kept.candidates
    ]
    chosen = next((one for one in candidates if one.id == choice.selected), None)
    search = report.search.model_copy(update={"break_even_runs": _break_even(report, chosen)})
    ways = {name: direction(name, {}) for name in report.baseline.other_metrics}
    limit = max_quality_loss or report.quality.max_loss
    losses = lost(report.baseline, chosen, ways, None if limit is None else QualityLoss.parse(limit))
    doubts = [one for one in report.warnings if one.code not in LOST]
    return kept.model_copy(
        update={
            "candidates": candidates,
            "front": list(choice.front),
            "selected": choice.selected,
            "decision": choice.decision(),
            "search": search,
            "warnings": [*doubts, *losses],
        }
    )


def _not_looser(report: Report, asked: str, allowed: QualityLoss) -> None:
    """Refuse a limit that the search did not have: what lost more was neither tried further nor proven."""
    limit, quality = report.quality.max_loss, report.baseline.quality
    if limit is None or quality is None:
        raise UsageError(
            "--max-quality-loss has nothing to act on: the report holds no quality figure",
            remedy="leave it out; candidates had to give the script's own outputs",
        )
    if allowed.allowed(quality.median) > QualityLoss.parse(limit).allowed(quality.median) * (1 + 1e-9):
        raise UsageError(
            f"--max-quality-loss {asked} is looser than the {limit} of the report",
            detail="what lost more was not measured further, so nothing is proven of it",
            remedy=f"greenrules apply {report.script.path} --max-quality-loss {asked}, or at most {limit} here",
        )


def _break_even(report: Report, chosen: Variant | None) -> object:
    if chosen is None or chosen.energy_ratio is None or report.baseline.energy_j is None:
        return None
    ratio = chosen.energy_ratio
    estimate = Estimate(ratio.median, ratio.low, ratio.high, 0.95, float("nan"), None, 0, "t")
    return break_even(report.search.energy_j, report.baseline.energy_j.median, estimate)
