from __future__ import annotations

import re
from html.parser import HTMLParser

from greenrules.models import Report
from greenrules.report.page import html_page
from greenrules.report.palette import COLOURS

VOID = {"meta", "br", "wbr", "rect", "line", "circle", "path"}


class Checker(HTMLParser):
    """Collects tags, ids and attributes, and insists that elements are closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def parsed(page: str) -> Checker:
    checker = Checker()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    return checker


def words(page: str) -> str:
    return re.sub(r"\s+", " ", " ".join(parsed(page).words))


def test_the_page_is_well_formed_and_ids_are_unique(sample: Report) -> None:
    checker = parsed(html_page(sample))
    ids = [value for name, value in checker.attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_nothing_is_requested_and_nothing_runs(sample: Report) -> None:
    page = html_page(sample)
    checker = parsed(page)
    assert not {"script", "link", "iframe", "img", "object", "base", "form"} & set(checker.tags)
    assert not [name for name, _ in checker.attributes if name in ("src", "href") or name.startswith("on")]
    assert all(url.startswith("data:") for url in re.findall(r"url\(([^)]*)\)", page))
    assert "@import" not in page


def test_text_of_a_script_stays_text(hostile: Report) -> None:
    page = html_page(hostile)
    assert "<script" not in page
    assert "\u202e" not in page
    assert "<script>alert(1)</script>" in words(page)


def test_sections_stand_in_their_order(saving: Report) -> None:
    heads = re.findall(r"<h[12]>(.*?)</h[12]>", html_page(saving), re.DOTALL)
    assert heads[0].startswith("train.green.py uses 36")
    assert [
        h
        for h in heads
        if h in ("Where the energy went", "What changed", "Tried and turned down", "Disclosure", "Do it again")
    ] == [
        "Where the energy went",
        "What changed",
        "Tried and turned down",
        "Disclosure",
        "Do it again",
    ]


def test_the_disclosure_names_what_makes_a_figure_void_without_it(saving: Report) -> None:
    told = words(html_page(saving))
    for fact in (
        saving.script.sha256,
        "Xeon(R) Platinum 8370C",
        "PYTHONHASHSEED",
        "scikit-learn",
        "sudo modprobe msr",
        "sudo cpupower frequency-set -g performance",
        "20261120",
        "pack sklearn",
        "bubblewrap",
    ):
        assert fact in told


def test_a_measurement_has_no_empty_sections(measure: Report) -> None:
    told = words(html_page(measure))
    assert "Tried and turned down" not in told
    assert "What changed" not in told
    assert "Where the energy went" in told


def test_every_chart_has_a_name_a_description_and_its_figures_as_a_table(saving: Report) -> None:
    page = html_page(saving)
    charts = re.findall(r"<figure class=\"chart\">(.*?)</figure>", page, re.DOTALL)
    assert len(charts) == 4
    for chart in charts:
        assert re.search(r"<title id=\"\w+-title\">[^<]+</title><desc id=\"\w+-desc\">[^<]+</desc>", chart)
        assert 'role="img"' in chart
        assert "<table>" in chart


def test_paper_shortens_what_a_screen_scrolls(hostile: Report) -> None:
    assert "more lines stand in" in html_page(hostile, paper=True)
    assert "more lines stand in" not in html_page(hostile)
    assert "x_399" in html_page(hostile)


def test_equal_reports_give_equal_pages(saving: Report) -> None:
    assert html_page(saving) == html_page(saving.model_copy(deep=True))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_has_the_contrast_that_wcag_asks_for_in_both_schemes() -> None:
    for scheme in (0, 1):
        for ground in ("paper", "panel", "added", "removed", "notice"):
            for text in ("ink", "muted"):
                a, b = sorted((luminance(COLOURS[text][scheme]), luminance(COLOURS[ground][scheme])))
                assert (b + 0.05) / (a + 0.05) >= 4.5, (scheme, ground, text)
