"""Names: dotted names that mean what the imports say, plain names, and chains of attributes."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import TYPE_CHECKING

from greenrules.engine.holes import PREFIX, Hole, of_identifier
from greenrules.engine.match_env import Env, Ways, only, then

if TYPE_CHECKING:
    from greenrules.engine.match_nodes import Matcher

Parts = tuple[str | Hole, ...]

_NAMED = (ast.Name, ast.Attribute)

#: names that ``builtins`` has as every module does: what they mean in a script is its own
_OF_EVERY_MODULE = frozenset({"__name__", "__doc__", "__package__", "__loader__", "__spec__"})


def parts_of(node: ast.AST) -> Parts | None:
    """The parts of a chain of names whose first is plain, holes among the others; None for anything else."""
    parts: list[str | Hole] = []
    while isinstance(node, ast.Attribute):
        parts.append(of_identifier(node.attr) or node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id.startswith(PREFIX):
        return None
    parts.append(node.id)
    return tuple(reversed(parts))


def match_name(matcher: Matcher, pattern: ast.Name | ast.Attribute, node: ast.AST, env: Env) -> Ways:
    """A name or attribute of a pattern against code."""
    parts: Parts | None = pattern._parts if hasattr(pattern, "_parts") else parts_of(pattern)
    if parts is not None and isinstance(pattern.ctx, ast.Load):
        root = str(parts[0])
        if matcher.is_module(root):
            return _qualified(matcher, parts, node, env) if isinstance(node, _NAMED) else ()
        if len(parts) == 1 and hasattr(builtins, root) and root not in _OF_EVERY_MODULE:
            if not isinstance(node, ast.Name):
                return ()
            if node.id != root and root not in matcher.renamed.get(node.id, ()):
                return ()
            return _certain(matcher, node, f"builtins.{root}", env)
    if isinstance(pattern, ast.Name):
        return (env,) if isinstance(node, ast.Name) and node.id == pattern.id else ()
    attribute = of_identifier(pattern.attr)
    if attribute is not None and attribute.kind == "many":
        return _chain(matcher, pattern, node, attribute, env)
    if not isinstance(node, ast.Attribute):
        return ()
    bound = env.bind(attribute.name, node.attr) if attribute is not None else env if pattern.attr == node.attr else None
    return () if bound is None else matcher.node(pattern.value, node.value, bound)


def _certain(matcher: Matcher, node: ast.Name | ast.Attribute, qualified: str, env: Env) -> Ways:
    resolved = matcher.resolve(node)
    found = resolved.is_(qualified)
    if found is None:
        last = node.id if isinstance(node, ast.Name) else node.attr
        if qualified in resolved.candidates or last == qualified.rpartition(".")[2]:
            return (env.doubtful(resolved.reason or f"it is not certain that {last} is {qualified}"),)
    return (env,) if found else ()


def _qualified(matcher: Matcher, parts: Parts, node: ast.Name | ast.Attribute, env: Env) -> Ways:
    if all(isinstance(part, str) for part in parts):
        return _certain(matcher, node, matcher.canonical(".".join(map(str, parts))), env)
    resolved = matcher.resolve(node)
    if resolved.name is None:
        return ()
    names = resolved.candidates or (resolved.name,)
    if resolved.certain and len(names) == 1:
        return _align(parts, tuple(names[0].split(".")), env)
    found = (bound for name in names for bound in _align(parts, tuple(name.split(".")), env))
    return found if resolved.certain else (bound.doubtful(resolved.reason) for bound in found)


def _align(parts: Parts, names: tuple[str, ...], env: Env) -> Ways:
    """The parts of a pattern's name against those of a canonical name."""
    if not parts:
        return () if names else (env,)
    first = parts[0]
    if isinstance(first, Hole) and first.kind == "many":
        bound = [env.bind(first.name, ".".join(names[:stop])) for stop in range(len(names) + 1)]
        return [
            way
            for stop, inner in enumerate(bound)
            if inner is not None
            for way in _align(parts[1:], names[stop:], inner)
        ]
    if not names:
        return ()
    if isinstance(first, str):
        return _align(parts[1:], names[1:], env) if first == names[0] else ()
    return then(only(env.bind(first.name, names[0])), lambda inner: _align(parts[1:], names[1:], inner))


def match_module(pattern: str, name: str, env: Env) -> Env | None:
    """The name of a module in an import statement; a metavariable at its end stands for all of the rest."""
    parts, names = pattern.split("."), name.split(".")
    for index, part in enumerate(parts):
        found = of_identifier(part)
        if index >= len(names):
            return None
        if found is not None and index == len(parts) - 1:
            return env.bind(found.name, ".".join(names[index:]))
        bound = env.bind(found.name, names[index]) if found is not None else env if part == names[index] else None
        if bound is None:
            return None
        env = bound
    return env if len(parts) == len(names) else None


def _chain(matcher: Matcher, pattern: ast.Attribute, node: ast.AST, run: Hole, env: Env) -> Iterator[Env]:
    """``$X. ...``: what is left of a chain of attributes, calls and subscripts when its end is taken off.

    The run holds the layers that were taken off, innermost first.
    """
    layers: list[ast.AST] = []
    bases: list[tuple[ast.AST, int]] = [(node, 0)]
    current = node
    while isinstance(current, ast.Attribute | ast.Call | ast.Subscript):
        layers.append(current)
        current = current.func if isinstance(current, ast.Call) else current.value
        # A method is one step with its call: ``a.b`` alone is not what ``a.b()`` is called on.
        bases.append((current, len(layers)))
    for base, count in reversed(bases):
        for bound in matcher.node(pattern.value, base, env):
            held = bound.bind(run.name, tuple(reversed(layers[:count])))
            if held is not None:
                yield held
