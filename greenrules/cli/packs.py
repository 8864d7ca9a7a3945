"""``greenrules packs``: what is installed, from where, with versions and digests."""

from __future__ import annotations

from typing import Annotated

import typer

from greenrules.cli.console import Console, result


def register(app: typer.Typer, console: Console) -> None:
    """Add the command."""

    @app.command("packs", epilog="Example: greenrules packs --json")
    def packs(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> int:
        """List the installed rule packs."""
        from pydantic import TypeAdapter

        from greenrules import api, models

        found = api.packs()
        if json:
            result(TypeAdapter(list[models.Pack]).dump_json(found, indent=2).decode())
            return 0
        width = max((len(pack.name) for pack in found), default=0)
        for pack in found:
            if pack.error is not None:
                console.warn(f"{pack.name} ({pack.origin}) cannot be used: {pack.error}")
                continue
            result(f"{pack.name:<{width}}  {pack.rules:>3} rules  {pack.digest[:12]}  {pack.origin}  {pack.summary}")
        return 0
