"""What a run depends on: environment, machine, noise, lock."""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from greenrules.bench.environment import private_places, recorded, run_environment
from greenrules.bench.lock import MachineLock, lock_path
from greenrules.bench.machine import cpu_quota, physical_cores, read_machine, usable_threads
from greenrules.bench.noise import Sample, assess, relative_deviation, sample
from greenrules.errors import MeasurementError, UsageError

INHERITED = {
    "PATH": "/bin",
    "HOME": "/home/u",
    "LC_ALL": "C",
    "OMP_NUM_THREADS": "16",
    "OPENBLAS_CORETYPE": "Haswell",
    "PYTHONPATH": "/lib",
    "PYTHONINSPECT": "1",
    "CUDA_VISIBLE_DEVICES": "0",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "DISPLAY": ":0",
    "API_KEY": "k",
}


def test_the_environment_is_an_allow_list():
    assert run_environment(INHERITED) == {
        "CUDA_VISIBLE_DEVICES": "0",
        "HOME": "/home/u",
        "LC_ALL": "C",
        "OMP_NUM_THREADS": "16",
        "OPENBLAS_CORETYPE": "Haswell",
        "PATH": "/bin",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": "/lib",
    }


@pytest.mark.parametrize(("seed", "kept"), [("random", "0"), ("", "0"), ("7", "7")])
def test_the_hash_seed_is_fixed(seed, kept):
    assert run_environment({"PYTHONHASHSEED": seed})["PYTHONHASHSEED"] == kept


def test_added_variables_are_recorded_as_digests():
    environment = run_environment(INHERITED, ["API_KEY"])
    assert environment["API_KEY"] == "k"
    assert recorded(environment, ["API_KEY"])["API_KEY"].startswith("sha256:8254c329")
    assert recorded(environment, ["API_KEY"], show=True)["API_KEY"] == "k"
    assert recorded(environment, ["API_KEY"])["PATH"] == "/bin"


@pytest.mark.parametrize("name", ["MISSING", "A=b", ""])
def test_a_variable_that_is_not_set(name):
    with pytest.raises(UsageError, match="--env"):
        run_environment(INHERITED, [name])


def test_private_places(tmp_path):
    home = tmp_path / "home"
    (home / ".config" / "matplotlib").mkdir(parents=True)
    (home / ".config" / "matplotlib" / "matplotlibrc").write_text("backend: Agg")
    caches = tmp_path / "caches"
    found = private_places({"HOME": str(home), "TMPDIR": "/x"}, Path("/w"), tmp_path / "t", caches, True, True)
    assert found["TMPDIR"] == "/tmp" and found["PWD"] == "/w"
    assert found["PYTHONPYCACHEPREFIX"] == str(caches / "bytecode")
    assert (Path(found["MPLCONFIGDIR"]) / "matplotlibrc").read_text() == "backend: Agg"
    assert private_places({}, Path("/w"), tmp_path / "t", caches, False, False)["TMPDIR"] == str(tmp_path / "t")
    assert (
        private_places({"MPLCONFIGDIR": "/mine"}, Path("/w"), tmp_path, caches, True, True)["MPLCONFIGDIR"] == "/mine"
    )


CPUINFO = "\n\n".join(
    f"processor\t: {n}\nmodel name\t: Intel(R) Core(TM)  i5-8250U CPU @ 1.60GHz\n"
    f"physical id\t: 0\ncore id\t\t: {n % 4}\n"
    f"flags\t\t: fpu hypervisor sse\n"
    for n in range(8)
)


def fake_root(tmp_path, files):
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_a_machine(tmp_path):
    root = fake_root(
        tmp_path,
        {
            "proc/cpuinfo": CPUINFO,
            "proc/meminfo": "MemTotal:        8000000 kB\n",
            "proc/sys/kernel/osrelease": "6.1.0\n",
            "etc/os-release": 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12"\n',
            "sys/class/dmi/id/sys_vendor": "QEMU\n",
            "sys/class/dmi/id/product_name": "Standard PC\n",
        },
    )
    machine = read_machine("3.12.1", root, affinity=6)
    assert (machine.cpu, machine.cores, machine.threads) == ("Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz", 4, 6)
    assert (machine.memory_gb, machine.os) == (8.2, "Debian GNU/Linux 12, kernel 6.1.0")
    assert (machine.hypervisor, machine.python) == ("QEMU Standard PC", "3.12.1")


def test_this_machine():
    machine = read_machine("3")
    assert machine.cpu and machine.threads == min(machine.threads, len(os.sched_getaffinity(0))) >= 1
    assert machine.memory_gb > 0.1


@pytest.mark.parametrize(
    ("files", "quota"),
    [
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "150000 100000\n"}, 1.5),
        ({"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "max 100000\n"}, None),
        ({"proc/self/cgroup": "0::/gone\n", "sys/fs/cgroup/cpu.max": "200000 100000\n"}, 2.0),
        (
            {
                "proc/self/cgroup": "4:cpu,cpuacct:/docker/x\n",
                "sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us": "50000\n",
                "sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us": "100000\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            0.5,
        ),
        ({"proc/self/cgroup": "garbage\n"}, None),
        ({}, None),
    ],
)
def test_quotas_of_control_groups(tmp_path, files, quota):
    root = fake_root(tmp_path, files)
    assert cpu_quota(root) == quota
    assert usable_threads(root, affinity=8) == (8 if quota is None else max(1, -(-quota // 1)))


def test_cores_without_core_ids():
    assert physical_cores("processor\t: 0\nBogoMIPS: 1\n\nprocessor\t: 1\nBogoMIPS: 1\n") == 2
    assert physical_cores("") == 1


def at(t_s, load=0.1, steal=0, total=1000, stalled=0.0):
    return Sample(load, steal, total, stalled, t_s)


def test_a_quiet_machine():
    noise, warnings = assess(relative_deviation([[10.0, 10.1, 9.9]]), at(1), at(2, total=2000), 4, idle=at(0))
    assert (noise.verdict, warnings) == ("quiet", ())
    assert noise.baseline_rsd == pytest.approx(0.01, rel=1e-3) and noise.steal == 0.0


@pytest.mark.parametrize(
    ("energies", "before", "after", "idle", "code"),
    [
        ([10.0, 12.0, 8.0], at(1), at(2, total=2000), at(0), "noise-spread"),
        ([10.0, 10.0], at(1), at(2, steal=50, total=2000), at(0), "noise-steal"),
        ([10.0, 10.0], at(1), at(2, total=2000), at(0, load=3.0), "noise-load"),
        ([10.0, 10.0], at(1, stalled=0.5), at(2, total=2000), at(0), "noise-pressure"),
    ],
)
def test_a_noisy_machine_and_what_to_do(energies, before, after, idle, code):
    noise, warnings = assess(relative_deviation([energies]), before, after, 4, idle)
    assert noise.verdict == "noisy"
    assert [w.code for w in warnings] == [code] and warnings[0].remedy


def test_one_run_tells_nothing():
    assert relative_deviation([[10.0]]) is None and relative_deviation([], [(1.0, 2.0)]) is None
    assert assess(None, at(1), at(2), 4)[0].verdict == "unknown"


def test_runs_are_pooled_within_seeds_and_seeds_that_differ_are_no_noise():
    chance = random.Random(3)

    def runs(seeds, count, noise=0.02):
        return [[100 * 3**seed * math.exp(chance.gauss(0, noise)) for _ in range(count)] for seed in range(seeds)]

    assert relative_deviation(runs(300, 2)) == pytest.approx(0.02, rel=0.15)
    singles = [tuple(b for (b,) in pair) for pair in zip(runs(300, 1), runs(300, 1), strict=True)]
    pairs = [(a, 0.4 * b) for a, b in singles]
    assert relative_deviation([[a] for a, _ in pairs]) is None
    assert relative_deviation([[a] for a, _ in pairs], pairs) == pytest.approx(0.02, rel=0.15)
    both = relative_deviation(runs(300, 2, 0.01), pairs)
    assert both == pytest.approx(math.sqrt((0.01**2 + 0.02**2) / 2), rel=0.15)


def test_a_sample_of_this_machine(tmp_path):
    assert sample(1.0).total_ticks > 0
    assert sample(1.0, tmp_path) == Sample(None, 0, 0, None, 1.0)


HOLD = """
import sys, time
from pathlib import Path
from greenrules.bench.lock import MachineLock
with MachineLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_waits_and_is_free_when_its_holder_is_killed(tmp_path):
    path = tmp_path / "lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    told = []
    threading.Timer(0.5, lambda: holder.send_signal(signal.SIGKILL)).start()
    before = time.monotonic()
    with MachineLock(path, waiting=told.append, poll_s=0.05) as lock:
        assert lock.held and time.monotonic() - before > 0.3
    assert told == [f"waiting for another benchmark on this machine (process {holder.pid})"]
    assert not lock.held
    holder.wait()


def test_whoever_waits_is_told_every_minute_and_does_not_wait_for_ever(tmp_path):
    path = tmp_path / "lock"
    told, naps = [], []
    second = MachineLock(path, waiting=told.append, most_s=180, poll_s=10, sleep=naps.append)
    with MachineLock(path), pytest.raises(MeasurementError, match="for 3 min") as refused, second:
        pass
    assert [line.partition(", ")[2] for line in told] == ["", "1 min so far)", "2 min so far)"]
    assert f"process {os.getpid()}" in refused.value.message
    assert sum(naps) == 180 and "stop it" in refused.value.remedy


def test_children_do_not_inherit_the_lock(tmp_path):
    path = tmp_path / "lock"
    with MachineLock(path):
        child = subprocess.Popen(["sleep", "30"])
    try:
        with MachineLock(path, waiting=lambda _: pytest.fail("still locked")):
            pass
    finally:
        child.kill()
        child.wait()


def test_one_lock_for_all_users(tmp_path):
    private, shared = tmp_path / "a", tmp_path / "b"
    private.mkdir(mode=0o755)
    shared.mkdir()
    shared.chmod(0o1777)
    assert lock_path((private, shared)) == shared / "greenrules.lock"
    with MachineLock(shared / "greenrules.lock"):
        assert (shared / "greenrules.lock").stat().st_mode & 0o777 == 0o666


def test_a_lock_is_not_a_link_to_somewhere(tmp_path):
    (tmp_path / "lock").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic"), MachineLock(tmp_path / "lock"):
        pass
    assert not (tmp_path / "victim").exists()
