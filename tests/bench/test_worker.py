"""A script run through the worker cannot tell: same output, same traceback, same exit code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "greenrules" / "bench"
ROLES = [(1, 3, 0), (4, 6, 1), (7, 10, 2), (11, 400, 4)]

#: what stands in a file of its own, and what would not be itself there
SCRIPTS: dict[str, bytes] = {
    **{path.stem: path.read_bytes() for path in sorted((Path(__file__).parents[1] / "corpus" / "worker").glob("*.py"))},
    "syntax error": b"import os\nx = (1,\nprint('hello'\n",
    "exit with a code": b"import sys\nprint('x')\nsys.exit(7)\n",
    "exit with a text": b"import sys\nprint('x')\nsys.exit('sorry')\n",
    "exit with none": b"import sys\nsys.exit()\n",
    "raise SystemExit with a tuple": b"raise SystemExit((1, 2))\n",
    "os._exit": b"import os, sys\nprint('lost?')\nsys.stdout.flush()\nos._exit(5)\n",
    "keyboard interrupt": b"print('a', flush=True)\nraise KeyboardInterrupt\n",
    "killed by itself": b"import os, signal\nprint('a', flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n",
    "cookie": b"# -*- coding: latin-1 -*-\nx = 'caf\xe9'\nprint(ascii(x))\n",
    "bom and crlf": b"\xef\xbb\xbfx = 1\r\nprint(x)\r\nraise ValueError(x)\r\n",
    "annotations at module level": b"x: int = 1\ny: str\nprint(__annotations__)\n",
    "empty": b"",
    "one comment": b"# nothing\n",
    "deep expression": b"x = " + b"+".join([b"1"] * 600) + b"\nprint(x)\n",
}

MULTIPROCESSING = """
import multiprocessing as mp
from dataclasses import dataclass
@dataclass
class Job:
    n: int
def work(job):
    x = job.n
    y = x * 2
    z = y
    w = z
    return Job(w)
if __name__ == '__main__':
    for method in {methods}:
        with mp.get_context(method).Pool(2) as pool:
            print(method, pool.map(work, [Job(i) for i in range(4)]))
"""
JOBLIB = """
import os
from dataclasses import dataclass
from joblib import Parallel, delayed, hash as digest
@dataclass
class Job:
    n: int
    def double(self):
        twice = self.n * 2
        return Job(twice)
def work(job):
    x = job.double()
    y = x.n
    return Job(y), os.getpid() != PARENT, type(job).__module__
def fail(n):
    m = n
    raise ValueError(m)
PARENT = os.getpid()
if __name__ == '__main__':
    for backend in ('loky', 'threading', 'multiprocessing'):
        done = Parallel(n_jobs=2, backend=backend)(delayed(work)(Job(i)) for i in range(4))
        print(backend, [one[0] for one in done], done[0][2])
    print(digest(Job(1)) == digest(Job(1)))
    try:
        Parallel(n_jobs=2, backend='loky')(delayed(fail)(n) for n in (5,))
    except ValueError as error:
        print('failed', error)
"""
for _method in ("fork", "spawn", "forkserver"):
    SCRIPTS[f"multiprocessing {_method}"] = MULTIPROCESSING.format(methods=[_method]).encode()
LOCAL = {"joblib": JOBLIB}


def run(command, folder, stdin=b"typed\n"):
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=folder, input=stdin, capture_output=True, timeout=60, env=environment)
    return done.returncode, scrubbed(done.stdout), scrubbed(done.stderr)


def scrubbed(text):
    return re.sub(rb"0x[0-9a-f]+", b"0x", text)


def through_worker(folder, arguments, python=sys.executable, roles=ROLES, recorders=()):
    configuration = folder.parent / "configuration"
    records = folder.parent / "records"
    records.mkdir(exist_ok=True)
    messages = folder.parent / "messages"
    descriptor = os.open(messages, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(descriptor, 200)
    os.close(descriptor)
    configuration.write_text(
        repr(
            {
                "script": "script.py",
                "arguments": arguments,
                "python": python,
                "descriptor": 200,
                "records": str(records),
                "roles": list(roles),
                "recorders": list(recorders),
            }
        )
    )
    try:
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        done = subprocess.run(
            [python, str(BENCH / "worker.py"), str(configuration)],
            cwd=folder,
            input=b"typed\n",
            capture_output=True,
            timeout=60,
            env=environment,
            pass_fds=[200],
        )
    finally:
        os.close(200)
    return (done.returncode, scrubbed(done.stdout), scrubbed(done.stderr)), messages.read_text().splitlines()


def older_interpreters():
    found = (
        sorted(Path("/root/.pyenv/versions").glob("3.*/bin/python")) if Path("/root/.pyenv/versions").exists() else []
    )
    keep = [p for p in found if re.search(r"/3\.(9|1\d)\.", str(p)) and not re.search(r"/3\.11\.", str(p))]
    return [str(p) for p in keep]


@pytest.fixture
def folder(tmp_path):
    inside = tmp_path / "work"
    inside.mkdir()
    return inside


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_cannot_tell(name, folder):
    (folder / "script.py").write_bytes(SCRIPTS[name])
    plain = run([sys.executable, "script.py", "a", "--b=c d"], folder)
    ours, _ = through_worker(folder, ["a", "--b=c d"])
    assert ours == plain


@pytest.mark.parametrize("name", LOCAL)
def test_nor_can_one_that_uses_a_library(name, folder):
    pytest.importorskip(name)
    (folder / "script.py").write_text(LOCAL[name])
    plain = run([sys.executable, "script.py"], folder)
    ours, messages = through_worker(folder, [])
    assert plain[0] == 0, plain
    assert ours == plain
    assert messages[-2].startswith("e ok")


@pytest.mark.slow
@pytest.mark.parametrize("python", older_interpreters())
def test_no_supported_python_can_tell(python, folder):
    different = {}
    for name, source in SCRIPTS.items():
        if name == "syntax error" and "/3.9." in python:
            continue  # shows no text of the line unless it reads the file itself
        (folder / "script.py").write_bytes(source)
        plain = run([python, "script.py", "a"], folder)
        ours, _ = through_worker(folder, ["a"], python)
        if ours != plain:
            different[name] = (plain, ours)
    assert different == {}
