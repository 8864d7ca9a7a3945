"""Regular expressions of rules: their cost is bounded before they are used.

An expression that has exponentially many ways to match a text is refused, and so is one that repeats the same
characters too often. The others cost at most a power of the text's length, which bounds the texts that are searched.

The ways to match are those of the automaton of positions (Glushkov, 1961). It is exponentially ambiguous when a state
on a loop can be left and reached again in two ways by the same text (Weber and Seidl, 1991, criterion EDA).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from math import log2
from typing import Any

from greenrules.errors import Position, RuleError

#: steps that one search may take
_STEPS = 2**25
#: powers of the text's length that a search may cost
_MOST = 3
#: characters that an expression may have
_LONGEST = 5000
#: how often parts that may be there or not may double the ways to take a text
_DOUBLINGS = 14
#: positions that are looked at pair by pair
_POSITIONS = 64
#: repeated so often, or more often, it may as well be repeated without end
_OFTEN = 8
#: texts that are listed at most
_TEXTS = 64
#: bits of a set of characters: the first 256, and of the others digits, further letters, blanks, and the rest
_BITS = 260
_DIGITS, _LETTERS, _BLANKS = 1 << 256, 1 << 257, 1 << 258
_ALL = (1 << _BITS) - 1
_OTHERS = _ALL & ~((1 << 256) - 1)

#: why a search is not made
TOO_LONG = "the text is longer than the regular expression can be looked for in"

_parser: Any = importlib.import_module("re._parser")


class Hopeless(ValueError):
    """An expression that may take too long; the message says why."""


@dataclass(frozen=True)
class Regex:
    """An expression that may be used.

    Attributes:
        compiled: the expression.
        longest: how many characters a text may have that is searched, None where any will do.
    """

    compiled: re.Pattern[str]
    longest: int | None


@lru_cache(maxsize=512)
def read_regex(text: str) -> Regex:
    """An expression from its text.

    Raises:
        re.error: it is none.
        Hopeless: it may take too long.
    """
    if len(text) > _LONGEST:
        raise Hopeless(f"it is longer than {_LONGEST} characters")
    compiled = re.compile(text)
    parsed = _parser.parse(text)
    reader = _Reader()
    reader.whole(parsed, bool(parsed.state.flags & re.IGNORECASE))
    anchored = bool(parsed.data) and str(parsed.data[0]) == "(AT, AT_BEGINNING)" and not compiled.flags & re.MULTILINE
    degree = reader.degree + (not anchored and reader.degree > 0)
    if degree > _MOST:
        raise Hopeless("it repeats the same characters too often, one repetition after the other")
    if reader.doubling > _DOUBLINGS:
        raise Hopeless("it leaves open too often what the same characters are taken for")
    return Regex(compiled, int((_STEPS / 2**reader.doubling) ** (1 / degree)) if degree > 1 else None)


def check_regex(text: str, position: Position) -> None:
    """Refuse an expression of a rule that is none, or that may take too long.

    Raises:
        RuleError: at its place.
    """
    try:
        read_regex(text)
    except Hopeless as error:
        raise RuleError(
            f"a regular expression that may take too long: {error}",
            position=position,
            remedy="make what is repeated possessive, as in (a++)+, or say it with less repetition",
        ) from None
    except re.error as error:
        raise RuleError(f"not a regular expression: {error}", position=position) from None
    except (RecursionError, OverflowError):
        raise RuleError(
            "a regular expression that is nested too deeply or repeats too often", position=position
        ) from None


def search(text: str, subject: str) -> bool | None:
    """Whether an expression matches somewhere in a text; None where that could take too long to say."""
    regex = read_regex(text)
    if regex.longest is not None and len(subject) > regex.longest:
        return None
    return regex.compiled.search(subject) is not None


def texts_of(text: str) -> frozenset[str] | None:
    """All texts that an expression matches; None where they are many, or it may match within others."""
    parsed = _parser.parse(text)
    begins, ends = ("AT_BEGINNING", "AT_BEGINNING_STRING"), ("AT_END", "AT_END_STRING")
    if len(parsed) < 2 or str(parsed[0][1]) not in begins or str(parsed[-1][1]) not in ends:
        return None
    return None if parsed.state.flags & re.IGNORECASE else _texts(parsed[1:-1])


def _texts(items: Iterable[Any]) -> frozenset[str] | None:
    found = frozenset({""})
    for operation, argument in items:
        more: list[frozenset[str] | None]
        match str(operation):
            case "LITERAL":
                more = [frozenset({chr(argument)})]
            case "IN":
                more = [_texts([each]) for each in argument]
            case "BRANCH":
                more = [_texts(each) for each in argument[1]]
            case "SUBPATTERN" if not argument[1] and not argument[2]:
                more = [_texts(argument[3])]
            case "MAX_REPEAT" if argument[:2] == (0, 1):
                more = [frozenset({""}), _texts(argument[2])]
            case _:
                return None
        parts = frozenset(part for each in more for part in each or ())
        if None in more or len(found) * len(parts) > _TEXTS:
            return None
        found = frozenset(first + part for first in found for part in parts)
    return found


@dataclass
class _Part:
    """A part of an expression: whether it may be empty, and the positions that it may begin and end with."""

    empty: bool = True
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)


class _Reader:
    """Reads a parse tree of :mod:`re` as an automaton of positions."""

    def __init__(self) -> None:
        self.characters: list[int] = []
        #: how many ways lead from a position to another
        self.follow: list[dict[int, int]] = []
        #: positions that are repeated without end
        self.endless: set[int] = set()
        #: positions of expressions within that were looked at by themselves
        self.closed: set[int] = set()
        #: the characters of every loop
        self.loops: list[int] = []
        #: the characters of every part that may be there or not, or one way or another, and how many bits that is
        self.choices: list[tuple[int, float]] = []
        self.possessive = False

    @property
    def doubling(self) -> float:
        """How often the ways to take a text double, at most."""
        shared = [sum(bits for found, bits in self.choices if found >> bit & 1) for bit in range(_BITS)]
        return max(shared) if self.choices else 0

    @property
    def degree(self) -> int:
        """The power of a text's length that one attempt may cost at most: loops that one text leads through."""
        return _most(self.loops) + self.possessive

    def whole(self, parsed: Any, ignore: bool) -> None:
        """Read an expression, or one within that matches by itself."""
        start = len(self.characters)
        self.sequence(parsed, ignore)
        for component in self._components(start):
            self._check(component)
            if self.endless.intersection(component):
                self.loops.append(_union(self.characters[place] for place in component))
        self.closed.update(range(start, len(self.characters)))

    def sequence(self, items: Iterable[Any], ignore: bool) -> _Part:
        """The positions of parts one after the other."""
        found = _Part()
        for operation, argument in items:
            part = self.item(str(operation), argument, ignore)
            self._link(found.last, part.first)
            found = _Part(
                found.empty and part.empty,
                found.first + (part.first if found.empty else []),
                part.last + (found.last if part.empty else []),
            )
        return found

    def item(self, operation: str, argument: Any, ignore: bool) -> _Part:
        """The positions of one part."""
        if operation in ("LITERAL", "NOT_LITERAL", "RANGE", "IN", "ANY"):
            return self._position(_characters(operation, argument, ignore))
        if operation == "BRANCH":
            start = len(self.characters)
            parts = [self.sequence(each, ignore) for each in argument[1]]
            self._choose(start, len(parts))
            return _Part(
                any(part.empty for part in parts),
                [place for part in parts for place in part.first],
                [place for part in parts for place in part.last],
            )
        if operation == "SUBPATTERN":
            _, more, fewer, inner = argument
            return self.sequence(inner, (ignore or bool(more & re.IGNORECASE)) and not fewer & re.IGNORECASE)
        if operation in ("MAX_REPEAT", "MIN_REPEAT"):
            return self._repeat(argument, ignore)
        if operation in ("POSSESSIVE_REPEAT", "ATOMIC_GROUP"):
            return self._atom(argument, ignore)
        if operation in ("ASSERT", "ASSERT_NOT"):
            self.whole(argument[1], ignore)
            return _Part()
        if operation == "GROUPREF_EXISTS":
            return self.item("BRANCH", (None, [argument[1], argument[2] or ()]), ignore)
        if operation.startswith("GROUPREF"):
            place = self._position(_ALL)
            self._link(place.last, place.first)
            self.endless.update(place.first)
            return _Part(True, place.first, place.last)
        return _Part()

    def _repeat(self, argument: Any, ignore: bool) -> _Part:
        least, most, inner = argument
        start = len(self.characters)
        part = self.sequence(inner, ignore)
        if int(most) == 0:
            return _Part()
        if int(most) > 1:
            self._link(part.last, part.first)
        if int(most) > _OFTEN:
            self.endless.update(range(start, len(self.characters)))
            if part.empty:
                raise Hopeless("it repeats what may be empty")
        elif least != most:
            self._choose(start, int(most) - least + 1)
        return _Part(part.empty or not least, part.first, part.last)

    def _choose(self, start: int, ways: int) -> None:
        self.choices.append((_union(self.characters[start:]), log2(max(ways, 1))))

    def _atom(self, argument: Any, ignore: bool) -> _Part:
        """What matches in one way only, once it has matched: one position, whatever its text."""
        least, most, inner = argument if isinstance(argument, tuple) else (1, 1, argument)
        loops, self.loops, start = self.loops, [], len(self.characters)
        self.whole(inner, ignore)
        self.possessive |= bool(self.loops) or int(most) > _OFTEN
        self.loops = loops + (self.loops if _most(self.loops) > 1 else [])
        place = self._position(_union(self.characters[start:]))
        return _Part(not least, place.first, place.last)

    def _position(self, characters: int) -> _Part:
        self.characters.append(characters)
        self.follow.append({})
        place = [len(self.characters) - 1]
        return _Part(False, place, list(place))

    def _link(self, last: Iterable[int], first: list[int]) -> None:
        for place in last:
            for following in first:
                self.follow[place][following] = self.follow[place].get(following, 0) + 1

    def _components(self, start: int) -> Iterator[list[int]]:
        """Positions on loops, those that reach one another together (Kosaraju's algorithm)."""
        places = [place for place in range(start, len(self.characters)) if place not in self.closed]
        back: dict[int, list[int]] = {place: [] for place in places}
        for place in places:
            for following in self.follow[place]:
                back[following].append(place)
        order = [place for tree in _depth_first(places, self.follow) for place in tree]
        for tree in _depth_first(reversed(order), back):
            if len(tree) > 1 or tree[0] in self.follow[tree[0]]:
                yield tree

    def _check(self, together: list[int]) -> None:
        """Refuse a loop through which the same text leads in two ways."""
        inside = set(together)
        message = "a repetition within a repetition matches the same text in exponentially many ways"
        if any(ways > 1 for place in inside for to, ways in self.follow[place].items() if to in inside):
            raise Hopeless(message)
        if len(inside) > _POSITIONS:
            raise Hopeless("a repetition is too long to be sure of what it costs")
        for place in inside:
            forward = self._pairs((place, place), inside)
            if any(one != two and (place, place) in self._pairs((one, two), inside) for one, two in forward):
                raise Hopeless(message)

    def _pairs(self, start: tuple[int, int], inside: set[int]) -> set[tuple[int, int]]:
        """Pairs of positions that one text leads to from a pair of positions."""
        found: set[tuple[int, int]] = set()
        stack = [start]
        while stack:
            one, two = stack.pop()
            for first in self.follow[one].keys() & inside:
                for second in self.follow[two].keys() & inside:
                    pair = (first, second)
                    if pair not in found and self.characters[first] & self.characters[second]:
                        found.add(pair)
                        stack.append(pair)
        return found


def _depth_first(places: Iterable[int], edges: Any) -> Iterator[list[int]]:
    """The positions reached first from each of some positions, each behind those that it leads to."""
    seen: set[int] = set()
    for root in places:
        if root in seen:
            continue
        seen.add(root)
        found: list[int] = []
        stack = [(root, iter(edges[root]))]
        while stack:
            place, following = stack[-1]
            fresh = next((each for each in following if each not in seen), None)
            if fresh is None:
                found.append(place)
                stack.pop()
            else:
                seen.add(fresh)
                stack.append((fresh, iter(edges[fresh])))
        yield found


def _most(loops: list[int]) -> int:
    """How many sets of characters have one in common, at most."""
    return max((sum(loop >> bit & 1 for loop in loops) for bit in range(_BITS)), default=0) if loops else 0


def _union(sets: Iterable[int]) -> int:
    found = 0
    for each in sets:
        found |= each
    return found


@lru_cache(maxsize=512)
def _of_category(name: str) -> int:
    kind = name.rpartition("_")[2]
    found = {"DIGIT": _DIGITS, "SPACE": _BLANKS, "WORD": _DIGITS | _LETTERS}[kind]
    compiled = re.compile({"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[kind])
    found |= _union(1 << code for code in range(256) if compiled.match(chr(code)))
    return _ALL & ~found if "_NOT_" in name else found


def _characters(operation: str, argument: Any, ignore: bool) -> int:
    """The characters that a part of an expression matches, at least."""
    if operation == "ANY":
        return _ALL
    if operation == "IN":
        items = [(str(kind), value) for kind, value in argument]
        found = _union(_characters(kind, value, ignore) for kind, value in items if kind != "NEGATE")
        known = all(kind in ("NEGATE", "CATEGORY") for kind, _ in items)
        return (_ALL & ~found) | (0 if known else _OTHERS) if items[0][0] == "NEGATE" else found
    if operation == "CATEGORY":
        return _of_category(str(argument))
    low, high = argument if operation == "RANGE" else (argument, argument)
    codes = set(range(low, min(high, 255) + 1))
    if ignore:
        letters = (chr(code) for code in set(codes))
        codes |= {ord(case) for letter in letters for case in (letter.lower(), letter.upper()) if len(case) == 1}
    found = _union(1 << code for code in codes if code < 256)
    found |= _OTHERS if high > 255 else _LETTERS if ignore and found else 0
    return (_ALL & ~found) | _OTHERS if operation == "NOT_LITERAL" else found
