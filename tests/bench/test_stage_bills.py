"""Stages of a run: what each is billed for, and what the markers leave alone."""

from __future__ import annotations

import dis
import textwrap
import time

import pytest

from greenrules.bench.instrument import PLACEHOLDER, instrument
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
