"""Which processor this is: from ``/proc/cpuinfo``, and the device tree on boards that do not name it there."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

#: CPUID-like part numbers of Arm cores (Arm Ltd, implementer 0x41): the names that the table uses.
_ARM_CORES = {
    0xB76: "ARM1176",
    0xD03: "Cortex-A53",
    0xD07: "Cortex-A57",
    0xD08: "Cortex-A72",
    0xD0B: "Cortex-A76",
    0xD42: "Cortex-A78",
    0xD0C: "Neoverse-N1",
    0xD40: "Neoverse-V1",
    0xD4F: "Neoverse-V2",
}


@dataclass(frozen=True, slots=True)
class Processor:
    """The processors of a machine, as its operating system sees them.

    Attributes:
        name: as the kernel prints it; empty when not known.
        vendor: ``GenuineIntel``, ``AuthenticAMD``, ``ARM``, or what CPUID says; empty when not known.
        family: CPUID family, or the Arm implementer.
        model: CPUID model, or the Arm part number.
        sockets: packages.
        threads: logical processors that are online.
        hypervisor: the machine is a virtual one.
    """

    name: str = ""
    vendor: str = ""
    family: int = 0
    model: int = 0
    sockets: int = 1
    threads: int = 1
    hypervisor: bool = False


def read_processor(cpuinfo: Path | str = "/proc/cpuinfo", device_tree: Path | str = "/proc/device-tree") -> Processor:
    """The processor of the machine whose files these are; missing files leave fields at "not known"."""
    try:
        text = Path(cpuinfo).read_text(errors="replace")
    except OSError:
        return Processor(name=platform.processor(), threads=os.cpu_count() or 1)
    return parse_cpuinfo(text, _compatible(Path(device_tree)))


def parse_cpuinfo(text: str, board: str = "") -> Processor:
    """A processor from the text of ``/proc/cpuinfo``.

    Args:
        text: the file.
        board: the system on chip of the device tree (``bcm2711``), preferred over the name of its cores.
    """
    first: dict[str, str] = {}
    packages: set[str] = set()
    threads = 0
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if not colon:
            continue
        key, value = key.strip().lower(), value.strip()
        if key == "processor" and value.isdigit():
            threads += 1
        elif key == "physical id":
            packages.add(value)
        first.setdefault(key, value)
    vendor, family, model = first.get("vendor_id", ""), _number(first.get("cpu family")), _number(first.get("model"))
    name = first.get("model name", "")
    if "cpu implementer" in first:
        vendor, family, model = "ARM", _number(first["cpu implementer"]), _number(first.get("cpu part"))
        core = _ARM_CORES.get(model, "") if family == 0x41 else ""
        name = board or core or name or first.get("hardware", "")
    hypervisor = "hypervisor" in first.get("flags", "").split()
    return Processor(name, vendor, family, model, max(1, len(packages)), max(1, threads), hypervisor)


def _number(text: str | None) -> int:
    try:
        return int(text or "0", 0)
    except ValueError:
        return 0


def _compatible(device_tree: Path) -> str:
    """The last entry of ``compatible`` names the system on chip: ``raspberrypi,4-model-b``, ``brcm,bcm2711``."""
    try:
        entries = (device_tree / "compatible").read_bytes().split(b"\0")
    except OSError:
        return ""
    named = [entry.decode(errors="replace") for entry in entries if entry]
    return named[-1].rpartition(",")[2].upper() if named else ""
