"""Whether the target interpreter has what a rule needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from greenrules.engine.pack import Rule
    from greenrules.engine.target import Target


class NotApplied(NamedTuple):
    """A place (or, without a line, a rule) where nothing was written, with the reason."""

    rule: str
    line: int | None
    reason: str


def ineligible(rule: Rule, target: Target) -> str | None:
    """Why a rule is skipped with this target, or None.

    What is not known of the target keeps no rule away: a target of which nothing is known cannot run a script either.
    """
    for distribution, specifier in rule.libraries.items():
        version = target.version(distribution)
        if version is None:
            # An interpreter without a library that the script imports is not the one that runs it.
            continue
        from greenrules.engine.versions import allows

        allowed = allows(specifier, version)
        if allowed is None:
            return f"{distribution} {version} cannot be compared with '{specifier}'"
        if not allowed:
            return f"{distribution} is {version} in the target interpreter; the rule needs {specifier}"
    for distribution in rule.requires:
        if target.has(distribution) is False:
            return f"the rewritten script needs {distribution}, which the target interpreter does not have"
    return None
