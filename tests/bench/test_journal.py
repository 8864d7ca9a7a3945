"""The journal survives kills and truncation at any byte."""

from __future__ import annotations

import math
import shutil
import signal
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenrules.bench.journal import open_journal
from greenrules.errors import UsageError

HEADER = {"script": "a", "packs": "b", "data": "c", "environment": "d", "seed": "1"}


def payload(n):
    return {"energy_j": n / 3, "quality": float("nan") if n % 2 else 0.5, "stdout": "x" * (n * 37 % 900)}


def filled(path, count=25):
    with open_journal(path, HEADER) as journal:
        for n in range(count):
            journal.append("run", f"c{n}", payload(n))
    return path


def test_everything_comes_back(tmp_path):
    path = filled(tmp_path / "deep" / "journal.sqlite")
    with open_journal(path, HEADER, resume=True) as journal:
        assert [e.key for e in journal.entries] == [f"c{n}" for n in range(25)]
        assert journal.find("run", "c4").payload["energy_j"] == 4 / 3
        assert math.isnan(journal.find("run", "c3").payload["quality"])
        assert journal.find("run", "c99") is None and journal.notes == ()
        journal.append("run", "c25", {})
    with open_journal(path, HEADER, resume=True) as journal:
        assert len(journal.entries) == 26


def test_without_resume_it_begins_anew(tmp_path):
    path = filled(tmp_path / "journal.sqlite")
    with open_journal(path, HEADER) as journal:
        assert journal.entries == ()


def test_resume_without_a_journal_says_so(tmp_path):
    with open_journal(tmp_path / "journal.sqlite", HEADER, resume=True) as journal:
        assert journal.entries == () and "anew" in journal.notes[0]


@pytest.mark.parametrize("changed", [["script"], ["packs", "seed"], ["data", "environment", "seed"]])
def test_what_changed_is_named(tmp_path, changed):
    path = filled(tmp_path / "journal.sqlite")
    before = path.read_bytes()
    with pytest.raises(UsageError) as refused:
        open_journal(path, {**HEADER, **dict.fromkeys(changed, "other")}, resume=True)
    assert all(name in refused.value.message for name in changed) and refused.value.remedy
    assert path.read_bytes() == before


def test_files_that_changed_are_named(tmp_path):
    path = tmp_path / "journal.sqlite"
    files = {"data/train.csv": "1", "gone.txt": "2", "same.txt": "3"}
    with open_journal(path, HEADER, parts={"data": files}) as journal:
        assert journal.entries == ()
        journal.append("run", "c1", {})
    now = {"data/train.csv": "9", "same.txt": "3", "notes.txt": "4"}
    with pytest.raises(UsageError) as refused:
        open_journal(path, {**HEADER, "data": "other"}, resume=True, parts={"data": now})
    for words in ("notes.txt is new", "gone.txt is gone", "data/train.csv is another"):
        assert words in refused.value.message
    assert "same.txt" not in refused.value.message
    many = {f"{number}.csv": "1" for number in range(12)}
    with pytest.raises(UsageError, match=r"0\.csv is new, .* and 12 more"):
        open_journal(path, {**HEADER, "data": "other"}, resume=True, parts={"data": many})
    with open_journal(path, HEADER, resume=True, parts={"data": files}) as journal:
        assert [entry.key for entry in journal.entries] == ["c1"]


def test_truncated_at_any_byte(tmp_path):
    original = filled(tmp_path / "journal.sqlite")
    whole = original.read_bytes()
    kept = {}
    cuts = sorted({*range(130), *range(0, len(whole), 211), *range(1024, len(whole), 1024), len(whole) - 1})
    for cut in cuts:
        path = tmp_path / "cut.sqlite"
        path.write_bytes(whole[:cut])
        with open_journal(path, HEADER, resume=True) as journal:
            count = len(journal.entries)
            assert [e.key for e in journal.entries] == [f"c{n}" for n in range(count)], cut
            for n, entry in enumerate(journal.entries):
                assert repr(entry.payload) == repr(payload(n))
            assert journal.notes or count == 25
            journal.append("run", "after", {"ok": True})
        with open_journal(path, HEADER, resume=True) as journal:
            assert len(journal.entries) == count + 1 and journal.notes == ()
        kept[cut] = count
    assert kept[len(whole) - 1] == 25
    # What stands before the cut is saved: a row is lost with the page that it lies on, not with the end of the file.
    for share in (0.9, 0.75, 0.5):
        cut = max(one for one in cuts if one <= share * len(whole))
        assert kept[cut] >= 25 * (share - 0.2), (cut, kept[cut])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_truncated_anywhere_and_followed_by_anything(tmp_path, data):
    original = tmp_path / "whole.sqlite"
    whole = original.read_bytes() if original.exists() else filled(original).read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    path = tmp_path / "cut.sqlite"
    path.with_name("cut.sqlite-journal").unlink(missing_ok=True)
    path.write_bytes(whole[:cut] + data.draw(st.binary(max_size=200)))
    with open_journal(path, HEADER, resume=True) as journal:
        kept = [(e.key, repr(e.payload)) for e in journal.entries]
        assert kept == [(f"c{n}", repr(payload(n))) for n in range(len(kept))]
        journal.append("run", "after", {})
    with open_journal(path, HEADER, resume=True) as journal:
        assert [e.key for e in journal.entries] == [*(key for key, _ in kept), "after"]


def test_damaged_in_the_middle(tmp_path):
    original = filled(tmp_path / "journal.sqlite")
    whole = original.read_bytes()
    for start in range(0, len(whole), 1777):
        path = tmp_path / "damaged.sqlite"
        path.write_bytes(whole[:start] + bytes(b ^ 0x5A for b in whole[start : start + 64]) + whole[start + 64 :])
        with open_journal(path, HEADER, resume=True) as journal:
            for n, entry in enumerate(journal.entries):
                assert (entry.key, repr(entry.payload)) == (f"c{n}", repr(payload(n)))


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, b"SQLite format 3\0"])
def test_something_else_in_its_place(tmp_path, content):
    path = tmp_path / "journal.sqlite"
    path.write_bytes(content)
    with open_journal(path, HEADER, resume=True) as journal:
        assert journal.entries == () and journal.notes


WRITE = """
import sys
from pathlib import Path
from greenrules.bench.journal import open_journal
with open_journal(Path(sys.argv[1]), {"seed": "1"}, resume=True) as journal:
    for n in range(len(journal.entries), 10**6):
        journal.append("run", str(n), {"n": n, "x": "y" * (n % 700)})
        print(n, flush=True)
"""


def test_killed_at_any_moment_nothing_that_was_told_is_lost(tmp_path):
    path = tmp_path / "journal.sqlite"
    told = -1
    for lines in (1, 2, 3, 5, 9):
        process = subprocess.Popen([sys.executable, "-c", WRITE, str(path)], stdout=subprocess.PIPE)
        for _ in range(lines):
            told = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()
        told = int(rest[-1]) if rest and rest[-1].isdigit() else told
        process.wait()
        copy = tmp_path / "copy.sqlite"
        for suffix in ("", "-journal"):
            source = path.with_name(path.name + suffix)
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)
            if source.exists():
                shutil.copy(source, copy.with_name(copy.name + suffix))
        with open_journal(copy, {"seed": "1"}, resume=True) as journal:
            numbers = [e.payload["n"] for e in journal.entries]
        assert numbers == list(range(len(numbers))) and len(numbers) >= told + 1


def test_two_at_once_is_refused(tmp_path):
    path = tmp_path / "journal.sqlite"
    with open_journal(path, HEADER) as journal:
        journal.append("run", "a", {})
        with pytest.raises(UsageError, match="another greenrules"):
            open_journal(path, HEADER, resume=True)
        with pytest.raises(UsageError, match="another greenrules"):
            open_journal(path, HEADER)
        assert journal.append("run", "b", {}).number == 3
