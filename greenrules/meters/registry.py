"""Which meters there are, in order of trust, and the one to use here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from greenrules.errors import UsageError, nearest
from greenrules.meters.calibration import Calibration, fingerprint
from greenrules.meters.combined import CombinedMeter
from greenrules.meters.cputime import CpuTimeMeter, calibration_fits
from greenrules.meters.dram import DramMeter
from greenrules.meters.msr import open_msr
from greenrules.meters.nvml import open_nvml
from greenrules.meters.perf import open_perf
from greenrules.meters.powercap import open_powercap
from greenrules.meters.processor import Processor, read_processor
from greenrules.meters.protocol import Availability, Meter
from greenrules.meters.tdp import find_tdp
from greenrules.meters.unavailable import UnavailableMeter
from greenrules.meters.wall import WallMeter
from greenrules.models import MeterInfo, RefusedMeter


def _processor(options: dict[str, Any]) -> Processor:
    found: Processor = options.get("processor") or read_processor()
    named = options.get("cpu_model")
    return replace(found, name=named) if named else found


def _guard_w(options: dict[str, Any]) -> float | None:
    """Design power of a package for the guard: the user's, or that of a processor known by name."""
    if options.get("tdp_w") is not None:
        return float(options["tdp_w"]) / _processor(options).sockets
    if options.get("root") is not None and not options.get("cpu_model"):
        return None  # another machine's tree: nothing is known of its processor
    return find_tdp(_processor(options)).package_w


def _counter_options(options: dict[str, Any]) -> dict[str, Any]:
    taken = ("root", "pid", "idle_w", "clock", "proc")
    return {key: options[key] for key in taken if options.get(key) is not None} | {"tdp_w": _guard_w(options)}


def _perf(options: dict[str, Any]) -> Meter:
    more = {"counters": options["counters"]} if "counters" in options else {}
    return open_perf(vendor=_processor(options).vendor, **_counter_options(options), **more)


def _powercap(options: dict[str, Any]) -> Meter:
    return open_powercap(vendor=_processor(options).vendor, **_counter_options(options))


def _msr(options: dict[str, Any]) -> Meter:
    more = {key: options[key] for key in ("topology", "cpus") if key in options}
    return open_msr(processor=_processor(options), **_counter_options(options), **more)


def _model_options(options: dict[str, Any]) -> dict[str, Any]:
    return {key: options[key] for key in ("pid", "clock", "proc") if options.get(key) is not None}


def _calibrated(options: dict[str, Any]) -> Meter:
    calibration = options.get("calibration")
    if calibration is None:
        remedy = "log a wall meter and run `greenrules calibrate METER.csv`"
        return UnavailableMeter(
            "calibrated", "3a", "calibrated", Availability(False, "this machine is not calibrated", remedy)
        )
    if not isinstance(calibration, Calibration):
        raise UsageError(f"calibration= takes a Calibration, not {type(calibration).__name__}")
    processor = _processor(options)
    # The fingerprint is of the machine itself, whatever the user calls its processor.
    machine = fingerprint(options.get("processor") or read_processor())
    found = calibration_fits(calibration, machine, options.get("now") or datetime.now(UTC))
    tdp = find_tdp(processor, options.get("tdp_w"))
    return CpuTimeMeter(tdp, calibration=calibration, availability=found, **_model_options(options))


def _tdp(options: dict[str, Any]) -> Meter:
    return CpuTimeMeter(find_tdp(_processor(options), options.get("tdp_w")), **_model_options(options))


def _wall(options: dict[str, Any]) -> Meter:
    log = options.get("wall") or options.get("root")
    if log is None:
        remedy = "let the meter write a CSV on this machine, and name it: --meter wall:METER.csv"
        return UnavailableMeter(
            "wall", "0", "measured", Availability(False, "no log of a wall meter was named", remedy)
        )
    return WallMeter(log, **_model_options(options))


def _nvml(options: dict[str, Any]) -> Meter:
    return open_nvml(options.get("nvml"), **_model_options(options))


def _dram(options: dict[str, Any]) -> Meter:
    return DramMeter(options.get("root"), **_model_options(options))


#: Best first: what ``auto`` tries. Adding a meter is a module and a line here.
_TIERS: dict[str, Callable[[dict[str, Any]], Meter]] = {
    "wall": _wall,
    "perf": _perf,
    "powercap": _powercap,
    "msr": _msr,
    "calibrated": _calibrated,
    "tdp": _tdp,
}
#: What stands beside a meter of the tiers.
_SIDES: dict[str, Callable[[dict[str, Any]], Meter]] = {"nvml": _nvml, "dram": _dram}
METERS = ("auto", *_TIERS, *_SIDES)
_OPTIONS = (
    "root",
    "tdp_w",
    "pid",
    "cpu_model",
    "processor",
    "calibration",
    "idle_w",
    "wall",
    "gpu",
    "dram",
    "nvml",
    "counters",
    "topology",
    "cpus",
    "clock",
    "proc",
    "now",
)


def open_meter(name: str = "auto", **options: Any) -> Meter:
    """A meter by name, or the best one that works here.

    A meter named explicitly is returned even where it does not work, so that ``probe`` can tell why.

    Args:
        name: one of ``METERS``.
        options: ``root`` stands for ``/sys/class/powercap``, ``/sys/bus/event_source/devices``, ``/dev/cpu``, the DMI
            entries or the log of a wall meter, ``wall`` for the latter with ``auto``; ``tdp_w`` design power of all
            processors together and ``cpu_model`` their name; ``pid`` root of the process tree, the own process when
            left out; ``calibration`` a ``Calibration``; ``idle_w`` measured idle power; ``gpu`` and ``dram`` whether
            ``auto`` takes GPUs (when there are any) and the DRAM model (when nothing measures memory) along;
            ``processor`` a ``Processor``; ``nvml`` a module like ``pynvml``; ``counters`` opens performance counters;
            ``topology`` and ``cpus`` where the registers' packages are; ``clock``, ``proc`` and ``now`` the clock,
            ``/proc``, and the date.

    Raises:
        UsageError: no such meter or option.
    """
    for option in options:
        if option not in _OPTIONS:
            raise UsageError(f"no meter option {option}", remedy=nearest(option, _OPTIONS))
    if name == "auto":
        return _best(options)
    make = _TIERS.get(name) or _SIDES.get(name)
    if make is None:
        raise UsageError(f"no meter {name}", remedy=nearest(name, METERS) or f"one of {', '.join(METERS)}")
    return make(options)


def _best(options: dict[str, Any]) -> Meter:
    if options.get("processor") is None:
        options = options | {"processor": read_processor()}
    refused: list[RefusedMeter] = []
    for name, make in _TIERS.items():
        if name == "wall" and options.get("wall") is None:
            continue
        meter = make(options)
        if (found := meter.probe()).ok:
            break
        refused.append(RefusedMeter(name=name, reason=found.reason, remedy=found.remedy))
    meter.refused = tuple(refused)
    gpu = _nvml(options) if options.get("gpu") is not False else None
    summed = [gpu] if gpu is not None and gpu.probe().ok else []
    seen = meter.tier == "0" or any(domain.startswith("dram") for domain in meter.domains)
    aside = [_dram({k: v for k, v in options.items() if k != "root"})] if options.get("dram") and not seen else []
    return CombinedMeter(meter, summed=summed, aside=aside) if summed or aside else meter


def survey(**options: Any) -> list[tuple[str, str, Availability]]:
    """Name, tier and availability of every meter, best first; for ``doctor``."""
    meters = [(name, make(options)) for name, make in (_TIERS | _SIDES).items()]
    return [(name, meter.tier, meter.probe()) for name, meter in meters]


def meter_info(meter: Meter) -> MeterInfo:
    """A meter as the report shows it."""
    return MeterInfo(
        name=meter.name,
        tier=meter.tier,
        evidence=meter.evidence,
        domains=list(meter.domains),
        relative_uncertainty=meter.relative_uncertainty,
        refused=list(meter.refused),
        detail=meter.detail,
    )
