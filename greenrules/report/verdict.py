"""The sentence on top, the three tiles and the badge: what may be said, and no more.

"Saves" is said only where the whole 95 % interval of the ratio lies below 1 and the confirmation upheld it; an interval
that contains 1 is "not distinguishable"; a figure without an interval is never put as a claim.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from greenrules.models import Interval, Report, Variant
from greenrules.report import agreement, numbers, tables, view
from greenrules.report.text import one_line

Mood = Literal["better", "same", "worse", "open"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result in words.

    Attributes:
        mood: what colour it is told in.
        headline: one sentence without a final stop.
        details: further sentences, each complete.
    """

    mood: Mood
    headline: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the three figures on top.

    Attributes:
        label: what it is, such as ``energy``.
        value: the figure, large.
        bounds: its 95 % interval, or words for why there is none.
        path: before and after, such as ``412 J → 264 J``; empty when nothing was chosen.
        basis: on how many runs it rests.
        mood: better, same, worse or open.
    """

    label: str
    value: str
    bounds: str
    path: str
    basis: str
    mood: Mood


def verdict(report: Report) -> Verdict:
    """What came out, in one sentence and a few that follow."""
    chosen = view.selected(report)
    if chosen is not None:
        return _of_choice(report, chosen)
    script = view.script_name(report)
    joules, seconds = numbers.energy(report.baseline.energy_j), numbers.time(report.baseline.time_s)
    uses = f"{script} uses {joules} in {seconds} per run" if joules.known else f"The energy of {script} is not known"
    if view.kind(report) == "measure":
        return Verdict("open", uses, ())
    if not report.candidates:
        untried = numbers.plural(len({one.rule for one in report.skipped}), "rule")
        headline = (
            f"No change: nothing was tried on {script}, and {untried} could not be tried"
            if report.skipped
            else f"No change: no rule applies to {script}"
        )
        return Verdict("same", headline, (sentence(uses), *_reason(report)))
    tried = len(report.candidates)
    fine = sum(candidate.status == "ok" for candidate in report.candidates)
    which = f"none of {numbers.plural(tried, 'candidate')}" if tried > 1 else "the one candidate"
    if not fine:
        headline = f"No change: {which} could {'' if tried > 1 else 'not '}be used"
    else:
        headline = f"No change: {which} is {'' if tried > 1 else 'not '}proven better than {script}"
    return Verdict("same", headline, (sentence(uses), *_reason(report), *_turned_down(report)))


def _turned_down(report: Report) -> tuple[str, ...]:
    """What stood in the way of those that could not be chosen whatever they save, the most promising one first."""
    told = []
    for status, words in (("rejected", "turned down"), ("failed", "given up")):
        found = [one for one in report.candidates if one.status == status]
        if not found:
            continue
        best = min(found, key=tables.ratio)
        effect = tables.effect(best)
        figure = f" (energy {effect})" if effect.known else ""
        reason = one_line(best.reason or "no reason was recorded").rstrip(".")
        rest = len(found) - 1
        more = f"; so {'was' if rest == 1 else 'were'} {numbers.plural(rest, 'other')}" if rest else ""
        told.append(f"{one_line(best.id)}{figure} was {words}: {reason}{more}.")
    return tuple(told)


def sentence(words: str) -> str:
    """Words with a stop behind, and a capital in front unless they begin with a name such as ``c1`` or ``train.py``."""
    words = words.strip()
    if words.partition(" ")[0].rstrip(",'").isalpha():
        words = words[:1].upper() + words[1:]
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _reason(report: Report) -> tuple[str, ...]:
    reason = report.decision.reason.strip()
    return (sentence(reason),) if reason else ()


def _of_choice(report: Report, chosen: Variant) -> Verdict:
    output, script = view.output_name(report), view.script_name(report)
    ratio = numbers.finite(chosen.energy_ratio)
    beside = (*_quality(report, chosen), *_time(chosen))
    if ratio is None:
        headline = f"{chosen.id} was chosen; how its energy compares is not known"
        return Verdict("open", headline, (*beside, *_reason(report)))
    if numbers.below_one(ratio) and chosen.proven:
        headline = f"{output} uses {numbers.saving(ratio)} less energy than {script}"
        return Verdict("better", headline, beside)
    figure = numbers.change(ratio)
    if numbers.above_one(ratio):
        headline = f"{output} uses more energy than {script}: {figure}"
        return Verdict("worse", headline, (*beside, *_reason(report)))
    if numbers.below_one(ratio):
        headline = f"{output} used less energy than {script} ({figure}), but this is not confirmed"
        why = "With so many comparisons, an interval this close to zero can come about by chance."
        return Verdict("open", headline, (why, *beside, *_reason(report)))
    headline = f"The energy of {output} is not distinguishable from that of {script}: {figure}"
    return Verdict("open", headline, (*beside, *_reason(report)))


def _quality(report: Report, chosen: Variant) -> tuple[str, ...]:
    before, after = numbers.finite(report.baseline.quality), numbers.finite(chosen.quality)
    if before is None or after is None:
        if report.quality.source == "outputs":
            return (agreement.sentence(chosen) or "Whether its outputs are the original's was not recorded.",)
        return ("Its quality is not known.",)
    metric = view.metric_name(report)
    gap = numbers.difference(after.median, before.median)
    if gap == "±0":
        return (f"Its {metric} is the same: {numbers.number(after)}.",)
    return (f"Its {metric} is {numbers.number(after)}, before it was {numbers.number(before)} ({gap}).",)


def _time(chosen: Variant) -> tuple[str, ...]:
    ratio = numbers.finite(chosen.time_ratio)
    if ratio is None:
        return ()
    if numbers.below_one(ratio):
        return (f"It takes {numbers.saving(ratio)} less time.",)
    if numbers.above_one(ratio):
        return (f"It takes longer: {numbers.change(ratio)}.",)
    return (f"Its time is not distinguishable from the original's: {numbers.change(ratio)}.",)


def tiles(report: Report) -> tuple[Tile, Tile, Tile]:
    """Joules, quality and time, each with its interval and the number of runs."""
    chosen = view.selected(report)
    return _energy_tile(report, chosen), _quality_tile(report, chosen), _time_tile(report, chosen)


def _arrow(before: numbers.Quantity, after: numbers.Quantity) -> str:
    return f"{before.head} → {after.head}" if before.known and after.known else ""


def _energy_tile(report: Report, chosen: Variant | None) -> Tile:
    before = numbers.energy(report.baseline.energy_j)
    if chosen is None:
        return _plain("energy per run", before, report.baseline)
    path = _arrow(before, numbers.energy(chosen.energy_j))
    proven = chosen.proven and numbers.below_one(chosen.energy_ratio)
    return _ratio_tile("energy per run", chosen.energy_ratio, path, chosen, proven)


def _time_tile(report: Report, chosen: Variant | None) -> Tile:
    before = numbers.time(report.baseline.time_s)
    if chosen is None:
        return _plain("time per run", before, report.baseline)
    path = _arrow(before, numbers.time(chosen.time_s))
    return _ratio_tile("time per run", chosen.time_ratio, path, chosen, numbers.below_one(chosen.time_ratio))


def _ratio_tile(label: str, ratio: Interval | None, path: str, chosen: Variant, better: bool) -> Tile:
    figure = numbers.change(ratio)
    mood: Mood = "better" if better else "worse" if numbers.above_one(ratio) else "same" if figure.known else "open"
    bounds = figure.bounds or ("no interval" if figure.known else "")
    if mood == "same" and not numbers.below_one(ratio):
        bounds += " not distinguishable"
    return Tile(label, figure.head, bounds, path, basis(chosen), mood)


def _plain(label: str, figure: numbers.Quantity, variant: Variant) -> Tile:
    bounds = figure.bounds or ("one figure, no interval" if figure.known else "")
    return Tile(label, figure.head, bounds, "", basis(variant), "open")


def _quality_tile(report: Report, chosen: Variant | None) -> Tile:
    metric = view.metric_name(report)
    before = numbers.finite(report.baseline.quality)
    after = numbers.finite(chosen.quality) if chosen is not None else None
    label = f"{metric}, {report.quality.better} is better" if before is not None else metric
    if chosen is None or before is None or after is None:
        return _quality_alone(report, chosen or report.baseline, label)
    gap = numbers.difference(after.median, before.median)
    mood: Mood = "same"
    apart = after.high < before.low or after.low > before.high
    if apart:
        rises = after.median > before.median
        mood = "better" if rises == (report.quality.better == "higher") else "worse"
    figure = numbers.number(after)
    bounds = f"now {figure}" if figure.bounds else _steady(chosen)
    seeds = f", {numbers.plural(len(chosen.quality_seeds), 'seed')}" if chosen.quality_seeds else ""
    path = _arrow(numbers.number(before), figure)
    return Tile(label, gap or figure.head, bounds, path, basis(chosen) + seeds, mood)


def _quality_alone(report: Report, variant: Variant, label: str) -> Tile:
    figure = numbers.number(variant.quality)
    if not figure.known and report.quality.source == "outputs":
        return _outputs_tile(variant)
    same = figure.known and not figure.bounds and len(view.counted(variant)) > 1
    return Tile(label, figure.head, figure.bounds or (_steady(variant) if same else ""), "", basis(variant), "open")


def _outputs_tile(variant: Variant) -> Tile:
    agree = agreement.agrees(variant)
    if agree is None:
        return Tile("outputs", "compared", "instead of a metric", "", basis(variant), "open")
    bounds = "as the original's" if variant.level == "exact" else "as the original's, within the tolerance"
    if not agree:
        return Tile("outputs", "differ", "from the original's", "", basis(variant), "worse")
    return Tile("outputs", "the same", bounds, "", basis(variant), "same")


def _steady(variant: Variant) -> str:
    """What a quality without spread says: of all runs, or only of those with the script's own seed."""
    seeds = [number for number in variant.quality_seeds if math.isfinite(number)]
    if len(seeds) < 2:
        return "the same in every run"
    return f"with its own seed; {min(seeds):.4g} to {max(seeds):.4g} over the seeds"


def basis(variant: Variant) -> str:
    """On how many runs the figures of a variant rest."""
    runs = len(view.counted(variant))
    return f"n = {runs}" if runs else "no runs"


def caveats(report: Report) -> tuple[str, ...]:
    """What a reader must know before believing the joules; empty when they were measured."""
    if report.meter.evidence == "measured":
        return ()
    words = [view.EVIDENCE[report.meter.evidence][1]]
    if report.meter.evidence == "modelled":
        gpus = [domain for domain in report.meter.domains if domain.startswith("gpu")]
        of = f"{', '.join(gpus)} read from NVML; the processor's share" if gpus else "An absolute figure"
        unseen = "memory or disks" if gpus else "memory, disks or accelerators"
        words.append(
            f"{of} may be off by ±{numbers.share(report.meter.relative_uncertainty)}; the model sees neither idle "
            f"power nor {unseen}, so it flatters a script that uses fewer cores for longer."
        )
    chosen = view.selected(report)
    if chosen is None or not numbers.below_one(chosen.energy_ratio):
        return tuple(words)
    idle = numbers.known(chosen.critical_idle_share)
    low, high = (numbers.share(end) for end in view.ORDINARY_IDLE)
    if idle is not None:
        words.append(
            f"Critical idle share: the saving is gone on a machine that draws more than {numbers.share(idle)} of its "
            f"power when idle (ordinary servers: {low} to {high})."
        )
    elif report.meter.evidence == "modelled":
        words.append("There is no idle share at which this saving would be gone.")
    return tuple(words)
