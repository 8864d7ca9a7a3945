"""The text of a pattern or a template, turned into text that Python parses: each hole as its form of :mod:`.holes`."""

from __future__ import annotations

import keyword
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from greenrules.engine.holes import encode

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

_SKIPPED = ("SPACE", "COMMENT")
_OPENING = {"deep": "DEEP_OPEN", "typed": "TYPED_OPEN"}
_BARE_DOTS = re.compile(r"^([ \t]*)__hole_dots_(\d+)[ \t]*$", re.MULTILINE)
_IN_BRACES = re.compile(r"\$\.\.\.([A-Z_][A-Z0-9_]*)|\$\{([A-Z][A-Z0-9_]*)\}|\$([A-Z_][A-Z0-9_]*)|(\.\.\.)")


class TextError(Exception):
    """A text that is not a pattern.

    Args:
        message: what is wrong and what was expected.
        offset: where, in characters of the text.
        length: how many characters are meant.
    """

    def __init__(self, message: str, offset: int, length: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.length = length


@dataclass(frozen=True, slots=True)
class Encoded:
    """Python text, and where each part of it comes from.

    Attributes:
        text: what Python parses.
        starts: offsets in ``text`` at which a new part begins, ascending.
        origins: for each part, its offset in the text as written.
    """

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    def origin(self, offset: int) -> int:
        """The offset in the text as written of an offset in the encoded text."""
        index = max(bisect_right(self.starts, offset) - 1, 0)
        return self.origins[index] + offset - self.starts[index]


@cache
def grammar(name: str) -> Lark:
    """One of the project's Lark grammars, ready to parse; every token is kept."""
    from lark import Lark

    text = files("greenrules.engine").joinpath("grammar", f"{name}.lark").read_text("utf-8")
    return Lark(text, parser="lalr", keep_all_tokens=name == "pattern", propagate_positions=True)


def encode_text(text: str, *, template: bool = False) -> Encoded:
    """Give every hole a form that Python parses.

    Args:
        text: the pattern or template as written.
        template: whether ``${PARAMETER}`` may stand in it.

    Raises:
        TextError: a bracket that does not close, a stray ``$``, a parameter in a pattern.
    """
    from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

    try:
        tree = grammar("pattern").parse(text)
    except UnexpectedCharacters as error:
        offset = error.pos_in_stream or 0
        raise TextError(_stray(text, offset), offset) from None
    except UnexpectedToken as error:
        at_end = error.token.type == "$END"
        offset = max(len(text.rstrip()) - 1, 0) if at_end else error.token.start_pos or 0
        what = "the pattern ends inside an open bracket" if at_end else f"unexpected {str(error.token)!r}"
        raise TextError(f"{what}; expected {_closing(error.expected)}", offset) from None
    except UnexpectedInput as error:  # pragma: no cover - the two above are all that an LALR parser raises
        raise TextError("the pattern cannot be read", error.pos_in_stream or 0) from None
    writer = _Writer(template)
    writer.items(tree.children)
    return writer.finish()


def _stray(text: str, offset: int) -> str:
    if text[offset] == "$":
        return (
            "expected a metavariable: $ and capital letters, digits or _, such as $X, $_ or $...ARGS; "
            "or ${NAME} for a parameter of the rule"
        )
    if text[offset] in "\"'":
        return "a string that does not close"
    return f"unexpected character {text[offset]!r}"


def _closing(expected: Any) -> str:
    names = {"RPAR": "')'", "RSQB": "']'", "RBRACE": "'}'", "DEEP_CLOSE": "'...>'"}
    found = sorted(names[name] for name in expected if name in names)
    return " or ".join(found) or "no closing bracket here"


@dataclass(slots=True)
class _Writer:
    """Writes the encoded text part by part, remembering origins."""

    template: bool
    parts: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    length: int = 0
    dots: int = 0
    case: bool = False  # between ``case`` and its guard or colon

    def put(self, text: str, origin: int) -> None:
        self.parts.append(text)
        self.starts.append(self.length)
        self.origins.append(origin)
        self.length += len(text)

    def finish(self) -> Encoded:
        return Encoded(_case_runs("".join(self.parts)), tuple(self.starts), tuple(self.origins))

    def items(self, items: Sequence[Any]) -> None:
        """Write a run of items that is not an argument list, a parameter list or the inside of braces."""
        significant = [item for item in items if not _is(item, *_SKIPPED)]
        place = {id(item): index for index, item in enumerate(significant)}
        parameters = False  # between ``lambda`` and its colon
        default = False
        for item in items:
            index = place.get(id(item))
            before = significant[index - 1] if index else None
            after = significant[index + 1] if index is not None and index + 1 < len(significant) else None
            if _is(item, "NAME") and item == "case" and _begins_line(items, item):
                self.case = True
            elif self.case and ((_is(item, "NAME") and item == "if") or (_is(item, "OPERATOR") and item == ":")):
                self.case = False
            if _is(item, "NAME") and item == "lambda":
                parameters, default = True, False
            elif parameters and _is(item, "OPERATOR"):
                parameters = item != ":"
                default = default or item == "="
            if _is(item, "ELLIPSIS") and _is(after, "OPERATOR") and after == "." and before is not None:
                self.chain(item, before)
            elif _is(item, "ELLIPSIS", "MANY") and parameters and default and _ends_item(before, after):
                self.hole(item, after="=0")
            else:
                self.item(item, before, significant[index - 2] if index and index > 1 else None)

    def chain(self, item: Token, before: Any) -> None:
        """``$X. ... .f()``: any run of attributes and calls, written as one attribute."""
        if not (_is(before, "OPERATOR") and before == "."):
            self.put(".", item.start_pos or 0)
        self.hole(item)

    def item(self, item: Any, before: Any, earlier: Any) -> None:
        """Write one item; ``before`` and ``earlier`` are the two significant items ahead of it."""
        if _is(item, "METAVARIABLE", "MANY", "ELLIPSIS", "PARAMETER"):
            self.hole(item)
        elif _is(item, "STRING"):
            self.string(item)
        elif not hasattr(item, "children"):
            self.put(str(item), item.start_pos)
        elif item.data == "deep":
            self.wrapped("deep", item.children[0], item.children[1:-1], item.children[-1])
        elif item.data == "typed" and not _is_operand(before):
            self.typed(item)
        elif item.data in ("typed", "parentheses") and _is_operand(before):
            self.call(item, declares=_is(earlier, "NAME") and earlier == "def")
        elif item.data == "braces":
            self.braces(item)
        else:
            children = item.children
            self.put(str(children[0]), children[0].start_pos)
            self.items(children[1:-1])
            self.put(str(children[-1]), children[-1].start_pos)

    def hole(self, item: Token, *, after: str = "") -> None:
        text, origin = str(item), item.start_pos or 0
        if item.type == "ELLIPSIS":
            name = encode("dots", str(self.dots))
            self.dots += 1
        elif item.type == "MANY":
            name = encode("many", text[4:])
        elif item.type == "PARAMETER":
            if not self.template:
                raise TextError(f"{text} is a parameter; it may stand in a template only", origin, len(text))
            name = encode("parameter", text[2:-1])
        else:
            name = encode("one", text[1:])
        self.put(name + after, origin)

    def wrapped(self, kind: str, opening: Token, inner: Sequence[Any], closing: Token) -> None:
        self.put(f"__hole_{kind}(", opening.start_pos or 0)
        self.items(inner)
        self.put(")", closing.start_pos or 0)

    def typed(self, tree: Tree[Token]) -> None:
        opening: Any = tree.children[0]
        name = opening[opening.index("$") + 1 : -1].strip()
        self.put(f"__hole_typed({encode('one', name)}, ", opening.start_pos)
        self.items(tree.children[1:-1])
        closing: Any = tree.children[-1]
        self.put(")", closing.start_pos)

    def call(self, tree: Tree[Token], *, declares: bool) -> None:
        """Arguments of a call, bases of a class, or the parameters of a ``def``."""
        children: list[Any] = list(tree.children)
        opening, closing = children[0], children[-1]
        inner = children[1:-1]
        if opening.type == "TYPED_OPEN":  # parameters with annotations begin like a typed hole
            name = opening.index("$")
            self.put(opening[:name], opening.start_pos)
            self.put(encode("one", opening[name + 1 : -1].rstrip()), opening.start_pos + name)
            self.put(":", opening.start_pos + len(opening) - 1)
        else:
            self.put("(", opening.start_pos)
        later = False  # a keyword or a default has been seen
        for segment, comma in _segments(inner):
            significant = [item for item in segment if not _is(item, *_SKIPPED)]
            bare = len(significant) == 1 and _is(significant[0], "ELLIPSIS", "MANY")
            if bare:
                for item in segment:
                    if item is not significant[0]:
                        self.put(str(item), item.start_pos)
                    elif declares or self.case:
                        self.hole(item, after="" if not later else "=_" if self.case else "=0")
                    else:
                        self.put("**" if later else "*", item.start_pos)
                        self.hole(item)
            elif (
                len(significant) > 1 and _is(significant[-1], "ELLIPSIS") and _stars(significant[:-1]) and not declares
            ):
                self.items(segment[: segment.index(significant[-1])])
                self.put(encode("one", "_"), significant[-1].start_pos)
            else:
                self.items(segment)
                later = later or _named(significant)
            if comma is not None:
                self.put(",", comma.start_pos)
        self.put(")", closing.start_pos)

    def braces(self, tree: Tree[Token]) -> None:
        children: list[Any] = list(tree.children)
        segments = list(_segments(children[1:-1]))
        pairs = any(_is_pair([i for i in segment if not _is(i, *_SKIPPED)]) for segment, _ in segments)
        self.put("{", children[0].start_pos)
        for segment, comma in segments:
            significant = [item for item in segment if not _is(item, *_SKIPPED)]
            if pairs and len(significant) == 1 and _is(significant[0], "ELLIPSIS", "MANY"):
                self.put("**", significant[0].start_pos)
            self.items(segment)
            if comma is not None:
                self.put(",", comma.start_pos)
        self.put("}", children[-1].start_pos)

    def string(self, item: Token) -> None:
        """A string as it is; the holes within the braces of an f-string are encoded."""
        text, origin = str(item), item.start_pos or 0
        prefix = re.match(r"[A-Za-z]*", text)
        if prefix is None or "f" not in prefix[0].lower():
            self.put(text, origin)
            return
        for start, end, inside in _fields(text):
            if not inside:
                self.put(text[start:end], origin + start)
                continue
            position = start
            for found in _IN_BRACES.finditer(text, start, end):
                self.put(text[position : found.start()], origin + position)
                many, parameter, one, dots = found.groups()
                if dots:
                    name = encode("dots", str(self.dots))
                    self.dots += 1
                elif parameter:
                    name = encode("parameter", parameter)
                else:
                    name = encode("many", many) if many else encode("one", one)
                self.put(name, origin + found.start())
                position = found.end()
            self.put(text[position:end], origin + position)


def _is(item: Any, *types: str) -> bool:
    return getattr(item, "type", None) in types


def _is_operand(item: Any) -> bool:
    """Whether a parenthesis after this item opens arguments or parameters."""
    if item is None:
        return False
    if _is(item, "NAME"):
        return not keyword.iskeyword(item)
    return _is(item, "METAVARIABLE", "ELLIPSIS", "PARAMETER", "STRING") or hasattr(item, "children")


def _begins_line(items: Sequence[Any], item: Token) -> bool:
    """Whether only the margin stands before a word on its line."""
    place = next(index for index, other in enumerate(items) if other is item)
    return place == 0 or (_is(items[place - 1], "SPACE") and "\n" in items[place - 1])


def _ends_item(before: Any, after: Any) -> bool:
    """Whether a run stands alone between the commas of a lambda's parameters."""
    return (_is(before, "OPERATOR") and before == ",") and _is(after, "OPERATOR") and after in (",", ":")


def _segments(items: Sequence[Any]) -> Iterator[tuple[list[Any], Any]]:
    """The items between commas, each with the comma that ends it."""
    segment: list[Any] = []
    for item in items:
        if _is(item, "OPERATOR") and item == ",":
            yield segment, item
            segment = []
        else:
            segment.append(item)
    if segment:
        yield segment, None


def _stars(items: Sequence[Any]) -> bool:
    return all(_is(item, "OPERATOR") and item == "*" for item in items)


def _named(items: Sequence[Any]) -> bool:
    """Whether a segment is ``name=value``, or ``**value``."""
    if len(items) > 2 and _is(items[0], "OPERATOR") and items[0] == "*" and _is(items[1], "OPERATOR"):
        return bool(items[1] == "*")
    depth_free = [item for item in items if _is(item, "OPERATOR")]
    for index, item in enumerate(depth_free):
        if item == "=":
            following = depth_free[index + 1] if index + 1 < len(depth_free) else None
            return following is None or following != "=" or following.start_pos != item.end_pos
        if item in ("!", "<", ">", "=") or item != ":":
            return False
    return False


def _is_pair(items: Sequence[Any]) -> bool:
    """Whether a segment of braces is an item of a dictionary."""
    if len(items) > 1 and all(_is(item, "OPERATOR") and item == "*" for item in items[:2]):
        return True
    for item in items:
        if _is(item, "NAME") and item == "lambda":
            return False
        if _is(item, "OPERATOR") and item == ":":
            return True
    return False


def _fields(text: str) -> Iterator[tuple[int, int, bool]]:
    """The parts of an f-string: start, end, and whether it is a replacement field."""
    start = index = depth = 0
    while index < len(text):
        pair = text[index : index + 2]
        if depth == 0 and pair in ("{{", "}}"):
            index += 2
            continue
        # ``${X}`` in an f-string is the text "$" and the field {X} unless X is a metavariable's own form
        if text[index] == "{":
            if depth == 0:
                yield start, index, False
                start = index
            depth += 1
        elif text[index] == "}" and depth:
            depth -= 1
            if depth == 0:
                yield start, index + 1, True
                start = index + 1
        index += 1
    if start < len(text):
        yield start, len(text), False


def _case_runs(text: str) -> str:
    """Make a ``...`` that stands alone in a ``match`` block a run of cases; lengths stay close, lines stay put."""
    if "match" not in text:
        return text

    def replace(found: re.Match[str]) -> str:
        indent = found[1]
        for line in reversed(text[: found.start()].splitlines()):
            lead = line[: len(line) - len(line.lstrip())]
            if line.strip() and len(lead) < len(indent):
                if re.match(r"match\b.*:\s*(#.*)?$", line.strip()):
                    return f"{indent}case __hole_cases_{found[2]}: pass"
                break
        return found[0]

    return _BARE_DOTS.sub(replace, text)
