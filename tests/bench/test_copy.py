"""The working copy: what is in it, what is not, and that the user's files never change."""

from __future__ import annotations

import os
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.bench.copy import WorkingCopy
from greenrules.bench.inventory import Limits
from greenrules.errors import UsageError


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "user"
    folder.mkdir()
    (folder / "train.py").write_text("pass\n")
    return folder


def names(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_version_control_environments_caches_and_results_are_left_out(root, tmp_path):
    for path in (
        ".git/config",
        "venv/pyvenv.cfg",
        "conda/conda-meta/x",
        "__pycache__/a.pyc",
        "pkg/__pycache__/b.pyc",
        "train.greenrules/journal.sqlite",
        "node_modules/x.js",
        "pkg/module.py",
        "data/a.csv",
        ".hidden",
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    copy = WorkingCopy(root, "train.py", tmp_path / "s")
    assert names(copy.directory) == [".hidden", "data", "data/a.csv", "pkg", "pkg/module.py", "train.py"]


def test_copies_are_never_links(root, tmp_path):
    (root / "data").write_text("x")
    copy = WorkingCopy(root, "train.py", tmp_path / "s")
    assert (copy.directory / "data").stat().st_ino != (root / "data").stat().st_ino
    assert (root / "data").stat().st_nlink == 1
    assert (copy.directory / "data").stat().st_mtime_ns == (root / "data").stat().st_mtime_ns


def test_links_without_mounts(root, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "big.csv").write_text("outside")
    (root / "data.csv").write_text("inside")
    (root / "relative").symlink_to("data.csv")
    (root / "absolute").symlink_to(root / "data.csv")
    (root / "file").symlink_to(outside / "big.csv")
    (root / "folder").symlink_to(outside)
    (root / "dangling").symlink_to(outside / "nothing")
    (root / "loop").symlink_to(root)
    copy = WorkingCopy(root, "train.py", tmp_path / "s")
    work = copy.directory
    assert os.readlink(work / "relative") == "data.csv"
    assert not (work / "absolute").is_symlink() and (work / "absolute").read_text() == "inside"
    assert not (work / "file").is_symlink() and (work / "file").read_text() == "outside"
    assert (work / "folder" / "big.csv").read_text() == "outside"
    assert not os.path.lexists(work / "dangling")
    assert any("dangling" in note for note in copy.notes) and any("loop" in note for note in copy.notes)
    with copy.fresh():
        for name in ("relative", "absolute", "file", "folder/big.csv"):
            (work / name).write_text("changed")
        (work / "dangling").write_text("made")
    assert (outside / "big.csv").read_text() == "outside" and (root / "data.csv").read_text() == "inside"
    assert not (outside / "nothing").exists()


def test_a_relative_link_to_what_is_left_out_is_followed(root, tmp_path):
    (root / ".cache").mkdir()
    (root / ".cache" / "data.bin").write_text("d")
    (root / "data.bin").symlink_to(".cache/data.bin")
    copy = WorkingCopy(root, "train.py", tmp_path / "s")
    assert (copy.directory / "data.bin").read_text() == "d"


def test_links_with_mounts_stay_as_they_are(root, tmp_path):
    (root / "absolute").symlink_to("/etc/hostname")
    copy = WorkingCopy(root, "train.py", tmp_path / "s", share_large=True)
    assert os.readlink(copy.directory / "absolute") == "/etc/hostname"


def test_sockets_and_pipes_are_skipped(root, tmp_path, monkeypatch):
    os.mkfifo(root / "pipe")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        copy = WorkingCopy(root, "train.py", tmp_path / "s")
    assert names(copy.directory) == ["train.py"]
    assert len(copy.notes) == 2


def test_too_many_files_or_bytes(root, tmp_path):
    (root / "a.csv").write_bytes(b"x" * 1000)
    (root / "b.csv").write_bytes(b"x" * 1000)
    with pytest.raises(UsageError, match="exceed 2 files") as many:
        WorkingCopy(root, "train.py", tmp_path / "s1", limits=Limits(most_files=2))
    assert "--data" in many.value.remedy and many.value.exit_code == 2
    with pytest.raises(UsageError, match="exceed"):
        WorkingCopy(root, "train.py", tmp_path / "s2", limits=Limits(most_bytes=1500))
    assert not (tmp_path / "s2" / "work").exists()


def test_data_files_reduce_a_folder_that_is_too_large(root, tmp_path):
    (root / "data").mkdir()
    for i in range(20):
        (root / "data" / f"{i}.csv").write_text("x")
    (root / "module.py").write_text("")
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_text("e")
    copy = WorkingCopy(
        root, "train.py", tmp_path / "s", limits=Limits(most_files=10), data=[root / "data" / "3.csv", elsewhere]
    )
    assert names(copy.directory) == ["data", "data/3.csv", "elsewhere.csv", "module.py", "train.py"]
    with pytest.raises(UsageError, match="no such data file"):
        WorkingCopy(root, "train.py", tmp_path / "s2", data=[tmp_path / "nothing"])


def test_large_files_are_shared_only_where_they_can_be_mounted(root, tmp_path):
    (root / "large").write_bytes(b"x" * 1000)
    copied = WorkingCopy(root, "train.py", tmp_path / "s1", limits=Limits(large_bytes=500))
    assert copied.shared == () and (copied.directory / "large").stat().st_size == 1000
    shared = WorkingCopy(root, "train.py", tmp_path / "s2", limits=Limits(900, large_bytes=500), share_large=True)
    assert [s.relative for s in shared.shared] == ["large"] and (shared.directory / "large").stat().st_size == 0
    with pytest.raises(UsageError, match="writes to a large file"):
        shared.copy_shared()
    roomy = WorkingCopy(root, "train.py", tmp_path / "s3", limits=Limits(large_bytes=500), share_large=True)
    assert roomy.copy_shared() == 1 and roomy.shared == ()
    roomy.restore()
    assert (roomy.directory / "large").read_bytes() == b"x" * 1000


def test_everything_a_run_does_is_undone(root, tmp_path):
    (root / "data").mkdir()
    (root / "data" / "a").write_text("a")
    (root / "b").write_text("b")
    (root / "link").symlink_to("b")
    copy = WorkingCopy(root, "train.py", tmp_path / "s")
    before = names(copy.directory)
    with copy.fresh(b"print(1)") as work:
        assert (work / "train.py").read_bytes() == b"print(1)"
        (work / "data" / "a").unlink()
        (work / "data").rmdir()
        (work / "data").write_text("now a file")
        (work / "b").unlink()
        (work / "b").mkdir()
        (work / "b" / "deep").mkdir()
        (work / "b" / "deep" / "file").write_text("x")
        (work / "b" / "deep").chmod(0)
        (work / "link").unlink()
        (work / "link").symlink_to("/etc")
        (work / "new").write_text("n")
        changes = copy.changes(b"print(1)")
    assert set(changes.written) == {"data", "b/deep/file", "link", "new"}
    assert changes.deleted == ("data/a",) or set(changes.deleted) == {"data/a"}
    with copy.fresh() as work:
        assert names(work) == before
        assert (work / "data" / "a").read_text() == "a" and (work / "b").read_text() == "b"
        assert os.readlink(work / "link") == "b" and (work / "train.py").read_text() == "pass\n"


def test_content_that_changes_behind_the_times_is_noticed(root, tmp_path):
    (root / "data").write_text("aaaa")
    copy = WorkingCopy(root, "train.py", tmp_path / "s")
    with copy.fresh() as work:
        path = work / "data"
        status = path.stat()
        path.write_text("bbbb")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert list(copy.changes().written) == ["data"]
    with copy.fresh() as work:
        assert (work / "data").read_text() == "aaaa"


def test_rewriting_the_same_content_is_no_change(root, tmp_path):
    (root / "data").write_text("same")
    copy = WorkingCopy(root, "train.py", tmp_path / "s")
    with copy.fresh(b"x") as work:
        (work / "data").unlink()
        (work / "data").write_text("same")
        (work / "train.py").write_bytes(b"x")
        assert copy.changes(b"x").written == {}


def test_the_users_later_edits_do_not_reach_a_running_search(root, tmp_path):
    (root / "data").write_text("first")
    copy = WorkingCopy(root, "train.py", tmp_path / "s")
    digest = copy.digest
    (root / "data").write_text("second")
    with copy.fresh() as work:
        (work / "data").unlink()
    with copy.fresh() as work:
        assert (work / "data").read_text() == "first"
    assert WorkingCopy(root, "train.py", tmp_path / "s2").digest != digest


def test_the_digest_leaves_the_script_out(root, tmp_path):
    first = WorkingCopy(root, "train.py", tmp_path / "s1").digest
    (root / "train.py").write_text("other")
    assert WorkingCopy(root, "train.py", tmp_path / "s2").digest == first


def test_names_that_are_not_text(root, tmp_path):
    strange = os.fsencode(root) + b"/\xff\xfe\n name"
    with open(strange, "wb") as file:
        file.write(b"x")
    copy = WorkingCopy(root, "train.py", tmp_path / "s")
    assert os.path.exists(os.fsencode(copy.directory) + b"/\xff\xfe\n name")
    assert len(copy.digest) == 64


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["write", "remove", "folder", "link", "rename", "chmod"]),
        st.sampled_from(["a", "b", "d/c", "d", "new", "d/new", "train.py"]),
        st.sampled_from(["a", "b", "d/c", "d", "x"]),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(ACTS)
def test_any_sequence_of_acts_is_undone(tmp_path_factory, acts):
    base = tmp_path_factory.mktemp("acts")
    root = base / "user"
    (root / "d").mkdir(parents=True)
    for name in ("a", "b", "d/c", "train.py"):
        (root / name).write_text(name)
    copy = WorkingCopy(root, "train.py", base / "s")

    def state(folder):
        return {
            str(p.relative_to(folder)): os.readlink(p) if p.is_symlink() else p.read_text() if p.is_file() else None
            for p in folder.rglob("*")
        }

    pristine = state(root)
    with copy.fresh() as work:
        for act, one, other in acts:
            try:
                if act == "write":
                    (work / one).write_text("changed")
                elif act == "remove":
                    (work / one).unlink()
                elif act == "folder":
                    (work / one).mkdir()
                elif act == "link":
                    (work / one).symlink_to(other)
                elif act == "rename":
                    (work / one).rename(work / other)
                else:
                    (work / one).chmod(0o400)
            except OSError:
                continue
        copy.changes()
    with copy.fresh() as work:
        assert state(work) == pristine
        assert copy.changes().written == {} and copy.changes().deleted == ()
    assert state(root) == pristine
