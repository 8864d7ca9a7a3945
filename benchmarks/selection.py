"""Search procedures side by side in a simulated world: regret, runs and energy.

    python benchmarks/selection.py [--worlds 200] [--noise 0.03]

A world is a script with eight rewrites of which two fifths save, a quarter cost, and the rest do nothing; some pairs
help or hinder each other, one pair excludes itself, one rewrite spoils the quality. Runs are noisy, the machine drifts.
The published method runs every single rewrite three times and takes the best. Effect sizes are guesses:
the table compares procedures, it does not predict savings.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

from greenrules.selection import Confirmation, Pruning, Stop, SubsetSearch, Unit, Verdict, Verdicts

Subset = frozenset[str]
BASELINE: Subset = frozenset()
PUBLISHED_REPEATS = 3


class World:
    """A script with rewrites of known effect.

    Args:
        seed: everything follows from it.
        units: how many rewrites.
        noise: standard deviation of a run's log energy.
        drift: stationary standard deviation of the machine's slow drift (autoregressive, 0.9 a run).
        identical: no rewrite has any effect.
        triples: three-way interactions, which no model here knows of.
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
        self.units = [Unit(name, excludes=frozenset({second}) if name == first else frozenset()) for name in names]
        self._excluded = frozenset(chosen[0])
        self.runs = 0
        self.energy = 0.0

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
        """Whether the quality holds."""
        return self.spoils not in subset

    def best_log(self) -> float:
        """Log energy of the best legal subset that works."""
        names = [unit.id for unit in self.units]
        every = (frozenset(c) for r in range(len(names) + 1) for c in combinations(names, r))
        return min(self.true_log(s) for s in every if self.works(s) and not self._excluded <= s)

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


def confirm(
    world: World, subsets: list[Subset], reference: Subset, seed: int, budget: float, differs: bool = False
) -> Verdicts:
    """Interleaved blocks until there are verdicts; ids are positions in the list."""
    named = {"reference": reference, **{str(i): subset for i, subset in enumerate(subsets)}}
    confirmation = Confirmation(
        [str(i) for i in range(len(subsets))],
        reference="reference",
        seed=seed,
        energy_j=budget,
        question="differs" if differs else "saves",
    )
    while not isinstance(block := confirmation.next_block(), Verdicts):
        for name in block.remaining:
            energy, time, works = world.run(named[name])
            confirmation.observe(block.number, name, energy, time, ok=works)
    return block


def whole(world: World, seed: int, ceiling: float = 24.0) -> Subset:
    """Our search with the proof and leave-one-out, as ``apply`` does it; nothing proven, no change."""
    search = searched(world, seed)
    finalists = search.finalists()
    if not finalists:
        return BASELINE
    verdicts = confirm(world, [f.subset for f in finalists], BASELINE, seed, ceiling - world.energy)
    proven: list[tuple[float, Subset]] = []
    for name, verdict in verdicts.by_id.items():
        if verdict.proven and verdict.energy is not None:
            proven.append((verdict.energy.center, finalists[int(name)].subset))
    if not proven:
        return BASELINE
    ratio, chosen = min(proven, key=lambda pair: pair[0])
    pruning = Pruning(chosen, search.units, {unit: search.removal(chosen, unit) for unit in chosen})
    while not isinstance(removal := pruning.next(), Stop):
        room = ceiling - world.energy
        if room < 5 * 2.2 * ratio:
            pruning.keep(removal, "the ceiling has no room for the comparison")
            continue
        verdict: Verdict = confirm(world, [removal.without], removal.subset, seed, room, differs=True).by_id["0"]
        pruning.observe(removal, verdict)
    return pruning.subset


PROCEDURES: dict[str, Callable[[World, int], Subset]] = {
    "published: singles x3, best single": published,
    "singles x3, stack all that saved": stacked,
    "greenrules: search only": search_only,
    "greenrules: search, proof, leave-one-out": whole,
}


def play(procedure: Callable[[World, int], Subset], seed: int, world: World) -> Outcome:
    """Let a procedure choose in a world."""
    chosen = procedure(world, seed)
    worse = world.true_log(chosen) > 1e-9 or not world.works(chosen)
    return Outcome(chosen, world.regret(chosen), world.runs, world.energy, worse)


def table(worlds: int, noise: float, triples: bool = False) -> str:
    """The comparison as text."""
    head = f"{'procedure':<42}{'runs':>6}{'energy':>8}{'p90':>6}{'median':>9}{'mean':>7}{'p90':>7}{'worse %':>9}"
    lines = [f"{worlds} worlds, run noise {noise:.0%}, energy in baseline runs; regret in %: median, mean, p90", head]
    for name, procedure in PROCEDURES.items():
        outcomes = [play(procedure, seed, World(seed, noise=noise, triples=triples)) for seed in range(worlds)]
        regrets = sorted(100 * outcome.regret for outcome in outcomes)
        energies = sorted(outcome.energy for outcome in outcomes)
        tenth = int(0.9 * worlds)
        lines.append(
            f"{name:<42}{statistics.fmean(o.runs for o in outcomes):>6.1f}{statistics.fmean(energies):>8.1f}"
            f"{energies[tenth]:>6.1f}{statistics.median(regrets):>9.1f}{statistics.fmean(regrets):>7.1f}"
            f"{regrets[tenth]:>7.1f}{100 * statistics.fmean(o.worse for o in outcomes):>9.1f}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare search procedures in a simulated world.")
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--noise", type=float, default=0.03)
    parser.add_argument("--triples", action="store_true", help="three-way interactions that no model knows of")
    options = parser.parse_args()
    print(table(options.worlds, options.noise, options.triples))


if __name__ == "__main__":
    main()
