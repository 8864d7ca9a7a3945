"""Which code stands for which part of a pattern, once the two match."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from greenrules.engine.holes import Hole, hole
from greenrules.engine.match_env import identifier
from greenrules.engine.match_names import parts_of
from greenrules.engine.pattern import dotted

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.match import Bound
    from greenrules.engine.signatures import Signature

#: statements that a pattern without ``async`` matches too
_LIKE: dict[type[ast.AST], type[ast.AST]] = {
    ast.AsyncFor: ast.For,
    ast.AsyncWith: ast.With,
    ast.AsyncFunctionDef: ast.FunctionDef,
}


def kind(node: ast.AST) -> type[ast.AST]:
    """The type of a node, ``async`` aside."""
    return _LIKE.get(type(node), type(node))


def same(a: object, b: object) -> bool:
    """Whether two nodes, lists of nodes or identifiers are equal code."""
    if isinstance(a, ast.AST) and isinstance(b, ast.AST):
        return type(a) is type(b) and all(
            same(getattr(a, name, None), getattr(b, name, None))
            for name in a._fields
            if name not in ("ctx", "kind", "type_comment")
        )
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


def annotated(plain: ast.AST | None, code: ast.AST) -> list[tuple[ast.AST, ast.AST]] | None:
    """Target and value of an assignment with those of an annotated one, which it may match; None for others."""
    if isinstance(plain, ast.Assign) and isinstance(code, ast.AnnAssign) and len(plain.targets) == 1 and code.value:
        return [(plain.targets[0], code.target), (plain.value, code.value)]
    return None


def many(node: ast.AST) -> str | None:
    """The name of a run that a node of a pattern stands for, or None."""
    found = hole(node)
    return found.name or "" if found is not None and found.kind == "many" else None


@dataclass
class Pairing:
    """Code by the node of the pattern that it stands for; runs by their name."""

    facts: Facts
    bindings: Mapping[str, Bound]
    declared: str | None = None
    code: dict[int, ast.AST] = field(default_factory=dict)

    def pair(self, pattern: ast.AST, code: ast.AST) -> None:
        """Walk a pattern and what it matched together, as far as their shapes agree."""
        self.code.setdefault(id(pattern), code)
        if (inner := annotated(pattern, code)) is not None:
            for below, held in inner:
                self.pair(below, held)
            return
        if hole(pattern) is not None or kind(pattern) is not kind(code):
            return
        if isinstance(pattern, ast.Name | ast.Attribute) and dotted(pattern) is not None:
            if isinstance(pattern, ast.Attribute) and isinstance(code, ast.Attribute):
                self.pair(pattern.value, code.value)
            return
        if isinstance(pattern, ast.Call) and isinstance(code, ast.Call):
            self.pair(pattern.func, code.func)
            for part, argument in (self.arguments(pattern, code) or {}).items():
                self.pair(part, argument)
            return
        for name in pattern._fields:
            mine, other = getattr(pattern, name, None), getattr(code, name, None)
            if isinstance(mine, ast.AST) and isinstance(other, ast.AST):
                self.pair(mine, other)
            elif isinstance(mine, list) and isinstance(other, list):
                found = self.items(mine, other)
                for part, matched in found or ():
                    if len(matched) == 1 and many(part) is None:
                        self.pair(part, matched[0])

    def run(self, name: str) -> tuple[ast.AST, ...] | None:
        """The code of a run, or None when nothing is known of it."""
        bound = self.bindings.get(name)
        if isinstance(bound, tuple):
            return bound
        return (bound,) if isinstance(bound, ast.AST) else None

    def dotted(self, node: ast.AST) -> str | None:
        """A dotted name of a pattern or a template, what its metavariables hold filled in; None for anything else."""
        parts = parts_of(node)
        if parts is None:
            return None
        names: list[str] = []
        for part in parts:
            held = self.bindings.get(part.name or "") if isinstance(part, Hole) else part
            if isinstance(held, ast.Constant) and isinstance(held.value, str):
                held = held.value
            name = held if isinstance(held, str) else identifier(held)
            if name is None or not all(word.isidentifier() and not keyword.iskeyword(word) for word in name.split(".")):
                return None
            names.append(name)
        return ".".join(names)

    def items(
        self, pattern: Sequence[ast.AST | None], code: Sequence[ast.AST | None]
    ) -> list[tuple[ast.AST, tuple[ast.AST, ...]]] | None:
        """Each item of a list of a pattern with the items of the code that it stands for; None when they do not fit."""
        if any(part is None for part in [*pattern, *code]):
            return None
        parts = [part for part in pattern if part is not None]
        rest = [node for node in code if node is not None]
        gaps = [part for part in parts if many(part) is not None]
        found: list[tuple[ast.AST, tuple[ast.AST, ...]]] = []
        spare = len(rest) - (len(parts) - len(gaps))
        if spare < 0 or (spare and not gaps):
            return None
        at = 0
        for part in parts:
            name = many(part)
            if name is None:
                if at >= len(rest):
                    return None
                found.append((part, (rest[at],)))
                at += 1
                continue
            run = self.run(name)
            if run is None:
                if len(gaps) > 1:
                    return None
                run = tuple(rest[at : at + spare])
            if len(run) > len(rest) - at or any(a is not b for a, b in zip(run, rest[at:], strict=False)):
                return None
            found.append((part, run))
            at += len(run)
        return found if at == len(rest) else None

    def arguments(self, pattern: ast.Call, code: ast.Call) -> dict[ast.AST, ast.AST] | None:
        """Each argument of a pattern's call with the argument of the code; keyword nodes where either is one.

        Runs are left out. None when the two cannot be brought together.
        """
        parts: list[ast.AST] = [*pattern.args, *pattern.keywords]
        gaps = [name for part in parts if (name := many(part)) is not None]
        taken = {id(node) for name in gaps for node in self.run(name) or ()}
        rest: list[ast.AST] = [node for node in [*code.args, *code.keywords] if id(node) not in taken]
        wanted = [part for part in parts if many(part) is None]
        found: dict[ast.AST, ast.AST] = {}
        names = self._named(pattern, code)
        argument: ast.AST | None
        for part in wanted:
            if isinstance(part, ast.keyword):
                argument = next((n for n in rest if isinstance(n, ast.keyword) and n.arg == part.arg), None)
                if argument is None and part.arg is not None:
                    argument = next((n for n in rest if n is names.get(part.arg)), None)
                if argument is None:
                    return None
                found[part] = argument
                rest.remove(argument)
        for part in wanted:
            if not isinstance(part, ast.keyword):
                argument = next((n for n in rest if not isinstance(n, ast.keyword)), None)
                if argument is None:
                    argument = self._by_place(pattern, part, code, rest)
                if argument is None:
                    return None
                found[part] = argument
                rest.remove(argument)
        return found if not rest or (gaps and any(self.run(name) is None for name in gaps)) else None

    def _named(self, pattern: ast.Call, code: ast.Call) -> dict[str, ast.AST]:
        """Arguments of the code by the parameter they are given for."""
        signature = self._signature(pattern)
        if signature is None:
            return {}
        bound = self.facts.bind(code, signature)
        return {parameter: given.keyword or given.node for parameter, given in bound.args.items()}

    def _signature(self, pattern: ast.Call) -> Signature | None:
        name = self.dotted(pattern.func)
        return self.facts.signature(self.facts.knowledge.canonical(name), self.declared) if name else None

    def _by_place(self, pattern: ast.Call, part: ast.AST, code: ast.Call, rest: list[ast.AST]) -> ast.AST | None:
        """A keyword of the code that a positional argument of the pattern stands for, by the signature."""
        signature = self._signature(pattern)
        place = next((number for number, node in enumerate(pattern.args) if node is part), None)
        if signature is None or place is None or any(many(node) is not None for node in pattern.args[:place]):
            return None
        if place >= len(signature.parameters):
            return None
        argument = self._named(pattern, code).get(signature.parameters[place].name)
        return argument if any(argument is node for node in rest) else None
