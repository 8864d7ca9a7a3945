"""Which variant runs when: randomised complete blocks, the baseline in each, order reversed every other block."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Block:
    """One run of every variant, in this order; ``number`` counts from 1."""

    number: int
    order: tuple[str, ...]


def blocks(candidates: Sequence[str], seed: int, *, first: int = 1) -> Iterator[Block]:
    """Blocks without end; the same for the same candidates and seed, so that a resumed series goes on as it would have.

    Every even block is the one before it backwards: a drift that is linear in time cancels within the pair.

    Args:
        candidates: ids, the baseline left out or in.
        seed: of the random order.
        first: the first block to give.
    """
    ids = [BASELINE, *dict.fromkeys(c for c in candidates if c != BASELINE)]
    generator = random.Random(f"blocks {seed} {' '.join(ids)}")
    number = 0
    while True:
        order = generator.sample(ids, len(ids))
        for direction in (order, order[::-1]):
            number += 1
            if number >= first:
                yield Block(number, tuple(direction))


@dataclass
class WarmUps:
    """Which runs need a warm-up before them: those that load a set of libraries no run has loaded yet.

    The first run reads libraries from disk and fills their caches; it would be billed to whoever comes first.
    """

    _seen: set[frozenset[str]] = field(default_factory=set)

    def needed(self, libraries: Iterable[str]) -> bool:
        """Whether a script that loads these must be warmed up; from then on it counts as warm."""
        key = frozenset(libraries)
        if any(key <= seen for seen in self._seen):
            return False
        self._seen.add(key)
        return True


def hopeless_after(incumbent_upper_s: float, factor: float = 1.5) -> float:
    """Seconds after which a run is stopped early: it cannot become the best any more.

    Args:
        incumbent_upper_s: upper bound of the best variant's time so far.
        factor: by how much a run may exceed it.
    """
    return factor * incumbent_upper_s
