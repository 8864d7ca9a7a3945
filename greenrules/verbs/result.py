"""From runs to a report: intervals, ratios, the choice, and everything a reader needs to believe it."""

from __future__ import annotations

import hashlib
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greenrules.models import Interval, RunRecord, Variant, WarningInfo
from greenrules.selection.confirmation import Verdict
from greenrules.selection.indicators import Better, Load, critical_idle_share, eaoi, edp
from greenrules.selection.intervals import Estimate, mean_interval
from greenrules.selection.quality import QualityLoss, quality_guard
from greenrules.verbs.candidate import BASELINE, Candidate
from greenrules.verbs.readings import over, stage_energies
from greenrules.verbs.renderer import Renderer
from greenrules.verbs.series import Series

#: Phases whose runs a figure rests on, the best first: screening runs are not the proof.
PROVING = ("confirmation", "pruning", "measure", "search", "screening")
#: Least share of a metric that does not decide whose loss is told, where the allowed one is in another metric's unit.
TOLD_LOSS = 0.005
#: Codes of the warnings about what a chosen variant loses beside the metric that decides.
LOST = ("other-metrics", "missing-files")


def counted(runs: Sequence[RunRecord]) -> list[RunRecord]:
    """The runs a figure rests on: those of the confirmation, or else of the next best phase there is."""
    good = [run for run in runs if run.status == "ok" and run.energy_j is not None]
    for phase in PROVING:
        found = [run for run in good if run.phase == phase]
        if found:
            return found
    return []


#: Phases before the confirmation: a run or two of each candidate, to see what is worth confirming.
SEARCHING = ("screening", "search")


def screened(runs: Sequence[RunRecord], baseline: Sequence[RunRecord]) -> float | None:
    """Energy of a candidate over the baseline's in the runs of the search that came to their end.

    Runs that gave the wrong outputs count, too: what they used was measured. Only runs of the same phases are put
    beside each other, because a machine may be another half an hour later.
    """

    def joules(of: Sequence[RunRecord]) -> list[float]:
        return [r.energy_j for r in of if r.phase in SEARCHING and r.exit_code == 0 and r.energy_j]

    own, base = joules(runs), joules(baseline)
    return statistics.median(own) / statistics.median(base) if own and base else None


def interval(values: Sequence[float], *, positive: bool = False) -> Interval | None:
    """Median with the 95 % interval of the mean; a single value has an interval without width.

    Args:
        values: of the runs; what is not finite is left out, and nothing is known where nothing else is left.
        positive: joules and seconds: the interval is that of the geometric mean, which cannot fall below zero.
    """
    values = [value for value in values if math.isfinite(value)]
    positive = positive and all(value > 0 for value in values)
    if not values:
        return None
    middle = statistics.median(values)
    if len(values) < 2:
        return Interval(median=middle, low=middle, high=middle)
    found = mean_interval([math.log(value) for value in values]).exponential() if positive else mean_interval(values)
    return Interval(median=middle, low=min(found.low, middle), high=max(found.high, middle))


def of_estimate(estimate: Estimate | None) -> Interval | None:
    """An estimate as the report keeps it."""
    return None if estimate is None else Interval(median=estimate.center, low=estimate.low, high=estimate.high)


@dataclass(frozen=True)
class Compared:
    """What is known of a candidate beside the baseline: ratios with intervals, and whether they prove a saving."""

    energy: Estimate | None
    time: Estimate | None
    proven: bool

    @classmethod
    def of(cls, verdict: Verdict | None) -> Compared:
        """From the verdict of a confirmation."""
        return cls(None, None, False) if verdict is None else cls(verdict.energy, verdict.time, verdict.proven)


def variant(
    candidate: Candidate,
    series: Series,
    renderer: Renderer,
    compared: Compared,
    *,
    baseline: Variant | None,
    threads: int,
    modelled: bool,
    better: Better,
) -> Variant:
    """A candidate, or the baseline, as the report shows it.

    Args:
        candidate: which.
        series: its runs.
        renderer: of candidates.
        compared: ratios to the baseline.
        baseline: the baseline's own entry, None for the baseline itself.
        threads: of the machine, for the critical idle share.
        modelled: whether the joules are.
        better: which way quality is better.
    """
    runs = counted(series.runs)
    energies = [run.energy_j for run in runs if run.energy_j is not None]
    times = [run.time_s for run in runs]
    own_seed = [run for run in runs if run.seed == 0] or [r for r in series.runs if r.status == "ok" and r.seed == 0]
    qualities = [run.quality for run in own_seed if run.quality is not None]
    form = renderer.form(candidate)
    judged = series.judgements[-1] if series.judgements else None
    status, reason = series.rejection or (("ok", None) if energies else ("skipped", _unfinished(series)))
    alone = screened(series.runs, baseline.runs) if baseline is not None else None
    energy, quality = interval(energies, positive=True), interval(qualities)
    base_energy = baseline.energy_j if baseline is not None else None
    base_quality = baseline.quality if baseline is not None else None
    index = None
    if energy and quality and base_energy and base_quality:
        ratio = compared.energy.center if compared.energy else alone or energy.median / base_energy.median
        index = eaoi(base_quality.median, quality.median, base_energy.median, base_energy.median * ratio, better)
    share = None
    if baseline is not None and modelled and energies and baseline.runs:
        share = critical_idle_share(_load(counted(baseline.runs), threads), _load(runs, threads))
    watched = renderer.watched(form) if candidate == BASELINE or energies else None
    seeds = sorted(series.seeds)
    return Variant(
        id=series.id,
        rules=list(form.rules),
        tactics=renderer.tactics(candidate),
        parameters=_parameters(candidate),
        sites=form.sites,
        level=None if candidate == BASELINE else renderer.level(candidate),
        diff="" if candidate == BASELINE else renderer.diff(candidate),
        status=status,
        reason=reason,
        runs=series.runs,
        energy_j=energy,
        energy_uncertainty=over(runs),
        time_s=interval(times, positive=True),
        cpu_s=interval([run.cpu_s for run in runs], positive=True),
        quality=quality,
        quality_seeds=[series.seeds[seed] for seed in seeds] if len(seeds) > 1 else [],
        other_metrics=dict(judged.others) if judged is not None else {},
        outputs_agree=dict(judged.agreement) if judged is not None else {},
        energy_ratio=of_estimate(compared.energy),
        screened_ratio=alone,
        time_ratio=of_estimate(compared.time),
        proven=compared.proven,
        critical_idle_share=share,
        eaoi=index,
        edp_js=edp(statistics.median(energies), statistics.median(times)) if energies else None,
        stages=stage_energies(series.stages, watched.lines) if watched is not None else [],
    )


def _unfinished(series: Series) -> str:
    if not series.runs:
        return "it was not run"
    return "its run was ended early: it had used more energy than it could have won back"


def _parameters(candidate: Candidate) -> dict[str, Any]:
    """Values by parameter; where two units have one of the same name, the unit stands before it."""
    names = [name for (_, name), _ in candidate.parameters]
    return {name if names.count(name) == 1 else f"{unit}:{name}": value for (unit, name), value in candidate.parameters}


def _load(runs: Sequence[RunRecord], threads: int) -> Load:
    time_s = statistics.median(run.time_s for run in runs)
    cpu_s = statistics.median(run.cpu_s for run in runs)
    return Load(time_s, min(1.0, cpu_s / max(1e-9, time_s * threads)))


def guarded(one: Variant, base: Variant, better: Better, allowed: QualityLoss) -> Variant:
    """A candidate, rejected when it loses more quality than is allowed: by the interval over seeds, if it has some."""
    if one.status != "ok":
        return one
    if base.quality is None or one.quality is None:
        whose = "the original's" if base.quality is None else "its"
        return one.model_copy(update={"status": "rejected", "reason": f"{whose} own runs have no number as quality"})
    ours, theirs = _by_seed(one), _by_seed(base)
    shared = sorted(ours.keys() & theirs.keys())
    pairs = [theirs[seed] for seed in shared], [ours[seed] for seed in shared]
    if len(shared) < 2:
        pairs = [base.quality.median], [one.quality.median]
    verdict = quality_guard(*pairs, better, allowed)
    return one if verdict.ok else one.model_copy(update={"status": "rejected", "reason": verdict.reason})


def _by_seed(one: Variant) -> dict[int, float]:
    """Quality by seed, the first run of each."""
    found: dict[int, float] = {}
    for run in one.runs:
        if run.quality is not None and run.status == "ok":
            found.setdefault(run.seed, run.quality)
    return found


def sha256(data: bytes) -> str:
    """Hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def lost(
    baseline: Variant, chosen: Variant | None, directions: Mapping[str, Better], allowed: QualityLoss | None
) -> list[WarningInfo]:
    """What a chosen variant loses beside the metric that decides: other metrics, and files that it does not write."""
    missing = [] if chosen is None else chosen.outputs_agree.get("missing", [])
    found = others_lost(baseline, chosen, directions, allowed)
    if missing:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        found.append(
            WarningInfo(
                code="missing-files",
                message=f"the original writes what the new script does not: {', '.join(missing[:5])}{more}",
                remedy="see the diff, and leave out the rewrite with --ignore ID if that is needed",
            )
        )
    return found


def others_lost(
    baseline: Variant, chosen: Variant | None, directions: Mapping[str, Better], allowed: QualityLoss | None
) -> list[WarningInfo]:
    """What the chosen variant loses of metrics that do not decide: more than the guard allows, or the number itself."""
    if chosen is None or allowed is None:
        return []
    share = allowed.amount if allowed.relative else TOLD_LOSS
    told = []
    for name, before in baseline.other_metrics.items():
        after = chosen.other_metrics.get(name)
        if not math.isfinite(before) or name.startswith("training "):
            continue
        sign = 1.0 if directions.get(name, "higher") == "higher" else -1.0
        if after is None:
            told.append(f"{name} is not told any more")
        elif not math.isfinite(after) or sign * (before - after) > share * abs(before) + 1e-12:
            told.append(f"{name} is {after:.6g}, before it was {before:.6g}")
    if not told:
        return []
    more = f"; so are {len(told) - 5} more" if len(told) > 5 else ""
    return [
        WarningInfo(
            code="other-metrics",
            message=f"what does not decide is worse: {'; '.join(told[:5])}{more}",
            remedy="--metric NAME lets another metric decide",
        )
    ]
