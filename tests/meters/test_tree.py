from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from greenrules.meters.tree import busy_cpu_seconds, own_cpu_seconds, process_tree, tree_cpu_seconds, tree_memory_bytes

BURN = "import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: pass\n"


def used() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def test_short_lived_children_that_were_reaped_are_billed() -> None:
    before, truth = own_cpu_seconds(), used()
    for _ in range(4):
        subprocess.run([sys.executable, "-S", "-c", BURN.format(seconds=0.1)], check=True)
    truth = used() - truth
    assert truth > 0.4
    assert own_cpu_seconds() - before == pytest.approx(truth, rel=0.1)


def test_a_tree_is_seen_from_outside_with_its_reaped_grandchildren() -> None:
    script = (
        "import subprocess, sys\n"
        f"for _ in range(3): subprocess.run([sys.executable, '-S', '-c', {BURN.format(seconds=0.1)!r}])\n"
        f"{BURN.format(seconds=0.1)}"
        "print('done', flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-S", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        outside = tree_cpu_seconds(child.pid)
        truth = used()
        child.communicate()
        truth = used() - truth
    assert outside == pytest.approx(truth, abs=0.05)
    assert outside >= 0.38


def test_living_descendants_count() -> None:
    script = (
        f"import subprocess, sys\np = subprocess.Popen([sys.executable, '-S', '-c', {'while True: pass'!r}])\np.wait()"
    )
    with subprocess.Popen([sys.executable, "-S", "-c", script], start_new_session=True) as child:
        try:
            end = time.monotonic() + 20
            while (seconds := tree_cpu_seconds(child.pid)) < 0.3 and time.monotonic() < end:
                time.sleep(0.02)
            assert seconds >= 0.3
            assert len(process_tree(child.pid)) == 2
            assert tree_memory_bytes(child.pid) > 1e6
        finally:
            os.killpg(child.pid, signal.SIGKILL)


def test_the_sum_never_falls_while_children_come_and_go() -> None:
    script = (
        "import subprocess, sys\n"
        f"for _ in range(25): subprocess.run([sys.executable, '-S', '-c', {BURN.format(seconds=0.02)!r}])\n"
    )
    with subprocess.Popen([sys.executable, "-S", "-c", script]) as child:
        last = 0.0
        while child.poll() is None:
            try:
                now = tree_cpu_seconds(child.pid)
            except ProcessLookupError:
                break
            if now == 0.0 and last > 0:
                break  # a zombie that was reaped between two looks
            assert now >= last - 0.0101
            last = max(last, now)
    assert last > 0.3


def test_a_process_that_is_gone_is_an_error() -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", "pass"]) as child:
        pass
    with pytest.raises(ProcessLookupError):
        tree_cpu_seconds(child.pid)


def test_a_foreign_proc_without_lists_of_children(tmp_path: Path) -> None:
    def process(pid: int, parent: int, name: str, times: tuple[int, int, int, int]) -> None:
        folder = tmp_path / str(pid)
        (folder / "task" / str(pid)).mkdir(parents=True)
        fields = ["S", parent, *[0] * 9, *times, 20, 0, 1, 0, 1000 + pid, *[0] * 20]
        (folder / "stat").write_text(f"{pid} ({name}) " + " ".join(map(str, fields)))

    process(10, 1, "a) b (c", (100, 50, 30, 20))
    process(11, 10, "child", (5, 5, 0, 0))
    process(12, 11, "grandchild", (7, 0, 3, 0))
    process(13, 1, "stranger", (1000, 0, 0, 0))
    tick = 1 / os.sysconf("SC_CLK_TCK")
    assert tree_cpu_seconds(10, tmp_path) == pytest.approx(220 * tick)
    assert tree_cpu_seconds(10, tmp_path, own=False) == pytest.approx(70 * tick), "what it reaped is not its own"
    assert sorted(process_tree(10, tmp_path)) == [10, 11, 12]


def test_the_machine_is_at_least_as_busy_as_we_are() -> None:
    before, ours = busy_cpu_seconds(), time.process_time()
    end = ours + 0.3
    while time.process_time() < end:
        pass
    after = busy_cpu_seconds()
    assert before is not None and after is not None
    assert after - before >= 0.2


def test_without_a_stat_file_the_machine_is_not_known(tmp_path: Path) -> None:
    assert busy_cpu_seconds(tmp_path) is None


def test_orphans_stay_in_the_tree_of_a_subreaper() -> None:
    orphaning = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        f"    {BURN.format(seconds=0.3).replace(chr(10), chr(10) + '    ')}\n"
        "    os._exit(0)\n"
        "os._exit(0)\n"
    )
    script = (
        "import subprocess, sys, os\n"
        "from greenrules.meters.tree import become_subreaper, own_cpu_seconds\n"
        "assert become_subreaper()\n"
        "before = own_cpu_seconds()\n"
        f"subprocess.run([sys.executable, '-S', '-c', {orphaning!r}])\n"
        "try:\n"
        "    while True: os.wait()\n"
        "except ChildProcessError: pass\n"
        "print(own_cpu_seconds() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert float(done.stdout) >= 0.3


def test_many_workers_at_once_are_billed_as_the_kernel_accounts_them() -> None:
    script = (
        "import subprocess, sys\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "def one(_): subprocess.run([sys.executable, '-S', '-c', "
        f"{BURN.format(seconds=0.05)!r}])\n"
        "with ThreadPoolExecutor(4) as pool: list(pool.map(one, range(12)))\n"
        "print('done', flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-S", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        watched = []
        os.set_blocking(child.stdout.fileno(), False)
        while not child.stdout.read():
            watched.append(tree_cpu_seconds(child.pid))
        outside, truth = tree_cpu_seconds(child.pid), used()
        child.communicate()
        truth = used() - truth
    assert outside == pytest.approx(truth, abs=0.1)
    # Each living process shows whole ticks only, twice: user and system time.
    assert all(later >= earlier - 0.02 * 5 for earlier, later in pairwise(watched))
    assert max(watched) <= truth + 0.1


def test_orphans_that_ended_are_reaped_and_those_that_go_on_are_counted() -> None:
    starting = (
        "import os, subprocess, sys\n"
        "if os.fork() == 0:\n"
        f"    {BURN.format(seconds=0.2).replace(chr(10), chr(10) + '    ')}\n"
        "    os._exit(0)\n"
        "subprocess.Popen([sys.executable, '-S', '-c', 'input()'], stdin=0)\n"
        "os._exit(0)\n"
    )
    script = (
        "import subprocess, sys, time\n"
        "from greenrules.meters.tree import become_subreaper, descendants_cpu_seconds, reap_orphans\n"
        "assert become_subreaper()\n"
        f"subprocess.run([sys.executable, '-S', '-c', {starting!r}])\n"
        "while reap_orphans() > 1: time.sleep(0.01)\n"
        "print(reap_orphans(), descendants_cpu_seconds())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        left, seconds = child.stdout.readline().split()
        child.communicate()
    assert int(left) == 1
    assert float(seconds) >= 0.2
