from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import pickle
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from greenrules.errors import MeasurementError, UsageError
from greenrules.meters import Region, measure, open_meter
from greenrules.meters.export import COLUMNS, energy_row, write_csv, write_json


def work(count: int = 200_000) -> int:
    return sum(range(count))


def test_a_block_is_measured() -> None:
    with measure("fit", meter=open_meter("tdp", tdp_w=10)) as region:
        while region.cpu_s < 0.05:
            work()
    assert region.energy_j > 0
    assert region.time_s > 0
    assert region.energy.valid


def test_regions_nest_and_know_what_is_their_own() -> None:
    meter = open_meter("tdp", tdp_w=10)
    with measure("outer", meter=meter) as outer:
        work()
        with measure("inner") as inner:
            work()
        with measure("second") as second:
            work()
    assert inner.parent is outer and outer.parent is None
    assert outer.children == [inner, second]
    assert inner.meter is meter
    assert outer.own_j == pytest.approx(outer.energy_j - inner.energy_j - second.energy_j)
    assert outer.own_j >= 0


def test_a_function_is_measured_at_each_call_and_keeps_its_name() -> None:
    timer = measure("fit", meter=open_meter("tdp", tdp_w=10))

    @timer
    def train(depth: int) -> int:
        """Trains."""
        return work() if depth == 0 else train(depth - 1)

    assert train(2) == work()
    assert (train.__name__, train.__doc__) == ("train", "Trains.")
    assert len(timer.regions) == 3
    assert timer.regions[0].parent is timer.regions[1]


def test_an_error_inside_passes_and_is_measured() -> None:
    timer = measure("fit", meter=open_meter("tdp"))
    with pytest.raises(ValueError, match="mine"), timer:
        raise ValueError("mine")
    assert len(timer.regions) == 1
    with measure("after", meter=open_meter("tdp")) as region:
        pass
    assert region.parent is None


def test_threads_do_not_become_each_others_children() -> None:
    meter = open_meter("tdp", tdp_w=10)
    timer = measure("job", meter=meter)
    barrier = threading.Barrier(8)

    def job(_: int) -> bool:
        with timer as region:
            barrier.wait()
            with measure("step") as step:
                work()
        return region.children == [step] and region.parent is None

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(job, range(8)))
    assert len(timer.regions) == 8


def test_coroutines_are_measured_until_they_are_done() -> None:
    timer = measure("wait", meter=open_meter("tdp"))

    @timer
    async def wait(seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    async def both() -> list[float]:
        return await asyncio.gather(wait(0.03), wait(0.06))

    assert asyncio.run(both()) == [0.03, 0.06]
    assert len(timer.regions) == 2
    assert timer.regions[1].time_s >= 0.05
    assert [region.parent for region in timer.regions] == [None, None]


def test_misuse_is_told() -> None:
    region = Region("x", open_meter("tdp"))
    with pytest.raises(MeasurementError):
        _ = region.energy
    with region:
        pass
    with pytest.raises(MeasurementError), region:
        pass


def test_rows_have_one_order_of_columns() -> None:
    meter = open_meter("tdp", tdp_w=10)
    with measure("fit", meter=meter) as region:
        work()
    row = energy_row(region.name, meter, region.energy)
    assert tuple(row) == COLUMNS
    assert COLUMNS[:7] == ("name", "meter", "tier", "evidence", "energy_j", "time_s", "cpu_s")
    text = io.StringIO()
    write_csv([row, row], text)
    rows = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert len(rows) == 2
    assert float(rows[0]["energy_j"]) == row["energy_j"]
    assert rows[0]["domains"].startswith("cpu=")
    assert rows[0]["machine_j"] == ""
    text = io.StringIO()
    write_json([row], text)
    assert json.loads(text.getvalue())[0]["machine_j"] is None


def test_without_a_meter_the_best_one_is_used() -> None:
    with measure("fit") as region:
        work()
    assert region.meter.probe().ok
    with measure("again") as again:
        pass
    assert again.meter is region.meter


def test_a_long_region_is_kept_in_sight(tree: Any) -> None:
    """Read at its ends only, the counter might have wrapped twice; one thread reads it in between for all regions."""
    tree.zone("intel-rapl:0", "package-0", 0, range_uj=1_000_000_000)
    meter = open_meter("powercap", root=tree.root)
    before = threading.active_count()
    with measure("outer", meter=meter) as outer:
        for number in range(1, 121):
            (tree.folder("intel-rapl:0") / "new").write_text(str(number * 10_000_000 % 1_000_000_000))
            (tree.folder("intel-rapl:0") / "new").rename(tree.folder("intel-rapl:0") / "energy_uj")
            time.sleep(0.01)
        with measure("inner"):
            assert threading.active_count() <= before + 1
    # On a machine so busy that the thread slept too long it must say so, and never guess.
    assert outer.energy_j == pytest.approx(1200) or not outer.energy.valid
    assert outer.energy_j > 0


def test_a_region_in_a_forked_child_is_kept_in_sight(one_package: Any) -> None:
    meter = open_meter("powercap", root=one_package.root)
    meter.poll_s = 0.01
    with measure("parent", meter=meter):
        pass
    pid = os.fork()
    if pid == 0:
        with measure("child", meter=meter):
            alive = any(thread.name == "meter watchdog" for thread in threading.enumerate())
        os._exit(0 if alive else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_generators_are_refused_with_what_to_do() -> None:
    timer = measure("stream", meter=open_meter("tdp"))
    with pytest.raises(MeasurementError, match="generator") as caught:

        @timer
        def numbers() -> Iterator[int]:
            yield 1

    assert caught.value.remedy is not None and "with measure('stream')" in caught.value.remedy


def test_an_energy_can_be_sent_to_another_process() -> None:
    with measure("fit", meter=open_meter("tdp", tdp_w=10)) as region:
        work()
    assert pickle.loads(pickle.dumps(region.energy)) == region.energy


def test_what_is_no_function_is_refused_where_it_is_decorated() -> None:
    with pytest.raises(UsageError, match="takes a name"):
        measure(work)  # type: ignore[arg-type]
    for wrong in (classmethod(work), staticmethod(work), Region, 5):
        with pytest.raises(UsageError) as caught:
            measure("step")(wrong)  # type: ignore[arg-type]
        assert caught.value.remedy
