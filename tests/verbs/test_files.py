"""Which files a lint looks at, and writing one whole."""

from pathlib import Path

import pytest

from greenrules.errors import UsageError
from greenrules.verbs.files import python_files


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")


def found(root: Path, *exclude: str) -> list[str]:
    return [path.relative_to(root).as_posix() for path in python_files([root], exclude)]


def test_gitignore_files_are_honoured_at_every_level_with_negation(tmp_path):
    make(tmp_path, "a.py", "build/b.py", "sub/c.py", "sub/keep.py", "sub/deep/c.py", "n.ipynb", "notes.txt")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("build/\nc.py\n")
    (tmp_path / "sub/.gitignore").write_text("!c.py\nkeep.py\n")
    assert found(tmp_path) == ["a.py", "n.ipynb", "sub/c.py", "sub/deep/c.py"]


def test_the_gitignore_above_a_folder_counts_within_its_repository(tmp_path):
    make(tmp_path, "src/gen/a.py", "src/b.py")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("gen\n")
    assert [p.name for p in python_files([tmp_path / "src"])] == ["b.py"]


def test_environments_and_caches_are_left_out_and_named_files_never_are(tmp_path):
    make(tmp_path, ".venv/a.py", "__pycache__/b.py", "ok.py", "train.greenrules/x.py")
    assert found(tmp_path) == ["ok.py"]
    assert python_files([tmp_path / ".venv/a.py"]) == [tmp_path / ".venv/a.py"]


def test_a_path_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UsageError):
        python_files([tmp_path / "no.py"])


def test_each_file_comes_once(tmp_path):
    make(tmp_path, "a.py")
    assert python_files([tmp_path, tmp_path / "a.py"]) == [tmp_path / "a.py"]
