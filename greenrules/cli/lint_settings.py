"""The settings of ``lint``, which starts too often to load a validator for what needs none."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from greenrules.cli import options
from greenrules.project import find_file, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from greenrules.config import Settings
    from greenrules.models import Level


class LintSettings(NamedTuple):
    """The settings that ``lint`` looks at; the fields are those of :class:`greenrules.config.Settings`."""

    pack: Sequence[str] = ()
    rule: Sequence[str] = ()
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    exclude: Sequence[str] = ()
    per_file_ignores: Mapping[str, Sequence[str]] = MappingProxyType({})
    level: Level | None = None
    python: str | None = None


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


#: settings of a file that can be told right from wrong without a model
_CHECKS: dict[str, Callable[[object], bool]] = {
    **dict.fromkeys(("pack", "rule", "select", "ignore", "exclude"), _texts),
    "per-file-ignores": lambda value: isinstance(value, dict) and all(map(_texts, value.values())),
    "python": lambda value: isinstance(value, str),
}


def lint_settings(folder: Path, **given: Any) -> LintSettings | Settings:
    """The settings that hold for a folder, options that were given before what its file says.

    Args:
        folder: the current one.
        given: options by their names in Python; what is None or empty was not given.

    Raises:
        ConfigError: the file is wrong.
    """
    file = find_file(folder.resolve())
    written: dict[str, Any] = {}
    if file is not None:
        try:
            written = table(file, file.read_text(encoding="utf-8", errors="replace"))
        except (ValueError, AttributeError):
            return options.settings(folder, **given)
        if not isinstance(written, dict) or not all(
            key in _CHECKS and _CHECKS[key](value) for key, value in written.items()
        ):
            return options.settings(folder, **given)
    return LintSettings(**{key.replace("-", "_"): value for key, value in written.items()} | options.plain(given))
