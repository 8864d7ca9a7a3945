"""``lint`` as people and machines call it."""

import json

import pytest
from sum_rule import SUM_RULE

LOOPS = "s = 0\nfor i in range(100):\n    s += i\nprint(s)\n"
PATTERN = "firsts = sorted(values)[0]\n"
RULES = (
    SUM_RULE
    + """\
  - id: smallest
    tactic: idiom
    summary: Take the smallest without sorting
    level: numeric
    match: sorted($X)[0]
    rewrite: min($X)
  - id: told
    tactic: idiom
    summary: Do not sleep
    level: exact
    match: time.sleep($N)
"""
)


@pytest.fixture
def linting(user):
    user.write("rules.yaml", RULES)
    user.write("src/loops.py", LOOPS)
    user.write("src/deep/first.py", PATTERN)
    user.write("src/clean.py", "print(1)\n")
    user.write("src/.venv/lib/site.py", LOOPS)
    user.write("src/ignored/site.py", LOOPS)
    user.write(".gitignore", "ignored/\n")
    user.write(".git/HEAD", "ref: refs/heads/main\n")
    return user


def lint(user, *arguments, code=1, **more):
    done = user.run("lint", "--rule", "rules.yaml", *arguments, **more)
    assert done.code == code, done.out + done.err
    return done


def test_findings_have_a_place_a_frame_and_a_next_step(linting):
    done = lint(linting, "src")
    assert "src/loops.py:1:1" in done.out
    assert "src/deep/first.py:1:10" in done.out
    assert "^" in done.out
    assert "ignored" not in done.out
    assert ".venv" not in done.out
    assert "2 findings in 3 files" in done.out
    assert done.err == ""


def test_clean_files_are_exit_0_and_findings_can_be(linting):
    assert lint(linting, "src/clean.py", code=0).out.strip() != ""
    lint(linting, "src", "--exit-zero", code=0)


def test_json_agrees_with_the_contract_and_a_second_look_gives_the_same(linting):
    first = lint(linting, "src", "--output-format", "json")
    found = first.json()
    assert found["format"] == 1
    assert {one["rule"] for one in found["findings"]} == {"sum-of-range", "smallest"}
    assert set(found["findings"][0]) == {
        *("kind", "rule", "tactic", "level", "path", "cell", "line", "column", "end_line", "end_column"),
        *("message", "reason", "caveat", "fix"),
    }
    assert lint(linting, "src", "--output-format", "json").out == first.out
    assert lint(linting, "src", "--output-format", "json", "--no-cache").out == first.out
    assert lint(linting, "src", "--output-format", "json", "--no-cache", "--jobs", "2").out == first.out


def test_other_formats(linting):
    sarif = lint(linting, "src", "--output-format", "sarif").json()
    assert sarif["version"] == "2.1.0"
    assert len(sarif["runs"][0]["results"]) == 2
    assert lint(linting, "src", "--output-format", "github").out.startswith("::")
    assert len(json.loads(lint(linting, "src", "--output-format", "gitlab").out)) == 2
    assert "<testsuite" in lint(linting, "src", "--output-format", "junit").out
    assert "src/loops.py:1:1" in lint(linting, "src", "--output-format", "concise").out
    statistics = lint(linting, "src", "--statistics").out
    assert "sum-of-range" in statistics
    assert lint(linting, "src", "--output-format", "yaml", code=2).out == ""


def test_fix_writes_exact_rewrites_only_and_more_when_asked(linting):
    before = linting.files()
    done = lint(linting, "src", "--fix")
    assert "smallest" in done.out
    assert (linting.folder / "src/loops.py").read_text() == "s = 100 * (100 - 1) // 2\nprint(s)\n"
    assert (linting.folder / "src/deep/first.py").read_text() == PATTERN
    changed = {name for name, seen in linting.files().items() if before.get(name) != seen}
    assert changed == {"src/loops.py"}
    lint(linting, "src", "--fix", "--level", "numeric", code=0)
    assert (linting.folder / "src/deep/first.py").read_text() == "firsts = min(values)\n"


def test_diff_prints_and_writes_nothing(linting):
    before = linting.files()
    done = lint(linting, "src", "--diff")
    assert "+s = 100 * (100 - 1) // 2" in done.out
    assert "min(values)" not in done.out
    assert linting.files() == before


def test_the_source_may_come_from_stdin(linting):
    done = lint(linting, "--stdin-filename", "src/new.py", stdin=LOOPS.encode())
    assert "src/new.py:1:1" in done.out
    fixed = lint(linting, "--stdin-filename", "src/new.py", "--fix", stdin=LOOPS.encode(), code=0)
    assert fixed.out == "s = 100 * (100 - 1) // 2\nprint(s)\n"
    clean = lint(linting, "--stdin-filename", "src/new.py", "--fix", stdin=b"print(1)\r\n", code=0)
    assert clean.out == "print(1)\r\n"
    assert not (linting.folder / "src/new.py").exists()


def test_a_file_that_cannot_be_read_is_an_error_after_all_others(linting):
    linting.write("src/broken.py", LOOPS + "def f(:\n")
    done = lint(linting, "src", code=2)
    assert "src/broken.py:5" in done.out + done.err
    assert "src/loops.py:1:1" in done.out
    found = lint(linting, "src", "--output-format", "json", code=2).json()
    assert found["summary"]["errors"] == 1
    assert lint(linting, "nowhere", code=2).err.startswith("error: no such file or folder: nowhere")


def test_a_notebook_is_looked_at_cell_by_cell_and_fixed(linting):
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": [text]}
        for text in ("%matplotlib inline\n", LOOPS)
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    linting.write("book.ipynb", json.dumps(notebook, indent=1) + "\n")
    finding = lint(linting, "book.ipynb", "--output-format", "json").json()["findings"][0]
    assert (finding["cell"], finding["line"]) == (2, 1)
    assert "book.ipynb" in lint(linting, "book.ipynb", "--output-format", "concise").out
    lint(linting, "book.ipynb", "--fix", code=0)
    fixed = json.loads((linting.folder / "book.ipynb").read_text())
    assert "".join(fixed["cells"][1]["source"]) == "s = 100 * (100 - 1) // 2\nprint(s)\n"
    assert fixed["cells"][0] == cells[0]


def test_suppressions_and_those_that_suppress_nothing(linting):
    linting.write("one.py", "s = 0  # greenrules: ignore[sum-of-range] measured\n" + LOOPS.split("\n", 1)[1])
    lint(linting, "one.py", code=0)
    linting.write("two.py", "print(1)  # greenrules: ignore[sum-of-range] why\n")
    done = lint(linting, "two.py", code=0)
    assert "two.py:1" in done.err


def test_settings_of_the_project_hold(linting):
    linting.write("pyproject.toml", "[tool.greenrules]\nexclude = ['src/deep/']\nignore = ['vectorized-merging']\n")
    lint(linting, "src", code=0)
    shown = linting.run("config", "--json").json()
    assert shown["exclude"]["value"] == ["src/deep/"]
    assert shown["exclude"]["origin"].endswith("pyproject.toml")
    assert shown["runs"] == {"value": 5, "origin": "default"}
