"""The sentences of ``where:``, from text to conditions."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from greenrules.engine.condition_flow import (
    Compatible,
    Innocent,
    Invariant,
    NotMutated,
    NotReassigned,
    Unused,
    UnusedAfter,
    UsedOnlyAs,
)
from greenrules.engine.condition_place import AtModuleLevel, InLoop, Near, ScriptImports, StageIs
from greenrules.engine.condition_values import (
    Called,
    Compared,
    Computed,
    InSet,
    IsLiteral,
    IsType,
    Matches,
    Operand,
    Present,
    Value,
)
from greenrules.engine.conditions import Condition, Conjunction, Disjunction, Negation, Question
from greenrules.engine.pattern import Locate, Pattern, compile_pattern, locate_in
from greenrules.engine.pattern_text import grammar
from greenrules.engine.regexes import check_regex
from greenrules.errors import Position, RuleError, nearest
from greenrules.models import ROLES

if TYPE_CHECKING:
    from lark import Token, Tree

_SENTENCES = (
    "$X is module.Type, $X may be module.Type, $X in {…}, $X == value, $X is literal, $X matches /re/, "
    "argument NAME present|absent|in {…}, $X used only as P, $X unused after, $X not reassigned in $...BODY, "
    "$X not mutated in $...BODY, $E pure, $E deterministic, $E invariant in $LOOP, result compatible with module.Type, "
    "result used only as P, result unused, inside P, contains P, after P, before P, in loop, at module level, "
    "script imports module, stage is ROLE, pack.predicate(…); with and, or, not and parentheses"
)


def compile_condition(text: str, *, locate: Locate | None = None) -> Condition:
    """Parse one sentence of ``where:``.

    Args:
        text: the sentence.
        locate: from an offset in it to the place in the rule file.

    Raises:
        RuleError: it is no sentence of the condition language, or a pattern in it is none; with what was expected.
    """
    from lark import UnexpectedCharacters, UnexpectedToken

    locate = locate or locate_in(text, "<condition>")
    try:
        tree = grammar("condition").parse(text)
    except UnexpectedCharacters as error:
        _refuse(text, error.pos_in_stream or 0, 1, locate)
    except UnexpectedToken as error:
        if error.token.type == "$END":
            _refuse(text, max(len(text.rstrip()) - 1, 0), 1, locate, end=True)
        _refuse(text, error.token.start_pos or 0, len(str(error.token)), locate)
    builder = _Builder(text, locate)
    question = builder.question(tree.children[0])
    if builder.computed and not isinstance(question, Computed):
        raise RuleError(
            f"${builder.computed[0]} is computed only where the sentence stands alone",
            position=locate(0, len(text)),
            remedy="give the predicate with 'as' a sentence of its own",
        )
    variables = tuple(dict.fromkeys(builder.variables))
    return Condition(text, locate(0, len(text)), question, variables, frozenset(variables) | builder.mentioned)


def _refuse(text: str, offset: int, length: int, locate: Locate, *, end: bool = False) -> NoReturn:
    token = text[offset : offset + length]
    word = re.match(r"[\w-]+", text[offset:])
    if end:
        message = "the condition ends too early"
    elif text.count("`") % 2:
        message = "a backquote that does not close"
    else:
        message = f"not a condition: unexpected {word[0] if word else token!r}"
    near = None
    words = sorted(each.name[1:].lower() for each in grammar("condition").terminals if each.name.startswith("_"))
    if word and word[0] not in words:
        role = re.search(r"stage is \S*$", text[:offset]) or text[:offset].rstrip().endswith("stage is")
        near = nearest(word[0], ROLES if role else words)
    raise RuleError(message, position=locate(offset, length), remedy=near, detail=f"expected one of: {_SENTENCES}")


class _Builder:
    """Turns the parse tree into questions."""

    def __init__(self, text: str, locate: Locate) -> None:
        self.text = text
        self.locate = locate
        self.variables: list[str] = []
        self.computed: list[str] = []
        self.mentioned: frozenset[str] = frozenset()

    def question(self, tree: Any) -> Question:
        kind = str(tree.data)
        parts = tree.children
        if kind in ("conjunction", "disjunction"):
            inner = tuple(self.question(part) for part in parts)
            if len(inner) == 1:
                return inner[0]
            return Conjunction(inner) if kind == "conjunction" else Disjunction(inner)
        build: Callable[[list[Any]], Question] = getattr(self, f"_{kind}")
        return build(parts)

    def _negated(self, parts: list[Any]) -> Question:
        return Negation(self.question(parts[0]))

    def _is_type(self, parts: list[Any]) -> Question:
        name, place = _qualified(parts[1]), parts[1].meta
        if (near := nearest(name, ["literal"])) is not None and not hasattr(builtins, name):
            position = self.locate(place.start_pos, place.end_pos - place.start_pos)
            raise RuleError(f"no builtin type is called '{name}'", position=position, remedy=near)
        return IsType(self.operand(parts[0]), _qualified(parts[1]), False)

    def _is_not_type(self, parts: list[Any]) -> Question:
        return Negation(self._is_type(parts))

    def _may_be(self, parts: list[Any]) -> Question:
        return IsType(self.operand(parts[0]), _qualified(parts[1]), True)

    def _is_literal(self, parts: list[Any]) -> Question:
        return IsLiteral(self.operand(parts[0]))

    def _is_not_literal(self, parts: list[Any]) -> Question:
        return Negation(self._is_literal(parts))

    def _in_set(self, parts: list[Any]) -> Question:
        return InSet(self.operand(parts[0]), tuple(self.value(item) for item in _trees(parts[1])))

    def _not_in_set(self, parts: list[Any]) -> Question:
        return Negation(self._in_set(parts))

    def _compared(self, parts: list[Any]) -> Question:
        return Compared(self.operand(parts[0]), str(parts[1]), self.value(parts[2]))

    def _matches(self, parts: list[Any]) -> Question:
        token = parts[1]
        regex = str(token)[1:-1].replace("\\/", "/")
        check_regex(regex, self.locate(token.start_pos, len(token)))
        return Matches(self.operand(parts[0]), regex)

    def _present(self, parts: list[Any]) -> Question:
        return Present(str(parts[0]))

    def _absent(self, parts: list[Any]) -> Question:
        return Negation(Present(str(parts[0])))

    def _used_only_as(self, parts: list[Any]) -> Question:
        subject = None if parts[0].data == "result" else self.name(parts[0])
        region = self.within(parts[2]) if len(parts) > 2 and parts[2] is not None else None
        return UsedOnlyAs(subject, tuple(self.pattern(use.children[0]) for use in parts[1].children), region)

    def _unused_after(self, parts: list[Any]) -> Question:
        return UnusedAfter(self.name(parts[0]))

    def _unused(self, parts: list[Any]) -> Question:
        return Unused()

    def _not_reassigned(self, parts: list[Any]) -> Question:
        return NotReassigned(self.name(parts[0]), self.within(parts[1]))

    def _not_mutated(self, parts: list[Any]) -> Question:
        return NotMutated(self.name(parts[0]), self.within(parts[1]))

    def _pure(self, parts: list[Any]) -> Question:
        return Innocent(self.name(parts[0]), "pure")

    def _deterministic(self, parts: list[Any]) -> Question:
        return Innocent(self.name(parts[0]), "deterministic")

    def _invariant(self, parts: list[Any]) -> Question:
        return Invariant(self.name(parts[0]), self.within(parts[1], loop=True))

    def _compatible(self, parts: list[Any]) -> Question:
        return Compatible(_qualified(parts[0]))

    def _inside(self, parts: list[Any]) -> Question:
        return Near("inside", self.pattern(parts[0].children[0]))

    def _contains(self, parts: list[Any]) -> Question:
        return Near("contains", self.pattern(parts[0].children[0]))

    def _after(self, parts: list[Any]) -> Question:
        return Near("after", self.pattern(parts[0].children[0]))

    def _before(self, parts: list[Any]) -> Question:
        return Near("before", self.pattern(parts[0].children[0]))

    def _in_loop(self, parts: list[Any]) -> Question:
        return InLoop()

    def _at_module_level(self, parts: list[Any]) -> Question:
        return AtModuleLevel()

    def _script_imports(self, parts: list[Any]) -> Question:
        return ScriptImports(_qualified(parts[0]))

    def _stage_is(self, parts: list[Any]) -> Question:
        return StageIs(str(parts[0]))

    def _predicate(self, parts: list[Any]) -> Question:
        given = tuple(self.argument(part) for part in parts[1:] if part is not None)
        return Called(_qualified(parts[0]), given, self._place(parts[0]))

    def _computed(self, parts: list[Any]) -> Question:
        given = tuple(self.argument(part) for part in parts[1:-1] if part is not None)
        self.computed.append(str(parts[-1])[1:])
        return Computed(_qualified(parts[0]), given, self._place(parts[0]), self.computed[-1])

    def _place(self, tree: Any) -> Position:
        return self.locate(tree.meta.start_pos, tree.meta.end_pos - tree.meta.start_pos)

    def operand(self, tree: Tree[Token]) -> Operand:
        token: Any = tree.children[0]
        if tree.data == "argument":
            return Operand(None, str(token))
        name = str(token)[1:]
        self.variables.append(name)
        return Operand(name, None)

    def name(self, tree: Tree[Token]) -> str:
        """A metavariable, where an argument cannot stand."""
        token: Any = tree.children[0]
        if tree.data == "argument":
            raise RuleError(
                "expected a metavariable here, not an argument", position=self.locate(token.start_pos, len(token))
            )
        self.variables.append(str(token)[1:])
        return str(token)[1:]

    def within(self, tree: Tree[Token], *, loop: bool = False) -> str:
        name = str(tree.children[0]).lstrip("$.")
        if not (loop and name == "LOOP"):
            self.variables.append(name)
        return name

    def value(self, tree: Any) -> Value:
        start, end = tree.meta.start_pos, tree.meta.end_pos
        text = self.text[start:end]
        try:
            return Value(constant=ast.literal_eval(text), is_constant=True)
        except (ValueError, SyntaxError):
            name = re.sub(r"\s", "", text)
            if re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", name):
                return Value(name=name)
            raise RuleError("expected a literal or a dotted name", position=self.locate(start, end - start)) from None

    def argument(self, tree: Any) -> str | Value:
        token = tree.children[0]
        if getattr(token, "type", None) in ("METAVARIABLE", "MANY"):
            name = str(token).lstrip("$.")
            self.variables.append(name)
            return name
        return self.value(token)

    def pattern(self, part: Any) -> Pattern:
        """A pattern, bare or between backquotes."""
        found = self._pattern(part)
        self.mentioned |= found.metavariables
        return found

    def _pattern(self, part: Any) -> Pattern:
        if getattr(part, "type", None) == "BACKQUOTED":
            start, raw = part.start_pos + 1, str(part)[1:-1]
            text = raw.replace("\\n", "\n")
            shifts = [found.start() for found in re.finditer(r"\\n", raw)]

            def place(offset: int, length: int) -> Any:
                for shift in shifts:
                    if shift < offset:
                        offset += 1
                return self.locate(start + offset, length)

            return compile_pattern(text, locate=place)
        start, end = part.meta.start_pos, part.meta.end_pos
        return compile_pattern(self.text[start:end], locate=lambda offset, length: self.locate(start + offset, length))


def _qualified(tree: Any) -> str:
    return ".".join(str(token) for token in tree.children)


def _trees(tree: Any) -> Iterator[Any]:
    return (item for item in tree.children if item is not None)
