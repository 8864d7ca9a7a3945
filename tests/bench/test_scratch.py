"""Scratch folders: gone in the end, and those of the dead are swept."""

import os
import signal
import subprocess
import sys
import time

from greenrules.bench.scratch import scratch_folder

HOLD = """
import sys, time
from pathlib import Path
from greenrules.bench.scratch import scratch_folder
with scratch_folder() as folder:
    (folder / "run").mkdir()
    print(folder, flush=True)
    time.sleep(60)
"""


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
