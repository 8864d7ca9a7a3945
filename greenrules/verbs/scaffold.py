"""``pack new``: a distribution that installs and passes its tests as it is."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from greenrules.errors import UsageError

_FILES = {
    "pyproject.toml": """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "greenrules-pack-$dashed"
version = "0.1.0"
description = "Energy rules for $name"
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["greenrules>=0.1,<1"]

[project.entry-points."greenrules.packs"]
$name = "greenrules_pack_$name"

[tool.hatch.build.targets.wheel]
packages = ["src/greenrules_pack_$name"]
""",
    "README.md": """\
# greenrules-pack-$dashed

Energy rules for $name, for [greenrules](https://pypi.org/project/greenrules/).

    pip install greenrules-pack-$dashed
    greenrules lint . --pack $name

Every rule carries its examples; `greenrules pack test .` runs them.
""",
    "src/greenrules_pack_$name/__init__.py": '''\
"""Energy rules for $name."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from greenrules import hookimpl


@hookimpl
def greenrules_pack() -> Traversable:
    """Where pack.yaml and rules/ lie."""
    return files(__name__)
''',
    "src/greenrules_pack_$name/pack.yaml": """\
name: $name
summary: Energy rules for $name
# libraries: {acme-learn: {modules: [acme]}}
signatures:
  math.pow: "(x, y, /)"
pure: ["math.pow(...)"]
""",
    "src/greenrules_pack_$name/rules/idiom.yaml": """\
rules:
  - id: smallest-without-sorting
    tactic: idiom
    summary: Take the smallest element without sorting all of them
    why: >
      Sorting costs O(n log n) comparisons and a copy of the list; min() looks at every element once.
    level: exact
    match: sorted($$X)[0]
    rewrite: min($$X)
    libraries: {python: ">=3.9"}
    examples:
      - before: |
          times = [3.2, 1.5, 2.0]
          first = sorted(times)[0]  # the quickest
        after: |
          times = [3.2, 1.5, 2.0]
          first = min(times)  # the quickest
      - unchanged: |
          ordered = sorted(times)
""",
    "tests/test_rules.py": '''\
"""Every example of every rule of this pack."""

from pathlib import Path

import greenrules


def test_examples():
    outcome = greenrules.pack_test(Path(__file__).parents[1])
    assert not outcome.failures, outcome.text
''',
}


def pack_new(name: str, directory: Path | None = None) -> list[Path]:
    """Make the files of a new pack.

    Args:
        name: lower-case letters, digits and underscores; dashes are taken as underscores.
        directory: where; ``greenrules-pack-NAME`` in the current folder by default.

    Returns:
        The files written, ``pyproject.toml`` first.

    Raises:
        UsageError: for a name that cannot be a package, or a folder that is not empty.
    """
    underscored = name.replace("-", "_")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", underscored):
        raise UsageError(
            f"'{name}' cannot be the name of a pack", remedy="use lower-case letters, digits and underscores"
        )
    dashed = underscored.replace("_", "-")
    root = directory or Path(f"greenrules-pack-{dashed}")
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError(f"{root} exists and is not empty", remedy="choose another folder with --directory")
    written = []
    for relative, text in _FILES.items():
        path = root / Template(relative).substitute(name=underscored)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(text).substitute(name=underscored, dashed=dashed), encoding="utf-8")
        written.append(path)
    return written
