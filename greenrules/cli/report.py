"""``greenrules report REPORT.json``: the documents again, from JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greenrules.cli import options
from greenrules.cli.console import Console, result


def register(app: typer.Typer, console: Console) -> None:
    """Add the command."""

    @app.command("report", epilog="Example: greenrules report train.greenrules/report.json --report pdf,tex")
    def report(
        source: Annotated[Path, typer.Argument(metavar="REPORT.json", help="report.json of apply or measure.")],
        formats: Annotated[str, typer.Option("--report", help="html,pdf,json,tex,md.")] = "html,pdf",
        report_dir: Annotated[
            Path | None, typer.Option("--report-dir", help="Where they go [default: beside it].")
        ] = None,
    ) -> int:
        """Write the report again in other formats."""
        from greenrules.report.record import read_report
        from greenrules.report.write import FORMATS, write_reports

        chosen = options.formats(formats, FORMATS)
        folder = report_dir or source.parent
        written = write_reports(read_report(source), folder, source.stem, chosen)
        for one in written:
            if one.note:
                console.warn(one.note)
            if one.path is not None:
                result(str(one.path))
        return 0
