"""Slips in a rule that its shape allows: what contradicts itself, and what could never be written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from greenrules.engine.holes import hole
from greenrules.engine.versions import is_specifier
from greenrules.errors import RuleError

if TYPE_CHECKING:
    from greenrules.engine.pack import Branch
    from greenrules.engine.pattern import Pattern
    from greenrules.engine.rule import RuleSpec
    from greenrules.engine.yaml_text import Document

_METAVARIABLE = re.compile(r"\$(?:\.\.\.)?[A-Z_][A-Z0-9_]*")


def slips(
    spec: RuleSpec,
    branches: Sequence[Branch],
    template: Pattern | None,
    document: Document,
    base: tuple[str | int, ...],
) -> Iterator[RuleError]:
    """Errors of one rule, each at its place.

    Args:
        spec: the rule as written.
        branches: the alternatives of its match.
        template: of its ``rewrite``.
        document: the file.
        base: where the rule stands in it.
    """
    for name, versions in spec.libraries.items():
        if not is_specifier(versions):
            position = document.at((*base, "libraries", name))
            yield RuleError(f"not a version specifier: '{versions}'", position=position, remedy='such as ">=1.0,<3"')
    if template is not None:
        runs = min((len(_ellipses(branch.patterns[0])) for branch in branches), default=0)
        if len(_ellipses(template)) > runs:
            at = template.text.find("...")
            yield RuleError(
                "the template repeats a '...' that the pattern does not have",
                position=document.locate((*base, "rewrite"))(max(at, 0), 3),
                remedy="give the run a name in both: $...X",
            )
        most = max((_unnamed_arguments(branch.patterns[0]) for branch in branches), default=0)
        if spec.arguments is None and 0 < _unnamed_arguments(template) < most:
            yield RuleError(
                f"the pattern has {most} runs of arguments; those that the template leaves out would be lost",
                position=document.locate((*base, "rewrite"))(max(template.text.find("..."), 0), 3),
                remedy="write ... as often as the pattern does, or name the runs: $...REST",
            )
    table = spec.arguments
    if table is not None:
        fates = {"keep": table.keep, "drop": table.drop, "rename": list(table.rename)}
        for number, (one, names) in enumerate(fates.items()):
            for other, more in list(fates.items())[number + 1 :]:
                for name in sorted({*names} & {*more}):
                    position = document.at((*base, "arguments", other))
                    yield RuleError(f"argument '{name}' is in '{one}' and in '{other}'", position=position)
    if spec.prepend is not None:
        path = (*base, "prepend") if isinstance(spec.prepend, str) else (*base, "prepend", "code")
        code = spec.prepend if isinstance(spec.prepend, str) else spec.prepend.code
        found = _METAVARIABLE.search(code)
        if found is not None:
            yield RuleError(
                f"{found[0]} cannot stand at the top of the script: what a match holds is known at its place only",
                position=document.locate(path)(found.start(), len(found[0])),
                remedy="${NAME} is a parameter of the rule",
            )


def _ellipses(pattern: Pattern) -> set[str]:
    """The unnamed runs of a pattern or template."""
    holes = [hole(part) for node in pattern.nodes for part in ast.walk(node)]
    return {found.name for found in holes if found is not None and found.name and found.name.startswith("...")}


def _unnamed_arguments(pattern: Pattern) -> int:
    """How many of the runs without a name stand for arguments of calls."""
    calls = [node for top in pattern.nodes for node in ast.walk(top) if isinstance(node, ast.Call)]
    holes = [hole(argument) for call in calls for argument in (*call.args, *call.keywords)]
    return len({found.name for found in holes if found is not None} & _ellipses(pattern))
