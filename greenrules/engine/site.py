"""One place that is being rewritten: what its metavariables hold, and what has been decided so far."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakMethod

from greenrules.engine.edits import Edit, Refusal, Refused
from greenrules.engine.holes import hole, metavariables
from greenrules.engine.imports import Imports, Wanted
from greenrules.engine.match_names import Parts, parts_of
from greenrules.engine.pairing import Pairing, same
from greenrules.engine.pattern import Pattern, dotted
from greenrules.engine.tokens import margin

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.match import Bound
    from greenrules.engine.source import Source

Rework = Callable[[ast.Call, ast.Call, ast.Call], None]


@dataclass
class Site:
    """The state of one rewrite of one site.

    Attributes:
        facts: of the script.
        imports: its imports.
        pattern: what matched; None where nothing is known of it.
        nodes: the code that matched.
        bindings: what the metavariables hold.
        parameters: the rule's parameters by name.
        edits: decided so far.
        inner: those among them that are meant to be done inside code that others keep.
        wanted: imports decided so far.
        relied: import statements that what is written goes through.
        renamed: names that the template binds, and the free names written for them.
        rework: turns a matched call into a call of the template, by edits inside it.
        template: what is written, where the rule has a ``rewrite``.
        declared: the rule's own signature of the matched call.
        base: the margin of the statement that is being written.
        template_margin: the margin of the template's statement that is being written.
        home: the span that is being replaced; edits inside what is kept must lie in it.
    """

    facts: Facts
    imports: Imports
    pattern: Pattern | None
    nodes: tuple[ast.AST, ...]
    bindings: Mapping[str, Bound]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    inner: set[Edit] = field(default_factory=set)
    wanted: list[Wanted] = field(default_factory=list)
    relied: list[tuple[int, int]] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    rework: WeakMethod[Rework] | None = None
    template: Pattern | None = None
    declared: str | None = None
    base: str = ""
    template_margin: int = 0
    home: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        self.base = margin(self.source.text, self.span(self.nodes[0])[0]).replace("\f", "")

    @property
    def source(self) -> Source:
        """The script."""
        return self.facts.source

    @cached_property
    def unit(self) -> str:
        """One level of indentation: as the code at the site has it, else as the script has it."""
        around = [*self.nodes, *self.facts.ancestors(self.nodes[0])]
        for node in [*(inner for near in around[:-1] for inner in ast.walk(near)), *ast.walk(self.facts.tree)]:
            body = getattr(node, "body", None)
            if not isinstance(node, ast.stmt) or not isinstance(body, list) or not body:
                continue
            outer, inner = (margin(self.source.text, self.span(part)[0]) for part in (node, body[0]))
            if inner.startswith(outer) and inner != outer:
                return inner.removeprefix(outer)
        return self.source.indent

    @cached_property
    def pairing(self) -> Pairing:
        """Which code stands for which part of the pattern."""
        pairing = Pairing(self.facts, self.bindings, self.declared)
        if self.pattern is None:
            return pairing
        if self.pattern.kind == "expression":
            pairing.pair(self.pattern.nodes[0], self.nodes[0])
        else:
            for part, code in pairing.items(self.pattern.nodes, self.nodes) or ():
                if len(code) == 1:
                    pairing.pair(part, code[0])
        return pairing

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The span of code, without parentheses around it."""
        try:
            return self.source.span(node)
        except ValueError:
            raise Refused("a part of the code has no place in the text") from None

    def outer_span(self, node: ast.AST) -> tuple[int, int]:
        """The span of code with its own parentheses."""
        return self.source.outer_span(node)

    def bound(self, name: str) -> Bound:
        """What a metavariable holds."""
        found = self.bindings.get(name)
        if found is None:
            raise Refused(f"${name} of the template holds nothing here")
        return found

    def run(self, name: str) -> tuple[ast.AST, ...]:
        """The code of a run."""
        found = self.pairing.run(name)
        if found is None:
            raise Refused("the template repeats a '...' that the pattern does not have")
        return found

    def parameter(self, name: str) -> str:
        """A parameter's value as code."""
        if name not in self.parameters:
            raise Refused(f"a measurement must choose {name}")
        return repr(self.parameters[name])

    def identifier(self, text: str) -> str:
        """The identifier (or text inside a string) that a hole stands for."""
        if text.startswith("${"):
            self.parameter(text[2:-1])
            return str(self.parameters[text[2:-1]])
        found = hole(text)
        if found is None or found.name is None:
            return text
        if found.kind == "parameter":
            return self.parameter(found.name)
        bound = self.bound(found.name)
        if isinstance(bound, ast.Name):
            return bound.id
        if isinstance(bound, ast.Constant) and isinstance(bound.value, str):
            return bound.value
        if not isinstance(bound, str):
            raise Refused(f"${found.name} is not a plain name here")
        return bound

    def check_attribute(self, node: ast.Attribute) -> None:
        """Refuse a string literal that cannot be written as an attribute: ``$ROW["a"]`` → ``$ROW.a``."""
        found = hole(node.attr)
        if found is None or found.name is None:
            return
        bound = self.bound(found.name)
        literal = isinstance(bound, ast.Constant) or (isinstance(bound, str) and self._from_string(found.name))
        if not literal:
            return
        text = self.identifier(node.attr)
        if not text.isidentifier() or keyword.iskeyword(text) or text.startswith("_"):
            raise Refused(f"{text!r} cannot be written as an attribute")
        if text in self._attributes(node.value) and self.qualified(node) is None:
            raise Refused(f"{text!r} is an attribute of the type itself")

    def _from_string(self, name: str) -> bool:
        nodes = self.pattern.nodes if self.pattern else ()
        return any(
            isinstance(part, ast.Constant) and (found := hole(part)) is not None and found.name == name
            for node in nodes
            for part in ast.walk(node)
        )

    def _attributes(self, value: ast.expr) -> frozenset[str]:
        """Attributes that whatever stands before the dot has anyway; a row written as a tuple has a tuple's."""
        known = frozenset(dir(tuple))
        found = hole(value)
        bound = self.bindings.get(found.name or "") if found is not None else None
        if isinstance(bound, ast.expr):
            for qualified in self.facts.types(bound) or ():
                known |= self.facts.knowledge.attributes.get(qualified, frozenset())
                known |= self.facts.target.attributes(qualified) or frozenset()
        return known

    def standing(self, node: ast.expr) -> ast.AST | None:
        """The code for a part of the template that the pattern has too."""
        if self.pattern is None or hole(node) is not None:
            return None
        for root in self.pattern.nodes:
            for part in ast.walk(root):
                if type(part) is type(node) and same(part, node):
                    code = self.pairing.code.get(id(part))
                    if isinstance(code, ast.expr):
                        return code
        return None

    def qualified(self, node: ast.AST) -> str | None:
        """A dotted name of pattern or template; with a metavariable in it (``lib.part.$F``) only a library's."""
        name = self.pairing.dotted(node)
        return name if name is not None and (dotted(node) is not None or self.imports.root_is_known(name)) else None

    def written(self, name: str) -> str | None:
        """How a dotted name of the template is written here; None as the template has it."""
        if name in self._own_names:
            return None
        anchor = self._anchor
        if "." not in name and name in vars(__import__("builtins")):
            if not self.imports.builtin_at(name, anchor):
                raise Refused(f"{name} means something else here")
            return None
        if not self.imports.root_is_known(name):
            return None
        return self.spell(name, self._replaced)

    def spell(self, name: str, replaced: ast.expr | None) -> str:
        """A qualified name as the script writes it, the import it takes noted."""
        spelling = self.imports.spell(self.facts.knowledge.canonical(name), self._anchor, replaced)
        if isinstance(spelling, Refusal):
            raise Refused(spelling.reason)
        if spelling.wanted is not None and spelling.wanted not in self.wanted:
            self.wanted.append(spelling.wanted)
        relied = spelling.through.statement if spelling.through is not None else None
        beside = spelling.wanted.beside if spelling.wanted is not None else None
        self.relied += [self.span(stmt) for stmt in (relied, beside) if stmt is not None]
        return spelling.text

    @cached_property
    def _own_names(self) -> frozenset[str]:
        """Plain names that the pattern itself writes: they are the script's."""
        nodes = self.pattern.nodes if self.pattern else ()
        return frozenset(
            part.id for node in nodes for part in ast.walk(node) if isinstance(part, ast.Name) and hole(part) is None
        ) - {str(parts[0]) for node in nodes for part in ast.walk(node) if (parts := _path(part))}

    @property
    def _anchor(self) -> ast.AST:
        return self.nodes[0]

    @cached_property
    def _replaced(self) -> ast.expr | None:
        """The first imported name of the match, whose import style new names follow."""
        nodes = self.pattern.nodes if self.pattern else ()
        for node in nodes:
            for part in ast.walk(node):
                if isinstance(part, ast.Attribute) and self.qualified(part) is not None:
                    code = self.pairing.code.get(id(part))
                    if isinstance(code, ast.Name | ast.Attribute) and self.facts.resolve(code).name is not None:
                        return code
        return None

    def call_with_runs(self, node: ast.Call) -> tuple[int, int] | None:
        """The span of the matched call that a call of the template comes from; edits inside it are noted.

        A call of the template that has a run of arguments comes from the matched call in which that run stands.
        """
        rework = self.rework() if self.rework is not None else None
        if self.pattern is None or rework is None:
            return None
        names = {name for name, found in _runs(node).items() if found}
        for root in self.pattern.nodes:
            for part in ast.walk(root):
                if isinstance(part, ast.Call) and hole(part) is None and names & set(_runs(part)):
                    code = self.pairing.code.get(id(part))
                    if isinstance(code, ast.Call) and self.at_home(self.span(code)):
                        mark = len(self.edits)
                        rework(code, part, node)
                        self.inner.update(self.edits[mark:])
                        return self.span(code)
        return None

    def nested(self, edits: list[Edit]) -> None:
        """Note edits inside spans that the written code keeps."""
        for edit in edits:
            if not self.at_home((edit.start, edit.end)):
                raise TooFine
        self.edits += edits
        self.inner.update(edits)

    def crossed(self, mark: int) -> bool:
        """Whether code that one edit keeps is itself replaced by another: two places changed into one another.

        Args:
            mark: how many edits there were before those in question.
        """
        own = [edit for edit in self.edits[mark:] if edit not in self.inner]
        return any(
            keep.start <= other.start and other.end <= keep.end and other.start < other.end
            for edit in own
            for keep in edit.keeps
            for other in own
            if other is not edit
        )

    def at_home(self, span: tuple[int, int]) -> bool:
        """Whether a span lies in what is being written anew: edits elsewhere would meet those of another part."""
        return self.home is None or (self.home[0] <= span[0] and span[1] <= self.home[1])

    def rename_new(self, template: Pattern) -> None:
        """Give names that the template itself binds, and the script uses already, a free name."""
        mine = set(metavariables_and_names(template))
        for name in sorted(mine - self._own_names):
            if self.facts.named(name) or self.source.mentions(name):
                self.renamed[name] = self.facts.free_name(name, self._anchor)


class TooFine(Exception):
    """Statement by statement does not do: the run of statements must be written as a whole."""


def metavariables_and_names(template: Pattern) -> list[str]:
    """Plain names that a template binds: targets, parameters of its lambdas."""
    found: list[str] = []
    for node in template.nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and hole(part) is None:
                found.append(part.id)
            elif isinstance(part, ast.arg) and hole(part) is None:
                found.append(part.arg)
    return found


def _runs(node: ast.Call) -> dict[str, bool]:
    return {
        found.name or "": True
        for item in [*node.args, *node.keywords]
        if (found := hole(item)) is not None and found.kind == "many"
    }


def _path(node: ast.AST) -> Parts | None:
    return parts_of(node) if isinstance(node, ast.Attribute) else None


def holes_of(pattern: Pattern) -> frozenset[str]:
    """Names of every hole of a pattern."""
    return frozenset(name for node in pattern.nodes for name in metavariables(node))
