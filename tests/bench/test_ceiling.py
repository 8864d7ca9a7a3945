"""A run ends when the search's budget is used up, whatever it does."""

from __future__ import annotations

import time

import pytest

from greenrules.bench.ceiling import Ceiling
from greenrules.meters.counter import CounterSpec
from greenrules.meters.counters import CounterMeter, Source
from greenrules.meters.protocol import Availability

ENDLESS = "while True:\n    pass\n"
CHILDREN = f"""
import subprocess, sys
for _ in range(2):
    subprocess.Popen([sys.executable, "-c", {ENDLESS!r}], start_new_session=True)
print("started", flush=True)
while True:
    pass
"""


def test_a_moment_ends_a_run_that_waits(place):
    outcome = place.run("import time\nprint('here', flush=True)\ntime.sleep(60)\n", deadline_s=time.monotonic() + 1.5)
    assert (outcome.status, outcome.stdout) == ("budget", b"here\n")
    assert "budget is used up" in outcome.reason and "--budget" in outcome.remedy
    assert outcome.time_s < 30


def test_the_runs_own_limit_is_told_apart_from_the_budget(plain):
    outcome = plain.run(ENDLESS, timeout_s=0.5, deadline_s=time.monotonic() + 40.0)
    assert outcome.status == "timeout" and "--timeout" in outcome.remedy


def test_a_moment_that_is_past_ends_it_at_once(plain):
    outcome = plain.run("print(1)\nwhile True:\n    pass\n", deadline_s=time.monotonic() - 5.0)
    assert outcome.status == "budget"


def test_joules_of_the_whole_tree_end_a_run(place):
    whole = place.run("import time\nend = time.process_time() + 0.4\nwhile time.process_time() < end:\n    pass\n")
    assert whole.ok and whole.energy is not None
    most_j = 2 * whole.energy.energy_j
    outcome = place.run(CHILDREN, most_j=most_j)
    assert outcome.status == "budget" and outcome.stdout == b"started\n"
    assert most_j < outcome.energy.energy_j < 20 * most_j
    again = place.run("print('short')\n", most_j=most_j)
    assert again.ok and again.stdout == b"short\n"


def test_a_counter_is_read_while_the_run_goes_on(plain):
    begun = time.monotonic()
    count = Source("package-0", "package", CounterSpec(1.0, 2**64, 1e9), lambda: int(50 * (time.monotonic() - begun)))
    runner = plain.runner()
    runner.meter = CounterMeter("fake", "1", [count], lambda: Availability(True), relative_uncertainty=0.05)
    outcome = plain.run("import time\ntime.sleep(60)\n", most_j=40.0, runner=runner)
    assert outcome.status == "budget"
    assert 40 <= outcome.energy.energy_j < 1500


@pytest.mark.parametrize(("timeout_s", "left_s", "limit_s", "by_budget"), [(5, 9, 5, False), (9, 5, 5, True)])
def test_the_tighter_limit_holds(plain, timeout_s, left_s, limit_s, by_budget):
    spec = plain.spec(b"", timeout_s=float(timeout_s), deadline_s=time.monotonic() + left_s)
    ceiling = Ceiling.of(spec)
    assert ceiling.limit_s == pytest.approx(limit_s, abs=0.5)
    assert ceiling.by_budget is by_budget
