"""RAPL through model-specific registers, Intel and AMD (``/dev/cpu/N/msr``).

Registers: Intel Software Developer's Manual vol. 4; AMD Processor Programming Reference, family 17h and later. The unit
exceptions are those of the Linux kernel's RAPL driver and of LIKWID's ``power.c``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenrules.meters.counter import LIMIT_OVER_TDP, UNKNOWN_LIMIT_W, CounterSpec
from greenrules.meters.counters import CounterMeter, Kind, Source, alive
from greenrules.meters.processor import Processor, read_processor
from greenrules.meters.protocol import Availability
from greenrules.meters.uncertainty import METER_UNCERTAINTY

ROOT = Path("/dev/cpu")
TOPOLOGY = Path("/sys/devices/system/cpu")

#: Silvermont and Airmont: the unit is 2**ESU microjoules.
_ATOM_UNIT = frozenset({0x37, 0x4A, 0x4C, 0x4D, 0x5A})
#: Haswell-EP, Broadwell-E and -D, Skylake-X, Ice Lake-SP and -D, Xeon Phi: DRAM counts 15.3 µJ, always.
_DRAM_15UJ = frozenset({0x3F, 0x4F, 0x56, 0x55, 0x6A, 0x6C, 0x57, 0x85})
#: Sapphire Rapids, Granite Rapids and -D, Sierra Forest: DRAM counts 61 µJ.
_DRAM_61UJ = frozenset({0x8F, 0xAD, 0xAE, 0xAF})


@dataclass(frozen=True, slots=True)
class Registers:
    """Addresses of one vendor; None where there is no such register."""

    vendor: str
    unit: int
    package: int
    dram: int | None
    platform: int | None


INTEL = Registers("GenuineIntel", 0x606, 0x611, 0x619, 0x64D)
AMD = Registers("AuthenticAMD", 0xC0010299, 0xC001029B, None, None)


def read_register(path: Path, address: int) -> int:
    """64 bits of a register.

    Raises:
        OSError: it cannot be read, or there is no such register.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        value = os.pread(descriptor, 8, address)
    finally:
        os.close(descriptor)
    if len(value) != 8:
        raise OSError(f"{path} has no register {address:#x}")
    return int.from_bytes(value, "little")


def energy_unit(registers: Registers, model: int, value: int, *, dram: bool = False) -> float:
    """Joules of one step, from the unit register: bits 12 to 8 are the exponent.

    Args:
        registers: of the vendor.
        model: CPUID model.
        value: of the unit register.
        dram: the DRAM counter is meant, which has exceptions of its own.
    """
    exponent = value >> 8 & 0x1F
    if registers is INTEL:
        if dram and model in _DRAM_15UJ:
            return 15.3e-6
        if dram and model in _DRAM_61UJ:
            return 2.0**-14
        if model in _ATOM_UNIT:
            return 2.0**exponent * 1e-6
    return 2.0**-exponent


def counter_bits(registers: Registers, family: int, model: int) -> int:
    """Width of the package counter: EPYC of Zen 4 and 5 fill 64 bits, all others 32."""
    wide = registers is AMD and (family == 26 or (family == 25 and (0x10 <= model <= 0x1F or 0xA0 <= model <= 0xAF)))
    return 64 if wide else 32


def packages(root: Path, topology: Path) -> dict[str, int]:
    """The first logical processor of every package (and die, where there are several): ``{"0": 0, "1": 24}``."""
    try:
        numbers = sorted(int(path.name) for path in root.iterdir() if path.name.isdigit() and (path / "msr").exists())
    except OSError:
        return {}
    places = {cpu: tuple(_number(topology, cpu, what) for what in ("physical_package_id", "die_id")) for cpu in numbers}
    several = any(die != 0 for _, die in places.values())
    first: dict[str, int] = {}
    for cpu, (package, die) in places.items():
        first.setdefault(f"{package}-die-{die}" if several else f"{package}", cpu)
    return first


def _number(topology: Path, cpu: int, what: str) -> int:
    try:
        return max(0, int((topology / f"cpu{cpu}" / "topology" / what).read_text()))
    except (OSError, ValueError):
        return 0


def open_msr(
    root: Path | str | None = None,
    *,
    tdp_w: float | None = None,
    processor: Processor | None = None,
    topology: Path | str = TOPOLOGY,
    cpus: Mapping[str, int] | None = None,
    **options: Any,
) -> CounterMeter:
    """The meter over registers.

    Args:
        root: stands for ``/dev/cpu``.
        tdp_w: design power of a package, for the guard against impossible powers.
        processor: whose registers they are, this machine's when None.
        topology: stands for ``/sys/devices/system/cpu``.
        cpus: a logical processor per package, found by ``topology`` when None.
        options: of ``CounterMeter``.
    """
    base = ROOT if root is None else Path(root)
    who = processor or read_processor()
    limit_w = UNKNOWN_LIMIT_W if tdp_w is None else LIMIT_OVER_TDP * tdp_w
    found = dict(cpus) if cpus is not None else packages(base, Path(topology))
    registers, problem = _registers(base, found, who)
    sources: list[Source] = []
    if registers is not None and problem.ok:
        for package, cpu in found.items():
            sources += _sources(base / str(cpu) / "msr", registers, who, package, limit_w)
    if root is None:
        problem = alive(sources, problem)
    amd = registers is AMD
    return CounterMeter(
        "msr",
        "2",
        sources if problem.ok else (),
        lambda: problem,
        relative_uncertainty=METER_UNCERTAINTY["rapl-amd" if amd else "rapl-intel"],
        detail={"processors": list(found.values()), "registers": registers.vendor if registers else None},
        **options,
    )


def _registers(base: Path, cpus: Mapping[str, int], who: Processor) -> tuple[Registers | None, Availability]:
    """The vendor's registers if they answer, else the other vendor's (Hygon and renamed processors), else why not."""
    if not cpus:
        return None, Availability(
            False, f"there is no register file in {base}", "sudo modprobe msr, and read access to /dev/cpu/*/msr"
        )
    problem = ""
    for registers in (AMD, INTEL) if "AMD" in who.vendor or "Hygon" in who.vendor else (INTEL, AMD):
        try:
            for cpu in cpus.values():
                path = base / str(cpu) / "msr"
                if read_register(path, registers.unit) == 0:
                    raise OSError(f"{path} says that there is no energy unit")
                read_register(path, registers.package)
        except OSError as error:
            problem = problem or str(error)
            continue
        return registers, Availability(True)
    return None, Availability(
        False,
        f"the energy registers cannot be read: {problem}",
        "sudo setfacl -m u:$USER:r /dev/cpu/*/msr && sudo setcap cap_sys_rawio+ep on the Python interpreter",
    )


def _sources(path: Path, registers: Registers, who: Processor, package: str, limit_w: float) -> list[Source]:
    value = read_register(path, registers.unit)
    bits = counter_bits(registers, who.family, who.model)
    wanted: list[tuple[str, Kind, int | None, float, int]] = [
        (f"package-{package}", "package", registers.package, energy_unit(registers, who.model, value), bits),
        (f"dram-{package}", "dram", registers.dram, energy_unit(registers, who.model, value, dram=True), 32),
        (f"psys-{package}", "psys", registers.platform, energy_unit(registers, who.model, value), 32),
    ]
    sources = []
    for domain, kind, address, unit_j, width in wanted:
        if address is None:
            continue
        read = _reader(path, address, width)
        if kind != "package":
            try:
                read()
            except OSError:
                continue
        sources.append(Source(domain, kind, CounterSpec(unit_j, 2**width, limit_w), read))
    return sources


def _reader(path: Path, address: int, bits: int) -> Callable[[], int]:
    return lambda: read_register(path, address) & ((1 << bits) - 1)
