"""RAPL through the powercap tree: ``intel-rapl`` and ``intel-rapl-mmio``, on Intel and AMD alike (Linux 5.8 and later).

Zones are found by what their ``name`` says, never by their number: ``intel-rapl:a`` may be ``package-10``. The tree
may be nested folders (``/sys/devices/virtual/powercap``) or flat links (``/sys/class/powercap``); a zone's own folder
name tells which zone it is, so each counts once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenrules.meters.counter import LIMIT_OVER_TDP, UNKNOWN_LIMIT_W, CounterSpec
from greenrules.meters.counters import CounterMeter, Kind, Source, alive
from greenrules.meters.protocol import Availability
from greenrules.meters.uncertainty import METER_UNCERTAINTY

ROOT = Path("/sys/class/powercap")
_ZONE = re.compile(r"(intel-rapl(?:-mmio)?)((?::[0-9a-f]+)+)", re.IGNORECASE)
_PROVIDERS = ("intel-rapl", "intel-rapl-mmio")
_PACKAGE = re.compile(r"package-(\d+(?:-die-\d+)?)")
_UJ = 1e-6
_REMEDY = (
    "sudo setfacl -R -m u:$USER:r /sys/devices/virtual/powercap; to keep it after a restart, put this into "
    '/etc/udev/rules.d/99-rapl.rules: SUBSYSTEM=="powercap", ACTION=="add", RUN+="/bin/chmod -R a+r /sys%p"'
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A folder with a counter.

    Attributes:
        provider: ``intel-rapl`` or ``intel-rapl-mmio``.
        number: its place in the tree, ``(":0", ":1")`` joined.
        name: what it measures.
        path: the folder.
    """

    provider: str
    number: str
    name: str
    path: Path


def find_zones(root: Path) -> list[Zone]:
    """Every zone below ``root`` that tells its name, once."""
    found: dict[str, Zone] = {}
    for path in _folders(root, 4):
        match = _ZONE.fullmatch(path.name)
        if match is None or path.name in found:
            continue
        try:
            name = (path / "name").read_text().strip()
        except OSError:
            continue
        found[path.name] = Zone(match[1].lower(), match[2].lower(), name, path)
    # The provider by model-specific registers first, then by number.
    return sorted(found.values(), key=lambda z: (_PROVIDERS.index(z.provider), len(z.number), z.number))


def _folders(root: Path, depth: int) -> Iterable[Path]:
    """Folders and links to folders that may be zones; links of sysfs such as ``subsystem`` lead elsewhere."""
    try:
        entries = sorted(root.iterdir())
    except OSError:
        return
    for entry in entries:
        if (entry.name in _PROVIDERS or _ZONE.fullmatch(entry.name)) and entry.is_dir():
            yield entry
            if depth:
                yield from _folders(entry, depth - 1)


def _domain(zone: Zone, parents: dict[tuple[str, str], Zone]) -> tuple[str, Kind] | None:
    """Its name in results and its kind, None for what others contain (``core``, ``uncore``)."""
    if match := _PACKAGE.fullmatch(zone.name):
        return zone.name, "package"
    if zone.name == "psys":
        return "psys", "psys"
    if zone.name == "dram":
        parent = parents.get((zone.provider, zone.number.rpartition(":")[0]))
        match = _PACKAGE.fullmatch(parent.name) if parent else None
        return (f"dram-{match[1]}" if match else f"dram{zone.number.replace(':', '-')}"), "dram"
    return None


def read_microjoules(path: Path) -> int:
    """The number in a counter's file.

    Raises:
        OSError: it cannot be read.
        ValueError: it holds no number.
    """
    return int(path.read_bytes())


def _range(zone: Zone) -> int | None:
    try:
        found = read_microjoules(zone.path / "max_energy_range_uj")
    except (OSError, ValueError):
        return None
    return found if found > 0 else None


def _readable(zone: Zone) -> bool:
    try:
        read_microjoules(zone.path / "energy_uj")
    except (OSError, ValueError):
        return False
    return True


def open_powercap(
    root: Path | str | None = None, *, tdp_w: float | None = None, vendor: str = "", **options: Any
) -> CounterMeter:
    """The meter over a powercap tree.

    Args:
        root: stands for ``/sys/class/powercap``.
        tdp_w: design power of a package, for the guard against impossible powers.
        vendor: of the processor, for the uncertainty.
        options: of ``CounterMeter``.
    """
    base = ROOT if root is None else Path(root)
    limit_w = UNKNOWN_LIMIT_W if tdp_w is None else LIMIT_OVER_TDP * tdp_w
    zones = find_zones(base)
    parents = {(zone.provider, zone.number): zone for zone in zones}
    chosen: dict[str, tuple[Zone, Kind]] = {}
    for zone in zones:
        if (named := _domain(zone, parents)) is None:
            continue
        domain, kind = named
        # Both providers may show a package: whichever can be read, the first one if both can.
        if domain not in chosen or (not _readable(chosen[domain][0]) and _readable(zone)):
            chosen[domain] = (zone, kind)
    left_out = [domain for domain, (zone, kind) in chosen.items() if kind != "package" and not _readable(zone)]
    kept = {domain: found for domain, found in chosen.items() if domain not in left_out}
    if not any(kind == "package" for _, kind in kept.values()):
        kept = {}
    sources = [
        Source(domain, kind, CounterSpec(_UJ, _range(zone), limit_w), _reader(zone.path / "energy_uj"))
        for domain, (zone, kind) in kept.items()
    ]
    detail: dict[str, Any] = {"zones": {domain: zone.path.name for domain, (zone, _) in kept.items()}}
    if left_out:
        detail["left_out"] = left_out
    unknown = [source.domain for source in sources if source.spec.modulus is None]
    if unknown:
        detail["range_unreadable"] = unknown
    packages = [zone for zone, kind in kept.values() if kind == "package"]
    moving = alive(sources, Availability(True)) if root is None else Availability(True)
    return CounterMeter(
        "powercap",
        "1",
        sources,
        lambda: _probe(base, packages) if moving.ok else moving,
        relative_uncertainty=METER_UNCERTAINTY["rapl-amd" if vendor == "AuthenticAMD" else "rapl-intel"],
        detail=detail,
        **options,
    )


def _reader(path: Path) -> Any:
    return lambda: read_microjoules(path)


def _probe(base: Path, packages: list[Zone]) -> Availability:
    if not base.is_dir():
        return Availability(
            False,
            f"there is no {base}: no RAPL in this kernel, or a virtual machine that does not pass it on",
            "sudo modprobe intel_rapl_msr; in a virtual machine measure on the host, or calibrate with a wall meter",
        )
    if not packages:
        return Availability(
            False,
            f"no RAPL package zone in {base}",
            "sudo modprobe intel_rapl_msr (Intel, and AMD since Linux 5.8)",
        )
    locked = [zone for zone in packages if not _readable(zone)]
    if locked:
        path = locked[0].path / "energy_uj"
        denied = path.exists() and not os.access(path, os.R_OK)
        reason = f"{path} may only be read by root" if denied else f"{path} cannot be read"
        return Availability(False, reason, _REMEDY)
    return Availability(True)
