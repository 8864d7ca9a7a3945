"""How quiet the machine was, and what would make it quieter."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
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


def relative_deviation(values: Sequence[float]) -> float | None:
    """Standard deviation over mean; None for fewer than two values or a mean of zero."""
    if len(values) < 2 or not (mean := statistics.fmean(values)):
        return None
    return statistics.stdev(values) / mean


def assess(
    energies_j: Sequence[float], before: Sample, after: Sample, threads: int, idle: Sample | None = None
) -> tuple[NoiseInfo, tuple[WarningInfo, ...]]:
    """The verdict on a series of runs.

    Args:
        energies_j: of the baseline's runs.
        before: when they began.
        after: when they had ended.
        threads: usable processors.
        idle: before anything of ours ran; pressure and load are judged by it alone, because the script's own threads
            make both.
    """
    rsd = relative_deviation(energies_j)
    ticks = after.total_ticks - before.total_ticks
    steal = (after.steal_ticks - before.steal_ticks) / ticks if ticks > 0 else None
    load = (idle or before).load
    warnings = []
    if rsd is not None and rsd > MOST_RSD:
        text = f"the baseline's own runs differ by {rsd:.1%} (relative standard deviation)"
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
