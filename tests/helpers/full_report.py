"""A report as it comes out of a search that found something, built by hand, and the parts it is made of."""

from __future__ import annotations

from greenrules.models import (
    BreakEven,
    CarbonInfo,
    Decision,
    Interval,
    MachineInfo,
    MeterInfo,
    NoiseInfo,
    QualityInfo,
    RefusedMeter,
    Report,
    RuleInfo,
    RunRecord,
    SandboxInfo,
    ScriptInfo,
    SearchInfo,
    SkippedRule,
    StageEnergy,
    Variant,
    WarningInfo,
)

DIFF = """--- train.py
+++ train.green.py
@@ -1,14 +1,14 @@
 import numpy as np
 from sklearn.datasets import load_digits
-from sklearn.ensemble import RandomForestClassifier
+from sklearn.ensemble import ExtraTreesClassifier
 from sklearn.metrics import accuracy_score
 from sklearn.model_selection import train_test_split
-
 data = load_digits()
-X = data.data
+X = data.data.astype(np.float32)
 X_train, X_test, y_train, y_test = train_test_split(X, data.target, random_state=0)
-model = RandomForestClassifier(n_estimators=400, n_jobs=-1, random_state=0)
+model = ExtraTreesClassifier(n_estimators=400, n_jobs=2, random_state=0)
 model.fit(X_train, y_train)
 print("accuracy", accuracy_score(y_test, model.predict(X_test)))
"""


def spread(middle: float, share: float = 0.02) -> Interval:
    return Interval(median=middle, low=middle * (1 - share), high=middle * (1 + share))


def runs(energy: float, time: float, quality: float | None, count: int = 5, phase: str = "confirmation"):
    wobble = (0.0, 0.011, -0.008, 0.017, -0.014, 0.004, -0.019)
    return [
        RunRecord(
            block=block,
            energy_j=energy * (1 + wobble[block % 7]),
            time_s=time * (1 + wobble[(block + 2) % 7]),
            cpu_s=time * 1.8,
            quality=quality,
            max_rss_mb=310.5,
            exit_code=0,
            phase=phase,
        )
        for block in range(count)
    ]


def stage_rows(scale: dict[str, float]) -> list[StageEnergy]:
    lines = {
        "imports": [(1, 5)],
        "dataset-ingestion": [(7, 7)],
        "feature-engineering": [(8, 9), (12, 12)],
        "model-instantiation": [(10, 10)],
        "training-loop": [(11, 11)],
        "quality-evaluation": [(12, 12)],
    }
    return [
        StageEnergy(role=role, lines=lines[role], energy_j=joules, time_s=joules / 45, cpu_s=joules / 40)
        for role, joules in scale.items()
    ]


def candidate(name: str, rules: list[str], ratio: tuple[float, float, float], quality: float, time: float, **more):
    middle, low, high = ratio
    values = {
        "tactics": ["model-replacement"] * len(rules),
        "sites": len(rules),
        "level": "model",
        "runs": runs(412 * middle, 9.1 * time, quality),
        "energy_j": spread(412 * middle),
        "time_s": spread(9.1 * time),
        "quality": Interval(median=quality, low=quality - 0.002, high=quality + 0.002),
        "energy_ratio": Interval(median=middle, low=low, high=high),
        "time_ratio": Interval(median=time, low=time * 0.97, high=time * 1.03),
        "eaoi": quality / 0.9722 / middle,
        "edp_js": 412 * middle * 9.1 * time,
        "proven": high < 1,
    }
    return Variant(id=name, rules=rules, **{**values, **more})


def saving_report() -> Report:
    """Three rules together save about a third; others were tried, one failed, one lost quality."""
    before = stage_rows(
        {
            "imports": 31.0,
            "dataset-ingestion": 8.4,
            "feature-engineering": 22.0,
            "model-instantiation": 0.02,
            "training-loop": 322.0,
            "quality-evaluation": 28.0,
        }
    )
    after = stage_rows(
        {
            "imports": 30.0,
            "dataset-ingestion": 8.2,
            "feature-engineering": 12.0,
            "model-instantiation": 0.02,
            "training-loop": 188.0,
            "quality-evaluation": 26.0,
        }
    )
    baseline = Variant(
        id="baseline",
        runs=runs(412, 9.1, 0.9722, 1, "warm-up") + runs(412, 9.1, 0.9722),
        energy_j=spread(412.3, 0.017),
        time_s=spread(9.1),
        cpu_s=spread(16.2),
        quality=Interval(median=0.9722, low=0.9705, high=0.9738),
        edp_js=3751.9,
        stages=before,
    )
    winner = candidate(
        "c7",
        ["sklearn/extra-trees", "numpy/float32-features", "sklearn/physical-cores"],
        (0.64, 0.59, 0.69),
        0.9731,
        0.78,
        tactics=["model-replacement", "numerical-downcast", "thread-topology"],
        diff=DIFF,
        stages=after,
        quality_seeds=[0.972, 0.974, 0.973],
        parameters={"N_JOBS": 2},
        critical_idle_share=0.41,
        outputs_agree={
            "agree": False,
            "printed": 0.5,
            "files": 1.0,
            "differences": ["printed output, line 2 token 1: 0.97222222222 / 0.97314814814"],
            "masked": 2,
        },
    )
    others = [
        candidate("c1", ["sklearn/extra-trees"], (0.71, 0.66, 0.76), 0.9729, 0.84, diff=DIFF),
        candidate("c2", ["numpy/float32-features"], (0.97, 0.93, 1.01), 0.9722, 0.99),
        candidate("c3", ["sklearn/physical-cores"], (0.93, 0.89, 0.97), 0.9722, 1.04, proven=False),
        candidate(
            "c4",
            ["sklearn/fewer-trees"],
            (0.42, 0.40, 0.45),
            0.958,
            0.44,
            status="rejected",
            reason="accuracy falls by 1.5 % [1.2, 1.7], more than the 0.5 % allowed",
        ),
        Variant(
            id="c5",
            rules=["sklearn/hist-boosting"],
            tactics=["backend-substitution"],
            status="failed",
            reason="exit code 1: ValueError: Found array with 0 sample(s) (shape=(0, 64))",
        ),
        candidate("c6", ["sklearn/extra-trees", "numpy/float32-features"], (0.68, 0.63, 0.73), 0.9731, 0.82),
        candidate("c8", ["sklearn/no-bootstrap"], (1.09, 1.04, 1.15), 0.9728, 1.12),
    ]
    return Report(
        greenrules="0.1.0",
        created="2026-11-20T14:03:11+00:00",
        seed=20261120,
        command=["greenrules", "apply", "train.py", "--pack", "sklearn", "--", "--epochs", "3"],
        script=ScriptInfo(
            path="experiments/train.py",
            sha256="9f2c1f6d0c3f0f5e2f1a4b8d7c6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e",
            output="experiments/train.green.py",
            libraries={"numpy": "2.1.3", "scikit-learn": "1.6.1", "scipy": "1.15.0"},
            packs={"numpy_pandas": "0.1.0", "sklearn": "0.1.0"},
            stages=before,
        ),
        machine=MachineInfo(
            cpu="Intel(R) Xeon(R) Platinum 8370C CPU @ 2.80GHz",
            cores=1,
            threads=2,
            memory_gb=8.33,
            os="Linux 6.8.0 (Debian GNU/Linux 12)",
            hypervisor="kvm",
            python="CPython 3.11.2",
        ),
        environment={"OMP_NUM_THREADS": "2", "PYTHONHASHSEED": "0", "LANG": "C.UTF-8"},
        meter=MeterInfo(
            name="CPU time × TDP",
            tier="3b",
            evidence="modelled",
            domains=["package (modelled)"],
            relative_uncertainty=0.4,
            refused=[
                RefusedMeter(
                    name="powercap",
                    reason="/sys/class/powercap has no zone",
                    remedy="run on the host, or pass the counters into the machine",
                ),
                RefusedMeter(
                    name="perf",
                    reason="no event source 'power'",
                    remedy="sudo sysctl kernel.perf_event_paranoid=0",
                ),
                RefusedMeter(name="msr", reason="/dev/cpu/0/msr does not exist", remedy="sudo modprobe msr"),
            ],
            detail={"tdp_w": 270.0, "matched": "Xeon Platinum 8370C", "threads": 64},
        ),
        quality=QualityInfo(metric="accuracy_score", better="higher", source="metric"),
        baseline=baseline,
        candidates=[*others[:6], winner, others[6]],
        rules=[
            RuleInfo(
                rule="sklearn/extra-trees",
                tactic="model-replacement",
                level="model",
                summary="Grow extremely randomised trees",
                caveat="another forest: single predictions differ, so look at some of them",
            ),
            RuleInfo(
                rule="numpy/float32-features",
                tactic="numerical-downcast",
                level="numeric",
                summary="Keep features in 32 bits",
            ),
        ],
        front=["c7", "c6", "c1"],
        selected="c7",
        decision=Decision(
            weights={"energy": 0.5, "quality": 0.3, "time": 0.2},
            ideal={"energy": 263.7, "quality": -0.9731, "time": 7.1},
            nadir={"energy": 292.5, "quality": -0.9729, "time": 7.64},
            scores={"c7": 0.012, "c6": 0.21, "c1": 0.505},
            reason="c7 has the least score of 3 on the front",
            explanation=[
                "Removing numpy/float32-features costs 4 % [1, 7] energy, so it stays.",
                "c6 is 0.198 behind in score.",
            ],
        ),
        search=SearchInfo(
            runs=46,
            energy_j=15820.0,
            time_s=402.0,
            break_even_runs=BreakEven(median=107, low=93, high=125),
            stopped="expected improvement below 1 %",
            journal="train.greenrules/journal.sqlite",
        ),
        noise=NoiseInfo(baseline_rsd=0.013, load=0.6, steal=0.002, verdict="quiet"),
        sandbox=SandboxInfo(kind="bubblewrap", network=False, detail="0.8.0"),
        warnings=[
            WarningInfo(
                code="governor",
                message="the CPU governor is 'schedutil': frequencies changed between runs",
                remedy="sudo cpupower frequency-set -g performance",
            )
        ],
        skipped=[
            SkippedRule(rule="sklearn/warm-start", reason="max_iter is not a literal", line=31),
            SkippedRule(rule="opencv/resize-first", reason="the script does not import cv2"),
        ],
        carbon=CarbonInfo(
            intensity_g_per_kwh=380.0, pue=1.2, baseline_g=0.0522, selected_g=0.0334, source="Germany 2024, Ember"
        ),
    )


def searched(name: str, rule: str, ratio: float, **more) -> Variant:
    """A candidate that was run once in the search, and no more."""
    values = {
        "tactics": ["idiom"],
        "sites": 1,
        "level": "exact",
        "runs": runs(405 * ratio, 9.0, 0.9722, 1, "screening"),
        "energy_j": Interval(median=405 * ratio, low=405 * ratio, high=405 * ratio),
        "time_s": Interval(median=9.0, low=9.0, high=9.0),
        "quality": Interval(median=0.9722, low=0.9722, high=0.9722),
        "screened_ratio": ratio,
        "reason": "it was not among the finalists",
    }
    return Variant(id=name, rules=[rule], **{**values, **more})


def searched_report() -> Report:
    """One rule was confirmed; others were run once, one of them gave other outputs, one was never run to its end."""
    base = saving_report()
    winner = base.candidates[0].model_copy(
        update={
            "id": "c9",
            "rules": ["sklearn/extra-trees", "numpy/einsum"],
            "tactics": ["model-replacement", "vectorized-merging"],
            "level": "numeric",
            "outputs_agree": {"agree": True, "printed": 1.0, "differences": [], "masked": 0},
        }
    )
    once = [
        searched("c1", "numpy/slow", 0.99, parameters={"SIZE": 100}),
        searched("c2", "numpy/slow", 0.95, parameters={"SIZE": 20}),
        searched("c3", "numpy/einsum", 0.82),
        searched(
            "c4", "numpy/wrong", 0.6, status="rejected", reason="its outputs are not the original's", energy_j=None
        ),
        Variant(id="c5", rules=["numpy/hopeless"], status="skipped", reason="its run was ended early"),
    ]
    skipped = [SkippedRule(rule="numpy/dot", reason="its shape is not known", line=n) for n in (7, 3, 3)]
    skipped.append(SkippedRule(rule="numpy/inner", reason="its shape is not known", line=9))
    return base.model_copy(
        update={"candidates": [*once, winner], "selected": "c9", "front": ["c9"], "skipped": skipped}
    )
