from __future__ import annotations

from greenrules.models import Report, Variant
from greenrules.report.agreement import agrees, differences, sentence
from greenrules.report.page import html_page


def variant(level: str = "exact", **facts: object) -> Variant:
    return Variant(id="c1", level=level, outputs_agree=facts)


def test_the_same_outputs_are_the_same_and_close_ones_are_close() -> None:
    assert sentence(variant(agree=True, masked=0)) == "Its outputs are the same as the original's."
    assert sentence(variant("numeric", agree=True)) == "Its outputs are the original's, within the tolerance."


def test_places_in_which_the_original_differs_from_itself_are_counted() -> None:
    told = sentence(variant(agree=True, masked=3)).replace("\u00a0", " ")
    assert told.endswith(", apart from 3 places where the original's own runs differ.")


def test_other_outputs_say_how_much_of_them_agrees() -> None:
    told = sentence(variant("model", agree=False, printed=0.5, files=0.0, differences=[], masked=0))
    assert told.replace("\u00a0", " ") == (
        "Its outputs differ from the original's, as those of another model do: "
        "50 % of the printed lines and 0 % of the files written agree."
    )


def test_what_was_not_compared_is_no_result() -> None:
    assert agrees(Variant(id="c1")) is None
    assert sentence(Variant(id="c1")) == ""


def test_differing_figures_have_the_digits_that_tell_them_apart() -> None:
    found = ["out.json, $.auc: 0.8066804885423257 / 0.8133665668137782", "a, line 1: 0.12345678912 / 0.12345678913"]
    assert differences(variant(differences=found)) == [
        "out.json, $.auc: 0.8067 → 0.8134",
        "a, line 1: 0.12345678912 → 0.12345678913",
    ]


def test_a_long_list_is_cut_and_says_so() -> None:
    assert differences(variant(differences=[f"f, line {n}: a / b" for n in range(9)]))[-1] == "5 more in report.json"


def test_no_value_of_the_program_stands_on_the_page(sample: Report) -> None:
    page = html_page(sample)
    for raw in ("False", "True", ">None<", "{'", "['"):
        assert raw not in page.replace("&#39;", "'")
