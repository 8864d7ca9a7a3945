"""``greenrules config``: every setting, its value, and where it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greenrules.cli.console import Console, result
from greenrules.errors import UsageError


def register(app: typer.Typer, console: Console) -> None:
    """Add the command."""

    @app.command("config", epilog="Example: greenrules config --json")
    def show(
        folder: Annotated[
            Path | None, typer.Argument(metavar="FOLDER", help="The folder to ask for [default: .].")
        ] = None,
        json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    ) -> int:
        """Show every setting with its origin."""
        import json as encoder

        from greenrules import config

        if folder is not None and not folder.is_dir():
            raise UsageError(f"no such folder: {folder}", remedy="settings hold for folders; name one")
        loaded = config.load(folder or Path.cwd())
        values = loaded.settings.model_dump(by_alias=True)
        if json:
            result(
                encoder.dumps(
                    {key: {"value": values[key], "origin": loaded.origins[key]} for key in sorted(values)}, indent=2
                )
            )
            return 0
        width = max(map(len, values))
        for key in sorted(values):
            result(f"{key:<{width}}  {encoder.dumps(values[key]):<24}  {loaded.origins[key]}")
        return 0
