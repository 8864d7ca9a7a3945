"""What is wrong with a rule file, told at the place it is written at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from greenrules.engine.rule import (
    ArgumentTable,
    Example,
    LibrarySpec,
    MatchNode,
    MetricSpec,
    PackSpec,
    Parameter,
    Prepend,
    RuleFile,
    RuleSpec,
)
from greenrules.errors import Position, RuleError, nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from greenrules.engine.yaml_text import Document

_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
}
#: key → the model of what stands under it (``*``: of what stands under each of its keys or items)
_MODELS: dict[str, type[BaseModel]] = {
    "rules": RuleSpec,
    "examples": Example,
    "arguments": ArgumentTable,
    "prepend": Prepend,
    "parameters": Parameter,
    "match": MatchNode,
    "any": MatchNode,
    "all": MatchNode,
    "stages": MatchNode,
    "libraries": LibrarySpec,
    "metrics": MetricSpec,
}


def schema_errors(error: ValidationError, document: Document, root: type[RuleFile | PackSpec]) -> list[RuleError]:
    """The errors of a file in the order of their places, each once."""
    found: dict[Position, RuleError] = {}
    details = list(_relevant(error, document))
    extra = {detail["loc"] for detail in details if detail["type"] == "extra_forbidden"}
    for detail in details:
        if detail["type"] == "missing" and _misspelt(detail["loc"], extra):
            continue
        built = _error(detail, document, root)
        assert built.position is not None
        found.setdefault(built.position, built)
    return sorted(
        found.values(),
        key=lambda each: ((each.position.line or 0), each.position.column or 0) if each.position else (0, 0),
    )


def combined(errors: list[RuleError]) -> RuleError:
    """One error for all of a file: the first, the others as its detail."""
    first, *others = errors
    if others:
        more = "\n".join(f"also {other.position}: {other.message}" for other in others)
        first.detail = f"{first.detail}\n{more}" if first.detail else more
    return first


def _relevant(error: ValidationError, document: Document) -> Iterator[ErrorDetails]:
    """Of the errors of a union, those of the member that the value looks like."""
    details = error.errors(include_url=False)
    kept = [detail for detail in details if not _mismatched(detail["loc"], document)]
    covered = {_path(detail["loc"], document)[0] for detail in kept}
    yield from kept
    for detail in details:
        path = _path(detail["loc"], document)[0]
        if not any(path == other[: len(path)] for other in covered):
            covered.add(path)
            yield detail


def _misspelt(missing: tuple[int | str, ...], extra: set[tuple[int | str, ...]]) -> bool:
    """Whether a missing key stands beside an unknown one that it was meant to be."""
    beside = [str(loc[-1]) for loc in extra if loc[:-1] == missing[:-1]]
    return nearest(str(missing[-1]), beside) is not None


def _walk(loc: tuple[int | str, ...], document: Document) -> Iterator[tuple[int | str, Any, bool]]:
    """The steps of an error's location: each with the value it starts from, and whether it leads into that value."""
    value = document.value
    for step in loc:
        inside = (isinstance(value, Mapping) and step in value) or (
            isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value)
        )
        yield step, value, inside
        if inside:
            value = value[step]


def _mismatched(loc: tuple[int | str, ...], document: Document) -> bool:
    for step, value, inside in _walk(loc, document):
        if inside:
            continue
        if step in ("str", "int", "float", "bool") and isinstance(value, dict | list):
            return True
        if isinstance(step, str) and step in ("MatchNode", "Prepend") and not isinstance(value, dict):
            return True
    return False


def _path(loc: tuple[int | str, ...], document: Document) -> tuple[tuple[int | str, ...], Any]:
    path: list[int | str] = []
    value = document.value
    for step, _, inside in _walk(loc, document):
        if inside:
            path.append(step)
            value = value[step]
    return tuple(path), value


def _error(detail: ErrorDetails, document: Document, root: type[RuleFile | PackSpec]) -> RuleError:
    path, value = _path(detail["loc"], document)
    kind = detail["type"]
    context = detail.get("ctx", {})
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden":
        known = _keys(path[:-1], root)
        return RuleError(
            f"unknown key '{last}'",
            position=document.at(path, key=True),
            remedy=nearest(last, known) or f"known: {', '.join(sorted(known))}",
        )
    if kind == "missing":
        # told at the key of what is incomplete, or at its first line
        return RuleError(f"missing key '{last}'", position=document.at(path))
    if kind in ("literal_error", "enum"):
        expected = str(context.get("expected", ""))
        choices = [choice.strip("' ") for choice in expected.replace(" or ", ", ").split(", ")]
        return RuleError(
            f"expected {expected}; found {_shown(value)}",
            position=document.at(path, key="[key]" in detail["loc"]),
            remedy=nearest(str(value if "[key]" not in detail["loc"] else path[-1]), choices),
        )
    if kind in _KINDS:
        return RuleError(f"expected {_KINDS[kind]}; found {_shown(value)}", position=document.at(path))
    if kind == "string_pattern_mismatch":
        name = path[-1] if last == "[key]" else value
        message = f"{_shown(name)} is not a name of the form {context.get('pattern', '')}"
        return RuleError(message, position=document.at(path, key=last == "[key]"))
    if kind == "value_error":
        return RuleError(str(context.get("error", detail["msg"])), position=document.at(path))
    return RuleError(
        f"{detail['msg'][:1].lower()}{detail['msg'][1:]}; found {_shown(value)}", position=document.at(path)
    )


def _keys(path: tuple[int | str, ...], root: type[BaseModel]) -> list[str]:
    """The keys that may stand at a path."""
    model = root
    for step in path:
        if isinstance(step, str) and step in _MODELS and step in model.model_fields:
            model = _MODELS[step]
    return [field.alias or name for name, field in model.model_fields.items()]


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    text = str(value)
    return f"'{text if len(text) <= 40 else text[:37] + '...'}'"
