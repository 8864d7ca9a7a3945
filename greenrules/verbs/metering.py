"""The meter a verb uses: opened with this machine's calibration, checked against what the user requires."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from greenrules.errors import MeasurementError, UsageError
from greenrules.events import Notice, Sink
from greenrules.meters.calibration import Calibration
from greenrules.meters.protocol import Meter
from greenrules.meters.registry import open_meter
from greenrules.requests import RunChoice

#: Tiers, best first.
TIERS = ("0", "1", "2", "3a", "3b")
#: What a model of CPU time was set to, by its key in the meter's details.
MODEL_SET = {
    "w_per_thread": "the power of a thread",
    "idle_w": "the calibrated idle power",
    "scale": "the calibrated scale",
}


def state_folder() -> Path:
    """Where what was learned of this machine is kept (``XDG_DATA_HOME`` is honoured)."""
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local/share") / "greenrules"


def calibration_file() -> Path:
    """Where the calibration of this machine is kept."""
    return state_folder() / "calibration.json"


def saved_calibration() -> Calibration | None:
    """The calibration of this machine, expired or not; None when there is none.

    Raises:
        UsageError: the file is damaged.
    """
    path = calibration_file()
    try:
        return Calibration.from_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, MeasurementError) as error:
        raise UsageError(f"{path}: not a calibration: {error}", remedy=f"remove it: rm {path}") from None


def meter_for(choice: RunChoice, sink: Sink, *, memory: bool = False) -> Meter:
    """Open the meter of a choice.

    Args:
        choice: name (of a wall meter with its log, ``wall:METER.csv``), least tier, design power.
        sink: told which meter it is, and why no better one.
        memory: whether the model of the memory's energy stands beside a meter that does not see it.

    Raises:
        UsageError: there is no such meter, it is the memory's model, or the tier is none.
        MeasurementError: the meter does not work here, or is below the tier that is required.
    """
    options: dict[str, Any] = {"calibration": saved_calibration(), "tdp_w": choice.tdp_w, "dram": memory}
    name, _, log = choice.meter.partition(":")
    if log:
        if name != "wall":
            raise UsageError(f"meter {name} reads no file", remedy="only a wall meter does: --meter wall:METER.csv")
        options["wall"] = log
    if name == "dram":
        raise UsageError(
            "modelled memory is a line beside a meter, never a total of its own",
            remedy="leave --meter out: `measure` tells the line",
        )
    meter = open_meter(name, **options)
    found = meter.probe()
    if not found.ok:
        raise MeasurementError(f"the meter '{choice.meter}' does not work here: {found.reason}", remedy=found.remedy)
    required = choice.require_meter
    if required is not None:
        if required not in TIERS:
            raise UsageError(f"no tier is called '{required}'", remedy=f"tiers, best first: {', '.join(TIERS)}")
        if meter.tier not in TIERS or TIERS.index(meter.tier) > TIERS.index(required):
            better = "; ".join(f"{one.name}: {one.remedy}" for one in meter.refused if one.remedy)
            raise MeasurementError(
                f"the best meter here is {meter.name}, tier {meter.tier}; tier {required} is required",
                remedy=better or "run on a machine with energy counters",
            )
    if meter.evidence == "modelled":
        sink(
            Notice(
                f"no energy counter works here: joules are modelled from CPU time ({meter.name}); "
                f"ratios are good, absolute figures ±{meter.relative_uncertainty:.0%}"
            )
        )
    return meter


def identity(meter: Meter) -> str:
    """What a figure of a meter depends on: figures of two meters that differ in it cannot be compared."""
    settings = "".join(f" {key}={meter.detail[key]}" for key in MODEL_SET if meter.detail.get(key) is not None)
    return f"{meter.name} {meter.tier} {','.join(meter.domains)}{settings}"
