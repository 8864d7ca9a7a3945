"""``greenrules explain RULE``: what a rule does, why, when not, and what it saved."""

from __future__ import annotations

from typing import Annotated

import typer

from greenrules.cli.console import Console, result


def register(app: typer.Typer, console: Console) -> None:
    """Add the command."""

    @app.command("explain", epilog="Example: greenrules explain sklearn/random-forest-to-extra-trees")
    def explain(
        rule: Annotated[
            str, typer.Argument(metavar="RULE", help="Full id of the rule, such as sklearn/…; the short id will do.")
        ],
        rule_file: Annotated[
            list[str] | None, typer.Option("--rule", help="A loose rule file to look in, too (repeat).")
        ] = None,
        json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    ) -> int:
        """Explain a rule."""
        from pathlib import Path

        from greenrules import api

        found = api.find_rule(rule, tuple(Path(path) for path in rule_file or ()))
        if json:
            import json as encoder

            result(encoder.dumps(api.rule_facts(found), indent=2))
        else:
            result(api.explain_rule(found))
        return 0
