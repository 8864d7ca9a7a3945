"""``schemas/`` is what the models say."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from greenrules.schemas import SCHEMAS, schema, texts

FOLDER = Path(__file__).parents[2] / "schemas"


def test_committed_schemas_are_those_of_the_models():
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")} == texts()


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_schema_is_a_valid_schema(name):
    jsonschema.Draft202012Validator.check_schema(schema(name))
