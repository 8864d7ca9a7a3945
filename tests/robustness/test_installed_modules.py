"""Real modules through the whole of lint: no internal error, whatever stands in them."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path

import pytest

from greenrules.engine.target import NoTarget
from greenrules.requests import RuleChoice
from greenrules.verbs.linter import Linter
from greenrules.verbs.portfolio import assemble

FILES = 150


def sample():
    """The same files every time: two thirds of the standard library with its tests, one of what is installed."""
    paths = sysconfig.get_paths()
    library = sorted(Path(paths["stdlib"]).rglob("*.py"))
    library = [path for path in library if "site-packages" not in path.parts and path.stat().st_size < 150_000]
    installed = [path for path in sorted(Path(paths["purelib"]).rglob("*.py")) if path.stat().st_size < 150_000]
    chance = random.Random(20)
    few = min(FILES // 3, len(installed))
    return chance.sample(library, min(FILES - few, len(library))) + chance.sample(installed, few)


@pytest.mark.slow
def test_no_module_makes_lint_fail():
    linter = Linter(assemble(RuleChoice()), NoTarget())
    broken = []
    for path in sample():
        data = path.read_bytes()
        found = linter.look(str(path), data)
        if (found.error or "").startswith("internal error"):
            broken.append((path, found.error))
        elif found.error is None and any(one.kind == "fixable" for one in found.findings):
            linter.fixed(str(path), data, "model")
    assert not broken
