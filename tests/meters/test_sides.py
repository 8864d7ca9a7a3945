from __future__ import annotations

import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from greenrules.meters import open_meter
from greenrules.meters.dram import Module, parse_module, power_w
from greenrules.meters.nvml import open_nvml


class Board:
    """What a fake GPU has; None where NVML says that it is not supported."""

    def __init__(self, energy_mj: int | None, power_mw: int | None = 100_000, mig: bool = False) -> None:
        self.energy_mj, self.power_mw, self.mig = energy_mj, power_mw, mig


def nvml(*boards: Board, driver: bool = True) -> Any:
    module = ModuleType("fake_nvml")

    class NVMLError(Exception):
        pass

    def init() -> None:
        if not driver:
            raise NVMLError("Driver Not Loaded")

    def ask(value: Any) -> Any:
        if value is None:
            raise NVMLError("Not Supported")
        return value

    fakes: Any = module
    fakes.NVMLError = NVMLError
    fakes.nvmlInit = init
    fakes.nvmlDeviceGetCount = lambda: len(boards)
    fakes.nvmlDeviceGetHandleByIndex = lambda index: boards[index]
    fakes.nvmlDeviceGetName = lambda board: "Fake H200"
    fakes.nvmlDeviceGetMigMode = lambda board: (int(board.mig), 0)
    fakes.nvmlDeviceGetPowerManagementLimit = lambda board: 700_000
    fakes.nvmlDeviceGetTotalEnergyConsumption = lambda board: ask(board.energy_mj)
    fakes.nvmlDeviceGetPowerUsage = lambda board: ask(board.power_mw)
    return module


def test_the_energy_counter_of_every_gpu(clock: Any) -> None:
    one, two = Board(1_000_000), Board(5)
    meter = open_meter("nvml", nvml=nvml(one, two), clock=clock)
    assert meter.probe().ok and meter.domains == ("gpu:0", "gpu:1")
    assert meter.poll_s is None
    a = meter.read()
    clock.forward(2)
    one.energy_mj, two.energy_mj = 1_250_000, 10_005
    energy = meter.delta(a, meter.read())
    assert energy.domains == pytest.approx({"gpu:0": 250, "gpu:1": 10})


def test_power_is_integrated_where_there_is_no_counter(clock: Any) -> None:
    board = Board(None, 100_000)
    meter = open_meter("nvml", nvml=nvml(board), clock=clock)
    assert meter.poll_s == pytest.approx(0.1)
    assert meter.detail["gpu:0"]["source"] == "power"
    a = meter.read()
    for milliwatts in (100_000, 200_000, 200_000):
        clock.forward(0.5)
        board.power_mw = milliwatts
        b = meter.read()
    energy = meter.delta(a, b)
    assert energy.energy_j == pytest.approx(50 + 75 + 100)
    assert energy.valid


def test_power_that_was_not_sampled_is_not_known(clock: Any) -> None:
    meter = open_meter("nvml", nvml=nvml(Board(None)), clock=clock)
    a = meter.read()
    clock.forward(60)
    energy = meter.delta(a, meter.read())
    assert (energy.energy_j, energy.valid) == (0, False)
    assert "not sampled" in energy.warnings[0]


def test_a_sensor_that_fails_once_loses_nothing(clock: Any) -> None:
    board = Board(None)
    meter = open_meter("nvml", nvml=nvml(board), clock=clock)
    a = meter.read()
    clock.forward(0.3)
    board.power_mw = None
    assert not meter.delta(a, meter.read()).valid
    clock.forward(0.3)
    board.power_mw = 100_000
    assert meter.delta(a, meter.read()).energy_j == pytest.approx(60)


def test_mig_is_flagged() -> None:
    meter = open_meter("nvml", nvml=nvml(Board(1, mig=True)))
    assert meter.detail["gpu:0"]["mig"] and "whole module" in meter.detail["gpu:0"]["warning"]
    a = meter.read()
    told = meter.delta(a, meter.read()).warnings
    assert len(told) == 1 and told[0].startswith("gpu:0: MIG is on")


def test_a_gpu_that_is_lost_is_told_and_the_others_are_billed(clock: Any) -> None:
    module = nvml(Board(0), Board(0))

    def handle(index: int) -> Board:
        if index == 1:
            raise module.NVMLError("GPU is lost")
        return board

    board = Board(0)
    module.nvmlDeviceGetHandleByIndex = handle
    meter = open_meter("nvml", nvml=module, clock=clock)
    assert meter.probe().ok and meter.domains == ("gpu:0",)
    a = meter.read()
    clock.forward(1)
    board.energy_mj = 100_000
    energy = meter.delta(a, meter.read())
    assert energy.energy_j == pytest.approx(100)
    assert energy.warnings == ("gpu:1 cannot be read (GPU is lost): its energy is not in the figure",)


def test_an_old_library_without_the_energy_counter_gives_power(clock: Any) -> None:
    module = nvml(Board(0))
    del module.nvmlDeviceGetTotalEnergyConsumption
    meter = open_meter("nvml", nvml=module, clock=clock)
    assert meter.probe().ok and meter.detail["gpu:0"]["source"] == "power"


def test_a_counter_that_stands_still_gives_way_to_power(clock: Any) -> None:
    still = open_nvml(nvml(Board(5)), clock=clock, patience_s=0.05)
    assert still.detail["gpu:0"]["source"] == "power"
    # Nothing better is there: the counter stays.
    assert open_nvml(nvml(Board(5, None)), clock=clock, patience_s=0.05).detail["gpu:0"]["source"] == "counter"
    moving = nvml(Board(5))
    values = iter(range(1000))
    moving.nvmlDeviceGetTotalEnergyConsumption = lambda board: next(values)
    assert open_nvml(moving, clock=clock, patience_s=5).detail["gpu:0"]["source"] == "counter"


@pytest.mark.parametrize("module", [nvml(driver=False), nvml()])
def test_without_a_gpu_the_reason_is_told(module: Any) -> None:
    found = open_meter("nvml", nvml=module).probe()
    assert not found.ok and "nvidia-smi" in found.remedy


def test_auto_adds_gpus_to_the_total(clock: Any, one_package: Any) -> None:
    board = Board(0)
    meter = open_meter("auto", root=one_package.root, nvml=nvml(board), clock=clock)
    assert (meter.name, meter.tier) == ("powercap", "1")
    assert meter.domains == ("package-0", "gpu:0")
    a = meter.read()
    clock.forward(1)
    one_package.set("intel-rapl:0", 120)
    board.energy_mj = 300_000
    energy = meter.delta(a, meter.read())
    assert energy.energy_j == pytest.approx(320)
    assert energy.machine_j == pytest.approx(320)


def dmi(root: Path, *devices: bytes) -> Path:
    for number, raw in enumerate(devices):
        folder = root / f"17-{number}"
        folder.mkdir(parents=True)
        (folder / "raw").write_bytes(raw)
    return root


def device(size: int, kind: int, extended: int = 0) -> bytes:
    raw = bytearray(0x28)
    raw[0], raw[1] = 17, len(raw)
    struct.pack_into("<H", raw, 0x0C, size)
    raw[0x12] = kind
    struct.pack_into("<I", raw, 0x1C, extended)
    return bytes(raw)


def test_empty_slots_do_not_count_and_every_module_has_its_own_size(tmp_path: Path) -> None:
    root = dmi(tmp_path, device(8192, 0x1A), device(0, 0x02), device(0x7FFF, 0x22, 65536), device(0xFFFF, 0x02))
    assert open_meter("dram", root=root).detail["modules"] == ["DDR4 8 GB", "DDR5 64 GB"]


def test_soldered_memory_is_no_module() -> None:
    assert parse_module(device(16384, 0x23)) == Module("LPDDR", 16)
    assert Module("LPDDR", 16).power_w < Module("DDR5", 16).power_w


def test_more_memory_never_draws_less() -> None:
    for kind in ("DDR4", "DDR5"):
        powers = [Module(kind, size).power_w for size in (4, 8, 16, 32, 64, 128, 256)]
        assert powers == sorted(powers)
    occupied = [power_w([Module("DDR4", 16)], used, 100) for used in range(0, 101, 5)]
    assert occupied == sorted(occupied)


def test_modelled_memory_stands_aside_and_is_never_in_the_total(tmp_path: Path, clock: Any) -> None:
    meter = open_meter("auto", dram=True, gpu=False, tdp_w=10, clock=clock, root=tmp_path)
    a = meter.read()
    clock.forward(10)
    energy = meter.delta(a, meter.read())
    assert set(energy.domains) == {"cpu"}
    assert energy.energy_j == pytest.approx(energy.domains["cpu"])
    assert energy.aside["dram-model"] >= energy.aside["dram-model-tree"] > 0
    # What is said against it is said where it is told, and is nothing against the total.
    assert energy.warnings == ()
    alone = open_meter("dram")
    assert "±50 %" in alone.delta(alone.read(), alone.read()).warnings[0]


def test_memory_that_is_measured_is_not_modelled_too(clock: Any, tree: Any) -> None:
    tree.zone("intel-rapl:0", "package-0", 100)
    tree.zone("intel-rapl:0:0", "dram", 10)
    meter = open_meter("auto", dram=True, gpu=False, root=tree.root, clock=clock)
    assert meter.domains == ("package-0", "dram-0")
    assert meter.delta(meter.read(), meter.read()).aside == {}


def test_the_model_of_memory_is_looked_at_now_and_then_and_never_falls(clock: Any) -> None:
    meter = open_meter("dram", clock=clock)
    first = last = meter.read()
    for _ in range(40):
        clock.forward(0.2)
        now = meter.read()
        assert meter.delta(last, now).energy_j > 0
        last = now
    energy = meter.delta(first, last)
    assert energy.time_s == pytest.approx(8)
    assert 0 < energy.energy_j < 8 * 200


def test_a_broken_table_falls_back_to_the_memory_in_use(tmp_path: Path) -> None:
    meter = open_meter("dram", root=dmi(tmp_path, b"\x00\x01"))
    assert meter.detail["modules"] is None
    energy = meter.delta(meter.read(), meter.read())
    assert energy.machine_j is not None and energy.tree_j is not None
    assert energy.tree_j <= energy.machine_j
