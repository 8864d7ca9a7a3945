from __future__ import annotations

import itertools
import shutil
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.errors import MeasurementError
from greenrules.meters import Availability, Energy, Meter, open_meter, watchdog
from greenrules.meters.counter import CounterSpec
from greenrules.meters.counters import CounterMeter, Source, alive

INTEL_RANGE = 262_143_328_850


def meter_of(tree: Any, **options: Any) -> Meter:
    return open_meter("powercap", root=tree.root, **options)


def test_two_sockets_with_dram_are_summed_and_core_and_uncore_are_not(powercap: Any) -> None:
    for socket in (0, 1):
        powercap.zone(f"intel-rapl:{socket}", f"package-{socket}", 100 + socket)
        powercap.zone(f"intel-rapl:{socket}:0", "core", 50 + socket)
        powercap.zone(f"intel-rapl:{socket}:1", "uncore", 20 + socket)
        powercap.zone(f"intel-rapl:{socket}:2", "dram", 10 + socket)
    meter = meter_of(powercap)
    assert meter.probe().ok
    assert sorted(meter.domains) == ["dram-0", "dram-1", "package-0", "package-1"]
    a = meter.read()
    for socket in (0, 1):
        powercap.set(f"intel-rapl:{socket}", 110 + 3 * socket)
        powercap.set(f"intel-rapl:{socket}:0", 55)
        powercap.set(f"intel-rapl:{socket}:2", 12 + 2 * socket)
    energy = meter.delta(a, meter.read())
    assert energy.energy_j == pytest.approx(10 + 12 + 2 + 3)
    assert energy.domains == pytest.approx({"package-0": 10, "package-1": 12, "dram-0": 2, "dram-1": 3})
    assert energy.valid and energy.coverage == 1 and energy.warnings == ()
    assert energy.machine_j == energy.energy_j


def test_psys_is_told_aside_and_never_summed(powercap: Any) -> None:
    powercap.zone("intel-rapl:0", "package-0", 1)
    powercap.zone("intel-rapl:1", "psys", 5)
    meter = meter_of(powercap)
    a = meter.read()
    powercap.set("intel-rapl:0", 11)
    powercap.set("intel-rapl:1", 35)
    energy = meter.delta(a, meter.read())
    assert energy.energy_j == pytest.approx(10)
    assert energy.aside == pytest.approx({"psys": 30})


def test_a_package_that_both_providers_show_counts_once(powercap: Any) -> None:
    powercap.zone("intel-rapl:0", "package-0", 7)
    powercap.zone("intel-rapl-mmio:0", "package-0", 9)
    meter = meter_of(powercap)
    assert meter.domains == ("package-0",)
    assert meter.detail["zones"] == {"package-0": "intel-rapl:0"}
    a = meter.read()
    powercap.set("intel-rapl:0", 17)
    powercap.set("intel-rapl-mmio:0", 19)
    assert meter.delta(a, meter.read()).energy_j == pytest.approx(10)


def test_the_readable_provider_is_taken_when_the_other_is_not(powercap: Any) -> None:
    powercap.zone("intel-rapl:0", "package-0", 7)
    powercap.zone("intel-rapl-mmio:0", "package-0", 9)
    powercap.breaks("intel-rapl:0")
    meter = meter_of(powercap)
    assert meter.detail["zones"] == {"package-0": "intel-rapl-mmio:0"}
    assert meter.probe().ok


def test_hexadecimal_zone_ids_are_found_by_their_name(powercap: Any) -> None:
    powercap.zone("intel-rapl:a", "package-10", 1)
    powercap.zone("intel-rapl:a:0", "dram", 2)
    assert meter_of(powercap).domains == ("package-10", "dram-10")


def test_dies_of_one_package_are_separate(powercap: Any) -> None:
    for die in (0, 1):
        powercap.zone(f"intel-rapl:{die}", f"package-0-die-{die}", 10 + die)
    meter = meter_of(powercap)
    a = meter.read()
    powercap.set("intel-rapl:0", 15)
    powercap.set("intel-rapl:1", 17)
    energy = meter.delta(a, meter.read())
    assert energy.domains == pytest.approx({"package-0-die-0": 5, "package-0-die-1": 6})


def test_mirrored_counters_are_billed_once(powercap: Any) -> None:
    for die in (0, 1):
        powercap.zone(f"intel-rapl:{die}", f"package-0-die-{die}", 10)
    meter = meter_of(powercap)
    a = meter.read()
    for die in (0, 1):
        powercap.set(f"intel-rapl:{die}", 25)
    energy = meter.delta(a, meter.read())
    assert energy.energy_j == pytest.approx(15)
    assert "mirrors" in energy.warnings[0]
    assert energy.valid


def test_counters_that_are_equal_once_are_no_mirror(powercap: Any) -> None:
    for package in (0, 1):
        powercap.zone(f"intel-rapl:{package}", f"package-{package}", 10)
    meter = meter_of(powercap)
    a = meter.read()
    powercap.set("intel-rapl:0", 25)
    powercap.set("intel-rapl:1", 26)
    assert meter.delta(a, meter.read()).energy_j == pytest.approx(31)


def test_a_mirror_that_moves_between_two_reads_is_still_one_counter() -> None:
    count = itertools.count(1_000_000)

    def moving() -> int:
        # Moves at every fifth read, as a counter does that is read faster than it is updated.
        return next(count) // 5 * 61

    sources = [Source(f"package-0-die-{die}", "package", CounterSpec(1e-6, INTEL_RANGE), moving) for die in (0, 1)]
    meter = CounterMeter("powercap", "1", sources, lambda: Availability(True), relative_uncertainty=0.05)
    a = meter.read()
    for _ in range(7):
        meter.read()
    energy = meter.delta(a, meter.read())
    assert list(energy.domains) == ["package-0-die-0"]


def test_a_counter_that_stands_still_is_not_believed(one_package: Any, clock: Any) -> None:
    """Some hypervisors show a counter and never count: 0 J would be the cheapest run of all."""
    meter = meter_of(one_package, clock=clock)
    a = meter.read()
    clock.forward(0.5)
    assert meter.delta(a, meter.read()).valid  # too short to say
    clock.forward(4)
    energy = meter.delta(a, meter.read())
    assert (energy.energy_j, energy.valid, energy.coverage) == (0, False, 0)
    assert "did not move for 4.5 s" in energy.warnings[0]


def test_a_meter_of_this_machine_must_be_seen_to_move() -> None:
    count = itertools.count(5)
    spec = CounterSpec(1e-6, INTEL_RANGE)
    still = [Source("package-0", "package", spec, lambda: 7)]
    found = alive(still, Availability(True), patience_s=0.02)
    assert not found.ok and "stood still" in found.reason and found.remedy
    assert alive([*still, Source("package-1", "package", spec, lambda: next(count))], Availability(True)).ok
    refused = Availability(False, "locked")
    assert alive(still, refused) is refused


def test_one_wrap(powercap: Any) -> None:
    powercap.zone("intel-rapl:0", "package-0", 0)
    powercap.set_uj("intel-rapl:0", INTEL_RANGE - 5_000_000)
    meter = meter_of(powercap)
    a = meter.read()
    powercap.set("intel-rapl:0", 10)
    energy = meter.delta(a, meter.read())
    assert energy.energy_j == pytest.approx(15)
    assert energy.valid


def test_two_wraps_in_one_interval_are_flagged_and_not_guessed(one_package: Any, clock: Any) -> None:
    meter = meter_of(one_package, clock=clock)
    a = meter.read()
    clock.forward(3600)
    one_package.set("intel-rapl:0", 160)
    energy = meter.delta(a, meter.read())
    assert not energy.valid
    assert energy.energy_j == 0
    assert energy.coverage == 0
    assert "more than once" in energy.warnings[0]


def test_an_unreadable_read_in_the_middle_loses_nothing(powercap: Any) -> None:
    powercap.zone("intel-rapl:0", "package-0", 100)
    meter = meter_of(powercap)
    a = meter.read()
    powercap.breaks("intel-rapl:0")
    b = meter.read()
    powercap.set("intel-rapl:0", 140)
    c = meter.read()
    whole, first, second = meter.delta(a, c), meter.delta(a, b), meter.delta(b, c)
    assert whole.energy_j == pytest.approx(40)
    assert whole.valid and whole.coverage == 1
    assert (first.energy_j, second.energy_j) == pytest.approx((0, 40))
    assert not first.valid and first.coverage < 1
    assert not second.valid


def test_a_backwards_glitch_is_never_billed_as_a_wrap(powercap: Any) -> None:
    powercap.zone("intel-rapl:0", "package-0", 1000)
    meter = meter_of(powercap)
    a = meter.read()
    powercap.set("intel-rapl:0", 900)
    b = meter.read()
    powercap.set("intel-rapl:0", 905)
    c = meter.read()
    assert (meter.delta(a, b).energy_j, meter.delta(a, b).valid) == (0, False)
    assert meter.delta(a, b).coverage < 1
    assert (meter.delta(b, c).energy_j, meter.delta(b, c).valid) == (pytest.approx(5), True)


def test_impossible_power_over_a_tenth_of_a_second_is_marked_and_its_neighbours_are_kept(
    one_package: Any, clock: Any
) -> None:
    meter = meter_of(one_package, clock=clock)
    energies: list[Energy] = []
    last = meter.read()
    for joules in (150, 2_150, 2_200):
        clock.forward(0.5)
        one_package.set("intel-rapl:0", joules)
        now = meter.read()
        energies.append(meter.delta(last, now))
        last = now
    assert [e.valid for e in energies] == [True, False, True]
    assert [e.energy_j for e in energies] == pytest.approx([50, 0, 50])


def test_the_tdp_tightens_the_guard(one_package: Any, clock: Any) -> None:
    meter = meter_of(one_package, clock=clock, tdp_w=15)
    a = meter.read()
    clock.forward(1)
    one_package.set("intel-rapl:0", 170)
    assert not meter.delta(a, meter.read()).valid


def test_a_vanished_zone_is_told(powercap: Any) -> None:
    powercap.zone("intel-rapl:0", "package-0", 100)
    powercap.zone("intel-rapl:1", "package-1", 200)
    meter = meter_of(powercap)
    a = meter.read()
    shutil.rmtree(powercap.folder("intel-rapl:1"))
    powercap.set("intel-rapl:0", 110)
    energy = meter.delta(a, meter.read())
    assert energy.energy_j == pytest.approx(10)
    assert not energy.valid
    assert energy.coverage == pytest.approx(0.5, abs=0.05)
    assert not meter.probe().ok


def test_an_unreadable_range_makes_only_the_wrap_unknown(powercap: Any) -> None:
    powercap.zone("intel-rapl:0", "package-0", 100, range_uj=None)
    meter = meter_of(powercap)
    a = meter.read()
    powercap.set("intel-rapl:0", 110)
    b = meter.read()
    powercap.set("intel-rapl:0", 1)
    c = meter.read()
    assert meter.delta(a, b).energy_j == pytest.approx(10)
    assert meter.delta(a, b).valid
    assert (meter.delta(b, c).energy_j, meter.delta(b, c).valid) == (0, False)
    assert meter.detail["range_unreadable"] == ["package-0"]


def test_differences_nest_and_add_up(one_package: Any) -> None:
    meter = meter_of(one_package)
    snapshots = [meter.read()]
    for joules in (103, 104.5, 120):
        one_package.set("intel-rapl:0", joules)
        snapshots.append(meter.read())
    parts = [meter.delta(x, y).energy_j for x, y in pairwise(snapshots)]
    assert parts == pytest.approx([3, 1.5, 15.5])
    assert meter.delta(snapshots[0], snapshots[-1]).energy_j == pytest.approx(sum(parts))


def test_what_is_missing_is_said_with_a_remedy(tmp_path: Any) -> None:
    absent = open_meter("powercap", root=tmp_path / "nowhere")
    assert not absent.probe().ok
    with pytest.raises(MeasurementError, match="does not work here") as caught:
        absent.read()
    assert caught.value.remedy
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "modprobe" in open_meter("powercap", root=empty).probe().remedy


def test_a_locked_zone_is_refused_with_the_line_that_opens_it(powercap: Any) -> None:
    powercap.zone("intel-rapl:0", "package-0", 100)
    powercap.breaks("intel-rapl:0")
    found = meter_of(powercap).probe()
    assert not found.ok
    assert "setfacl" in found.remedy and "udev" in found.remedy


def test_unreadable_dram_is_left_out_and_told(powercap: Any) -> None:
    powercap.zone("intel-rapl:0", "package-0", 100)
    powercap.zone("intel-rapl:0:0", "dram", 10)
    powercap.breaks("intel-rapl:0:0")
    meter = meter_of(powercap)
    assert meter.probe().ok
    assert meter.domains == ("package-0",)
    assert meter.detail["left_out"] == ["dram-0"]


def test_tree_and_active_energy_stand_apart_from_the_machines(one_package: Any, clock: Any) -> None:
    meter = meter_of(one_package, clock=clock, idle_w=10)
    a = meter.read()
    busy = time.process_time() + 0.1
    while time.process_time() < busy:
        sum(range(1000))
    clock.forward(1)
    one_package.set("intel-rapl:0", 130)
    energy = meter.delta(a, meter.read())
    assert energy.machine_j == pytest.approx(30)
    assert energy.active_j is not None and energy.tree_j is not None
    assert 0 < energy.active_j <= 20
    assert energy.active_j < energy.tree_j <= 30


def test_the_watchdog_sees_every_wrap(tree: Any) -> None:
    """1200 J at 1.2 kW through a counter of 500 J: read at its ends only, none of it would be known."""
    tree.zone("intel-rapl:0", "package-0", 0, range_uj=500_000_000)
    meter = meter_of(tree)
    assert meter.poll_s is not None and meter.poll_s < 0.2
    folder = tree.folder("intel-rapl:0")
    a = meter.read()
    with watchdog(meter):
        for number in range(1, 101):
            (folder / "new").write_text(str(number * 12_000_000 % 500_000_000))
            (folder / "new").rename(folder / "energy_uj")
            time.sleep(0.01)
    energy = meter.delta(a, meter.read())
    # On a machine so busy that the watchdog slept too long it must say so, and never guess.
    assert energy.energy_j == pytest.approx(1200) or not energy.valid


def test_a_boundary_takes_less_than_a_millisecond(powercap: Any) -> None:
    for socket in (0, 1):
        powercap.zone(f"intel-rapl:{socket}", f"package-{socket}", 100 + socket)
        powercap.zone(f"intel-rapl:{socket}:0", "dram", 10 + socket)
    meter = meter_of(powercap)
    meter.read()
    times = []
    for _ in range(50):
        start = time.thread_time()
        meter.read()
        times.append(time.thread_time() - start)
    assert sorted(times)[25] < 0.001


STEPS = st.lists(st.tuples(st.floats(0.001, 250), st.floats(0, 0.99), st.booleans()), min_size=1, max_size=12)


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_the_sum_is_true_or_is_said_not_to_be(steps: list[tuple[float, float, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        zone = Path(folder) / "intel-rapl:0"
        zone.mkdir()
        (zone / "name").write_text("package-0")
        (zone / "max_energy_range_uj").write_text(str(INTEL_RANGE))
        (zone / "energy_uj").write_text("0")
        t_ns, true_uj = 10**9, 0
        meter = open_meter("powercap", root=folder, clock=lambda: t_ns)
        snapshots = [meter.read()]
        for pause, share, fails in steps:
            t_ns += round(pause * 1e9)
            true_uj += int(share * 1500 * pause * 1e6)
            (zone / "energy_uj").write_text("" if fails else str(true_uj % INTEL_RANGE))
            snapshots.append(meter.read())
        whole = meter.delta(snapshots[0], snapshots[-1])
        parts = [meter.delta(x, y) for x, y in pairwise(snapshots)]
    assert sum(part.energy_j for part in parts) == pytest.approx(whole.energy_j, abs=1e-6)
    if whole.valid:
        assert whole.energy_j == pytest.approx(true_uj / 1e6, abs=1e-3)
        assert whole.coverage == 1
    else:
        assert whole.energy_j <= true_uj / 1e6 + 1e-3
        assert whole.coverage < 1 and whole.warnings
