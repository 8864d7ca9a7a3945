"""Every command and snippet of README and docs is run."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from greenrules.engine.loader import load_rule_file
from greenrules.engine.rule import PackSpec

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
MAKE = (ROOT / "Makefile").read_text(encoding="utf-8")

TRAIN = """\
import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(400, 5))
y = X @ np.arange(5)
w = np.linalg.lstsq(X, y, rcond=None)[0]
print("MSE:", float(((X @ w - y) ** 2).mean()))
"""


def blocks(language):
    return [
        pytest.param(block, id=f"{page.name}:{page.read_text(encoding='utf-8')[: found.start()].count(chr(10)) + 1}")
        for page in PAGES
        for found in FENCE.finditer(page.read_text(encoding="utf-8"))
        for kind, block in [found.groups()]
        if kind == language
    ]


def commands():
    found = {}
    for parameter in blocks("bash"):
        for line in parameter.values[0].splitlines():
            words = shlex.split(line, comments=True)
            if words:
                found.setdefault(shlex.join(words), parameter.id)
    return [pytest.param(shlex.split(line), id=f"{where} {line}") for line, where in found.items()]


def greenrules(*words, cwd, check=True):
    environment = {**os.environ, "XDG_CACHE_HOME": str(cwd / ".cache"), "XDG_DATA_HOME": str(cwd / ".data")}
    done = subprocess.run(
        [sys.executable, "-m", "greenrules", *words], cwd=cwd, capture_output=True, text=True, env=environment
    )
    assert not check or done.returncode in (0, 1), f"{words}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where a reader of the README stands: a script, two measurements."""
    place = tmp_path_factory.mktemp("reader")
    (place / "train.py").write_text(TRAIN)
    for name in ("base.json", "new.json"):
        (place / name).write_text(greenrules("measure", "train.py", "--repeat", "4", "--json", cwd=place).stdout)
    return place


@pytest.mark.slow
@pytest.mark.parametrize("words", commands())
def test_every_command_shown_works(words, folder):
    match words[0]:
        case "greenrules":
            if words[1:3] == ["pack", "new"] and (folder / f"greenrules-pack-{words[3]}").exists():
                return
            if words[1] == "pack" and words[2] != "new" and not (folder / words[3]).exists():
                greenrules("pack", "new", words[3].rpartition("-")[2], cwd=folder)
            if words[1] == "gate":
                assert greenrules(*words[1:], cwd=folder, check=False).returncode in (0, 1, 5)
                return
            if words[1] in ("report", "choose") and not (folder / words[2]).exists():
                greenrules("apply", "train.py", cwd=folder)
            greenrules(*words[1:], cwd=folder)
        case "make":
            for verb in words[1:]:
                subprocess.run(["make", "-n", verb], cwd=ROOT, check=True, capture_output=True)
        case "apt-get":
            shown = {word for word in words[2:] if not word.startswith("-")}
            assert shown == set(re.search(r"^APT_PACKAGES := (.*)$", MAKE, re.MULTILINE)[1].split())
        case "pip":
            assert words == ["pip", "install", "."], "tests/packaging installs the wheel; nothing else is promised"
        case _:
            pytest.fail(f"no test knows how to run {words}")


@pytest.mark.parametrize("block", blocks("yaml"))
def test_every_yaml_snippet_loads(block):
    import yaml

    document = yaml.safe_load(block)
    if "rules" in document:
        assert load_rule_file("snippet.yaml", block.encode())
    else:
        PackSpec.model_validate(document)


@pytest.mark.parametrize("block", blocks("python"))
def test_every_python_snippet_runs(block):
    exec(compile(block, "snippet", "exec"), {"__name__": "snippet"})


def test_links_within_the_project_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_command_is_documented_with_an_example():
    done = subprocess.run([sys.executable, "-m", "greenrules", "--help"], capture_output=True, text=True, check=True)
    names = re.findall(r"^  ([a-z]+)  ", done.stdout.split("Commands:")[1], re.MULTILINE)
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    for name in names:
        assert re.search(rf"\b{name}\b", text), f"docs/commands.md does not speak of {name}"
        if name == "pack":
            continue
        shown = subprocess.run([sys.executable, "-m", "greenrules", name, "--help"], capture_output=True, text=True)
        assert "Example" in shown.stdout, f"{name} --help shows no example"
