"""All benchmarks in order: ``python -m benchmarks [--quick]``; each is a process of its own."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

#: in this order; those that are not there are left out
ORDER = ("startup", "engine", "meters", "selection", "rules", "apply")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("only", nargs="*", choices=[*ORDER, []], help="only these")
    given = parser.parse_args()
    folder = Path(__file__).resolve().parent
    environment = os.environ | {"PYTHONPATH": str(folder.parent)}
    worst = 0
    for name in ORDER:
        script = folder / f"{name}.py"
        if not script.exists() or (given.only and name not in given.only):
            continue
        quick = ["--quick"] if given.quick and "--quick" in script.read_text("utf-8") else []
        print(f"\n{name}\n{'=' * len(name)}", flush=True)
        worst |= subprocess.run([sys.executable, script, *quick], env=environment, check=False).returncode
    return worst


if __name__ == "__main__":
    sys.exit(main())
