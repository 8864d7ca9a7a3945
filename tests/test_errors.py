"""Errors say where, why, and what to do next."""

from greenrules.errors import Position, UsageError, nearest


def test_the_caret_stands_under_the_place_even_behind_tabs():
    frame = Position("a.py", 3, 3, "\t\tfoo(bar)", 3).frame()
    first, second = frame.splitlines()
    assert first == "3 | \t\tfoo(bar)"
    assert second == "  | \t\t^^^"


def test_an_error_reads_as_position_reason_frame_and_remedy():
    error = UsageError("no such name", position=Position("r.yaml", 2, 5, "    mtach: f()", 5), remedy="match")
    assert error.render().splitlines() == [
        "error: r.yaml:2:5: no such name",
        "2 |     mtach: f()",
        "  |     ^^^^^",
        "help: match",
    ]


def test_the_nearest_names_are_suggested_and_nothing_far_off():
    assert nearest("skleran", ["sklearn", "opencv"]) == "did you mean sklearn?"
    assert nearest("zzz", ["sklearn", "opencv"]) is None


def test_what_is_not_near_is_not_suggested():
    assert nearest("nope", ["opencv", "ignore", "pue"]) is None
