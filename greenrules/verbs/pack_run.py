"""``pack test --run``: execute before and after of an example, and compare what they print and compute."""

from __future__ import annotations

import json
import math
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenrules.engine.examples import Failure

if TYPE_CHECKING:
    from greenrules.engine.pack import Rule

TIMEOUT_S = 120.0
RELATIVE, ABSOLUTE = 1e-3, 1e-6
#: Runs in the target interpreter: executes a file and tells what it printed and which plain values it left.
_PROBE = """
import contextlib, io, json, sys, runpy
def plain(value, depth=0):
    if isinstance(value, (bool, int, float, str, type(None))):
        return value
    if depth > 4:
        return None
    if hasattr(value, "tolist") and not isinstance(value, type):
        return plain(value.tolist(), depth + 1)
    if hasattr(value, "to_dict") and not isinstance(value, type):
        return plain(value.to_dict("list") if hasattr(value, "columns") else value.to_dict(), depth + 1)
    if isinstance(value, (list, tuple)):
        return [plain(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one, depth + 1) for key, one in value.items()}
    return {"type": type(value).__name__}
printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    space = runpy.run_path(sys.argv[1], run_name="__main__")
names = [k for k, v in space.items() if not k.startswith("_") and not callable(v) and type(v).__name__ != "module"]
left = {k: plain(space[k]) for k in names}
print(json.dumps({"printed": printed.getvalue(), "left": left}, default=str))
"""


def _execute(code: str, python: Path) -> dict[str, Any] | str:
    """What a piece of code leaves behind, or why it could not be run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "example.py"
        file.write_text(code, encoding="utf-8")
        try:
            done = subprocess.run(
                [str(python), "-c", _PROBE, str(file)],
                capture_output=True,
                text=True,
                timeout=TIMEOUT_S,
                cwd=folder,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            return f"it did not end within {TIMEOUT_S:g} s"
        if done.returncode != 0:
            return (done.stderr.strip().splitlines() or ["it failed"])[-1]
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return result


def _differs(one: Any, two: Any, level: str, path: str) -> str | None:
    """Where two values differ beyond what a level allows, or None."""
    if isinstance(one, int | float) and isinstance(two, int | float) and level == "numeric":
        same = math.isclose(one, two, rel_tol=RELATIVE, abs_tol=ABSOLUTE) or (one != one and two != two)
        return None if same else f"{path}: {one!r} became {two!r}"
    if isinstance(one, dict) and isinstance(two, dict):
        if one.keys() != two.keys():
            return f"{path}: keys {sorted(one)} became {sorted(two)}"
        return next((d for key in one if (d := _differs(one[key], two[key], level, f"{path}.{key}"))), None)
    if isinstance(one, list) and isinstance(two, list):
        if len(one) != len(two):
            return f"{path}: {len(one)} elements became {len(two)}"
        pairs = zip(one, two, strict=True)
        return next((d for i, (a, b) in enumerate(pairs) if (d := _differs(a, b, level, f"{path}[{i}]"))), None)
    same = one == two or (one != one and two != two)
    return None if same else f"{path}: {one!r} became {two!r}"


def _compare(before: dict[str, Any], after: dict[str, Any], level: str) -> str | None:
    if level == "exact" and before["printed"] != after["printed"]:
        return f"printed {before['printed']!r}, then {after['printed']!r}"
    shared = before["left"].keys() & after["left"].keys()
    lost = before["left"].keys() - after["left"].keys()
    if lost:
        return f"{', '.join(sorted(lost))} is not defined afterwards"
    return next((d for k in sorted(shared) if (d := _differs(before["left"][k], after["left"][k], level, k))), None)


def run_pairs(rules: Sequence[Rule], python: Path) -> tuple[list[Failure], tuple[str, ...]]:
    """Execute every ``before`` and ``after`` in an interpreter.

    Args:
        rules: whose examples; of level ``model`` only that both run.
        python: the interpreter.

    Returns:
        The failures, and notes on examples that cannot be run as they stand (an undefined name, a missing file).
    """
    failures: list[Failure] = []
    notes: list[str] = []
    for rule in rules:
        for number, example in enumerate(rule.spec.examples, 1):
            if example.before is None or example.after is None:
                continue
            before = _execute(example.before, python)
            if isinstance(before, str):
                notes.append(f"{rule.full_id}, example {number}: not run: {before}")
                continue
            after = _execute(example.after, python)
            if isinstance(after, str):
                reason: str | None = f"'before' runs and 'after' does not: {after}"
            else:
                reason = None if rule.spec.level == "model" else _compare(before, after, rule.spec.level)
            if reason is not None:
                failures.append(Failure(rule.full_id, number, rule.position, reason))
    return failures, tuple(notes)
