"""Stages, metrics, predictions and bills of a run."""

from __future__ import annotations

import ast
import dis
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import pytest

from greenrules.bench.copy import WorkingCopy
from greenrules.bench.instrument import PLACEHOLDER, instrument
from greenrules.bench.inventory import Limits
from greenrules.bench.run import MetricCall
from greenrules.errors import MeasurementError, UsageError
from greenrules.meters.counter import CounterSpec
from greenrules.meters.counters import CounterMeter, Source
from greenrules.meters.protocol import Availability
from greenrules.models import ROLES

BURN = textwrap.dedent(
    """
    import time
    def burn(seconds):
        end = time.process_time() + seconds
        while time.process_time() < end:
            pass
    """
).lstrip()
HEAD = BURN.count("\n")


def with_roles(body):
    """Lines end with ``# role``; a role holds for its line."""
    source = BURN + textwrap.dedent(body).lstrip()
    names = {"load": "dataset-ingestion", "train": "training-loop", "score": "quality-evaluation", "infer": "inference"}
    roles = [
        (n, n, names[line.rpartition("# ")[2]])
        for n, line in enumerate(source.split("\n"), 1)
        if line.rpartition("# ")[2] in names
    ]
    return source, roles


def cpu_of(outcome):
    return {role: reading.cpu_s for role, reading in outcome.stages.items()}


def test_stages_in_a_row_sum_to_the_run(place):
    source, roles = with_roles(
        """
        burn(0.1)  # load
        burn(0.3)  # train
        burn(0.05)  # score
        """
    )
    outcome = place.run(source, roles=roles)
    cpu = cpu_of(outcome)
    assert cpu["dataset-ingestion"] == pytest.approx(0.1, abs=0.02)
    assert cpu["training-loop"] == pytest.approx(0.3, abs=0.02)
    assert cpu["quality-evaluation"] == pytest.approx(0.05, abs=0.03)
    assert sum(cpu.values()) == pytest.approx(outcome.cpu_s, rel=1e-6)
    assert sum(s.energy_j for s in outcome.stages.values()) == pytest.approx(outcome.energy.energy_j, rel=1e-6)
    assert sum(s.time_s for s in outcome.stages.values()) == pytest.approx(outcome.time_s, rel=1e-3)


def test_a_function_has_its_own_roles_and_gives_the_callers_back(plain):
    source, roles = with_roles(
        """
        def work(n):
            burn(0.05)  # load
            if n:
                work(n - 1)  # load
                burn(0.1)  # train
            burn(0.02)  # train
        class Model:
            def fit(self):
                burn(0.1)  # train
                return self
        work(1)  # infer
        burn(0.2)  # infer
        Model().fit(); burn(0.1)  # score
        burn(0.1)  # score
        """
    )
    cpu = cpu_of(plain.run(source, roles=roles))
    assert cpu["dataset-ingestion"] == pytest.approx(0.1, abs=0.02)
    assert cpu["training-loop"] == pytest.approx(0.24, abs=0.03)
    assert cpu["inference"] == pytest.approx(0.2, abs=0.03)
    assert cpu["quality-evaluation"] == pytest.approx(0.2, abs=0.04)


def test_a_main_function_after_an_error_in_a_stage(plain):
    source, roles = with_roles(
        """
        def load():
            burn(0.1)  # load
            raise KeyError('x')
        def main():
            try:
                load()  # train
            except KeyError:
                burn(0.1)  # train
            burn(0.1)  # score
        if __name__ == '__main__':
            main()
        """
    )
    cpu = cpu_of(plain.run(source, roles=roles))
    assert cpu["dataset-ingestion"] == pytest.approx(0.1, abs=0.02)
    assert cpu["training-loop"] == pytest.approx(0.1, abs=0.02)
    assert cpu["quality-evaluation"] == pytest.approx(0.1, abs=0.03)


def test_async_stages(plain):
    source, roles = with_roles(
        """
        import asyncio
        async def load():
            burn(0.1)  # load
            await asyncio.sleep(0)  # load
        async def main():
            await load()  # load
            burn(0.2)  # train
        asyncio.run(main())
        burn(0.05)  # score
        """
    )
    cpu = cpu_of(plain.run(source, roles=roles))
    assert cpu["dataset-ingestion"] == pytest.approx(0.1, abs=0.03)
    assert cpu["training-loop"] == pytest.approx(0.2, abs=0.03)


def test_children_that_live_on_are_billed_to_the_stage_they_worked_in(plain):
    source, roles = with_roles(
        """
        import multiprocessing
        pool = multiprocessing.get_context('fork').Pool(2)  # load
        pool.map(burn, [0.2, 0.2])  # train
        time.sleep(0.02)  # train
        burn(0.1)  # score
        pool.terminate()  # score
        pool.join()  # score
        """
    )
    runner = plain.runner()
    plain.run(source, roles=roles, runner=runner)  # compiles the modules, where nobody has yet
    outcome = plain.run(source, roles=roles, runner=runner)
    cpu = cpu_of(outcome)
    assert cpu["training-loop"] == pytest.approx(0.4, abs=0.06)
    assert cpu["quality-evaluation"] == pytest.approx(0.1, abs=0.06)
    assert outcome.cpu_s == pytest.approx(0.5, abs=0.1)


def test_many_changes_of_role_cost_little_and_add_up(plain):
    source, roles = with_roles(
        """
        total = 0
        for i in range(300000):
            total += i  # load
            total -= i  # train
        print(total)
        """
    )
    bare = plain.run(source)
    outcome = plain.run(source, roles=roles)
    assert outcome.cpu_s - bare.cpu_s < 0.4
    assert sum(cpu_of(outcome).values()) == pytest.approx(outcome.cpu_s, rel=1e-6)


def test_a_uniform_hot_loop_has_no_marker_in_it():
    source, roles = with_roles(
        """
        def step(x):
            y = x + 1  # train
            return y  # train
        x = 0  # load
        for i in range(1000000):  # train
            if i % 2:  # train
                x = step(x)  # train
            else:  # train
                x += 1  # train
        print(x)  # score
        """
    )
    code = instrument(source.encode(), "train.py", [(a, b, ROLES.index(role)) for a, b, role in roles], [])
    marks = [i for i in dis.get_instructions(code) if i.argval == PLACEHOLDER]
    lines = [line for line, text in enumerate(source.split("\n"), 1) if text.startswith(("x = 0", "for i", "print"))]
    assert [i.positions.lineno for i in marks] == lines
    inside = [c for c in code.co_consts if hasattr(c, "co_consts") and PLACEHOLDER in c.co_consts]
    assert inside == []


def test_progress_is_told_while_the_script_runs(plain):
    heard = []
    source, roles = with_roles("burn(0.05)  # load\ntime.sleep(0.5)  # train\nburn(0.01)  # score\n")
    (plain.root / "train.py").write_text(source)
    runner = plain.runner(on_stage=lambda role: heard.append((role, time.monotonic())))
    runner.run(plain.spec(source.encode(), roles))
    assert [role for role, _ in heard] == ["dataset-ingestion", "training-loop", "quality-evaluation"]
    assert heard[2][1] - heard[1][1] > 0.4


def call_at(source, text, name, predictions=None):
    """The recorder for the expression that reads ``text``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.expr) and ast.get_source_segment(source, node) == text:
            return MetricCall(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, name, predictions)
    raise AssertionError(text)


def test_metrics_are_recorded_where_they_are_called(place, tmp_path):
    source = textwrap.dedent(
        """
        import numpy as np
        ü = "é"; accuracy = lambda y, p: float((np.asarray(y) == np.asarray(p)).mean())
        y, p = np.array([1, 0, 1, 1]), np.array([1, 0, 0, 1])
        print(ü, f"Accuracy {accuracy(y, p):.2f}")
        folds = np.array([0.5, 0.7])
        def scores():
            return folds
        class Search:
            best_score_ = np.float64(0.9)
        def log():
            return {"validation_0": {"logloss": [0.9, 0.5, 0.25]}}
        scores()
        print(Search().best_score_, log())
        """
    )
    calls = [
        call_at(source, "accuracy(y, p)", "accuracy", 1),
        call_at(source, "scores()", "cross-validation"),
        call_at(source, "Search().best_score_", "best score"),
        call_at(source, "log()", "log"),
    ]
    keep = tmp_path / "kept"
    outcome = place.run(source, metric_calls=calls, roles=[(5, 5, "quality-evaluation")], keep=keep)
    assert outcome.status == "ok", outcome.stderr
    assert [(m.name, m.value) for m in outcome.metrics] == [
        ("accuracy", 0.75),
        ("cross-validation", 0.6),
        ("best score", 0.9),
        ("log.validation_0.logloss", 0.25),
    ]
    assert outcome.metrics[0].line == 5 and outcome.metrics[0].role == "quality-evaluation"
    import numpy

    (prediction,) = outcome.predictions
    assert numpy.load(prediction.path).tolist() == [1, 0, 0, 1]


def test_an_error_in_a_metric_shows_the_scripts_frames_only(place):
    source = "def accuracy(y, p):\n    raise ValueError('bad')\n\nprint(accuracy(1, [2]))\n"
    outcome = place.run(source, metric_calls=[call_at(source, "accuracy(1, [2])", "accuracy", 1)])
    bare = subprocess.run([sys.executable, place.root / "train.py"], capture_output=True, check=False)
    assert outcome.stderr == bare.stderr


def test_recording_keeps_order_and_evaluates_once(plain):
    source = textwrap.dedent(
        """
        def say(x):
            print(getattr(x, '__name__', x))
            return x
        def metric(*args, **kw):
            print(args, kw)
            return 0.5
        print(say(metric)(say(1), say([2]), *say([3]), k=say(4), **say({'z': 5})))
        """
    )
    call = "say(metric)(say(1), say([2]), *say([3]), k=say(4), **say({'z': 5}))"
    bare = plain.run(source)
    for predictions in (0, 1, "k", "missing", 7):
        outcome = plain.run(source, metric_calls=[call_at(source, call, "m", predictions)])
        assert outcome.stdout == bare.stdout and outcome.metrics[0].value == 0.5


def test_nan_and_unreadable_values(plain):
    source = "f = lambda x: x\nf(float('nan')); f(float('-inf')); f('text'); f(True); f(object())\n"
    calls = [call_at(source, f"f({t})", t[:4]) for t in ("float('nan')", "float('-inf')", "'text'", "True", "object()")]
    outcome = plain.run(source, metric_calls=calls)
    assert [repr(m.value) for m in outcome.metrics] == ["nan", "-inf", "1.0"]
    assert len(outcome.notes) == 2 and "line 2" in outcome.notes[0]


def test_functions_that_are_pickled_by_value_run_elsewhere(plain):
    pytest.importorskip("joblib")
    source, roles = with_roles(
        """
        from joblib import Parallel, delayed
        def work(n):
            burn(0.01)  # load
            return n * 2  # train
        def main():
            results = Parallel(n_jobs=2)(delayed(work)(i) for i in range(4))  # train
            print(results)  # score
            inner = Parallel(n_jobs=2)(delayed(lambda x: work(x) + 1)(i) for i in range(3))  # train
            print(inner)  # score
        main()
        """
    )
    outcome = plain.run(source, roles=roles)
    assert outcome.status == "ok", outcome.stderr
    assert outcome.stdout == b"[0, 2, 4, 6]\n[1, 3, 5]\n"


def test_compiled_functions_are_left_alone(plain):
    pytest.importorskip("numba")
    source, roles = with_roles(
        """
        import numba
        @numba.njit
        def fast(n):
            s = 0  # load
            for i in range(n):  # train
                s += i  # train
            return s  # score
        def slow(n):
            s = n  # load
            return s * 2  # train
        faster = numba.njit(slow)  # load
        print(fast(10), faster(4))  # score
        """
    )
    outcome = plain.run(source, roles=roles)
    assert outcome.stdout == b"45 8\n", outcome.stderr


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
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes()
            # A child that was forked and not yet become what it will be has its parent's words.
            if marker.encode() in words and b"conftest" not in words and int(path.name) not in (but, os.getpid()):
                found.append(path.name)
        except OSError:
            continue
    return found


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


def test_a_meter_in_hardware_is_read_at_the_boundaries(plain):
    """A package that always draws 10 W, all of it idle power: a stage has as many joules as tenths of a second."""
    begun = time.monotonic()
    counter = Source("package-0", "package", CounterSpec(1e-6, 2**48), lambda: int((time.monotonic() - begun) * 10e6))
    meter = CounterMeter("powercap", "1", [counter], lambda: Availability(True), relative_uncertainty=0.05, idle_w=10)
    source, roles = with_roles("time.sleep(0.3)  # load\ntime.sleep(0.3)  # train\n")
    (plain.root / "train.py").write_text(source)
    runner = plain.runner()
    runner.meter, runner._model = meter, False
    outcome = runner.run(plain.spec(source.encode(), roles))
    assert outcome.energy.energy_j == pytest.approx(10 * outcome.energy.time_s, rel=0.05)
    training = outcome.stages["training-loop"]
    assert training.time_s >= 0.3
    assert training.energy_j == pytest.approx(10 * training.time_s, rel=0.1)
    assert training.uncertainty.meter == 0.05


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
