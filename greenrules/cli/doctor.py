"""``greenrules doctor``: what works here, what does not, and the command that mends it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greenrules.cli import options
from greenrules.cli.console import Console, result

_MARKS = {"ok": ("ok", "green"), "warning": ("!!", "yellow"), "missing": ("--", "dim")}


def register(app: typer.Typer, console: Console) -> None:
    """Add the command."""

    @app.command("doctor", epilog="Example: greenrules doctor --json")
    def doctor(
        python: options.Python = None,
        json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    ) -> int:
        """Show meters, sandbox, libraries and environment, each with its remedy."""
        import sys

        from greenrules import api, config

        report = api.doctor(python, config.load(Path.cwd()).settings.tdp_watts)
        if json:
            result(report.model_dump_json(indent=2))
            return 0
        lines: list[str] = []
        group = ""
        for check in report.checks:
            if check.group != group:
                group = check.group
                lines.append(f"{'' if not lines else chr(10)}{console.style(group, 'bold', stream=sys.stdout)}")
            mark, style = _MARKS[check.status]
            lines.append(f"  {console.style(mark, style, stream=sys.stdout)} {check.name}: {check.message}")
            if check.remedy and check.status != "ok":
                lines.append(f"       {check.remedy}")
        result("\n".join(lines))
        return 0
