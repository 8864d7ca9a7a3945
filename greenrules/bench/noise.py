"""How quiet the machine was, and what would make it quieter."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from greenrules.models import NoiseInfo, WarningInfo

#: beyond these a figure is doubtful; the stall and steal limits are those at which wall times on a shared virtual
#: machine were found to be useless
MOST_RSD = 0.05
MOST_STEAL = 0.01
MOST_PRESSURE = 0.20
#: of the processors, busy with other work before the baseline ran
MOST_LOAD = 0.25


@dataclass(frozen=True, slots=True)
class Sample:
    """Cumulative figures of the machine at one moment.

    Attributes:
        load: running or waiting processes, average of one minute; None where not known.
        steal_ticks: processor time that the hypervisor gave to others.
        total_ticks: all processor time.
        stalled_s: time in which some process waited for a processor; None without pressure figures.
        t_s: clock of the sample.
    """

    load: float | None
    steal_ticks: int
    total_ticks: int
    stalled_s: float | None
    t_s: float


def sample(t_s: float, root: Path = Path("/proc")) -> Sample:
    """Read the machine's figures.

    Args:
        t_s: monotonic seconds now.
        root: stands for ``/proc``.
    """
    load = _text(root / "loadavg").split()
    processors = re.match(r"cpu +(.*)", _text(root / "stat"))
    ticks = [int(field) for field in processors[1].split()] if processors else []
    pressure = re.search(r"^some .*total=(\d+)", _text(root / "pressure/cpu"), re.MULTILINE)
    return Sample(
        load=float(load[0]) if load else None,
        steal_ticks=ticks[7] if len(ticks) > 7 else 0,
        total_ticks=sum(ticks[:8]),
        stalled_s=int(pressure[1]) / 1e6 if pressure else None,
        t_s=t_s,
    )


def relative_deviation(alike: Iterable[Sequence[float]], pairs: Sequence[tuple[float, float]] = ()) -> float | None:
    """Relative standard deviation of one run that does the same work again; None where nothing was repeated.

    Pooled over logarithms. Where each block has another seed, no script is run twice with one: what is left in the
    ratio of the two runs of a block, beside its mean, is then the noise of both of them.

    Args:
        alike: joules of runs of one script with one seed, a group for each.
        pairs: joules of two scripts that ran in one block with one seed, a seed for each pair.
    """
    groups = [[math.log(value) for value in group if value > 0] for group in alike]
    ratios = [math.log(b / a) for a, b in pairs if a > 0 and b > 0]
    squares = sum((value - statistics.fmean(group)) ** 2 for group in groups if group for value in group)
    freedom = sum(len(group) - 1 for group in groups if group)
    if len(ratios) > 1:
        squares += sum((ratio - statistics.fmean(ratios)) ** 2 for ratio in ratios) / 2
        freedom += len(ratios) - 1
    return math.sqrt(math.expm1(squares / freedom)) if freedom else None


def assess(
    rsd: float | None, before: Sample, after: Sample, threads: int, idle: Sample | None = None
) -> tuple[NoiseInfo, tuple[WarningInfo, ...]]:
    """The verdict on a series of runs.

    Args:
        rsd: relative standard deviation of runs that do the same work.
        before: when they began.
        after: when they had ended.
        threads: usable processors.
        idle: before anything of ours ran; pressure and load are judged by it alone, because the script's own threads
            make both.
    """
    ticks = after.total_ticks - before.total_ticks
    steal = (after.steal_ticks - before.steal_ticks) / ticks if ticks > 0 else None
    load = (idle or before).load
    warnings = []
    if rsd is not None and rsd > MOST_RSD:
        text = f"runs of the same script differ by {rsd:.1%} (relative standard deviation)"
        warnings.append(WarningInfo(code="noise-spread", message=text, remedy="close other programs, or raise --runs"))
    if steal is not None and steal > MOST_STEAL:
        text = f"the hypervisor gave {steal:.1%} of the processor time to other machines"
        warnings.append(WarningInfo(code="noise-steal", message=text, remedy="measure on a machine of its own"))
    if load is not None and load > MOST_LOAD * threads:
        text = f"other work was running before the baseline (load {load:.1f} on {threads} threads)"
        warnings.append(WarningInfo(code="noise-load", message=text, remedy="wait until it is done, or stop it"))
    stalled = _pressure(idle, before)
    if stalled is not None and stalled > MOST_PRESSURE:
        text = f"processes waited for a processor {stalled:.0%} of the time before the baseline ran"
        warnings.append(WarningInfo(code="noise-pressure", message=text, remedy="stop other work on this machine"))
    verdict = "noisy" if warnings else "unknown" if rsd is None else "quiet"
    return NoiseInfo.model_validate({"baseline_rsd": rsd, "load": load, "steal": steal, "verdict": verdict}), tuple(
        warnings
    )


def _pressure(a: Sample | None, b: Sample) -> float | None:
    """Share of the time between two samples in which somebody waited."""
    if a is None or a.stalled_s is None or b.stalled_s is None or b.t_s <= a.t_s:
        return None
    return (b.stalled_s - a.stalled_s) / (b.t_s - a.t_s)


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""
