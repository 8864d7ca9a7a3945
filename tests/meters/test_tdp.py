from __future__ import annotations

import time

import pytest

from greenrules.meters.processor import Processor, parse_cpuinfo, read_processor
from greenrules.meters.tdp import _parts, find_tdp, normalise, table


def desktop(name: str, **facts: object) -> Processor:
    return Processor(name, threads=8, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "watts"),
    [
        ("Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz", 15),
        ("Intel(R) N100", 6),
        ("AMD EPYC 7763 64-Core Processor", 280),
        ("BCM2711", 4),
        ("Cortex-A53", 2.5),
        ("11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", 28),
        ("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", 120),
        ("AMD Ryzen 7 5800U with Radeon Graphics", 15),
        ("AMD Ryzen Threadripper 1950X 16-Core Processor", 180),
        ("Apple M1 Pro", 30),
        ("AMD Ryzen 7 PRO 7840U w/ Radeon 780M Graphics", 28),
        ("Intel(R) Xeon(R) W-2275 CPU @ 3.30GHz", 165),
    ],
)
def test_names_as_kernels_print_them_match_exactly(name: str, watts: float) -> None:
    found = find_tdp(desktop(name))
    assert (found.tdp_w, found.kind) == (watts, "exact")
    assert found.low_w == pytest.approx(0.6 * watts)
    assert found.high_w == pytest.approx(1.4 * watts)


def test_a_part_of_a_name_matches_when_only_one_entry_has_it() -> None:
    for name in ("EPYC 7763", "7763", "i5-8250U", "8250U"):
        assert find_tdp(desktop(name)).kind == "tokens"


@pytest.mark.parametrize("name", ["Intel Xeon E5-2680 v9", "Apple M1 Ultra", "Intel Core i7-8700T", "AMD EPYC"])
def test_another_variant_of_a_name_is_another_processor(name: str) -> None:
    assert find_tdp(desktop(name)).kind in ("family", "threads")


def test_an_unnamed_processor_of_a_known_family_gets_its_relatives_watts_per_thread() -> None:
    found = find_tdp(Processor("AMD EPYC", "AuthenticAMD", 25, 17, 1, 2, True))
    assert (found.kind, found.name) == ("family", "genoa")
    assert 1.5 < found.w_per_thread < 6.5
    assert found.low_w < found.tdp_w < found.high_w
    assert found.relative_uncertainty == 0.6


def test_brands_of_the_same_silicon_are_told_apart() -> None:
    epyc = find_tdp(Processor("AMD EPYC", "AuthenticAMD", 23, 1, 1, 4))
    ryzen = find_tdp(Processor("AMD Ryzen Embedded", "AuthenticAMD", 23, 1, 1, 4))
    assert epyc.w_per_thread < ryzen.w_per_thread


def test_an_unknown_processor_gets_watts_per_thread_of_its_maker_or_of_all() -> None:
    ours = find_tdp(Processor("AMD Something", "AuthenticAMD", 99, 1, 1, 4))
    nobody = find_tdp(Processor("", threads=4))
    for found in (ours, nobody):
        assert found.kind == "threads"
        assert 1 < found.w_per_thread < 15


def test_a_slice_of_a_host_gets_its_threads_share() -> None:
    found = find_tdp(Processor("AMD EPYC 7763 64-Core Processor", "AuthenticAMD", 25, 1, 1, 4, True))
    assert found.tdp_w == pytest.approx(280 * 4 / 128)
    assert found.package_w == 280


def test_two_sockets_have_twice_the_power() -> None:
    assert find_tdp(Processor("AMD EPYC 7763 64-Core Processor", threads=256, sockets=2)).tdp_w == 560


def test_the_users_figure_wins() -> None:
    found = find_tdp(desktop("Intel Core i5-8250U"), tdp_w=25)
    assert (found.tdp_w, found.kind, found.w_per_thread) == (25, "user", 25 / 8)


def test_the_table_is_ours_and_sound() -> None:
    rows = table()
    assert len(rows) >= 120
    assert len({normalise(row.name) for row in rows}) == len(rows)
    for row in rows:
        assert 0.5 <= row.tdp_w <= 600, row
        assert 1 <= row.cores <= row.threads <= 4 * row.cores, row
        assert row.source and row.part, row
    assert {part for *_, part in _parts()} <= {row.part for row in rows}


def test_finding_is_fast() -> None:
    table.cache_clear()
    start = time.thread_time()
    find_tdp(desktop("AMD EPYC 7763 64-Core Processor"))
    assert time.thread_time() - start < 0.05


def test_this_machine_is_known() -> None:
    processor = read_processor()
    assert processor.threads >= 1
    assert 0.1 < find_tdp(processor).w_per_thread < 30


def test_an_arm_board_is_named_by_its_device_tree() -> None:
    text = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd08\n\nprocessor\t: 1\nCPU part\t: 0xd08\n"
    assert parse_cpuinfo(text).name == "Cortex-A72"
    board = parse_cpuinfo(text, "BCM2711")
    assert (board.name, board.vendor, board.threads) == ("BCM2711", "ARM", 2)


def test_sockets_are_counted_by_physical_id() -> None:
    text = "".join(
        f"processor : {n}\nvendor_id : GenuineIntel\nmodel name : X\nphysical id : {n % 2}\n\n" for n in range(4)
    )
    found = parse_cpuinfo(text)
    assert (found.sockets, found.threads, found.hypervisor) == (2, 4, False)


def test_one_relative_alone_makes_a_band_too() -> None:
    found = find_tdp(Processor("Intel(R) Celeron(R) N4020 CPU @ 1.10GHz", "GenuineIntel", 6, 122, threads=2))
    assert found.kind == "family"
    assert found.low_w < found.tdp_w < found.high_w
