from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from greenrules.errors import UsageError
from greenrules.models import Interval, Report
from greenrules.report.record import parse_report, read_report, to_json
from greenrules.report.write import write_json


def test_what_is_written_is_read_again(saving: Report) -> None:
    assert parse_report(to_json(saving)) == saving


def test_writing_what_was_read_gives_the_same_text(sample: Report) -> None:
    text = to_json(sample)
    assert to_json(parse_report(text)) == text


def test_there_is_no_nan_in_the_file(saving: Report) -> None:
    wild = saving.baseline.model_copy(update={"energy_j": Interval(median=math.nan, low=-math.inf, high=math.inf)})
    text = to_json(saving.model_copy(update={"baseline": wild}))

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    data = json.loads(text, parse_constant=refuse)
    assert data["baseline"]["energy_j"] == {"median": None, "low": None, "high": None}
    again = parse_report(text).baseline.energy_j
    assert again is not None
    assert math.isnan(again.median)


def test_every_single_run_is_kept(saving: Report) -> None:
    data = json.loads(to_json(saving))
    assert [len(v["runs"]) for v in data["candidates"]] == [len(v.runs) for v in saving.candidates]
    assert data["format"] == 1


def test_true_characters_are_written(hostile: Report) -> None:
    assert "数据 🌱" in to_json(hostile)


def broken(saving: Report, **changes: object) -> str:
    data = json.loads(to_json(saving))
    for key, value in changes.items():
        if value is None:
            del data[key]
        else:
            data[key] = value
    return json.dumps(data)


def test_a_missing_key_is_named(saving: Report) -> None:
    with pytest.raises(UsageError, match="the key 'machine' is missing"):
        parse_report(broken(saving, machine=None))


def test_an_unknown_key_is_named(saving: Report) -> None:
    with pytest.raises(UsageError, match="the key 'tea' is not known"):
        parse_report(broken(saving, tea=1))


def test_a_wrong_value_is_named_with_its_place(saving: Report) -> None:
    search = {**json.loads(to_json(saving))["search"], "runs": "many"}
    with pytest.raises(UsageError, match=r"the value of 'search\.runs' is wrong"):
        parse_report(broken(saving, search=search))


@pytest.mark.parametrize("number", [2, "1", None, 0, True])
def test_another_format_is_refused(saving: Report, number: object) -> None:
    data = {**json.loads(to_json(saving)), "format": number}
    with pytest.raises(UsageError, match=r"report format .* is not known here; this version reads format 1"):
        parse_report(json.dumps(data))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{'a': 1}", "not JSON"),
        ("", "not JSON"),
        ("[1, 2]", "holds no JSON object"),
        ("{}", "the key 'format' is missing"),
        ("[" * 100_000, "not"),
    ],
)
def test_what_is_no_report_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        parse_report(text)


def test_an_error_in_json_has_a_caret(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text('{\n  "format": one\n}\n')
    with pytest.raises(UsageError) as caught:
        read_report(path)
    assert "report.json:2:13: not JSON" in caught.value.render()
    assert '2 |   "format": one\n  |             ^' in caught.value.render()


def test_a_file_that_is_not_there_or_not_text_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_report(tmp_path / "none.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_report(tmp_path / "bytes.json")


def test_a_byte_order_mark_is_no_obstacle(saving: Report, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("\ufeff" + to_json(saving), encoding="utf-8")
    assert read_report(path) == saving


def test_a_report_can_be_written_under_any_name(saving: Report, tmp_path: Path) -> None:
    write_json(saving, tmp_path / "mine.json")
    assert read_report(tmp_path / "mine.json") == saving
    with pytest.raises(UsageError, match="cannot write the report"):
        write_json(saving, tmp_path / "mine.json" / "below.json")
