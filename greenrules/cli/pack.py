"""``greenrules pack new | test | check``: for those who write rule packs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greenrules.cli import options
from greenrules.cli.console import Console, result
from greenrules.errors import ExitCode


def register(app: typer.Typer, console: Console) -> None:
    """Add the group."""
    group = typer.Typer(help="Write rule packs.", no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="pack")

    @group.command("new", epilog="Example: greenrules pack new acme")
    def new(
        name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the pack: lower case, digits, underscores.")],
        directory: Annotated[
            Path | None, typer.Option("--directory", help="Where [default: greenrules-pack-NAME].")
        ] = None,
    ) -> int:
        """Make a ready distribution with one rule, its tests, entry point and README."""
        from greenrules import api

        made = api.pack_new(name, directory)
        result("\n".join(str(path) for path in made))
        console.note(f"next: greenrules pack test {made[0].parent}")
        return 0

    @group.command("test", epilog="Example: greenrules pack test greenrules-pack-acme")
    def test(
        path: Annotated[Path, typer.Argument(metavar="PATH", help="The pack's folder, or a rule file.")],
        run: Annotated[
            bool, typer.Option("--run", help="Execute before and after in the target interpreter and compare.")
        ] = False,
        python: options.Python = None,
    ) -> int:
        """Run every example of every rule."""
        from greenrules import api

        outcome = api.pack_test(path, run=run, python=python)
        result(outcome.text)
        return int(ExitCode.FINDINGS if outcome.failures else ExitCode.OK)

    @group.command("check", epilog="Example: greenrules pack check greenrules-pack-acme")
    def check(
        path: Annotated[Path, typer.Argument(metavar="PATH", help="The pack's folder.")],
        python: options.Python = None,
    ) -> int:
        """Check a pack: schema, examples, dead rules, names that do not exist, overlaps."""
        from greenrules import api

        problems = api.pack_check(path, python=python)
        result("\n".join(str(problem) for problem in problems) if problems else "nothing to complain about")
        return int(ExitCode.FINDINGS if problems else ExitCode.OK)
