"""Everything a user may give that is not as it should be: what is said, the exit code, and untouched files."""

import pytest

STOPS = "x = 1\nprint('before')\nraise ValueError('the data are gone')\n"


@pytest.fixture
def untouched(user):
    """Checks at the end that nothing was written or changed."""
    user.summing()
    yield user
    assert user.files() == user.expected


def bad(user, *arguments, code, **more):
    user.expected = user.files()
    done = user.run(*arguments, **more)
    assert done.code == code, done.err + done.out
    assert "Traceback" not in done.err or code == 3
    return done


def test_a_syntax_error_has_its_line_and_a_caret(untouched):
    untouched.write("broken.py", "a = 1\nb = (2,\nc = 3 3\n")
    done = bad(untouched, "apply", "broken.py", code=2)
    assert "broken.py:" in done.err
    assert "^" in done.err
    assert done.out == ""


def test_a_script_that_fails_shows_its_own_traceback_and_leaves_no_folder(untouched):
    untouched.write("stops.py", STOPS)
    done = bad(untouched, "apply", "stops.py", code=3)
    assert 'File "stops.py", line 3' in done.err or "stops.py" in done.err
    assert "ValueError: the data are gone" in done.err
    assert "greenrules/" not in done.err.split("Traceback")[1], "only the user's own frames"
    assert not (untouched.folder / "stops.greenrules").exists()


def test_a_failing_script_of_which_there_are_reports_keeps_them(user):
    user.write("stops.py", STOPS)
    user.write("stops.greenrules/report.json", "{}")
    before = user.files()
    assert user.run("apply", "stops.py").code == 3
    assert user.files() == before


def test_a_missing_module_names_the_interpreter(untouched):
    untouched.write("wants.py", "import surely_not_there\n")
    done = bad(untouched, "apply", "wants.py", code=3)
    assert "--python" in done.err


def test_an_endless_script_is_ended(untouched):
    untouched.write("endless.py", "while True:\n    pass\n")
    done = bad(untouched, "apply", "endless.py", "--timeout", "1", code=3)
    assert "1 s" in done.err
    assert "--timeout" in done.err
    assert not (untouched.folder / "endless.greenrules").exists()


def test_a_missing_file_suggests_the_nearest(untouched):
    done = bad(untouched, "apply", "slw.py", code=2)
    assert "no such file: slw.py" in done.err
    assert "slow.py" in done.err


def test_a_folder_is_no_script(untouched):
    (untouched.folder / "sub").mkdir()
    assert "is a folder" in bad(untouched, "apply", "sub", code=2).err


def test_an_unknown_pack_rule_and_metric_suggest_the_nearest(untouched):
    assert "sklearn" in bad(untouched, "apply", "slow.py", "--pack", "sklern", code=2).err
    assert "thread-topology" in bad(untouched, "apply", "slow.py", "--select", "thread-topologie", code=2).err
    done = bad(untouched, "explain", "sklearn/random-forest-to-hist", code=2)
    assert "did you mean sklearn/random-forest" in done.err


def test_a_broken_rule_file_has_a_position_and_a_caret(untouched):
    head = "rules:\n  - id: one\n    tactic: idiom\n    summary: One\n"
    untouched.write("bad.yaml", head + "    level: exakt\n    match: f($X)\n    rewrite: g($X)\n")
    done = bad(untouched, "apply", "slow.py", "--rule", "bad.yaml", code=2)
    assert "bad.yaml:5:12" in done.err
    assert "^" in done.err
    assert "exact" in done.err
    untouched.write("worse.yaml", "rules:\n  - id: one\n   tactic: idiom\n")
    done = bad(untouched, "apply", "slow.py", "--rule", "worse.yaml", code=2)
    assert "worse.yaml:3" in done.err
    untouched.write(
        "pattern.yaml", head + "    level: exact\n    match: f($X)\n    rewrite: g($X)\n    where: [$X is]\n"
    )
    done = bad(untouched, "lint", "slow.py", "--rule", "pattern.yaml", code=2)
    assert "pattern.yaml:8" in done.err
    assert bad(untouched, "apply", "slow.py", "--rule", "none.yaml", code=2).err.endswith(
        "error: no such rule file: none.yaml\n"
    )


def test_options_that_make_no_sense(untouched):
    for option, value, word in (
        ("--weights", "1,2", "three weights"),
        ("--budget", "soon", "budget"),
        ("--max-quality-loss", "a lot", "quality loss"),
        ("--memory", "much", "size"),
        ("--report", "doc", "format"),
        ("--level", "exakt", "exact"),
        ("--meter", "crystal", "meter"),
        ("--require-meter", "9", "tier"),
        ("--python", "/no/python", "interpreter"),
        ("--python", "/bin/true", "does not answer as Python 3.9"),
        ("--output", "slow.py", "the script itself"),
        ("--no-such-option", "1", "no-such-option"),
    ):
        done = bad(untouched, "apply", "slow.py", option, value, code=2)
        assert word in done.err, (option, done.err)


@pytest.mark.parametrize(
    "options",
    [("--json", "--diff"), ("--json", "--static"), ("--resume", "--static"), ("--in-place", "--output", "other.py")],
)
def test_options_of_which_only_one_can_be_meant(untouched, options):
    assert "exclude each other" in bad(untouched, "apply", "slow.py", *options, code=2).err


def test_settings_of_a_folder_that_is_not_there(untouched):
    assert "no such folder: nowhere" in bad(untouched, "config", "nowhere", code=2).err


def test_a_meter_that_is_required_and_not_there_is_exit_5(untouched):
    done = bad(untouched, "apply", "slow.py", "--require-meter", "0", code=5)
    assert "tier 0 is required" in done.err
    assert bad(untouched, "measure", "slow.py", "--require-meter", "1", code=5).out == ""


def test_a_notebook_is_linted_and_not_run(untouched):
    untouched.write("book.ipynb", '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    done = bad(untouched, "apply", "book.ipynb", code=2)
    assert "nbconvert" in done.err


def test_settings_that_are_not_known_have_their_position(user):
    user.summing()
    user.write("pyproject.toml", "[tool.greenrules]\nwheights = '1,0,0'\n")
    done = user.run("apply", "slow.py", "--rule", "rules.yaml")
    assert done.code == 2
    assert "pyproject.toml:2" in done.err
    assert "weights" in done.err


def test_a_script_above_the_current_folder_is_refused(user, tmp_path):
    user.write("sub/here.py", "print(1)\n")
    user.write("there.py", "print(1)\n")
    user.folder = tmp_path / "sub"
    done = user.run("apply", "../there.py")
    assert done.code == 2
    assert "cd " in done.err
    assert not (tmp_path / "there.greenrules").exists()
