from __future__ import annotations

import re

from greenrules.models import Report
from greenrules.report.markdown import code, escape, markdown_summary


def test_specials_mean_themselves() -> None:
    assert escape("a*b_c|d<e>") == r"a\*b\_c\|d&lt;e\>"


def test_a_code_span_may_hold_back_ticks() -> None:
    assert code("a `b` c") == "``a `b` c``"
    assert code("`x`") == "`` `x` ``"


def test_the_verdict_is_the_heading(saving: Report) -> None:
    first = markdown_summary(saving).splitlines()[0].replace("\u00a0", " ")
    assert first == r"## train.green.py uses 36 % \[31, 41\] less energy than train.py"


def test_every_table_has_rows_of_one_width(sample: Report) -> None:
    tables = re.split(r"\n\n", markdown_summary(sample))
    found = 0
    for block in tables:
        lines = block.splitlines()
        if len(lines) > 1 and re.fullmatch(r"\|(---\|)+", lines[1]):
            found += 1
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
    assert found


def test_no_tag_of_a_script_gets_through(hostile: Report) -> None:
    text = markdown_summary(hostile)
    outside = re.sub(r"(`{3,})\w+\n.*?\n\1", "", text, flags=re.DOTALL)
    outside = re.sub(r"\\[^\w\s]", "", outside)
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", outside)
    assert set(re.findall(r"<(/?\w+)", outside)) <= {"details", "/details", "summary", "/summary"}


def test_a_fence_in_the_difference_does_not_end_it(saving: Report) -> None:
    winner = next(v for v in saving.candidates if v.id == "c7")
    fenced = winner.model_copy(update={"diff": "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+```\n"})
    text = markdown_summary(saving.model_copy(update={"candidates": [fenced]}))
    assert "````diff\n" in text


def test_a_long_difference_is_cut(hostile: Report) -> None:
    assert "more lines stand in `report.json`" in markdown_summary(hostile)
