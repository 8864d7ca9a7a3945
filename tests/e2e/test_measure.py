"""``measure`` and ``gate``: what a script costs, stage by stage, and whether it costs more than before."""

import csv
import io
import json
import sys

import pytest

pytestmark = pytest.mark.slow

STAGED = """\
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

x = np.arange(2000.0).reshape(-1, 1)
y = 3 * x.ravel() + 1
model = LinearRegression()
model.fit(x, y)
score = r2_score(y, model.predict(x))
print("r2", score)
"""


@pytest.fixture(scope="module")
def measured(make_user):
    user = make_user("measure")
    user.write("staged.py", STAGED)
    user.before = user.files()
    return user, user.run("measure", "staged.py", "--repeat", "2", "--output", "base.json")


def test_a_table_of_stages_stands_on_stdout(measured):
    user, done = measured
    assert done.code == 0, done.err
    for role in ("imports", "model-instantiation", "training-loop"):
        assert role in done.out
    assert "energy" in done.out
    after = user.files()
    assert set(after) - set(user.before) == {"base.json"}
    assert {name: after[name] for name in user.before} == user.before


def test_the_json_has_every_run_and_no_candidates(measured):
    user, _ = measured
    report = json.loads((user.folder / "base.json").read_text())
    assert report["candidates"] == []
    assert len(report["baseline"]["runs"]) == 2
    assert report["quality"]["metric"].endswith("r2_score")
    assert report["baseline"]["quality"]["median"] == pytest.approx(1.0)
    assert sum(stage["energy_j"] for stage in report["script"]["stages"]) == pytest.approx(
        report["baseline"]["energy_j"]["median"], rel=0.5
    )


def test_json_and_csv_stand_alone_on_stdout_and_arguments_reach_the_script(user):
    user.write("said.py", "import sys\nprint('accuracy', float(sys.argv[1]))\n")
    done = user.run("measure", "said.py", "--json", "--", "0.75")
    assert done.code == 0, done.err
    assert done.json()["baseline"]["quality"]["median"] == 0.75
    done = user.run("measure", "said.py", "--csv", "--repeat", "2", "--", "0.5")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["record"] for row in rows].count("run") == 2
    assert {row["quality"] for row in rows if row["record"] == "run"} == {"0.5"}


def test_any_program_can_be_measured(user):
    done = user.run("measure", "--json", "--command", "--", sys.executable, "-c", "print(sum(range(300_000)))")
    assert done.code == 0, done.err
    assert done.json()["baseline"]["energy_j"]["median"] > 0
    assert "44999850000" in done.err, "what the program prints goes to stderr"
    failed = user.run("measure", "--command", "--", "false")
    assert failed.code == 3
    assert user.run("measure", "--command", "--", "no-such-program").code == 2
    user.write("here.sh", "#!/bin/sh\necho from here\n").chmod(0o755)
    own = user.run("measure", "--command", "--", "./here.sh")
    assert own.code == 0, own.err
    assert "from here" in own.err
    assert user.run("measure", "--command").code == 2
    assert user.run("measure").code == 2


def report_of(measured, energies):
    user, _ = measured
    report = json.loads((user.folder / "base.json").read_text())
    run = report["baseline"]["runs"][0]
    report["baseline"]["runs"] = [run | {"energy_j": energy, "block": number} for number, energy in enumerate(energies)]
    return json.dumps(report)


def test_gate_tells_a_regression_from_none_and_from_doubt(measured):
    user, _ = measured
    user.write("old.json", report_of(measured, [10.0, 10.1, 9.9, 10.0, 10.05]))
    user.write("same.json", report_of(measured, [10.1, 10.0, 9.95, 10.02, 10.0]))
    user.write("worse.json", report_of(measured, [12.0, 12.1, 11.9, 12.0, 12.05]))
    user.write("unsure.json", report_of(measured, [9.0, 12.5, 8.0, 13.0, 10.5]))
    assert user.run("gate", "old.json", "same.json").code == 0
    worse = user.run("gate", "old.json", "worse.json", "--json")
    assert worse.code == 1
    assert worse.json()["verdict"] == "regression"
    assert user.run("gate", "old.json", "worse.json", "--max-regression", "30%").code == 0
    unsure = user.run("gate", "old.json", "unsure.json")
    assert unsure.code == 5
    assert "noisy" in unsure.out
    other = json.loads(report_of(measured, [10.0] * 5))
    other["meter"]["tier"] = "0"
    user.write("other.json", json.dumps(other))
    differs = user.run("gate", "old.json", "other.json")
    assert differs.code == 5
    assert "tier" in differs.out


def test_gate_refuses_what_is_no_report(measured):
    user, _ = measured
    user.write("no.json", "{}")
    done = user.run("gate", "no.json", "old.json")
    assert done.code == 2
    assert "no.json" in done.err
    assert user.run("gate", "none.json", "old.json").code == 2
    assert user.run("gate", "old.json", "old.json", "--max-regression", "some").code == 2
