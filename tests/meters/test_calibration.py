from __future__ import annotations

import io
import random
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.errors import MeasurementError, UsageError
from greenrules.meters import open_meter
from greenrules.meters.alignment import clock_offset, pairs_of
from greenrules.meters.calibration import Pair, calibrate, fit, nnls
from greenrules.meters.load import LoadTrace, Segment, others, pattern, run_load
from greenrules.meters.trace import read_trace
from greenrules.meters.tree import own_cpu_seconds


def pairs(a: float, b: float, noise: float = 0.0, count: int = 10, seed: int = 1) -> list[Pair]:
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        time_s, model_j = rng.uniform(5, 60), rng.uniform(10, 900)
        made.append(Pair(time_s, model_j, (a * time_s + b * model_j) * (1 + rng.gauss(0, noise))))
    return made


def test_idle_power_and_scale_are_recovered() -> None:
    found = fit(pairs(12.0, 1.7))
    assert (found.idle_w, found.scale) == pytest.approx((12.0, 1.7))
    assert found.leave_one_out_error < 1e-9


def test_noise_shows_in_the_leave_one_out_error() -> None:
    found = fit(pairs(12.0, 1.7, noise=0.05))
    assert 0.02 < found.leave_one_out_error < 0.12


def test_negative_idle_power_is_not_fitted() -> None:
    found = fit(pairs(-0.3, 2.0, count=12))
    assert found.idle_w == 0
    assert found.scale > 0


def test_three_pairs_give_a_scale_only() -> None:
    found = fit(pairs(12.0, 1.7, count=3))
    assert found.idle_w == 0
    assert found.scale > 1.7


@given(
    st.lists(st.tuples(st.floats(1, 100), st.floats(0, 1000), st.floats(1, 2000)), min_size=2, max_size=12).filter(
        lambda rows: len({round(m / t, 6) for t, m, _ in rows}) > 1
    )
)
@settings(max_examples=150, deadline=None)
def test_the_fit_is_the_non_negative_least_squares_solution(rows: list[tuple[float, float, float]]) -> None:
    from scipy.optimize import nnls as oracle

    matrix = np.array([[t / w, m / w] for t, m, w in rows])
    _, norm = oracle(matrix, np.ones(len(rows)))
    a, b = nnls([Pair(*row) for row in rows])
    assert a >= 0 and b >= 0
    assert float(np.linalg.norm(matrix @ [a, b] - 1)) <= norm * (1 + 1e-6) + 1e-6


@pytest.mark.parametrize("bad", [[], [Pair(1, 1, 1)], [Pair(1, 1, 0), Pair(1, 1, 1)], [Pair(1, 0, 1), Pair(2, 0, 1)]])
def test_what_cannot_be_fitted_is_refused(bad: list[Pair]) -> None:
    with pytest.raises(MeasurementError):
        fit(bad)


def test_a_calibration_expires() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    made = calibrate(pairs(1, 1), w_per_thread=2.0, machine="abc", now=now, valid_days=10)
    assert (made.expires - made.created).days == 10
    assert made.pairs == 10


HEADERS = {
    "shelly": ("timestamp,apower,voltage\n", lambda t, p: f"{1.7e9 + t:.1f},{p:.3f},230.1\n"),
    "milliseconds": ("epoch_ms;power [mW]\n", lambda t, p: f"{(1.7e9 + t) * 1000:.0f};{p * 1000:.1f}\n"),
    "german": (
        "Zeit;Leistung (W)\n",
        lambda t, p: f"01.02.2026 10:{int(t) // 60:02}:{int(t) % 60:02};{p:.2f}\n".replace(".2", ".2"),
    ),
    "iso": ("time,power_w\n", lambda t, p: f"2026-02-01T10:{int(t) // 60:02}:{int(t) % 60:02}+01:00,{p}\n"),
    "home assistant": (
        "entity_id,state,last_changed\n",
        lambda t, p: (
            f"sensor.plug_power,{p},2026-02-01T09:{int(t) // 60:02}:{int(t) % 60:02}.000Z\n"
            f"sensor.plug_voltage,230.1,2026-02-01T09:{int(t) // 60:02}:{int(t) % 60:02}.500Z\n"
        ),
    ),
    "thousands": (
        '"Date/Time","Power (mW)"\n',
        lambda t, p: f'"02/01/2026 01:{int(t) // 60:02}:{int(t) % 60:02} PM","{p * 1000:,.0f}"\n',
    ),
    "several powers": (
        "Time,ENERGY_Power,ENERGY_ApparentPower,ENERGY_Factor,ENERGY_Total\n",
        lambda t, p: f"2026-02-01T10:{int(t) // 60:02}:{int(t) % 60:02},{p},99,0.9,5.001\n",
    ),
    "clock": ("Time\tWatts\n", lambda t, p: f"10:{int(t) // 60:02}:{int(t) % 60:02}\t{p}\n"),
}


@pytest.mark.parametrize("kind", HEADERS)
def test_logs_of_many_shapes(kind: str) -> None:
    header, line = HEADERS[kind]
    trace = read_trace(header + "".join(line(t, 50.5) for t in range(100)))
    assert trace.times_s[-1] - trace.times_s[0] == pytest.approx(99)
    assert trace.energy_j[-1] == pytest.approx(50.5 * 99, rel=1e-3)


def test_decimal_commas() -> None:
    trace = read_trace("Zeit;Leistung\n" + "".join(f"{t};1.250,5\n" for t in range(11)))
    assert trace.energy_j[-1] == pytest.approx(12505)


@pytest.mark.parametrize(("unit", "factor"), [("kWh", 3.6e6), ("Wh", 3600), ("J", 1), ("kJ", 1000)])
def test_cumulative_energy_columns(unit: str, factor: float) -> None:
    trace = read_trace(f"time,energy ({unit})\n" + "".join(f"{t},{7 + t * 0.5}\n" for t in range(11)))
    assert trace.energy_j[-1] == pytest.approx(5 * factor)


def test_energy_per_interval() -> None:
    trace = read_trace("time,energy_wh\n" + "".join(f"{t},{1 + t % 2}\n" for t in range(11)))
    assert trace.energy_j[-1] == pytest.approx(15 * 3600)


def test_power_is_preferred_to_energy_and_to_the_power_factor() -> None:
    trace = read_trace("time,total_energy_kwh,power factor,power_w\n" + "".join(f"{t},5,0.9,60\n" for t in range(11)))
    assert trace.columns == ("time", "power_w")


def test_midnight_goes_on() -> None:
    trace = read_trace("time,power\n23:59:59,10\n00:00:00,10\n00:00:01,10\n")
    assert trace.energy_j[-1] == pytest.approx(20)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "x,y\nfoo,bar\nfoo,bar\n", "time,colour\n1,2\n2,3\n3,4\n"])
def test_a_log_that_is_none_is_refused_with_what_is_needed(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_trace(text, "plug.csv")
    assert caught.value.position is not None and caught.value.position.path == "plug.csv"
    assert caught.value.remedy


def load(threads: int = 4, stretch: float = 20.0, start: float = 1.7e9) -> LoadTrace:
    times, cpu, segments = [start], [0.0], []
    for seconds, workers in pattern(threads, stretch):
        segments.append(Segment(times[-1], times[-1] + seconds, workers))
        for _ in range(int(seconds * 4)):
            times.append(times[-1] + 0.25)
            cpu.append(cpu[-1] + workers * 0.25)
    return LoadTrace(tuple(times), tuple(cpu), tuple(segments))


def log_of(made: LoadTrace, offset: float, idle: float, per_thread: float, noise: float = 0.3, lead: int = 40) -> str:
    rng = random.Random(3)
    out = io.StringIO("time,power_w\n")
    out.seek(0, 2)
    for second in range(int(made.times_s[-1] - made.times_s[0]) + 2 * lead):
        t = made.times_s[0] - lead + second
        busy = np.interp([t - 0.5, t + 0.5], made.times_s, made.cpu_s)
        out.write(f"{t + offset:.3f},{idle + per_thread * float(busy[1] - busy[0]) + rng.gauss(0, noise):.2f}\n")
    return out.getvalue()


@pytest.mark.parametrize("offset", [0.0, 3.3, -7200.4, 31_536_000.0])
def test_the_clocks_offset_is_found_by_the_loads_pattern(offset: float) -> None:
    made = load()
    found, score = clock_offset(read_trace(log_of(made, offset, 30, 12)), made)
    assert found == pytest.approx(offset, abs=0.5)
    assert score > 0.95


def test_idle_power_and_scale_come_out_of_a_log() -> None:
    made = load()
    found, offset = pairs_of(read_trace(log_of(made, 11.0, 30, 12)), made, w_per_thread=4.0)
    result = fit(found)
    assert result.idle_w == pytest.approx(30, rel=0.03)
    assert result.scale == pytest.approx(3, rel=0.03)
    assert result.leave_one_out_error < 0.05
    assert offset == pytest.approx(11, abs=0.5)


def test_a_log_in_rows_of_a_second_does_not_blur_the_stretches() -> None:
    """The row at the end of a stretch holds some of the next one."""
    made = load(threads=2, stretch=6.0)
    found, _ = pairs_of(read_trace(log_of(made, 7.3, 30, 12, noise=0.1)), made, w_per_thread=4.0)
    result = fit(found)
    assert result.idle_w == pytest.approx(30, rel=0.01)
    assert result.scale == pytest.approx(3, rel=0.03)


def test_other_work_during_the_load_is_seen() -> None:
    quiet = load(threads=4)
    assert others(quiet, 4) == pytest.approx(0, abs=0.01)
    worker = tuple(cpu + 2 * (t - quiet.times_s[0]) for t, cpu in zip(quiet.times_s, quiet.cpu_s, strict=True))
    assert others(LoadTrace(quiet.times_s, worker, quiet.segments), 4) == pytest.approx(0.5, abs=0.01)


def test_a_fit_is_not_trusted_beyond_the_work_it_was_made_on() -> None:
    made = calibrate(pairs(30, 3), w_per_thread=2.0, machine="abc", now=datetime(2026, 1, 1, tzinfo=UTC))
    assert made.leave_one_out_error < 1e-6
    assert made.relative_uncertainty > 0.05


def test_a_log_that_does_not_show_the_load_is_refused() -> None:
    rng = random.Random(5)
    text = "time,power\n" + "".join(f"{t},{50 + rng.gauss(0, 3)}\n" for t in range(400))
    with pytest.raises(MeasurementError, match="does not show"):
        clock_offset(read_trace(text), load())


def test_a_log_shorter_than_the_load_is_refused() -> None:
    with pytest.raises(MeasurementError, match="shorter"):
        clock_offset(read_trace("time,power\n1,2\n2,2\n3,3\n"), load())


def test_the_real_load_follows_its_pattern() -> None:
    made = run_load(((0.4, 0), (0.8, 1), (0.3, 0)), busy=own_cpu_seconds)
    assert [segment.workers for segment in made.segments] == [0, 1, 0]
    idle, busy, _ = (
        np.interp(segment.end_s, made.times_s, made.cpu_s) - np.interp(segment.start_s, made.times_s, made.cpu_s)
        for segment in made.segments
    )
    assert busy > idle
    assert LoadTrace.from_json(made.as_json()) == made
    with pytest.raises(MeasurementError):
        LoadTrace.from_json({"times_s": [1]})


def test_a_live_log_is_a_meter(tmp_path: Path) -> None:
    log = tmp_path / "plug.csv"
    log.write_text("time,power_w\n100,50\n101,50\n102,50\n")
    from greenrules.meters.wall import WallMeter

    moment = 102.5
    meter = WallMeter(log, now=lambda: moment)
    assert meter.probe().ok
    a = meter.read()
    with log.open("a") as file:
        file.write("103,50\n104,50\n105,80\n")
    moment = 105.0
    energy = meter.delta(a, meter.read())
    assert energy.energy_j == pytest.approx(1.5 * 50 + 65)
    assert energy.valid
    moment = 120.0
    late = meter.read()
    assert not meter.probe().ok
    assert not meter.delta(a, late).valid
    assert not open_meter("wall", root=tmp_path / "none.csv").probe().ok


def test_a_live_log_by_another_clock_is_refused_and_never_billed(tmp_path: Path) -> None:
    log = tmp_path / "plug.csv"
    log.write_text("time,power_w\n7300,10\n7301,10\n7302,10\n")
    from greenrules.meters.wall import WallMeter

    moment = 102.0
    meter = WallMeter(log, now=lambda: moment)
    found = meter.probe()
    assert not found.ok and "7200 s in the future" in found.reason
    a = meter.read()
    moment = 104.0
    assert not meter.delta(a, meter.read()).valid


def test_a_live_log_without_a_time_zone_has_this_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    from greenrules.meters.wall import WallMeter

    monkeypatch.setenv("TZ", "XXX-02:00")
    time.tzset()
    try:
        log = tmp_path / "plug.csv"
        log.write_text("time,power_w\n" + "".join(f"2026-06-01T14:00:0{second},50\n" for second in range(3)))
        noon = datetime(2026, 6, 1, 12, 0, 2, tzinfo=UTC).timestamp()
        assert WallMeter(log, now=lambda: noon).probe().ok
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("cell", ["nan", "inf", "-inf", "NaN", "unavailable"])
def test_a_row_without_a_number_is_left_out(cell: str) -> None:
    trace = read_trace(f"time,power_w\n0,50\n1,{cell}\n2,50\n3,50\n")
    assert trace.times_s == (0.0, 2.0, 3.0)
    assert trace.energy_j[-1] == 150.0
