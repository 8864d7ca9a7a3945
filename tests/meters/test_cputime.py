from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from greenrules.errors import MeasurementError
from greenrules.meters import Activity, open_meter
from greenrules.meters.calibration import Calibration, fingerprint
from greenrules.meters.processor import Processor

BOX = Processor("Intel Core i5-8250U", "GenuineIntel", 6, 142, 1, 8)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def calibration(**changes: Any) -> Calibration:
    values: dict[str, Any] = {
        "idle_w": 5.0,
        "scale": 2.0,
        "w_per_thread": 15 / 8,
        "leave_one_out_error": 0.06,
        "pairs": 12,
        "clock_offset_s": 0.0,
        "fingerprint": fingerprint(BOX),
        "created": NOW,
        "expires": NOW + timedelta(days=180),
    }
    return Calibration(**(values | changes))


def test_energy_is_design_power_times_utilisation_times_time() -> None:
    meter = open_meter("tdp", processor=BOX)
    a = meter.read(Activity(0, 0.0))
    b = meter.read(Activity(10_000_000_000, 40.0))
    energy = meter.delta(a, b)
    assert energy.energy_j == pytest.approx(15 * (40 / (8 * 10)) * 10)
    assert (energy.time_s, energy.cpu_s) == (10, 40)
    assert energy.tree_j == energy.energy_j
    assert (energy.machine_j, energy.active_j) == (None, None)
    assert energy.valid and energy.coverage == 1
    assert energy.relative_uncertainty == pytest.approx(0.4, abs=0.001)
    assert (meter.tier, meter.evidence) == ("3b", "modelled")
    assert meter.detail["tdp_match"] == "exact"


def test_the_users_design_power_is_for_all_processors_together() -> None:
    meter = open_meter("tdp", processor=BOX, tdp_w=40)
    energy = meter.delta(meter.read(Activity(0, 0)), meter.read(Activity(10**9, 8.0)))
    assert energy.energy_j == pytest.approx(40)


def test_children_that_exited_are_billed_like_the_process_itself() -> None:
    meter = open_meter("tdp", tdp_w=10)
    a = meter.read()
    code = "import time\nend = time.process_time() + 0.15\nwhile time.process_time() < end: pass"
    for _ in range(4):
        subprocess.run([sys.executable, "-S", "-c", code], check=True)
    assert meter.delta(a, meter.read()).cpu_s >= 0.6


def test_a_process_that_is_gone_keeps_its_last_value_and_says_so() -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as child:
        meter = open_meter("tdp", pid=child.pid)
        a = meter.read()
        child.communicate(b"\n")
    energy = meter.delta(a, meter.read())
    assert not energy.valid
    assert energy.coverage < 1
    assert "gone" in energy.warnings[0]


def test_snapshots_in_the_wrong_order_are_refused() -> None:
    meter = open_meter("tdp")
    energy = meter.delta(meter.read(Activity(10**9, 5)), meter.read(Activity(0, 1)))
    assert (energy.energy_j, energy.valid) == (0, False)


def test_a_calibrated_model_knows_idle_power() -> None:
    meter = open_meter("calibrated", processor=BOX, calibration=calibration(), now=NOW)
    assert meter.probe().ok
    energy = meter.delta(meter.read(Activity(0, 0)), meter.read(Activity(10 * 10**9, 4)))
    assert energy.energy_j == pytest.approx(5 * 10 + 2 * 15 / 8 * 4)
    assert energy.active_j == pytest.approx(2 * 15 / 8 * 4)
    assert energy.machine_j == energy.energy_j
    assert (meter.tier, meter.evidence, meter.idle_w) == ("3a", "calibrated", 5)
    assert meter.relative_uncertainty == pytest.approx((0.06**2 + 0.02**2) ** 0.5)


def test_a_calibration_of_another_machine_or_that_expired_is_refused() -> None:
    other = open_meter("calibrated", processor=BOX, calibration=calibration(fingerprint="0" * 16), now=NOW).probe()
    assert not other.ok and "another machine" in other.reason
    old = open_meter("calibrated", processor=BOX, calibration=calibration(), now=NOW + timedelta(days=181)).probe()
    assert not old.ok and "expired" in old.reason and "calibrate" in old.remedy


def test_without_a_calibration_the_meter_refuses_to_be_read() -> None:
    meter = open_meter("calibrated", processor=BOX)
    assert not meter.probe().ok
    with pytest.raises(MeasurementError):
        meter.read()


def test_a_calibration_survives_its_json() -> None:
    saved = calibration().as_json()
    assert Calibration.from_json(saved) == calibration()
    for broken in ({}, saved | {"extra": 1}, saved | {"expires": "soon"}, saved | {"scale": -1}):
        with pytest.raises(MeasurementError):
            Calibration.from_json(broken)
