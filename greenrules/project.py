"""Which file holds the settings of a folder."""

from __future__ import annotations

from pathlib import Path


def find_file(start: Path) -> Path | None:
    """The nearest ``greenrules.toml``, or ``pyproject.toml`` with ``[tool.greenrules]``, from a folder upwards."""
    for folder in (start, *start.parents):
        own = folder / "greenrules.toml"
        if own.is_file():
            return own
        project = folder / "pyproject.toml"
        if project.is_file() and "tool.greenrules" in project.read_text(encoding="utf-8", errors="replace"):
            return project
    return None


def table(file: Path, text: str) -> dict[str, object]:
    """The settings that a file writes.

    Args:
        file: as :func:`find_file` gives it.
        text: what it holds.

    Raises:
        tomllib.TOMLDecodeError: it is not TOML.
    """
    import tomllib

    document = tomllib.loads(text)
    found: dict[str, object] = (
        document if file.name == "greenrules.toml" else document.get("tool", {}).get("greenrules", {})
    )
    return found
