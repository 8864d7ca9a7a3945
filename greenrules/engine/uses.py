"""Where the value of an expression goes: every use, followed through names, attributes of self and local functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from greenrules.engine import receiving
from greenrules.engine.answer import Answer, no, unknown
from greenrules.engine.operators import special_method
from greenrules.engine.scopes import Binding

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts

UseKind = Literal[
    "attribute",
    "attribute-store",
    "subscript",
    "subscript-store",
    "call",
    "argument",
    "operand",
    "iterate",
    "unpack",
    "format",
    "test",
    "with",
    "augmented",
    "spread",
    "return",
    "store",
    "display",
    "match",
    "delete",
    "other",
]
_DISPLAYS = (ast.List, ast.Tuple, ast.Set)
_LIMIT = 5000


@dataclass(slots=True)
class Use:
    """One use of a value.

    Attributes:
        node: the expression that stands for the value there: the Name or Attribute that loads it, or the value itself.
        context: the node it is used in, its parent.
        kind: what is done with it.
    """

    node: ast.expr
    context: ast.AST
    kind: UseKind


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place where a value reaches code that cannot be seen, or may."""

    node: ast.AST
    answer: Answer


@dataclass(frozen=True, slots=True)
class Uses:
    """Every use that could be followed, in source order, and whether the value reaches code that cannot be seen.

    Attributes:
        uses: the uses.
        escapes: yes, no, or not known, with the reason.
        doubts: the places behind ``escapes``.
    """

    uses: tuple[Use, ...]
    escapes: Answer
    doubts: tuple[Doubt, ...] = ()


def follow(facts: Facts, value: ast.expr | Binding) -> Uses:
    """Every use of the value that an expression yields or a binding binds."""
    if isinstance(value, Binding) and (known := facts.followed.get(value)) is not None:
        return known
    follower = Follower(facts)
    if isinstance(value, Binding):
        follower.binding(value)
    else:
        follower.value(value)
    follower.run()
    uses = sorted(follower.uses.values(), key=lambda use: (use.node.lineno, use.node.col_offset))
    found = Uses(tuple(uses), _verdict(follower.doubts), tuple(follower.doubts))
    if isinstance(value, Binding):
        facts.followed[value] = found
    return found


def _verdict(doubts: list[Doubt]) -> Answer:
    for doubt in doubts:
        if doubt.answer.yes:
            return doubt.answer
    return doubts[0].answer if doubts else no("it stays within the script")


class Follower:
    """Follows one value. What is still to be looked at waits in a list, so that long chains need no stack."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.uses: dict[tuple[ast.AST, str], Use] = {}
        self.doubts: list[Doubt] = []
        self._seen: set[object] = set()
        self._waiting: list[ast.expr] = []

    def run(self) -> None:
        """Look at everything that waits."""
        while self._waiting:
            if len(self._seen) > _LIMIT:
                self.doubt(self._waiting[0], "it is used in too many places to be followed")
                return
            self._look(self._waiting.pop())

    def value(self, node: ast.expr) -> None:
        """An expression that yields the value."""
        if node not in self._seen:
            self._seen.add(node)
            self._waiting.append(node)

    def binding(self, binding: Binding) -> None:
        """A name that is bound to the value."""
        if binding in self._seen:
            return
        self._seen.add(binding)
        dynamics = self.facts.dynamics
        if dynamics.reads:
            self.doubt(binding.node, dynamics.reads)
        if binding.name in dynamics.words:
            self.doubt(binding.node, f"a magic of the notebook mentions {binding.name}")
        if binding.scope.kind == "class" and isinstance(binding.scope.node, ast.ClassDef):
            self._class_attribute(binding.scope.node, binding.name, binding.node)
        for name in self.facts.flow.reached(binding):
            self.value(name)

    def escape(self, node: ast.AST, reason: str) -> None:
        """The value reaches code that cannot be seen."""
        self.doubts.append(Doubt(node, Answer(True, reason)))

    def doubt(self, node: ast.AST, reason: str) -> None:
        """The value may reach code that cannot be seen."""
        self.doubts.append(Doubt(node, unknown(reason)))

    def use(self, node: ast.expr, context: ast.AST, kind: UseKind) -> None:
        """Note a use."""
        self.uses.setdefault((node, kind), Use(node, context, kind))

    def _look(self, node: ast.expr) -> None:
        parent = self.facts.parents[node]
        match parent:
            case ast.Expr():
                if self.facts.displayed(node):
                    self.use(node, parent, "display")
            case ast.Assign():
                for target in parent.targets:
                    self.target(target, node)
            case ast.AnnAssign() if node is parent.value:
                self.target(parent.target, node)
            case ast.NamedExpr() if node is parent.value:
                self.target(parent.target, node)
                self.value(parent)
            case ast.AugAssign():
                self._augmented(node, parent)
            case ast.IfExp() if node is not parent.test:
                self.value(parent)
            case ast.BoolOp():
                self.use(node, parent, "test")
                self.value(parent)
            case ast.Attribute():
                self._attribute(node, parent)
            case ast.Subscript():
                self._subscript(node, parent)
            case ast.Call() | ast.keyword() | ast.Starred():
                self._call(node, parent)
            case ast.BinOp() | ast.UnaryOp() | ast.Compare() | ast.Slice():
                self.use(node, parent, "operand")
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                self.use(node, parent, "iterate" if node is parent.iter else "test")
            case ast.withitem():
                self.use(node, parent, "with")
                if parent.optional_vars is not None:
                    self.target(parent.optional_vars, node)
            case ast.FormattedValue():
                self.use(node, parent, "format")
            case ast.If() | ast.While() | ast.Assert() | ast.IfExp():
                self.use(node, parent, "test")
            case ast.Match():
                self.use(node, parent, "match")
                self.doubt(node, "a match statement may bind it")
            case ast.Return():
                self.use(node, parent, "return")
                receiving.returned(self, node)
            case ast.List() | ast.Tuple() | ast.Set():
                self._contained(node, parent)
            case ast.Delete():
                self.use(node, parent, "delete")
            case ast.Yield() | ast.YieldFrom() | ast.Raise() | ast.Await():
                self.use(node, parent, "other")
                self.escape(node, f"it leaves by {type(parent).__name__.lower()} on line {node.lineno}")
            case ast.Dict() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self.use(node, parent, "store")
                self.doubt(node, f"it is stored in a container on line {node.lineno}")
            case _:
                self.use(node, parent, "other")
                self.doubt(node, f"its use on line {node.lineno} cannot be followed")

    def target(self, target: ast.expr, node: ast.expr) -> None:
        """What the value is assigned to."""
        if isinstance(target, ast.Name):
            binding = self.facts.scopes.binding_of(target)
            if binding is not None:
                self.binding(binding)
        elif isinstance(target, ast.Attribute):
            receiving.stored_in_attribute(self, target)
        elif isinstance(target, ast.Subscript):
            self.use(node, target, "store")
            self.doubt(node, f"it is stored in a container on line {target.lineno}")
        else:
            self.use(node, target, "unpack")

    def _class_attribute(self, owner: ast.ClassDef, name: str, node: ast.AST) -> None:
        for attribute in self.facts.scopes.attributes(name):
            if isinstance(attribute.ctx, ast.Load):
                self.value(attribute)
        if owner.bases or owner.decorator_list:
            self.doubt(node, f"what {owner.name} is made from may use its attribute {name}")

    def _augmented(self, node: ast.expr, parent: ast.AugAssign) -> None:
        if node is not parent.target:
            self.use(node, parent, "operand")
            return
        self.use(node, parent, "augmented")
        binding = self.facts.scopes.binding_of(node)
        if binding is not None:
            # ``x += y`` may leave the same object bound.
            self.binding(binding)

    def _attribute(self, node: ast.expr, parent: ast.Attribute) -> None:
        self.use(node, parent, "attribute" if isinstance(parent.ctx, ast.Load) else "attribute-store")
        call = self.facts.parent(parent)
        if isinstance(call, ast.Call) and call.func is parent and receiving.returns_receiver(self.facts, call):
            self.value(call)

    def _subscript(self, node: ast.expr, parent: ast.Subscript) -> None:
        stored = not isinstance(parent.ctx, ast.Load)
        if node is parent.value:
            self.use(node, parent, "subscript-store" if stored else "subscript")
        elif stored:
            self.use(node, parent, "store")
            self.doubt(node, f"it becomes a key on line {node.lineno}")
        else:
            self.use(node, parent, "operand")

    def _call(self, node: ast.expr, parent: ast.Call | ast.keyword | ast.Starred) -> None:
        if isinstance(parent, ast.Starred) or (isinstance(parent, ast.keyword) and parent.arg is None):
            self.use(node, parent, "spread")
            return
        keyword = parent if isinstance(parent, ast.keyword) else None
        call = self.facts.parents[parent] if keyword is not None else parent
        if not isinstance(call, ast.Call):
            self.use(node, parent, "other")
            self.doubt(node, f"its use on line {node.lineno} cannot be followed")
        elif node is call.func:
            self.use(node, call, "call")
        else:
            self.use(node, call, "argument")
            receiving.argument(self, node, call)

    def _contained(self, node: ast.expr, display: ast.expr) -> None:
        """An element of a display: followed when the display is taken apart again at once."""
        path: list[int] = []
        inner: ast.AST = node
        outer: ast.AST = display
        while isinstance(outer, _DISPLAYS):
            path.insert(0, next(i for i, element in enumerate(outer.elts) if element is inner))
            inner, outer = outer, self.facts.parents[outer]
        targets: list[ast.expr] = []
        if isinstance(outer, (ast.For, ast.comprehension)) and inner is outer.iter:
            targets, path = [outer.target], path[1:]
        elif isinstance(outer, ast.Assign) and not isinstance(inner, ast.Set):
            targets = outer.targets
        found = [_descend(target, path) for target in targets]
        if found and all(target is not None for target in found):
            for target in found:
                if target is not None:
                    self.target(target, node)
            return
        if isinstance(outer, ast.Compare):
            self.use(node, outer, "operand")
            return
        if isinstance(outer, ast.Subscript) and inner is outer.slice and isinstance(outer.ctx, ast.Load):
            self.use(node, outer, "operand")
            return
        self.use(node, display, "store")
        self.doubt(node, f"it is stored in a container on line {node.lineno}")


def _descend(target: ast.expr, path: Iterable[int]) -> ast.expr | None:
    for index in path:
        if not isinstance(target, (ast.Tuple, ast.List)) or index >= len(target.elts):
            return None
        if any(isinstance(element, ast.Starred) for element in target.elts):
            return None
        target = target.elts[index]
    return target


def attributes_used(facts: Facts, expr: ast.expr) -> tuple[frozenset[str], Answer]:
    """Attributes and methods used on the value of an expression, special methods included; and whether it escapes."""
    found = follow(facts, expr)
    names: set[str] = set()
    doubts: list[Doubt] = list(found.doubts)
    for use in found.uses:
        match use.kind:
            case "attribute" | "attribute-store" if isinstance(use.context, ast.Attribute):
                names.add(use.context.attr)
            case "argument" if isinstance(use.context, ast.Call):
                name = receiving.attribute_asked(facts, use.context)
                names.update([name] if name else [])
                if name == "":
                    doubts.append(Doubt(use.node, unknown(f"getattr on line {use.node.lineno} takes any attribute")))
            case _:
                names.update(special_method(use.kind, use.context, use.node))
    return frozenset(names), _verdict(doubts)
