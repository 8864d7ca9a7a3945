"""Results of earlier lints: used for the same content under the same rules, and for nothing else."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from greenrules.found import Found
from greenrules.requests import LintRequest, RuleChoice
from greenrules.verbs.interpreter import interpreter
from greenrules.verbs.lint import lint
from greenrules.verbs.lint_cache import LintCache
from greenrules.verbs.linter import Linter, Looked
from greenrules.verbs.portfolio import assemble, target_of

FOUND = Looked(
    (
        Found("lint", "p/r", "idiom", "exact", "a.py", None, 1, 2, 3, 4, "message", None, "caveat", None),
        Found("fixable", "p/s", "idiom", "model", "b.ipynb", 3, 1, 2, 3, 4, "ünï", "reason", None, "--- a\n+++ b\n"),
    ),
    2,
    ("a notice",),
)
LOGARITHM = "frame['a'] = frame['b'].apply(lambda value: np.log(value))\nprint(frame)\n"
ERROR = Looked(error="a.py:1:1: not Python")


@pytest.fixture(scope="module")
def linter() -> Linter:
    return Linter(assemble(RuleChoice()), target_of(interpreter(None)), "python 3", {}, False)


def kept(folder: Path, linter: Linter, *results: tuple[str, bytes, Looked]) -> LintCache:
    """A cache of a later start, after these results were kept in an earlier one."""
    earlier = LintCache(folder, linter)
    for path, data, found in results:
        earlier.put(path, data, found)
    earlier.save()
    return LintCache(folder, linter)


def test_a_result_comes_back_as_it_was(tmp_path, linter):
    later = kept(tmp_path, linter, ("a.py", b"x\n", FOUND), ("b.py", b"y\n", ERROR), ("c.py", b"z\n", Looked()))
    assert later.get("a.py", b"x\n") == FOUND
    assert isinstance(later.get("a.py", b"x\n").findings[0], Found)
    assert later.get("b.py", b"y\n") == ERROR
    assert later.get("c.py", b"z\n") == Looked()
    assert later.get("a.py", b"y\n") is None
    assert later.get("b.py", b"x\n") is None


def test_a_fix_that_was_not_shown_is_kept_for_who_asks_for_it_later(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    script = tmp_path / "script.py"
    script.write_text("import numpy as np\nimport pandas as pd\n\nframe = pd.read_csv('a.csv')\n" + LOGARITHM)

    def fixes(**asked: bool) -> list[bool]:
        found = lint(LintRequest((script,), **asked)).found.findings
        return [one.fix is not None for one in found if one.kind == "fixable"]

    assert fixes(diffs=False, cache=False) == [False]
    assert fixes(diffs=False) == [True]
    monkeypatch.setattr(Linter, "look", None)
    assert fixes() == [True]


def test_our_own_errors_are_not_remembered(tmp_path, linter):
    assert kept(tmp_path, linter, ("a.py", b"", Looked(error="internal error: x"))).get("a.py", b"") is None


@pytest.mark.parametrize(
    "other",
    [
        {"target_identity": "python 4"},
        {"suggestions": True},
        {"per_file_ignores": {"*.py": ("sklearn",)}},
        {"portfolio": RuleChoice(ignore=("idiom",))},
        {"portfolio": RuleChoice(packs=("opencv",))},
    ],
)
def test_another_question_has_other_results(tmp_path, linter, other):
    kept(tmp_path, linter, ("a.py", b"x\n", FOUND))
    if "portfolio" in other:
        other = {"portfolio": assemble(other["portfolio"])}
    fresh = Linter(linter.portfolio, linter.target, "python 3", {}, False)
    assert LintCache(tmp_path, fresh).get("a.py", b"x\n") == FOUND
    assert LintCache(tmp_path, replace(fresh, **other)).get("a.py", b"x\n") is None


def test_a_loose_rule_that_is_written_anew_has_other_results(tmp_path, linter):
    file, caches = tmp_path / "rule.yaml", []
    for summary in ("one", "two"):
        file.write_text(f"rules: [{{id: a, tactic: idiom, summary: {summary}, level: exact, match: f($X)}}]\n")
        with_rule = assemble(RuleChoice(rule_files=(file,)))
        caches.append(LintCache(tmp_path, Linter(with_rule, linter.target, "", {}, False)))
        caches[0].put("a.py", b"x\n", FOUND)
        caches[0].save()
    assert caches[1].get("a.py", b"x\n") is None


@pytest.mark.parametrize("what", ["packs", "code", "engine"])
def test_other_code_and_other_packs_have_other_results(tmp_path, linter, what, monkeypatch):
    from greenrules.verbs import linter as module

    kept(tmp_path, linter, ("a.py", b"x\n", FOUND))
    installed = module.registry()
    if what == "engine":
        monkeypatch.setattr(module, "release", lambda: "other")
    elif what == "code":
        monkeypatch.setattr(module, "registry", lambda: replace(installed, code="other"))
    else:
        packs = {name: replace(pack, digest="other") for name, pack in installed.packs.items()}
        monkeypatch.setattr(module, "registry", lambda: replace(installed, packs=packs))
    fresh = Linter(linter.portfolio, linter.target, "python 3", {}, False)
    assert LintCache(tmp_path, fresh).get("a.py", b"x\n") is None


def test_what_is_damaged_is_done_without(tmp_path, linter):
    kept(tmp_path, linter, ("a.py", b"x\n", FOUND))
    (file,) = tmp_path.iterdir()
    with sqlite3.connect(file) as database:
        for value in (b"", b"garbage", b"N."):
            database.execute("UPDATE results SET value = ?", (value,))
            database.commit()
            assert LintCache(tmp_path, linter).get("a.py", b"x\n") is None
    database.close()
    file.write_bytes(b"no database" * 1000)
    assert kept(tmp_path, linter, ("a.py", b"x\n", FOUND)).get("a.py", b"x\n") is None


def test_several_may_write_at_once(tmp_path, linter):
    def write(number: int) -> None:
        for part in range(5):
            cache = LintCache(tmp_path, linter)
            cache.put(f"{number}-{part}.py", b"", FOUND)
            cache.save()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    later = LintCache(tmp_path, linter)
    assert all(later.get(f"{number}-{part}.py", b"") == FOUND for number in range(4) for part in range(5))


def test_nothing_is_asked_and_nothing_kept_where_it_is_switched_off(tmp_path, linter):
    kept(tmp_path / "on", linter, ("a.py", b"x\n", FOUND))
    cache = LintCache(tmp_path / "on", linter, enabled=False)
    assert cache.get("a.py", b"x\n") is None
    cache = LintCache(tmp_path / "off", linter, enabled=False)
    cache.put("a.py", b"x\n", FOUND)
    cache.save()
    assert not (tmp_path / "off").exists()
