"""``greenrules choose REPORT.json``: choose again with other weights, without running anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greenrules.cli import options
from greenrules.cli.console import Console, result, width


def register(app: typer.Typer, console: Console) -> None:
    """Add the command."""

    @app.command("choose", epilog="Example: greenrules choose train.greenrules/report.json --weights 0.2,0.6,0.2")
    def choose(
        report: Annotated[Path, typer.Argument(metavar="REPORT.json", help="report.json of an earlier apply.")],
        weights: Annotated[
            str, typer.Option("--weights", help="Preference for energy, quality, time.")
        ] = "0.5,0.3,0.2",
        max_quality_loss: Annotated[
            str | None,
            typer.Option(
                "--max-quality-loss", help="Relative (0.5%) or absolute (0.005); only stricter than the report's."
            ),
        ] = None,
        json: Annotated[bool, typer.Option("--json", help="The whole report with the new decision, as JSON.")] = False,
    ) -> int:
        """Choose again from a report, with other weights."""
        from greenrules import api
        from greenrules.report.record import read_report
        from greenrules.report.terminal import decision_text

        loss = options.quality_loss(max_quality_loss) if max_quality_loss is not None else None
        chosen = api.choose(read_report(report), options.weights(weights), loss)
        result(chosen.model_dump_json(indent=2) if json else decision_text(chosen, width()))
        return 0
