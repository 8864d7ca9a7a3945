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
from greenrules.meters.tree import busy_cpu_seconds, own_cpu_seconds

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
        cpu_s: CPU seconds that the whole machine was busy so far, at each time: a wall meter sees everybody's work.
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


#: Share of all processors that other work may keep busy while the load idles: beyond, it hides the pattern.
MOST_OTHERS = 0.25


def others(made: LoadTrace, threads: int) -> float:
    """Share of all processors that was busy, 0 to 1, while the load idled."""
    import numpy as np

    idle = [segment for segment in made.segments if segment.workers == 0]
    ends = np.interp([(s.start_s, s.end_s) for s in idle], made.times_s, made.cpu_s)
    length = sum(segment.end_s - segment.start_s for segment in idle)
    return float((ends[:, 1] - ends[:, 0]).sum()) / (threads * length) if length > 0 else 0.0


def pattern(threads: int, stretch_s: float = 20.0) -> tuple[tuple[float, int], ...]:
    """Seconds and busy workers of each stretch."""
    return ((stretch_s, 0), (stretch_s, 1), (stretch_s, threads), (stretch_s, 0))


def run_load(
    stretches: Sequence[tuple[float, int]],
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    busy: Callable[[], float] | None = None,
) -> LoadTrace:
    """Run the pattern and record how busy the machine was; takes as long as the pattern.

    Args:
        stretches: seconds and busy workers, as ``pattern`` gives them.
        clock: seconds since 1970.
        sleep: waits.
        busy: CPU seconds so far; the machine's when None, our own and the load's where it does not tell.
    """
    spent = busy or (own_cpu_seconds if busy_cpu_seconds() is None else _machine_seconds)
    times, cpu, segments = [clock()], [spent()], []
    for seconds, count in stretches:
        start = clock()
        workers = [subprocess.Popen([sys.executable, "-c", _BUSY], stdin=subprocess.DEVNULL) for _ in range(count)]
        try:
            while (now := clock()) < start + seconds:
                sleep(min(_SAMPLE_S, start + seconds - now))
                times.append(clock())
                cpu.append(spent())
        finally:
            for worker in workers:
                worker.kill()
            for worker in workers:
                worker.wait()
        segments.append(Segment(start, times[-1], count))
    return LoadTrace(tuple(times), tuple(c - cpu[0] for c in cpu), tuple(segments))


def _machine_seconds() -> float:
    return busy_cpu_seconds() or 0.0
