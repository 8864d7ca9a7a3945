"""Which combination of rewrites to run next, and when to stop.

Singles are screened once beside two baselines; then a Bayesian regression on log energy (``regression``) gives every
legal subset an expected improvement, and the largest is run, until a further run costs more than it is expected to
save over the runs to come. The search only asks: who runs, and with which meter, is the caller's business. Its state
is what it was told, so telling it a journal again resumes it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from greenrules.selection.confirmation import FUTILE, provable_effect
from greenrules.selection.finalists import Weights, pick_finalists
from greenrules.selection.front import Floats
from greenrules.selection.record import Belief, Observation, Record
from greenrules.selection.regression import expected_improvement
from greenrules.selection.spending import Cost, Limits, Short, over_limit
from greenrules.selection.units import BASELINE, FailingSets, Legality, Pruned, Subset, Unit, prune_hopeless

Purpose = Literal["baseline", "single", "stacked", "subset", "parsimony"]

#: Expected improvement below which nothing more is tried, and effect below which a unit is not worth its edit.
LEAST_IMPROVEMENT = 0.01
#: A run is stopped at so many times the incumbent's upper bound.
ABORT_FACTOR = 1.5
BASELINE_RUNS = 2
#: Up to so many combinations are all looked at; of more, a beam finds the promising ones.
ENUMERATED = 4096
BEAM_WIDTH = 1024
#: A subset that was run already may be run again, but its expected improvement counts for less.
REPEAT_DISCOUNT = 0.3
#: So many combinations in a row that leave the best belief where it was end the search.
IDLE_PICKS = 5
#: So many of the best combinations are looked at for one that the ceiling has room for.
MORE_PICKS = 20
#: How likely a unit that was in no working run yet works.
UNTRIED_WORKS = 0.8
#: Combinations that screening leaves room for.
COMBINATIONS = 6
#: Finalists that the reserve for the confirmation counts on.
EXPECTED_FINALISTS = 1.5
#: Energy of a finalist before anything was found to save, in baseline runs.
HOPED_ENERGY = 0.5
_NEEDS = "it was not run: something that it needs does not work"


@dataclass(frozen=True, slots=True)
class Trial:
    """A run to make.

    Attributes:
        subset: units that are on; empty for the baseline.
        purpose: why it is made.
        abort_above_j: energy at which the run is hopeless and can be stopped; None before there is a baseline.
    """

    subset: Subset
    purpose: Purpose
    abort_above_j: float | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """No further run, and why; ``needed`` is what the user's budget would have to be, where that ended it."""

    reason: str
    needed: Cost | None = None


class SubsetSearch:
    """Ask with ``next()``, tell with ``observe()``; ``next()`` gives the same answer until something is told.

    Args:
        units: what can be switched on. Hopeless ones are set aside in ``pruned``.
        seed: of the order in which singles are screened.
        expected_runs: how often the result will be run; the horizon of the break-even rule.
        limits: the ceilings.

    Raises:
        ValueError: ids that are not unique, or that name what is not there.
    """

    def __init__(
        self, units: Sequence[Unit], *, seed: int = 0, expected_runs: float = 1000, limits: Limits | None = None
    ) -> None:
        kept, pruned = prune_hopeless(units)
        self.units: tuple[Unit, ...] = tuple(kept)
        self.pruned: tuple[Pruned, ...] = tuple(pruned)
        self.limits = limits or Limits()
        self._expected_runs = expected_runs
        self._legality = Legality(self.units)
        self._failing = FailingSets()
        self._record = Record(self.units)
        self._every: list[Subset] | None = None
        # Most promising first, chance among equals: drift must not favour the order the rules were written in.
        shuffled = random.Random(seed).sample(self.units, len(self.units))
        self._order = [unit.id for unit in sorted(shuffled, key=lambda unit: unit.worth or 0.0)]
        self._idle = 0
        self._best: tuple[Subset, float] = (BASELINE, 1.0)

    def observe(
        self,
        trial: Trial | Subset,
        energy_j: float | None,
        time_s: float | None,
        feasible: bool = True,
        *,
        aborted: bool = False,
        quality_loss: float | None = None,
    ) -> None:
        """Tell how a run went. Runs that were not asked for are welcome (baselines made before, a journal).

        Args:
            trial: what ``next()`` gave, or a subset.
            energy_j: None when the run gave no reading.
            time_s: as above.
            feasible: it ended well and its quality passes.
            aborted: it was stopped early; energy and time are lower bounds.
            quality_loss: against the baseline, positive when worse.

        Raises:
            ValueError: the baseline failed or gave no reading, something came before it, or a unit is not searched.
        """
        subset = trial.subset if isinstance(trial, Trial) else frozenset(trial)
        if unknown := sorted(subset - {unit.id for unit in self.units}):
            raise ValueError(f"unit {unknown[0]!r} is not searched")
        seen = Observation(subset, energy_j, time_s, feasible, aborted, quality_loss)
        if not subset and not (seen.readable and feasible and not aborted):
            raise ValueError("the baseline must run and be measured before anything can be compared with it")
        if subset and not self._record.count(BASELINE):
            raise ValueError("the baseline must be observed first")
        if feasible and not seen.readable:
            seen = Observation(subset, energy_j, time_s, False, aborted, quality_loss)
        self._record.add(seen)
        if not seen.feasible and not aborted:
            self._failing.add(subset)
            # What was not even run cannot be had together; that says nothing of its members.
            if energy_j is not None:
                self._suspect(subset)
        self._note_progress(subset)

    def refuse(self, subset: Subset) -> None:
        """Tell that a subset does not do its job after all; whatever contains it is out."""
        self._failing.add(subset)
        self._note_progress(subset)

    def charge(self, energy_j: float, time_s: float) -> None:
        """Count energy and time that are the search's too, such as a warm-up's."""
        self._record.charge(Cost(energy_j, time_s))

    @property
    def observations(self) -> tuple[Observation, ...]:
        """All that was told, oldest first."""
        return self._record.observations

    @property
    def spent(self) -> Cost:
        """Energy and time used so far."""
        return self._record.spent

    @property
    def failing(self) -> tuple[Subset, ...]:
        """The smallest sets that do not work."""
        return self._failing.minimal

    def beliefs(self) -> list[Belief]:
        """What is believed of every working subset that was run, the least energy first."""
        return self._record.beliefs() if self._record.count(BASELINE) else []

    def removal(self, subset: Subset, unit: str) -> tuple[float, float]:
        """Believed change of log energy, mean and standard deviation, when the unit leaves the subset."""
        return self._record.energy.difference(self._legality.without(subset, unit), subset)

    def alone(self, unit: str) -> float | None:
        """Believed change of log energy by a unit with what it needs; None when that was not seen to work."""
        subset = self._legality.closure(unit)
        if subset not in self._record.working:
            return None
        return self._record.energy.difference(subset, BASELINE)[0]

    def untried(self, stopped: str) -> list[Pruned]:
        """Units that were in no run, and why.

        Args:
            stopped: why the search ended.
        """
        seen = self._seen()
        return [
            Pruned(name, f"it was not run: {stopped}" if self._open(self._legality.closure(name)) else _NEEDS)
            for name in self._order
            if name not in seen
        ]

    @property
    def least_saving(self) -> float:
        """The smallest believed saving that is worth confirming: one that the blocks have a fair chance to prove."""
        if not self._record.count(BASELINE):
            return LEAST_IMPROVEMENT
        provable = provable_effect(self._record.energy_noise, self.limits.blocks)
        return max(LEAST_IMPROVEMENT, -math.expm1(-FUTILE * provable))

    def finalists(
        self,
        k: int = 3,
        *,
        weights: Weights = (0.5, 0.3, 0.2),
        quality_step: float = 0.0,
        known: Container[Subset] = (),
        doubtful: Subset = BASELINE,
        affordable: bool = True,
    ) -> list[Belief]:
        """The subsets worth confirming, the favourite first; empty when none is believed to save what can be proven.

        Args:
            k: at most so many.
            weights: of energy, quality and time.
            quality_step: quality losses that differ by less are equal; a quarter of the tolerance.
            known: subsets that were confirmed already.
            doubtful: units whose quality further runs may refuse.
            affordable: whether the user's budget must hold their confirmation, and the runs to come win it back. A
                ceiling of ours always lets the favourite be confirmed.
        """
        beliefs = [belief for belief in self.beliefs() if self._open(belief.subset) and belief.subset not in known]
        return pick_finalists(
            [belief for belief in beliefs if not affordable or self._wins_back(belief)],
            k,
            weights,
            least_saving=self.least_saving,
            quality_step=quality_step,
            affordable=lambda chosen: not affordable or self.short_of(chosen) is None,
            always_one=not self.limits.hard,
            sure=lambda belief: not belief.subset & doubtful,
        )

    def next(self) -> Trial | Stop:
        """The run to make next, or why there is none."""
        if not self.units:
            return Stop("there is nothing to try")
        baselines = self._record.count(BASELINE)
        if not baselines:
            return Trial(BASELINE, "baseline")
        if len(self.observations) >= self.limits.trials:
            return Stop(f"{self.limits.trials} runs were made")
        waiting = self._unscreened()
        # The second baseline stands in the middle of the singles, so that a drift does not pass for an effect.
        if baselines < BASELINE_RUNS and len(waiting) <= len(self.units) // 2:
            return self._trial(BASELINE, "baseline")
        for name in waiting:
            if (trial := self._screening(name, len(waiting))) is not None:
                return trial
        step = self._improving()
        if isinstance(step, Stop) and (lean := self._leaner()) is not None:
            return lean
        return step

    def _unscreened(self) -> list[str]:
        """Units that were in no run yet and that can be run."""
        seen = self._seen()
        return [name for name in self._order if name not in seen and self._open(self._legality.closure(name))]

    def _seen(self) -> Subset:
        """Units that were in a run."""
        return frozenset().union(*(seen.subset for seen in self.observations if seen.energy_j is not None))

    def _screening(self, name: str, waiting: int) -> Trial | None:
        """A unit's first run, or None when there is no room for one.

        Alone, which tells most; on top of the best, which is cheaper, when running alone would leave no room for the
        units that wait and for combinations.
        """
        alone = self._legality.closure(name)
        if self._over(alone, waiting - 1 + COMBINATIONS) is None:
            return self._trial(alone, "single")
        stacked = self._best[0] | alone
        if stacked != alone and self._open(stacked):
            return self._trial(stacked, "stacked") if self._over(stacked, COMBINATIONS) is None else None
        return self._trial(alone, "single") if self._over(alone) is None else None

    def _improving(self) -> Trial | Stop:
        subsets = [subset for subset in self._proposals() if subset and self._open(subset)]
        if not subsets:
            return Stop("every combination was ruled out")
        energy = self._record.energy
        prediction = energy.predict(subsets)
        incumbent = float(energy.predict([s for s in self._record.working if self._open(s)]).mean.min())
        gains = expected_improvement(prediction, incumbent) * self._chance_to_work(subsets)
        gains = gains * [REPEAT_DISCOUNT if self._record.count(subset) else 1.0 for subset in subsets]
        pick = int(np.argmax(gains))
        gain, cost = float(gains[pick]), math.exp(float(prediction.mean[pick]))
        if gain < LEAST_IMPROVEMENT:
            return Stop(f"no combination is expected to improve by {LEAST_IMPROVEMENT:.0%}")
        if self._expected_runs * gain * math.exp(incumbent) <= cost:
            return Stop(f"one more run costs more than it is expected to save over {self._expected_runs:g} runs")
        if self._idle >= IDLE_PICKS:
            return Stop(f"{IDLE_PICKS} runs in a row changed nothing")
        over = self._over(subsets[pick])
        if over is None:
            return self._trial(subsets[pick], "subset")
        # What is expected to gain less may use less.
        for other in np.argsort(-gains, kind="stable")[1:MORE_PICKS]:
            if gains[other] >= LEAST_IMPROVEMENT and self._over(subsets[other]) is None:
                return self._trial(subsets[other], "subset")
        return Stop(over.reason, over.needed)

    def _proposals(self) -> list[Subset]:
        if self._every is not None:
            return self._every
        energy = self._record.energy

        def bound(subsets: Sequence[Subset]) -> Floats:
            prediction = energy.predict(subsets)
            return np.asarray(prediction.mean - prediction.sd)

        alone = bound([self._legality.closure(name) for name in self._order])
        names = [self._order[i] for i in np.argsort(alone, kind="stable")]
        found, complete = self._legality.combinations(names, limit=ENUMERATED, width=BEAM_WIDTH, score=bound)
        if complete:
            self._every = found
        return found

    def _leaner(self) -> Trial | None:
        """The best subset without units believed to be worth nothing, where that was not run yet."""
        lean = self._best[0]
        for name in sorted(lean):
            without = self._legality.without(lean, name)
            if name in lean and without and self._record.energy.difference(without, lean)[0] < LEAST_IMPROVEMENT:
                lean = without
        if self._record.count(lean) or not self._open(lean) or self._over(lean):
            return None
        return self._trial(lean, "parsimony")

    def _trial(self, subset: Subset, purpose: Purpose) -> Trial:
        if purpose == "baseline":
            # What everything is compared with is run to its end, whatever it takes.
            return Trial(subset, purpose)
        # A single is judged beside the baseline: it may be worth much on top of what is the best now.
        rival = BASELINE if purpose == "single" else self._best[0]
        prediction = self._record.energy.predict([rival])
        sd = math.hypot(float(prediction.sd[0]), self._record.energy_noise)
        return Trial(subset, purpose, ABORT_FACTOR * math.exp(float(prediction.mean[0]) + 1.96 * sd))

    def _open(self, subset: Subset) -> bool:
        return self._legality.allows(subset) and not self._failing.forbids(subset)

    def _suspect(self, subset: Subset) -> None:
        """Where all but one unit of a failing set have worked before, in whatever company, that one is out."""
        worked = frozenset().union(*self._record.working)
        strangers = subset - worked
        for name in strangers:
            if self._legality.closure(name) - worked == strangers:
                self._failing.add(self._legality.closure(name))

    def _chance_to_work(self, subsets: Sequence[Subset]) -> list[float]:
        """How likely each subset works, from the units in it that have not been seen to work."""
        worked = frozenset().union(*self._record.working)
        return [UNTRIED_WORKS ** len(subset - worked) for subset in subsets]

    def _note_progress(self, subset: Subset) -> None:
        """Keep the best belief, and count the combinations in a row that did not move it."""
        beliefs = [belief for belief in self.beliefs() if self._open(belief.subset)]
        best = (BASELINE, 1.0)
        if beliefs and beliefs[0].energy_ratio < 1.0:
            # Among equals the leanest: units that do nothing must not pile up in what others are tried on top of.
            near = [b for b in beliefs if b.energy_ratio <= beliefs[0].energy_ratio * (1 + LEAST_IMPROVEMENT)]
            lean = min(near, key=lambda b: (len(b.subset), b.energy_ratio, sorted(b.subset)))
            best = (lean.subset, lean.energy_ratio)
        moved = best[0] != self._best[0] or abs(best[1] / self._best[1] - 1) > LEAST_IMPROVEMENT / 2
        before = frozenset().union(*(seen.subset for seen in self.observations[:-1]))
        # Screening is there to learn of units, so only combinations of known ones can be idle; what was not even run
        # teaches nothing and costs nothing.
        run = bool(self.observations) and self.observations[-1].energy_j is not None
        self._idle = 0 if moved or not subset <= before else self._idle + run
        self._best = best

    def expected(self, subset: Subset) -> Cost:
        """What one run of the subset is expected to use, everything around it included."""
        return self._record.expected(subset).plus(Cost(time_s=self.limits.overhead_s))

    def _over(self, subset: Subset, further: int = 0) -> Short | None:
        """Why the subset cannot be afforded: one run of it, so many further ones, and then the confirmation."""
        baseline = self.expected(BASELINE)
        best, ratio = self._best
        saving = ratio < 1 - LEAST_IMPROVEMENT
        usual = self.expected(best) if saving else baseline.times(HOPED_ENERGY)
        # In the end a user's budget need hold the favourite alone.
        alone = not saving or (self.limits.hard and not further)
        block = baseline.plus(usual, 1.0 if alone else EXPECTED_FINALISTS)
        planned = self.expected(subset).plus(usual, further).plus(block, self.limits.blocks)
        dearest = planned if saving else baseline.times(1 + further + 2 * self.limits.blocks)
        return over_limit(self.limits, self.spent, planned, baseline, dearest)

    def _wins_back(self, belief: Belief) -> bool:
        """Whether the runs to come are expected to save what the proof uses."""
        proof = self.limits.blocks * (1 + belief.energy_ratio)
        return self._expected_runs * (1 - belief.energy_ratio) > proof

    def why_not(self, finalist: Belief) -> Short | None:
        """Why its confirmation is not begun; None where nothing speaks against it."""
        if not self._wins_back(finalist):
            runs = f"{self._expected_runs:g} run{'' if self._expected_runs == 1 else 's'}"
            return Short(f"a proof uses more than is expected to be saved over {runs}")
        return self.short_of([finalist])

    def short_of(self, finalists: Sequence[Belief]) -> Short | None:
        """Which ceiling their confirmation up to its first look would break; None when there is room."""
        baseline = self.expected(BASELINE)
        block = baseline
        for belief in finalists:
            block = block.plus(self.expected(belief.subset))
        return over_limit(self.limits, self.spent, block.times(self.limits.blocks), baseline)
