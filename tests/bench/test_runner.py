"""A run as a whole: its bill, its end, and what is done when it cannot be measured."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from processes import alive

from greenrules.bench.copy import WorkingCopy
from greenrules.bench.inventory import Limits
from greenrules.errors import MeasurementError, UsageError


def test_overhead_is_told_and_not_billed(place):
    outcome = place.run("x = 1\n")
    assert outcome.cpu_s < 0.05
    assert 0 < outcome.overhead_cpu_s < 0.5 and 0 < outcome.overhead_time_s < 3


def test_no_run_without_an_interpreter(plain):
    (plain.root / "train.py").write_text("x = 1")
    runner = plain.runner()
    spec = plain.spec(b"x = 1")
    with pytest.raises(UsageError, match="no such interpreter"):
        runner.run(type(spec)(spec.script_name, spec.source, Path("/nowhere/python"), spec.environment))


def test_an_interrupt_ends_the_run(plain, tmp_path):
    (plain.root / "train.py").write_text("x")
    runner = plain.runner()
    marker = f"interrupted-{os.getpid()}-{tmp_path.name}"
    source = (
        f"import time\nx = {marker!r}\nopen('begun', 'w').close()\nprint(x, flush=True)\ntime.sleep(100)\n".encode()
    )
    old = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    before = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            runner.run(plain.spec(source))
    finally:
        signal.signal(signal.SIGALRM, old)
    assert time.monotonic() - before < 10
    assert runner.run(plain.spec(b"print('again')")).stdout == b"again\n"


KILLED = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from conftest import SANDBOXES, Place
place = Place(Path({root!r}), Path({scratch!r}), SANDBOXES[{kind!r}])
code = 'import time; x = "{marker}"; time.sleep(100)'
place.run("import subprocess, sys\\nsubprocess.run([sys.executable, '-c', " + repr(code) + "])")
"""


def test_killing_greenrules_ends_the_run(place, tmp_path):
    marker = f"orphaned-{os.getpid()}-{tmp_path.name}"
    code = KILLED.format(
        tests=str(Path(__file__).parent),
        root=str(place.root),
        scratch=str(place.scratch),
        kind=place.sandbox.kind,
        marker=marker,
    )

    process = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 90
    while not running(marker, process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running(marker, process.pid)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while running(marker, process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not running(marker, process.pid)


def running(marker, but):
    # A child that was forked and not yet become what it will be has its parent's words.
    return set(alive(marker)) - set(alive(marker, "conftest")) - {but, os.getpid()}


def test_large_inputs_are_shared_until_they_are_written(mounted):
    place = mounted
    (place.root / "large.bin").write_bytes(b"x" * 2_000_000)
    (place.root / "train.py").write_text("")
    runner = place.runner(share_large=True, copied=Limits(large_bytes=1_000_000))
    read = b"print(len(open('large.bin', 'rb').read()))\n"
    assert runner.run(place.spec(read)).stdout == b"2000000\n"
    assert (runner.copy.directory / "large.bin").stat().st_size == 0
    written = runner.run(
        place.spec(b"open('large.bin', 'ab').write(b'y')\nimport os\nprint(os.path.getsize('large.bin'))\n")
    )
    assert written.stdout == b"2000001\n" and "large file" in written.notes[0]
    assert (place.root / "large.bin").stat().st_size == 2_000_000
    assert runner.run(place.spec(read)).stdout == b"2000000\n"


def test_a_run_that_the_meter_lost_sight_of_is_made_again(plain, monkeypatch):
    (plain.root / "train.py").write_text("x = 1")
    runner = plain.runner()
    whole = runner.meter.delta
    seen = []

    def lost(a, b):
        energy = whole(a, b)
        seen.append(energy)
        # Each run is asked for twice: its stages and its total.
        return replace(energy, valid=len(seen) > limit, warnings=("the sensor was asleep",))

    monkeypatch.setattr(runner.meter, "delta", lost)
    limit = 4
    outcome = runner.run(plain.spec(b"x = 1"))
    assert outcome.ok and outcome.energy.valid
    assert len(seen) > 4
    limit = 10**6
    with pytest.raises(MeasurementError, match="lost sight of the run: the sensor was asleep"):
        runner.run(plain.spec(b"x = 1"))


def test_a_broken_supervisor_is_told(plain, monkeypatch):
    (plain.root / "train.py").write_text("x = 1")
    runner = plain.runner()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(MeasurementError, match="supervised"):
        runner.run(plain.spec(b"x = 1"))


def test_the_script_must_be_below_the_folder(tmp_path):
    with pytest.raises(UsageError, match="not below"):
        WorkingCopy(tmp_path, "../train.py", tmp_path / "s")
