"""Values of the command line that need no reading, taken as they are.

Typer reads every value, default values too, by a validator of its own, the first of which costs a tenth of a second of
imports. What is certain without one is told here; everything else, every wrong value with it, goes Typer's way.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from typer.core import TyperGroup

if TYPE_CHECKING:
    from collections.abc import Callable

#: stands for a value that Typer must read
_UNREAD = object()


class QuickGroup(TyperGroup):
    """Commands whose plain values are taken as they are."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options of the program itself."""
        _quicken(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name, or None."""
        found = super().get_command(ctx, cmd_name)
        if found is not None:
            _quicken(found.get_params(ctx))
        return found


def _quicken(parameters: Any) -> None:
    for parameter in parameters:
        if not isinstance(parameter.process_value, partial):
            parameter.process_value = partial(_processed, parameter, parameter.process_value)


def _processed(parameter: Any, slowly: Callable[[Any, Any], Any], ctx: Any, value: Any) -> Any:
    plain = _UNREAD if parameter.required else _plain(parameter, value)
    if plain is _UNREAD:
        return slowly(ctx, value)
    return plain if parameter.callback is None else parameter.callback(ctx, parameter, plain)


def _plain(parameter: Any, value: Any) -> Any:
    """The value as the command gets it, where that is certain."""
    several = getattr(parameter, "multiple", False) or parameter.nargs == -1
    if value is None:
        return () if several else None
    if parameter.nargs not in (1, -1):
        return _UNREAD
    described = getattr(parameter, "type_descriptor", None)
    annotation = getattr(described, "annotation", None)
    info = getattr(described, "parameter_info", None)
    if info is None or info.parser is not None:
        return _UNREAD
    if not several:
        # A figure that was not given is what its parameter says.
        known = value is parameter.default and type(value) is annotation
        return value if known else _one(annotation, info, value)
    if get_origin(annotation) is not list or not isinstance(value, list | tuple):
        return _UNREAD
    (kind,) = get_args(annotation)
    found = [_one(kind, info, each) for each in value]
    return _UNREAD if any(each is _UNREAD for each in found) else found


def _one(annotation: Any, info: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return _UNREAD
    if annotation is str:
        return value
    if annotation is int:
        return _number(info, value)
    if annotation is Path:
        asked = info.resolve_path or info.allow_dash or info.writable or info.path_type is not None
        anything = info.file_okay and info.dir_okay
        return Path(value) if anything and not asked and os.access(value, os.R_OK) else _UNREAD
    return value if get_origin(annotation) is Literal and value in get_args(annotation) else _UNREAD


def _number(info: Any, value: str) -> Any:
    """A number of a few digits within its bounds."""
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        return _UNREAD
    number = int(value)
    within = (info.min is None or info.min <= number) and (info.max is None or number <= info.max)
    return number if within else _UNREAD
