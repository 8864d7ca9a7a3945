"""What happened in an experiment, as ``report.json`` tells it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from greenrules import __version__
from greenrules.bench.journal import Journal
from greenrules.engine.candidates import Candidates
from greenrules.meters.carbon import carbon_info
from greenrules.meters.registry import meter_info
from greenrules.models import (
    CarbonInfo,
    MachineInfo,
    NoiseInfo,
    QualityInfo,
    Report,
    RuleInfo,
    ScriptInfo,
    SearchInfo,
    SkippedRule,
    Variant,
    WarningInfo,
)
from greenrules.requests import ApplyRequest, CarbonChoice
from greenrules.selection.again import alternative
from greenrules.selection.choice import Choice, choose
from greenrules.selection.indicators import break_even
from greenrules.selection.intervals import chained
from greenrules.selection.preference import Weights
from greenrules.selection.quality import QualityLoss
from greenrules.selection.spending import Cost
from greenrules.verbs.candidate import BASELINE, Candidate
from greenrules.verbs.experiment import Findings
from greenrules.verbs.laboratory import Bench
from greenrules.verbs.preparation import Prepared
from greenrules.verbs.readings import meter_warnings, stage_energies
from greenrules.verbs.result import Compared, counted, guarded, lost, sha256, variant
from greenrules.verbs.setting import Setting

LEANER = "a form of it with fewer rewrites does the same"


@dataclass(frozen=True)
class Told:
    """The report, and the candidate it chose."""

    report: Report
    selected: Candidate | None

    def kept(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        chosen = None
        if self.selected is not None:
            values = [[*key, value] for key, value in self.selected.parameters]
            chosen = {"units": sorted(self.selected.units), "parameters": values}
        return {"report": self.report.model_dump(mode="json"), "selected": chosen}


def finished(journal: Journal, asked: str) -> Told | None:
    """What came of an experiment that ended, from its journal; None of one that did not, or was asked otherwise."""
    known = journal.find("end", asked)
    if known is None:
        return None
    chosen = known.payload["selected"]
    selected = None
    if chosen is not None:
        values = tuple(((unit, name), value) for unit, name, value in chosen["parameters"])
        selected = Candidate(frozenset(chosen["units"]), values)
    return Told(Report.model_validate(known.payload["report"]), selected)


def compare_all(findings: Findings, bench: Bench) -> dict[Candidate, Compared]:
    """Ratios to the baseline: of finalists from their blocks, of a pruned form chained through the one it came from."""
    found = {one: Compared.of(verdict) for one, verdict in findings.verdicts.items()}
    for whole, lean in findings.leaner.items():
        energy, times = found[whole].energy, found[whole].time
        for step in findings.steps.get(whole, []):
            if energy is None or times is None or step.energy is None or step.time is None:
                break
            energy, times = chained(step.energy, energy), chained(step.time, times)
        else:
            found[lean] = Compared(energy, times, energy is not None and energy.high < 1)
    return found


def tell(
    request: ApplyRequest,
    prepared: Prepared,
    units: Candidates,
    setting: Setting,
    bench: Bench,
    findings: Findings,
    journal: Journal,
    machine: MachineInfo,
    noise: NoiseInfo,
    doubts: Sequence[WarningInfo],
) -> Told:
    """Put everything together and choose."""
    assert bench.judge is not None
    source = bench.judge.source
    modelled = setting.meter.evidence == "modelled"
    compared = compare_all(findings, bench)
    nothing = Compared(None, None, False)

    def entry(candidate: Candidate, base: Variant | None) -> Variant:
        return variant(
            candidate,
            bench.series[candidate],
            bench.renderer,
            compared.get(candidate, nothing),
            baseline=base,
            threads=machine.threads,
            modelled=modelled,
            better=source.better,
        )

    baseline = entry(BASELINE, None)
    allowed = QualityLoss.parse(request.max_quality_loss) if source.source != "outputs" else None
    whole = {
        one: entry(one, baseline) if allowed is None else _held(one, entry(one, baseline), baseline, bench, allowed)
        for one, series in bench.series.items()
        if one != BASELINE and series.runs
    }

    def chosen_from(offered: Iterable[Variant]) -> Choice:
        return choose(
            alternative(baseline),
            [alternative(one) for one in offered],
            better=source.better,
            weights=Weights.of(*request.weights),
            tolerance=allowed,
            evidence=setting.meter.evidence,
            idle_share=request.idle_share,
        )

    candidates = _leaner(whole, findings.leaner)
    choice = chosen_from(candidates.values())
    refused = {one for one in findings.leaner.values() if one in whole and whole[one].id in choice.refused}
    if refused:
        # What takes the place of another and is then refused leaves it to that one.
        kept = {one: lean for one, lean in findings.leaner.items() if lean not in refused}
        candidates = _leaner(whole, kept)
        choice = chosen_from(candidates.values())
    entries = [
        one if one.reason is not None else one.model_copy(update={"reason": choice.refused.get(one.id)})
        for one in candidates.values()
    ]
    selected = next((key for key, one in candidates.items() if one.id == choice.selected), None)
    chosen = next((one for one in entries if one.id == choice.selected), None)
    ratio = compared[selected].energy if selected is not None else None
    report = Report(
        greenrules=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seed=request.seed,
        command=list(request.command),
        script=ScriptInfo(
            path=str(request.script),
            sha256=sha256(prepared.source.data),
            output=None,
            libraries=prepared.libraries,
            packs={pack.name: pack.version for pack in prepared.portfolio.packs},
            stages=stage_energies(bench.series[BASELINE].stages, prepared.watched.lines),
        ),
        machine=machine,
        environment=setting.shown_environment,
        meter=meter_info(setting.meter),
        quality=QualityInfo(
            metric=source.metric,
            better=source.better,
            source="user" if request.metric != "auto" else source.source,
            max_loss=None if allowed is None else request.max_quality_loss,
        ),
        baseline=baseline,
        candidates=entries,
        rules=_rules(prepared, entries),
        front=list(choice.front),
        selected=choice.selected,
        decision=choice.decision(),
        search=SearchInfo(
            runs=bench.made,
            energy_j=bench.spent_j,
            time_s=bench.spent_s,
            break_even_runs=(
                break_even(bench.spent_j, baseline.energy_j.median, ratio)
                if ratio is not None and baseline.energy_j is not None
                else None
            ),
            stopped=findings.stopped,
            journal=str(journal.path),
        ),
        noise=noise,
        sandbox=setting.sandbox.info(setting.run.allow_network),
        warnings=[
            *doubts,
            *unproven(request, findings),
            *warnings(setting, bench),
            *lost(baseline, chosen, bench.judge.directions, allowed),
            *meter_warnings(baseline.runs),
        ],
        skipped=_skipped(units, findings),
        carbon=carbon_of(request.carbon, baseline, chosen),
    )
    return Told(report, selected)


def _held(candidate: Candidate, one: Variant, baseline: Variant, bench: Bench, allowed: QualityLoss) -> Variant:
    """A candidate, rejected when its quality does not do: that which decides, or the same metric's at another call."""
    found = guarded(one, baseline, bench.judge.source.better, allowed) if bench.judge is not None else one
    if found.status == "ok" and (reason := bench.refusal(candidate)):
        return found.model_copy(update={"status": "rejected", "reason": reason})
    return found


def _leaner(candidates: Mapping[Candidate, Variant], leaner: Mapping[Candidate, Candidate]) -> dict[Candidate, Variant]:
    """The candidates, those set aside whose leaner form is proven itself and takes their place."""
    found = dict(candidates)
    for whole, lean in leaner.items():
        if lean in found and found[lean].status == "ok" and found[lean].proven:
            found[whole] = found[whole].model_copy(update={"status": "skipped", "reason": LEANER})
    return found


def _rules(prepared: Prepared, candidates: Sequence[Variant]) -> list[RuleInfo]:
    """What the rules of the candidates say of themselves, in the order in which they were first applied."""
    known = {rule.full_id: rule.spec for rule in prepared.portfolio.rules}
    return [
        RuleInfo(
            rule=name,
            tactic=known[name].tactic,
            level=known[name].level,
            summary=known[name].summary,
            caveat=known[name].caveat.strip() or None,
        )
        for name in dict.fromkeys(rule for one in candidates for rule in one.rules)
    ]


def _skipped(units: Candidates, findings: Findings) -> list[SkippedRule]:
    found = [*units.skipped]
    found += [SkippedRule(rule=one.id, reason=one.reason) for one in findings.hopeless]
    for removed in findings.pruned.values():
        found += [SkippedRule(rule=r.unit, reason=f"left out: {r.reason}") for r in removed if r.outcome == "dropped"]
    found += [SkippedRule(rule=one.id, reason=one.reason) for one in findings.untried]
    return list(dict.fromkeys(found))


def unproven(request: ApplyRequest, findings: Findings) -> list[WarningInfo]:
    """What the user's budget, or the runs to come, gave no reason to prove, and what it would take."""
    if findings.unpaid:
        remedy = "raise --expected-runs if the script runs more often"
        return [WarningInfo(code="break-even", message=findings.stopped, remedy=remedy)]
    if findings.needed is None:
        return []
    option = f"--budget {needed_budget(request, findings.needed)}"
    remedy = f"about {option}" if request.diff_only else f"--resume {option} goes on from here"
    return [WarningInfo(code="budget", message=findings.stopped, remedy=remedy)]


def needed_budget(request: ApplyRequest, needed: Cost) -> str:
    """An amount as ``--budget`` takes it, in the unit of the user's own: rounded up to two digits."""
    amount, unit = (needed.energy_j, "J") if request.budget_j is not None else (needed.time_s, "s")
    step = 10.0 ** (math.floor(math.log10(max(amount, 0.1))) - 1)
    return f"{math.ceil(amount / step) * step:.6g}{unit}"


def warnings(setting: Setting, bench: Bench) -> list[WarningInfo]:
    """Doubts that any reader should know of."""
    assert bench.judge is not None
    found = []
    if not bench.judge.mask.deterministic:
        places = "; ".join(bench.judge.mask.names[:5])
        found.append(
            WarningInfo(
                code="not-deterministic",
                message=f"two runs of the unchanged script differ, and the places are not compared: {places}",
                remedy="fix the script's random seeds, where that is the reason",
            )
        )
    found += [WarningInfo(code="quality", message=note) for note in bench.judge.source.notes]
    if bench.judge.source.source == "outputs":
        finite = "finite " if bench.judge.source.notes else ""
        found.append(
            WarningInfo(
                code="no-quality",
                message=f"the script records and prints no {finite}quality: candidates must give the same outputs",
                remedy="print a score, or record one with a metric function",
            )
        )
    if setting.sandbox.kind == "none":
        found.append(
            WarningInfo(
                code="no-sandbox",
                message="the runs were not confined",
                remedy="apt-get install -y bubblewrap",
            )
        )
    names = [name for name in setting.environment if name in ("OPENBLAS_CORETYPE", "MKL_DEBUG_CPU_TYPE")]
    found += [
        WarningInfo(
            code="environment",
            message=f"{name} is set and changes how fast numerical libraries run",
            remedy=f"unset {name}, unless the script always runs with it",
        )
        for name in names
    ]
    return found


def carbon_of(choice: CarbonChoice, baseline: Variant, chosen: Variant | None) -> CarbonInfo | None:
    """The carbon line, when it is asked for."""
    if choice.intensity_g_per_kwh is None and choice.country is None:
        return None
    runs = counted(baseline.runs)
    if not runs or baseline.energy_j is None:
        return None
    selected = None
    if chosen is not None and chosen.energy_ratio is not None and math.isfinite(chosen.energy_ratio.median):
        selected = baseline.energy_j.median * chosen.energy_ratio.median
    return carbon_info(
        baseline.energy_j.median,
        selected,
        intensity=choice.intensity_g_per_kwh,
        country=choice.country,
        pue=choice.pue,
    )
