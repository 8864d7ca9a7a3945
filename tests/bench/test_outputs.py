"""Comparing outputs, both ways, with what is not deterministic masked and named."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenrules.bench.files import file_digest
from greenrules.bench.lines import differences
from greenrules.bench.outputs import Mask, compare, mask_of
from greenrules.bench.run import Outcome, Prediction
from greenrules.bench.text import close, tokens

NOTHING = Outcome("ok", 0, None, 1.0, 1.0, 1.0)


def printed(text):
    return replace(NOTHING, stdout=text.encode())


@pytest.fixture
def wrote(tmp_path):
    count = iter(range(1000))

    def make(stdout="", predictions=(), deleted=(), **files):
        folder = tmp_path / str(next(count))
        folder.mkdir()
        for name, content in files.items():
            path = folder / name.replace("__", ".")
            if callable(content):
                content(path)
            elif isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_text(content)
        digests = {p.name: file_digest(p) for p in folder.iterdir()}
        kept = []
        for number, (name, array) in enumerate(predictions):
            path = tmp_path / f"{folder.name}-{number}.npy"
            np.save(path, array)
            kept.append(Prediction(name, number, file_digest(path), path))
        return replace(
            printed(stdout), files=digests, files_dir=folder, predictions=tuple(kept), deleted=tuple(deleted)
        )

    return make


def agree(a, b, level="numeric", mask=None, **tolerance):
    return compare(a, b, level, mask or Mask(), **tolerance).agree


@pytest.mark.parametrize(
    ("a", "b", "exact", "numeric"),
    [
        ("x 1.0\n", "x 1.0\n", True, True),
        ("x 1.0\n", "x 1.0001\n", False, True),
        ("x 1.0\n", "x 1.01\n", False, False),
        ("x 1.0\n", "y 1.0\n", False, False),
        ("a [1.  2.5]\n", "a [1.00001 2.5    ]\n", False, True),
        ("100%\n", "100.01%\n", False, True),
        ("1e-9\n", "2e-9\n", False, True),
        ("nan inf -inf\n", "nan inf -inf\n", True, True),
        ("nan\n", "1.0\n", False, False),
        ("inf\n", "-inf\n", False, False),
        ("a\nb\n", "a\n", False, False),
        ("a\n", "a\nb\n", False, False),
        ("a\n", "a", False, True),
        ("a\r\n", "a\n", False, True),
        ("v1.2.3 12\n", "v1.2.4 12\n", False, False),
        ("1_000\n", "1000\n", False, True),
        ("-0.0\n", "0.0\n", False, True),
        ("id abc123\n", "id abc124\n", False, False),
        ("", "", True, True),
        ("", "x\n", False, False),
    ],
)
def test_printed_text(a, b, exact, numeric):
    for x, y in ((a, b), (b, a)):
        assert agree(printed(x), printed(y), "exact") is exact
        assert agree(printed(x), printed(y), "numeric") is numeric


def test_differences_are_named():
    found = compare(printed("a\nloss 0.5 acc 0.9\n"), printed("a\nloss 0.7 acc 0.9\n"), "numeric", Mask())
    assert found.reason() == "printed output differs (line 2 token 1: 0.5 / 0.7)"
    assert found.facts()["printed"] == 0.5


def test_tolerances_can_be_chosen():
    assert agree(printed("1.0"), printed("1.05"), rtol=0.1) and not agree(printed("1.0"), printed("1.05"), rtol=0.01)


def test_times_and_addresses_are_masked_and_named():
    one = printed("took 1.23 s\nacc 0.9\n<obj at 0x7f00aa>\n")
    two = printed("took 1.31 s\nacc 0.9\n<obj at 0x7f11bb>\n")
    mask = mask_of(one, two)
    assert not mask.deterministic and len(mask.names) == 2 and "1.23 / 1.31" in mask.names[0]
    candidate = printed("took 0.40 s\nacc 0.9\n<obj at 0x7f22cc>\n")
    assert compare(one, candidate, "exact", mask).agree
    assert compare(one, candidate, "exact", mask).masked == 2
    assert not compare(one, printed("took 0.40 s\nacc 0.8\n<obj at 0x7f22cc>\n"), "exact", mask).agree
    assert not compare(one, printed("took 0.40 h\nacc 0.9\n<obj at 0x7f22cc>\n"), "exact", mask).agree
    assert mask_of(one, one).deterministic


def test_lines_that_come_and_go_are_masked():
    one, two = printed("a\nretry 1\nb\n"), printed("a\nb\n")
    mask = mask_of(one, two)
    assert compare(one, two, "exact", mask).agree
    assert not compare(one, printed("a\nretry 1\nc\n"), "exact", mask).agree


@pytest.mark.parametrize(
    ("name", "a", "b", "numeric"),
    [
        ("t__csv", "x,y\n1.0,a\n", "x,y\n1.00001,a\n", True),
        ("t__csv", "x,y\n1.0,a\n", "x,y\n1.0,b\n", False),
        ("t__csv", "x\n1\n", "x\n1\n2\n", False),
        ("t__csv", "x,y\n1,2\n", "x\n1\n", False),
        ("t__tsv", "1\t2,5\n", "1.0\t2,5\n", True),
        ("t__json", json.dumps({"a": [1, 2.0]}), json.dumps({"a": [1.0, 2.0000001]}, indent=1), True),
        ("t__json", '{"a": 1}', '{"a": 1, "b": 2}', False),
        ("t__json", '{"a": true}', '{"a": 1}', False),
        ("t__json", '{"a": NaN}', '{"a": NaN }', True),
        ("t__json", '{"a": 1}', "not json", False),
        ("t__jsonl", '{"a": 1}\n', '{"a": 1.0}\n', True),
        ("t__log", "loss 0.5\n", "loss 0.50001\n", True),
        ("t__pkl", b"\x80\x04K\x01.", b"\x80\x04K\x02.", False),
        ("t__png", b"a", b"b", False),
        ("t", "1", "1.0", False),
    ],
)
def test_files(wrote, name, a, b, numeric):
    for x, y in ((a, b), (b, a)):
        assert agree(wrote(**{name: x}), wrote(**{name: y})) is numeric
        assert not agree(wrote(**{name: x}), wrote(**{name: y}), "exact")
    assert agree(wrote(**{name: a}), wrote(**{name: a}), "exact")


def saved(array):
    return lambda path: np.save(path, array)


@pytest.mark.parametrize(
    ("a", "b", "numeric"),
    [
        (np.ones(3), np.ones(3) + 1e-6, True),
        (np.ones(3), np.ones(3, "float32"), True),
        (np.ones(3), np.ones(4), False),
        (np.array([1, np.nan]), np.array([1.0, np.nan]), True),
        (np.array([1, np.nan]), np.array([1.0, 2.0]), False),
        (np.array(["a"]), np.array(["b"]), False),
        (np.array(["a"]), np.array(["a"], dtype="U9"), True),
        (np.array([True]), np.array([1]), True),
    ],
)
def test_arrays(wrote, a, b, numeric):
    for x, y in ((a, b), (b, a)):
        assert agree(wrote(m__npy=saved(x)), wrote(m__npy=saved(y))) is numeric


def test_archives_of_arrays(wrote):
    def archive(**arrays):
        return wrote(m__npz=lambda path: np.savez(path, **arrays))

    assert agree(archive(a=np.ones(2)), archive(a=np.ones(2) + 1e-7))
    assert not agree(archive(a=np.ones(2)), archive(a=np.ones(2), b=np.ones(1)))
    assert not agree(archive(a=np.ones(2)), archive(a=np.zeros(2)))


def test_an_array_of_objects_is_not_unpickled(wrote):
    bombs = [np.array([{"x": n}], dtype=object) for n in range(2)]
    found = compare(*(wrote(m__npy=lambda p, b=b: np.save(p, b)) for b in bombs), "numeric", Mask())
    assert not found.agree and "cannot be read" in found.reason()


def test_files_that_are_missing_or_new_or_deleted(wrote):
    one, two = wrote(a__txt="x"), wrote()
    assert not agree(one, two) and not agree(two, one)
    assert not agree(wrote(deleted=["a"]), wrote()) and agree(wrote(deleted=["a"]), wrote(deleted=["a"]))


def test_names_made_of_the_time_are_masked(wrote):
    first, second, third = (wrote(**{f"run-{t}__txt": "x"}) for t in ("20240101", "20240102", "20240103"))
    mask = mask_of(first, second)
    assert mask.file_shapes and agree(first, third, "exact", mask)
    assert not agree(first, wrote(other__txt="x"), "exact", mask)


def test_a_file_with_a_time_in_it(wrote):
    first, second = wrote(log__txt="begun 10:01\nloss 0.5\n"), wrote(log__txt="begun 10:02\nloss 0.5\n")
    mask = mask_of(first, second)
    assert agree(first, wrote(log__txt="begun 11:44\nloss 0.5\n"), "exact", mask) or mask.names
    assert not agree(first, wrote(log__txt="begun 10:02\nloss 0.6\n"), "exact", mask)


def test_predictions(wrote):
    one = wrote(predictions=[("accuracy", np.array([1, 0, 1, 1]))])
    two = wrote(predictions=[("accuracy", np.array([1, 0, 0, 1]))])
    found = compare(one, two, "exact", Mask())
    assert not found.agree and found.facts()["predictions"] == 0.75
    assert agree(one, wrote(predictions=[("accuracy", np.array([1, 0, 1, 1]))]), "exact")
    assert not agree(one, wrote()) and not agree(wrote(), one)


def test_output_that_was_cut_is_compared_by_its_digest():
    one = replace(printed("a"), truncated=True, stdout_sha256="x")
    assert not agree(one, replace(one, stdout_sha256="y")) and agree(one, one)


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(allow_nan=True, allow_infinity=True))
def test_closeness_is_symmetric_and_reflexive(a, b):
    assert close(a, b, 1e-3, 1e-6) == close(b, a, 1e-3, 1e-6)
    assert close(a, a, 0.0, 0.0)
    if math.isfinite(a) and abs(a) < 1e300:
        assert close(a, a * (1 + 5e-4), 1e-3, 1e-6)


@given(st.text(max_size=80))
def test_tokens_lose_nothing(text):
    assert "".join(t.text for t in tokens(text, spaces=True)) == text


@given(st.lists(st.text("ab1. -\n", max_size=8), max_size=6), st.lists(st.text("ab1. -\n", max_size=8), max_size=6))
def test_a_difference_is_found_both_ways(a, b):
    x, y = "\n".join(a), "\n".join(b)
    assert bool(differences(x, y, rtol=None)[0]) == bool(differences(y, x, rtol=None)[0]) == (x != y)
    assert bool(differences(x, y, rtol=1e-3)[0]) == bool(differences(y, x, rtol=1e-3)[0])


TOOK = ("took 1.23 s for 12 items\n", "took 10.31 s for 12 items\n")


@pytest.mark.parametrize(
    ("pair", "fits", "fits_not"),
    [
        # a number of another width shifts everything that stands after it
        (
            TOOK,
            ["took 7 s for 12 items\n"],
            ["took 7 s for 13 items\n", "took 7 h for 12 items\n", "took s for 12 items\n"],
        ),
        # a line that comes and goes shifts every line after it
        (
            ("a 1\nb 2.5\nc 3\n", "a 1\nretry 1\nb 2.7\nc 3\n"),
            ["retry 9\na 1\nretry 4\nb 2.1\nc 3\n"],
            ["a 1\nb 2.5\nc 4\n"],
        ),
        (("done in 3 s\n", "done in 1 min 3 s\n"), ["done in 2 min 9 s\n", "done in 9 s\n"], ["failed in 3 s\n"]),
        (("[0.11 0.52 0.37]\n", "[0.91 0.52 0.04]\n"), ["[0.6 0.1 0.2]\n"], ["[0.6 0.1 x]\n"]),
        (
            ("draw 0.5\nsum 7\n", "draw 0.6\nsum 7\n"),
            ["draw 0.1\nsum 7\n"],
            ["draw nan\nsum 7\n", "draw 0.1\nsum 8\n", "sum 7\n"],
        ),
        (
            ("2026-03-01 10:01:59 go 7\n", "2026-03-01 10:02:00 go 7\n"),
            ["2026-03-02 11:13:05 go 7\n"],
            ["2026-03-02 11:13:05 go 8\n"],
        ),
        (("<A at 0x7f00aa>\n", "<A at 0x7f11bb>\n"), ["<A at 0x712345>\n", "<A at 0xabcdef>\n"], ["<B at 0x7f11bb>\n"]),
        (("id 3f2a11\n", "id a1b2c3\n"), ["id 99\n", "id 12e4aa\n"], ["it 3f2a11\n"]),
        (("t   1.2 | ok\n", "t  13.2 | ok\n"), ["t 144.2 | ok\n"], ["t 144.2 | no\n"]),
        (("x\n", "x\n"), ["x\n"], ["y\n"]),
    ],
)
def test_what_two_baselines_differ_in_is_masked_wherever_it_stands_and_nothing_else(pair, fits, fits_not):
    mask = mask_of(*map(printed, pair))
    for level in ("exact", "numeric"):
        for text in (*pair, *fits):
            assert agree(printed(pair[0]), printed(text), level, mask), text
        for text in fits_not:
            assert not agree(printed(pair[0]), printed(text), level, mask), text


def test_what_stays_of_a_masked_line_is_held_to_the_tolerance():
    mask = mask_of(printed("loss 0.5 in 1.2 s\n"), printed("loss 0.5 in 1.3 s\n"))
    for text, exact, numeric in (("loss 0.50001 in 9 s", False, True), ("loss 0.6 in 9 s", False, False)):
        assert agree(printed("loss 0.5 in 1.2 s\n"), printed(text + "\n"), "exact", mask) is exact
        assert agree(printed("loss 0.5 in 1.2 s\n"), printed(text + "\n"), "numeric", mask) is numeric


words = st.text("ab1. -:/", max_size=10)


@given(st.lists(words, max_size=5), st.lists(words, max_size=5))
def test_two_baselines_agree_under_their_own_mask(a, b):
    x, y = printed("\n".join(a)), printed("\n".join(b))
    mask = mask_of(x, y)
    assert mask.deterministic == (x.stdout == y.stdout)
    for level in ("exact", "numeric"):
        assert agree(x, y, level, mask) and agree(x, x, level, mask)


@given(st.lists(words, min_size=1, max_size=4), st.integers(0, 4), st.floats(0, 1e6))
def test_a_line_that_stays_is_never_masked_by_one_that_does_not(lines, at, value):
    def text(fixed, changing):
        found = [*lines]
        found.insert(min(at, len(lines)), f"time {changing}")
        return printed("\n".join([*found, f"fixed {fixed}"]))

    mask = mask_of(text(7, 1.5), text(7, 2.25))
    assert agree(text(7, 1.5), text(7, value), "exact", mask)
    assert not agree(text(7, 1.5), text(8, value), "numeric", mask)


def test_masked_files(wrote):
    def table(rows):
        return wrote(t__csv="name,score\n" + "".join(f"{name},{score}\n" for name, score in rows))

    one, two = table([("a", 0.5), ("b", 0.6), ("c", 0.7)]), table([("a", 0.51), ("b", 0.63), ("c", 0.7)])
    mask = mask_of(one, two)
    assert agree(one, table([("a", 0.1), ("b", 0.2), ("c", 0.9)]), "numeric", mask), "a column, not single cells"
    assert not agree(one, table([("a", 0.1), ("x", 0.2), ("c", 0.9)]), "numeric", mask)
    numbered = [table([(n, n / 2) for n in range(count)]) for count in (5, 6, 4)]
    mask = mask_of(*numbered[:2])
    assert agree(numbered[0], numbered[2], "numeric", mask), "rows that come and go"
    assert not agree(numbered[0], table([("z", 0.5)]), "numeric", mask)

    def document(**values):
        return wrote(t__json=json.dumps(values))

    one, two = document(took=[1.5, 2], n=3), document(took=[1.75], n=3)
    mask = mask_of(one, two)
    assert agree(one, document(took=[9.0, 8.0], n=3), "numeric", mask)
    assert not agree(one, document(took=[9.0, 8.0], n=4), "numeric", mask)


def test_files_of_changing_names_must_still_be_written_and_hold_the_same(wrote):
    first, second = (wrote(**{f"run-{t}__txt": "loss 0.5\n"}) for t in ("20240101", "20240102"))
    mask = mask_of(first, second)
    assert agree(first, wrote(**{"run-20250203__txt": "loss 0.5\n"}), "exact", mask)
    assert not agree(first, wrote(**{"run-20250203__txt": "loss 0.6\n"}), "exact", mask)
    assert not agree(first, wrote(), "exact", mask), "the file is gone"
    assert not agree(first, wrote(**{f"run-2025020{n}__txt": "loss 0.5\n" for n in (3, 4)}), "exact", mask)


def test_predictions_that_differ_by_themselves_keep_their_shape(wrote):
    one, two = (wrote(predictions=[("accuracy", np.array(v))]) for v in ([1, 0, 1], [1, 1, 1]))
    mask = mask_of(one, two)
    assert agree(one, wrote(predictions=[("accuracy", np.array([0, 0, 0]))]), "exact", mask)
    assert not agree(one, wrote(predictions=[("accuracy", np.array([0, 0]))]), "exact", mask)
    assert not agree(one, wrote(), "exact", mask)
