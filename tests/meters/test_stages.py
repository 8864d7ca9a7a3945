from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.meters import Activity, Boundary, attribute, open_meter
from greenrules.meters.baseline import measure_idle
from greenrules.models import ROLES

S = 10**9


def test_a_model_attributes_by_cpu_time_exactly() -> None:
    meter = open_meter("tdp", tdp_w=10)
    start, end = meter.read(Activity(0, 0)), meter.read(Activity(10 * S, 8))
    shares = attribute(
        meter,
        start,
        end,
        [
            Boundary(1 * S, 1.0, "dataset-ingestion"),
            Boundary(3 * S, 2.0, "training-loop"),
            Boundary(8 * S, 7.0, "inference"),
            Boundary(9 * S, 7.5, "training-loop"),
        ],
    )
    total = meter.delta(start, end).energy_j
    assert {role: share.cpu_s for role, share in shares.items()} == pytest.approx(
        {"imports": 1, "dataset-ingestion": 1, "training-loop": 5.5, "inference": 0.5}
    )
    assert {role: share.energy_j / total for role, share in shares.items()} == pytest.approx(
        {"imports": 1 / 8, "dataset-ingestion": 1 / 8, "training-loop": 5.5 / 8, "inference": 0.5 / 8}
    )
    assert shares["training-loop"].time_s == pytest.approx(6)


def test_snapshots_at_the_boundaries_are_used(one_package: Any, clock: Any) -> None:
    meter = open_meter("powercap", root=one_package.root, clock=clock)
    start = meter.read()
    boundaries = []
    for joules, role in ((110, "training-loop"), (150, "inference")):
        clock.forward(1)
        one_package.set("intel-rapl:0", joules)
        snapshot = meter.read()
        boundaries.append(Boundary(clock(), 0.0, role, snapshot))
    clock.forward(1)
    one_package.set("intel-rapl:0", 155)
    shares = attribute(meter, start, meter.read(), boundaries)
    assert {role: share.energy_j for role, share in shares.items()} == pytest.approx(
        {"imports": 10, "training-loop": 40, "inference": 5}
    )


def test_between_snapshots_idle_goes_by_time_and_the_rest_by_cpu(one_package: Any, clock: Any) -> None:
    meter = open_meter("powercap", root=one_package.root, clock=clock, idle_w=10)
    start = meter.read(Activity(clock(), 0.0))
    begin = clock()
    clock.forward(4)
    one_package.set("intel-rapl:0", 180)
    end = meter.read(Activity(clock(), 2.0))
    shares = attribute(meter, start, end, [Boundary(begin + 3 * S, 0.0, "training-loop")])
    assert shares["imports"].energy_j == pytest.approx(30)
    assert shares["training-loop"].energy_j == pytest.approx(10 + 40)


BOUNDARY = st.tuples(st.integers(-2 * S, 12 * S), st.floats(-1, 20), st.sampled_from(ROLES))


@given(st.lists(BOUNDARY, max_size=15), st.floats(0, 20), st.booleans())
@settings(max_examples=200, deadline=None)
def test_stages_always_sum_to_the_total(rows: list[Any], cpu_s: float, measured: bool) -> None:
    meter = open_meter("tdp", tdp_w=10)
    start, end = meter.read(Activity(0, 0)), meter.read(Activity(10 * S, cpu_s))
    shares = attribute(meter, start, end, [Boundary(*row) for row in rows])
    whole = meter.delta(start, end)
    assert sum(share.energy_j for share in shares.values()) == pytest.approx(whole.energy_j, abs=1e-9)
    assert sum(share.time_s for share in shares.values()) == pytest.approx(10)
    assert sum(share.cpu_s for share in shares.values()) == pytest.approx(cpu_s)
    assert all(share.energy_j >= 0 and share.time_s >= 0 for share in shares.values())


def test_a_run_without_boundaries_is_one_stage() -> None:
    meter = open_meter("tdp", tdp_w=10)
    shares = attribute(meter, meter.read(Activity(0, 0)), meter.read(Activity(S, 1)), [])
    assert list(shares) == ["imports"]


def test_idle_power_is_the_median_of_its_parts(one_package: Any, clock: Any) -> None:
    meter = open_meter("powercap", root=one_package.root, clock=clock)
    joules = iter([110, 120, 220, 230, 240])

    def sleep(seconds: float) -> None:
        clock.forward(seconds)
        one_package.set("intel-rapl:0", next(joules))

    idle = measure_idle(meter, 5, threads=2, sleep=sleep)
    assert idle.power_w == pytest.approx(10)
    assert idle.busy_share is not None


def test_a_model_without_idle_power_cannot_measure_it() -> None:
    from greenrules.errors import MeasurementError

    with pytest.raises(MeasurementError, match="idle"):
        measure_idle(open_meter("tdp"), 0.1, threads=2)


def test_a_snapshot_that_comes_late_stands_where_it_was_taken(one_package: Any, clock: Any) -> None:
    """The parent heard of the change 0.5 s after it: what was used meanwhile is the new role's."""
    meter = open_meter("powercap", root=one_package.root, clock=clock, idle_w=0)
    start = meter.read(Activity(clock(), 0.0))
    begin = clock()
    clock.forward(1.5)
    one_package.set("intel-rapl:0", 115)
    late = meter.read(Activity(clock(), 1.0))
    clock.forward(0.5)
    one_package.set("intel-rapl:0", 120)
    end = meter.read(Activity(clock(), 2.0))
    shares = attribute(meter, start, end, [Boundary(begin + S, 1.0, "training-loop", late)])
    # 15 J until 1.5 s, of 1.5 CPU seconds: one of them before the change.
    assert shares["imports"].energy_j == pytest.approx(10)
    assert shares["training-loop"].energy_j == pytest.approx(10)
    assert shares["training-loop"].time_s == pytest.approx(1)


def test_many_short_stages_told_together_are_shared_by_their_times(one_package: Any, clock: Any) -> None:
    meter = open_meter("powercap", root=one_package.root, clock=clock, idle_w=0)
    start = meter.read(Activity(clock(), 0.0))
    begin = clock()
    clock.forward(2)
    one_package.set("intel-rapl:0", 120)
    snapshot = meter.read(Activity(clock(), 2.0))
    rows = [Boundary(begin, 0.0, "training-loop"), Boundary(begin + S // 2, 0.5, "inference")]
    rows.append(Boundary(begin + 2 * S, 2.0, "training-loop", snapshot))
    clock.forward(1)
    one_package.set("intel-rapl:0", 130)
    end = meter.read(Activity(clock(), 3.0))
    shares = attribute(meter, start, end, rows)
    assert shares["inference"].energy_j == pytest.approx(15)
    assert shares["training-loop"].energy_j == pytest.approx(5 + 10)


def test_every_stage_says_how_far_it_can_be_believed(one_package: Any, clock: Any) -> None:
    meter = open_meter("powercap", root=one_package.root, clock=clock)
    start = meter.read(Activity(clock(), 0.0))
    begin = clock()
    clock.forward(0.01)
    one_package.set("intel-rapl:0", 100.2)
    short = meter.read(Activity(clock(), 0.01))
    clock.forward(10)
    one_package.set("intel-rapl:0", 300)
    end = meter.read(Activity(clock(), 9.0))
    shares = attribute(meter, start, end, [Boundary(begin + S // 100, 0.01, "training-loop", short)])
    brief, long = shares["imports"].uncertainty, shares["training-loop"].uncertainty
    assert brief.meter == long.meter == meter.relative_uncertainty
    assert brief.resolution > 0.02 > 100 * long.resolution
    assert long.repetition == 0
    # Without a read in between the sharing itself is doubtful, the more so the less CPU and wall time agree.
    shared = attribute(meter, start, end, [Boundary(begin + 5 * S, 8.0, "training-loop")])
    assert shared["imports"].uncertainty.idle > 0.01
