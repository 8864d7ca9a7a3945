"""Who belongs to a run, and what they use."""

from __future__ import annotations

import os
import subprocess
import sys

from greenrules.bench.usage import below, descendants, folder_bytes, proportional, resident


def test_looking_at_processes():
    child = subprocess.Popen(
        [sys.executable, "-c", "import time; x = bytearray(30_000_000); print(1, flush=True); time.sleep(30)"],
        stdout=subprocess.PIPE,
    )
    try:
        child.stdout.readline()
        assert child.pid in descendants(os.getpid()) and child.pid in below(os.getpid())
        assert resident([child.pid]) > 30_000_000 and proportional([child.pid]) > 30_000_000
        assert resident([2**22 + 1]) == 0
    finally:
        child.kill()
        child.wait()


def test_measuring_a_folder(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"x" * 100_000)
    (tmp_path / "c").symlink_to("/usr")
    assert 100_000 <= folder_bytes(str(tmp_path)) < 200_000
