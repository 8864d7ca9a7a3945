"""``calibrate``: fit the CPU-time model to a wall meter's record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from greenrules.errors import MeasurementError, UsageError
from greenrules.events import PhaseStarted, Sink, silent
from greenrules.meters.alignment import pairs_of
from greenrules.meters.calibration import VALID_DAYS, calibrate, fingerprint
from greenrules.meters.load import MOST_OTHERS, LoadTrace, others, pattern, run_load
from greenrules.meters.processor import read_processor
from greenrules.meters.tdp import find_tdp
from greenrules.meters.trace import read_trace
from greenrules.verbs.metering import calibration_file, state_folder
from greenrules.writing import write_whole


@dataclass(frozen=True)
class Calibrated:
    """What a calibration came to, in words and as plain values."""

    text: str
    values: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return self.values


def _load_file() -> Path:
    return state_folder() / "load.json"


def calibrate_model(
    csv: Path | None, load_s: float | None, valid_days: int = VALID_DAYS, sink: Sink = silent
) -> Calibrated:
    """Produce the load pattern, or fit the model to the meter's record of it, or both one after the other.

    Args:
        csv: the wall meter's record.
        load_s: seconds per stretch of the load to produce now; None for the load produced before.
        valid_days: until the calibration expires.
        sink: who listens.

    Raises:
        UsageError: nothing to do, no load was produced, or a file is not what it should be.
        MeasurementError: load and record do not belong together, or other work hid the load.
    """
    if csv is None and load_s is None:
        raise UsageError("nothing to do", remedy="greenrules calibrate --load 20, then greenrules calibrate METER.csv")
    if csv is not None and load_s is None and not csv.is_file():
        # That there is no load either would be half of the truth.
        raise UsageError(f"no such file: {csv}", remedy="name the CSV that the wall meter wrote while the load ran")
    processor = read_processor()
    if load_s is not None:
        sink(PhaseStarted("load", f"idle, one core, all {processor.threads}, idle: {load_s:g} s each"))
        trace = run_load(pattern(processor.threads, load_s))
        if (busy := others(trace, processor.threads)) > MOST_OTHERS:
            raise MeasurementError(
                f"other work kept {busy:.0%} of the processors busy while the load idled, and hides its pattern",
                remedy="stop it, and run the same again with the meter recording",
            )
        write_whole(_load_file(), json.dumps(trace.as_json()).encode())
        if csv is None:
            text = f"the load ran and is remembered; now: greenrules calibrate METER.csv\n{_load_file()}"
            return Calibrated(text, {"load": str(_load_file()), "seconds": 4 * load_s})
    assert csv is not None
    try:
        load = LoadTrace.from_json(json.loads(_load_file().read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UsageError(
            "no load was produced while the meter recorded",
            remedy="greenrules calibrate --load 20, with the meter running",
        ) from None
    try:
        record = read_trace(csv.read_text(encoding="utf-8-sig", errors="replace"), str(csv))
    except OSError as error:
        raise UsageError(f"cannot read {csv}: {error.strerror}") from None
    tdp = find_tdp(processor)
    pairs, offset = pairs_of(record, load, tdp.w_per_thread)
    found = calibrate(
        pairs,
        w_per_thread=tdp.w_per_thread,
        machine=fingerprint(processor),
        now=datetime.now(UTC),
        clock_offset_s=offset,
        valid_days=valid_days,
    )
    write_whole(calibration_file(), json.dumps(found.as_json(), indent=2).encode())
    text = (
        f"E_wall = {found.idle_w:.4g} W · t + {found.scale:.4g} · E_model   ({found.pairs} stretches, "
        f"leave-one-out error {found.leave_one_out_error:.1%}, the meter's clock {offset:+.1f} s)\n"
        f"valid for this machine until {found.expires:%Y-%m-%d}; saved in {calibration_file()}"
    )
    return Calibrated(text, found.as_json())
