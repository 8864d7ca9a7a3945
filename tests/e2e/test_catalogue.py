"""What is installed, what it does, and packs of one's own."""

import json
import re

import pytest


def test_help_names_every_command_and_gives_examples(user):
    shown = user.run("--help")
    assert shown.code == 0
    for command in ("apply", "lint", "measure", "gate", "report", "choose", "doctor", "packs", "rules", "explain"):
        assert command in shown.out
    assert "Example: greenrules apply train.py" in user.run("apply", "--help").out
    assert re.fullmatch(r"greenrules \d+\.\d+\.\d+\n", user.run("--version").out)
    assert user.run("aply").code == 2


def test_packs_rules_and_explain_agree(user):
    packs = user.run("packs", "--json").json()
    assert {pack["name"] for pack in packs} >= {"sklearn", "numpy_pandas", "opencv"}
    rules = user.run("rules", "--json").json()
    assert len(rules) == sum(pack["rules"] for pack in packs)
    listed = user.run("rules", "--pack", "opencv").out.splitlines()
    assert len(listed) == next(pack["rules"] for pack in packs if pack["name"] == "opencv")
    name = listed[0].split()[0]
    told = user.run("explain", name)
    assert told.code == 0
    for word in (name, "tactic", "level", "before", "after"):
        assert word in told.out
    assert user.run("explain", name, "--json").json()["rule"] == name
    wrong = user.run("explain", name[:-2])
    assert wrong.code == 2
    assert name in wrong.err


def test_a_loose_rule_can_be_explained(user):
    user.summing()
    done = user.run("explain", "sum-of-range", "--rule", "rules.yaml")
    assert done.code == 0, done.err
    assert "Add numbers by the formula" in done.out


def test_doctor_gives_each_trouble_its_remedy(user):
    done = user.run("doctor", environment={"OMP_NUM_THREADS": "16"})
    assert done.code == 0, done.err
    assert "OMP_NUM_THREADS" in done.out
    assert "unset OMP_NUM_THREADS" in done.out
    checks = user.run("doctor", "--json").json()["checks"]
    assert {check["group"] for check in checks} >= {"meter", "sandbox", "library", "environment", "pack", "report"}
    assert all(check["remedy"] for check in checks if check["status"] == "missing" and check["group"] != "meter")


def test_config_tells_where_a_value_comes_from(user):
    user.write("greenrules.toml", "runs = 7\n")
    done = user.run("config")
    assert re.search(r"^runs +7 +.*greenrules\.toml$", done.out, re.MULTILINE)
    assert re.search(r"^seed +0 +default$", done.out, re.MULTILINE)
    user.write("greenrules.toml", "runs = 1\n")
    done = user.run("config")
    assert done.code == 2
    assert "greenrules.toml:1" in done.err


@pytest.mark.slow
def test_a_new_pack_passes_its_own_tests_and_a_broken_one_does_not(user):
    made = user.run("pack", "new", "acme")
    assert made.code == 0, made.err
    assert "greenrules-pack-acme/pyproject.toml" in made.out
    tested = user.run("pack", "test", "greenrules-pack-acme")
    assert tested.code == 0, tested.out
    checked = user.run("pack", "check", "greenrules-pack-acme")
    assert checked.code == 0, checked.out
    run = user.run("pack", "test", "greenrules-pack-acme", "--run")
    assert run.code in (0, 1), run.err
    again = user.run("pack", "new", "acme")
    assert again.code == 2
    assert "not empty" in again.err
    assert user.run("pack", "new", "9 lives").code == 2
    rules = user.folder / "greenrules-pack-acme/src/greenrules_pack_acme/rules/idiom.yaml"
    text = rules.read_text()
    rules.write_text(text.replace("first = min(times)", "first = max(times)"))
    failed = user.run("pack", "test", "greenrules-pack-acme")
    assert failed.code == 1
    assert "smallest-without-sorting" in failed.out
    rules.write_text(text.replace("rewrite: min($X)", "rewrite: min($Y)"))
    broken = user.run("pack", "test", "greenrules-pack-acme")
    assert broken.code == 2
    assert "idiom.yaml:" in broken.err
    assert "^" in broken.err
    assert user.run("pack", "test", "nowhere").code == 2


def test_output_may_end_early(user):
    """``greenrules rules | head -1`` is no error."""
    process = user.start("rules")
    assert process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    assert process.wait(timeout=30) == 0
    assert said == b""


def test_results_are_json_whatever_the_terminal(user):
    done = user.run("rules", "--json", environment={"FORCE_COLOR": "1", "TERM": "xterm-256color"})
    assert json.loads(done.out)
    assert "\x1b" not in done.out
