"""What is said of a script that does not find its files."""

import pytest

from greenrules.verbs.setting import other_folder

MISSING = "FileNotFoundError: [Errno 2] No such file or directory: {name!r}"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "project/models").mkdir(parents=True)
    (tmp_path / "project/models/data.csv").write_text("1")
    (tmp_path / "shared.csv").write_text("1")
    return tmp_path / "project"


@pytest.mark.parametrize(
    ("name", "script", "words"),
    [
        ("data.csv", "models/train.py", "lies beside the script"),
        ("data.csv", "models/train.py", "cd models, and name it train.py"),
        ("shared.csv", "train.py", "cd .., and name it project/train.py"),
    ],
)
def test_a_file_that_lies_elsewhere_says_where_to_start(root, name, script, words):
    assert words in other_folder(MISSING.format(name=name), root, script)
    assert words in other_folder(f"OSError: {name} not found: '{name}'", root, script)


@pytest.mark.parametrize("name", ["nowhere.csv", "/data.csv", "models/data.csv"])
def test_a_file_that_is_nowhere_or_was_found_says_nothing(root, name):
    assert other_folder(MISSING.format(name=name), root, "models/train.py") is None
    assert other_folder("ValueError: no", root, "models/train.py") is None
