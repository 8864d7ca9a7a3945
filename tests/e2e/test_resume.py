"""A run that is killed or interrupted, and what can be done with what is left of it."""

import contextlib
import json
import os
import signal
import sqlite3
import time

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("resume")]

ARGUMENTS = ("apply", "slow.py", "--rule", "rules.yaml", "--report", "json", "--runs", "4")


def stopped_in_the_middle(user, number):
    """Start an apply and stop it with a signal once some runs are finished."""
    process = user.start(*ARGUMENTS, start_new_session=True)
    finished = []
    for line in process.stderr:
        finished += [line] if line.startswith((b"  c1:", b"  baseline:")) else []
        if len(finished) == 4:
            break
    os.killpg(process.pid, number)
    _, rest = process.communicate(timeout=30)
    return process.returncode, rest.decode()


@pytest.fixture(scope="module")
def killed(make_user):
    user = make_user("killed").summing()
    code, _ = stopped_in_the_middle(user, signal.SIGKILL)
    assert code == -signal.SIGKILL
    kept = user.folder / "slow.greenrules"
    assert not (user.folder / "slow.green.py").exists()
    assert not list(kept.glob("*.tmp"))
    assert not (user.folder / "answer.txt").exists(), "the run that was under way wrote into its copy"
    return user


def test_a_changed_script_is_not_resumed(killed):
    path = killed.folder / "slow.py"
    text = path.read_bytes()
    path.write_bytes(text + b"# changed\n")
    before = killed.files()
    done = killed.run(*ARGUMENTS, "--resume")
    assert done.code == 2
    assert "cannot resume: script changed" in done.err
    assert killed.files() == before
    path.write_bytes(text)


def test_changed_data_are_not_resumed(killed):
    killed.write("factor.txt", "4\n")
    done = killed.run(*ARGUMENTS, "--resume")
    assert done.code == 2
    assert "data changed" in done.err
    killed.write("factor.txt", "3\n")


def test_a_changed_rule_is_not_resumed(killed):
    path = killed.folder / "rules.yaml"
    text = path.read_text()
    path.write_text(text.replace("// 2", "// 2 + 0"))
    done = killed.run(*ARGUMENTS, "--resume")
    assert done.code == 2, done.err
    assert "data and packs changed" in done.err
    path.write_text(text)


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        ((), {"OMP_NUM_THREADS": "1"}, "environment changed since the journal was begun: OMP_NUM_THREADS is"),
        (("--seed", "7"), {}, "--seed changed"),
        (("--max-quality-loss", "9%"), {}, "--max-quality-loss changed"),
        (("--tdp-watts", "500"), {}, "meter changed"),
        (("--", "5"), {}, "arguments changed"),
    ],
)
def test_another_environment_or_question_is_not_resumed(killed, options, environment, words):
    done = killed.run(*ARGUMENTS, "--resume", *options, environment=environment)
    assert done.code == 2, done.err
    assert words in done.err and "begin anew" in done.err


def test_resuming_repeats_nothing_that_was_finished_and_comes_to_an_end(killed):
    path = killed.folder / "slow.greenrules/journal.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as journal:
        before = dict(journal.execute("SELECT number, payload FROM entries"))
        made = journal.execute("SELECT count(*) FROM entries WHERE kind = 'run'").fetchone()[0]
    done = killed.run(*ARGUMENTS, "--resume", environment={"TERM": "of another place"})
    assert done.code == 0, done.err
    with contextlib.closing(sqlite3.connect(path)) as journal:
        after = dict(journal.execute("SELECT number, payload FROM entries"))
        runs = journal.execute("SELECT count(*) FROM entries WHERE kind = 'run'").fetchone()[0]
    assert {number: after[number] for number in before} == before
    started = [line for line in done.err.splitlines() if line.startswith("  run ")]
    assert len(started) == runs - made
    report = json.loads((killed.folder / "slow.greenrules/report.json").read_text())
    assert report["selected"] == "c1"
    assert report["search"]["runs"] == runs
    assert (killed.folder / "slow.green.py").exists()
    first = json.loads(before[3])["outcome"]["energy"]["energy_j"]
    assert report["baseline"]["runs"][0]["energy_j"] == first


def test_resuming_what_is_finished_runs_nothing_and_says_the_same(killed):
    path = killed.folder / "slow.greenrules/report.json"
    if not path.exists():
        killed.run(*ARGUMENTS, "--resume")
    first = json.loads(path.read_text())
    done = killed.run(*ARGUMENTS, "--resume")
    assert done.code == 0, done.err
    assert not [line for line in done.err.splitlines() if line.startswith("  run ")]
    assert json.loads(path.read_text()) == first


def test_resuming_without_a_journal_starts_anew_and_says_so(user):
    user.write("slow.py", "print(sum(range(1000)))\n")
    done = user.run("apply", "slow.py", "--report", "json", "--runs", "2", "--resume")
    assert done.code == 0, done.err
    assert "starting anew" in done.err


def test_an_interrupt_leaves_nothing_half_written_and_can_be_resumed(user):
    user.summing()
    before = user.files()
    code, said = stopped_in_the_middle(user, signal.SIGINT)
    assert code == 130
    assert "Traceback" not in said
    assert "--resume" in said
    after = user.files()
    assert {name: after[name] for name in before} == before
    assert {name.split("/")[0] for name in set(after) - set(before)} == {"slow.greenrules"}
    assert not [name for name in after if name.endswith(".tmp") or "report" in name]
    done = user.run(*ARGUMENTS, "--resume")
    assert done.code == 0, done.err
    assert (user.folder / "slow.green.py").exists()


def test_an_interrupt_before_anything_ran_leaves_nothing(user):
    user.write("slow.py", "while True:\n    pass\n")
    before = user.files()
    process = user.start("apply", "slow.py", start_new_session=True)
    for line in process.stderr:
        if line.startswith(b"  run 1"):
            break
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert user.files() == before
    assert not (user.folder / "slow.greenrules").exists()
