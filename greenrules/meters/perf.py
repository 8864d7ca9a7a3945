"""RAPL through the kernel's ``power`` performance unit: 64 bits wide, wraps unrolled by the kernel."""

from __future__ import annotations

import ctypes
import math
import os
import platform
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from greenrules.meters.counter import LIMIT_OVER_TDP, UNKNOWN_LIMIT_W, CounterSpec
from greenrules.meters.counters import CounterMeter, Kind, Source, alive
from greenrules.meters.protocol import Availability
from greenrules.meters.uncertainty import METER_UNCERTAINTY

ROOT = Path("/sys/bus/event_source/devices")
#: Reads the number of steps so far; raises OSError or ValueError when it cannot.
Count = Callable[[], int]
#: Opens an event: type of the unit, code of the event, logical processor.
OpenCount = Callable[[int, int, int], Count]

_EVENTS: tuple[tuple[str, str, Kind], ...] = (
    ("energy-pkg", "package", "package"),
    ("energy-ram", "dram", "dram"),
    ("energy-psys", "psys", "psys"),
)
_SYSCALL = {"x86_64": 298, "aarch64": 241}
#: ``PERF_ATTR_SIZE_VER0``: what every kernel accepts.
_ATTRIBUTE_BYTES = 64
_CLOSE_ON_EXEC = 8
_REMEDY = "sudo sysctl kernel.perf_event_paranoid=0, or sudo setcap cap_perfmon+ep on the Python interpreter"


class _Attribute(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_uint32),
        ("size", ctypes.c_uint32),
        ("config", ctypes.c_uint64),
        ("rest", ctypes.c_uint8 * (_ATTRIBUTE_BYTES - 16)),
    )


def open_count(event_type: int, config: int, cpu: int) -> Count:
    """Count an event on one logical processor, for all processes (``perf_event_open(2)``).

    Raises:
        OSError: the kernel refuses.
    """
    number = _SYSCALL.get(platform.machine())
    if number is None:
        raise OSError(f"perf_event_open is not known on {platform.machine()}")
    attribute = _Attribute(event_type, _ATTRIBUTE_BYTES, config)
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.syscall(
        ctypes.c_long(number),
        ctypes.byref(attribute),
        ctypes.c_long(-1),
        ctypes.c_long(cpu),
        ctypes.c_long(-1),
        ctypes.c_ulong(_CLOSE_ON_EXEC),
    )
    if descriptor < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    file = os.fdopen(descriptor, "rb", buffering=0)

    def count() -> int:
        value = file.read(8)
        if value is None or len(value) != 8:
            raise OSError("short read of a performance counter")
        return int.from_bytes(value, "little")

    return count


def parse_cpus(text: str) -> list[int]:
    """``0,18`` or ``0-3`` as numbers.

    Raises:
        ValueError: it is neither.
    """
    cpus: list[int] = []
    for part in text.strip().split(","):
        first, dash, last = part.partition("-")
        cpus += range(int(first), int(last) + 1) if dash else [int(first)]
    return cpus


def open_perf(
    root: Path | str | None = None,
    *,
    tdp_w: float | None = None,
    vendor: str = "",
    counters: OpenCount = open_count,
    **options: Any,
) -> CounterMeter:
    """The meter over the ``power`` unit.

    Args:
        root: stands for ``/sys/bus/event_source/devices``.
        tdp_w: design power of a package, for the guard against impossible powers.
        vendor: of the processor, for the uncertainty.
        counters: opens an event; a fake gives a reader of its own.
        options: of ``CounterMeter``.
    """
    unit = (ROOT if root is None else Path(root)) / "power"
    limit_w = UNKNOWN_LIMIT_W if tdp_w is None else LIMIT_OVER_TDP * tdp_w
    sources: list[Source] = []
    failure: Availability | None = None
    left_out: list[str] = []
    try:
        event_type = int((unit / "type").read_text())
        cpus = parse_cpus((unit / "cpumask").read_text())
    except (OSError, ValueError):
        failure = Availability(
            False,
            f"there is no {unit}: no RAPL performance unit in this kernel, or a virtual machine",
            "sudo modprobe rapl; in a virtual machine measure on the host, or calibrate with a wall meter",
        )
        cpus, event_type = [], 0
    for event, label, kind in _EVENTS:
        try:
            config, unit_j = _event(unit, event)
        except (OSError, ValueError):
            continue
        for index, cpu in enumerate(cpus):
            try:
                count = counters(event_type, config, cpu)
            except OSError as error:
                if kind == "package":
                    failure = Availability(False, f"{event} on processor {cpu}: {error.strerror or error}", _REMEDY)
                left_out.append(f"{label}-{index}")
                continue
            domain = "psys" if kind == "psys" and index == 0 else f"{label}-{index}"
            sources.append(Source(domain, kind, CounterSpec(unit_j, 2**64, limit_w), count))
    if failure is None and not any(source.kind == "package" for source in sources):
        failure = Availability(False, f"{unit} has no event energy-pkg", "use --meter powercap or --meter msr")
    found = failure or Availability(True)
    if root is None:
        found = alive(sources, found)
    detail: dict[str, Any] = {"processors": cpus}
    if left_out:
        detail["left_out"] = left_out
    return CounterMeter(
        "perf",
        "1",
        sources if found.ok else (),
        lambda: found,
        relative_uncertainty=METER_UNCERTAINTY["rapl-amd" if vendor == "AuthenticAMD" else "rapl-intel"],
        detail=detail,
        **options,
    )


def _event(unit: Path, event: str) -> tuple[int, float]:
    """Code and joules per step of an event; the file says ``event=0x02``."""
    text = (unit / "events" / event).read_text()
    match = re.search(r"event=(0x[0-9a-fA-F]+|\d+)", text)
    if match is None:
        raise ValueError(f"no event code in {text!r}")
    unit_j = float((unit / "events" / f"{event}.scale").read_text())
    if not (math.isfinite(unit_j) and unit_j > 0):
        raise ValueError(f"{event}: a step of {unit_j} J")
    return int(match[1], 0), unit_j
