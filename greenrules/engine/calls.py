"""The arguments of a call made those of a template's call, in the order and the style that the script has."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenrules.engine.arglist import ArgumentList
from greenrules.engine.edits import Edit, Piece, Refusal, Refused, replace
from greenrules.engine.pairing import many, same

if TYPE_CHECKING:
    from greenrules.engine.template import Difference


def rewrite_arguments(difference: Difference, code: ast.Call, part: ast.Call | None, wanted: ast.Call) -> bool:
    """Note the edits inside a call's parentheses.

    Args:
        difference: gathers the edits.
        code: the script's call.
        part: the pattern's, None where it is not known.
        wanted: the template's.

    Returns:
        False when the arguments would have to change their order.
    """
    if part is not None and same(part.args, wanted.args) and same(part.keywords, wanted.keywords):
        return True
    listed = ArgumentList.of(difference.source, code)
    if isinstance(listed, Refusal):
        raise Refused(listed.reason)
    if part is None:
        if code.args or code.keywords:
            return False
        pairs: dict[ast.AST, ast.AST] = {}
    else:
        found = difference.site.pairing.arguments(part, code)
        if found is None:
            return False
        pairs = found
    return _Arguments(difference, listed, code, part, wanted, pairs).write()


class _Arguments:
    def __init__(
        self,
        difference: Difference,
        listed: ArgumentList,
        code: ast.Call,
        part: ast.Call | None,
        wanted: ast.Call,
        pairs: dict[ast.AST, ast.AST],
    ) -> None:
        self.difference = difference
        self.listed = listed
        self.code = code
        self.part = part
        self.wanted = wanted
        self.pairs = pairs
        self.unclaimed = dict(pairs)
        self.renewed = part is None or not same(part.func, wanted.func)

    def write(self) -> bool:
        kept: set[int] = set()
        new: list[tuple[int | None, ast.AST]] = []
        changed: list[tuple[int, ast.AST, ast.AST]] = []
        last = -1
        for item in sorted([*self.wanted.args, *self.wanted.keywords], key=_place):
            name = many(item)
            if name is not None:
                numbers = [self.listed.index(node) for node in self.difference.site.run(name)]
            else:
                part = self._counterpart(item)
                if part is None:
                    new.append((last if last >= 0 else None, item))
                    continue
                numbers = [self.listed.index(self.unclaimed.pop(part))]
                if numbers[0] is not None:
                    changed.append((numbers[0], part, item))
            if any(number is None for number in numbers):
                return False
            found = [number for number in numbers if number is not None]
            if any(number < last for number in found if not self._is_keyword(number)):
                return False
            kept.update(found)
            last = max([last, *found])
        gone = set(range(len(self.listed.items))) - kept
        for number, part, item in changed:
            self._change(number, part, item, gone)
        site = self.difference.site
        site.edits += self.listed.remove(gone)
        site.edits += self._insertions(new, gone)
        return True

    def _is_keyword(self, number: int) -> bool:
        return isinstance(self.listed.items[number].node, ast.keyword)

    def _counterpart(self, item: ast.AST) -> ast.AST | None:
        """The pattern's argument that a template's argument takes the place of."""
        if isinstance(item, ast.keyword):
            named = next((p for p in self.unclaimed if isinstance(p, ast.keyword) and p.arg == item.arg), None)
            if named is None and item.arg is not None:
                return next((p for p in self.unclaimed if same(p, item.value)), None)
            return named
        positional = [p for p in self.unclaimed if not isinstance(p, ast.keyword)]
        equal = next((p for p in positional if same(p, item)), None)
        if equal is not None:
            return equal
        taken = [p for p in positional if not any(same(p, other) for other in self.wanted.args)]
        place = self.wanted.args.index(item)  # type: ignore[arg-type]
        mine = [p for p in (self.part.args if self.part else []) if many(p) is None]
        return next((p for p in taken if p in mine[place : place + 1] or len(taken) == 1), None)

    def _change(self, number: int, part: ast.AST, item: ast.AST, gone: set[int]) -> None:
        """Change one argument's value, and the way it is given where the new callee wants another."""
        listed = self.listed.items[number]
        value = listed.node.value if isinstance(listed.node, ast.keyword) else listed.node
        before = part.value if isinstance(part, ast.keyword) else part
        after = item.value if isinstance(item, ast.keyword) else item
        self.difference.change(value, before, after)
        if not self.renewed and isinstance(part, ast.keyword) is isinstance(item, ast.keyword):
            return
        if isinstance(item, ast.keyword) and not isinstance(listed.node, ast.keyword):
            self._name(number, item.arg or "", gone)
        elif not isinstance(item, ast.keyword) and isinstance(listed.node, ast.keyword):
            if any(self._is_keyword(n) for n in range(number) if n not in gone):
                raise Refused("a keyword argument would have to move to the front")
            start = self.listed.value_span(self.difference.source, number)[0]
            self.difference.site.edits.append(replace(listed.start, start))

    def _name(self, number: int, name: str, gone: set[int]) -> None:
        """Give a positional argument its name, unless the new callee has it in the same place."""
        callee = self.difference.site.qualified(self.wanted.func)
        facts = self.difference.site.facts
        signature = facts.signature(facts.knowledge.canonical(callee)) if callee else None
        place = sum(n not in gone for n in range(number))
        if signature is not None and place < len(signature.parameters) and signature.parameters[place].name == name:
            return
        later = [n for n in range(number + 1, len(self.listed.items)) if n not in gone]
        if any(not self._is_keyword(n) for n in later):
            raise Refused("positional arguments would follow a keyword argument")
        self.difference.site.edits += self.listed.named(number, name, alone=True)

    def _insertions(self, new: list[tuple[int | None, ast.AST]], gone: set[int]) -> list[Edit]:
        """Edits for new arguments; keywords stand after the last positional one."""
        edits: list[Edit] = []
        grouped: dict[int | None, list[tuple[Piece, ...]]] = {}
        positional = [n for n in range(len(self.listed.items)) if n not in gone and not self._is_keyword(n)]
        for after, item in new:
            anchor = after
            if isinstance(item, ast.keyword):
                anchor = max([*positional, -1 if after is None else after])
                anchor = None if anchor < 0 else anchor
            elif any(self._is_keyword(n) for n in range((-1 if after is None else after) + 1) if n not in gone):
                raise Refused("a positional argument would follow a keyword argument")
            grouped.setdefault(anchor, []).append(tuple(self._rendered(item)))
        for anchor, pieces in grouped.items():
            edits += self.listed.insert(anchor, pieces, frozenset(gone))
        return edits

    def _rendered(self, item: ast.AST) -> list[Piece]:
        renderer = self.difference.renderer
        if isinstance(item, ast.keyword) and item.arg is not None:
            return [self._keyword(item), "=", *renderer.argument(item.value)]
        if isinstance(item, ast.keyword):
            return ["**", *renderer.argument(item.value)]
        return renderer.argument(item) if isinstance(item, ast.expr) else []

    def _keyword(self, item: ast.keyword) -> str:
        return self.difference.site.identifier(item.arg or "")


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
