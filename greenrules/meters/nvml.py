"""NVIDIA GPUs through NVML: the energy counter where there is one (Volta and later), else power integrated."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

from greenrules.meters.counter import UNKNOWN_LIMIT_W, CounterSpec
from greenrules.meters.counters import CounterMeter, Source
from greenrules.meters.protocol import Availability
from greenrules.meters.uncertainty import METER_UNCERTAINTY

_MJ = 1e-3
_UJ = 1e-6
#: The counter moves about every tenth of a second.
UPDATE_S = 0.1
#: Power is integrated by the trapezoid rule at this period; below 50 ms the sensor repeats itself.
POLL_S = 0.1
#: Beyond this the power between two samples is not known.
_LONGEST_GAP_S = 1.0
#: Over the power limit by this factor cannot be.
_LIMIT_FACTOR = 2.0
#: A counter that does not move for so long is taken for broken, and power is integrated in its place.
PATIENCE_S = 0.5


class PowerIntegral:
    """A cumulative counter made of power samples: microjoules by the trapezoid rule.

    Args:
        power_w: samples the sensor; raises OSError when it cannot.
        clock: monotonic nanoseconds.
    """

    def __init__(self, power_w: Callable[[], float], clock: Callable[[], int]) -> None:
        self._power_w = power_w
        self._clock = clock
        self._last: tuple[int, float] | None = None
        self._joules = 0.0

    def __call__(self) -> int:
        """Microjoules since the first sample."""
        power, t_ns = self._power_w(), self._clock()
        if self._last is not None:
            self._joules += (power + self._last[1]) / 2 * (t_ns - self._last[0]) / 1e9
        self._last = (t_ns, power)
        return round(self._joules / _UJ)


def open_nvml(
    library: ModuleType | Any | None = None,
    *,
    clock: Callable[[], int] = time.monotonic_ns,
    patience_s: float | None = None,
    **options: Any,
) -> CounterMeter:
    """The side meter over every GPU.

    Args:
        library: a module like ``pynvml``; imported when None.
        clock: monotonic nanoseconds.
        patience_s: how long a counter is watched for a first step; not at all when 0, the default for a fake.
        options: of ``CounterMeter``.
    """
    if patience_s is None:
        patience_s = PATIENCE_S if library is None else 0.0
    caveats: list[str] = []
    sources: list[Source] = []
    detail: dict[str, Any] = {}
    found = Availability(True)
    relative = METER_UNCERTAINTY["nvml"]
    sampled = False
    try:
        nvml = importlib.import_module("pynvml") if library is None else library
    except ImportError:
        nvml = None
        found = Availability(False, "pynvml is not installed", "pip install 'greenrules[gpu]'")
    if nvml is not None:
        try:
            nvml.nvmlInit()
            for index in range(nvml.nvmlDeviceGetCount()):
                domain = f"gpu:{index}"
                try:
                    source, facts = _device(nvml, index, clock, patience_s)
                except nvml.NVMLError as error:
                    detail[domain] = {"source": None, "error": str(error)}
                    caveats.append(f"{domain} cannot be read ({error}): its energy is not in the figure")
                    continue
                sources.append(source)
                if "warning" in facts:
                    caveats.append(f"{domain}: {facts['warning']}")
                detail[source.domain] = facts
                if facts["source"] == "power":
                    sampled, relative = True, METER_UNCERTAINTY["nvml-power"]
        except nvml.NVMLError as error:
            sources = []
            found = Availability(False, f"NVML: {error}", "install the NVIDIA driver, and check it with nvidia-smi")
    if found.ok and not sources:
        found = Availability(False, "; ".join(caveats) or "NVML sees no GPU", "check with nvidia-smi")
    meter = CounterMeter(
        "nvml",
        "side",
        sources,
        lambda: found,
        relative_uncertainty=relative,
        detail=detail,
        update_s=UPDATE_S,
        clock=clock,
        caveats=caveats,
        **options,
    )
    # Power must be sampled; the counter is 64 bits of millijoules and never wraps.
    meter.poll_s = POLL_S if sampled else None
    return meter


def _device(nvml: Any, index: int, clock: Callable[[], int], patience_s: float) -> tuple[Source, dict[str, Any]]:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)

    def ask(function: str) -> Any:
        try:
            return getattr(nvml, function)(handle)
        except nvml.NVMLError as error:
            raise OSError(str(error)) from error
        except AttributeError as error:
            raise OSError(f"this pynvml is too old: {error}") from error

    name = _optional(ask, "nvmlDeviceGetName")
    name = name.decode(errors="replace") if isinstance(name, bytes) else name
    facts: dict[str, Any] = {"name": name, "source": "counter", "mig": False}
    mode = _optional(ask, "nvmlDeviceGetMigMode")
    if mode and mode[0]:
        facts["mig"] = True
        facts["warning"] = "MIG is on: the energy is of the whole module, other instances included"
    limit_mw = _optional(ask, "nvmlDeviceGetPowerManagementLimit")
    limit_w = UNKNOWN_LIMIT_W if not limit_mw else _LIMIT_FACTOR * limit_mw / 1000
    domain = f"gpu:{index}"
    read = lambda: int(ask("nvmlDeviceGetTotalEnergyConsumption"))  # noqa: E731 -- a reader, as the others are
    try:
        counts = _moves(read, patience_s) or not _optional(ask, "nvmlDeviceGetPowerUsage")
    except OSError:
        counts = False
    if not counts:
        facts["source"] = "power"
        integral = PowerIntegral(lambda: ask("nvmlDeviceGetPowerUsage") / 1000, clock)
        return Source(domain, "gpu", CounterSpec(_UJ, 2**64, limit_w, _LONGEST_GAP_S), integral), facts
    return Source(domain, "gpu", CounterSpec(_MJ, 2**64, limit_w), read), facts


def _moves(read: Callable[[], int], patience_s: float) -> bool:
    """Whether a counter takes a step within ``patience_s``; true of one that is not watched."""
    first = read()
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        time.sleep(UPDATE_S / 10)
        if read() != first:
            return True
    return patience_s <= 0


def _optional(ask: Callable[[str], Any], function: str) -> Any:
    try:
        return ask(function)
    except OSError:
        return None
