"""The difference between matched code and a template, as edits: what stands in both is left as it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakMethod

from greenrules.engine.blocks import is_elif
from greenrules.engine.edits import Piece, Refusal, Refused, replace
from greenrules.engine.holes import PREFIX, hole, metavariables
from greenrules.engine.pairing import annotated, kind, many, same
from greenrules.engine.pattern import Pattern
from greenrules.engine.precedence import needs_parentheses, place
from greenrules.engine.render import Renderer
from greenrules.engine.site import Site, TooFine
from greenrules.engine.tokens import alone, margin

if TYPE_CHECKING:
    from greenrules.engine.edits import Edit, Keep

#: parts of a statement that a pattern may leave unsaid, and that writing the statement anew would lose
_UNSAID = ("orelse", "finalbody", "handlers", "decorator_list", "returns", "annotation", "bases", "type_params")


class Difference:
    """Edits that make a template of matched code.

    Args:
        site: the site; edits and wanted imports are noted there.
        template: what it is to become.
        reargue: writes the arguments of the matched call by an argument table, where the rule has one.
    """

    def __init__(
        self, site: Site, template: Pattern, reargue: Callable[[ast.Call, ast.Call | None], list[Edit]] | None = None
    ) -> None:
        self.site = site
        self.template = template
        self.reargue = reargue
        self.renderer = Renderer(site, template)
        self.source = site.source
        self._reargued = False
        #: comments that go with statements which are taken out in one place and written in another, by their code
        self.carried: dict[int, Keep] = {}
        # Held weakly: a site that held what holds the site would be freed late.
        site.rework = WeakMethod(self._rework)

    def make(self) -> None:
        """Note the edits of the whole match.

        Raises:
            Refused: the site cannot be rewritten.
        """
        site, pattern = self.site, self.site.pattern
        parts = pattern.nodes if pattern else ()
        site.rename_new(self.template)
        if not self.template.nodes:
            self._delete()
        elif isinstance(site.nodes[0], ast.expr) and isinstance(self.template.nodes[0], ast.expr):
            self.change(site.nodes[0], parts[0] if parts else None, self.template.nodes[0])
        elif isinstance(site.nodes[0], ast.stmt):
            self._statements(list(site.nodes), list(parts), [_statement(node) for node in self.template.nodes])
        else:
            statement = site.facts.statement(site.nodes[0])
            if not isinstance(statement, ast.Expr) or statement.value is not site.nodes[0]:
                raise Refused("statements cannot be written in place of a value")
            self._write_run([statement], [_statement(node) for node in self.template.nodes])

    def _delete(self) -> None:
        from greenrules.engine.blocks import delete_statements

        nodes = [self.site.facts.statement(node) for node in self.site.nodes]
        for stmt, node in zip(nodes, self.site.nodes, strict=True):
            if stmt is None or (stmt is not node and getattr(stmt, "value", None) is not node):
                raise Refused("only whole statements can be deleted")
            if stmt is not node and not isinstance(stmt, ast.Expr):
                raise Refused("the value is used")
            self._unsaid(stmt, self._part_of(stmt), ("orelse", "finalbody"))
        edits = delete_statements(self.site.facts, [stmt for stmt in nodes if stmt is not None])
        if isinstance(edits, Refusal):
            raise Refused(edits.reason)
        self.site.nested(edits)

    def change(self, code: ast.AST, part: ast.AST | None, wanted: ast.AST) -> None:
        """Note edits that make ``wanted`` of ``code``, which ``part`` of the pattern matched."""
        if part is not None and same(part, wanted):
            return
        found = hole(wanted)
        if found is not None and found.kind in ("one", "typed") and isinstance(wanted, ast.expr):
            bound = self.site.bound(found.name or "")
            if bound is code or (isinstance(bound, ast.expr) and same(bound, code)):
                return
            self.write(code, wanted)
            return
        if found is not None and found.kind != "string":
            self.write(code, wanted)
            return
        if isinstance(wanted, ast.Name | ast.Attribute) and (name := self.site.qualified(wanted)) is not None:
            self._name(code, part, wanted, name)
            return
        if isinstance(wanted, ast.Constant) and isinstance(code, ast.Constant) and same(code, wanted):
            return
        if kind(code) is kind(wanted) or annotated(wanted, code) is not None:
            mark = len(self.site.edits), len(self.site.wanted)
            if self._fields(code, part if part is not None and kind(part) is kind(wanted) else None, wanted):
                # Of a part that cannot be written by itself, what surrounds it takes care.
                if not isinstance(code, ast.expr | ast.stmt) or not self.site.crossed(mark[0]):
                    return
                if self.reargue is not None:
                    raise Refused("code would have to be moved that is also changed")
            del self.site.edits[mark[0] :], self.site.wanted[mark[1] :]
        self.write(code, wanted, part)

    def write(self, code: ast.AST, wanted: ast.AST, part: ast.AST | None = None) -> None:
        """Replace code by the template's text."""
        if isinstance(code, ast.stmt):
            if isinstance(wanted, ast.stmt):
                self._unsaid(code, part)
                self._write_run([code], [wanted])
            return
        if not isinstance(code, ast.expr):
            raise Refused("this part of the code cannot be written anew")
        starred = isinstance(wanted, ast.Starred)
        start, end = self.site.outer_span(code) if starred else self.site.span(code)
        parent = self.site.facts.parent(code)
        if isinstance(code, ast.GeneratorExp) and isinstance(parent, ast.Call) and self._lone(code, parent):
            start, end = start + 1, end - 1
        home, self.site.home = self.site.home, (start, end)
        pieces = self.renderer.expression(wanted)
        self.site.home = home
        if parent is not None and self.site.outer_span(code) == (start, end):
            field, index = place(code, parent)
            node = self._result(wanted)
            text = "".join(p if isinstance(p, str) else self.source.text[p.start : p.end] for p in pieces)
            if needs_parentheses(node, text, parent, field, index):
                pieces = ["(", *pieces, ")"]
        if isinstance(wanted, ast.GeneratorExp) and isinstance(parent, ast.Call) and self._only_argument(code, parent):
            pieces = _unwrapped(pieces)
        self._in_format(code)
        self.site.edits.append(replace(start, end, *pieces))

    def _only_argument(self, code: ast.expr, parent: ast.Call) -> bool:
        return code is not parent.func and len(parent.args) + len(parent.keywords) == 1 and code in parent.args

    def _lone(self, code: ast.expr, parent: ast.Call) -> bool:
        return (
            self.source.text[self.site.span(code)[1] - 1] == ")"
            and self.site.span(code)[1] == self.site.span(parent)[1]
        )

    def _result(self, wanted: ast.AST) -> ast.AST:
        """The node that decides on parentheses: of a metavariable, what it holds."""
        found = hole(wanted)
        if found is not None and found.name is not None and found.kind in ("one", "typed"):
            bound = self.site.bound(found.name)
            return bound if isinstance(bound, ast.AST) else wanted
        return self.site.standing(wanted) or wanted if isinstance(wanted, ast.expr) else wanted

    def _in_format(self, code: ast.AST) -> None:
        """Inside an f-string, older Pythons do not say where things are: be sure, or refuse."""
        if any(isinstance(node, ast.JoinedStr) for node in self.site.facts.ancestors(code)):
            start, end = self.site.span(code)
            try:
                there = ast.parse(f"({self.source.text[start:end]})", mode="eval").body
            except (SyntaxError, ValueError):
                there = None
            if there is None or not same(there, code):
                raise Refused("the place inside the f-string is not certain")

    def _name(self, code: ast.AST, part: ast.AST | None, wanted: ast.Name | ast.Attribute, name: str) -> None:
        if isinstance(code, ast.Name | ast.Attribute):
            resolved = self.site.facts.resolve(code)
            if resolved.name is not None and resolved.name == self.site.facts.knowledge.canonical(name):
                return
            if same(code, wanted) and resolved.name is None:
                return
            if self.site.imports.root_is_known(name):
                named = part is not None and self.site.qualified(part) is not None
                text = self.site.spell(name, code if named else None)
                start, end = self.site.span(code)
                self._in_format(code)
                self.site.edits.append(replace(start, end, text))
                return
            if isinstance(code, ast.Attribute) and isinstance(wanted, ast.Attribute) and same(code.value, wanted.value):
                self._attribute(code, wanted.attr)
                return
        self.write(code, wanted)

    def _attribute(self, code: ast.Attribute, name: str) -> None:
        _, end = self.site.span(code)
        start = end - len(code.attr)
        if self.source.text[start:end] != code.attr:
            raise Refused("the attribute's name is not written as it reads")
        self._in_format(code)
        self.site.edits.append(replace(start, end, name))

    def _fields(self, code: ast.AST, part: ast.AST | None, wanted: ast.AST) -> bool:
        """Go field by field; False when the two differ in a way that only writing anew can mend."""
        if (pairs := annotated(wanted, code)) is not None:
            parts = [each for each, _ in annotated(part, code) or ()]
            for number, (node, matched) in enumerate(pairs):
                self.change(matched, parts[number] if parts else None, node)
            return True
        if isinstance(code, ast.Call) and isinstance(wanted, ast.Call):
            return self._call(code, part if isinstance(part, ast.Call) else None, wanted)
        for name in wanted._fields:
            mine, theirs = getattr(code, name, None), getattr(wanted, name, None)
            before = getattr(part, name, None) if part is not None else None
            if name in ("ctx", "type_comment", "kind"):
                continue
            if part is not None and same(before, theirs):
                continue
            if not self._field(code, name, mine, before, theirs):
                return False
        return True

    def _field(self, code: ast.AST, name: str, mine: object, before: object, wanted: object) -> bool:
        if isinstance(wanted, ast.operator | ast.unaryop | ast.boolop | ast.cmpop):
            return type(mine) is type(wanted)
        if isinstance(wanted, ast.AST):
            if not isinstance(mine, ast.AST):
                return False
            self.change(mine, before if isinstance(before, ast.AST) else None, wanted)
            return True
        if isinstance(wanted, list) and isinstance(mine, list):
            parts = before if isinstance(before, list) else []
            if any(isinstance(node, ast.stmt) for node in [*wanted, *mine]):
                return self._block(mine, parts, wanted)
            return self._list(mine, parts, wanted)
        if isinstance(wanted, str) and wanted.startswith(PREFIX):
            if isinstance(code, ast.Attribute):
                for node in [inner for root in self.template.nodes for inner in ast.walk(root)]:
                    if isinstance(node, ast.Attribute) and node.attr == wanted:
                        self.site.check_attribute(node)
            wanted = self.site.identifier(wanted)
        if mine == wanted:
            return True
        if isinstance(code, ast.Attribute) and name == "attr" and isinstance(wanted, str):
            self._attribute(code, wanted)
            return True
        if isinstance(code, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and isinstance(wanted, str):
            return self._definition(code, wanted)
        return False

    def _definition(self, code: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, name: str) -> bool:
        start, end = self.site.span(code)
        if code.decorator_list:
            start = self.source.offset(code.lineno, code.col_offset)
        at = self.source.text.find(code.name, start, end)
        head = self.source.text[start:at].split()
        if at < 0 or head not in (["def"], ["class"], ["async", "def"]):
            return False
        self.site.edits.append(replace(at, at + len(code.name), name))
        return True

    def _list(self, mine: Sequence[ast.AST | None], before: Sequence[object], wanted: Sequence[ast.AST | None]) -> bool:
        runs = any(node is not None and many(node) is not None for node in wanted)
        if runs or len(mine) != len(wanted) or any(node is None for node in [*mine, *wanted]):
            return False
        if any(isinstance(node, ast.cmpop) for node in wanted):
            return [type(node) for node in mine] == [type(node) for node in wanted]
        parts = before if len(before) == len(wanted) else [None] * len(wanted)
        for code, part, node in zip(mine, parts, wanted, strict=True):
            if code is not None and node is not None:
                self.change(code, part if isinstance(part, ast.AST) else None, node)
        return True

    def _block(self, mine: list[ast.stmt], before: Sequence[object], wanted: list[ast.stmt]) -> bool:
        parts = [part for part in before if isinstance(part, ast.stmt)]
        if not mine or not wanted or not parts:
            return False
        base, self.site.base = self.site.base, self._margin(mine[0])
        try:
            self._statements(list(mine), list(parts), wanted)
        finally:
            self.site.base = base
        return True

    def _margin(self, stmt: ast.stmt) -> str:
        return margin(self.source.text, self.site.span(stmt)[0])

    def _statements(self, mine: list[ast.AST], parts: list[ast.AST], wanted: list[ast.stmt]) -> None:
        from greenrules.engine.statements import align

        mark = len(self.site.edits), len(self.site.wanted)
        try:
            align(self, mine, parts, wanted)
            if self.site.crossed(mark[0]):
                raise TooFine
        except TooFine:
            del self.site.edits[mark[0] :], self.site.wanted[mark[1] :]
            self.carried = {key: comment for key, comment in self.carried.items() if key not in map(id, mine)}
            for code, part in zip(mine, parts, strict=False):
                self._unsaid(code, part)
            self._write_run([stmt for stmt in mine if isinstance(stmt, ast.stmt)], wanted)

    def _write_run(self, gone: list[ast.stmt], wanted: list[ast.stmt]) -> None:
        """Write statements of the template in place of consecutive statements."""
        start, end = self.site.span(gone[0])[0], self.site.span(gone[-1])[1]
        compound = len(wanted) > 1 or hasattr(wanted[0], "body")
        if compound and not alone(self.source.text, start, end):
            raise Refused("the statement shares its line with other code")
        within_else = is_elif(self.site.facts, gone[0])
        chained = within_else and len(wanted) == 1 and isinstance(wanted[0], ast.If)
        base, home = self.site.base, self.site.home
        self.site.home = (start, end)
        if within_else and not chained:
            self.site.base += self.site.unit
        try:
            pieces = self.rendered(wanted)
        except TooFine:
            raise Refused("code would have to be moved that is also changed") from None
        finally:
            self.site.base, self.site.home, lead = base, home, self.site.base
        if isinstance(first := pieces[0], str):
            pieces[0] = re.sub(r"^elif\b", "if", first)
        if chained:
            pieces = ["el", *pieces]
        elif within_else:
            pieces = ["else:", self.source.newline, lead, *pieces]
        self.site.edits.append(replace(start, end, *pieces))

    def rendered(self, wanted: list[ast.stmt]) -> list[Piece]:
        """The pieces of statements of the template at the site's margin."""
        start, _ = self.renderer.layout.span(wanted[0])
        outer, self.site.template_margin = self.site.template_margin, len(margin(self.renderer.text, start))
        try:
            return self.renderer.statements(wanted, self.site.base)
        finally:
            self.site.template_margin = outer

    def _part_of(self, code: ast.AST) -> ast.AST | None:
        """The part of the pattern that a statement stands for."""
        parts = self.site.pattern.nodes if self.site.pattern else ()
        return next((part for part in parts if self.site.pairing.code.get(id(part)) is code), None)

    def _unsaid(self, code: ast.AST, part: ast.AST | None, names: Sequence[str] = _UNSAID) -> None:
        """Refuse to write a statement anew that has parts which the pattern does not mention."""
        for name in names:
            if getattr(code, name, None) and (part is None or not getattr(part, name, None)):
                raise Refused(f"the statement has a part that the rule does not mention ({name})")

    def _rework(self, code: ast.Call, part: ast.Call, wanted: ast.Call) -> None:
        if not self._call(code, part, wanted):
            raise Refused("the arguments cannot be brought into the template's order")

    def _call(self, code: ast.Call, part: ast.Call | None, wanted: ast.Call) -> bool:
        from greenrules.engine.calls import rewrite_arguments

        if part is not None and _moves_into_callee(part, wanted):
            return False
        self.change(code.func, part.func if part is not None else None, wanted.func)
        if self.reargue is not None and code is self.argued:
            self._use_table(code, wanted)
            return True
        return rewrite_arguments(self, code, part, wanted)

    @cached_property
    def moved(self) -> dict[int, ast.stmt]:
        """Statements of the template that stand once in the pattern, too: by ``id``, the code they stand for."""
        parts, wanted = _inner_statements(self.site.pattern), _inner_statements(self.template)
        found = {}
        for node in wanted:
            twins = [part for part in parts if same(part, node)]
            if len(twins) == 1 and sum(same(node, other) for other in wanted) == 1:
                code = self.site.pairing.code.get(id(twins[0]))
                if isinstance(code, ast.stmt):
                    found[id(node)] = code
        return found

    @cached_property
    def argued(self) -> ast.Call | None:
        """The matched call, whose arguments an argument table is about: the first that the pattern names in full."""
        nodes = self.site.pattern.nodes if self.site.pattern else ()
        calls = [part for node in nodes for part in ast.walk(node) if isinstance(part, ast.Call) and hole(part) is None]
        calls.sort(key=lambda call: self.site.qualified(call.func) is None)
        found = [self.site.pairing.code.get(id(call)) for call in calls]
        return next((code for code in found if isinstance(code, ast.Call)), None)

    def _use_table(self, code: ast.Call, wanted: ast.Call | None) -> None:
        if self.reargue is not None:
            self._reargued = True
            self.site.edits += self.reargue(code, wanted)

    def finish(self) -> None:
        """Write the arguments by the table where the template did not come by the matched call."""
        if self.reargue is None or self._reargued:
            return
        if self.argued is None:
            raise Refused("there is no call whose arguments the rule could change")
        self._use_table(self.argued, None)


def _inner_statements(pattern: Pattern | None) -> list[ast.stmt]:
    """The plain statements of a pattern, at any depth."""
    nodes = pattern.nodes if pattern is not None else ()
    return [part for node in nodes for part in ast.walk(node) if isinstance(part, ast.stmt) and hole(part) is None]


def _unwrapped(pieces: list[Piece]) -> list[Piece]:
    """Pieces without the parentheses around them."""
    first, last = pieces[0], pieces[-1]
    if isinstance(first, str) and isinstance(last, str) and first.startswith("(") and last.endswith(")"):
        if len(pieces) == 1:
            return [first[1:-1]]
        return [first[1:], *pieces[1:-1], last[:-1]]
    return pieces


def _moves_into_callee(part: ast.Call, wanted: ast.Call) -> bool:
    """Whether the template has in its callee what the pattern has among its arguments: ``f($X)`` → ``$X.g()``."""
    given = {name for node in [*part.args, *part.keywords] for name in metavariables(node)}
    return bool(given & (set(metavariables(wanted.func)) - set(metavariables(part.func))))


def _statement(node: ast.AST) -> ast.stmt:
    """A template's node as a statement."""
    if isinstance(node, ast.expr):
        return ast.copy_location(ast.Expr(node), node)
    assert isinstance(node, ast.stmt)
    return node
