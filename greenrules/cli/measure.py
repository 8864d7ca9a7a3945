"""``greenrules measure``: energy per stage of a script, or of any program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from greenrules.cli import options
from greenrules.cli.console import Console, result, width
from greenrules.errors import UsageError


def register(app: typer.Typer, console: Console) -> None:
    """Add the command."""

    @app.command(
        "measure",
        epilog="Examples: greenrules measure train.py --repeat 5    greenrules measure --command -- make train",
    )
    def measure(
        # Text, not a path: of a program ./run must stay ./run.
        named: Annotated[str | None, typer.Argument(metavar="SCRIPT", help="The script to measure.")] = None,
        arguments: Annotated[
            list[str] | None,
            typer.Argument(metavar="ARGS", help="Arguments of the script, or the program, after --."),
        ] = None,
        program: Annotated[bool, typer.Option("--command", help="What follows -- is any program.")] = False,
        repeat: Annotated[int, typer.Option("--repeat", "-n", help="How many runs.", min=1)] = 1,
        idle: Annotated[
            float, typer.Option("--idle", help="Measure the idle machine for so many seconds first.", min=0)
        ] = 0.0,
        python: options.Python = None,
        data: options.Data = None,
        env: options.EnvNames = None,
        env_show: options.EnvShow = False,
        timeout: options.Timeout = None,
        memory: options.Memory = None,
        allow_network: options.AllowNetwork = False,
        meter: options.Meter = None,
        require_meter: options.RequireMeter = None,
        tdp_watts: options.TdpWatts = None,
        carbon_intensity: options.CarbonIntensity = None,
        country: options.Country = None,
        pue: options.Pue = None,
        json: Annotated[bool, typer.Option("--json", help="report.json on stdout, with no candidates.")] = False,
        csv: Annotated[bool, typer.Option("--csv", help="One row per run, one per stage, on stdout.")] = False,
        output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the JSON there, too.")] = None,
    ) -> int:
        """Measure the energy of a script, stage by stage."""
        from greenrules import api
        from greenrules.cli.progress import progress
        from greenrules.report.record import to_json
        from greenrules.report.terminal import measure_csv, measure_summary
        from greenrules.report.write import write_json

        options.exclusive({"--json": json, "--csv": csv})
        script = None if program or named is None else Path(named)
        settings = options.settings(
            options.folder_of(script),
            python=python,
            env=env,
            timeout=timeout,
            memory=memory,
            allow_network=allow_network,
            meter=meter,
            tdp_watts=tdp_watts,
            carbon_intensity=carbon_intensity,
            country=country,
            pue=pue,
        )
        words = ([named] if program and named is not None else []) + list(arguments or ())
        if program and not words:
            raise UsageError("no program given", remedy="greenrules measure --command -- PROGRAM ARGS…")
        if not program and script is None:
            raise UsageError("no script given", remedy="greenrules measure SCRIPT, or measure --command -- PROGRAM")
        request = api.MeasureRequest(
            script=script,
            program=tuple(words) if program else (),
            run=options.run_choice(
                settings,
                arguments=() if program else arguments,
                data=data,
                env_show=env_show,
                require_meter=require_meter,
            ),
            repeat=repeat,
            idle_s=idle,
            carbon=options.carbon_choice(settings),
            command=("greenrules", *sys.argv[1:]),
        )
        with progress(console) as sink:
            report = api.measure_script(request, sink)
        if output is not None:
            write_json(report, output)
        if json:
            result(to_json(report))
        elif csv:
            result(measure_csv(report))
        else:
            result(measure_summary(report, width()))
        return 0
