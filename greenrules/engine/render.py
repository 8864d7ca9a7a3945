"""A template's code as pieces: its own text, spans of the script for what metavariables hold, names as imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from greenrules.engine.blocks import block_span, is_elif, reindent
from greenrules.engine.edits import Keep, Piece, Refusal, Refused
from greenrules.engine.holes import PREFIX, hole
from greenrules.engine.layout import Layout
from greenrules.engine.pairing import many
from greenrules.engine.pattern import Pattern
from greenrules.engine.precedence import needs_parentheses, place
from greenrules.engine.tokens import margin, tokens

if TYPE_CHECKING:
    from greenrules.engine.site import Site

_HOLE = re.compile(rf"{PREFIX}(?:one|many|parameter)_\w+|\$\{{[A-Z][A-Z0-9_]*\}}")


class Slot(NamedTuple):
    """A span of the template's text, and what is written there."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


class Renderer:
    """Writes nodes of one template for one site."""

    def __init__(self, site: Site, template: Pattern) -> None:
        self.site = site
        self.text = template.encoded
        self.nodes = template.nodes
        self.layout = Layout(self.text)
        self._parents: dict[int, ast.AST] = {
            id(child): node
            for root in template.nodes
            for node in ast.walk(root)
            for child in ast.iter_child_nodes(node)
        }

    def expression(self, node: ast.AST) -> list[Piece]:
        """The pieces of an expression of the template; what is around it in the script asks for parentheses itself."""
        start, end = self.layout.span(node)
        return self._fill(start, end, self._slots(node, top=True))

    def argument(self, node: ast.expr) -> list[Piece]:
        """The pieces of the value of an argument."""
        self._parents.setdefault(id(node), ast.keyword("value", node))
        start, end = self.layout.span(node)
        return self._fill(start, end, self._slots(node))

    def statements(self, nodes: Sequence[ast.stmt], base: str) -> list[Piece]:
        """The pieces of statements of the template, at a margin of the script; the first line without it."""
        start, end = self.layout.span(nodes[0])[0], self.layout.span(nodes[-1])[1]
        slots = [slot for node in nodes for slot in self._slots(node)]
        taken = [(slot.start, slot.end) for slot in slots]
        unit = self._unit()
        own = len(margin(self.text, start))
        for token in tokens(self.text, start, end):
            if token.kind != "newline" or any(a <= token.start < b for a, b in taken):
                continue
            lead = re.compile(r"[ \t]*").match(self.text, token.end)
            after = lead.end() if lead else token.end
            blank = self.text[after : after + 1] in ("\n", "\r", "")
            levels, odd = divmod(max(after - token.end - own, 0), unit)
            level = "" if blank else base + self.site.unit * levels + " " * odd
            slots.append(Slot(token.start, after, (self.site.source.newline + level,)))
        return self._fill(start, end, slots)

    def _unit(self) -> int:
        """The template's own indentation."""
        leads = [len(found) for found in re.findall(r"^( +)\S", self.text, re.MULTILINE)]
        return min(leads, default=4)

    def _fill(self, start: int, end: int, slots: list[Slot]) -> list[Piece]:
        pieces: list[Piece] = []
        at = start
        for slot in sorted(slots, key=lambda slot: (slot.start, slot.end)):
            pieces.append(self._plain(at, slot.start))
            pieces += slot.pieces
            at = slot.end
        pieces.append(self._plain(at, end))
        return [piece for piece in pieces if piece != ""]

    def _plain(self, start: int, end: int) -> str:
        """Text of the template, identifiers filled in."""
        return _HOLE.sub(lambda found: self.site.identifier(found[0]), self.text[start:end])

    def _slots(self, node: ast.AST, *, top: bool = False) -> list[Slot]:
        special = self._special(node, top=top)
        if special is not None:
            return special
        slots: list[Slot] = []
        for child in ast.iter_child_nodes(node):
            if hasattr(child, "lineno") or any(True for _ in ast.iter_child_nodes(child)):
                slots += self._slots(child)
        return slots

    def _special(self, node: ast.AST, *, top: bool) -> list[Slot] | None:
        found = hole(node)
        if isinstance(node, ast.stmt) and found is not None and found.kind == "many":
            return [self._block(node, found.name or "")]
        if found is not None and found.kind in ("one", "typed") and isinstance(node, ast.expr):
            return [Slot(*self.layout.span(node), tuple(self._bound(node, found.name or "", top=top)))]
        if found is not None and found.kind == "parameter":
            return [Slot(*self.layout.span(node), (self.site.parameter(found.name or ""),))]
        if found is not None and found.kind == "string" and found.name is not None and isinstance(node, ast.Constant):
            return [Slot(*self.layout.span(node), (self._string(node, found.name),))]
        if isinstance(node, ast.JoinedStr):
            return self._text_with_fields(node)
        if isinstance(node, ast.expr) and (kept := self.site.standing(node)) is not None:
            return [Slot(*self.layout.span(node), tuple(self._kept(node, kept, top=top)))]
        if isinstance(node, ast.Attribute) and node.attr.startswith(PREFIX):
            self.site.check_attribute(node)
        if isinstance(node, ast.Name | ast.Attribute):
            return self._name(node)
        if isinstance(node, ast.arg) and node.arg in self.site.renamed:
            start, _ = self.layout.span(node)
            return [Slot(start, start + len(node.arg), (self.site.renamed[node.arg],))]
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.List | ast.Tuple | ast.Set) and any(many(item) is not None for item in node.elts):
            return self._series(node, [*node.elts])
        return None

    def _name(self, node: ast.Name | ast.Attribute) -> list[Slot] | None:
        name = self.site.qualified(node)
        if name is None:
            return None
        if isinstance(node, ast.Name) and name in self.site.renamed:
            return [Slot(*self.layout.span(node), (self.site.renamed[name],))]
        text = self.site.written(name)
        return [] if text is None else [Slot(*self.layout.span(node), (text,))]

    def _text_with_fields(self, node: ast.JoinedStr) -> list[Slot]:
        """The fields of an f-string, of which Pythons before 3.12 do not always say where they are."""
        slots: list[Slot] = []
        for field in ast.walk(node):
            if isinstance(field, ast.FormattedValue):
                slots += self._slots(field.value)
        start, end = self.layout.span(node)
        if any(slot.start < start or slot.end > end for slot in slots) or any(
            self.text[slot.start : slot.end].startswith(("f'", 'f"')) for slot in slots
        ):
            raise Refused("the place inside the f-string is not certain")
        return slots

    def _bound(self, node: ast.expr, name: str, *, top: bool) -> list[Piece]:
        bound = self.site.bound(name)
        if isinstance(bound, str):
            return [bound]
        if isinstance(bound, tuple):
            if len(bound) != 1:
                raise Refused(f"${name} holds more than one expression")
            bound = bound[0]
        return self._kept(node, bound, top=top)

    def _kept(self, node: ast.expr, code: ast.AST, *, top: bool) -> list[Piece]:
        """A span of the script in place of a node of the template, in parentheses where it needs them."""
        start, end = self.site.span(code)
        if isinstance(code, ast.Slice) or (
            isinstance(code, ast.Tuple) and any(isinstance(e, ast.Slice) for e in code.elts)
        ):
            holder = self._parents.get(id(node))
            if not isinstance(holder, ast.Subscript) or holder.slice is not node:
                raise Refused("a slice can only stand between brackets")
        parent = None if top else self._parents.get(id(node))
        text = self.site.source.text[start:end]
        pieces: list[Piece] = [Keep(start, end)]
        if "\n" in text:
            pieces = self._following(node, code, start, end)
        field, index = place(node, parent) if parent is not None else ("", 0)
        if (
            parent is not None
            and not self._in_parentheses(node, parent)
            and needs_parentheses(code, text, parent, field, index)
        ):
            return ["(", *pieces, ")"]
        return pieces

    def _following(self, node: ast.AST, code: ast.AST, start: int, end: int) -> list[Piece]:
        """A span of several lines, moved along with its statement where that gets another margin."""
        text = self.site.source.text
        old = self.site.facts.statement(code)
        holder: ast.AST | None = node if isinstance(self.nodes[0], ast.stmt) else None
        while holder is not None and not isinstance(holder, ast.stmt):
            holder = self._parents.get(id(holder))
        if old is None or holder is None:
            return [Keep(start, end)]
        new = self._margin(self.layout.span(holder)[0])
        moved = reindent(text, start, end, margin(text, self.site.span(old)[0]), new)
        if isinstance(moved, Refusal):
            return [Keep(start, end)]
        if self.site.at_home((start, end)):
            self.site.nested(moved)
            return [Keep(start, end)]
        pieces: list[Piece] = []
        for edit in moved:
            pieces += [Keep(start, edit.start), *edit.pieces]
            start = edit.end
        return [*pieces, Keep(start, end)]

    def _margin(self, place: int) -> str:
        """The margin that a line of the template gets in the script."""
        depth = (len(margin(self.text, place)) - self.site.template_margin) // self._unit()
        return self.site.base + self.site.unit * depth

    def _in_parentheses(self, node: ast.AST, parent: ast.AST) -> bool:
        """Whether the template itself puts a node in parentheses of its own."""
        start, end = self.layout.span(node)
        before, after = self.text[:start].rstrip(), self.text[end:].lstrip()
        if not (before.endswith("(") and after.startswith(")")):
            return False
        return not (
            isinstance(parent, ast.Call) and len(parent.args) + len(parent.keywords) == 1 and node is not parent.func
        )

    def _string(self, node: ast.Constant, name: str) -> str:
        bound = self.site.bound(name)
        if not isinstance(bound, str):
            raise Refused(f"${name} is not known as a string")
        start, _ = self.layout.span(node)
        quote = self.text[start]
        text = repr(bound)
        return text if quote == "'" or '"' in bound or "\\" in text else f'"{bound}"'

    def _call(self, node: ast.Call) -> list[Slot] | None:
        items: list[ast.expr | ast.keyword] = sorted(
            [*node.args, *node.keywords], key=lambda item: (item.lineno, item.col_offset)
        )
        if not any(many(item) is not None for item in items):
            return None
        kept = self.site.call_with_runs(node)
        if kept is not None:
            return [Slot(*self.layout.span(node), (Keep(*kept),))]
        return [*self._slots(node.func), *self._series(node, items)]

    def _series(self, node: ast.AST, items: Sequence[ast.AST]) -> list[Slot]:
        """Items between commas, runs among them: what holds nothing goes with its comma."""
        spans = [self.layout.span(item) for item in items]
        written: list[tuple[Piece, ...]] = []
        for item, (start, end) in zip(items, spans, strict=True):
            name = many(item)
            if name is None:
                written.append(tuple(self._fill(start, end, self._slots(item))))
                continue
            run = self.site.run(name)
            joined: list[Piece] = []
            for number, code in enumerate(run):
                joined += [", "] * bool(number) + [Keep(*self.site.outer_span(code))]
            written.append(tuple(joined))
        pieces: list[Piece] = []
        for number, part in enumerate(written):
            if not part:
                continue
            if pieces:
                pieces.append(self._plain(spans[number - 1][1], spans[number][0]))
            pieces += part
        return [Slot(spans[0][0], spans[-1][1], tuple(pieces))]

    def _block(self, node: ast.stmt, name: str) -> Slot:
        """The statements of a run, at the depth at which the template has them."""
        start, end = self.layout.span(node)
        run = self.site.run(name)
        if not run:
            return self._nothing(node)
        source = self.site.source
        first, last = block_span(self.site.facts, run)
        if is_elif(self.site.facts, run[0]):
            first += len("el")
        moved = reindent(source.text, first, last, margin(source.text, first), self._margin(start))
        if isinstance(moved, Refusal):
            raise Refused(moved.reason)
        self.site.nested(moved)
        return Slot(start, end, (Keep(first, last),))

    def _nothing(self, node: ast.stmt) -> Slot:
        """A run of statements that holds none: with its line, unless its block would be left empty."""
        start, end = self.layout.span(node)
        block = self._siblings(node)
        at = next(index for index, other in enumerate(block) if other is node)
        kept = [index for index, other in enumerate(block) if (many_ := many(other)) is None or self.site.run(many_)]
        if not kept and at == 0:
            return Slot(start, end, ("pass",))
        if any(index < at for index in kept) or at > 0:
            return Slot(self.layout.span(block[at - 1])[1], end, ())
        return Slot(start, self.layout.span(block[at + 1])[0], ())

    def _siblings(self, node: ast.stmt) -> Sequence[ast.stmt]:
        """The statements of the template's block in which one stands."""
        parent = self._parents.get(id(node))
        fields = [getattr(parent, name, ()) for name in ("body", "orelse", "finalbody")] if parent else [self.nodes]
        blocks = ([stmt for stmt in field if isinstance(stmt, ast.stmt)] for field in fields if field)
        return next(block for block in blocks if any(other is node for other in block))
