"""Everything that can be asked about a script, behind one thin façade. All of it is computed when first asked for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from greenrules.engine import dynamics, mutation, purity, tree, uses
from greenrules.engine.answer import Answer
from greenrules.engine.binder import read_scopes
from greenrules.engine.callees import CallShape, ShapeTable
from greenrules.engine.children import walk
from greenrules.engine.classes import Classes
from greenrules.engine.constants import Constant, Constants
from greenrules.engine.flow import Flow
from greenrules.engine.inference import Inference
from greenrules.engine.knowledge import Knowledge
from greenrules.engine.literals import NamedLiterals, may_be_known
from greenrules.engine.names import Names, Resolved
from greenrules.engine.quick_names import QuickNames
from greenrules.engine.scopes import Binding, Scope, Scopes
from greenrules.engine.script_index import ScriptIndex, build_index, remembered
from greenrules.engine.signatures import BoundArguments, Signature, bind, literal_entries, parse_signature
from greenrules.engine.source import Source
from greenrules.engine.target import NoTarget, Target
from greenrules.engine.tree import Function
from greenrules.engine.typespec import Spec, parse_spec

Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True)
class Facts:
    """What is known about one script.

    Attributes:
        source: the script.
        knowledge: what packs know of libraries.
        target: what the target interpreter knows of them.
    """

    source: Source
    knowledge: Knowledge = field(default_factory=Knowledge)
    target: Target = field(default_factory=NoTarget)

    def forget(self) -> None:
        """Let go of all that was worked out, so that it is freed at once: much of it holds itself."""
        scopes: Scopes | None = self.__dict__.get("scopes")
        if scopes is not None:
            for scope in (scopes.module, *scopes.inner.values()):
                scope.bindings.clear()
        for name in tuple(self.__dict__):
            if name not in ("source", "knowledge", "target"):
                del self.__dict__[name]

    @property
    def tree(self) -> ast.Module:
        """The module."""
        return self.source.tree

    def nodes(self, kind: type[Node]) -> list[Node]:
        """All nodes of one type, in the order of a walk; found once for every type together."""
        found: list[Node] = self.index.by_type.get(kind.__name__, [])  # type: ignore[assignment]
        return found

    def named(self, name: str) -> list[ast.Name]:
        """All plain names of one spelling, read, written or deleted."""
        found: list[ast.Name] = self.index.by_word("Name").get(name, [])
        return found

    def remembered(self, key: str, build: Callable[[], Any]) -> Any:
        """What is worked out once per script, however many places ask for it."""
        return remembered(self, key, build)

    @cached_property
    def index(self) -> ScriptIndex:
        """Nodes by type and by name, and what imports are named."""
        return build_index(self.source.survey)

    @property
    def parents(self) -> Mapping[ast.AST, ast.AST]:
        """Each node's parent."""
        return self.source.parents

    @cached_property
    def scopes(self) -> Scopes:
        """Scopes and bindings."""
        return read_scopes(self.source.survey, self.tree, self.named)

    @cached_property
    def flow(self) -> Flow:
        """The bindings that reach each name."""
        return Flow(self.scopes)

    @cached_property
    def dynamics(self) -> dynamics.Dynamics:
        """What reads or binds names behind the text's back."""
        return dynamics.find(self.source, self.scopes, self.parents)

    @cached_property
    def names(self) -> Names:
        """Qualified names."""
        return Names(self.flow, self.parents, self.knowledge, self.dynamics.binds)

    @cached_property
    def _quick_names(self) -> QuickNames:
        return QuickNames(self.source, self.index, self.knowledge)

    @cached_property
    def classes(self) -> Classes:
        """The script's own classes and functions."""
        return Classes(self.flow, self.names, self.parents, self.knowledge)

    @cached_property
    def inference(self) -> Inference:
        """Types."""
        return Inference(self)

    @cached_property
    def constants(self) -> Constants:
        """Known values."""
        return Constants(
            lambda name: self.flow.definitions(name),
            lambda binding, at: mutation.never_changed(self, binding, at),
            lambda name: self.resolve(name).is_("builtins.dict") is True,
        )

    @cached_property
    def _places(self) -> dict[ast.stmt, tuple[list[ast.stmt], int]]:
        return {}

    @cached_property
    def followed(self) -> dict[Binding, uses.Uses]:
        """Uses of bindings that were asked for before."""
        return {}

    @cached_property
    def pure_calls(self) -> dict[ast.Call, Answer]:
        """Calls that were asked for before; filled by :mod:`greenrules.engine.purity`."""
        return {}

    @cached_property
    def effects_within(self) -> dict[tuple[ast.AST, ...], bool]:
        """Stretches of code that were searched for effects before; filled by :mod:`greenrules.engine.mutation`."""
        return {}

    @cached_property
    def pure_functions(self) -> purity.Verdicts:
        """Which of the script's own functions are pure, as far as it was asked before."""
        return purity.Verdicts()

    @cached_property
    def reading_functions(self) -> purity.Verdicts:
        """Which of the script's own functions do no more than compute and read, as far as it was asked before."""
        return purity.Verdicts()

    @cached_property
    def same_functions(self) -> purity.Verdicts:
        """Which of the script's own functions are deterministic, as far as it was asked before."""
        return purity.Verdicts()

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around a node."""
        return self.parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, innermost first."""
        return tree.ancestors(node, self.parents)

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The statement a node stands in: itself, if it is one; None for the module."""
        return tree.statement(node, self.parents)

    def block(self, statement: ast.stmt) -> tuple[list[ast.stmt], int]:
        """The list of statements a statement stands in, and its place there.

        Raises:
            KeyError: it is not a statement of this tree.
        """
        found = self._places.get(statement)
        if found is None:
            self._places.update(tree.places(self.parents[statement]))
            found = self._places[statement]
        return found

    def scope(self, node: ast.AST) -> Scope:
        """The scope in whose code a node stands; for a definition the one that it is defined in."""
        return tree.scope(node, self.parents, self.scopes)

    def function(self, node: ast.AST) -> Function | None:
        """The function whose body a node stands in; not one whose decorator, default or annotation it is."""
        return tree.function(node, self.parents)

    def in_loop(self, node: ast.AST) -> Answer:
        """Whether a node runs again and again within its function."""
        return tree.in_loop(node, self.parents)

    def displayed(self, node: ast.AST) -> bool:
        """Whether an expression (statement) is the last of a notebook cell, which shows its value."""
        statement = self.statement(node)
        return statement in self._displayed and node in (statement, getattr(statement, "value", None))

    @cached_property
    def _displayed(self) -> frozenset[ast.AST]:
        cells = self.source.cells
        if not cells:
            return frozenset()
        last: dict[int | None, ast.stmt] = {}
        for statement in self.tree.body:
            last[self.source.position(self.source.span(statement)[0])[2]] = statement
        return frozenset(
            statement
            for statement in last.values()
            if isinstance(statement, ast.Expr)
            and not self.source.text.startswith(";", self.source.layout.skip_forward(self.source.span(statement)[1]))
        )

    def resolve(self, expr: ast.AST) -> Resolved:
        """What a Name or Attribute names, through imports; builtins are ``builtins.len``."""
        quick = self._quick_names.resolve(expr)
        return quick if quick is not None else self.names.resolve(expr)

    def callee(self, call: ast.Call) -> Resolved:
        """What a call calls: by name, or as a method of a receiver whose type is known, ``lib.Class.method``."""
        known = self._called.get(call)
        if known is None:
            known = self._called[call] = self._callee(call)
        return known

    @cached_property
    def _called(self) -> dict[ast.Call, Resolved]:
        """Calls that were asked for before."""
        return {}

    def _callee(self, call: ast.Call) -> Resolved:
        resolved = self.resolve(call.func)
        if resolved.name is not None or not resolved.certain or not isinstance(call.func, ast.Attribute):
            return resolved
        types = self.inference.types(call.func.value)
        if types is None or any(kind.local is not None for kind in types):
            return resolved
        names = tuple(sorted(f"{kind.name}.{call.func.attr}" for kind in types))
        certain = len(names) == 1
        return Resolved(names[0], certain, "" if certain else "the receiver may be of several types", names)

    def bindings(self, name: str, at: ast.AST) -> tuple[Binding, ...]:
        """The bindings that may give a name its value where it is read in or at a node.

        Where the node does not read the name, every binding of the variable it would be there.
        """
        for node in walk(at):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                return self.flow.definitions(node).bindings
        owner = self.scopes.owner(name, self.scope(at))
        return () if owner is None else tuple(b for b in owner.bindings[name] if b.kind != "delete")

    def constant(self, expr: ast.expr) -> Constant | None:
        """The value of an expression where it is known without running the script."""
        return self.constants.constant(expr) if may_be_known(expr, self._named_literals) else None

    @cached_property
    def _named_literals(self) -> NamedLiterals:
        return NamedLiterals(self.named, self.parents)

    def types(self, expr: ast.expr) -> frozenset[str] | None:
        """Names of the types an expression may have, or None when they are not known."""
        found = self.inference.types(expr)
        return None if found is None else frozenset(kind.name for kind in found)

    def is_type(self, expr: ast.expr, qualified: str) -> Answer:
        """Whether an expression is of a type, subclasses included."""
        return self.inference.is_type(expr, self.knowledge.canonical(qualified))

    @cached_property
    def declared_types(self) -> frozenset[str]:
        """Types that packs say calls return."""
        found: set[str] = set()
        queue: list[Spec] = [parse_spec(text) for text in self.knowledge.returns.values()]
        while queue:
            spec = queue.pop()
            queue += spec.parts
            if spec.kind == "type":
                found.add(self.knowledge.canonical(spec.name))
        return frozenset(found)

    def signature(self, qualified: str, declared: str | None = None) -> Signature | None:
        """The signature of a callable: as the rule declares it, else a pack, else the target interpreter."""
        for text in (declared, self.knowledge.signatures.get(qualified)):
            if text is not None and (found := parse_signature(text)) is not None:
                return found
        text = self.target.signature(qualified)
        return parse_signature(text) if text is not None else None

    def signature_at(self, call: ast.Call, declared: str | None = None) -> Signature | None:
        """The signature of what a call certainly calls; as declared, where it is not known what that is."""
        callee = self.callee(call)
        if callee.name is not None and callee.certain:
            return self.signature(callee.name, declared)
        return self.signature("", declared) if declared else None

    def bind(self, call: ast.Call, signature: Signature | None) -> BoundArguments:
        """The arguments of a call by parameter name; many rules ask for those of one call."""
        known = self._bound.get((call, id(signature)))
        if known is None:
            # The signature is kept with them, so that no other one gets its identity.
            known = self._bound[call, id(signature)] = (bind(call, signature, self._entries), signature)
        return known[0]

    @cached_property
    def _bound(self) -> dict[tuple[ast.Call, int], tuple[BoundArguments, Signature | None]]:
        """Calls whose arguments were asked for before."""
        return {}

    def _entries(self, expr: ast.expr) -> Mapping[str, ast.expr] | None:
        if isinstance(expr, ast.Name):
            binding = self.flow.definitions(expr).only
            known = binding is not None and binding.kind == "assign" and not binding.path
            if binding is None or not known or not mutation.never_changed(self, binding, expr):
                return None
            return self._entries(binding.value) if isinstance(binding.value, ast.Dict | ast.Call) else None
        if isinstance(expr, ast.Call) and not expr.args and self.resolve(expr.func).is_("builtins.dict"):
            named = {keyword.arg: keyword.value for keyword in expr.keywords if keyword.arg is not None}
            return named if len(named) == len(expr.keywords) else None
        return literal_entries(expr)

    def fits(self, shape: CallShape, call: ast.Call, *, by_position: bool = True) -> bool:
        """Whether a call gives the keywords that a call shape wants, and as many positional arguments as it names."""
        if (
            by_position
            and len(call.args) < shape.least
            and not any(isinstance(each, ast.Starred) for each in call.args)
        ):
            return False
        given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
        for required in shape.required:
            value = given.get(required.name)
            if value is None:
                return False
            if required.literal is not None:
                known, wanted = self.constant(value), self.constants.constant(required.literal)
                if known is None or wanted is None or known != wanted:
                    return False
        return True

    def declared(self, call: ast.Call, name: str, tables: Iterable[ShapeTable[None]]) -> bool:
        """Whether one of several tables of the packs covers a call of a name, and none says that it has an effect."""
        found = any(self.fits(shape, call) for table in tables for shape, _ in table.find(name, called=True))
        return found and not self._has_effect(call, name)

    def _has_effect(self, call: ast.Call, name: str) -> bool:
        for shape, _ in self.knowledge.effects_table.find(name, called=True):
            open_ended = any(keyword.arg is None for keyword in call.keywords)
            if open_ended or self.fits(shape, call, by_position=False):
                return True
            signature = self.signature(name) if len(call.args) > 1 else None
            bound = self.bind(call, signature) if signature is not None else None
            if bound is not None and all(bound.present(each.name).value is not False for each in shape.required):
                return True
        return False

    def uses(self, value: ast.expr | Binding) -> uses.Uses:
        """Every later use of the value an expression yields or a binding binds, followed through names."""
        return uses.follow(self, value)

    def attributes_used(self, expr: ast.expr) -> tuple[frozenset[str], Answer]:
        """Attributes and methods used on the value of an expression, and whether it reaches unseen code."""
        return uses.attributes_used(self, expr)

    def unused_after(self, name: str, node: ast.AST) -> Answer:
        """Whether nothing reads a name after a node before it is bound again."""
        return mutation.unused_after(self, name, node)

    def reassigned(self, name: str, nodes: Sequence[ast.AST]) -> Answer:
        """Whether a name is bound again (or deleted) within nodes."""
        return mutation.reassigned(self, name, nodes)

    def mutated(self, value: str | ast.expr, nodes: Sequence[ast.AST]) -> Answer:
        """Whether the object that a name or expression stands for may be changed in place within nodes."""
        return mutation.mutated(self, value, nodes)

    def pure(self, expr: ast.expr) -> Answer:
        """Whether evaluating an expression has no side effect."""
        return purity.pure(self, expr)

    def harmless(self, expr: ast.expr) -> Answer:
        """Whether evaluating an expression changes nothing: it may read what is outside the script."""
        return purity.pure(self, expr, reading=True)

    def deterministic(self, expr: ast.expr) -> Answer:
        """Whether an expression gives the same value each time for the same inputs."""
        return purity.deterministic(self, expr)

    def invariant(self, expr: ast.expr, loop: ast.AST) -> Answer:
        """Whether an expression has the same value, and no effect, in every round of a loop."""
        return purity.invariant(self, expr, loop)

    def free_name(self, prefix: str, at: ast.AST | None = None) -> str:
        """A name that occurs nowhere in the file."""
        name, number = prefix, 2
        while self.source.mentions(name):
            name, number = f"{prefix}_{number}", number + 1
        return name

    def libraries(self) -> frozenset[str]:
        """Distributions that the script imports, of those that packs declare."""
        modules = [alias.name for statement in self.nodes(ast.Import) for alias in statement.names]
        for statement in self.nodes(ast.ImportFrom):
            if not statement.level:
                modules += [f"{statement.module or ''}.{alias.name}" for alias in statement.names]
        found = (self.knowledge.distribution(module) for module in modules)
        return frozenset(name for name in found if name is not None)

    def module_name(self, expr: ast.expr) -> str | None:
        """What a dotted expression that is no part of the tree would name at the end of the module."""
        chain: list[str] = []
        while isinstance(expr, ast.Attribute):
            chain.append(expr.attr)
            expr = expr.value
        if not isinstance(expr, ast.Name):
            return None
        bindings = self.scopes.module.bindings.get(expr.id, [])
        name = self.names.imported(bindings[0]) if len(bindings) == 1 else None
        return None if name is None else self.knowledge.canonical(".".join([name, *reversed(chain)]))
