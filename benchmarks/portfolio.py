"""`apply` on every workload, beside scikit-learn-intelex and beside the published tactics one at a time.

    python -m benchmarks.portfolio                     everything, half an hour on two cores; wants a quiet machine
    python -m benchmarks.portfolio --script kmeans     workloads whose name contains this; the others' figures stay
    python -m benchmarks.portfolio --quick             fewer runs, nothing kept
    python -m benchmarks.portfolio --table             only the page, anew, from the figures that are kept

For each workload the command is run as a user runs it. Then the script as it was, the one that came out, the same
script under `python -m sklearnex`, and the script with each published tactic run in blocks of random order: whole
processes, everything from start to exit counted, CPU seconds of the process tree and wall time. Each block has another
seed, the same for all its forms, so that quality is repeated, too. Figures go to `benchmarks/portfolio.json`, tables to
`docs/portfolio.md`.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import math
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import environments
from benchmarks.apply import WORKLOADS, environment, folder
from benchmarks.boxes import agreement, detected
from benchmarks.page import FIGURES, write_page
from benchmarks.published import published
from greenrules.bench.machine import read_machine
from greenrules.bench.printed import printed_numbers
from greenrules.selection.intervals import LEAST_SD, ratio_interval
from greenrules.selection.quality import QualityLoss, quality_guard
from greenrules.verbs.seeds import reseeded

ALLOWED = QualityLoss.parse("0.5%")
PEER = "scikit-learn-intelex==2026.2.0"
#: workloads, with what else is set in their environment
ENTRIES: tuple[tuple[str, dict[str, str]], ...] = (
    *((path.stem, {}) for path in sorted(WORKLOADS.glob("*.py")) if path.stem != "make_data"),
    ("hist_boosting", {"OMP_NUM_THREADS": "16"}),
)
#: of the published tactics in the environment that is over-subscribed: the one that is about it
ONLY_ABOUT_THREADS = ("T6",)
LIBRARIES = ("numpy", "pandas", "scikit-learn", "xgboost-cpu", "opencv-python-headless", "polars", "numba", "pyarrow")


@dataclass
class Form:
    """One form of a workload.

    Attributes:
        command: what stands between the environment and the script's name.
        text: the script.
        cpu_s: CPU seconds of the process tree, one per run.
        time_s: wall seconds.
        quality: the figure it printed, one per run; None where it printed none.
        failed: why it is out.
    """

    command: list[str]
    text: str
    cpu_s: list[float] = field(default_factory=list)
    time_s: list[float] = field(default_factory=list)
    quality: list[float | None] = field(default_factory=list)
    failed: str = ""


def peer() -> Path:
    """The interpreter with Intel's extension: an environment of its own over the same libraries.

    Raises:
        SystemExit: it cannot be installed.
    """
    try:
        return environments.environment(PEER.replace("==", "-"), PEER, over_ours=True)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{PEER} cannot be installed; --no-peer goes without it") from error


def adopt_orphans() -> None:
    """Make processes whose parent died ours, so that worker processes are billed, too (``prctl(2)``)."""
    set_child_subreaper = 36
    if ctypes.CDLL(None, use_errno=True).prctl(set_child_subreaper, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def costs(command: list[str], place: Path, variables: Mapping[str, str]) -> tuple[float, float, str, str]:
    """CPU seconds of a command's process tree, wall seconds, what it printed, and why it failed."""

    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before, started = used(), time.perf_counter()
    done = subprocess.run(command, cwd=place, env=dict(variables), capture_output=True, text=True, check=False)
    wall = time.perf_counter() - started
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    trouble = "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["it failed"])[-1]
    return used() - before, wall, done.stdout, trouble


def quality_of(text: str) -> tuple[str, str, float] | None:
    """Name, better way and value of the last quality figure that was printed."""
    found = [one for one in printed_numbers(text).values() if not one.label.startswith("training ")]
    return (found[-1].label, found[-1].better, found[-1].value) if found else None


def applied(script: str, place: Path, variables: Mapping[str, str]) -> dict[str, Any]:
    """What the command makes of a script, and what that took."""
    out = place / script.replace(".py", ".green.py")
    out.unlink(missing_ok=True)
    # As on a machine that has seen no other script: what the search learns must not depend on the order of workloads.
    memory = place.parent / "memory"
    shutil.rmtree(memory, ignore_errors=True)
    shutil.rmtree(place / script.replace(".py", ".greenrules"), ignore_errors=True)
    command = [sys.executable, "-m", "greenrules", "--quiet", "apply", script, "--json", "--force", "--report", "json"]
    started = time.monotonic()
    variables = {**variables, "XDG_DATA_HOME": str(memory)}
    done = subprocess.run(command, cwd=place, env=variables, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"greenrules apply {script} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    report = json.loads(done.stdout)
    chosen = next((one for one in report["candidates"] if one["id"] == report["selected"]), None)
    return {
        "rules": chosen["rules"] if chosen else [],
        "parameters": chosen["parameters"] if chosen else {},
        "level": chosen["level"] if chosen else None,
        "told_ratio": chosen["energy_ratio"] if chosen else None,
        "runs": report["search"]["runs"],
        "search_in_baseline_runs": report["search"]["energy_j"] / report["baseline"]["energy_j"]["median"],
        "search_time_s": time.monotonic() - started,
        "break_even_runs": report["search"]["break_even_runs"],
        "stopped": report["search"]["stopped"],
        "reason": report["decision"]["reason"],
    }


def end(value: float) -> float | None:
    """An end of an interval; None where there is none, as with a single run."""
    return value if math.isfinite(value) else None


def compared(form: Form, base: Form, better: str | None) -> dict[str, Any]:
    """A form beside the baseline, paired by blocks."""
    if form.failed or not form.cpu_s:
        return {"failed": form.failed or "it was not run"}
    runs = len(form.cpu_s)
    ratio = ratio_interval(form.cpu_s, base.cpu_s[:runs], least_sd=LEAST_SD)
    found: dict[str, Any] = {
        "runs": runs,
        "cpu_s": statistics.median(form.cpu_s),
        "time_s": statistics.median(form.time_s),
        "saving": {
            "median": 1 - ratio.center,
            "low": end(1 - ratio.high),
            "high": end(1 - ratio.low) if runs > 1 else None,
        },
        "time_ratio": statistics.geometric_mean(form.time_s) / statistics.geometric_mean(base.time_s[:runs]),
    }
    pairs = [(b, f) for b, f in zip(base.quality, form.quality, strict=False) if b is not None and f is not None]
    if better is not None:
        if len(pairs) < runs:
            return {**found, "quality_ok": False, "quality_reason": "it does not print its quality any more"}
        old, new = ([pair[side] for pair in pairs] for side in (0, 1))
        verdict = quality_guard(old, new, better, ALLOWED)  # type: ignore[arg-type]
        found |= {
            "quality_before": statistics.mean(old),
            "quality": statistics.mean(new),
            "quality_ok": verdict.ok,
            "quality_loss": verdict.loss.center if verdict.loss else None,
            "quality_reason": verdict.reason,
        }
    return found


def one(name: str, extra: Mapping[str, str], options: argparse.Namespace, python: Path | None) -> dict[str, Any]:
    """Everything about a workload."""
    place = folder()
    variables = environment() | dict(extra)
    script = f"{name}.py"
    text = (place / script).read_text("utf-8")
    told = applied(script, place, variables)
    green = place / f"{name}.green.py"
    forms = {"baseline": Form([sys.executable], text)}
    if green.is_file():
        forms["greenrules"] = Form([sys.executable], green.read_text("utf-8"))
    if python is not None:
        forms["sklearnex"] = Form([str(python), "-m", "sklearnex"], text)
    for tactic, form in published(name, text).items():
        if not extra or tactic in ONLY_ABOUT_THREADS:
            forms[tactic] = Form([sys.executable], form)
    shown = measure(forms, place, variables, options)
    better = shown[1] if shown else None
    base = forms["baseline"]
    result = {
        "workload": name,
        "environment": dict(extra),
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": read_machine(sys.version.split()[0]).model_dump(),
        "libraries": versions(),
        "apply": told,
        "metric": shown[0] if shown else None,
        "better": better,
        "baseline": {
            "cpu_s": statistics.median(base.cpu_s),
            "time_s": statistics.median(base.time_s),
            "quality": statistics.mean(q for q in base.quality if q is not None) if shown else None,
        },
        "forms": {key: compared(form, base, better) for key, form in forms.items() if key != "baseline"},
    }
    if "CascadeClassifier" in text and green.is_file():
        result["boxes_f1"] = agreement(
            detected(sys.executable, script, place, variables), detected(sys.executable, green.name, place, variables)
        )
    return result


def measure(
    forms: Mapping[str, Form], place: Path, variables: Mapping[str, str], options: argparse.Namespace
) -> tuple[str, str, float] | None:
    """Run the forms in blocks; name, better way and value of the first quality figure of the baseline."""
    order = random.Random(0)
    shown: tuple[str, str, float] | None = None
    for name in forms:  # one run of each that counts for nothing: caches, bytecode
        if name in ("baseline", "greenrules", "sklearnex"):
            run(forms[name], 0, place, variables, keep=False)
    for block in range(options.runs):
        names = [name for name in forms if not forms[name].failed]
        names = [name for name in names if not name.startswith("T") or block < options.few]
        for name in order.sample(names, len(names)):
            printed = run(forms[name], block, place, variables)
            if name == "baseline":
                if forms[name].failed:
                    raise SystemExit(f"the workload itself fails: {forms[name].failed}")
                shown = shown or quality_of(printed)
    return shown


def run(form: Form, seed: int, place: Path, variables: Mapping[str, str], *, keep: bool = True) -> str:
    """Run a form once with a seed; what it printed."""
    file = place / "_form.py"
    file.write_text(reseeded(form.text, seed), encoding="utf-8")
    shutil.rmtree(place / ".pipeline-cache", ignore_errors=True)
    cpu, wall, printed, form.failed = costs([*form.command, file.name], place, variables)
    if keep and not form.failed:
        found = quality_of(printed)
        form.cpu_s.append(cpu)
        form.time_s.append(wall)
        form.quality.append(found[2] if found else None)
    return printed


def versions() -> dict[str, str]:
    """What the workloads ran with."""
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return {**found, PEER.partition("==")[0]: PEER.partition("==")[2]}


def main() -> int:
    """Run, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.portfolio",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--script", help="only workloads whose name contains this")
    parser.add_argument("--runs", type=int, default=5, help="blocks (5)")
    parser.add_argument("--few", type=int, default=3, help="blocks in which the published tactics take part (3)")
    parser.add_argument("--quick", action="store_true", help="two blocks, nothing kept")
    parser.add_argument("--no-peer", action="store_true", help="without scikit-learn-intelex")
    parser.add_argument("--table", action="store_true", help="only write the page anew")
    options = parser.parse_args()
    kept: dict[str, Any] = json.loads(FIGURES.read_text("utf-8")) if FIGURES.is_file() else {}
    if options.quick:
        options.runs, options.few = 2, 1
    if not options.table:
        adopt_orphans()
        python = None if options.no_peer else peer()
        for name, extra in ENTRIES:
            key = " ".join([name, *(f"{variable}={value}" for variable, value in extra.items())])
            if options.script and options.script not in key:
                continue
            kept[key] = one(name, extra, options, python)
            print(summary(key, kept[key]), flush=True)
            if not options.quick:
                FIGURES.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    if not options.quick:
        write_page(kept)
    return 0


def summary(key: str, result: Mapping[str, Any]) -> str:
    """A workload in a few lines."""
    lines = [f"\n{key}: {result['baseline']['cpu_s']:.2f} CPU s, {result['baseline']['time_s']:.2f} s"]
    for name, form in result["forms"].items():
        if "failed" in form:
            lines.append(f"  {name:10} failed: {form['failed']}")
            continue
        saving = form["saving"]
        low, high = ("?" if saving[side] is None else f"{saving[side]:6.1%}" for side in ("low", "high"))
        text = f"  {name:10} saves {saving['median']:6.1%} [{low}, {high}]"
        text += f", wall × {form['time_ratio']:.2f}"
        if "quality" in form:
            verdict = "" if form["quality_ok"] else "  TOO MUCH LOST"
            text += f", {result['metric']} {form['quality_before']:.5g} → {form['quality']:.5g}{verdict}"
        lines.append(text)
    told = result["apply"]
    even = told["break_even_runs"]["median"] if told["break_even_runs"] else None
    lines.append(
        f"  search     {told['search_in_baseline_runs']:.1f} baseline runs, {told['runs']} runs, break-even {even}; "
        f"{', '.join(told['rules']) or 'no change: ' + told['reason']}"
    )
    if "boxes_f1" in result:
        lines.append(f"  boxes      F1 {result['boxes_f1']}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
