"""Energy of the memory modules by a model, for machines whose RAPL has no DRAM: a line of its own, never summed.

The form is EA2P's (modules × power by type and size × a factor of occupancy; Tchakoute et al.). Mended here: empty
slots do not count, every module counts with its own size, soldered LPDDR is no DIMM, a module below 16 GB does not
draw more than one of 16 GB, and where the modules cannot be read (the table is root's) the memory in use counts with
0.375 W per GB.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from greenrules.meters.protocol import Activity, Availability, Energy, Reading, Snapshot
from greenrules.meters.tree import own_cpu_seconds, tree_cpu_seconds, tree_memory_bytes
from greenrules.meters.uncertainty import METER_UNCERTAINTY, Budget
from greenrules.models import Evidence, RefusedMeter

DMI = Path("/sys/firmware/dmi/entries")
_W_PER_GB_USED = 0.375
#: Watts of a busy DDR4 or DDR5 module up to so many GB.
_DDR_W = ((8, 3.0), (16, 4.0), (32, 5.0), (64, 6.0), (128, 8.0), (float("inf"), 10.0))
_DDR3_W = 4.5
#: A soldered package of low-power memory; judgement, a third of a module.
_LPDDR_W = 1.5
#: Share of that power at up to so many percent of memory in use.
_OCCUPANCY = ((5, 0.35), (10, 0.65), (25, 0.70), (50, 0.75), (70, 0.80), (100, 0.85))
#: Type codes of SMBIOS 3.6, table 77.
_TYPES = {0x18: "DDR3", 0x1A: "DDR4", 0x22: "DDR5", 0x1B: "LPDDR", 0x1C: "LPDDR", 0x1D: "LPDDR", 0x1E: "LPDDR"}
_TYPES |= {0x23: "LPDDR"}
#: Occupancy is looked at no more often; boundaries in between go on with the last power.
_LOOK_S = 0.5
#: What a snapshot holds: all of the memory, and the process tree's share.
_PARTS = ("whole", "tree")


@dataclass(frozen=True, slots=True)
class Module:
    """One populated slot: ``kind`` is DDR3, DDR4, DDR5, LPDDR or empty when not known; ``size_gb`` of 2**30 bytes."""

    kind: str
    size_gb: float

    @property
    def power_w(self) -> float:
        """At full occupancy."""
        if self.kind == "LPDDR":
            return _LPDDR_W
        if self.kind == "DDR3":
            return _DDR3_W
        if self.kind in ("DDR4", "DDR5"):
            return next(watts for size, watts in _DDR_W if self.size_gb <= size)
        return _W_PER_GB_USED * self.size_gb


def parse_module(raw: bytes) -> Module | None:
    """A memory device (SMBIOS type 17), None for an empty slot.

    Raises:
        ValueError: it is no such structure.
    """
    if len(raw) < 0x13 or raw[0] != 17:
        raise ValueError("not an SMBIOS memory device")
    (size,) = struct.unpack_from("<H", raw, 0x0C)
    if size in (0, 0xFFFF):
        return None
    if size == 0x7FFF and raw[1] >= 0x20:
        (megabytes,) = struct.unpack_from("<I", raw, 0x1C)
        gb = (megabytes & 0x7FFFFFFF) / 1024
    else:
        gb = (size & 0x7FFF) / (1024 * 1024 if size & 0x8000 else 1024)
    return Module(_TYPES.get(raw[0x12], ""), gb)


def find_modules(root: Path | str = DMI) -> tuple[Module, ...] | None:
    """The populated slots, None when the table cannot be read."""
    modules = []
    try:
        for entry in sorted(Path(root).glob("17-*")):
            module = parse_module((entry / "raw").read_bytes())
            if module is not None:
                modules.append(module)
    except (OSError, ValueError, struct.error):
        return None
    return tuple(modules) or None


def memory_use(meminfo: Path | str = "/proc/meminfo") -> tuple[float, float]:
    """Bytes in use and bytes there are.

    Raises:
        OSError: the file cannot be read.
        ValueError: it lacks the figures.
    """
    values: dict[str, int] = {}
    for line in Path(meminfo).read_text().splitlines():
        key, _, rest = line.partition(":")
        if key in ("MemTotal", "MemAvailable"):
            values[key] = int(rest.split()[0]) * 1024
    if len(values) != 2:
        raise ValueError(f"{meminfo} does not tell MemTotal and MemAvailable")
    return values["MemTotal"] - values["MemAvailable"], values["MemTotal"]


def power_w(modules: Sequence[Module] | None, used_bytes: float, total_bytes: float) -> float:
    """Power of the memory at an occupancy, watts."""
    if modules is None:
        return _W_PER_GB_USED * used_bytes / 2**30
    percent = 100 * used_bytes / total_bytes if total_bytes else 100.0
    factor = next((share for limit, share in _OCCUPANCY if percent <= limit), _OCCUPANCY[-1][1])
    return factor * sum(module.power_w for module in modules)


class DramMeter:
    """Integrates the modelled power between reads.

    Args:
        root: stands for ``/sys/firmware/dmi/entries``.
        pid: root of the process tree whose resident share is told, the own process when None.
        clock: monotonic nanoseconds.
        proc: where the process information is.
    """

    evidence: Evidence = "modelled"

    def __init__(
        self,
        root: Path | str | None = None,
        *,
        pid: int | None = None,
        clock: Callable[[], int] = time.monotonic_ns,
        proc: Path | str = "/proc",
    ) -> None:
        self.name, self.tier = "dram", "side"
        self.domains: tuple[str, ...] = ("dram-model",)
        self.relative_uncertainty = METER_UNCERTAINTY["dram-model"]
        self.refused: tuple[RefusedMeter, ...] = ()
        #: Occupancy changes while data are loaded.
        self.poll_s: float | None = 1.0
        self.idle_w: float | None = None
        self._modules = find_modules(DMI if root is None else root)
        self.detail: dict[str, Any] = {
            "modules": None if self._modules is None else [f"{m.kind or '?'} {m.size_gb:g} GB" for m in self._modules],
            "model": "modules by type and size" if self._modules else f"{_W_PER_GB_USED} W per GB in use",
        }
        self._pid = os.getpid() if pid is None else pid
        self._own = pid is None
        self._clock = clock
        self._proc = Path(proc)
        self._lock = Lock()
        self._last: tuple[int, float, float] | None = None
        self._joules = [0.0, 0.0]

    def probe(self) -> Availability:
        """Whether the use of memory can be read."""
        try:
            memory_use(self._proc / "meminfo")
        except (OSError, ValueError) as error:
            return Availability(False, str(error), "the DRAM model needs /proc/meminfo")
        return Availability(True)

    def read(self, activity: Activity | None = None) -> Snapshot:
        """Energy of all memory, and the share by resident memory of the process tree.

        Raises:
            OSError: the use of memory cannot be read.
        """
        with self._lock:
            t_ns = self._clock()
            if self._last is None or t_ns - self._last[0] >= _LOOK_S * 1e9:
                self._look(t_ns)
            assert self._last is not None
            then_ns, *powers = self._last
            since_s = (t_ns - then_ns) / 1e9
            sums = [joules + power * since_s for joules, power in zip(self._joules, powers, strict=True)]
            readings = {part: Reading(joules) for part, joules in zip(_PARTS, sums, strict=True)}
        if activity is not None:
            return Snapshot(activity.t_ns, activity.cpu_s, readings)
        return Snapshot(t_ns, self._cpu_s(), readings)

    def _look(self, t_ns: int) -> None:
        """Power from now on; until now it was that of the last look, as the boundaries since then were told."""
        used, total = memory_use(self._proc / "meminfo")
        resident = min(used, float(tree_memory_bytes(self._pid, self._proc)))
        power = power_w(self._modules, used, total)
        share = power * resident / used if used else 0.0
        if self._last is not None:
            then_ns, *powers = self._last
            since_s = (t_ns - then_ns) / 1e9
            self._joules = [joules + before * since_s for joules, before in zip(self._joules, powers, strict=True)]
        self._last = (t_ns, power, share)

    def _cpu_s(self) -> float | None:
        try:
            return own_cpu_seconds(self._proc) if self._own else tree_cpu_seconds(self._pid, self._proc)
        except ProcessLookupError:
            return None

    def delta(self, a: Snapshot, b: Snapshot) -> Energy:
        """The memory's energy; ``tree_j`` is the process tree's share by resident memory."""
        whole, tree = (b.readings[part].joules - a.readings[part].joules for part in _PARTS)
        return Energy(
            whole,
            {"dram-model": whole},
            max(0.0, (b.t_ns - a.t_ns) / 1e9),
            max(0.0, (b.cpu_s or 0.0) - (a.cpu_s or 0.0)),
            Budget(meter=self.relative_uncertainty),
            warnings=("memory is modelled, not measured: ±50 %",),
            machine_j=whole,
            tree_j=tree,
        )
