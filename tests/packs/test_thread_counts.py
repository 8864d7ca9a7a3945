"""The thread counts an emitted script sets: CPUs by affinity mask and cgroup quota, inherited counts never raised."""

from __future__ import annotations

import io
import os

import pytest

NAMES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@pytest.fixture(params=["sklearn/threads-within-cpus", "numpy_pandas/threads-within-cpus"])
def start(request, rules, monkeypatch):
    """Run the emitted lines on a machine with this many CPUs, these files, and these variables."""
    code = rules[request.param].spec.prepend.code

    def run(threads, cpus, files=None, **inherited):
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in inherited.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(cpus)))

        def fake_open(path):
            if path not in (files or {}):
                raise FileNotFoundError(path)
            return io.StringIO(files[path])

        exec(code.replace("${THREADS}", str(threads)), {"open": fake_open})
        found = {name: os.environ[name] for name in NAMES}
        for name in os.environ.keys() & {"BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS"}:
            monkeypatch.delenv(name)
        for name in os.environ.keys() & {"NUMBA_NUM_THREADS", "POLARS_MAX_THREADS"}:
            monkeypatch.delenv(name)
        return found["OMP_NUM_THREADS"], found

    return run


def test_one_thread_where_nothing_is_said(start):
    assert start(1, 8)[1] == dict.fromkeys(NAMES, "1")


def test_never_more_than_the_affinity_mask(start):
    assert start(16, 3)[0] == "3"


def test_a_cgroup_quota_of_two_cpus_on_a_large_host(start):
    files = {"/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "200000 100000\n"}
    assert start(64, 64, files)[0] == "2"


def test_a_quota_of_an_outer_group_counts_too(start):
    files = {
        "/proc/self/cgroup": "0::/user.slice/job.scope\n",
        "/sys/fs/cgroup/user.slice/cpu.max": "400000 100000\n",
        "/sys/fs/cgroup/user.slice/job.scope/cpu.max": "max 100000\n",
    }
    assert start(64, 64, files)[0] == "4"


def test_a_quota_of_version_one(start):
    files = {
        "/proc/self/cgroup": "12:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "150000\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    }
    assert start(64, 64, files)[0] == "1"


def test_an_unlimited_quota_of_version_one(start):
    files = {
        "/proc/self/cgroup": "4:cpu,cpuacct:/\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    }
    assert start(64, 6, files)[0] == "6"


def test_an_inherited_count_beyond_the_cpus_is_lowered_and_reported(start, capsys):
    assert start(2, 2, OMP_NUM_THREADS="16")[0] == "2"
    assert "OMP_NUM_THREADS=16 exceeds the 2 CPUs available" in capsys.readouterr().err


def test_an_inherited_count_is_never_raised_nor_lowered_within_the_cpus(start):
    _, found = start(8, 8, OMP_NUM_THREADS="2", MKL_NUM_THREADS="4,2")
    assert found == {"OMP_NUM_THREADS": "2", "MKL_NUM_THREADS": "4,2", "OPENBLAS_NUM_THREADS": "8"}


def test_a_word_that_is_no_count_stays(start):
    assert start(1, 4, OMP_NUM_THREADS="auto")[0] == "auto"


def test_both_packs_write_the_same_lines_so_that_they_stand_once(rules):
    first, second = (rules[f"{pack}/threads-within-cpus"].spec.prepend.code for pack in ("sklearn", "numpy_pandas"))
    assert first == second
