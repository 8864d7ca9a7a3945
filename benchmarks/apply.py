"""What `apply` costs and saves: recording overhead, energy of the search in baseline runs, saving per workload.

    python -m benchmarks.apply                       the four workloads of the published method
    python -m benchmarks.apply --only w1 --overhead  one of them, and the overhead of recording

Figures are CPU seconds of process trees and ratios within one run of this program; on a machine without energy counters
joules are proportional to CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from greenrules.api import RunChoice
from greenrules.events import silent
from greenrules.requests import RuleChoice
from greenrules.verbs.preparation import prepare
from greenrules.verbs.setting import open_setting

WORKLOADS = Path(__file__).parent / "workloads"
DATA = Path(__file__).parent / "data" / "workloads"
FOUR = ("w1_linear_regression", "w2_random_forest", "w3_multilayer_perceptron", "w4_cascade_detection")
DROPPED = {"OPENBLAS_CORETYPE", "PYTHONDONTWRITEBYTECODE", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}


def environment() -> dict[str, str]:
    """Ours, without what changes results."""
    return {name: value for name, value in os.environ.items() if name not in DROPPED}


def folder() -> Path:
    """Where the workloads run, with their data; made once."""
    DATA.mkdir(parents=True, exist_ok=True)
    for script in WORKLOADS.glob("*.py"):
        shutil.copyfile(script, DATA / script.name)
    if not (DATA / "data/imgs/truth.txt").exists():
        subprocess.run([sys.executable, "make_data.py"], cwd=DATA, check=True, env=environment())
    return DATA


def children_s() -> float:
    """CPU seconds of children that ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def plain(script: str, place: Path) -> float:
    """CPU seconds of a script as a user runs it."""
    before = children_s()
    subprocess.run([sys.executable, script], cwd=place, check=True, env=environment(), stdout=subprocess.DEVNULL)
    return children_s() - before


def overhead(script: str, place: Path, pairs: int) -> dict[str, float]:
    """CPU seconds billed to a recorded run over those of a plain one, interpreter start-up taken off the latter."""
    os.environ.clear()
    os.environ.update(environment() | {"PATH": os.defpath})
    empty = place / "empty.py"
    empty.write_text("")
    recorded, bare = [], []
    with open_setting(Path(script), RunChoice(directory=place), silent) as setting:
        watched = prepare(place / script, RuleChoice(), setting.python).watched
        spec = setting.spec((place / script).read_bytes(), watched.instrumentation)
        setting.runner.run(spec)
        plain(script, place)
        for _ in range(pairs):
            bare.append(plain(script, place) - plain(empty.name, place))
            recorded.append(setting.runner.run(spec).cpu_s)
    ratios = [a / b for a, b in zip(recorded, bare, strict=True)]
    return {
        "plain_cpu_s": statistics.median(bare),
        "recorded_cpu_s": statistics.median(recorded),
        "ratio_median": statistics.median(ratios),
        "ratio_of_minima": min(recorded) / min(bare),
    }


def applied(script: str, place: Path) -> dict[str, object]:
    """What `apply` with all packs makes of a script."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "greenrules", "--quiet", "apply", script, "--json", "--force", "--report", "json"],
        cwd=place,
        env=environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        return {"script": script, "error": done.stderr.strip()[-500:]}
    report = json.loads(done.stdout)
    base = report["baseline"]
    chosen = next((one for one in report["candidates"] if one["id"] == report["selected"]), None)
    result: dict[str, object] = {
        "script": script,
        "wall_s": time.monotonic() - started,
        "baseline_cpu_s": base["cpu_s"]["median"],
        "runs": report["search"]["runs"],
        "search_in_baseline_runs": report["search"]["energy_j"] / base["energy_j"]["median"],
        "noise": report["noise"]["baseline_rsd"],
        "selected": chosen["rules"] if chosen else None,
    }
    if chosen:
        ratio = chosen["energy_ratio"]
        result["saving"] = {
            key: 1 - ratio[other] for key, other in (("median", "median"), ("low", "high"), ("high", "low"))
        }
        result["time_ratio"] = chosen["time_ratio"]["median"]
        result["quality"] = [base["quality"]["median"], chosen["quality"]["median"]] if base["quality"] else None
        result["eaoi"] = chosen["eaoi"]
        result["break_even_runs"] = report["search"]["break_even_runs"]
        out = place / script.replace(".py", ".green.py")
        bare = [plain(script, place) for _ in range(3)]
        green = [plain(out.name, place) for _ in range(3)]
        result["whole_process_ratio"] = statistics.median(green) / statistics.median(bare)
    return result


def main() -> None:
    """Run, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="workloads whose name contains this")
    parser.add_argument("--all", action="store_true", help="every workload, not only the four")
    parser.add_argument("--overhead", action="store_true", help="measure the overhead of recording, too")
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--output", type=Path, default=Path("benchmarks/data/apply.json"))
    options = parser.parse_args()
    place = folder()
    names = sorted(path.stem for path in WORKLOADS.glob("*.py") if path.stem != "make_data") if options.all else FOUR
    results: dict[str, object] = {}
    for name in names:
        if options.only and options.only not in name:
            continue
        found = applied(f"{name}.py", place)
        results[name] = found
        saving = found.get("saving")
        shown = "no change"
        if isinstance(saving, dict):
            shown = f"{saving['median']:.1%} [{saving['low']:.1%}, {saving['high']:.1%}]"
        search = found.get("search_in_baseline_runs", float("nan"))
        print(
            f"{name:28} saving {shown:28} search {search:5.1f} baseline runs, "
            f"{found.get('runs')} runs, rules {found.get('selected') or found.get('error')}",
            flush=True,
        )
    if options.overhead:
        results["overhead"] = overhead("w2_random_forest.py", place, options.pairs)
        print(f"overhead of recording: {results['overhead']}")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
