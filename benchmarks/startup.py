"""How long the command line takes to answer: help, and a lint of one file of 300 lines.

    python benchmarks/startup.py [--quick] [--json FILE]

Whole processes in a clean environment; the fastest of several runs, because other jobs only ever add time.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.processes import Run, fastest, table

#: what is measured → the most wall seconds it may take (issue of the command line)
LIMITS = {"greenrules --help": 0.25, "greenrules lint, one file of 300 lines": 0.6}


def script(lines: int) -> str:
    """A script of so many lines, in which rules find something."""
    head = "import numpy as np\nfrom sklearn.ensemble import RandomForestClassifier\n\n"
    block = "def f{0}(a, b):\n    c = np.zeros((a, b))\n    return RandomForestClassifier(n_estimators={0} + 1)\n\n\n"
    text = head + "".join(block.format(i) for i in range(lines // 5 + 1))
    return "".join(text.splitlines(keepends=True)[:lines])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="three runs instead of seven")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    times = 3 if given.quick else 7
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "train.py").write_text(script(300), "utf-8")
        greenrules = [sys.executable, "-m", "greenrules"]
        lint = [*greenrules, "lint", "--no-cache", "train.py"]
        commands = dict(zip(LIMITS, ([*greenrules, "--help"], lint), strict=True))
        runs: dict[str, Run] = {name: fastest(one, folder, folder, times) for name, one in commands.items()}
    table(
        ("what", "wall s", "user+sys s", "MB", "at most"),
        [
            (name, f"{run.wall:.2f}", f"{run.cpu:.2f}", f"{run.memory / 1e6:.0f}", f"{LIMITS[name]:.2f}")
            for name, run in runs.items()
        ],
    )
    if given.json:
        given.json.write_text(json.dumps({name: vars(run) for name, run in runs.items()}, indent=1), "utf-8")
    return int(any(run.wall > LIMITS[name] for name, run in runs.items()))


if __name__ == "__main__":
    sys.exit(main())
