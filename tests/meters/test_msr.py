from __future__ import annotations

from typing import Any

import pytest

from greenrules.meters import open_meter
from greenrules.meters.msr import AMD, INTEL, counter_bits, energy_unit
from greenrules.meters.processor import Processor

XEON = Processor("Intel Xeon Gold 6248", "GenuineIntel", 6, 0x55, 2, 80)
CLIENT = Processor("Intel Core i7-8700", "GenuineIntel", 6, 158, 1, 12)
ROME = Processor("AMD EPYC 7742", "AuthenticAMD", 23, 49, 1, 128)
GENOA = Processor("AMD EPYC 9654", "AuthenticAMD", 25, 17, 1, 192)
UNIT = 14 << 8 | 0xA0003
STEP = 2.0**-14


def test_intel_package_and_memory_with_their_units(msr: Any) -> None:
    msr.set(0, 0x606, UNIT)
    msr.set(0, 0x611, 1000)
    msr.set(0, 0x619, 500)
    meter = open_meter("msr", root=msr.root, processor=XEON, topology=msr.topology)
    assert meter.probe().ok
    a = meter.read()
    msr.set(0, 0x611, 1000 + round(8 / STEP))
    msr.set(0, 0x619, 500 + 100_000)
    energy = meter.delta(a, meter.read())
    # Skylake-X memory counts 15.3 µJ whatever the unit register says.
    assert energy.domains == pytest.approx({"package-0": 8, "dram-0": 1.53})
    assert energy.aside == {}


def test_a_wrap_of_32_bits(msr: Any) -> None:
    msr.set(0, 0x606, UNIT)
    msr.set(0, 0x611, 2**32 - 16384)
    meter = open_meter("msr", root=msr.root, processor=CLIENT, topology=msr.topology)
    a = meter.read()
    msr.set(0, 0x611, 16384 | 0xABCD << 32)
    assert meter.delta(a, meter.read()).energy_j == pytest.approx(2)


def test_a_client_without_memory_counter(msr: Any) -> None:
    msr.set(0, 0x606, UNIT)
    msr.set(0, 0x611, 1)
    assert open_meter("msr", root=msr.root, processor=CLIENT, topology=msr.topology).domains == ("package-0",)


def test_amd_registers(msr: Any) -> None:
    msr.set(0, 0xC0010299, 16 << 8)
    msr.set(0, 0xC001029B, 7)
    meter = open_meter("msr", root=msr.root, processor=ROME, topology=msr.topology)
    a = meter.read()
    msr.set(0, 0xC001029B, 7 + 65536 * 3)
    energy = meter.delta(a, meter.read())
    assert energy.domains == pytest.approx({"package-0": 3})
    assert meter.relative_uncertainty == 0.10


def test_the_other_vendors_registers_are_tried_where_the_own_do_not_answer(msr: Any) -> None:
    msr.set(0, 0x606, UNIT)
    msr.set(0, 0x611, 1)
    meter = open_meter("msr", root=msr.root, processor=ROME, topology=msr.topology)
    assert meter.probe().ok and meter.detail["registers"] == "GenuineIntel"


def test_one_processor_per_package_is_read(msr: Any) -> None:
    for cpu, package in ((0, 0), (1, 0), (2, 1), (3, 1)):
        msr.set(cpu, 0x606, UNIT)
        msr.set(cpu, 0x611, 100 * cpu)
        msr.place(cpu, package)
    meter = open_meter("msr", root=msr.root, processor=XEON, topology=msr.topology)
    assert meter.domains == ("package-0", "package-1")
    assert meter.detail["processors"] == [0, 2]


def test_dies_are_packages_of_their_own(msr: Any) -> None:
    for cpu, die in ((0, 0), (1, 1)):
        msr.set(cpu, 0x606, UNIT)
        msr.set(cpu, 0x611, 100 * cpu)
        msr.place(cpu, 0, die)
    meter = open_meter("msr", root=msr.root, processor=XEON, topology=msr.topology)
    assert meter.domains == ("package-0-die-0", "package-0-die-1")


def test_a_register_file_that_cannot_be_read_is_refused_with_the_remedy(msr: Any) -> None:
    (msr.root / "0").mkdir(parents=True)
    (msr.root / "0" / "msr").write_bytes(b"")
    found = open_meter("msr", root=msr.root, processor=XEON, topology=msr.topology).probe()
    assert not found.ok and "cap_sys_rawio" in found.remedy
    absent = open_meter("msr", root=msr.root / "none", processor=XEON).probe()
    assert not absent.ok and "modprobe msr" in absent.remedy


@pytest.mark.parametrize(
    ("model", "dram", "joules"),
    [
        (158, False, 2.0**-14),
        (0x37, False, 2.0**14 * 1e-6),
        (0x3F, True, 15.3e-6),
        (0x6A, True, 15.3e-6),
        (0x57, True, 15.3e-6),
        (0x8F, True, 2.0**-14),
        (158, True, 2.0**-14),
    ],
)
def test_unit_exceptions(model: int, dram: bool, joules: float) -> None:
    assert energy_unit(INTEL, model, UNIT, dram=dram) == pytest.approx(joules)


def test_width_of_the_counter() -> None:
    assert counter_bits(INTEL, 6, 0x55) == 32
    assert counter_bits(AMD, 23, 49) == 32
    assert counter_bits(AMD, GENOA.family, GENOA.model) == 64
    assert counter_bits(AMD, 26, 2) == 64
