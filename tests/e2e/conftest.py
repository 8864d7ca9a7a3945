"""A user at a shell: a folder, a clean environment, and the command as it is installed."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from sum_rule import SUM_RULE

#: What a machine of ours may have set, and a user's has not.
NOT_PASSED = {
    "OPENBLAS_CORETYPE",
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "NO_COLOR",
    "COLUMNS",
}

SLOW_SUM = '''\
"""Adds numbers, slowly."""

import sys


def total(count):
    result = 0
    for number in range(count):
        result += number
    return result


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    with open("factor.txt", encoding="utf-8") as file:
        factor = int(file.read())
    answer = total(count) * factor
    with open("answer.txt", "w", encoding="utf-8") as file:
        file.write(f"{answer}\\n")
    print("total", answer)
'''


@dataclass
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str

    def json(self):
        return json.loads(self.out)


@dataclass
class User:
    """Works in a folder, with a home of their own."""

    folder: Path
    home: Path
    extra: dict

    def environment(self, more=None):
        kept = {name: value for name, value in os.environ.items() if name not in NOT_PASSED}
        private = {
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_DATA_HOME": str(self.home / "data"),
        }
        return kept | private | self.extra | (more or {})

    def start(self, *arguments, environment=None, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, **more):
        return subprocess.Popen(
            [sys.executable, "-m", "greenrules", *map(str, arguments)],
            cwd=self.folder,
            env=self.environment(environment),
            stdin=stdin,
            stdout=stdout,
            stderr=more.pop("stderr", subprocess.PIPE),
            # A shell starts what runs in its background deaf to Ctrl-C, and that is inherited.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
            **more,
        )

    def run(self, *arguments, environment=None, stdin=None, timeout=240) -> Done:
        process = self.start(
            *arguments, environment=environment, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE
        )
        try:
            out, err = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
            raise AssertionError(f"did not end within {timeout} s:\n{err.decode()}") from None
        return Done(process.returncode, out.decode(), err.decode())

    def write(self, name, content) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def python(self, script, *arguments) -> Done:
        """Run a script without greenrules."""
        command = [sys.executable, "-I", str(script), *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, env=self.environment())
        return Done(done.returncode, done.stdout, done.stderr)

    def files(self) -> dict:
        """Digest of everything in the folder."""
        return {
            path.relative_to(self.folder).as_posix(): (
                hashlib.sha256(path.read_bytes()).hexdigest(),
                path.stat().st_mode,
                path.stat().st_mtime_ns,
            )
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def summing(self):
        """The slow sum with its data and its rule."""
        self.write("slow.py", SLOW_SUM)
        self.write("factor.txt", "3\n")
        self.write("rules.yaml", SUM_RULE)
        return self


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """One home for all tests, so that packs are compiled once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def user(tmp_path, home):
    return User(tmp_path, home, {})


@pytest.fixture(scope="module")
def make_user(tmp_path_factory, home):
    """Users for fixtures that several tests share."""

    def make(name):
        return User(tmp_path_factory.mktemp(name), home, {})

    return make
