"""Questions to an interpreter other than ours."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from greenrules.bench.target import InterpreterTarget
from greenrules.errors import UsageError

LIBRARY = '''
print("noise while importing")
import os
class Base:
    """A base."""
    inherited = 1
    def fit(self, X, y=None):
        self.coef_ = X
        self.a, self.b = 1, 2
        for self.counter in range(3):
            pass
        return self
class Model(Base):
    __slots__ = ("slotted",)
    annotated: int
    def __init__(self, n=100, *, seed=None, kind=os.environ, values=(1, "x")):
        setattr(self, "by_setattr", n)
    @property
    def score_(self):
        return 1
def function(a, b: int = 1, *args, c: "str" = None, **kw) -> int:
    return 1
'''


def environment(folder):
    return {**os.environ, "PYTHONPATH": str(folder)}


@pytest.fixture
def library(tmp_path):
    folder = tmp_path / "library"
    info = folder / "mylib-1.2.3.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: My_Lib\nVersion: 1.2.3\n")
    (folder / "mylib.py").write_text(LIBRARY)
    return folder


def pythons():
    others = sorted(Path("/root/.pyenv/versions").glob("3.9.*/bin/python")) if Path("/root/.pyenv").is_dir() else []
    return [sys.executable, *map(str, others[:1])]


@pytest.mark.parametrize("python", pythons())
def test_versions_signatures_and_attributes(python, library, tmp_path):
    with InterpreterTarget(Path(python), tmp_path / "cache", environment(library)) as target:
        assert target.version("my.lib") == "1.2.3" and target.has("my-lib") is True
        assert target.version("no-such-thing") is None and target.has("no-such-thing") is False
        assert target.signature("mylib.function") == "(a, b=1, *args, c=None, **kw)"
        text = target.signature("mylib.Model")
        assert text == "(n=100, *, seed=None, kind=..., values=(1, 'x'))"
        ast.parse(f"def f{text}: pass")
        names = target.attributes("mylib.Model")
        assert {
            "coef_",
            "a",
            "b",
            "counter",
            "inherited",
            "slotted",
            "annotated",
            "by_setattr",
            "score_",
            "fit",
        } <= names
        assert "absent" not in names
        assert target.attributes("mylib.function") is None
        assert target.signature("mylib.nothing") is None and target.signature("nolib.f") is None


def test_answers_are_kept_and_no_process_is_started_for_them(library, tmp_path):
    with InterpreterTarget(Path(sys.executable), tmp_path / "cache", environment(library)) as target:
        first = (target.signature("mylib.function"), target.version("my-lib"), target.attributes("mylib.Model"))
    again = InterpreterTarget(Path(sys.executable), tmp_path / "cache", environment(library))
    assert (again.signature("mylib.function"), again.version("my-lib"), again.attributes("mylib.Model")) == first
    assert again._process is None


def test_a_new_version_is_noticed(library, tmp_path):
    with InterpreterTarget(Path(sys.executable), tmp_path / "cache", environment(library)) as target:
        assert target.signature("mylib.function")
    (library / "mylib-1.2.3.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: My_Lib\nVersion: 2.0\n")
    (library / "mylib-1.2.3.dist-info").rename(library / "mylib-2.0.dist-info")
    (library / "mylib.py").write_text("def function(new): pass\n")
    with InterpreterTarget(Path(sys.executable), tmp_path / "cache", environment(library)) as target:
        assert target.version("my-lib") == "2.0"
        assert target.signature("mylib.function") == "(new)"


def test_answers_stay_when_an_unrelated_file_appears(library, tmp_path):
    with InterpreterTarget(Path(sys.executable), tmp_path / "cache", environment(library)) as target:
        assert target.signature("mylib.function")
    (library / "other.txt").write_text("x")
    again = InterpreterTarget(Path(sys.executable), tmp_path / "cache", environment(library))
    assert again.version("my-lib") == "1.2.3"
    again.close()
    again.signature("mylib.function")
    assert again._process is None


def test_a_damaged_cache_is_not_believed(library, tmp_path):
    cache = tmp_path / "cache"
    with InterpreterTarget(Path(sys.executable), cache, environment(library)) as target:
        target.version("my-lib")
    for text in ("", "[]", "{", '{"format": 1, "folders": 3}'):
        for path in cache.iterdir():
            path.write_text(text)
        with InterpreterTarget(Path(sys.executable), cache, environment(library)) as target:
            assert target.version("my-lib") == "1.2.3"


def test_a_library_that_kills_the_interpreter(library, tmp_path):
    (library / "deadly.py").write_text("import os\nos._exit(1)\n")
    (library / "slow.py").write_text("import time\ntime.sleep(60)\n")
    with InterpreterTarget(Path(sys.executable), tmp_path / "cache", environment(library), answer_s=1.0) as target:
        assert target.signature("deadly.f") is None
        assert target.signature("slow.f") is None
        assert target.signature("mylib.function") is not None


def test_no_interpreter(tmp_path):
    with pytest.raises(UsageError, match="no such interpreter"):
        InterpreterTarget(tmp_path / "python")


def test_an_interpreter_that_says_nothing(tmp_path):
    with InterpreterTarget(Path("/bin/true")) as target:
        assert target.has("numpy") is None and target.version("numpy") is None and target.signature("a.b") is None


def test_of_this_project_itself():
    with InterpreterTarget(Path(sys.executable)) as target:
        code = "from importlib.metadata import version; print(version('pytest'))"
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        assert target.version("pytest") == told
        assert target.signature("subprocess.Popen").startswith("(args, bufsize=-1, ")
