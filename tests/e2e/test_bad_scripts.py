"""Scripts that misbehave, at a shell: what is said, how it ends, and what is left of it."""

import json
import os
from pathlib import Path

import pytest
from processes import alive

from greenrules.bench.sandbox import open_sandbox

pytestmark = pytest.mark.slow

#: A rule that finds nothing: the script is run, and that is all.
NO_RULE = """\
rules:
  - id: nothing
    tactic: idiom
    summary: Nothing
    level: exact
    match: no_such($X)
    rewrite: $X
"""


def applied(user, source, *options, arguments=()):
    """Apply to a script; the user's files must be as they were."""
    user.write("train.py", source)
    user.write("data.csv", "1,2\n")
    user.write("none.yaml", NO_RULE)
    before = user.files()
    done = user.run(
        *("apply", "train.py", "--rule", "none.yaml", "--runs", "2", "--report", "json"), *options, *arguments
    )
    after = user.files()
    assert {name: after.get(name) for name in before} == before
    assert {name.split("/")[0] for name in after.keys() - before.keys()} <= {"train.greenrules"}
    return done


def report_of(user):
    return json.loads((user.folder / "train.greenrules/report.json").read_text())


STUBBORN = """
import signal, time
for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(s, signal.SIG_IGN)
while True:
    time.sleep(1)
"""
FAMILY = """
import os, time
for _ in range(8):
    if os.fork() == 0:
        x = bytearray(60_000_000)
        time.sleep(60)
time.sleep(60)
"""
PARSER = "import argparse\np = argparse.ArgumentParser()\np.add_argument('file')\np.parse_args()\n"
FAILING = {
    "ignores SIGTERM": (STUBBORN, ("--timeout", "1"), ("did not end within 1 s", "--timeout")),
    "eats memory": (
        "x = []\nwhile True:\n    x.append(bytearray(20_000_000))\n",
        ("--memory", "300M"),
        ("more memory than allowed", "--memory"),
    ),
    "eats memory in its children": (FAMILY, ("--memory", "300M"), ("more memory than allowed", "--memory")),
    "reads stdin": ("name = input('name? ')\n", (), ("reads from standard input", "by a file or by arguments")),
    "needs arguments": (PARSER, (), ("needs arguments", "put them after --")),
    "exits with an error": ("raise SystemExit('no data')\n", (), ("exit code 1", "no data")),
    "kills itself": ("import os\nos.kill(os.getpid(), 11)\n", (), ("segmentation fault",)),
}


@pytest.mark.parametrize(("source", "options", "words"), FAILING.values(), ids=FAILING)
def test_a_script_that_fails_is_told_why_and_what_to_do(user, source, options, words):
    done = applied(user, source, *options)
    assert done.code == 3, done.err
    assert all(word in done.err for word in words), done.err
    assert not (user.folder / "train.greenrules").exists()


def test_arguments_reach_the_script(user):
    source = "import sys\nassert sys.argv[1:] == ['--n', '3'], sys.argv\nprint('accuracy', 0.5)\n"
    assert applied(user, source, arguments=("--", "--n", "3")).code == 0


@pytest.mark.skipif(open_sandbox().kind == "none", reason="nothing here can forbid it")
def test_writing_outside_does_not_happen(user, tmp_path_factory):
    victim = tmp_path_factory.mktemp("elsewhere") / "precious.txt"
    victim.write_text("precious")
    done = applied(user, f"open({str(victim)!r}, 'w').write('gone')\n")
    assert victim.read_text() == "precious"
    # A private /tmp swallows it; anywhere else it is refused, and told.
    assert done.code == 0 or "outside its folder" in done.err
    outside = Path.home() / f".greenrules-test-{os.getpid()}"
    done = applied(user, f"open({str(outside)!r}, 'w').write('gone')\n")
    assert not outside.exists()
    assert done.code == 3 and "outside its folder" in done.err and str(outside) in done.err


@pytest.mark.skipif(open_sandbox().kind == "none", reason="nothing here can forbid it")
def test_the_network_is_refused_and_the_option_named(user):
    done = applied(user, "import socket\nsocket.create_connection(('192.0.2.1', 80), 3)\n")
    assert done.code == 3
    assert "the sandbox forbids" in done.err and "--allow-network" in done.err


def test_a_script_that_deletes_its_own_folder(user):
    done = applied(user, "import os, shutil\nshutil.rmtree(os.getcwd(), ignore_errors=True)\nprint('done')\n")
    assert done.code == 0, done.err
    assert report_of(user)["baseline"]["energy_j"]["median"] > 0


def test_daemons_of_a_script_do_not_outlive_it(user):
    marker = f"daemon-{os.getpid()}-{user.folder.name}"
    source = f"""
import os, signal, sys, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.execv(sys.executable, [sys.executable, '-c', 'import time; x = "{marker}"; time.sleep(1000)'])
        os._exit(0)
for _ in range(3):
    os.wait()
time.sleep(0.2)
"""
    done = applied(user, source)
    assert done.code == 0, done.err
    assert alive(marker) == []


def test_a_gigabyte_of_output_is_cut_and_not_kept(user):
    source = "line = 'x' * (1 << 20)\nfor _ in range(1000):\n    print(line)\nprint('accuracy: 0.75')\n"
    user.write("train.py", source)
    done = user.run("measure", "train.py", "--json")
    assert done.code == 0, done.err
    assert done.json()["quality"]["metric"] == "accuracy"
    assert done.json()["baseline"]["quality"]["median"] == 0.75


def test_a_script_that_fills_the_disk_is_ended_before_the_disk_is_full(user):
    source = """
import os, time
for number in range(200):
    with open(f'filling-{number}', 'wb') as file:
        os.posix_fallocate(file.fileno(), 0, 500_000_000)
    time.sleep(0.05)
"""
    done = applied(user, source)
    assert done.code == 3, done.err
    assert "more to disk than a working copy may hold" in done.err and "TMPDIR" in done.err


def test_without_any_quality_the_outputs_must_agree_and_that_is_told(user):
    done = applied(user, "print('hello')\n")
    assert done.code == 0
    report = report_of(user)
    assert report["quality"]["source"] == "outputs"
    assert "no-quality" in {one["code"] for one in report["warnings"]}


def test_a_quality_that_is_nan_is_passed_over_and_that_is_told(user):
    done = applied(user, "print('accuracy:', float('nan'))\nprint('rmse: 2.5')\n")
    assert done.code == 0
    report = report_of(user)
    assert report["quality"] == {"metric": "rmse", "better": "lower", "source": "printed", "max_loss": "0.5%"}
    assert any("accuracy is printed as nan" in one["message"] for one in report["warnings"])


def test_a_script_that_is_not_deterministic_is_told_so_with_the_place(user):
    done = applied(user, "import random\nprint('draw', random.random())\nprint('accuracy: 0.5')\n")
    assert done.code == 0
    (warning,) = [one for one in report_of(user)["warnings"] if one["code"] == "not-deterministic"]
    assert "line 1" in warning["message"] and "seeds" in warning["remedy"]
