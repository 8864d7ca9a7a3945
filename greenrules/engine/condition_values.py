"""Conditions on values: types, sets, comparisons, arguments, and predicates of packs."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from greenrules.engine.answer import YES, Answer, any_of, no, unknown
from greenrules.engine.match_quick import LITERAL, NUMBER
from greenrules.engine.regexes import TOO_LONG, search

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.match import Bound, Match
    from greenrules.errors import Position

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Operand:
    """What a condition looks at: a metavariable, or an argument of the matched call."""

    variable: str | None
    argument: str | None

    def find(self, match: Match) -> Bound | Answer:
        """The code it stands for; an answer when there is none, or none is known."""
        if self.variable is not None:
            bound = match.bindings.get(self.variable)
            if bound is None:
                return unknown(f"${self.variable} is not known here")
            if isinstance(bound, tuple):
                return bound[0] if len(bound) == 1 else unknown(f"$...{self.variable} is more than one expression")
            return bound
        assert self.argument is not None
        arguments = match.arguments
        if arguments is None:
            return unknown("the match is not a call")
        found = arguments.get(self.argument)
        return found.node if found is not None else arguments.present(self.argument)


@dataclass(frozen=True, slots=True)
class Value:
    """What a rule compares with: a literal, or a dotted name."""

    name: str | None = None
    constant: Any = None
    is_constant: bool = False


def equal_values(left: Any, right: Any) -> bool:
    """Whether two constants are the same value of the same type, ``1`` and ``True`` and ``1.0`` being three."""
    if type(left) is not type(right):
        return False
    if isinstance(left, tuple | list):
        return len(left) == len(right) and all(equal_values(a, b) for a, b in zip(left, right, strict=True))
    return bool(left == right)


def qualified_name(name: str, facts: Facts) -> str:
    """The canonical form of a name in a rule; a builtin's includes its module."""
    return f"builtins.{name}" if "." not in name and hasattr(builtins, name) else facts.knowledge.canonical(name)


def _is_value(node: ast.expr, value: Value, facts: Facts) -> Answer:
    """Whether an expression is a value, by constant propagation and name resolution."""
    constant = facts.constant(node)
    if value.is_constant:
        if constant is not None:
            return YES if equal_values(constant.value, value.constant) else no("it has another value")
        resolved = facts.resolve(node) if isinstance(node, ast.Name | ast.Attribute) else None
        if resolved is not None and resolved.name and resolved.certain:
            root = resolved.name.partition(".")[0]
            if root == "builtins" or facts.knowledge.knows(resolved.name):
                return no(f"it is {resolved.name}")
        return unknown("its value is not known")
    assert value.name is not None
    if constant is not None:
        return no("it is a literal")
    if not isinstance(node, ast.Name | ast.Attribute):
        return unknown("its value is not known")
    resolved = facts.resolve(node)
    known = resolved.is_(qualified_name(value.name, facts))
    if known is None or (known is False and resolved.name is None):
        return unknown(resolved.reason or "its value is not known")
    return YES if known else no(f"it is {resolved.name}")


@dataclass(frozen=True, slots=True)
class _OfOperand:
    """A sentence about one operand."""

    cost: ClassVar[int] = 2

    operand: Operand

    @property
    def guards(self) -> tuple[tuple[str, str], ...]:
        """What the text of the operand must look like; nothing, unless the sentence says more."""
        return ()


@dataclass(frozen=True, slots=True)
class IsType(_OfOperand):
    """``$X is T``, and ``$X may be T`` (not disproven)."""

    type: str
    may: bool

    def answer(self, match: Match, facts: Facts) -> Answer:
        """By types along assignments."""
        bound = self.operand.find(match)
        if isinstance(bound, Answer):
            found = bound
        elif isinstance(bound, ast.expr):
            found = facts.is_type(bound, qualified_name(self.type, facts))
        else:
            found = unknown("it is not an expression")
        return (YES if found.possible else found) if self.may else found


@dataclass(frozen=True, slots=True)
class InSet(_OfOperand):
    """``$X in {…}``."""

    values: tuple[Value, ...]

    def answer(self, match: Match, facts: Facts) -> Answer:
        """Yes when one value is it, no when none can be."""
        bound = self.operand.find(match)
        if isinstance(bound, Answer):
            return bound
        if isinstance(bound, str):
            named = any(value.name == bound or (value.is_constant and value.constant == bound) for value in self.values)
            return YES if named else no(f"it is {bound!r}")
        if not isinstance(bound, ast.expr):
            return unknown("it is not an expression")
        return any_of(_is_value(bound, value, facts) for value in self.values)


@dataclass(frozen=True, slots=True)
class Compared(_OfOperand):
    """``$N >= 100``."""

    comparison: str
    value: Value

    @property
    def guards(self) -> tuple[tuple[str, str], ...]:
        """The metavariable, where it is ordered beside a number: no other value can be."""
        ordered = self.comparison not in ("==", "!=") and isinstance(self.value.constant, int | float)
        return ((self.operand.variable, NUMBER),) if ordered and self.operand.variable is not None else ()

    def answer(self, match: Match, facts: Facts) -> Answer:
        """On known constants; values that cannot be compared are a no."""
        bound = self.operand.find(match)
        if isinstance(bound, Answer):
            return bound
        if isinstance(bound, ast.expr) and not self.value.is_constant:
            if self.comparison not in ("==", "!="):
                return unknown("a name can be compared by == and != only")
            found = _is_value(bound, self.value, facts)
            return found if self.comparison == "==" or found.value is None else Answer(not found.value, found.reason)
        if isinstance(bound, str):
            value: Any = bound
        else:
            constant = facts.constant(bound) if isinstance(bound, ast.expr) else None
            if constant is None:
                return unknown("its value is not known")
            value = constant.value
        try:
            holds = _COMPARISONS[self.comparison](value, self.value.constant)
        except TypeError:
            return no(f"{value!r} cannot be compared")
        return YES if holds else no(f"it is {value!r}")


@dataclass(frozen=True, slots=True)
class IsLiteral(_OfOperand):
    """``$X is literal``."""

    @property
    def guards(self) -> tuple[tuple[str, str], ...]:
        """The metavariable, which must look like a literal."""
        return ((self.operand.variable, LITERAL),) if self.operand.variable is not None else ()

    def answer(self, match: Match, facts: Facts) -> Answer:
        """Whether its value is known without running the script."""
        bound = self.operand.find(match)
        if isinstance(bound, Answer):
            return bound
        if isinstance(bound, str):
            return YES
        known = isinstance(bound, ast.expr) and facts.constant(bound) is not None
        return YES if known else no("it is not a literal")


@dataclass(frozen=True, slots=True)
class Matches(_OfOperand):
    """``$X matches /re/``."""

    regex: str

    @property
    def guards(self) -> tuple[tuple[str, str], ...]:
        """The metavariable and its regular expression."""
        return ((self.operand.variable, self.regex),) if self.operand.variable is not None else ()

    def answer(self, match: Match, facts: Facts) -> Answer:
        """On identifiers and known strings, anywhere in them."""
        bound = self.operand.find(match)
        if isinstance(bound, Answer):
            return bound
        if isinstance(bound, ast.arg):
            bound = bound.arg
        if not isinstance(bound, str):
            constant = facts.constant(bound) if isinstance(bound, ast.expr) else None
            if constant is None:
                return unknown("its value is not known")
            if not isinstance(constant.value, str):
                return no("it is not a string")
            bound = constant.value
        found = search(self.regex, bound)
        if found is None:
            return unknown(TOO_LONG)
        return YES if found else no(f"it is {bound!r}")


@dataclass(frozen=True, slots=True)
class Present:
    """``argument NAME present``."""

    cost: ClassVar[int] = 1
    guards: ClassVar[tuple[tuple[str, str], ...]] = ()

    name: str

    def answer(self, match: Match, facts: Facts) -> Answer:
        """By signature."""
        arguments = match.arguments
        return arguments.present(self.name) if arguments is not None else unknown("the match is not a call")


@dataclass(frozen=True, slots=True)
class Called:
    """``pack.predicate($X, "arg")``.

    Attributes:
        name: of the predicate.
        given: metavariables and values.
        position: where the name is written.
    """

    guards: ClassVar[tuple[tuple[str, str], ...]] = ()

    name: str
    given: tuple[str | Value, ...]
    position: Position | None = field(default=None, compare=False)

    @property
    def cost(self) -> int:
        """Little where it looks at no part of the match."""
        return 4 if any(isinstance(argument, str) for argument in self.given) else 3

    @property
    def known(self) -> list[Any]:
        """The arguments that are the same for every match; None in place of those that a match binds."""
        return [
            None if isinstance(argument, str) else argument.constant if argument.is_constant else argument.name
            for argument in self.given
        ]

    def answer(self, match: Match, facts: Facts) -> Answer:
        """What the pack's predicate says; one that is missing or fails is not known."""
        found = self.ask(match, facts)
        if isinstance(found, Answer):
            return found
        if found is None:
            return unknown(f"{self.name} does not know")
        return YES if found else no(f"{self.name} says no")

    def ask(self, match: Match, facts: Facts) -> Any:
        """What the predicate gives back."""
        predicate = match.rule.predicates.get(self.name)
        if predicate is None:
            return unknown(f"no installed pack has a predicate {self.name}")
        arguments = [
            match.bindings.get(argument)
            if isinstance(argument, str)
            else (argument.constant if argument.is_constant else argument.name)
            for argument in self.given
        ]
        try:
            return predicate(arguments, match, facts)
        except Exception as error:
            # A stranger's code: its failure must cost this site only, and be told.
            return unknown(f"predicate {self.name} failed: {type(error).__name__}: {error}")


@dataclass(frozen=True, slots=True)
class Computed(Called):
    """``pack.predicate($X) as $NEW``: the predicate writes code, which templates may use as ``$NEW``."""

    into: str = ""

    @property
    def binds(self) -> frozenset[str]:
        """What the code is bound to."""
        return frozenset({self.into})

    def ways(self, match: Match, facts: Facts) -> Iterator[tuple[Answer, Mapping[str, Bound]]]:
        """The code, where the predicate gives some."""
        found = self.ask(match, facts)
        if isinstance(found, str):
            yield YES, {self.into: found}
        elif isinstance(found, Answer):
            yield found, {}
        else:
            yield no(f"{self.name} finds nothing") if found is False else unknown(f"{self.name} does not know"), {}

    def answer(self, match: Match, facts: Facts) -> Answer:
        """Whether the predicate gives code."""
        return any_of(answer for answer, _ in self.ways(match, facts))
