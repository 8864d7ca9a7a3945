"""The JSON Schemas of the wire types, generated from the models; never read at run time.

``python -m greenrules.schemas FOLDER`` writes them; a test compares ``schemas/`` with what would be written.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from greenrules.config import Settings
from greenrules.engine.rule import PackSpec, RuleFile
from greenrules.evidence import PackEvidence
from greenrules.models import DoctorReport, LintReport, Report

#: an entry of a docstring's ``Attributes:``
_ATTRIBUTE = re.compile(r"    (\w+): (.*)")

SCHEMAS: dict[str, type[BaseModel]] = {
    "rules": RuleFile,
    "pack": PackSpec,
    "evidence": PackEvidence,
    "report": Report,
    "lint": LintReport,
    "doctor": DoctorReport,
    "config": Settings,
}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a wire type."""
    made = SCHEMAS[name].model_json_schema(by_alias=True, mode="validation")
    for described in (made, *made.get("$defs", {}).values()):
        _describe(described)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://greenrules.invalid/schemas/{name}.schema.json",
        **made,
    }


def _describe(part: dict[str, Any]) -> None:
    """Say of each property what the docstring of its model says of the attribute: editors show it there."""
    whole, found, attributes = str(part.get("description", "")).partition("\n\nAttributes:\n")
    if not found:
        return
    part["description"] = whole
    said: dict[str, str] = {}
    name = ""
    for line in attributes.splitlines():
        entry = _ATTRIBUTE.match(line)
        if entry is not None:
            name, said[entry[1]] = entry[1], entry[2]
        elif name and line.strip():
            said[name] += f" {line.strip()}"
    for key, prop in part.get("properties", {}).items():
        text = said.get(key.replace("-", "_"))
        if text is not None:
            prop.setdefault("description", text)


def texts() -> dict[str, str]:
    """File name → text of every schema."""
    return {
        f"{name}.schema.json": json.dumps(schema(name), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        for name in SCHEMAS
    }


def main(folder: Path) -> None:
    """Write every schema into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
