"""F-strings: their parts, the formats of their fields, and the fields that show their own code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from greenrules.engine.holes import PREFIX, Hole, of_identifier
from greenrules.engine.match_env import Env, same
from greenrules.engine.match_runs import known_hole, match_run

if TYPE_CHECKING:
    from greenrules.engine.match_nodes import Matcher


def match_joined(matcher: Matcher, pattern: ast.JoinedStr, node: ast.AST, env: Env) -> Iterator[Env]:
    """An f-string against code."""
    if isinstance(node, ast.JoinedStr):
        yield from _parts(matcher, pattern.values, node.values, env)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = "".join(str(part.value) for part in pattern.values if isinstance(part, ast.Constant))
        plain = all(isinstance(part, ast.Constant) for part in pattern.values)
        if plain and text in ("...", node.value):
            yield env


def match_format(matcher: Matcher, pattern: ast.expr | None, node: ast.expr | None, env: Env) -> Iterator[Env]:
    """The format of a field: ``{$X:...}`` has any or none, ``{$X:$F}`` has one, whose text ``$F`` is."""
    parts = pattern.values if isinstance(pattern, ast.JoinedStr) else []
    first = parts[0].value if len(parts) == 1 and isinstance(parts[0], ast.Constant) else None
    found = of_identifier(first) if isinstance(first, str) else None
    bound: Env | None
    if found is None:
        if pattern is not None and node is not None:
            yield from matcher.node(pattern, node, env)
        elif pattern is node:
            yield env
    elif found.kind == "many" and found.name is not None and found.name.startswith("..."):
        yield env
    elif node is not None or found.kind == "many":
        texts = node.values if isinstance(node, ast.JoinedStr) else []
        if all(isinstance(text, ast.Constant) for text in texts):
            bound = env.bind(found.name, "".join(str(text.value) for text in texts if isinstance(text, ast.Constant)))
            if bound is not None:
                yield bound


def _parts(matcher: Matcher, patterns: list[ast.expr], nodes: list[ast.expr], env: Env) -> Iterator[Env]:
    """The parts of an f-string; the text ``...`` stands for any parts."""

    def runs(pattern: Any) -> Hole | None:
        found = known_hole(pattern)
        return (
            found if found is not None and found.kind == "string" and found.name is None and not found.regex else None
        )

    texts = [part for part in patterns if isinstance(part, ast.Constant) and PREFIX in str(part.value)]
    shown = {id(part): _lead(part, patterns) for part in texts}

    def item(pattern: ast.expr, node: ast.expr, env: Env) -> Iterator[Env]:
        if id(pattern) not in shown:
            yield from matcher.node(pattern, node, env)
        elif (lead := _lead(node, nodes)) is not None and shown[id(pattern)] in (lead, "..."):
            yield env

    wanted: list[ast.expr] = []
    for part in patterns:
        wanted += [ast.Constant("...")] * (shown.get(id(part)) == "...") + [part]
    for after, _ in match_run(matcher, wanted, nodes, env, item, runs=runs):
        yield after


def _lead(text: ast.expr, parts: list[ast.expr]) -> str | None:
    """What stands before the field that shows its own code, of ``f"lead{x=}"``; None where the text shows none.

    The parser puts the code that is shown into the text before the field.
    """
    place = next(index for index, part in enumerate(parts) if part is text)
    field = parts[place + 1] if place + 1 < len(parts) else None
    written = str(text.value).rstrip() if isinstance(text, ast.Constant) else ""
    if not isinstance(field, ast.FormattedValue) or not written.endswith("="):
        return None
    for start in range(len(written)):
        try:
            there = ast.parse(f"({written[start:-1]})", mode="eval").body
        except (SyntaxError, ValueError):
            continue
        if same(there, field.value):
            return written[:start].rstrip(" ") if written[start] == " " else written[:start]
    return None
