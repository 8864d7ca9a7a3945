"""Encodings, and what is written where: nothing of the user's is ever lost."""

import json

import pytest

LOOP = "s = 0\nfor i in range(100):\n    s += i\nprint(s)\n"


def static(user, name, *more):
    done = user.run("apply", name, "--rule", "rules.yaml", "--static", *more)
    assert done.code == 0, done.err
    return done


def test_static_writes_exact_rewrites_without_running_anything(user):
    user.summing()
    before = user.files()
    done = static(user, "slow.py")
    assert "nothing measured" in done.out
    assert "run 1" not in done.err
    new = {name for name in user.files() if name not in before}
    assert new == {"slow.green.py", "slow.greenrules/written.json"}
    assert "count * (count - 1) // 2" in (user.folder / "slow.green.py").read_text()


def test_static_with_nothing_to_do_says_so(user):
    user.summing()
    user.write("plain.py", "print(1)\n")
    before = user.files()
    assert "no change" in static(user, "plain.py").out
    done = user.run("apply", "plain.py", "--rule", "rules.yaml", "--static", "--require-improvement")
    assert done.code == 4
    assert user.files() == before


def test_static_diff_prints_and_writes_nothing(user):
    user.summing()
    before = user.files()
    done = static(user, "slow.py", "--diff")
    assert done.out.startswith("--- a/slow.py")
    assert "+    result = count * (count - 1) // 2" in done.out
    assert user.files() == before


def test_in_place_never_loses_an_original(user):
    user.summing()
    first = (user.folder / "slow.py").read_bytes()
    static(user, "slow.py", "--in-place")
    assert (user.folder / "slow.py.orig").read_bytes() == first
    second = b"# again\n" + first
    user.write("slow.py", second)
    static(user, "slow.py", "--in-place")
    assert (user.folder / "slow.py.orig").read_bytes() == first
    assert (user.folder / "slow.py.orig.1").read_bytes() == second
    assert b"// 2" in (user.folder / "slow.py").read_bytes()


def test_output_goes_where_it_is_asked_to(user):
    user.summing()
    static(user, "slow.py", "--output", "out/fast.py", "--report-dir", "told")
    assert (user.folder / "out/fast.py").exists()
    assert not (user.folder / "slow.green.py").exists()
    assert not (user.folder / "slow.greenrules").exists()


def test_a_foreign_output_is_refused_before_anything_runs(user):
    user.summing()
    user.write("slow.green.py", "# by hand\n")
    before = user.files()
    done = user.run("apply", "slow.py", "--rule", "rules.yaml")
    assert done.code == 2
    assert "--force" in done.err
    assert "run 1" not in done.err
    assert user.files() == before


@pytest.mark.parametrize(
    ("head", "encoding", "newline"),
    [
        ("# -*- coding: latin-1 -*-\n# Grüße\n", "latin-1", "\n"),
        ("# vim: set fileencoding=cp1252 :\n# Preis: 5 €\n", "cp1252", "\n"),
        ("# é\n", "utf-8-sig", "\n"),
        ("# é\n", "utf-8", "\r\n"),
        ("#!/usr/bin/env python3\n# coding: utf-8\n", "utf-8", "\n"),
    ],
)
def test_encoding_cookie_byte_order_mark_and_newlines_survive(user, head, encoding, newline):
    user.summing()
    user.write("odd.py", (head + LOOP).replace("\n", newline).encode(encoding))
    (user.folder / "odd.py").chmod(0o755)
    static(user, "odd.py")
    wanted = (head + "s = 100 * (100 - 1) // 2\nprint(s)\n").replace("\n", newline).encode(encoding)
    assert (user.folder / "odd.green.py").read_bytes() == wanted
    assert user.python("odd.green.py").out == user.python("odd.py").out == "4950\n"


def test_bytes_that_are_no_text_are_an_error_with_a_position(user):
    user.write("bytes.py", b"x = 1\nname = '\xff\xfe'\n")
    done = user.run("apply", "bytes.py")
    assert done.code == 2
    assert "bytes.py:2" in done.err
    assert "coding" in done.err


def test_an_executable_stays_one(user):
    user.summing()
    (user.folder / "slow.py").chmod(0o755)
    static(user, "slow.py", "--in-place")
    assert (user.folder / "slow.py").stat().st_mode & 0o777 == 0o755


def test_what_was_written_is_known_again_after_a_move_of_the_folder(user):
    user.summing()
    static(user, "slow.py")
    known = json.loads((user.folder / "slow.greenrules/written.json").read_text())
    assert len(known) == 1
