from __future__ import annotations

import csv
import io
from pathlib import Path

from greenrules.models import Report
from greenrules.report.terminal import apply_summary, bar, cells, decision_text, measure_csv, measure_summary
from greenrules.report.write import Written


def test_the_first_line_is_the_verdict(saving: Report) -> None:
    first = apply_summary(saving).splitlines()[0].replace("\u00a0", " ")
    assert first == "train.green.py uses 36 % [31, 41] less energy than train.py."


def test_bars_are_as_long_as_their_share() -> None:
    assert [bar(s, 4) for s in (0.0, 0.001, 0.5, 0.53125, 1.0, 7.0)] == ["", "▏", "██", "██▏", "████", "████"]


def test_stages_show_before_and_after(saving: Report) -> None:
    lines = [line.replace("\u00a0", " ") for line in apply_summary(saving).splitlines()]
    at = next(i for i, line in enumerate(lines) if "training-loop" in line)
    assert "322 J" in lines[at]
    assert "188 J" in lines[at + 1]


def test_a_measurement_has_one_bar_per_stage(measure: Report) -> None:
    text = measure_summary(measure)
    assert text.count("█") > 20
    assert "before" not in text
    assert "energy: measured (powercap)" in text


def test_doubts_come_with_their_remedy(saving: Report) -> None:
    text = apply_summary(saving)
    assert "Critical idle share" in text
    assert "  help: sudo cpupower frequency-set -g performance" in text


def test_files_are_named_and_a_missing_pdf_says_why(saving: Report) -> None:
    note = "no PDF: WeasyPrint is not installed; pip install 'greenrules[pdf]'"
    written = [Written("json", Path("out/train.json")), Written("pdf", Path("out/train.html"), note)]
    text = apply_summary(saving, written)
    assert "  json    out/train.json" in text
    assert f"{note} (HTML instead: out/train.html)" in text


def test_terminals_are_not_commanded_by_a_script(hostile: Report) -> None:
    evil = hostile.model_copy(update={"decision": hostile.decision.model_copy(update={"reason": "\x1b[2J\x07 gone"})})
    for text in (apply_summary(evil), measure_summary(evil), decision_text(evil)):
        assert "\x1b" not in text
        assert "\x07" not in text
        assert "\u202e" not in text


def test_wide_characters_take_two_cells() -> None:
    assert cells("数a\u0301") == 3


def test_choosing_again_names_the_choice_and_its_reason(saving: Report, no_change: Report) -> None:
    assert decision_text(saving).startswith(
        "chosen: c7 (sklearn/extra-trees, numpy/float32-features, sklearn/physical-cores with N_JOBS = 2)\n"
        "weights: energy 0.5, quality 0.3, time 0.2\nreason: c7 has the least score of 3 on the front\n"
    )
    assert decision_text(no_change).startswith("chosen: no change\n")


def test_csv_has_a_row_per_run_and_per_stage(measure: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(measure_csv(measure))))
    assert [row["record"] for row in rows] == ["run"] * 7 + ["stage"] * 6
    assert float(rows[0]["energy_j"]) == measure.baseline.runs[0].energy_j
    assert rows[7]["name"] == "imports"
