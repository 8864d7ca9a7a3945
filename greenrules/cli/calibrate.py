"""``greenrules calibrate METER.csv``: fit the model to a wall meter's record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greenrules.cli.console import Console, result


def register(app: typer.Typer, console: Console) -> None:
    """Add the command."""

    @app.command("calibrate", epilog="Example: greenrules calibrate --load 20 && greenrules calibrate plug.csv")
    def calibrate(
        csv: Annotated[Path | None, typer.Argument(metavar="METER.csv", help="The wall meter's record.")] = None,
        load: Annotated[
            float | None,
            typer.Option("--load", help="Produce the load pattern first: so many seconds per step.", min=1),
        ] = None,
        days: Annotated[
            int, typer.Option("--valid-days", help="How long the calibration holds.", min=1, max=36_500)
        ] = 180,
        json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    ) -> int:
        """Calibrate the CPU-time model against a wall meter.

        First run it with --load while the meter records; then give it the meter's CSV.
        """
        import json as encoder

        from greenrules import api
        from greenrules.cli.progress import progress

        with progress(console) as sink:
            outcome = api.calibrate(csv, load, days, sink)
        result(encoder.dumps(outcome.as_json(), indent=2) if json else outcome.text)
        return 0
