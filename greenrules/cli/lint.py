"""``greenrules lint``: static, fast."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from greenrules.cli import options
from greenrules.cli.console import Console, result
from greenrules.cli.lint_settings import lint_settings
from greenrules.errors import ExitCode, UsageError
from greenrules.writing import write_whole

Format = Literal["text", "concise", "json", "sarif", "github", "gitlab", "junit", "patch"]
#: those that show what a fix would change
_WITH_DIFFS = ("json", "sarif")


def register(app: typer.Typer, console: Console) -> None:
    """Add the command."""

    @app.command("lint", epilog="Example: greenrules lint src/ --output-format concise")
    def lint(
        paths: Annotated[
            list[Path] | None, typer.Argument(metavar="PATHS", help="Files and folders [default: .].")
        ] = None,
        fix: Annotated[bool, typer.Option("--fix", help="Write fixes: exact ones, more with --level.")] = False,
        diff: Annotated[bool, typer.Option("--diff", help="Print what --fix would change and write nothing.")] = False,
        level: options.LevelOption = None,
        output_format: Annotated[Format, typer.Option("--output-format", help="How findings are printed.")] = "text",
        output_file: Annotated[Path | None, typer.Option("--output-file", help="Write the result there.")] = None,
        pack: options.Packs = None,
        rule: options.RuleFiles = None,
        select: options.Select = None,
        ignore: options.Ignore = None,
        suggestions: Annotated[
            bool, typer.Option("--suggestions", help="Show findings with a condition that is not known, too.")
        ] = False,
        statistics: Annotated[bool, typer.Option("--statistics", help="Counts per rule.")] = False,
        exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 even with findings.")] = False,
        jobs: Annotated[int, typer.Option("--jobs", "-j", help="Worker processes; 0 decides itself.", min=0)] = 0,
        no_cache: Annotated[bool, typer.Option("--no-cache", help="Ignore results of earlier runs.")] = False,
        stdin_filename: Annotated[
            Path | None, typer.Option("--stdin-filename", help="Read the source from stdin under this name.")
        ] = None,
        python: options.Python = None,
    ) -> int:
        """Find energy anti-patterns without running anything."""
        from greenrules import api

        settings = lint_settings(
            Path.cwd(), pack=pack, rule=rule, select=select, ignore=ignore, level=level, python=python
        )
        if stdin_filename is not None and paths:
            raise UsageError("give either paths or --stdin-filename")
        source = sys.stdin.buffer.read() if stdin_filename is not None else None
        request = api.LintRequest(
            paths=(stdin_filename,) if stdin_filename is not None else tuple(paths or (Path(),)),
            rules=options.rule_choice(settings),
            level=settings.level or "exact",
            diffs=output_format in _WITH_DIFFS,
            fix=fix and not diff,
            want_diff=diff or output_format == "patch",
            suggestions=suggestions,
            stdin=source,
            jobs=jobs,
            cache=not no_cache,
            python=Path(settings.python) if settings.python else None,
            exclude=tuple(settings.exclude),
            per_file_ignores={key: tuple(value) for key, value in settings.per_file_ignores.items()},
        )
        outcome = api.lint(request)
        for notice in outcome.notices:
            console.warn(notice)
        if fix and source is not None and not diff:
            result(outcome.fixed_stdin or "")
            console.note(api.lint_text(outcome, "concise", statistics=False, color=False))
        else:
            color = console.colored(sys.stdout) and output_file is None
            text = outcome.patch if diff else api.lint_text(outcome, output_format, statistics=statistics, color=color)
            if output_file is not None:
                write_whole(output_file, text.encode())
            else:
                result(text)
            if diff and not outcome.patch:
                console.note("nothing to change")
        if outcome.found.summary.errors:
            return int(ExitCode.USAGE)
        found = any(finding.kind != "suggestion" for finding in outcome.found.findings)
        return int(ExitCode.FINDINGS if found and not exit_zero else ExitCode.OK)
