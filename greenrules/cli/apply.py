"""``greenrules apply``: measure, rewrite, choose, write."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from greenrules.cli import options
from greenrules.cli.console import Console, result, width


def register(app: typer.Typer, console: Console) -> None:
    """Add the command."""

    @app.command(
        "apply",
        context_settings={"allow_extra_args": True, "ignore_unknown_options": False},
        epilog="Example: greenrules apply train.py --pack sklearn -- --epochs 10",
    )
    def apply(
        script: Annotated[Path, typer.Argument(metavar="SCRIPT", help="The script to optimise.")],
        arguments: Annotated[
            list[str] | None, typer.Argument(metavar="ARGS", help="Arguments of the script, after --.")
        ] = None,
        pack: options.Packs = None,
        rule: options.RuleFiles = None,
        select: options.Select = None,
        ignore: options.Ignore = None,
        level: options.LevelOption = None,
        weights: Annotated[
            str | None, typer.Option("--weights", help="Preference for energy, quality, time [default: 0.5,0.3,0.2].")
        ] = None,
        max_quality_loss: Annotated[
            str | None,
            typer.Option("--max-quality-loss", help="Relative (0.5%) or absolute (0.005) [default: 0.5%]."),
        ] = None,
        tolerance: Annotated[
            float | None, typer.Option("--tolerance", help="Of outputs at level numeric [default: 0.001].", min=0)
        ] = None,
        metric: Annotated[
            str | None, typer.Option("--metric", help="Which recorded metric is the quality [default: auto].")
        ] = None,
        runs: Annotated[
            int | None, typer.Option("--runs", help="Least blocks per finalist [default: 5].", min=2)
        ] = None,
        budget: Annotated[
            str | None, typer.Option("--budget", help="Ceiling of the search: a time (10m) or an energy (5kJ).")
        ] = None,
        expected_runs: Annotated[
            int | None,
            typer.Option("--expected-runs", help="How often the script will run [default: 1000].", min=1),
        ] = None,
        python: options.Python = None,
        data: options.Data = None,
        env: options.EnvNames = None,
        env_show: options.EnvShow = False,
        timeout: options.Timeout = None,
        memory: options.Memory = None,
        allow_network: options.AllowNetwork = False,
        idle_share: Annotated[
            float | None,
            typer.Option("--idle-share", help="The machine's idle power as a share of full power.", min=0, max=0.99),
        ] = None,
        require_improvement: Annotated[
            bool, typer.Option("--require-improvement", help="Exit 4 when nothing is proven better.")
        ] = False,
        output: Annotated[
            Path | None, typer.Option("--output", "-o", help="Where to write [default: SCRIPT with .green.py].")
        ] = None,
        in_place: Annotated[
            bool, typer.Option("--in-place", help="Rewrite SCRIPT itself; the original is kept as SCRIPT.orig.")
        ] = False,
        force: Annotated[bool, typer.Option("--force", help="Overwrite an output that is not ours.")] = False,
        diff: Annotated[bool, typer.Option("--diff", help="Print the diff and write nothing.")] = False,
        static: Annotated[
            bool, typer.Option("--static", help="Apply exact rewrites without running anything.")
        ] = False,
        report: Annotated[
            str | None, typer.Option("--report", help="html,pdf,json,tex,md [default: html,json,pdf].")
        ] = None,
        report_dir: Annotated[
            Path | None, typer.Option("--report-dir", help="Where reports go [default: STEM.greenrules].")
        ] = None,
        json: Annotated[bool, typer.Option("--json", help="report.json on stdout.")] = False,
        seed: options.Seed = None,
        resume: Annotated[bool, typer.Option("--resume", help="Continue a killed run from its journal.")] = False,
        meter: options.Meter = None,
        require_meter: options.RequireMeter = None,
        tdp_watts: options.TdpWatts = None,
        carbon_intensity: options.CarbonIntensity = None,
        country: options.Country = None,
        pue: options.Pue = None,
    ) -> int:
        """Measure a script, rewrite it, keep what is proven to save energy, and report."""
        from greenrules import api
        from greenrules.cli.progress import progress
        from greenrules.report import view
        from greenrules.report.record import to_json
        from greenrules.report.terminal import apply_summary
        from greenrules.report.write import FORMATS

        options.exclusive({"--json": json, "--diff": diff})
        options.exclusive({"--json": json, "--static": static}, "--static runs nothing, so there is no report")
        options.exclusive(
            {"--resume": resume, "--static": static}, "--static runs nothing, so there is nothing to resume"
        )
        options.exclusive({"--in-place": in_place, "--output": output is not None})
        settings = options.settings(
            options.folder_of(script),
            pack=pack,
            rule=rule,
            select=select,
            ignore=ignore,
            level=level,
            weights=weights,
            max_quality_loss=max_quality_loss,
            tolerance=tolerance,
            metric=metric,
            runs=runs,
            budget=budget,
            expected_runs=expected_runs,
            python=python,
            env=env,
            timeout=timeout,
            memory=memory,
            allow_network=allow_network,
            idle_share=idle_share,
            meter=meter,
            tdp_watts=tdp_watts,
            carbon_intensity=carbon_intensity,
            country=country,
            pue=pue,
            report=report,
            seed=seed,
        )
        seconds, joules = options.budget(settings.budget)
        request = api.ApplyRequest(
            script=script,
            rules=options.rule_choice(settings),
            run=options.run_choice(
                settings, arguments=arguments, data=data, env_show=env_show, require_meter=require_meter
            ),
            level=settings.level or "model",
            weights=options.weights(settings.weights),
            max_quality_loss=options.quality_loss(settings.max_quality_loss),
            tolerance=settings.tolerance,
            metric=settings.metric,
            runs=settings.runs,
            budget_s=seconds,
            budget_j=joules,
            expected_runs=settings.expected_runs,
            idle_share=settings.idle_share,
            require_improvement=require_improvement,
            output=output,
            in_place=in_place,
            force=force,
            diff_only=diff,
            static=static,
            formats=options.formats(settings.report, FORMATS),
            report_dir=report_dir,
            seed=settings.seed,
            resume=resume,
            carbon=options.carbon_choice(settings),
            command=("greenrules", *sys.argv[1:]),
        )
        with progress(console) as sink:
            outcome = api.apply(request, sink)
        for notice in outcome.notices:
            console.note(notice)
        if diff and outcome.report is not None:
            # stdout is a patch; whoever takes it must know
            for named, words in view.caveats(outcome.report):
                console.warn(f"{named}: {words}")
        if json and outcome.report is not None:
            result(to_json(outcome.report))
        elif diff:
            result(outcome.diff)
        elif outcome.report is not None:
            result(apply_summary(outcome.report, outcome.written, width=width()))
        else:
            result(outcome.summary)
        return int(outcome.exit_code)
