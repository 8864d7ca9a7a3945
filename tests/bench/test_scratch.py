"""Scratch folders: gone in the end, and those of the dead are swept."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from processes import alive

from greenrules.bench.scratch import scratch_folder

NOBODY = 65534
HOLD = """
import sys, time
from pathlib import Path
from greenrules.bench.scratch import scratch_folder
with scratch_folder() as folder:
    (folder / "run").mkdir()
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def users_folder():
    """A folder of an ordinary user; it is he who runs the test, for whom rights count."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            yield Path(folder)
    finally:
        os.seteuid(before)


def test_a_scratch_folder_goes_with_everything_in_it_and_nothing_else(users_folder, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(users_folder))
    outside = users_folder / "outside"
    outside.mkdir()
    outside.chmod(0o755)
    with scratch_folder() as folder:
        assert folder.parent == users_folder
        (folder / "a" / "b").mkdir(parents=True)
        (folder / "a" / "b" / "c").write_text("x")
        (folder / "a" / "link").symlink_to(outside)
        (folder / "a" / "b").chmod(0)
        (folder / "a").chmod(0o500)
    assert list(users_folder.iterdir()) == [outside]
    assert outside.stat().st_mode & 0o777 == 0o755


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_holds_is_not(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True) as dead:
        left = dead.stdout.readline().strip()
        with scratch_folder() as mine:
            assert os.path.isdir(left), "a living owner keeps its folder"
        assert not mine.exists()
        dead.send_signal(signal.SIGKILL)
    assert os.path.isdir(left)
    with scratch_folder():
        assert not os.path.exists(left)


def test_a_terminated_command_leaves_no_scratch(tmp_path):
    (tmp_path / "forever.py").write_text("while True: pass\n")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environment = {**os.environ, "TMPDIR": str(scratch), "XDG_CACHE_HOME": str(tmp_path / "c")}
    command = [sys.executable, "-m", "greenrules", "measure", "forever.py"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as running:
        for line in running.stderr:
            if "run 1" in line:
                break
        time.sleep(1)
        running.terminate()
        running.communicate(timeout=60)
    assert running.returncode == 130
    assert list(scratch.iterdir()) == []


def lasting(marker, tmp_path):
    (tmp_path / "forever.py").write_text(
        f"import os, sys, time\nos.setsid()\nif os.fork() == 0:\n    x = [sys.executable, '-c', 'import time; "
        f'x = "{marker}"; time.sleep(100)\']\n    os.execv(sys.executable, x)\ntime.sleep(100)\n'
    )


def test_when_all_of_ours_are_killed_at_once_the_next_start_ends_what_they_ran(tmp_path):
    marker = f"left-over-{os.getpid()}"
    lasting(marker, tmp_path)
    (tmp_path / "short.py").write_text("print(1)\n")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environment = {**os.environ, "TMPDIR": str(scratch), "XDG_CACHE_HOME": str(tmp_path / "c")}
    command = [sys.executable, "-m", "greenrules", "measure"]
    quiet = {"cwd": tmp_path, "env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*command, "forever.py"], **quiet) as running:
        deadline = time.monotonic() + 60
        while not alive(marker) and time.monotonic() < deadline:
            time.sleep(0.05)
        supervisors = alive(f"{scratch}/greenrules-", "supervisor.py")
        assert supervisors
        for pid in (*supervisors, running.pid):
            os.kill(pid, signal.SIGKILL)
    subprocess.run([*command, "short.py"], **quiet, timeout=120, check=True)
    assert alive(marker) == []
    assert list(scratch.iterdir()) == []
