"""The plan of an experiment: search, tune, confirm, prune. Who runs a candidate, and how, is the caller's business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from greenrules.events import CandidateRejected, PhaseStarted, Sink
from greenrules.selection.confirmation import Confirmation, Verdict, Verdicts
from greenrules.selection.parameters import ParameterSearch, Value
from greenrules.selection.pruning import Pruning, Removed
from greenrules.selection.search import Stop, SubsetSearch, Trial
from greenrules.selection.spending import Limits
from greenrules.selection.units import Pruned, Unit

Phase = Literal["warm-up", "screening", "search", "confirmation", "pruning", "seed", "measure"]
Weights = tuple[float, float, float]
BASELINE_ID = "baseline"
#: Blocks before the first look when a rewrite is left out.
PRUNING_BLOCKS = 3


@dataclass(frozen=True)
class Candidate:
    """A combination of units with values for their parameters; without units it is the baseline.

    Attributes:
        units: ids of what is switched on.
        parameters: (unit id, parameter) → value, sorted.
    """

    units: frozenset[str]
    parameters: tuple[tuple[tuple[str, str], Any], ...] = ()

    def with_parameter(self, unit: str, name: str, value: Any) -> Candidate:
        """The same with one value changed."""
        values = dict(self.parameters) | {(unit, name): value}
        return Candidate(self.units, tuple(sorted(values.items(), key=lambda item: item[0])))


BASELINE = Candidate(frozenset())


@dataclass(frozen=True)
class Measured:
    """How a run went, as far as the plan cares.

    Attributes:
        energy_j: None when there is no reading.
        time_s: wall seconds.
        feasible: it ended well and did its job.
        aborted: it was stopped early because it was hopeless.
        quality_loss: against the baseline, positive when worse; None when not known.
        reason: why it is not feasible.
    """

    energy_j: float | None
    time_s: float
    feasible: bool
    aborted: bool = False
    quality_loss: float | None = None
    reason: str = ""


class Laboratory(Protocol):
    """Runs candidates."""

    def run(self, candidate: Candidate, phase: Phase, block: int, *, abort_above_j: float | None = None) -> Measured:
        """Run a candidate once."""

    def name(self, candidate: Candidate) -> str:
        """The id of a candidate in the report."""

    def expect(self, runs: int, seconds: float | None) -> None:
        """Tell how many more runs are foreseen, for the display."""


@dataclass(frozen=True)
class Tunable:
    """A parameter of a unit.

    Attributes:
        unit: id of the unit.
        name: of the parameter.
        choices: values to try; the first is what the unit is screened with.
        bounds: ends of a range, where there are no choices; screened at the geometric mean.
        scale: of the range.
    """

    unit: str
    name: str
    choices: tuple[Value, ...] | None = None
    bounds: tuple[float, float] | None = None
    scale: Literal["log", "linear"] = "log"

    @property
    def first(self) -> Value:
        """The value a unit is screened with."""
        if self.choices is not None:
            return self.choices[0]
        assert self.bounds is not None
        low, high = self.bounds
        middle = (low * high) ** 0.5 if self.scale == "log" else (low + high) / 2
        return round(middle) if float(low).is_integer() and float(high).is_integer() else middle


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
        stopped: why the search ended.
    """

    finalists: list[Candidate] = field(default_factory=list)
    verdicts: dict[Candidate, Verdict] = field(default_factory=dict)
    pruned: dict[Candidate, list[Removed]] = field(default_factory=dict)
    leaner: dict[Candidate, Candidate] = field(default_factory=dict)
    steps: dict[Candidate, list[Verdict]] = field(default_factory=dict)
    hopeless: tuple[Pruned, ...] = ()
    stopped: str = ""


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
    ) -> None:
        self._units = tuple(units)
        self._tunables = tuple(tunables)
        self._lab = lab
        self._sink = sink
        self._seed = seed
        self._limits = limits
        self._weights = weights
        self._blocks = blocks
        self._blocks_made = 0
        self._search = SubsetSearch(units, seed=seed, expected_runs=expected_runs, limits=limits)

    def candidate(self, subset: frozenset[str]) -> Candidate:
        """A subset with the first value of each of its parameters."""
        values = {(t.unit, t.name): t.first for t in self._tunables if t.unit in subset}
        return Candidate(subset, tuple(sorted(values.items(), key=lambda item: item[0])))

    def begin(self, energy_j: float | None, time_s: float) -> None:
        """Count a run of the baseline that was made already."""
        if self._search.units:
            self._search.observe(BASELINE.units, energy_j, time_s)

    def charge(self, energy_j: float, time_s: float) -> None:
        """Count a warm-up to the search."""
        self._search.charge(energy_j, time_s)

    def run(self) -> Findings:
        """Search, tune the favourite's parameters, confirm the finalists, prune what is not worth its edit."""
        findings = Findings(hopeless=self._search.pruned)
        self._explore(findings)
        beliefs = self._search.finalists(weights=self._weights)
        if not beliefs:
            return findings
        finalists = [self.candidate(belief.subset) for belief in beliefs]
        finalists[0] = self._tune(finalists[0])
        findings.finalists = list(dict.fromkeys(finalists))
        verdicts = self._confirm(findings.finalists)
        findings.verdicts = verdicts
        proven = [one for one in findings.finalists if verdicts[one].proven]
        for one in proven[:1]:
            self._prune(one, findings)
        return findings

    def _explore(self, findings: Findings) -> None:
        phase: Phase = "screening"
        self._sink(PhaseStarted("screening", f"{len(self._search.units)} rewrites, each once beside the baseline"))
        while True:
            step = self._search.next()
            if isinstance(step, Stop):
                findings.stopped = step.reason
                return
            if step.purpose not in ("baseline", "single") and phase == "screening":
                phase = "search"
                self._sink(PhaseStarted("search", "combinations"))
            self._observe(step, phase)

    def _observe(self, step: Trial, phase: Phase) -> None:
        candidate = self.candidate(step.subset)
        seen = self._lab.run(candidate, phase, len(self._search.observations), abort_above_j=step.abort_above_j)
        if not seen.feasible and not seen.aborted:
            self._sink(CandidateRejected(self._lab.name(candidate), seen.reason))
        self._search.observe(
            step,
            seen.energy_j,
            seen.time_s,
            seen.feasible,
            aborted=seen.aborted,
            quality_loss=seen.quality_loss,
        )

    def _tune(self, favourite: Candidate) -> Candidate:
        mine = [t for t in self._tunables if t.unit in favourite.units]
        if not mine:
            return favourite
        self._sink(PhaseStarted("search", "parameters"))
        block = 0
        for tunable in mine:
            if tunable.choices is not None and len(tunable.choices) < 2:
                continue
            tuning = ParameterSearch(
                choices=tunable.choices, bounds=tunable.bounds, scale=tunable.scale, current=tunable.first, runs=6
            )
            while not isinstance(value := tuning.next(), Stop):
                trial = favourite.with_parameter(tunable.unit, tunable.name, value)
                seen = self._lab.run(trial, "search", 1000 + block)
                block += 1
                self._search.charge(seen.energy_j or 0.0, seen.time_s)
                tuning.observe(value, seen.energy_j, seen.feasible)
            best = tuning.best()
            if best is not None:
                favourite = favourite.with_parameter(tunable.unit, tunable.name, best)
        return favourite

    def _confirm(self, finalists: Sequence[Candidate]) -> dict[Candidate, Verdict]:
        self._sink(PhaseStarted("confirmation", f"{len(finalists)} finalists in blocks with the baseline"))
        by_id = {self._lab.name(one): one for one in finalists}
        verdicts = self._duel(BASELINE_ID, BASELINE, by_id, "confirmation", self._blocks)
        return {by_id[name]: verdict for name, verdict in verdicts.by_id.items()}

    def _duel(
        self, reference: str, base: Candidate, by_id: Mapping[str, Candidate], phase: Phase, blocks: int
    ) -> Verdicts:
        # Blocks are numbered through all comparisons of a report: readings are paired by their number.
        first = self._blocks_made
        trial = Confirmation(
            list(by_id),
            reference=reference,
            seed=self._seed,
            blocks=blocks,
            energy_j=self._left_j(),
            question="saves" if phase == "confirmation" else "differs",
        )
        while True:
            step = trial.next_block()
            if isinstance(step, Verdicts):
                return step
            for name in step.remaining:
                candidate = base if name == reference else by_id[name]
                self._blocks_made = first + step.number + 1
                seen = self._lab.run(candidate, phase, first + step.number)
                trial.observe(step.number, name, seen.energy_j, seen.time_s, ok=seen.feasible)
                self._search.charge(seen.energy_j or 0.0, seen.time_s)

    def _left_j(self) -> float | None:
        """What the ceilings leave, in joules; None without a ceiling."""
        base = [seen.energy_j for seen in self._search.observations if not seen.subset and seen.energy_j]
        ceilings = [self._limits.energy_j]
        if self._limits.baseline_runs is not None and base:
            ceilings.append(self._limits.baseline_runs * sum(base) / len(base))
        known = [one for one in ceilings if one is not None]
        return max(0.0, min(known) - self._search.spent.energy_j) if known else None

    def _affords(self, *candidates: Candidate, blocks: int) -> bool:
        """Whether so many blocks of these candidates fit into what is left."""
        left = self._left_j()
        if left is None:
            return True
        ratios = {belief.subset: belief.energy_ratio for belief in self._search.beliefs()}
        base = [seen.energy_j for seen in self._search.observations if not seen.subset and seen.energy_j]
        return blocks * sum(ratios.get(one.units, 1.0) for one in candidates) * sum(base) / len(base) <= left

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
            if not self._affords(reference, without, blocks=PRUNING_BLOCKS):
                pruning.keep(step, "the budget had no room to run the script without it")
                continue
            names = (self._lab.name(reference), self._lab.name(without))
            verdicts = self._duel(names[0], reference, {names[1]: without}, "pruning", PRUNING_BLOCKS)
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
