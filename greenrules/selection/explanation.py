"""The decision in words: which weights, which distances, why this one, and what would have to change for another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from greenrules.selection.chebyshev import augmented_chebyshev
from greenrules.selection.dominance import Alternative, log_ratio
from greenrules.selection.front import Floats
from greenrules.selection.preference import OBJECTIVES, RHO, Weights
from greenrules.selection.student import t_quantile


def explain(
    baseline: Alternative,
    front: Sequence[Alternative],
    gaps: Floats,
    best: int,
    weights: Weights,
    refused: Mapping[str, str],
    candidates: Sequence[Alternative],
) -> tuple[str, list[str]]:
    """One sentence, and the whole story.

    Args:
        baseline: the script as it is.
        front: the alternatives that were scored.
        gaps: their normalised distances, (n, 3).
        best: position of the one with the least score.
        weights: of the objectives.
        refused: reasons of those that were not scored.
        candidates: all candidates.
    """
    chosen = front[best]
    scores = augmented_chebyshev(gaps, weights.values(), RHO)
    lines = ["Weights: " + ", ".join(f"{n} {w:.2f}" for n, w in zip(OBJECTIVES, weights.values(), strict=True)) + "."]
    for alternative, gap, score in zip(front, gaps, scores, strict=True):
        parts = ", ".join(f"{n} {d:.2f}" for n, d in zip(OBJECTIVES, gap, strict=True))
        lines.append(f"{alternative.id}: distances from the best {parts}; score {score:.4f}.")
    reason = _reason(baseline, front, gaps, best, weights, refused)
    lines.append(reason)
    for index, alternative in enumerate(front):
        if index != best:
            lines.append(_what_would_change(alternative, index, gaps, weights))
    by_id = {candidate.id: candidate for candidate in candidates}
    for why in dict.fromkeys(refused.values()):
        names = [name for name, reason in refused.items() if reason == why]
        further = "".join(_more_blocks(by_id[name], baseline) for name in names)
        lines.append(f"Not considered ({why}): {', '.join(names)}.{further}")
    lines.append(f"Chosen: {chosen.id}." if chosen is not baseline else "Chosen: no change.")
    return reason, lines


def _reason(
    baseline: Alternative,
    front: Sequence[Alternative],
    gaps: Floats,
    best: int,
    weights: Weights,
    refused: Mapping[str, str],
) -> str:
    chosen = front[best]
    if chosen is baseline:
        if len(front) > 1:
            return "No change: by these weights the baseline is nearest to the best in everything."
        if not refused:
            return "No change: there is no candidate."
        return "No change: no candidate is proven to be better."
    ratio = chosen.energy_ratio
    saving = (
        f"it saves {1 - ratio.median:.1%} of the energy (interval {1 - ratio.high:.1%} to {1 - ratio.low:.1%})"
        if ratio
        else ""
    )
    if len(front) == 1:
        return f"{chosen.id}: {saving}, and nothing else is on the front."
    weighted = gaps[best] * np.asarray(weights.values())
    if float(weighted.max()) == 0.0:
        return f"{chosen.id}: {saving}, and it is the best in everything that counts."
    worst = OBJECTIVES[int(np.argmax(weighted))]
    return f"{chosen.id}: {saving}; of all it is nearest to the best in everything, farthest in {worst}."


def _what_would_change(alternative: Alternative, index: int, gaps: Floats, weights: Weights) -> str:
    """The smallest change of one weight, the others in proportion, that makes another the choice."""
    found: list[tuple[float, str, float]] = []
    for k, name in enumerate(OBJECTIVES):
        now = weights.values()[k]
        switches = (_switch(index, gaps, weights.values(), k, end) for end in (0.0, 1.0))
        found += [(abs(switch - now), name, switch) for switch in switches if switch is not None]
    if not found:
        return f"{alternative.id} would not be chosen by changing any one weight."
    _, name, switch = min(found)
    k = OBJECTIVES.index(name)
    now = weights.values()[k]
    shown = _rounded(index, gaps, weights.values(), k, switch)
    way = "or more" if switch > now else "or less"
    said = f"a weight of {shown[k]} {way} on {name} (now {now:.2f}) and the others in proportion"
    return f"{alternative.id} would be chosen with {said}: --weights {','.join(shown)}."


def _switch(index: int, gaps: Floats, weights: Sequence[float], k: int, end: float) -> float | None:
    """The weight of objective k nearest to the present one, towards ``end``, at which the alternative wins."""

    def wins(weight: float) -> bool:
        return _wins(index, gaps, _with_weight(weights, k, weight))

    start, steps = weights[k], 200
    before = start
    for step in range(1, steps + 1):
        weight = end if step == steps else start + (end - start) * step / steps
        if wins(weight):
            for _ in range(20):
                middle = (before + weight) / 2
                before, weight = (before, middle) if wins(middle) else (middle, weight)
            return weight
        before = weight
    return None


def _with_weight(weights: Sequence[float], k: int, weight: float) -> list[float]:
    """Weights that sum to 1 with the given one of objective k, the others in proportion."""
    rest = sum(weights) - weights[k]
    others = [(1 - weight) * (w / rest if rest > 0 else 0.5) for w in weights]
    others[k] = weight
    return others


def _wins(index: int, gaps: Floats, weights: Sequence[float]) -> bool:
    scores = augmented_chebyshev(gaps, weights, RHO)
    return bool(scores[index] <= scores.min() + 1e-12) and int(np.sum(scores <= scores[index] + 1e-12)) == 1


def _rounded(index: int, gaps: Floats, weights: Sequence[float], k: int, switch: float) -> list[str]:
    """Weights as a user writes them, beyond the switch: with as few digits as it takes for the alternative to win."""
    for digits in (2, 3, 4, 6):
        unit = 10.0**-digits
        away = math.ceil(switch / unit) if switch > weights[k] else math.floor(switch / unit)
        shown = [f"{weight:.{digits}f}" for weight in _with_weight(weights, k, min(1.0, max(0.0, away * unit)))]
        if _wins(index, gaps, list(map(float, shown))):
            break
    return shown


def _more_blocks(candidate: Alternative, baseline: Alternative) -> str:
    """How many blocks would prove a saving of the size seen, where there is one."""
    estimate = log_ratio(candidate, baseline, 0)
    if candidate.refusal is not None or candidate.proven or estimate is None or estimate.center >= -0.005:
        return ""
    spread = estimate.standard_error * math.sqrt(estimate.n)
    blocks = estimate.n
    while blocks < 200 and t_quantile(1 - 0.05 / 6, blocks - 1) * spread / math.sqrt(blocks) >= -estimate.center:
        blocks += 1
    if blocks == 200 or blocks <= estimate.n:
        return ""
    seems = f" If the saving of {candidate.id} is what it seems"
    return f"{seems}, about {blocks} blocks would prove it (now {estimate.n})."
