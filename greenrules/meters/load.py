"""A known load, so that the clock of a wall meter can be found by its pattern: idle, one core, all cores, idle."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from greenrules.errors import MeasurementError
from greenrules.meters.tree import own_cpu_seconds

_SAMPLE_S = 0.25
_BUSY = "while True: sum(range(1000))"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the pattern; times by our clock, seconds since 1970."""

    start_s: float
    end_s: float
    workers: int


@dataclass(frozen=True, slots=True)
class LoadTrace:
    """What the load did.

    Attributes:
        times_s: ascending, our clock, seconds since 1970.
        cpu_s: CPU seconds of the load so far, at each time.
        segments: the stretches of constant load.
    """

    times_s: tuple[float, ...]
    cpu_s: tuple[float, ...]
    segments: tuple[Segment, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> LoadTrace:
        """The inverse of ``as_json``.

        Raises:
            MeasurementError: a key is missing or is not what it should be.
        """
        try:
            segments = tuple(Segment(**segment) for segment in values["segments"])
            loaded = cls(tuple(map(float, values["times_s"])), tuple(map(float, values["cpu_s"])), segments)
            if len(loaded.times_s) != len(loaded.cpu_s) or any(b < a for a, b in pairwise(loaded.times_s)):
                raise ValueError("times and CPU seconds do not belong together")
        except (KeyError, TypeError, ValueError) as error:
            raise MeasurementError(f"not a load trace: {error}", remedy="run the load again") from None
        return loaded


def pattern(threads: int, stretch_s: float = 20.0) -> tuple[tuple[float, int], ...]:
    """Seconds and busy workers of each stretch."""
    return ((stretch_s, 0), (stretch_s, 1), (stretch_s, threads), (stretch_s, 0))


def run_load(
    stretches: Sequence[tuple[float, int]],
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> LoadTrace:
    """Run the pattern and record the CPU seconds it took; takes as long as the pattern.

    Args:
        stretches: seconds and busy workers, as ``pattern`` gives them.
        clock: seconds since 1970.
        sleep: waits.
    """
    times, cpu, segments = [clock()], [own_cpu_seconds()], []
    for seconds, count in stretches:
        start = clock()
        workers = [subprocess.Popen([sys.executable, "-c", _BUSY], stdin=subprocess.DEVNULL) for _ in range(count)]
        try:
            while (now := clock()) < start + seconds:
                sleep(min(_SAMPLE_S, start + seconds - now))
                times.append(clock())
                cpu.append(own_cpu_seconds())
        finally:
            for worker in workers:
                worker.kill()
            for worker in workers:
                worker.wait()
        segments.append(Segment(start, times[-1], count))
    return LoadTrace(tuple(times), tuple(c - cpu[0] for c in cpu), tuple(segments))
