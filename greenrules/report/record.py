"""``report.json``: written and read again.

JSON has no NaN: a figure that is not finite is written as ``null``, and ``null`` where a number must stand is read as
NaN, which every document shows as "not known".
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from greenrules.errors import Position, UsageError
from greenrules.models import Report

FORMAT = 1


def to_json(value: BaseModel) -> str:
    """The canonical text: fields in the order of the model, two spaces, true characters, a final newline."""
    data = _finite(value.model_dump(mode="python"))
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False, default=str) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((_finite(item) for item in value), key=str)
    return value


def read_report(path: Path) -> Report:
    """A report from its file.

    Raises:
        UsageError: the file cannot be read, is no JSON, has another format number, or a key is missing or wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"cannot read the report: {error.strerror or error}", position=Position(str(path))) from error
    except UnicodeDecodeError as error:
        raise UsageError("the report is not UTF-8 text", position=Position(str(path))) from error
    return parse_report(text, str(path))


def parse_report(text: str, name: str = "report.json") -> Report:
    """A report from its text.

    Args:
        text: JSON.
        name: what the text is called in errors.

    Raises:
        UsageError: as `read_report`.
    """
    again = "write it again with: greenrules apply SCRIPT --report json"
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        lines = text.splitlines()
        shown = lines[error.lineno - 1][:200] if error.lineno <= len(lines) else None
        position = Position(name, error.lineno, error.colno, shown)
        raise UsageError(f"not JSON: {error.msg}", position=position, remedy=again) from error
    except RecursionError as error:
        raise UsageError("not a report: nested too deeply", position=Position(name)) from error
    if not isinstance(data, dict):
        raise UsageError("not a report: the file holds no JSON object", position=Position(name), remedy=again)
    if "format" not in data:
        reason = "not a report of greenrules: the key 'format' is missing"
        raise UsageError(reason, position=Position(name), remedy=again)
    if data["format"] != FORMAT or isinstance(data["format"], bool):
        reason = f"report format {data['format']!r} is not known here; this version reads format {FORMAT}"
        raise UsageError(reason, position=Position(name), remedy="use the version of greenrules that wrote it")
    return _validated(data, name)


def _validated(data: dict[str, Any], name: str) -> Report:
    try:
        return Report.model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    nulls = [e for e in errors if e["type"] == "float_type" and e["input"] is None]
    if len(nulls) == len(errors):
        for one in nulls:
            _set(data, one["loc"], math.nan)
        try:
            return Report.model_validate(data)
        except ValidationError as error:
            errors = error.errors(include_url=False)
    first = errors[0]
    where = ".".join(map(str, first["loc"]))
    reason = {
        "missing": f"the key '{where}' is missing",
        "extra_forbidden": f"the key '{where}' is not known",
    }.get(first["type"], f"the value of '{where}' is wrong: {first['msg'].lower()}")
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    raise UsageError(f"not a valid report: {reason}{more}", position=Position(name))


def _set(data: Any, path: tuple[int | str, ...], value: float) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value
