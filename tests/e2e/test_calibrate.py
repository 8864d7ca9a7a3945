"""``calibrate`` as a user walks it: the load, the meter's CSV, and the meter that measures afterwards."""

import json

import numpy as np
import pytest

from greenrules.meters.load import pattern, run_load
from greenrules.meters.processor import read_processor

pytestmark = pytest.mark.slow
IDLE_W, CORE_W, OFFSET_S = 30.0, 12.0, -3604.5


class Machine:
    """A machine that nobody else uses: its clock, and its processors as busy as the pattern asks."""

    def __init__(self, stretches):
        self.stretches, self.start, self.now, self.cpu_s = stretches, 1_800_000_000.0, 1_800_000_000.0, 0.0

    def sleep(self, seconds):
        self.cpu_s += seconds * (self.workers() + 0.1)  # a tenth of one for everything else
        self.now += seconds

    def workers(self):
        left = self.now - self.start
        for length, workers in self.stretches:
            if left < length:
                return workers
            left -= length
        return 0


@pytest.fixture(scope="module")
def calibrated(make_user):
    """A user whose load ran on a quiet machine, and a plug that saw it: 30 W, and 12 W for every busy core."""
    user = make_user("calibrate")
    machine = Machine(pattern(read_processor().threads, 20.0))
    load = run_load(machine.stretches, clock=lambda: machine.now, sleep=machine.sleep, busy=lambda: machine.cpu_s)
    user.extra["XDG_DATA_HOME"] = str(user.folder / "data")
    folder = user.folder / "data" / "greenrules"
    folder.mkdir(parents=True)
    (folder / "load.json").write_text(json.dumps(load.as_json()))
    rows = ["timestamp,apower,voltage"]
    for t in np.arange(load.times_s[0] - 20, load.times_s[-1] + 20, 0.5):
        busy = np.interp([t - 0.25, t + 0.25], load.times_s, load.cpu_s)
        rows.append(f"{t + OFFSET_S:.2f},{IDLE_W + CORE_W * (busy[1] - busy[0]) / 0.5:.2f},230.1")
    user.write("plug.csv", "\n".join(rows) + "\n")
    return user, user.run("calibrate", "plug.csv", "--json")


def test_the_plugs_line_and_clock_are_found(calibrated):
    _, done = calibrated
    assert done.code == 0, done.err
    found = done.json()
    assert found["idle_w"] == pytest.approx(IDLE_W, rel=0.03)
    assert found["scale"] * found["w_per_thread"] == pytest.approx(CORE_W, rel=0.1)
    assert found["clock_offset_s"] == pytest.approx(OFFSET_S, abs=0.6)
    assert found["leave_one_out_error"] < 0.1


def test_from_then_on_joules_are_calibrated(calibrated):
    user, _ = calibrated
    done = user.run("measure", "--json", "--require-meter", "3a", "--command", "--", "sleep", "0.5")
    assert done.code == 0, done.err
    report = done.json()
    assert (report["meter"]["tier"], report["meter"]["evidence"]) == ("3a", "calibrated")
    run = report["baseline"]["runs"][0]
    assert run["energy_j"] == pytest.approx(IDLE_W * run["time_s"] + CORE_W * run["cpu_s"], rel=0.1)
    assert run["reading"]["active_j"] < 0.3 * run["energy_j"]
    assert "calibrated, tier 3a" in user.run("doctor").out


def test_another_machines_an_expired_and_a_damaged_one_are_refused_with_the_remedy(calibrated):
    user, _ = calibrated
    path = user.folder / "data" / "greenrules" / "calibration.json"
    good = json.loads(path.read_text())
    for change, reason in (
        ({"fingerprint": "0" * 16}, "another machine"),
        ({"expires": "2026-01-01T00:00:00+00:00"}, "expired"),
    ):
        path.write_text(json.dumps(good | change))
        refused = user.run("measure", "--meter", "calibrated", "--command", "--", "true")
        assert refused.code == 5
        assert reason in refused.err and "greenrules calibrate" in refused.err
    path.write_text("{")
    refused = user.run("measure", "--command", "--", "true")
    assert refused.code == 2 and "rm " in refused.err
    told = user.run("doctor")
    assert told.code == 0 and "saved calibration" in told.out
    path.write_text(json.dumps(good))


def test_a_file_that_is_not_there_is_said_before_a_load_that_is_not(user):
    refused = user.run("calibrate", "nosuch.csv")
    assert refused.code == 2 and "no such file: nosuch.csv" in refused.err
    user.write("there.csv", "time,power_w\n0,1\n")
    refused = user.run("calibrate", "there.csv")
    assert refused.code == 2 and "no load was produced" in refused.err


def test_what_cannot_be_a_meters_log_is_refused(calibrated):
    user, _ = calibrated
    user.write("bad.csv", "a,b\n1,2\n2,3\n3,4\n")
    refused = user.run("calibrate", "bad.csv")
    assert refused.code == 2 and "bad.csv:1" in refused.err
    user.write("flat.csv", "time,power_w\n" + "".join(f"{t},50\n" for t in range(400)))
    refused = user.run("calibrate", "flat.csv")
    assert refused.code == 5 and "does not show the load" in refused.err
