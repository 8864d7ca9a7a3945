"""Search procedures side by side in a simulated world: regret, runs and energy.

    python benchmarks/selection.py [--worlds 200] [--noise 0.03] [--triples] [--prior informed] [--fickle] [--identical]

A world is a script with eight rewrites of which two fifths save, a quarter cost, and the rest do nothing; some pairs
help or hinder each other, one pair excludes itself, one rewrite spoils the quality. Runs are noisy, the machine drifts.
The published method runs every single rewrite three times and takes the best. "apply" is the product's own experiment,
with a world for its laboratory. Effect sizes are guesses: the table compares procedures, it does not predict savings.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from greenrules.events import silent
from greenrules.selection import Limits, Stop, SubsetSearch, Unit
from greenrules.verbs.candidate import BASELINE_ID, Candidate, Measured, Phase
from greenrules.verbs.experiment import Experiment

Subset = frozenset[str]
BASELINE: Subset = frozenset()
PUBLISHED_REPEATS = 3
#: Marks: runs of the search, energy of all that apply does, share of searches that claim a saving where there is none.
MOST_RUNS, MOST_ENERGY, MOST_CLAIMS = 20, 25, 0.05
PRIORS = ("none", "informed", "misled", "opposite")


class World:
    """A script with rewrites of known effect.

    Args:
        seed: everything follows from it.
        units: how many rewrites.
        noise: standard deviation of a run's log energy.
        drift: stationary standard deviation of the machine's slow drift (autoregressive, 0.9 a run).
        identical: no rewrite has any effect.
        triples: three-way interactions, which no model here knows of.
        prior: what is believed beforehand: half of each effect, those of other rewrites, or the reverse.
        fickle: the best rewrite has a quality that other seeds refuse.
    """

    def __init__(
        self,
        seed: int,
        *,
        units: int = 8,
        noise: float = 0.03,
        drift: float = 0.01,
        identical: bool = False,
        triples: bool = False,
        prior: str = "none",
        fickle: bool = False,
    ) -> None:
        self._random = random.Random(seed)
        self._noise, self._drift_sd, self._drift = noise, drift, 0.0
        names = [f"u{i}" for i in range(units)]
        self.effect = {name: 0.0 if identical else self._effect() for name in names}
        pairs = list(combinations(names, 2))
        chosen = self._random.sample(pairs, min(5, len(pairs)))
        self.interaction: dict[Subset, float] = {
            frozenset(pair): 0.0 if identical else self._random.gauss(0.0, 0.15) for pair in chosen[1:]
        }
        if triples:
            trios = self._random.sample(list(combinations(names, 3)), 4)
            self.interaction |= {frozenset(trio): self._random.gauss(0.0, 0.15) for trio in trios}
        first, second = chosen[0]
        self.spoils = None if identical else self._random.choice(names)
        self.fickle = min(names, key=lambda name: self.effect[name]) if fickle else None
        worth = self._beliefs(prior, seed)
        self.units = [
            Unit(name, excludes=frozenset({second}) if name == first else frozenset(), worth=worth.get(name))
            for name in names
        ]
        self._excluded = frozenset(chosen[0])
        self.runs = 0
        self.energy = 0.0

    def _beliefs(self, prior: str, seed: int) -> dict[str, float]:
        effects = list(self.effect.values())
        if prior == "misled":
            random.Random(f"misled {seed}").shuffle(effects)
        factor = {"none": None, "informed": 0.5, "misled": 1.0, "opposite": -0.7}[prior]
        return {} if factor is None else {n: factor * e for n, e in zip(self.effect, effects, strict=True)}

    def _effect(self) -> float:
        kind = self._random.random()
        if kind < 0.4:
            return math.log(1 - self._random.uniform(0.05, 0.4))
        return 0.0 if kind < 0.75 else math.log(1 + self._random.uniform(0.03, 0.3))

    def true_log(self, subset: Subset) -> float:
        """Log energy without noise; the baseline's is 0."""
        pairs = sum(value for together, value in self.interaction.items() if together <= subset)
        return sum(self.effect[name] for name in subset) + pairs

    def works(self, subset: Subset) -> bool:
        """Whether the quality holds, as far as the script's own seed shows."""
        return self.spoils not in subset

    def holds(self, subset: Subset) -> bool:
        """Whether the quality holds with every seed."""
        return self.works(subset) and self.fickle not in subset

    def best_log(self) -> float:
        """Log energy of the best legal subset that works."""
        names = [unit.id for unit in self.units]
        every = (frozenset(c) for r in range(len(names) + 1) for c in combinations(names, r))
        return min(self.true_log(s) for s in every if self.holds(s) and not self._excluded <= s)

    def run(self, subset: Subset) -> tuple[float, float, bool]:
        """One run: joules, seconds, and whether the quality holds. The baseline uses 1 J in 2 s."""
        self._drift = 0.9 * self._drift + self._random.gauss(0.0, self._drift_sd * math.sqrt(1 - 0.81))
        energy = math.exp(self.true_log(subset) + self._drift + self._random.gauss(0.0, self._noise))
        time = 2 * math.exp(0.8 * self.true_log(subset) + self._drift + self._random.gauss(0.0, self._noise))
        self.runs += 1
        self.energy += energy
        return energy, time, self.works(subset)

    def regret(self, subset: Subset) -> float:
        """Extra energy of the subset over the best."""
        return math.expm1(self.true_log(subset) - self.best_log())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a procedure chose in a world, and what it used for it."""

    chosen: Subset
    regret: float
    runs: int
    energy: float
    worse: bool


def published(world: World, seed: int) -> Subset:
    """Baseline and every single three times, in sequence; the single of least mean energy, if it saves."""
    del seed
    names = [unit.id for unit in world.units]
    means = {}
    for subset in [BASELINE, *(frozenset({name}) for name in names)]:
        readings = [world.run(subset) for _ in range(PUBLISHED_REPEATS)]
        if all(works for _, _, works in readings):
            means[subset] = statistics.fmean(energy for energy, _, _ in readings)
    return min(means, key=lambda subset: means[subset])


def stacked(world: World, seed: int) -> Subset:
    """The same runs; all singles that saved, together and unverified."""
    del seed
    means = {}
    for name in ["", *(unit.id for unit in world.units)]:
        subset = frozenset({name} - {""})
        readings = [world.run(subset) for _ in range(PUBLISHED_REPEATS)]
        if all(works for _, _, works in readings):
            means[name] = statistics.fmean(energy for energy, _, _ in readings)
    base = means.pop("")
    chosen: Subset = BASELINE
    for name in sorted(means, key=lambda n: means[n]):
        wider = chosen | {name}
        clash = any(unit.id in wider and unit.excludes & wider for unit in world.units)
        if means[name] < base and not clash:
            chosen = wider
    return chosen


def searched(world: World, seed: int) -> SubsetSearch:
    """Run the subset search to its end."""
    search = SubsetSearch(world.units, seed=seed)
    while not isinstance(trial := search.next(), Stop):
        search.observe(trial, *world.run(trial.subset))
    return search


def search_only(world: World, seed: int) -> Subset:
    """Our search, without the proof."""
    finalists = searched(world, seed).finalists()
    return finalists[0].subset if finalists else BASELINE


@dataclass
class WorldLab:
    """A world as the laboratory of the product's experiment."""

    world: World

    def run(
        self, candidate: Candidate, phase: Phase, block: int, *, abort_above_j: float | None = None, seed: int = 0
    ) -> Measured:
        """One run of the candidate in the world."""
        energy, time, works = self.world.run(candidate.units)
        # Three seeds make an interval, and one that lies beyond what is allowed ends the comparison.
        refused = seed > 1 and not self.world.holds(candidate.units)
        return Measured(energy, time, works and not refused, quality_loss=0.0)

    def name(self, candidate: Candidate) -> str:
        """Its units."""
        return "+".join(sorted(candidate.units)) or BASELINE_ID

    def refusal(self, candidate: Candidate) -> str:
        """Whether its quality holds with every seed."""
        return "" if self.world.holds(candidate.units) else "its quality is worse over the seeds"

    def expect(self, runs: int) -> None:
        """Nobody watches."""


def whole(world: World, seed: int) -> Subset:
    """The product's experiment: search, proof, leave-one-out; nothing proven, no change."""
    world.run(BASELINE)  # the warm-up
    lab = WorldLab(world)
    experiment = Experiment(
        world.units,
        (),
        lab,
        silent,
        seed=seed,
        expected_runs=1000,
        limits=Limits(),
        weights=(0.5, 0.3, 0.2),
        blocks=5,
        retrained=frozenset() if world.fickle is None else frozenset({world.fickle}),
    )
    experiment.charge(world.energy, 0.0)
    found = experiment.run()
    proven = {
        one: verdict.energy.center
        for one, verdict in found.verdicts.items()
        if verdict.proven and verdict.energy is not None and not lab.refusal(one)
    }
    if not proven:
        return BASELINE
    best = min(proven, key=lambda one: proven[one])
    return found.leaner.get(best, best).units


PROCEDURES: dict[str, Callable[[World, int], Subset]] = {
    "published: singles x3, best single": published,
    "singles x3, stack all that saved": stacked,
    "greenrules: search only": search_only,
    "greenrules: apply (with warm-up and proof)": whole,
}


def play(procedure: Callable[[World, int], Subset], seed: int, world: World) -> Outcome:
    """Let a procedure choose in a world."""
    chosen = procedure(world, seed)
    worse = world.true_log(chosen) > 1e-9 or not world.holds(chosen)
    return Outcome(chosen, world.regret(chosen), world.runs, world.energy, worse)


def missed(played: dict[str, list[Outcome]]) -> list[str]:
    """The marks that our procedures miss."""
    found = []
    for name, outcomes in played.items():
        if not name.startswith("greenrules"):
            continue
        regret = statistics.median(outcome.regret for outcome in outcomes)
        worse = sum(outcome.worse for outcome in outcomes)
        if regret > 0.01:
            found.append(f"{name}: median regret {regret:.1%}, the mark is 1 %")
        if worse:
            found.append(f"{name}: worse than the baseline in {worse} worlds, the mark is none")
        if max(outcome.energy for outcome in outcomes) > MOST_ENERGY:
            found.append(f"{name}: more than {MOST_ENERGY} baseline runs of energy")
        if "search only" in name and max(outcome.runs for outcome in outcomes) > MOST_RUNS:
            found.append(f"{name}: more than {MOST_RUNS} runs")
    return found


def table(worlds: int, **kind: Any) -> tuple[str, dict[str, list[Outcome]]]:
    """The comparison as text, and what it tells of."""
    head = (
        f"{'procedure':<42}{'runs':>6}{'most':>6}{'energy':>8}{'p90':>6}{'most':>6}{'median':>9}{'mean':>7}{'p90':>7}"
    )
    told = ", ".join(f"{name} {value}" for name, value in kind.items() if value not in (False, "none"))
    lines = [
        f"{worlds} worlds, {told}; energy in baseline runs; regret in %: median, mean, p90",
        head + f"{'worse %':>9}",
    ]
    played: dict[str, list[Outcome]] = {}
    for name, procedure in PROCEDURES.items():
        outcomes = played[name] = [play(procedure, seed, World(seed, **kind)) for seed in range(worlds)]
        regrets = sorted(100 * outcome.regret for outcome in outcomes)
        energies = sorted(outcome.energy for outcome in outcomes)
        tenth = int(0.9 * worlds)
        lines.append(
            f"{name:<42}{statistics.fmean(o.runs for o in outcomes):>6.1f}{max(o.runs for o in outcomes):>6d}"
            f"{statistics.fmean(energies):>8.1f}{energies[tenth]:>6.1f}{energies[-1]:>6.1f}"
            f"{statistics.median(regrets):>9.1f}{statistics.fmean(regrets):>7.1f}"
            f"{regrets[tenth]:>7.1f}{100 * statistics.fmean(o.worse for o in outcomes):>9.1f}"
        )
    return "\n".join(lines), played


def false_savings(worlds: int, noise: float) -> int:
    """How often a rewrite without any effect is said to save."""
    return sum(bool(play(whole, seed, World(seed, noise=noise, identical=True)).chosen) for seed in range(worlds))


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare search procedures in a simulated world.")
    parser.add_argument("--worlds", type=int, help="how many; 200, or 1000 with --identical")
    parser.add_argument("--quick", action="store_true", help="a fifth of the worlds")
    parser.add_argument("--noise", type=float, default=0.03)
    parser.add_argument("--triples", action="store_true", help="three-way interactions that no model knows of")
    parser.add_argument("--prior", choices=PRIORS, default="none", help="what is believed before anything is run")
    parser.add_argument("--fickle", action="store_true", help="other seeds refuse the quality of the best rewrite")
    parser.add_argument("--identical", action="store_true", help="how often a rewrite without effect is said to save")
    options = parser.parse_args()
    worlds = options.worlds or (1000 if options.identical else 200) // (5 if options.quick else 1)
    if options.identical:
        claims = false_savings(worlds, options.noise)
        share = claims / worlds
        print(f"{claims} of {worlds} worlds in which no rewrite does anything end with a saving ({share:.1%})")
        return int(share > MOST_CLAIMS)
    kind = {"noise": options.noise, "triples": options.triples, "prior": options.prior, "fickle": options.fickle}
    text, played = table(worlds, **kind)
    print(text)
    # The marks are those of the ordinary world.
    marks = missed(played) if kind == {"noise": 0.03, "triples": False, "prior": "none", "fickle": False} else []
    print(*(f"missed: {mark}" for mark in marks), sep="\n", end="")
    return int(bool(marks))


if __name__ == "__main__":
    sys.exit(main())
