"""The thread counts an emitted script sets: CPUs by affinity mask and cgroup quota, inherited counts never raised."""

from __future__ import annotations

import os

import pytest

NAMES = ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS")
CORES = '"physical cores"'


@pytest.fixture(params=["sklearn/threads-within-cpus", "numpy_pandas/threads-within-cpus"])
def start(request, rules, monkeypatch, tmp_path):
    """Run the emitted lines on a machine with this many CPUs, these system files, and these variables."""
    code = rules[request.param].spec.prepend.code
    for top in ("/proc", "/sys"):
        assert f'"{top}/' in code
        code = code.replace(f'"{top}/', f'"{tmp_path}{top}/')

    def run(threads, cpus, files=None, **inherited):
        for name in [name for name in os.environ if name.endswith("_THREADS")]:
            monkeypatch.delenv(name)
        for name, value in inherited.items():
            monkeypatch.setenv(name, value)
        for path, text in (files or {}).items():
            file = tmp_path / path.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(cpus)))
        for name in NAMES:
            monkeypatch.setenv(name, inherited.get(name, ""))
        exec(code.replace("${THREADS}", str(threads)), {})
        return {name: value for name, value in os.environ.items() if name.endswith("_THREADS")}

    return run


def _siblings(*groups):
    """The topology files of CPUs that share cores."""
    return {
        f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list": ",".join(map(str, group)) + "\n"
        for group in groups
        for cpu in group
    }


def test_one_thread_where_nothing_is_said(start):
    assert start(1, 8) == dict.fromkeys(NAMES, "1")


def test_one_thread_per_physical_core(start):
    files = _siblings((0, 4), (1, 5), (2, 6), (3, 7))
    assert start(CORES, 8, files) == dict.fromkeys(NAMES, "4")


def test_only_cores_of_the_affinity_mask_count(start):
    files = _siblings((0, 4), (1, 5), (2, 6), (3, 7))
    assert start(CORES, 2, files)["OMP_NUM_THREADS"] == "2"


def test_where_the_topology_cannot_be_read_every_cpu_is_a_core(start):
    assert start(CORES, 3)["OMP_NUM_THREADS"] == "3"


def test_never_more_than_the_affinity_mask(start):
    assert start(16, 3)["OMP_NUM_THREADS"] == "3"


def test_a_cgroup_quota_of_two_cpus_on_a_large_host(start):
    files = {"/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "200000 100000\n"}
    assert start(CORES, 64, files)["OMP_NUM_THREADS"] == "2"


def test_a_quota_of_an_outer_group_counts_too(start):
    files = {
        "/proc/self/cgroup": "0::/user.slice/job.scope\n",
        "/sys/fs/cgroup/user.slice/cpu.max": "400000 100000\n",
        "/sys/fs/cgroup/user.slice/job.scope/cpu.max": "max 100000\n",
    }
    assert start(CORES, 64, files)["OMP_NUM_THREADS"] == "4"


def test_a_quota_of_version_one(start):
    files = {
        "/proc/self/cgroup": "12:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "150000\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    }
    assert start(CORES, 64, files)["OMP_NUM_THREADS"] == "1"


def test_the_group_of_another_controller_does_not_count(start):
    files = {
        "/proc/self/cgroup": "12:memory:/docker/x\n4:cpu,cpuacct:/\n",
        "/sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us": "100000\n",
        "/sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us": "100000\n",
    }
    assert start(CORES, 6, files)["OMP_NUM_THREADS"] == "6"


def test_an_unlimited_quota_of_version_one(start):
    files = {
        "/proc/self/cgroup": "4:cpu,cpuacct:/\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    }
    assert start(CORES, 6, files)["OMP_NUM_THREADS"] == "6"


def test_an_inherited_count_beyond_the_cpus_is_lowered_and_reported(start, capsys):
    assert start(2, 2, OMP_NUM_THREADS="16")["OMP_NUM_THREADS"] == "2"
    assert "OMP_NUM_THREADS=16 exceeds the 2 CPUs available" in capsys.readouterr().err


def test_a_count_of_one_library_and_of_nested_levels_is_lowered_too(start):
    found = start(1, 2, OPENBLAS_NUM_THREADS="8", OMP_NUM_THREADS="16,4")
    assert (found["OPENBLAS_NUM_THREADS"], found["OMP_NUM_THREADS"]) == ("1", "1")


def test_an_inherited_count_is_never_raised_nor_lowered_within_the_cpus(start):
    # OpenBLAS and MKL heed OMP_NUM_THREADS: giving them a count of their own would raise it
    found = start(8, 8, OMP_NUM_THREADS="2", MKL_NUM_THREADS="4,2")
    assert (found["OMP_NUM_THREADS"], found["MKL_NUM_THREADS"]) == ("2", "4,2")
    assert "OPENBLAS_NUM_THREADS" not in found


def test_a_word_that_is_no_count_stays(start):
    assert start(1, 4, OMP_NUM_THREADS="auto")["OMP_NUM_THREADS"] == "auto"


def test_variables_of_other_programs_stay(start):
    assert start(1, 4, MYAPP_MAX_THREADS="64")["MYAPP_MAX_THREADS"] == "64"


def test_both_packs_write_the_same_lines_so_that_they_stand_once(rules):
    first, second = (rules[f"{pack}/threads-within-cpus"].spec.prepend.code for pack in ("sklearn", "numpy_pandas"))
    assert first == second
    assert len(first.splitlines()) < 40
