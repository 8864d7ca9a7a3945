"""The proof: interleaved blocks of the reference and the finalists, judged at most three times.

Each look at the growing data is another chance to be fooled, so each is made at a third of the error rate, and within
a look Holm's procedure shares that among the finalists: the chance that anything that saves nothing is said to
save is below alpha over the whole confirmation. Screening runs never enter: whoever looked best there was partly lucky.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import Literal

from greenrules.selection.intervals import LEAST_SD, Estimate, holm_levels, ratio_interval
from greenrules.selection.spending import Cost
from greenrules.selection.student import t_quantile

Outcome = Literal["saves", "costs more", "equal", "not distinguishable", "failed"]

LOOKS = 3
#: Two energies that differ by less are equal for any purpose.
EQUAL_WITHIN = 0.01
#: A finalist is given up when its effect is below this share of what the last look could prove.
FUTILE = 0.5
_NO_ROOM = "the budget has no room for more blocks"


@dataclass(frozen=True, slots=True)
class Block:
    """One complete block.

    Attributes:
        number: from 0.
        order: who runs, first to last, the reference among them.
        remaining: those of them that were not observed yet, in that order.
    """

    number: int
    order: tuple[str, ...]
    remaining: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the blocks say of a finalist.

    Attributes:
        energy: ratio to the reference; its level allows for looks and finalists. None without a complete pair.
        time: the same of time.
        blocks: pairs it rests on.
    """

    id: str
    outcome: Outcome
    energy: Estimate | None
    time: Estimate | None
    blocks: int
    reason: str

    @property
    def proven(self) -> bool:
        """Whether the whole interval lies below 1."""
        return self.outcome == "saves"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The end of a confirmation.

    Attributes:
        by_id: a verdict for each finalist.
        blocks: complete blocks made.
        stopped: why no more were made.
        wanting: what more the next look would have taken, where a strict ceiling ended it.
    """

    by_id: Mapping[str, Verdict]
    blocks: int
    stopped: str
    wanting: Cost | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    energy_j: float
    time_s: float


@dataclass(slots=True)
class _Finalist:
    id: str
    verdict: Verdict | None = None
    given_up: bool = False
    readings: dict[int, _Reading] = field(default_factory=dict)

    @property
    def saving(self) -> float | None:
        """The proven energy ratio, None when there is none."""
        return self.verdict.energy.center if self.verdict and self.verdict.proven and self.verdict.energy else None


class Confirmation:
    """Ask with ``next_block()``, tell with ``observe()``. Deterministic by seed and by what was told.

    Args:
        finalists: ids to be judged.
        reference: id they are compared with; it runs in every block.
        seed: of the order within blocks and of the bootstrap.
        blocks: blocks before the first look; the others are at 1.6 and 2.4 times as many.
        alpha: error rate of the whole confirmation.
        energy_j: what the confirmation may use; the first look is always reached, unless it is strict. None for no
            ceiling.
        time_s: the same in seconds.
        strict: whether no block is begun when those up to the next look are not expected to fit: the last of several
            finalists is let go then, and with a single one left it ends. Whether the first block is worth beginning
            is for the caller to say.
        question: ``saves`` gives up finalists that are unlikely to be proven to save, or to save more than a proven
            one; ``differs`` goes on for either direction, as leave-one-out needs.

    Raises:
        ValueError: fewer than two blocks, an id twice, or the reference among the finalists.
    """

    def __init__(
        self,
        finalists: Sequence[str],
        *,
        reference: str = "baseline",
        seed: int = 0,
        blocks: int = 5,
        alpha: float = 0.05,
        energy_j: float | None = None,
        time_s: float | None = None,
        strict: bool = False,
        question: Literal["saves", "differs"] = "saves",
    ) -> None:
        if blocks < 2:
            raise ValueError("an interval needs at least two blocks")
        if len({*finalists, reference}) != len(finalists) + 1:
            raise ValueError("finalists and reference must have different ids")
        self._finalists = {name: _Finalist(name) for name in finalists}
        self._reference = reference
        self._readings: dict[int, _Reading] = {}
        self._seed = seed
        self._rate = alpha / LOOKS
        self._budget = Cost(math.inf if energy_j is None else energy_j, math.inf if time_s is None else time_s)
        self._strict = strict
        self._question = question
        self._used: dict[str, list[Cost]] = {}
        self._wanting: Cost | None = None
        self._looks: tuple[int, ...] = look_blocks(blocks)
        self._alpha = alpha
        self._looked = 0
        self._members: dict[int, tuple[str, ...]] = {}
        self._end: str | None = None if finalists else "there is nothing to confirm"

    def next_block(self) -> Block | Verdicts:
        """The block to run (the rest of it, when it was begun), or the verdicts."""
        if self._end is None:
            number = max(len(self._members) - 1, 0)
            if number in self._members and not self._remaining(number):
                number += 1
            if number == self._looks[self._looked]:
                self._look(number)
            if self._strict and self._end is None and number > 0 and number not in self._members:
                self._fit(number)
            if self._end is None:
                order = self._members.setdefault(number, self._order(number))
                return Block(number, order, self._remaining(number))
        return self._verdicts()

    def observe(
        self,
        block: int,
        name: str,
        energy_j: float | None,
        time_s: float | None,
        *,
        ok: bool = True,
        overhead_s: float = 0.0,
    ) -> None:
        """Tell how a run of a block went.

        Args:
            block: its number.
            name: who ran.
            energy_j: None when there is no reading.
            time_s: as above.
            ok: it ended well and did its job; a finalist that did not is out.
            overhead_s: seconds that it took beside its own.

        Raises:
            ValueError: the block was not asked for, the run is not part of it, or the reference gave no reading.
        """
        if block not in self._members or name not in self._members[block]:
            raise ValueError(f"block {block} has no run of {name!r}")
        usable = ok and energy_j is not None and time_s is not None and energy_j > 0 and time_s > 0
        usable = usable and math.isfinite(energy_j or 0.0) and math.isfinite(time_s or 0.0)
        joules, seconds = (x if x is not None and math.isfinite(x) else 0.0 for x in (energy_j, time_s))
        self._used.setdefault(name, []).append(Cost(joules, overhead_s + seconds))
        if name == self._reference:
            if not usable:
                raise ValueError("the reference must run and be measured in every block")
            self._readings[block] = _Reading(energy_j or 0.0, time_s or 0.0)
            return
        finalist = self._finalists[name]
        if usable:
            finalist.readings[block] = _Reading(energy_j or 0.0, time_s or 0.0)
        else:
            finalist.verdict = Verdict(
                name, "failed", None, None, len(finalist.readings), f"it failed in block {block}"
            )
            if all(f.verdict is not None for f in self._finalists.values()):
                self._end = "nothing is left to decide"

    def stop(self, reason: str) -> Verdicts:
        """End here, for a budget or the user; judged as at a look, unless the first one was not reached."""
        if self._end is None:
            complete = [number for number in self._members if not self._remaining(number)]
            if len(complete) >= self._looks[0]:
                self._judge()
            if self._strict and self._running():
                self._wanting = self._block_cost().times(self._looks[self._looked] - len(complete))
            self._end = reason
        return self._verdicts()

    # A look

    def _look(self, blocks: int) -> None:
        self._judge()
        self._looked += 1
        pending = self._pending()
        if not pending:
            given_up = any(f.given_up for f in self._finalists.values())
            self._end = "more blocks would hardly prove more" if given_up else "nothing is left to decide"
        elif self._looked == len(self._looks):
            self._end = f"{blocks} blocks were made"
        elif self._strict:
            # What is left is used up by a last look after as many blocks as it holds.
            room = _times_within(self._left(), self._block_cost())
            if room < self._looks[self._looked] - blocks:
                self._looks = (*self._looks[: self._looked], blocks + max(1, room))
        elif not self._spent().times(self._looks[self._looked] / blocks).within(self._budget):
            self._end = _NO_ROOM

    def _fit(self, number: int) -> None:
        """Let go of finalists, the last one first, until the blocks up to the next look are expected to fit."""
        while not (wanting := self._block_cost().times(self._looks[self._looked] - number)).within(self._left()):
            running = self._running()
            if len(running) < 2:
                self._end, self._wanting = _NO_ROOM, wanting
                return
            running[-1].given_up = True

    def _spent(self) -> Cost:
        return _total(cost for costs in self._used.values() for cost in costs)

    def _left(self) -> Cost:
        return self._budget.plus(self._spent(), -1.0)

    def _block_cost(self) -> Cost:
        """What a block is expected to use, by the runs of those in it so far."""
        names = [self._reference, *(finalist.id for finalist in self._running())]
        return _total(_total(self._used[name]).times(1 / len(self._used[name])) for name in names if name in self._used)

    def _running(self) -> list[_Finalist]:
        return [f for f in self._finalists.values() if f.verdict is None and not f.given_up]

    def _judge(self) -> None:
        """Give a verdict to each finalist whose interval allows one, at this look's share of the error rate."""
        open_ones = [f for f in self._finalists.values() if f.verdict is None and len(f.readings) >= 2]
        closed = sum(f.verdict is not None and f.verdict.outcome != "failed" for f in self._finalists.values())
        estimates = [self._ratio(f, 1 - self._rate) for f in open_ones]
        # Decided ones were rejected at an earlier look and stand first; given-up ones stay in the family, as kept.
        p_values = [0.0] * closed + [
            1.0 if f.given_up or e.p_value is None else e.p_value for f, e in zip(open_ones, estimates, strict=True)
        ]
        p_values += [1.0] * (len(self._finalists) - len(p_values))
        rates = holm_levels(p_values, self._rate)[closed:]
        for finalist, rate in zip(open_ones, rates, strict=False):
            if finalist.given_up:
                continue
            energy = self._ratio(finalist, 1 - rate)
            outcome = _outcome(energy)
            if outcome != "not distinguishable":
                finalist.verdict = self._verdict(finalist, outcome, 1 - rate)

    def _pending(self) -> list[_Finalist]:
        """Finalists that more blocks may still prove, and that would then use least."""
        best = min((f.saving for f in self._finalists.values() if f.saving is not None), default=math.inf)
        for finalist in self._finalists.values():
            if finalist.verdict is not None or finalist.given_up:
                continue
            estimate = self._ratio(finalist, 1 - self._rate)
            noise = estimate.standard_error * math.sqrt(estimate.n / 2)
            needed = provable_effect(noise, self._looks[0], self._alpha)
            effect = math.log(estimate.center)
            if self._question == "differs":
                finalist.given_up = abs(effect) < FUTILE * needed
            else:
                finalist.given_up = -effect < FUTILE * needed or estimate.center > best * (1 - EQUAL_WITHIN)
        return self._running()

    # The readings

    def _order(self, number: int) -> tuple[str, ...]:
        running = [self._reference, *(finalist.id for finalist in self._running())]
        if number % 2:
            # The mirror image of the block before cancels a drift that is linear over the two.
            return tuple(name for name in reversed(self._members[number - 1]) if name in running)
        random.Random(f"{self._seed}/{number}").shuffle(running)
        return tuple(running)

    def _remaining(self, number: int) -> tuple[str, ...]:
        return tuple(name for name in self._members[number] if not self._done(number, name))

    def _done(self, number: int, name: str) -> bool:
        if name == self._reference:
            return number in self._readings
        finalist = self._finalists[name]
        failed = finalist.verdict is not None and finalist.verdict.outcome == "failed"
        return failed or number in finalist.readings

    def _pairs(self, finalist: _Finalist) -> list[tuple[_Reading, _Reading]]:
        shared = sorted(finalist.readings.keys() & self._readings.keys())
        return [(finalist.readings[number], self._readings[number]) for number in shared]

    def _ratio(self, finalist: _Finalist, level: float) -> Estimate:
        pairs = self._pairs(finalist)
        own, other = [a.energy_j for a, _ in pairs], [b.energy_j for _, b in pairs]
        return ratio_interval(own, other, level=level, seed=self._seed, least_sd=LEAST_SD)

    def _verdict(self, finalist: _Finalist, outcome: Outcome, level: float) -> Verdict:
        pairs = self._pairs(finalist)
        if not pairs:
            return Verdict(finalist.id, outcome, None, None, 0, "there is no complete block")
        energy = self._ratio(finalist, level)
        times = ([a.time_s for a, _ in pairs], [b.time_s for _, b in pairs])
        time = ratio_interval(*times, level=level, seed=self._seed, least_sd=LEAST_SD)
        span = f"energy ratio {energy.center:.3f}, interval {energy.low:.3f} to {energy.high:.3f}, {len(pairs)} blocks"
        return Verdict(finalist.id, outcome, energy, time, len(pairs), f"{outcome}: {span}")

    def _verdicts(self) -> Verdicts:
        level = 1 - self._rate / max(len(self._finalists), 1)
        by_id = {f.id: f.verdict or self._verdict(f, "not distinguishable", level) for f in self._finalists.values()}
        complete = sum(not self._remaining(number) for number in self._members)
        return Verdicts(by_id, complete, self._end or "", self._wanting)


def _total(costs: Iterable[Cost]) -> Cost:
    total = Cost()
    for cost in costs:
        total = total.plus(cost)
    return total


def _times_within(room: Cost, cost: Cost) -> int:
    """How often a cost fits into what is left."""
    times = [left / used for left, used in zip(astuple(room), astuple(cost), strict=True) if used > 0]
    return int(max(0.0, min(times, default=0.0))) if math.isfinite(min(times, default=0.0)) else sys.maxsize


def look_blocks(blocks: int) -> tuple[int, int, int]:
    """After how many blocks the looks are: the least number, 1.6 and 2.4 times as many (5, 8 and 12)."""
    return blocks, math.ceil(1.6 * blocks), math.ceil(2.4 * blocks)


def provable_effect(noise: float, blocks: int = 5, alpha: float = 0.05) -> float:
    """The effect on log energy that the last look is about as likely as not to prove.

    Args:
        noise: standard deviation of one run's log energy.
        blocks: blocks before the first look.
        alpha: error rate of the whole confirmation.
    """
    last = look_blocks(blocks)[-1]
    return t_quantile(1 - alpha / LOOKS / 2, last - 1) * max(noise * math.sqrt(2), LEAST_SD) / math.sqrt(last)


def _outcome(energy: Estimate) -> Outcome:
    if energy.high < 1:
        return "saves"
    if energy.low > 1:
        return "costs more"
    if energy.low > 1 - EQUAL_WITHIN and energy.high < 1 + EQUAL_WITHIN:
        return "equal"
    return "not distinguishable"
