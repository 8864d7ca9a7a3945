"""The decision: which script to hand back, if any."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from greenrules.models import Decision, Evidence
from greenrules.selection.chebyshev import augmented_chebyshev, distances
from greenrules.selection.dominance import Alternative, relative_error, uncertain_front
from greenrules.selection.explanation import explain
from greenrules.selection.front import Floats
from greenrules.selection.indicators import Better
from greenrules.selection.preference import OBJECTIVES, RHO, Weights
from greenrules.selection.quality import QualityLoss, quality_guard

#: Scores that differ by less are a tie.
TIE = 1e-9
#: Idle share of ordinary servers: 0.2 to 0.5. A modelled saving that is gone below this needs a saving of time as well.
LEAST_IDLE_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided, with everything it rests on.

    Attributes:
        selected: id of the candidate; None for no change.
        front: ids on the front, in the order of the input.
        scores: φ by id, front only.
        distances: d_k by id, front only, in the order of ``OBJECTIVES``.
        ideal: least cost over the front, by objective (quality as a cost: negative where higher is better).
        nadir: greatest.
        floors: least ranges.
        refused: why each of the others cannot be chosen, by id.
        reason: one sentence.
        explanation: the whole of it, in sentences.
    """

    weights: Weights
    selected: str | None
    front: tuple[str, ...]
    scores: Mapping[str, float]
    distances: Mapping[str, tuple[float, float, float]]
    ideal: Mapping[str, float]
    nadir: Mapping[str, float]
    floors: Mapping[str, float]
    refused: Mapping[str, str]
    reason: str
    explanation: tuple[str, ...]

    def decision(self) -> Decision:
        """As it stands in ``report.json``."""
        return Decision(
            weights=dict(zip(OBJECTIVES, self.weights.values(), strict=True)),
            ideal=dict(self.ideal),
            nadir=dict(self.nadir),
            floors=dict(self.floors),
            scores=dict(self.scores),
            reason=self.reason,
            explanation=list(self.explanation),
        )


def choose(
    baseline: Alternative,
    candidates: Sequence[Alternative],
    *,
    better: Better = "higher",
    weights: Weights | None = None,
    tolerance: QualityLoss | None = None,
    evidence: Evidence = "measured",
    idle_share: float | None = None,
    floors: Mapping[str, float] | None = None,
) -> Choice:
    """Choose among the baseline and what was proven to save energy.

    Args:
        baseline: the script as it is; always a candidate, and the answer when nothing is proven better.
        candidates: what was confirmed, failed or was rejected.
        better: which way quality is better.
        weights: of the objectives; 0.5, 0.3, 0.2 when absent.
        tolerance: quality that may be lost; None when the guard was applied before (``refusal`` says so).
        evidence: how far the joules can be believed.
        idle_share: idle share of this machine's power, where it is known.
        floors: least ranges of the distances, when they are known from an earlier choice; else 2 % of the baseline's
            energy and time, a quarter of the quality tolerance, or twice the largest standard error, if that is more.

    Raises:
        ValueError: the baseline's energy or time is not positive, or an id stands twice.
    """
    weights = weights or Weights()
    if not _measured(baseline):
        raise ValueError("the baseline has no energy and time to compare with")
    if len({a.id for a in (baseline, *candidates)}) != len(candidates) + 1:
        raise ValueError("two alternatives have the same id")
    refused: dict[str, str] = {}
    eligible = [baseline]
    for candidate in candidates:
        refusal = _refusal(candidate, baseline, better, tolerance, evidence, idle_share)
        if refusal is None:
            eligible.append(candidate)
        else:
            refused[candidate.id] = refusal
    table = np.asarray([_costs(a, baseline, better) for a in eligible])
    members = uncertain_front(eligible, table.tolist())
    front = [eligible[i] for i in members]
    costs = table[members]
    for index, alternative in enumerate(eligible):
        if index not in members and alternative is not baseline:
            refused[alternative.id] = "another candidate is better in one thing and worse in none"
    least = (
        _floors(front, baseline, tolerance) if floors is None else np.array([floors.get(k, 0.0) for k in OBJECTIVES])
    )
    ideal, nadir = costs.min(axis=0), costs.max(axis=0)
    gaps = distances(costs, ideal, nadir, least)
    scores = augmented_chebyshev(gaps, weights.values(), RHO)
    best = winner(front, costs, scores)
    selected = None if front[best] is baseline else front[best].id
    reason, explanation = explain(baseline, front, gaps, best, weights, refused, candidates)
    return Choice(
        weights=weights,
        selected=selected,
        front=tuple(a.id for a in front),
        scores={a.id: float(score) for a, score in zip(front, scores, strict=True)},
        distances={a.id: (float(g[0]), float(g[1]), float(g[2])) for a, g in zip(front, gaps, strict=True)},
        ideal=dict(zip(OBJECTIVES, ideal.tolist(), strict=True)),
        nadir=dict(zip(OBJECTIVES, nadir.tolist(), strict=True)),
        floors=dict(zip(OBJECTIVES, least.tolist(), strict=True)),
        refused=refused,
        reason=reason,
        explanation=tuple(explanation),
    )


def winner(front: Sequence[Alternative], costs: Floats, scores: Floats) -> int:
    """Position of the least score; ties by energy, quality, time, fewer rewrites, id."""
    least = float(np.min(scores))
    tied = [i for i in range(len(front)) if scores[i] <= least + TIE]
    return min(tied, key=lambda i: (*costs[i].tolist(), front[i].rewrites, front[i].id))


def _refusal(
    candidate: Alternative,
    baseline: Alternative,
    better: Better,
    tolerance: QualityLoss | None,
    evidence: Evidence,
    idle_share: float | None,
) -> str | None:
    """Why the candidate cannot be chosen, before any comparison of scores."""
    if candidate.refusal is not None:
        return candidate.refusal
    if not _measured(candidate):
        return "it has no energy and time that can be compared"
    if baseline.quality is not None:
        if candidate.quality is None or not math.isfinite(candidate.quality):
            return "its quality is not known"
        if tolerance is not None:
            paired = len(baseline.seeds) == len(candidate.seeds) > 0
            verdict = quality_guard(
                baseline.seeds if paired else (baseline.quality,),
                candidate.seeds if paired else (candidate.quality,),
                better,
                tolerance,
            )
            if not verdict.ok:
                return verdict.reason
    ratio = candidate.energy_ratio
    if ratio is None:
        return "it was not among the finalists that were confirmed"
    if not math.isfinite(ratio.high):
        return "its confirmation ended after one block, which proves nothing"
    if not candidate.proven or not ratio.high < 1:
        return "its energy is not distinguishable from the original's" if ratio.low <= 1 else "it uses more energy"
    return _idle_refusal(candidate, idle_share) if evidence == "modelled" else None


def _idle_refusal(candidate: Alternative, idle_share: float | None) -> str | None:
    """Whether a modelled saving may be an artefact of a model without idle power."""
    critical = candidate.critical_idle_share
    if critical is None:
        return None
    if idle_share is not None:
        if critical > idle_share:
            return None
        return f"its modelled saving is gone at an idle share of {critical:.2f}, and this machine's is {idle_share:.2f}"
    if critical >= LEAST_IDLE_SHARE or (candidate.time_ratio is not None and candidate.time_ratio.high < 1):
        return None
    return (
        f"its modelled saving is gone at an idle share of {critical:.2f}, below the {LEAST_IDLE_SHARE} of ordinary "
        "machines, and it saves no time; --idle-share or a calibrated meter would settle it"
    )


def _costs(alternative: Alternative, baseline: Alternative, better: Better) -> tuple[float, float, float]:
    """(E, L, T), where paired ratios say more than medians of runs from different moments."""
    energy = baseline.energy_j * alternative.energy_ratio.median if alternative.energy_ratio else alternative.energy_j
    time = baseline.time_s * alternative.time_ratio.median if alternative.time_ratio else alternative.time_s
    # Without a figure in the baseline, quality was equality of outputs, and all that are left have it.
    quality = alternative.quality if baseline.quality is not None and alternative.quality is not None else 0.0
    return energy, -quality if better == "higher" else quality, time


def _floors(front: Sequence[Alternative], baseline: Alternative, tolerance: QualityLoss | None) -> Floats:
    others = [a for a in front if a is not baseline]
    energy_error = max((relative_error(a, 0, baseline) for a in others), default=0.0)
    time_error = max((relative_error(a, 1, baseline) for a in others), default=0.0)
    allowed = tolerance.allowed(baseline.quality) if tolerance is not None and baseline.quality is not None else 0.0
    return np.array(
        [
            max(0.02, 2 * energy_error) * baseline.energy_j,
            max(allowed / 4, 2 * max((_quality_error(a, baseline) for a in others), default=0.0)),
            max(0.02, 2 * time_error) * baseline.time_s,
        ]
    )


def _quality_error(alternative: Alternative, baseline: Alternative) -> float:
    """Standard error of the mean difference over seeds, 0.0 without repetition."""
    if len(alternative.seeds) != len(baseline.seeds) or len(alternative.seeds) < 2:
        return 0.0
    differences = np.subtract(alternative.seeds, baseline.seeds)
    return float(np.std(differences, ddof=1)) / math.sqrt(len(differences))


def _measured(alternative: Alternative) -> bool:
    return all(math.isfinite(x) and x > 0 for x in (alternative.energy_j, alternative.time_s))
