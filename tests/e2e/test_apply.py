"""``apply`` from the outside: one whole run, looked at from every side."""

import json

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def applied(make_user):
    user = make_user("apply").summing()
    user.before = user.files()
    done = user.run("apply", "slow.py", "--rule", "rules.yaml", "--", "1500000")
    return user, done


def test_it_ends_well_and_claims_a_proven_saving(applied):
    user, done = applied
    assert done.code == 0, done.err
    assert "less energy than slow.py" in done.out
    report = json.loads((user.folder / "slow.greenrules/report.json").read_text())
    chosen = next(one for one in report["candidates"] if one["id"] == report["selected"])
    assert chosen["proven"]
    assert chosen["energy_ratio"]["high"] < 1
    assert len([run for run in chosen["runs"] if run["phase"] == "confirmation"]) >= 5


def test_the_new_script_runs_alone_and_says_the_same(applied):
    user, _ = applied
    old = user.python("slow.py", "1000")
    answer = (user.folder / "answer.txt").read_text()
    new = user.python("slow.green.py", "1000")
    assert new.code == 0
    assert (new.out, (user.folder / "answer.txt").read_text()) == (old.out, answer)
    assert "greenrules" not in (user.folder / "slow.green.py").read_text()
    (user.folder / "answer.txt").unlink()


def test_the_users_files_are_as_they_were_and_only_the_expected_are_new(applied):
    user, _ = applied
    after = user.files()
    assert {name: after[name] for name in user.before} == user.before
    assert set(after) - set(user.before) == {
        "slow.green.py",
        "slow.greenrules/journal.sqlite",
        "slow.greenrules/report.html",
        "slow.greenrules/report.json",
        "slow.greenrules/report.pdf",
        "slow.greenrules/written.json",
    }


def test_results_stand_on_stdout_and_progress_on_stderr(applied):
    _, done = applied
    assert "run 1 of" in done.err
    assert "run 1 of" not in done.out
    assert "\x1b" not in done.out + done.err
    for name in ("slow.green.py", "report.html", "report.pdf"):
        assert name in done.out


def test_the_runs_are_counted_towards_a_total_that_makes_sense(applied):
    _, done = applied
    counted = [line.split(":")[0].split() for line in done.err.splitlines() if line.startswith("  run ")]
    numbers = [(int(words[1]), int(words[3])) for words in counted]
    assert [number for number, _ in numbers] == list(range(1, len(numbers) + 1))
    assert all(number <= total for number, total in numbers)
    assert numbers[1][1] > 5, "the confirmation is foreseen from the beginning"
    assert numbers[-1][0] == numbers[-1][1]


def test_the_notices_tell_what_is_possible(applied):
    _, done = applied
    assert ": 1 rewrite to try" in done.err
    assert "no library that an installed pack knows" in done.err


def test_the_report_holds_what_was_measured(applied):
    user, _ = applied
    report = json.loads((user.folder / "slow.greenrules/report.json").read_text())
    assert report["script"]["output"] == "slow.green.py"
    assert report["command"][-2:] == ["--", "1500000"]
    assert report["search"]["runs"] == len(
        [run for one in (report["baseline"], *report["candidates"]) for run in one["runs"]]
    )
    assert report["machine"]["cpu"]
    assert report["meter"]["tier"] in {"0", "1", "2", "3a", "3b"}
    assert report["search"]["break_even_runs"]["median"] > 0


def test_choosing_again_and_reporting_again_run_nothing(applied):
    user, _ = applied
    before = user.files()
    again = user.run("choose", "slow.greenrules/report.json", "--weights", "0.2,0.6,0.2", "--json")
    assert again.code == 0, again.err
    weights = again.json()["decision"]["weights"]
    assert {name: round(value, 6) for name, value in weights.items()} == {"energy": 0.2, "quality": 0.6, "time": 0.2}
    told = user.run("choose", "slow.greenrules/report.json", "--weights", "1,0,0")
    assert told.code == 0
    assert "chosen: c1" in told.out
    assert user.files() == before
    wrong = user.run("choose", "slow.greenrules/report.json", "--weights", "1,0")
    assert wrong.code == 2
    assert "three weights" in wrong.err
    loose = user.run("choose", "slow.greenrules/report.json", "--max-quality-loss", "1%")
    assert loose.code == 2 and "no quality figure" in loose.err
    reported = user.run("report", "slow.greenrules/report.json", "--report", "md,tex,html", "--report-dir", "again")
    assert reported.code == 0, reported.err
    assert {path.name for path in (user.folder / "again").iterdir()} == {"report.md", "report.tex", "report.html"}
    html = (user.folder / "again/report.html").read_bytes()
    assert html == (user.folder / "slow.greenrules/report.html").read_bytes()


def test_gate_reads_what_apply_wrote(applied):
    user, _ = applied
    done = user.run("gate", "slow.greenrules/report.json", "slow.greenrules/report.json", "--max-regression", "300%")
    assert done.code == 0, done.out


def test_a_second_apply_overwrites_its_own_output_and_refuses_one_that_was_edited(applied):
    user, _ = applied
    report = user.run("apply", "slow.py", "--rule", "rules.yaml", "--static")
    assert report.code == 0, report.err
    path = user.folder / "slow.green.py"
    written = path.read_bytes()
    path.write_bytes(written + b"# mine\n")
    refused = user.run("apply", "slow.py", "--rule", "rules.yaml", "--static")
    assert refused.code == 2
    assert "not what greenrules last wrote" in refused.err
    assert "--force" in refused.err
    assert path.read_bytes().endswith(b"# mine\n")
    forced = user.run("apply", "slow.py", "--rule", "rules.yaml", "--static", "--force")
    assert forced.code == 0
    assert path.read_bytes() == written
