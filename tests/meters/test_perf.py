from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from greenrules.meters import open_meter
from greenrules.meters.perf import parse_cpus

SCALE = 2.3283064365386962890625e-10


def unit(root: Path, events: tuple[str, ...] = ("energy-pkg", "energy-ram", "energy-psys"), cpus: str = "0,18") -> None:
    folder = root / "power"
    (folder / "events").mkdir(parents=True)
    (folder / "type").write_text("23\n")
    (folder / "cpumask").write_text(f"{cpus}\n")
    for number, event in enumerate(events, 2):
        (folder / "events" / event).write_text(f"event={number:#04x}\n")
        (folder / "events" / f"{event}.scale").write_text("2.3283064365386962890625e-10\n")


class Counts:
    """Opens counters that are files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.types: set[int] = set()

    def set(self, config: int, cpu: int, joules: float) -> None:
        (self.folder / f"{config}-{cpu}").write_text(str(round(joules / SCALE)))

    def __call__(self, event_type: int, config: int, cpu: int) -> Callable[[], int]:
        self.types.add(event_type)
        path = self.folder / f"{config}-{cpu}"
        if not path.exists():
            raise PermissionError(13, "Permission denied")
        return lambda: int(path.read_text())


def test_packages_and_memory_of_every_socket_are_summed(tmp_path: Path) -> None:
    unit(tmp_path)
    counts = Counts(tmp_path)
    for cpu in (0, 18):
        for config in (2, 3, 4):
            counts.set(config, cpu, 1 + cpu)
    meter = open_meter("perf", root=tmp_path, counters=counts)
    assert meter.probe().ok
    assert meter.domains == ("package-0", "package-1", "dram-0", "dram-1")
    assert counts.types == {23}
    a = meter.read()
    counts.set(2, 0, 11)
    counts.set(2, 18, 39)
    counts.set(3, 0, 3)
    energy = meter.delta(a, meter.read())
    assert energy.domains == pytest.approx({"package-0": 10, "package-1": 20, "dram-0": 2, "dram-1": 0})
    assert energy.energy_j == pytest.approx(32)


def test_a_refused_event_is_named_with_the_setting_that_allows_it(tmp_path: Path) -> None:
    unit(tmp_path)
    found = open_meter("perf", root=tmp_path, counters=Counts(tmp_path)).probe()
    assert not found.ok
    assert "Permission denied" in found.reason
    assert "perf_event_paranoid" in found.remedy


def test_a_unit_without_memory_counts_packages(tmp_path: Path) -> None:
    unit(tmp_path, ("energy-pkg",), cpus="0")
    counts = Counts(tmp_path)
    counts.set(2, 0, 5)
    assert open_meter("perf", root=tmp_path, counters=counts).domains == ("package-0",)


def test_a_count_that_fails_leaves_the_last_value(tmp_path: Path) -> None:
    unit(tmp_path, ("energy-pkg",), cpus="0")
    counts = Counts(tmp_path)
    counts.set(2, 0, 5)
    meter = open_meter("perf", root=tmp_path, counters=counts)
    a = meter.read()
    (tmp_path / "2-0").write_text("")
    b = meter.read()
    counts.set(2, 0, 8)
    assert not meter.delta(a, b).valid
    assert meter.delta(a, meter.read()).energy_j == pytest.approx(3)


def test_without_a_unit_the_reason_says_so(tmp_path: Path) -> None:
    found = open_meter("perf", root=tmp_path).probe()
    assert not found.ok and "virtual machine" in found.reason and found.remedy


def test_the_real_system_call_answers_or_says_why_not(tmp_path: Path) -> None:
    unit(tmp_path, ("energy-pkg",), cpus="0")
    (tmp_path / "power" / "type").write_text("4294967294\n")
    found = open_meter("perf", root=tmp_path).probe()
    assert not found.ok and "energy-pkg on processor 0" in found.reason


@pytest.mark.parametrize(("text", "cpus"), [("0", [0]), ("0,18\n", [0, 18]), ("0-2,8", [0, 1, 2, 8])])
def test_processor_lists(text: str, cpus: list[int]) -> None:
    assert parse_cpus(text) == cpus


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    unit(tmp_path, cpus="none")
    assert not open_meter("perf", root=tmp_path).probe().ok


def test_a_fake_of_any_kind_may_read_the_counter(tmp_path: Path) -> None:
    unit(tmp_path, ("energy-pkg",), cpus="0")
    values: Any = iter([0, 2**32, 2**33])
    meter = open_meter("perf", root=tmp_path, counters=lambda *_: lambda: next(values))
    a, b, c = meter.read(), meter.read(), meter.read()
    assert meter.delta(a, b).energy_j == pytest.approx(1)
    assert meter.delta(a, c).energy_j == pytest.approx(2)


@pytest.mark.parametrize("scale", ["nan", "inf", "0", "-1e-10"])
def test_a_step_that_is_no_amount_of_energy_is_refused(tmp_path: Path, scale: str) -> None:
    unit(tmp_path, ("energy-pkg",))
    (tmp_path / "power/events/energy-pkg.scale").write_text(f"{scale}\n")
    assert not open_meter("perf", root=tmp_path, counters=Counts(tmp_path)).probe().ok
