"""``greenrules gate BASE NEW``: has the energy grown?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greenrules.cli.console import Console, result


def register(app: typer.Typer, console: Console) -> None:
    """Add the command."""

    @app.command("gate", epilog="Example: greenrules gate base.json new.json --max-regression 5%")
    def gate(
        base: Annotated[Path, typer.Argument(metavar="BASE.json", help="JSON of measure or apply, before.")],
        new: Annotated[Path, typer.Argument(metavar="NEW.json", help="JSON of measure or apply, after.")],
        max_regression: Annotated[str, typer.Option("--max-regression", help="Growth that is allowed.")] = "5%",
        renamed: Annotated[
            bool, typer.Option("--renamed", help="The two are one script, although their names differ.")
        ] = False,
        json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    ) -> int:
        """Compare two measurements: exit 1 when a regression is proven, 5 when nothing can be said."""
        import json as encoder

        from greenrules import api
        from greenrules.report.record import read_report

        verdict = api.gate(read_report(base), read_report(new), max_regression, renamed=renamed)
        if json:
            result(encoder.dumps(verdict.as_json(), indent=2))
        else:
            result(verdict.text)
        return int(verdict.exit_code)
