"""What ``apply`` takes for better, and what it does not: quality, outputs, tolerance, parameters, doubts."""

import contextlib
import json
import re
import sqlite3

import pytest

pytestmark = pytest.mark.slow

WORK = """
def work(steps):
    total = 0
    for step in range(steps):
        total += step % 7
    return total
"""


def rule(match, rewrite, level="exact", more=""):
    return (
        "rules:\n  - id: cheaper\n    tactic: idiom\n    summary: Do less\n"
        f"    level: {level}\n    match: {match}\n    rewrite: {rewrite}\n{more}"
    )


def applied(user, source, rules, *options, code=0):
    user.write("train.py", source)
    user.write("rules.yaml", rules)
    before = user.files()
    done = user.run("apply", "train.py", "--rule", "rules.yaml", "--report", "json", "--runs", "3", *options)
    assert done.code == code, done.err + done.out
    after = user.files()
    assert {name: after[name] for name in before if "green" not in name} == {
        name: seen for name, seen in before.items() if "green" not in name
    }
    report = json.loads((user.folder / "train.greenrules/report.json").read_text())
    return done, report


def test_no_change_when_nothing_helps(user):
    source = WORK + "print('accuracy', work(500_000) % 1 + 0.9)\n"
    done, report = applied(user, source, rule("work($N)", "work(int($N))"), "--require-improvement", code=4)
    assert report["selected"] is None
    assert "no change" in done.out.lower()
    assert not (user.folder / "train.green.py").exists()
    assert report["decision"]["reason"]


def test_a_cheaper_script_of_worse_quality_is_rejected(user):
    source = WORK + "n = 8_000_000\nwork(n)\nprint('accuracy', 0.9 if n > 5_000_000 else 0.8)\n"
    _, report = applied(user, source, rule("$X = 8_000_000", "$X = 2_000_000", "model"))
    assert report["quality"] == {"metric": "accuracy", "better": "higher", "source": "printed", "max_loss": "0.5%"}
    assert report["selected"] is None
    assert report["candidates"][0]["status"] == "rejected"
    assert "0.8" in report["candidates"][0]["reason"]
    done = user.run(
        "apply", "train.py", "--rule", "rules.yaml", "--report", "json", "--runs", "3", "--max-quality-loss", "20%"
    )
    assert done.code == 0
    assert (user.folder / "train.green.py").exists(), "a loss that is allowed is no reason"


def test_outputs_that_differ_are_rejected_at_level_exact(user):
    source = WORK + "n = 2_000_000\nprint('total', work(n), 'of', n)\n"
    _, report = applied(user, source, rule("$X = 2_000_000", "$X = 900"))
    assert report["selected"] is None
    assert "its outputs are not the baseline's" in report["candidates"][0]["reason"]


def test_rounding_is_within_the_tolerance_at_level_numeric_and_not_at_exact(user):
    source = WORK + "n = 8_000_000\nwork(n)\nprint('energy of the system', 1 / 3 + n * 2.5e-15)\n"
    loose = rule("$X = 8_000_000", "$X = 2_000_000", "numeric")
    _, report = applied(user, source, loose)
    assert report["selected"] == "c1"
    _, report = applied(user, source, loose.replace("numeric", "exact"))
    assert report["selected"] is None


def test_a_parameter_is_tuned_and_the_best_value_written(user):
    steps = "{16: 2_000_000, 64: 200_000}.get(batch, 6_000_000)"
    source = WORK + f"def run(batch):\n    return work({steps})\n\nrun(1)\nprint('done')\n"
    more = "    parameters:\n      SIZE: {choices: [16, 64, 256]}\n"
    for _ in range(3):
        # Beside other tests a machine may be too noisy to prove anything; then nothing is selected, as it should be.
        _, report = applied(user, source, rule("run(1)", "run(${SIZE})", "exact", more))
        if report["selected"]:
            break
    assert report["selected"]
    chosen = next(one for one in report["candidates"] if one["id"] == report["selected"])
    assert chosen["parameters"] == {"SIZE": 64}
    assert "run(64)" in (user.folder / "train.green.py").read_text()


def test_a_script_that_is_not_deterministic_is_reported_as_such(user):
    source = WORK + "import random\nwork(2_000_000)\nprint('draw', random.random())\nprint('sum', 7)\n"
    done, report = applied(user, source, rule("work(2_000_000)", "work(5)"))
    assert "not-deterministic" in {one["code"] for one in report["warnings"]}
    assert report["selected"] is not None, "what differs by itself is no reason against a rewrite"
    assert "random seeds" in done.out


def test_a_quality_that_is_not_a_number_is_no_quality(user):
    source = WORK + "n = 2_000_000\nwork(n)\nprint('accuracy', 0.9 if n > 1000 else float('nan'))\n"
    _, report = applied(user, source, rule("$X = 2_000_000", "$X = 900", "model"))
    assert report["selected"] is None
    assert report["candidates"][0]["status"] == "rejected"


def test_a_script_that_reads_stdin_finds_it_empty(user):
    source = "import sys\nprint('read', repr(sys.stdin.read()))\n"
    done, report = applied(user, source, rule("sys.nothing()", "sys.exit()"))
    assert report["baseline"]["quality"] is None
    assert "no-quality" in {one["code"] for one in report["warnings"]}
    assert "no rule applies" in done.err


def test_a_script_without_a_known_library_is_measured(user):
    done, report = applied(user, WORK + "work(100_000)\n", rule("no_such($X)", "$X"))
    assert "no library that an installed pack knows" in done.err
    assert report["baseline"]["energy_j"]["median"] > 0
    assert report["candidates"] == []


def test_an_empty_script_goes_through(user):
    _, report = applied(user, "", rule("f($X)", "$X"))
    assert report["selected"] is None


def test_a_rewrite_that_crashes_is_no_candidate(user):
    source = WORK + "work(1_000_000)\nprint('done')\n"
    _, report = applied(user, source, rule("work($N)", "nobody_knows($N)"))
    assert report["selected"] is None
    assert report["candidates"][0]["status"] == "failed"
    assert "NameError" in report["candidates"][0]["reason"]


@pytest.mark.parametrize("budget", ["0.02s", "0.002J"])
def test_a_budget_that_the_script_itself_does_not_fit_in_is_refused(user, budget):
    user.write("train.py", WORK + "work(3_000_000)\nprint('done')\n")
    user.write("rules.yaml", rule("work(3_000_000)", "work(999)"))
    before = user.files()
    done = user.run("apply", "train.py", "--rule", "rules.yaml", "--budget", budget)
    assert done.code == 2
    assert f"the budget of {budget[:-1]} {budget[-1]}" in done.err
    assert "before the script as it is was measured" in done.err and "at least 13 runs" in done.err
    assert user.files() == before


def test_a_budget_without_room_for_a_proof_changes_nothing_and_says_how_much_is_needed(user):
    source = WORK + "work(3_000_000)\nprint('done')\n"
    rules = rule("work(3_000_000)", "work(999)")
    user.write("train.py", source)
    one = user.run("--quiet", "measure", "train.py", "--json").json()["baseline"]["energy_j"]["median"]
    done, report = applied(user, source, rules, "--budget", f"{5 * one:.3f}J")
    assert report["selected"] is None and not (user.folder / "train.green.py").exists()
    assert report["search"]["energy_j"] <= 5 * one
    assert "leaves no room" in report["search"]["stopped"]
    told = next(warning for warning in report["warnings"] if warning["code"] == "budget")
    needed = told["remedy"].split()[2]
    assert told["remedy"].startswith("--resume --budget") and needed.endswith("J") and float(needed[:-1]) > 5 * one
    assert needed in done.out and "leaves no room" in done.out
    before = report["search"]["runs"]
    # What is needed is said by the runs so far, and beside other tests the next ones may take twice as much.
    more = 4 * float(needed[:-1])
    _, report = applied(user, source, rules, "--resume", "--budget", f"{more:.3f}J")
    assert report["selected"] == "c1" and report["search"]["runs"] > before
    assert report["search"]["energy_j"] <= more


def payload_j(kind, payload):
    if kind == "cut":
        return payload["used_j"]
    return sum(payload["used_j"]) if "used_j" in payload else payload["outcome"]["energy"]["energy_j"]


#: Counts its runs where they may keep caches; from the fifth on it does not come to an end.
ENDLESS = (
    WORK
    + """
import os
from pathlib import Path
count = Path(os.environ["MPLCONFIGDIR"], "count")
seen = int(count.read_text()) if count.exists() else 0
count.write_text(str(seen + 1))
while seen >= 4:
    pass
work(3_000_000)
print('done')
"""
)


def test_a_run_is_ended_when_the_budget_is_used_up_and_made_again_when_it_goes_on(user):
    rules = rule("work(3_000_000)", "work(999)")
    user.write("train.py", WORK + "work(3_000_000)\n")
    one = user.run("--quiet", "measure", "train.py", "--json").json()["baseline"]["energy_j"]["median"]
    budget = 20 * one
    _, report = applied(user, ENDLESS, rules, "--budget", f"{budget:.3f}J")
    assert report["selected"] is None
    # The meter is looked at every quarter of a second: that much a run may go beyond.
    assert 0.9 * budget < report["search"]["energy_j"] < 2 * budget
    told = next(warning for warning in report["warnings"] if warning["code"] == "budget")
    assert "was used up during a run, which was ended" in told["message"]
    first = report["search"]
    _, report = applied(user, ENDLESS, rules, "--resume", "--budget", f"{2 * budget:.3f}J")
    assert report["selected"] is None
    assert report["search"]["runs"] > first["runs"] and report["search"]["energy_j"] > first["energy_j"]
    with contextlib.closing(sqlite3.connect(user.folder / "train.greenrules/journal.sqlite")) as journal:
        kept = journal.execute("SELECT kind, payload FROM entries WHERE kind IN ('run', 'cut')").fetchall()
    used = sum(payload_j(kind, json.loads(payload)) for kind, payload in kept)
    assert report["search"]["energy_j"] == pytest.approx(used), "whatever was run counts, asked for again or not"


def test_a_rewrite_that_can_hardly_matter_is_not_run_and_the_report_says_why(user):
    source = """\
import numpy as np
from sklearn.linear_model import LinearRegression

x = np.arange(10.0 + sum([n for n in range(3)])).reshape(-1, 1)
model = LinearRegression()
model.fit(x, x.ravel())
print(model.coef_)
"""
    listless = rule("sum([$E for $N in $S])", "sum($E for $N in $S)").replace("idiom", "redundancy-elimination")
    _, report = applied(user, source, listless)
    assert report["candidates"] == []
    assert [one["rule"] for one in report["skipped"]] == ["cheaper"]
    assert "which does not win back the 3 runs that a proof takes" in report["skipped"][0]["reason"]


def test_a_run_that_has_used_too_much_to_win_is_ended(user):
    source = WORK + "work(3_000_000)\nprint('done')\n"
    _, report = applied(user, source, rule("work(3_000_000)", "work(900_000_000)"))
    assert report["selected"] is None
    run = report["candidates"][0]["runs"][0]
    assert run["status"] == "aborted: cannot win any more"
    baseline = report["baseline"]["energy_j"]["median"]
    assert 1.5 * baseline < run["energy_j"] < 100 * baseline
    assert "ended early" in report["candidates"][0]["reason"]


def test_no_proof_is_begun_that_the_runs_to_come_cannot_win_back(user):
    source = WORK + "work(3_000_000)\nprint('done')\n"
    rules = rule("work(3_000_000)", "work(2_000_000)")
    _, report = applied(user, source, rules, "--expected-runs", "3")
    assert report["selected"] is None and report["search"]["runs"] == 2
    assert (
        "of 3 runs it could save no more than all, which does not win back the 3 runs" in report["skipped"][0]["reason"]
    )
    done, report = applied(user, source, rules, "--expected-runs", "5")
    assert report["selected"] is None
    # Which of the two is seen first hangs on how dear the tried form came out.
    assert re.search(r"(a proof uses|one more run costs) more than .* over 5 runs", report["search"]["stopped"])
    assert report["search"]["runs"] <= 6
    assert "over 5 runs" in done.out and "raise --expected-runs" in done.out


def test_diff_measures_and_writes_nothing(user):
    user.summing()
    before = user.files()
    done = user.run("apply", "slow.py", "--rule", "rules.yaml", "--runs", "3", "--diff")
    assert done.code == 0, done.err
    assert done.out.startswith("--- a/slow.py")
    assert "// 2" in done.out
    assert user.files() == before


def test_json_stands_alone_on_stdout_and_an_old_output_is_named_stale(user):
    user.summing()
    user.run("apply", "slow.py", "--rule", "rules.yaml", "--static")
    user.write("none.yaml", rule("no_such($X)", "$X"))
    done = user.run(
        "--quiet", "apply", "slow.py", "--rule", "none.yaml", "--runs", "2", "--report", "json", "--json", "--", "50000"
    )
    assert done.code == 0, done.err
    report = done.json()
    assert report["selected"] is None
    stale = [one for one in report["warnings"] if one["code"] == "stale-output"]
    assert "slow.green.py" in stale[0]["message"]
    assert done.err == ""
    assert json.loads((user.folder / "slow.greenrules/report.json").read_text()) == report


def test_without_pango_the_page_is_written_and_one_line_says_what_to_do(user):
    user.write(
        "nopango/sitecustomize.py",
        """\
import sys


class NoPango:
    def find_spec(self, name, path=None, target=None):
        if name == "weasyprint.text.ffi" or name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0': libpango-1.0-0: cannot open shared object file")
        return None


sys.meta_path.insert(0, NoPango())
""",
    )
    user.write("work.py", "print(sum(range(1000)))\n")
    done = user.run(
        "apply",
        "work.py",
        "--runs",
        "2",
        "--report",
        "html,pdf",
        environment={"PYTHONPATH": str(user.folder / "nopango")},
    )
    assert done.code == 0, done.err
    assert (user.folder / "work.greenrules/report.html").exists()
    assert not (user.folder / "work.greenrules/report.pdf").exists()
    lines = [line for line in (done.out + done.err).splitlines() if "apt-get install" in line and "pango" in line]
    assert len(lines) == 1


def test_what_keeps_a_cache_is_measured_cold_and_warm_and_the_cache_is_no_output(user):
    source = (
        WORK
        + """
import os

def kept(steps):
    if not os.path.exists(".kept/answer"):
        os.makedirs(".kept", exist_ok=True)
        answer = work(steps)
        with open(".kept/answer", "w") as file:
            file.write(str(answer))
    with open(".kept/answer") as file:
        return int(file.read())

print("answer", work(3_000_000))
"""
    )
    caching = rule('print("answer", work(3_000_000))', 'print("answer", kept(3_000_000))', more="    persists: .kept\n")
    _, report = applied(user, source, caching)
    (one,) = [each for each in report["candidates"] if each["status"] == "ok"]
    assert one["energy_ratio"]["median"] < 0.5, "a thousand runs share the cold one"
    _, report = applied(user, source, caching, "--expected-runs", "4")
    (one,) = [each for each in report["candidates"] if each["rules"]]
    assert all(run["energy_j"] > 0.15 * report["baseline"]["energy_j"]["median"] for run in one["runs"])


def test_a_library_that_no_run_has_imported_is_warmed_up_first(user):
    user.write("lib/heavy.py", "def total(n):\n    return n * (n - 1) // 2\n")
    source = "result = 0\nfor number in range(2_000_000):\n    result += number\nprint('total', result)\n"
    importing = """\
rules:
  - id: cheaper
    tactic: vectorized-merging
    summary: Add with a library
    level: exact
    match: |
      $S = 0
      for $I in range($N):
          $S += $I
    rewrite: |
      import heavy
      $S = heavy.total($N)
"""
    user.extra = {"PYTHONPATH": str(user.folder / "lib")}
    _, report = applied(user, source, importing)
    runs = sum(len(one["runs"]) for one in [report["baseline"], *report["candidates"]])
    assert any(one["rules"] for one in report["candidates"])
    assert report["search"]["runs"] == runs + 1, "one more run than the report counts for anybody"
