"""Settings: ``[tool.greenrules]`` of the nearest ``pyproject.toml``, or ``greenrules.toml``; every value's origin."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from greenrules.errors import ConfigError, Position, nearest
from greenrules.models import Level
from greenrules.project import find_file, table


class Settings(BaseModel):
    """What a project may set. Command-line options win over it.

    Units: seconds, watts, grams of CO2-equivalent per kWh; shares between 0 and 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    pack: list[str] = []
    rule: list[str] = []
    select: list[str] = []
    ignore: list[str] = []
    exclude: list[str] = Field(default=[], description="gitignore-style patterns of files that lint leaves out")
    per_file_ignores: dict[str, list[str]] = Field(default={}, alias="per-file-ignores")
    level: Level | None = None
    weights: str = "0.5,0.3,0.2"
    max_quality_loss: str = Field(default="0.5%", alias="max-quality-loss")
    tolerance: float = Field(default=1e-3, gt=0)
    metric: str = "auto"
    runs: int = Field(default=5, ge=2)
    budget: str | None = None
    expected_runs: int = Field(default=1000, alias="expected-runs", ge=1)
    python: str | None = None
    env: list[str] = []
    timeout: float | None = Field(default=None, gt=0)
    memory: str | None = None
    allow_network: bool = Field(default=False, alias="allow-network")
    idle_share: float | None = Field(default=None, alias="idle-share", ge=0, lt=1)
    meter: str = "auto"
    tdp_watts: float | None = Field(default=None, alias="tdp-watts", gt=0, allow_inf_nan=False)
    carbon_intensity: float | None = Field(default=None, alias="carbon-intensity", ge=0, allow_inf_nan=False)
    country: str | None = None
    pue: float = Field(default=1.0, ge=1, allow_inf_nan=False)
    report: str = "html,json,pdf"
    seed: int = 0


@dataclass(frozen=True)
class Config:
    """The settings in force, and where each came from.

    Attributes:
        settings: the values.
        origins: setting name as written in the file → ``default`` or the file.
        file: the file that was read, or None.
    """

    settings: Settings
    origins: dict[str, str]
    file: Path | None


def _position(path: Path, text: str, key: str | None, line: int | None = None) -> Position:
    lines = text.splitlines()
    if line is None and key is not None:
        pattern = re.compile(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=")
        line = next((i for i, written in enumerate(lines, 1) if pattern.match(written)), None)
    shown = lines[line - 1] if line is not None and line <= len(lines) else None
    column = len(shown) - len(shown.lstrip()) + 1 if shown is not None else None
    return Position(str(path), line, column, shown, len(key) if key else 1)


def load(start: Path, overrides: dict[str, Any] | None = None) -> Config:
    """Read the settings that hold for a folder.

    Args:
        start: the folder to start from (of the script, or the current one).
        overrides: values from the command line; None values are left out.

    Raises:
        ConfigError: for a file that is not TOML, an unknown key, or a value of the wrong kind, at its position.
    """
    file = find_file(start.resolve())
    written: dict[str, Any] = {}
    text = ""
    if file is not None:
        text = file.read_text(encoding="utf-8", errors="replace")
        try:
            written = table(file, text)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"line (\d+), column (\d+)", str(error))
            line = int(place[1]) if place else None
            raise ConfigError(f"not valid TOML: {error}", position=_position(file, text, None, line)) from None
    known = {spec.alias or name for name, spec in Settings.model_fields.items()}
    for key in written:
        if key not in known:
            raise ConfigError(
                f"unknown setting '{key}'",
                position=_position(file, text, key) if file else None,
                remedy=nearest(key, known) or f"settings are {', '.join(sorted(known))}",
            )
    given = {key: value for key, value in (overrides or {}).items() if value is not None}
    try:
        settings = Settings(**{**written, **given})
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        where = _position(file, text, key) if file is not None and key in written and key not in given else None
        raise ConfigError(f"'{key}': {first['msg']}", position=where) from None
    origins = {
        key: "command line" if key in given else str(file) if key in written else "default" for key in sorted(known)
    }
    return Config(settings, origins, file)
