"""Scripts that misbehave: the run ends, is classified, leaves nobody behind, and the user's files stay as they are."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
from processes import alive

from greenrules.errors import MeasurementError


def tree(folder):
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != "train.py"
    }


def test_an_ordinary_script(place):
    (place.root / "data.txt").write_text("1 2 3")
    outcome = place.run(
        "import sys\nprint(sum(map(int, open('data.txt').read().split())), sys.argv)\n"
        "open('out.txt', 'w').write('x')\n",
        arguments=("--n", "3"),
    )
    assert (outcome.status, outcome.exit_code, outcome.stderr) == ("ok", 0, b"")
    assert outcome.stdout == b"6 ['train.py', '--n', '3']\n"
    assert outcome.files == {"out.txt": hashlib.sha256(b"x").hexdigest()}
    assert not (place.root / "out.txt").exists()
    assert outcome.energy.energy_j > 0 and outcome.max_rss_mb > 3


def test_an_error_keeps_its_traceback(place):
    outcome = place.run("def f():\n    return 1 / 0\n\nf()\n")
    path = place.root / "train.py"
    assert (outcome.status, outcome.exit_code) == ("error", 1)
    assert f'File "{path}", line 4, in <module>\n    f()\n' in outcome.stderr.decode()
    assert "worker" not in outcome.stderr.decode() and "script.py" not in outcome.stderr.decode()


def test_an_exit_code(place):
    outcome = place.run("import sys\nsys.exit(200)\n")
    assert (outcome.status, outcome.exit_code) == ("error", 200)


def test_a_script_that_kills_itself(place):
    outcome = place.run("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    assert (outcome.status, outcome.exit_code) == ("killed", -11)
    assert "segmentation" in outcome.reason


DAEMON = """
import os, sys, time, signal
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        os.execv(sys.executable, [sys.executable, '-c', 'import time; x = "{marker}"; time.sleep(1000)'])
    os._exit(0)
os.wait()
time.sleep(0.3)
print('parent ends', flush=True)
"""


def test_daemons_do_not_outlive_the_run(place, tmp_path):
    marker = f"daemon-of-{tmp_path.name}-{os.getpid()}"
    before = time.monotonic()
    outcome = place.run(DAEMON.format(marker=marker))
    assert outcome.status == "ok" and outcome.stdout == b"parent ends\n"
    assert time.monotonic() - before < 15
    assert alive(marker) == []


ORPHAN = """
import os, time
def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        burn(0.6)
        open('done', 'w').close()
    os._exit(0)
os.wait()
while not os.path.exists('done'):
    time.sleep(0.01)
time.sleep(0.1)
"""


def test_cpu_seconds_of_orphans_are_billed(place):
    outcome = place.run(ORPHAN)
    assert outcome.status == "ok"
    assert 0.6 <= outcome.cpu_s < 0.75


def test_cpu_seconds_of_daemons_that_are_killed_are_billed(place):
    source = ORPHAN.replace("burn(0.6)\n        open('done', 'w').close()", "burn(0.3); open('done', 'w'); burn(60)")
    outcome = place.run(source.replace("time.sleep(0.1)", "time.sleep(0.4)"))
    assert outcome.status == "ok"
    assert 0.4 <= outcome.cpu_s < 1.0


def test_a_script_that_never_ends_and_ignores_sigterm(place, tmp_path):
    marker = f"stubborn-{tmp_path.name}-{os.getpid()}"
    source = f"""
import signal, subprocess, sys, time
for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(s, signal.SIG_IGN)
subprocess.Popen([sys.executable, '-c', 'import time; x = "{marker}"; time.sleep(1000)'])
print('started', flush=True)
while True:
    time.sleep(1)
"""
    before = time.monotonic()
    outcome = place.run(source, timeout_s=1.0)
    assert (outcome.status, outcome.stdout) == ("timeout", b"started\n")
    assert outcome.exit_code < 0 and "--timeout" in outcome.remedy
    assert time.monotonic() - before < 8
    assert alive(marker) == []


def test_much_output_is_counted_and_cut(place):
    source = "print('first')\nfor i in range(40):\n    print('x' * 2**20, end='')\nprint('\\nAccuracy: 0.93')\n"
    outcome = place.run(source, limits={"output_bytes": 100_000})
    assert outcome.status == "ok" and outcome.truncated
    assert outcome.stdout.startswith(b"first\n") and outcome.stdout.endswith(b"Accuracy: 0.93\n")
    assert len(outcome.stdout) < 101_000 and b"bytes left out" in outcome.stdout


def test_output_of_a_daemon_that_floods(place):
    source = """
import os, sys
if os.fork() == 0:
    os.setsid()
    while True:
        os.write(1, b'flood' * 1000)
"""
    before = time.monotonic()
    assert place.run(source).status == "ok"
    assert time.monotonic() - before < 15


def test_memory_of_the_whole_tree_is_limited(place):
    source = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        x = bytearray(60_000_000)
        time.sleep(30)
x = bytearray(60_000_000)
time.sleep(30)
"""
    outcome = place.run(source, memory_bytes=200_000_000)
    assert outcome.status == "out-of-memory" and "--memory" in outcome.remedy
    assert place.run("x = bytearray(60_000_000)\nprint(len(x))\n", memory_bytes=200_000_000).status == "ok"


def test_a_run_is_the_first_to_go_when_the_machines_memory_runs_out(place):
    outcome = place.run("print(open('/proc/self/oom_score_adj').read())\n")
    assert outcome.stdout.split() == [b"1000"]
    assert int(Path("/proc/self/oom_score_adj").read_text()) < 1000


def test_an_uncaught_memory_error(place):
    outcome = place.run("x = bytearray(100_000_000_000_000)\n")
    assert (outcome.status, outcome.exit_code) == ("out-of-memory", 1)


def test_a_full_disk_is_prevented(place):
    source = """
import os, time
for i in range(1000):
    with open(f'file-{i}', 'wb') as f:
        f.write(os.urandom(1_000_000))
    time.sleep(0.01)
"""
    outcome = place.run(source, limits={"disk_bytes": 20_000_000})
    assert outcome.status == "killed" and "disk" in outcome.reason


def test_a_single_huge_file_is_an_error_of_the_script(place):
    outcome = place.run("open('big', 'wb').write(b'x' * 30_000_000)\n", limits={"disk_bytes": 20_000_000})
    assert outcome.status == "error" and b"File too large" in outcome.stderr


def test_a_script_that_deletes_its_own_folder(place):
    (place.root / "sub").mkdir()
    (place.root / "sub" / "data.csv").write_text("1,2\n")
    before = tree(place.root)
    runner_source = b"import shutil, os\nshutil.rmtree(os.getcwd(), ignore_errors=True)\nprint(os.path.exists('sub'))\n"
    (place.root / "train.py").write_bytes(runner_source)
    runner = place.runner()
    for _ in range(2):
        outcome = runner.run(place.spec(runner_source))
        assert outcome.status == "ok" and outcome.stdout == b"False\n"
        assert "sub/data.csv" in outcome.deleted
    after = runner.run(place.spec(b"print(open('sub/data.csv').read())"))
    assert after.stdout == b"1,2\n\n" and tree(place.root) == before


@pytest.mark.parametrize(
    "deletes",
    ["import shutil; shutil.rmtree(os.getcwd())", "import subprocess as s; s.check_call(['rm', '-rf', os.getcwd()])"],
)
def test_it_is_told_that_it_is_its_own_folder_that_a_script_deletes(place, deletes):
    if place.sandbox.kind == "none":
        pytest.skip("cannot forbid it")
    outcome = place.run(f"import os\n{deletes}\n")
    assert outcome.status == "error" and outcome.reason.startswith("the script removes or renames the folder")
    assert place.root.is_dir()


def test_a_script_that_changes_its_inputs(place):
    (place.root / "data.csv").write_text("1,2\n")
    source = (
        b"import os\nopen('data.csv', 'a').write('3,4\\n')\n"
        b"os.chmod('data.csv', 0)\nprint(os.stat('data.csv').st_size)\n"
    )
    (place.root / "train.py").write_bytes(source)
    runner = place.runner()
    assert [runner.run(place.spec(source)).stdout for _ in range(3)] == [b"8\n"] * 3
    assert (place.root / "data.csv").read_text() == "1,2\n"


@pytest.mark.parametrize("how", ["relative", "absolute", "temporary folder", "home"])
def test_writing_outside_is_forbidden(place, how, tmp_path):
    if place.sandbox.kind == "none":
        pytest.skip("cannot forbid it")
    victim = {
        "relative": "../victim",
        "absolute": str(tmp_path / "victim"),
        "temporary folder": f"/var/tmp/greenrules-victim-{os.getpid()}",
        "home": str(Path.home() / f"greenrules-victim-{os.getpid()}"),
    }[how]
    outcome = place.run(f"open({victim!r}, 'w').write('overwritten')\n")
    assert not (place.root / victim).exists() and not Path(victim).exists()
    if outcome.status == "ok":
        assert how == "temporary folder"  # a private one under bubblewrap
    else:
        assert "outside its folder" in outcome.reason


def test_existing_files_outside_cannot_be_changed(place, tmp_path):
    if place.sandbox.kind == "none":
        pytest.skip("cannot forbid it")
    victim = tmp_path / "victim"
    victim.write_text("precious")
    source = f"""
import os
for act in (
    lambda: open({str(victim)!r}, 'a').write('x'),
    lambda: os.truncate({str(victim)!r}, 0),
    lambda: os.remove({str(victim)!r}),
    lambda: os.rename({str(victim)!r}, {str(victim)!r} + '2'),
    lambda: os.symlink('x', {str(victim)!r} + '3'),
):
    try:
        act()
        print('done')
    except OSError:
        print('refused')
"""
    assert place.run(source).stdout == b"refused\n" * 5
    assert victim.read_text() == "precious"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["scratch", "user", "victim"]


def test_the_network_is_off_unless_allowed(place):
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    source = f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 5)\nprint('connected')\n"
    with server:
        assert place.run(source, network=True).stdout == b"connected\n"
        if place.sandbox.kind != "none":
            assert place.run(source, network=False).status == "error"


GIVES_UP = """
import urllib.request
try:
    urllib.request.urlopen('http://192.0.2.1', timeout=3)
except OSError as error:
    print('no data:', error)
    raise SystemExit(1)
"""


@pytest.mark.parametrize(
    "wants",
    [
        "import socket\nsocket.create_connection(('127.0.0.1', 9), 3)",
        "import socket\nsocket.socket().connect(('192.0.2.1', 80))",
        "import urllib.request\nurllib.request.urlopen('http://192.0.2.1', timeout=3)",
        "import urllib.request\nurllib.request.urlopen('http://data.invalid', timeout=3)",
        GIVES_UP,
    ],
    ids=["this machine", "address", "url", "name", "told and given up"],
)
def test_whoever_wants_the_network_is_told_who_forbids_it(place, wants):
    if place.sandbox.kind == "none":
        pytest.skip("cannot forbid it")
    outcome = place.run(wants + "\n")
    if wants == GIVES_UP and place.sandbox.kind == "landlock":
        assert outcome.status == "error"  # it hides why
        return
    assert "the network, which the sandbox forbids" in outcome.reason
    assert "--allow-network" in outcome.remedy


def test_standard_input(place):
    assert place.run("import sys\nprint(repr(sys.stdin.read()))\n").stdout == b"''\n"
    assert place.run("print(input(), input())\n", stdin="a\nb\n").stdout == b"a b\n"
    refused = place.run("name = input()\n")
    assert "standard input" in refused.reason and refused.remedy


def test_missing_arguments_are_explained(place):
    outcome = place.run("import argparse\np = argparse.ArgumentParser()\np.add_argument('file')\np.parse_args()\n")
    assert (outcome.status, outcome.exit_code) == ("error", 2)
    assert "needs arguments" in outcome.reason and "--" in outcome.remedy


def test_absolute_paths_below_the_folder_are_the_copy(place):
    if place.sandbox.kind != "bubblewrap":
        pytest.skip("only a mount namespace can do that")
    target = place.root / "model.bin"
    outcome = place.run(f"open({str(target)!r}, 'w').write('m')\nimport os\nprint(os.getcwd(), __file__)\n")
    assert outcome.status == "ok" and list(outcome.files) == ["model.bin"] and not target.exists()
    assert outcome.stdout.decode() == f"{place.root} {place.root / 'train.py'}\n"


def test_paths_in_the_output_are_the_users(place):
    outcome = place.run("import os\nprint(os.getcwd(), __file__)\n")
    assert outcome.stdout.decode() == f"{place.root} {place.root / 'train.py'}\n"


def test_the_runner_leaves_no_descriptors_or_processes(place):
    runner = None
    (place.root / "train.py").write_text("print(1)")
    runner = place.runner()
    runner.run(place.spec(b"print(1)"))
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        runner.run(place.spec(b"print(1)"))
    assert len(os.listdir("/proc/self/fd")) == before


ABANDONED = """
import os, signal, sys, time
for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(s, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    os.execve(sys.executable, [sys.executable, '-c', 'import time; x = "{marker}"; time.sleep(100)'], {kept})
time.sleep(100)
"""


@pytest.mark.parametrize("kept", ["dict(os.environ)", "{}"], ids=["", "that lost its environment"])
def test_a_run_whose_supervisor_is_killed_is_ended(place, tmp_path, kept):
    marker = f"abandoned-{tmp_path.name}-{os.getpid()}"

    def kill():
        deadline = time.monotonic() + 20
        while not alive(marker) and time.monotonic() < deadline:
            time.sleep(0.02)
        for pid in alive(str(place.scratch), "supervisor.py"):
            os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(MeasurementError, match="could not be supervised") as refused:
        place.run(ABANDONED.format(marker=marker, kept=kept))
    killer.join()
    assert alive(marker) == [] and alive(str(place.scratch)) == []
    assert "--resume" in refused.value.remedy
