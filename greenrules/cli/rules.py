"""``greenrules rules``: every rule of the chosen packs, a line each."""

from __future__ import annotations

from typing import Annotated

import typer

from greenrules.cli import options
from greenrules.cli.console import Console, result


def register(app: typer.Typer, console: Console) -> None:
    """Add the command."""

    @app.command("rules", epilog="Example: greenrules rules --pack sklearn")
    def rules(
        pack: options.Packs = None,
        rule: options.RuleFiles = None,
        select: options.Select = None,
        ignore: options.Ignore = None,
        json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    ) -> int:
        """List the rules."""
        from greenrules import api

        found = api.rules(
            api.RuleChoice(tuple(pack or ()), tuple(rule or ()), tuple(select or ()), tuple(ignore or ()))
        )
        if json:
            import json as encoder

            result(encoder.dumps([api.rule_facts(one) for one in found], indent=2))
            return 0
        width = max((len(one.full_id) for one in found), default=0)
        for one in found:
            worth = api.rule_saves(one)
            result(
                f"{one.full_id:<{width}}  {one.spec.level:<7}  {one.spec.tactic:<22}  {worth:>4}  {one.spec.summary}"
            )
        return 0
