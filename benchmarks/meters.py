"""What measuring costs and how steady it is, beside ``getrusage`` and CodeCarbon in the same run.

    python benchmarks/meters.py [--quick] [--json FILE] [--no-peers]

Rows: the cost of a boundary; the CPU time that metering adds to a job of one second; the relative standard deviation
(RSD) of ten runs of a single-threaded burn of two CPU seconds while other jobs load the machine; four short-lived
children against what ``wait4`` says of them. CodeCarbon runs offline, in an environment
of its own (``benchmarks/.peers/codecarbon``).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.environments import PEERS, environment

ROOT = Path(__file__).resolve().parent
PEER = PEERS / "codecarbon"
BURN = """
import hashlib, sys, time
def burn(seconds):
    rounds = int(seconds * {rate})
    block = b"x" * 4096
    for _ in range(rounds):
        block = hashlib.sha256(block).digest() * 128
"""
CHILD = "import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: pass\n"


def calibrate_rate() -> float:
    """Rounds of the burn per CPU second here."""
    space: dict[str, Any] = {}
    exec(BURN.format(rate=1), space)
    start = time.process_time()
    space["burn"](20_000)
    return 20_000 / (time.process_time() - start)


OURS = """
import json, resource, sys, time
mode, work, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
{burn}
def job():
    if work == "burn":
        burn(seconds)
    else:
        import subprocess
        for _ in range(4):
            subprocess.run([sys.executable, "-S", "-c", {child!r}.format(seconds=seconds)], check=True)
def usage():
    own, done = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + done.ru_utime + done.ru_stime
if mode == "ours":
    from greenrules.meters import open_meter
    meter = open_meter("tdp", tdp_w=20)
    meter.delta(meter.read(), meter.read())
elif mode.startswith("codecarbon"):
    import logging
    from codecarbon import OfflineEmissionsTracker
    kind = mode.split("-")[1]
energy = None
wall, before = time.perf_counter(), usage()
if mode == "ours":
    a = meter.read()
    inner = usage()
    job()
    truth = usage() - inner
    energy = meter.delta(a, meter.read()).energy_j
elif mode.startswith("codecarbon"):
    tracker = OfflineEmissionsTracker(
        country_iso_code="FRA", tracking_mode=kind, measure_power_secs=0.5, save_to_file=False, log_level="error",
        force_mode_cpu_load=True, force_cpu_power=20,
    )
    tracker.start()
    inner = usage()
    job()
    truth = usage() - inner
    tracker.stop()
    energy = tracker.final_emissions_data.cpu_energy * 3.6e6
else:
    inner = usage()
    job()
    truth = usage() - inner
print(json.dumps(dict(energy_j=energy, job_cpu_s=truth, cpu_s=usage() - before, wall_s=time.perf_counter() - wall)))
"""


def python_of(mode: str) -> Path:
    """The interpreter of a mode."""
    return PEER / "bin" / "python" if mode.startswith("codecarbon") else Path(sys.executable)


def run(mode: str, work: str, seconds: float, rate: float) -> dict[str, float]:
    """One run in a fresh process."""
    code = OURS.format(burn=BURN.format(rate=rate), child=CHILD)
    variables = {"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir(), "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [str(python_of(mode)), "-c", code, mode, work, str(seconds)],
        env=variables,
        cwd=tempfile.gettempdir() if mode.startswith("codecarbon") else ROOT.parent,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{mode} {work}: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def peer_reason() -> str:
    """Why CodeCarbon cannot be compared, empty when it can; installs it where it is missing."""
    try:
        python = environment("codecarbon", "codecarbon")
    except subprocess.CalledProcessError as error:
        return f"cannot be installed: pip ended with {error.returncode}"
    done = subprocess.run([str(python), "-c", "import codecarbon"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"cannot be imported: {(done.stderr.strip().splitlines() or ['?'])[-1]}"


@contextmanager
def load(workers: int) -> Iterator[None]:
    """Busy neighbours that come and go."""
    code = (
        "import random, time\nrandom.seed({seed})\n"
        "while True:\n end = time.time() + random.uniform(0.1, 1)\n"
        " while time.time() < end: pass\n time.sleep(random.uniform(0, 0.4))\n"
    )
    running = [subprocess.Popen([sys.executable, "-S", "-c", code.format(seed=seed)]) for seed in range(workers)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def boundary_costs(repeats: int) -> dict[str, float]:
    """Median CPU and wall time of a read, seconds, per situation."""
    from greenrules.meters import open_meter

    def cost(meter: Any) -> tuple[float, float]:
        meter.read()
        cpu, wall = [], []
        for _ in range(repeats):
            start, clock = time.process_time(), time.perf_counter()
            meter.read()
            cpu.append(time.process_time() - start)
            wall.append(time.perf_counter() - clock)
        return statistics.median(cpu), statistics.median(wall)

    found: dict[str, float] = {}
    found["tdp, no children"], found["tdp, no children (wall)"] = cost(open_meter("tdp"))
    children = [subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) for _ in range(4)]
    try:
        found["tdp, four children"], found["tdp, four children (wall)"] = cost(open_meter("tdp"))
    finally:
        for child in children:
            child.communicate(b"\n")
    memory = "tdp, with modelled memory"
    found[memory], found[f"{memory} (wall)"] = cost(open_meter("auto", gpu=False, dram=True))
    with tempfile.TemporaryDirectory() as folder:
        for package in range(2):
            for zone, name in ((f"intel-rapl:{package}", f"package-{package}"), (f"intel-rapl:{package}:0", "dram")):
                path = Path(folder) / zone
                path.mkdir()
                (path / "name").write_text(name)
                (path / "energy_uj").write_text(str(10**9 * (package + 1)))
                (path / "max_energy_range_uj").write_text("262143328850")
        found["powercap, two sockets"], found["powercap, two sockets (wall)"] = cost(
            open_meter("powercap", root=folder)
        )
    return found


def overhead(repeats: int, rate: float, modes: list[str]) -> dict[str, float]:
    """Median CPU time that metering adds to a job of a second, as a share of the job's."""
    found = {}
    for mode in modes:
        runs = [run(mode, "burn", 1.0, rate) for _ in range(repeats)]
        found[mode] = statistics.median(one["cpu_s"] / one["job_cpu_s"] - 1 for one in runs)
    return found


def steadiness(repeats: int, rate: float, modes: list[str]) -> dict[str, dict[str, float]]:
    """RSD of the energy of a burn of two CPU seconds under load, shuffled, with ``getrusage`` of the same runs."""
    order = [mode for mode in modes for _ in range(repeats)]
    random.Random(1).shuffle(order)
    runs: dict[str, list[dict[str, float]]] = {mode: [] for mode in modes}
    with load(3):
        for mode in order:
            runs[mode].append(run(mode, "burn", 2.2, rate))

    def rsd(values: list[float]) -> float:
        return statistics.stdev(values) / statistics.fmean(values)

    found = {}
    for mode, ones in runs.items():
        found[mode] = {
            "energy_rsd": rsd([one["energy_j"] for one in ones]),
            "getrusage_rsd_same_runs": rsd([one["job_cpu_s"] for one in ones]),
            "wall_rsd": rsd([one["wall_s"] for one in ones]),
            "j_per_cpu_s": statistics.fmean(one["energy_j"] / one["job_cpu_s"] for one in ones),
            "least_job_cpu_s": min(one["job_cpu_s"] for one in ones),
        }
    return found


def children(repeats: int, rate: float, modes: list[str], w_per_cpu_s: float) -> dict[str, float]:
    """Energy billed for four short-lived children, over what their CPU seconds deserve."""
    return {
        mode: statistics.fmean(
            one["energy_j"] / (w_per_cpu_s * one["job_cpu_s"])
            for one in (run(mode, "children", 0.4, rate) for _ in range(repeats))
        )
        for mode in modes
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few repetitions, for a look")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--no-peers", action="store_true", help="leave CodeCarbon out")
    options = parser.parse_args()
    reason = "left out by --no-peers" if options.no_peers else peer_reason()
    modes = ["ours"] if reason else ["ours", "codecarbon-process", "codecarbon-machine"]
    if reason:
        print(f"CodeCarbon {reason}: its rows are skipped")
    repeats = 3 if options.quick else 10
    rate = calibrate_rate()
    figures: dict[str, Any] = {
        "boundary_s": boundary_costs(200 if options.quick else 2000),
        "overhead_share_of_1s_job": overhead(2 if options.quick else 5, rate, modes),
        "steadiness": steadiness(repeats, rate, modes),
        "four_children_over_truth": children(
            2 if options.quick else 5,
            rate,
            [mode for mode in modes if mode != "codecarbon-machine"],
            20 / (os.cpu_count() or 1),
        ),
        "peer": reason or "compared",
        "load_average": os.getloadavg(),
        "max_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }
    ours = figures["steadiness"]["ours"]
    checks = {
        "boundary below 1 ms": max(figures["boundary_s"].values()) < 1e-3,
        "overhead below 1 %": figures["overhead_share_of_1s_job"]["ours"] < 0.01,
        "burn of at least 2 CPU seconds": ours["least_job_cpu_s"] >= 2.0,
        "RSD at most 1.2 × getrusage's": ours["energy_rsd"] <= 1.2 * ours["getrusage_rsd_same_runs"],
        "four children within 3 %": abs(figures["four_children_over_truth"]["ours"] - 1) < 0.03,
    }
    figures["checks"] = checks
    for what, seconds in figures["boundary_s"].items():
        print(f"boundary, {what:32} {seconds * 1e6:10.1f} µs")
    for mode in modes:
        row = figures["steadiness"][mode]
        print(
            f"{mode:20} overhead {figures['overhead_share_of_1s_job'][mode]:8.2%}   RSD {row['energy_rsd']:7.2%}"
            f"   getrusage in the same runs {row['getrusage_rsd_same_runs']:7.2%}   wall {row['wall_rsd']:7.2%}"
            f"   {row['j_per_cpu_s']:6.2f} J per CPU s"
            f"   four children {figures['four_children_over_truth'].get(mode, float('nan')):7.1%}"
        )
    for check, passed in checks.items():
        print(f"{'ok  ' if passed else 'FAIL'} {check}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
