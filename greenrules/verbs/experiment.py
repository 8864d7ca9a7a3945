"""The plan of an experiment: search, tune, confirm, prune. Who runs a candidate, and how, is the caller's business."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from greenrules.events import CandidateRejected, PhaseStarted, Sink
from greenrules.selection.confirmation import Confirmation, Verdict, Verdicts, look_blocks
from greenrules.selection.parameters import ParameterSearch
from greenrules.selection.pruning import Pruning, Removed
from greenrules.selection.record import Belief
from greenrules.selection.search import BASELINE_RUNS, LEAST_IMPROVEMENT, Stop, SubsetSearch, Trial
from greenrules.selection.spending import MARGIN, Cost, Limits, left
from greenrules.selection.units import Pruned, Unit
from greenrules.verbs.candidate import (
    BASELINE,
    BASELINE_ID,
    BudgetSpent,
    Candidate,
    Laboratory,
    Measured,
    Phase,
    Tunable,
    counted,
)

Weights = tuple[float, float, float]
#: Blocks before the first look when a rewrite is left out.
PRUNING_BLOCKS = 3
#: The ceiling, in baseline runs, once the quality of finalists was refused; with what noise adds, 25 are kept.
LATER_CEILING = 24.5
#: From so many times the baseline's energy on a single run is dearer for certain, and no chance of the moment.
DEARER = 1.1
#: Runs in which the value of a parameter is looked for.
TUNING_RUNS = 6


@dataclass
class Findings:
    """What came out.

    Attributes:
        finalists: the candidates that were confirmed, best believed first.
        verdicts: of the confirmation, by candidate.
        pruned: units taken out, or tested and kept, with the reason.
        leaner: finalist → its form without units that make no measurable difference.
        steps: finalist → verdicts on the ways from it to its leaner form, one after the other.
        hopeless: units that were never tried, with the reason.
        untried: units that were worth a run and got none, with the reason.
        alone: unit → believed change of log energy where it was run by itself and works.
        stopped: why the search ended.
        needed: what the user's budget would have to be to go on, where it ended the search or a proof.
        unpaid: whether the best was not confirmed because the runs to come would not win the proof back.
    """

    finalists: list[Candidate] = field(default_factory=list)
    verdicts: dict[Candidate, Verdict] = field(default_factory=dict)
    pruned: dict[Candidate, list[Removed]] = field(default_factory=dict)
    leaner: dict[Candidate, Candidate] = field(default_factory=dict)
    steps: dict[Candidate, list[Verdict]] = field(default_factory=dict)
    hopeless: tuple[Pruned, ...] = ()
    untried: tuple[Pruned, ...] = ()
    alone: dict[str, float] = field(default_factory=dict)
    stopped: str = ""
    needed: Cost | None = None
    unpaid: bool = False


class Experiment:
    """One search over the units of a script.

    Args:
        units: what can be switched on.
        tunables: parameters of units.
        lab: who runs.
        sink: who listens.
        seed: of everything random.
        expected_runs: horizon of the break-even rule.
        limits: ceilings of the search.
        weights: preference for energy, quality, time.
        blocks: least blocks of a confirmation.
        remodelled: units that give another model; no other can be to blame for a figure of quality.
        retrained: those of them of which seeds matter: with one of them among the finalists, each block of the
            confirmation has a seed of its own, so that it repeats quality, too.
    """

    def __init__(
        self,
        units: Sequence[Unit],
        tunables: Sequence[Tunable],
        lab: Laboratory,
        sink: Sink,
        *,
        seed: int,
        expected_runs: int,
        limits: Limits,
        weights: Weights,
        blocks: int,
        remodelled: frozenset[str] = frozenset(),
        retrained: frozenset[str] = frozenset(),
    ) -> None:
        self._units = tuple(units)
        self._tunables = tuple(tunables)
        self._lab = lab
        self._sink = sink
        self._seed = seed
        self._limits = limits
        self._remodelled = remodelled
        self._retrained = retrained
        self._weights = weights
        self._blocks = blocks
        self._blocks_made = 0
        self._values = {(one.unit, one.name): one.first for one in self._tunables}
        self._overheads: list[float] = []
        self._search = SubsetSearch(units, seed=seed, expected_runs=expected_runs, limits=limits)

    def candidate(self, subset: frozenset[str]) -> Candidate:
        """A subset with the value of each of its parameters that did best so far."""
        values = {key: value for key, value in self._values.items() if key[0] in subset}
        return Candidate(subset, tuple(sorted(values.items(), key=lambda item: item[0])))

    def begin(self, seen: Measured) -> None:
        """Count a run of the baseline that was made already."""
        if self._search.units:
            self._search.observe(BASELINE.units, seen.energy_j, seen.time_s)
            self._search.charge(0.0, seen.overhead_s)
            self._learn_overhead(seen)

    def charge(self, energy_j: float, time_s: float) -> None:
        """Count what was used beside the search, such as by a warm-up."""
        self._search.charge(energy_j, time_s)

    def affords(self, *candidates: Candidate, times: int = 1) -> bool:
        """Whether so many runs of each of these candidates fit into what the ceilings leave."""
        return self._expected(candidates, times).times(MARGIN if self._limits.hard else 1.0).within(self._left())

    def _expected(self, candidates: Sequence[Candidate], times: int) -> Cost:
        """What so many runs of each are expected to use."""
        planned = Cost()
        for one in candidates:
            planned = planned.plus(self._search.expected(one.units), times)
        return planned

    def run(self) -> Findings:
        """Search, tune the favourite's parameters, confirm the finalists, prune what is not worth its edit.

        Where the quality of every finalist that saves is refused over the seeds, the next best are confirmed, as long
        as there is room.
        """
        findings = Findings(hopeless=self._search.pruned)
        self._explore(findings)
        while finalists := self._next_finalists(findings):
            findings.finalists += finalists
            findings.verdicts |= self._confirm(finalists, findings)
            refused = [one for one in finalists if self._lab.refusal(one)]
            proven = [one for one in finalists if findings.verdicts[one].proven and one not in refused]
            if proven:
                self._prune(proven[0], findings)
            if proven or not refused:
                break
            for one in refused:
                # Only what trains another model can have another quality.
                self._search.refuse((one.units & self._retrained) or one.units)
            if self._limits.baseline_runs is not None:
                self._limits = replace(self._limits, baseline_runs=LATER_CEILING)
                self._search.limits = replace(self._search.limits, baseline_runs=LATER_CEILING)
            self._explore(findings)
        findings.untried = tuple(self._search.untried(findings.stopped))
        findings.alone = {unit.id: log for unit in self._units if (log := self._alone(unit.id)) is not None}
        return findings

    def _alone(self, unit: str) -> float | None:
        return self._search.alone(unit) if any(one.id == unit for one in self._search.units) else None

    def _next_finalists(self, findings: Findings) -> list[Candidate]:
        """The best that were not confirmed yet, the favourite tuned; empty when there is none, or no room."""
        known = {one.units for one in findings.verdicts}
        doubtful = self._retrained if known else BASELINE.units
        beliefs = self._search.finalists(weights=self._weights, known=known, doubtful=doubtful)
        if not beliefs:
            self._tell_short(findings, self._search.finalists(1, weights=self._weights, known=known, affordable=False))
        if beliefs and beliefs[0].subset & self._retrained:
            # Two that may be refused would leave no room for one that cannot.
            beliefs = [beliefs[0], *(one for one in beliefs[1:] if not one.subset & self._retrained)]
        finalists = [self.candidate(belief.subset) for belief in beliefs]
        if findings.verdicts:
            # The search kept room for one confirmation only: what cannot be refused again comes first.
            finalists.sort(key=lambda one: bool(one.units & self._retrained))
            while finalists and not self.affords(BASELINE, *finalists, times=self._blocks):
                finalists.pop()
        if finalists:
            finalists[0] = self._tune(finalists[0])
        return list(dict.fromkeys(finalists))

    def _tell_short(self, findings: Findings, wanted: Sequence[Belief]) -> None:
        """Say what the best would have saved that is not confirmed, for want of budget or of runs to come."""
        short = self._search.why_not(wanted[0]) if wanted else None
        if short is not None:
            names = " with ".join(sorted(wanted[0].subset))
            saving = 1 - wanted[0].energy_ratio
            findings.stopped = f"{short.reason}; {names} seemed to save {saving:.0%}, which is no proof"
            findings.needed = short.needed
            findings.unpaid = short.needed is None

    def _explore(self, findings: Findings) -> None:
        try:
            self._screen(findings)
        except BudgetSpent as spent:
            self._charge_cut(spent)
            findings.stopped = str(spent)
            needed = self._least(BASELINE)
            findings.needed = None if needed.within(self._limits.budget) else needed
        finally:
            if self._limits.hard:
                self._lab.keep_back(Cost())

    def _charge_cut(self, spent: BudgetSpent) -> None:
        self._search.charge(spent.energy_j, spent.time_s)

    def _least(self, *finalists: Candidate) -> Cost:
        """What has been spent, and what a confirmation up to its first look takes."""
        block = self._search.expected(BASELINE.units)
        for one in finalists:
            block = block.plus(self._search.expected(one.units))
        return self._search.spent.plus(block, MARGIN * self._blocks)

    def _screen(self, findings: Findings) -> None:
        phase: Phase = "screening"
        self._sink(PhaseStarted("screening", f"{counted(len(self._search.units), 'rewrite')} beside the baseline"))
        while True:
            step = self._search.next()
            if isinstance(step, Stop):
                findings.stopped, findings.needed = step.reason, step.needed
                return
            if step.purpose not in ("baseline", "single") and phase == "screening":
                phase = "search"
                self._sink(PhaseStarted("search", "combinations"))
            self._lab.expect(self._to_explore() + 2 * self._blocks)
            self._observe(step, phase)

    def _to_explore(self) -> int:
        """How many runs the search will make, as far as it is certain, the next one included."""
        seen = self._search.observations
        known = frozenset().union(*(one.subset for one in seen))
        baselines = sum(not one.subset for one in seen)
        return max(1, sum(unit.id not in known for unit in self._search.units) + max(0, BASELINE_RUNS - baselines))

    def _observe(self, step: Trial, phase: Phase) -> None:
        candidate = self.candidate(step.subset)
        if self._limits.hard:
            # No run of the search, however long it turns out, takes what the proof of the best so far needs.
            best = self._search.finalists(1, weights=self._weights)
            proof = [BASELINE, *(self.candidate(belief.subset) for belief in best)] if best else []
            self._lab.keep_back(self._expected(proof, self._blocks).times(MARGIN))
        seen = self._lab.run(candidate, phase, len(self._search.observations), abort_above_j=step.abort_above_j)
        if step.purpose == "single":
            candidate, seen = self._another_value(step, candidate, seen)
        if not seen.feasible and not seen.aborted:
            self._sink(CandidateRejected(self._lab.name(candidate), seen.reason))
        energy_j = seen.energy_j
        if seen.aborted and step.abort_above_j is not None:
            # It would have used more than that at least; what it did use is all that counts as spent.
            energy_j = max(seen.energy_j or 0.0, step.abort_above_j)
            self._search.charge((seen.energy_j or 0.0) - energy_j, 0.0)
        self._search.observe(
            step,
            energy_j,
            seen.time_s,
            seen.feasible,
            aborted=seen.aborted,
            quality_loss=seen.quality_loss,
        )
        self._blame(candidate.units, seen)
        self._search.charge(seen.overhead_j, seen.overhead_s)
        self._learn_overhead(seen)

    def _blame(self, units: frozenset[str], seen: Measured) -> None:
        """Rule out what makes another model where its figure of quality does not do: the rest has no part in that."""
        models = units & self._remodelled
        worked = [one.subset for one in self._search.observations if one.feasible and not one.aborted]
        if models and models not in worked and not seen.feasible and seen.quality_loss is not None:
            self._search.refuse(models)

    def _learn_overhead(self, seen: Measured) -> None:
        """What a run takes beside its own time, by those made so far."""
        self._overheads.append(seen.overhead_s)
        self._search.limits = replace(self._search.limits, overhead_s=statistics.median(self._overheads))

    def _another_value(self, step: Trial, candidate: Candidate, seen: Measured) -> tuple[Candidate, Measured]:
        """The rewrite with the first value of its parameter that helps, where the very first does not.

        What used clearly more than the baseline is no parameter's fault: the other values are not tried.
        """
        block = 2000 + 100 * len(self._search.observations)
        for tunable in self._tunables:
            if tunable.unit not in step.subset or tunable.choices is None:
                continue
            for value in tunable.choices[1:]:
                over = (seen.energy_j or 0.0) > DEARER * self._search.expected(BASELINE.units).energy_j
                if self._helps(seen) or over or not self.affords(BASELINE, *[BASELINE] * self._blocks):
                    return candidate, seen
                self.count(seen)
                candidate = candidate.with_parameter(tunable.unit, tunable.name, value)
                block += 1
                seen = self._lab.run(candidate, "screening", block, abort_above_j=step.abort_above_j)
                if self._helps(seen):
                    self._values[tunable.unit, tunable.name] = value
        return candidate, seen

    def _helps(self, seen: Measured) -> bool:
        baseline = self._search.expected(BASELINE.units).energy_j
        return seen.feasible and not seen.aborted and (seen.energy_j or math.inf) < baseline * (1 - LEAST_IMPROVEMENT)

    def _tune(self, favourite: Candidate) -> Candidate:
        """The favourite with the best values of its parameters, as far as the ceilings allow to look for them."""
        open_ones = [t for t in self._tunables if t.unit in favourite.units and t.open]
        if not open_ones:
            return favourite
        self._sink(PhaseStarted("search", "parameters"))
        block = 1000
        for number, tunable in enumerate(open_ones):
            tuning = ParameterSearch(
                choices=tunable.choices,
                bounds=tunable.bounds,
                scale=tunable.scale,
                current=self._values[tunable.unit, tunable.name],
                runs=TUNING_RUNS,
            )
            most = TUNING_RUNS if tunable.choices is None else len(tunable.choices)
            later = (len(open_ones) - number - 1) * TUNING_RUNS + 2 * self._blocks
            for attempt in range(most):
                value = tuning.next()
                # One run of it, and then the confirmation.
                wanted = (favourite, *[BASELINE, favourite] * self._blocks)
                if isinstance(value, Stop) or not self.affords(*wanted):
                    break
                self._lab.expect(most - attempt + later)
                trial = favourite.with_parameter(tunable.unit, tunable.name, value)
                try:
                    seen = self._lab.run(trial, "search", block)
                except BudgetSpent as spent:
                    self._charge_cut(spent)
                    break
                block += 1
                self.count(seen)
                tuning.observe(value, seen.energy_j, seen.feasible)
            best = tuning.best()
            if best is not None:
                favourite = favourite.with_parameter(tunable.unit, tunable.name, best)
        return favourite

    def count(self, seen: Measured) -> None:
        """Count a run that is no observation of the search."""
        self._search.charge((seen.energy_j or 0.0) + seen.overhead_j, seen.time_s + seen.overhead_s)

    def _confirm(self, finalists: Sequence[Candidate], findings: Findings) -> dict[Candidate, Verdict]:
        self._sink(PhaseStarted("confirmation", f"{counted(len(finalists), 'finalist')} in blocks with the baseline"))
        by_id = {self._lab.name(one): one for one in finalists}
        verdicts = self._duel(BASELINE_ID, BASELINE, by_id, "confirmation", self._blocks)
        if verdicts.wanting is not None:
            # Before the first block is whole, what its runs use is only expected.
            rest = self._search.spent.plus(verdicts.wanting, MARGIN)
            findings.needed = rest if verdicts.blocks else self._least(*finalists)
            findings.stopped = f"{verdicts.stopped} after {counted(verdicts.blocks, 'block')} of the confirmation"
        return {by_id[name]: verdict for name, verdict in verdicts.by_id.items()}

    def _duel(
        self, reference: str, base: Candidate, by_id: Mapping[str, Candidate], phase: Phase, blocks: int
    ) -> Verdicts:
        # Blocks are numbered through all comparisons of a report: readings are paired by their number.
        first = self._blocks_made
        room = self._left()
        reseed = phase == "confirmation" and any(one.units & self._retrained for one in by_id.values())
        trial = Confirmation(
            list(by_id),
            reference=reference,
            seed=self._seed,
            blocks=blocks,
            energy_j=room.energy_j,
            time_s=room.time_s,
            strict=self._limits.hard,
            question="saves" if phase == "confirmation" else "differs",
        )
        while True:
            step = trial.next_block()
            if isinstance(step, Verdicts):
                return step
            later = next(look for look in look_blocks(blocks) if look > step.number) - step.number - 1
            for number, name in enumerate(step.remaining):
                self._lab.expect(len(step.remaining) - number + later * len(step.order))
                candidate = base if name == reference else by_id[name]
                self._blocks_made = first + step.number + 1
                # Whatever runs in a block has the same seed, in the first one the script's own.
                seed = step.number if reseed else 0
                try:
                    seen = self._lab.run(candidate, phase, first + step.number, seed=seed)
                except BudgetSpent as spent:
                    self._charge_cut(spent)
                    return trial.stop(str(spent))
                trial.observe(
                    step.number, name, seen.energy_j, seen.time_s, ok=seen.feasible, overhead_s=seen.overhead_s
                )
                self.count(seen)

    def _left(self) -> Cost:
        return left(self._limits, self._search.spent, self._search.expected(BASELINE.units))

    def _prune(self, winner: Candidate, findings: Findings) -> None:
        if len(winner.units) < 2:
            return
        worth = {unit: self._search.removal(winner.units, unit) for unit in winner.units}
        pruning = Pruning(winner.units, self._units, worth)
        outcomes = findings.pruned.setdefault(winner, [])
        told = False
        while not isinstance(step := pruning.next(), Stop):
            if not told:
                self._sink(PhaseStarted("pruning", "is each rewrite worth its edit?"))
                told = True
            keeps = dict(winner.parameters)
            reference = self._restrict(step.subset, keeps)
            without = self._restrict(step.without, keeps)
            if not self.affords(reference, without, times=PRUNING_BLOCKS):
                pruning.keep(step, "the budget had no room to run the script without it")
                continue
            names = (self._lab.name(reference), self._lab.name(without))
            verdicts = self._duel(names[0], reference, {names[1]: without}, "pruning", PRUNING_BLOCKS)
            if verdicts.wanting is not None:
                pruning.keep(step, "the budget ended the runs without it")
                continue
            verdict = verdicts.by_id[names[1]]
            if pruning.observe(step, verdict).outcome == "dropped":
                findings.steps.setdefault(winner, []).append(verdict)
        outcomes.extend(pruning.outcomes)
        if pruning.subset != winner.units:
            findings.leaner[winner] = self._restrict(pruning.subset, dict(winner.parameters))

    @staticmethod
    def _restrict(subset: frozenset[str], values: dict[tuple[str, str], Any]) -> Candidate:
        kept = {key: value for key, value in values.items() if key[0] in subset}
        return Candidate(subset, tuple(sorted(kept.items(), key=lambda item: item[0])))
