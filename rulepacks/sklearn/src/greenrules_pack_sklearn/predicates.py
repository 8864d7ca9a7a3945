"""Questions about a script that the condition language has no sentence for."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any


def free_name(arguments: Sequence[Any], match: Any, facts: Any) -> bool:
    """Whether a word stands nowhere in the script, so that a rewrite may use it as a variable. Argument: the word."""
    return not facts.source.mentions(arguments[0])


class Word:
    """Whether an identifier stands anywhere in the script. Argument: the identifier."""

    def __call__(self, arguments: Sequence[Any], match: Any, facts: Any) -> bool:
        """By the text."""
        found: bool = facts.source.mentions(arguments[0])
        return found

    def needs(self, arguments: Sequence[Any]) -> Sequence[Any]:
        """The word itself: a script without it need not be looked at."""
        return arguments


word = Word()


def many_trees(arguments: Sequence[Any], match: Any, facts: Any) -> bool:
    """Whether the script asks some estimator for at least so many trees, in figures. Argument: the number."""
    return any(
        isinstance(node, ast.keyword)
        and node.arg == "n_estimators"
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, int)
        and node.value.value >= int(arguments[0])
        for node in facts.nodes(ast.keyword)
    )


def nothing_else_of(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether the script imports no other name of a library than those listed.

    Arguments: the library's top module, then dotted names. Not known where the whole library is imported, or a star.
    """
    library, *allowed = arguments
    if any(_within(alias.name, library) for node in facts.nodes(ast.Import) for alias in node.names):
        return None
    for node in facts.nodes(ast.ImportFrom):
        if node.module and not node.level and _within(node.module, library):
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                if alias.name == "*":
                    return None
                if facts.knowledge.canonical(name) not in allowed:
                    return False
    return True


def _within(name: str, library: str) -> bool:
    return name == library or name.startswith(f"{library}.")
