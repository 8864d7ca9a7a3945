"""``schemas/`` is what the models say."""

from __future__ import annotations

import json
import math
from pathlib import Path

import jsonschema
import pytest
from bare_report import bare_report

from greenrules.models import Interval, Variant
from greenrules.report.record import to_json
from greenrules.schemas import SCHEMAS, schema, texts

FOLDER = Path(__file__).parents[2] / "schemas"


def test_committed_schemas_are_those_of_the_models():
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")} == texts()


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_schema_is_a_valid_schema(name):
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("name", ["rules", "pack"])
def test_an_editor_can_explain_every_key_that_an_author_writes(name):
    made = schema(name)
    unsaid = [
        f"{part}.{key}"
        for part, described in {"": made, **made["$defs"]}.items()
        for key, prop in described.get("properties", {}).items()
        if not prop.get("description")
    ]
    assert not unsaid


def test_the_schema_of_rules_refuses_what_the_loader_refuses():
    check = jsonschema.Draft202012Validator(schema("rules"))
    rule = {"id": "r", "tactic": "idiom", "summary": "s", "level": "exact", "match": "f($X)"}
    assert check.is_valid({"rules": [rule]})
    for wrong in (
        {"mach": "f"},
        {"tactic": "model-replacment"},
        {"level": "exakt"},
        {"id": "Not An Id"},
        {"where": "x"},
    ):
        assert not check.is_valid({"rules": [rule | wrong]})


def test_a_report_is_valid_whose_figures_have_no_limit_or_are_none():
    endless = Interval(median=0.9, low=0.0, high=math.inf)
    variant = Variant(
        id="baseline", energy_ratio=endless, quality_seeds=[math.nan], other_metrics={"accuracy": math.nan}
    )
    written = json.loads(to_json(bare_report(variant)))
    assert written["baseline"]["energy_ratio"]["high"] is None
    jsonschema.Draft202012Validator(schema("report")).validate(written)
