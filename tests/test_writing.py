"""A file is whole or as it was."""

import os

import pytest

from greenrules.errors import UsageError
from greenrules.writing import write_whole


def test_a_file_is_replaced_whole_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "report.json"
    write_whole(path, b"old and long")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_keeps_what_was_there(tmp_path):
    path = tmp_path / "report"
    path.mkdir()
    (path / "kept").write_text("kept")
    with pytest.raises(UsageError, match="report"):
        write_whole(path, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["report"]
    assert (path / "kept").read_text() == "kept"


def test_others_may_read_what_the_umask_lets_them(tmp_path):
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "a", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


def test_writing_keeps_permissions_and_follows_links(tmp_path):
    real = tmp_path / "real.py"
    real.write_text("old")
    real.chmod(0o750)
    link = tmp_path / "link.py"
    link.symlink_to(real)
    write_whole(link, b"new")
    assert real.read_bytes() == b"new"
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o750
    assert sorted(os.listdir(tmp_path)) == ["link.py", "real.py"]


def test_what_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(UsageError):
        write_whole(blocked / "inside.py", b"x")
    assert os.listdir(tmp_path) == ["file"]


def test_a_name_as_long_as_the_system_allows_can_be_written(tmp_path):
    path = tmp_path / ("a" * 250 + ".json")
    write_whole(path, b"x")
    assert path.read_bytes() == b"x"


def test_the_error_says_what_could_not_be_written_where_and_why(tmp_path):
    with pytest.raises(UsageError, match=r"cannot write the report to .*/name: Is a directory"):
        (tmp_path / "name").mkdir()
        write_whole(tmp_path / "name", b"", "the report")
