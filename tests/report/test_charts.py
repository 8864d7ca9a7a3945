from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from greenrules.models import Interval, Report
from greenrules.report import svg
from greenrules.report.charts.pareto import pareto_chart
from greenrules.report.charts.placing import Box, place_labels
from greenrules.report.charts.ratios import ratio_chart
from greenrules.report.charts.runs import run_chart
from greenrules.report.charts.stages import stage_chart

SVG = "{http://www.w3.org/2000/svg}"


def elements(chart: svg.Chart | None, tag: str) -> list[ET.Element]:
    assert chart is not None
    return list(ET.fromstring(chart.svg).iter(SVG + tag))


def test_every_chart_is_xml_and_stays_inside_its_frame(sample: Report) -> None:
    for draw in (pareto_chart, ratio_chart, run_chart, stage_chart):
        chart = draw(sample)
        if chart is None:
            continue
        root = ET.fromstring(chart.svg)
        width, height = map(float, root.attrib["viewBox"].split()[2:])
        for node in root.iter():
            for name in ("x", "x1", "x2", "cx"):
                assert -0.01 <= float(node.attrib.get(name, 0)) <= width + 0.01
            for name in ("y", "y1", "y2", "cy"):
                assert -0.01 <= float(node.attrib.get(name, 0)) <= height + 0.01


def test_the_table_of_the_front_holds_every_variant_that_is_drawn(saving: Report) -> None:
    chart = pareto_chart(saving)
    assert chart is not None
    assert [row[0] for row in chart.table.rows] == ["original", "c7", "c1", "c2", "c3", "c6", "c8"]
    # the ring around the chosen one is a circle more; the original is a square
    assert len(elements(chart, "circle")) == 7
    assert len(elements(chart, "rect")) == 1


def test_a_variant_that_broke_the_quality_is_not_on_the_chart(saving: Report) -> None:
    chart = pareto_chart(saving)
    assert chart is not None
    assert "c4" not in chart.svg


def test_the_better_quality_is_always_above(saving: Report) -> None:
    def height_of(report: Report, name: str) -> float:
        node = next(e for e in elements(pareto_chart(report), "text") if e.text == name)
        return float(node.attrib["y"])

    lower = saving.model_copy(update={"quality": saving.quality.model_copy(update={"better": "lower"})})
    assert height_of(saving, "c7") < height_of(saving, "original")
    assert height_of(lower, "c7") > height_of(lower, "original")


def test_equal_qualities_give_way_to_time(no_change: Report) -> None:
    chart = pareto_chart(no_change)
    assert chart is not None
    assert chart.title == "Energy against time"


def test_bars_are_as_long_as_their_joules(saving: Report) -> None:
    bars = [e for e in elements(stage_chart(saving), "rect") if e.attrib["height"] == "11"]
    widths = [float(bar.attrib["width"]) for bar in bars]
    training = max(widths)
    assert any(abs(width / training - 188 / 322) < 0.01 for width in widths)


def test_without_a_choice_there_is_one_bar_per_stage(no_change: Report) -> None:
    assert len(elements(stage_chart(no_change), "rect")) == 6


def test_a_forest_plot_says_what_may_be_claimed(saving: Report) -> None:
    chart = ratio_chart(saving)
    assert chart is not None
    verdicts = {row[0]: row[2] for row in chart.table.rows}
    assert verdicts == {
        "c7": "saves",
        "c6": "saves",
        "c1": "saves",
        "c3": "less, not confirmed",
        "c2": "not distinguishable",
        "c8": "costs more",
    }


def test_runs_that_do_not_count_are_hollow_and_in_the_table(saving: Report) -> None:
    chart = run_chart(saving)
    assert chart is not None
    assert sum(e.attrib["fill"] == "#ffffff" for e in elements(chart, "circle")) == 1
    assert len(chart.table.rows) == sum(len(v.runs) for v in [saving.baseline, *saving.candidates])
    assert chart.table.rows[-1][-1] == "yes"


FIGURES = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e99, max_value=1e99)


@given(st.lists(FIGURES, min_size=1, max_size=8), st.booleans())
def test_an_axis_holds_its_values_and_has_a_few_rising_ticks(values: list[float], zero: bool) -> None:
    axis = svg.axis(values, zero=zero)
    assert axis.low <= min(values)
    assert axis.high >= max(values)
    assert 1 <= len(axis.ticks) <= 12
    assert all(a < b for a, b in pairwise(axis.ticks))
    place = axis.scale(0, 100)
    assert all(0 <= place(value) <= 100 for value in values)
    assert all(axis.label(tick) for tick in axis.ticks)


BOXES = st.builds(lambda x, y: Box(x, y, x + 12, y + 12), st.floats(20, 500), st.floats(20, 250))


@given(st.lists(BOXES, max_size=12))
def test_labels_cover_neither_marks_nor_each_other(marks: list[Box]) -> None:
    area = Box(0, 0, 600, 300)
    placed = place_labels([(f"c{i}", mark) for i, mark in enumerate(marks)], marks, area)
    boxes = [box for _, box in placed]
    assert all(box.within(area) for box in boxes)
    assert not any(box.meets(mark) for box in boxes for mark in marks)
    assert not any(a.meets(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_a_single_variant_is_no_chart(measure: Report) -> None:
    assert pareto_chart(measure) is None
    assert ratio_chart(measure) is None


def test_figures_that_cannot_be_drawn_are_left_out_of_the_drawing(saving: Report) -> None:
    wild = saving.candidates[0].model_copy(update={"energy_j": Interval(median=1e300, low=-1e308, high=1e308)})
    chart = pareto_chart(saving.model_copy(update={"candidates": [wild, *saving.candidates[1:]]}))
    assert chart is not None
    assert "c1" not in {row[0] for row in chart.table.rows}
