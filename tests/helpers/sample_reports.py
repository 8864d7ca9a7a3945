"""Reports of every outcome, hostile and huge ones among them."""

from __future__ import annotations

import math

from full_report import candidate, runs, saving_report, searched_report

from greenrules.models import (
    BreakEven,
    Decision,
    Interval,
    MeterInfo,
    QualityInfo,
    Report,
    SearchInfo,
    Variant,
    WarningInfo,
)


def no_change_report() -> Report:
    """Candidates were tried and none was better."""
    base = saving_report()
    same = candidate("c1", ["sklearn/physical-cores"], (0.99, 0.95, 1.04), 0.9722, 1.0)
    worse = candidate("c2", ["numpy/float32-features"], (1.07, 1.03, 1.12), 0.9722, 1.05)
    return base.model_copy(
        update={
            "script": base.script.model_copy(update={"output": None}),
            "candidates": [same, worse],
            "front": ["baseline"],
            "selected": None,
            "decision": Decision(
                weights=base.decision.weights, reason="no candidate's energy interval lies below the original's"
            ),
            "search": SearchInfo(
                runs=14, energy_j=5400, time_s=131, break_even_runs=None, stopped="nothing left to try", journal=None
            ),
            "warnings": [],
            "carbon": None,
        }
    )


def measure_report() -> Report:
    """What ``measure`` writes."""
    base = no_change_report()
    rows = runs(412, 9.1, 0.9722, 7, "measure")
    return base.model_copy(
        update={
            "command": ["greenrules", "measure", "train.py", "--repeat", "7"],
            "baseline": base.baseline.model_copy(update={"runs": rows}),
            "candidates": [],
            "front": [],
            "decision": Decision(weights={}, reason=""),
            "search": SearchInfo(runs=0, energy_j=0, time_s=0, break_even_runs=None, stopped="", journal=None),
            "skipped": [],
            "meter": MeterInfo(
                name="powercap",
                tier="1",
                evidence="measured",
                domains=["package-0", "dram-0"],
                relative_uncertainty=0.02,
            ),
        }
    )


def no_candidates_report() -> Report:
    """No rule applies; the quality is the equality of outputs."""
    base = no_change_report()
    return base.model_copy(
        update={
            "candidates": [],
            "skipped": [],
            "quality": QualityInfo(metric=None, better="higher", source="outputs"),
            "baseline": base.baseline.model_copy(update={"quality": None}),
            "decision": Decision(weights={"energy": 0.5, "quality": 0.3, "time": 0.2}, reason=""),
        }
    )


def all_failed_report() -> Report:
    """Every candidate failed or was thrown out."""
    base = no_change_report()
    failed = [
        Variant(id=f"c{i}", rules=[f"sklearn/rule-{i}"], status="failed", reason="exit code 1: MemoryError")
        for i in range(1, 4)
    ]
    return base.model_copy(
        update={"candidates": failed, "front": [], "decision": Decision(weights={}, reason="all candidates failed")}
    )


def hostile_report() -> Report:
    """Every text is an attack or a nuisance; the diff is long and in many scripts."""
    base = saving_report()
    evil = "<script>alert(1)</script>\"'&</style>]]>\u202e{%$#_^~\\end{document}|`--"
    rows = "".join(f"+x_{i} = '{evil} 数据 🌱 привет عربى {'w' * (i % 90)}'\n" for i in range(400))
    winner = base.candidates[6].model_copy(
        update={
            "rules": [f"pack/{evil}"],
            "reason": evil,
            "diff": f"--- a\n+++ b\n@@ -1,2 +1,402 @@\n-old = '{evil}'\n{rows}",
            "parameters": {evil: evil},
            "outputs_agree": {"agree": False, evil: {"deep": [math.nan, evil]}, "differences": [f"{evil}: {evil} / 2"]},
        }
    )
    return base.model_copy(
        update={
            "script": base.script.model_copy(update={"path": f"dir/{evil}.py", "output": f"dir/{evil}.green.py"}),
            "candidates": [winner, *base.candidates[:2]],
            "quality": QualityInfo(metric=evil, better="lower", source="printed"),
            "rules": [base.rules[0].model_copy(update={"rule": f"pack/{evil}", "summary": evil, "caveat": evil})],
            "warnings": [WarningInfo(code=evil, message=evil * 5, remedy=evil)],
            "environment": {evil: evil, "LONG": "/very/long" * 60},
            "decision": base.decision.model_copy(update={"reason": evil, "explanation": [evil]}),
            "meter": base.meter.model_copy(update={"name": evil, "detail": {evil: {"nan": math.nan}}}),
            "command": ["greenrules", "apply", evil],
        }
    )


def huge_report() -> Report:
    """Figures no prefix reaches, figures that are no figures, and more candidates than a page holds."""
    base = saving_report()
    many = [
        candidate(f"c{i + 1}", [f"sklearn/rule-number-{i}"], (0.5 + i / 60, 0.45 + i / 60, 0.56 + i / 60), 0.97, 0.9)
        for i in range(60)
    ]
    many[3] = many[3].model_copy(update={"energy_j": Interval(median=1e300, low=-1e300, high=1e308), "eaoi": math.inf})
    many[4] = many[4].model_copy(update={"energy_j": Interval(median=math.nan, low=0, high=1)})
    many[5] = many[5].model_copy(update={"energy_ratio": Interval(median=1e12, low=-3, high=1e40)})
    return base.model_copy(
        update={
            "candidates": many,
            "front": ["c1", "c4", "c9"],
            "selected": "c1",
            "search": SearchInfo(
                runs=10**9,
                energy_j=3.2e15,
                time_s=9e9,
                break_even_runs=BreakEven(median=1e7, low=2.0, high=None),
                stopped="budget",
                journal=None,
            ),
        }
    )


#: outcome → its report
SAMPLES = {
    "saving": saving_report,
    "searched": searched_report,
    "no-change": no_change_report,
    "measure": measure_report,
    "no-candidates": no_candidates_report,
    "all-failed": all_failed_report,
    "hostile": hostile_report,
    "huge": huge_report,
}
