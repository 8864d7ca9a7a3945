from __future__ import annotations

import re

import pytest

from greenrules.models import Report
from greenrules.report import refused
from greenrules.report.latex import latex_document
from greenrules.report.markdown import markdown_summary
from greenrules.report.page import html_page
from greenrules.report.terminal import apply_summary


def test_every_candidate_but_the_chosen_one_is_accounted_for(saving: Report) -> None:
    rows = [(row.name, reason) for reason in refused.refused(saving) for row in reason.rows]
    assert sorted(name for name, _ in rows) == ["", "", "c1", "c2", "c3", "c4", "c5", "c6", "c8"]
    assert all(reason.words for _, reason in rows)


def test_what_has_one_reason_stands_under_it_once_the_most_promising_first(search: Report) -> None:
    groups = refused.refused(search)
    assert [(group.title, [row.name for row in group.rows]) for group in groups[:3]] == [
        ("rejected: its outputs are not the original's", ["c4"]),
        ("not chosen: it was not among the finalists", ["c3", "c2", "c1"]),
        ("skipped: its run was ended early", ["c5"]),
    ]


def test_a_rule_that_was_not_tried_stands_once_with_all_its_lines(search: Report) -> None:
    last = refused.refused(search)[-1]
    assert last.title == "not tried: its shape is not known"
    assert [row.rules for row in last.rows] == ["numpy/dot (lines 3, 7)", "numpy/inner (line 9)"]


def test_energy_that_was_measured_is_shown_whatever_became_of_the_candidate(search: Report) -> None:
    effects = {row.name: row.effect.replace("\u00a0", " ") for group in refused.refused(search) for row in group.rows}
    assert effects["c4"] == "about −40 % (1 run)"
    assert effects["c2"] == "about −5 % (1 run)"
    assert effects["c5"] == "–"


def test_candidates_of_one_rule_are_told_apart_by_their_values(search: Report) -> None:
    rules = [row.rules for group in refused.refused(search) for row in group.rows if "slow" in row.rules]
    assert rules == ["numpy/slow with SIZE = 20", "numpy/slow with SIZE = 100"]


def test_a_cut_list_keeps_the_groups_of_what_it_keeps(search: Report) -> None:
    kept = refused.first(refused.refused(search), 2)
    assert [len(group.rows) for group in kept] == [1, 1]
    assert refused.count(kept) == 2


FORMS = {
    "terminal": apply_summary,
    "page": html_page,
    "paper": lambda report: html_page(report, paper=True),
    "markdown": markdown_summary,
    "latex": latex_document,
}


def plain(document: str) -> str:
    """The words of a document without what its format puts between them."""
    for mark, meaning in ((r"\allowbreak{}", ""), ("{-}", "-"), (r"\%", "%"), ("~", " "), ("\u00a0", " ")):
        document = document.replace(mark, meaning)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>|\\(?=[^a-z])", "", document))


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_lists_every_candidate_with_its_reason_and_its_energy(search: Report, form: str) -> None:
    told = plain(FORMS[form](search))
    for words in (
        "numpy/wrong",
        "numpy/hopeless",
        "it was not among the finalists",
        "ended early",
        "numpy/slow",
        "40 %",
    ):
        assert words in told


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_shows_the_caveat_of_a_rule_that_was_chosen(search: Report, form: str) -> None:
    told = plain(FORMS[form](search))
    assert "look at some of them" in told
    without = search.model_copy(update={"rules": []})
    assert "look at some of them" not in plain(FORMS[form](without))
