"""Whatever a valid report holds, every document can be made of it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenrules.models import (
    LEVELS,
    ROLES,
    TACTICS,
    BreakEven,
    CarbonInfo,
    Decision,
    Evidence,
    Interval,
    MachineInfo,
    MeterInfo,
    NoiseInfo,
    QualityInfo,
    RefusedMeter,
    Report,
    RunRecord,
    SandboxInfo,
    ScriptInfo,
    SearchInfo,
    SkippedRule,
    StageEnergy,
    Variant,
    WarningInfo,
)
from greenrules.report.latex import latex_document
from greenrules.report.markdown import markdown_summary
from greenrules.report.page import html_page
from greenrules.report.record import parse_report, to_json
from greenrules.report.terminal import apply_summary, decision_text, measure_csv, measure_summary

TEXT = st.text(max_size=12)
FLOAT = st.one_of(st.floats(), st.floats(0, 1000))
INT = st.integers(-3, 10**12)
MAYBE = st.one_of(st.none(), FLOAT)
INTERVAL = st.builds(Interval, median=FLOAT, low=FLOAT, high=FLOAT)
SOME = st.one_of(st.none(), INTERVAL)
ANY = st.dictionaries(TEXT, st.one_of(TEXT, FLOAT, st.none(), st.lists(FLOAT, max_size=2)), max_size=2)
NAMES = st.dictionaries(TEXT, TEXT, max_size=3)
FIGURES = st.dictionaries(st.one_of(TEXT, st.sampled_from(["c0", "c1"])), FLOAT, max_size=3)
STAGE = st.builds(
    StageEnergy,
    role=st.sampled_from(ROLES),
    lines=st.lists(st.tuples(INT, INT), max_size=4),
    energy_j=FLOAT,
    time_s=FLOAT,
    cpu_s=FLOAT,
)
PHASES = get_args(RunRecord.model_fields["phase"].annotation)
RUN = st.builds(
    RunRecord,
    block=INT,
    energy_j=MAYBE,
    time_s=FLOAT,
    cpu_s=FLOAT,
    quality=MAYBE,
    max_rss_mb=FLOAT,
    exit_code=INT,
    phase=st.sampled_from(PHASES),
    status=st.sampled_from(["ok", "timeout"]),
)
DIFF = st.one_of(TEXT, st.just("--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y"), st.just("@@ -1,9 +1 @@\n\\ No newline"))
VARIANT = st.builds(
    Variant,
    id=st.one_of(st.sampled_from(["baseline", "c0", "c1"]), TEXT),
    rules=st.lists(TEXT, max_size=2),
    tactics=st.lists(st.sampled_from(TACTICS), max_size=2),
    parameters=ANY,
    sites=INT,
    level=st.one_of(st.none(), st.sampled_from(LEVELS)),
    diff=DIFF,
    status=st.sampled_from(["ok", "ok", "failed", "rejected", "skipped"]),
    reason=st.one_of(st.none(), TEXT),
    runs=st.lists(RUN, max_size=3),
    energy_j=SOME,
    time_s=SOME,
    cpu_s=SOME,
    quality=SOME,
    quality_seeds=st.lists(FLOAT, max_size=2),
    other_metrics=FIGURES,
    outputs_agree=ANY,
    energy_ratio=SOME,
    time_ratio=SOME,
    proven=st.booleans(),
    critical_idle_share=MAYBE,
    eaoi=MAYBE,
    edp_js=MAYBE,
    stages=st.lists(STAGE, max_size=3),
)
SELECTED = st.one_of(st.none(), st.sampled_from(["c0", "c1", "gone"]))
REPORT = st.builds(
    Report,
    greenrules=TEXT,
    created=TEXT,
    seed=st.integers(),
    command=st.lists(st.one_of(TEXT, st.sampled_from(["apply", "measure", "--"])), max_size=3),
    script=st.builds(
        ScriptInfo,
        path=TEXT,
        sha256=TEXT,
        output=st.one_of(st.none(), TEXT),
        libraries=NAMES,
        packs=NAMES,
        stages=st.lists(STAGE, max_size=3),
    ),
    machine=st.builds(
        MachineInfo,
        cpu=TEXT,
        cores=INT,
        threads=INT,
        memory_gb=FLOAT,
        os=TEXT,
        hypervisor=st.one_of(st.none(), TEXT),
        python=TEXT,
    ),
    environment=NAMES,
    meter=st.builds(
        MeterInfo,
        name=TEXT,
        tier=TEXT,
        evidence=st.sampled_from(get_args(Evidence)),
        domains=st.lists(TEXT, max_size=2),
        relative_uncertainty=FLOAT,
        refused=st.lists(st.builds(RefusedMeter, name=TEXT, reason=TEXT, remedy=TEXT), max_size=2),
        detail=ANY,
    ),
    quality=st.builds(
        QualityInfo,
        metric=st.one_of(st.none(), TEXT),
        better=st.sampled_from(["higher", "lower"]),
        source=st.sampled_from(["metric", "printed", "outputs", "user"]),
    ),
    baseline=VARIANT,
    candidates=st.lists(VARIANT, max_size=4),
    front=st.lists(st.sampled_from(["baseline", "c0", "c1"]), max_size=3),
    selected=SELECTED,
    decision=st.builds(
        Decision,
        weights=FIGURES,
        ideal=FIGURES,
        nadir=FIGURES,
        scores=FIGURES,
        reason=TEXT,
        explanation=st.lists(TEXT, max_size=2),
    ),
    search=st.builds(
        SearchInfo,
        runs=INT,
        energy_j=FLOAT,
        time_s=FLOAT,
        break_even_runs=st.one_of(st.none(), st.builds(BreakEven, median=FLOAT, low=FLOAT, high=MAYBE)),
        stopped=TEXT,
        journal=st.one_of(st.none(), TEXT),
    ),
    noise=st.builds(
        NoiseInfo, baseline_rsd=MAYBE, load=MAYBE, steal=MAYBE, verdict=st.sampled_from(["quiet", "noisy", "unknown"])
    ),
    sandbox=st.builds(
        SandboxInfo, kind=st.sampled_from(["bubblewrap", "landlock", "none"]), network=st.booleans(), detail=TEXT
    ),
    warnings=st.lists(st.builds(WarningInfo, code=TEXT, message=TEXT, remedy=TEXT), max_size=2),
    skipped=st.lists(st.builds(SkippedRule, rule=TEXT, reason=TEXT, line=st.one_of(st.none(), INT)), max_size=2),
    carbon=st.one_of(
        st.none(),
        st.builds(CarbonInfo, intensity_g_per_kwh=FLOAT, pue=FLOAT, baseline_g=FLOAT, selected_g=MAYBE, source=TEXT),
    ),
)
RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@given(REPORT)
@RELAXED
def test_every_report_becomes_every_document(report: Report) -> None:
    for paper in (False, True):
        page = html_page(report, paper)
        assert page.rstrip().endswith("</html>")
        for chart in page.split("<svg")[1:]:
            ET.fromstring("<svg" + chart.split("</svg>")[0] + "</svg>")
        assert "<script" not in page
    assert latex_document(report).rstrip().endswith(r"\end{document}")
    assert markdown_summary(report).startswith("## ")
    for text in (apply_summary(report), measure_summary(report), decision_text(report), measure_csv(report)):
        assert text.endswith("\n")


@given(REPORT)
@RELAXED
def test_every_report_survives_its_own_json(report: Report) -> None:
    text = to_json(report)
    again = parse_report(text)
    assert to_json(again) == text
    assert json.loads(text)["format"] == 1
