"""What the text of a script tells of predicates before it is parsed: that they cannot say yes anywhere in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from greenrules_pack_numpy_pandas import arithmetic, arrays, loops, scripts

Predicate = Callable[[Sequence[Any], Any, Any], Any]

_WORD = re.compile(r"[A-Za-z_]\w*")
_FUNCTION = re.compile(r"def[\s\\]+([A-Za-z_]\w*)")
_LOOP = re.compile(r"\b(?:for|while)\b")
#: the end of a function's header, where nothing in it may be taken for one
_HEADER = re.compile(r"[^{}\[\]]*?:[ \t`\r]*\n")
#: statements and expressions of no function that compiles
_BEYOND = re.compile(
    r"\b(?:with|try|raise|assert|del|global|nonlocal|yield|await|lambda|import|def|class|async|is|not[\s\\]+in)\b"
)
_ATTRIBUTE = re.compile(r"\.(?<!\d\.)[\s\\`]*+([A-Za-z_]\w*)")


class Foreseen:
    """A predicate with what is known of it before it is asked.

    Args:
        predicate: what is asked of a match.
        may_hold: whether it may say yes anywhere in a script, asked of the text alone.
        may_start: whether it may say yes of a match that starts at a node.
        cost: how dear it is to ask: 1 for a look at the match, 3 for a search, 4 for data flow.
    """

    def __init__(
        self,
        predicate: Predicate,
        may_hold: Predicate | None = None,
        may_start: Callable[[Any, Any], bool] | None = None,
        cost: int = 4,
    ) -> None:
        self._predicate = predicate
        self.__name__ = predicate.__name__
        self.__doc__ = predicate.__doc__
        self.cost = cost
        if may_hold is not None:
            self.may_hold = may_hold
        if may_start is not None:
            self.may_start = may_start

    def __call__(self, arguments: Sequence[Any], match: Any, facts: Any) -> Any:
        """What the predicate says."""
        return self._predicate(arguments, match, facts)


def _functions(facts: Any) -> Iterator[tuple[str, int, int, int]]:
    """Functions at the margin: name, where they start, and the least and most of where they end."""
    for start, least, most in facts.source.outline.definitions:
        found = _FUNCTION.match(facts.source.outline.code, start)
        if found is not None:
            yield found[1], start, least, most


def _may_repeat(arguments: Sequence[Any], match: Any, facts: Any) -> bool:
    """Whether a function names itself twice, and something else names it."""
    return bool(facts.remembered("numpy_pandas.may_repeat", lambda: _any_repeats(facts)))


def _any_repeats(facts: Any) -> bool:
    code: str = facts.source.outline.code
    for name, start, _, most in _functions(facts):
        hidden = _hidden(facts)[name]
        if code.count(name, start, most) + hidden < 3:
            continue
        # Few functions name themselves twice: only then it pays to count all words.
        if _count(name, code, start, most) + hidden >= 3 and _words(facts)[name] + hidden >= 4:
            return True
    return False


def _words(facts: Any) -> Counter[str]:
    """How often each word stands in the code."""
    found: Counter[str] = facts.remembered(
        "numpy_pandas.words", lambda: Counter(_WORD.findall(facts.source.outline.code))
    )
    return found


def _hidden(facts: Any) -> Counter[str]:
    """How often each word stands in the strings that may hold code."""
    found: Counter[str] = facts.remembered(
        "numpy_pandas.hidden", lambda: Counter(_WORD.findall("\n".join(facts.source.outline.formatted)))
    )
    return found


def _count(name: str, code: str, start: int, end: int) -> int:
    """How often a word stands in a part of the code."""
    found, size = 0, len(name)
    at = code.find(name, start, end)
    while at >= 0:
        around = code[at - 1 : at] + code[at + size : at + size + 1]
        found += not any(char.isalnum() or char == "_" for char in around)
        at = code.find(name, at + size, end)
    return found


def _may_compile(arguments: Sequence[Any], match: Any, facts: Any) -> bool:
    """Whether a function that is called loops, and does nothing that is seen not to compile."""
    return bool(facts.remembered("numpy_pandas.may_compile", lambda: _any_compiles(facts)))


def _any_compiles(facts: Any) -> bool:
    code: str = facts.source.outline.code
    known = loops.ATTRIBUTES | facts.knowledge.renamed.keys()
    for name, start, least, most in _functions(facts):
        if code.find("for", start, most) < 0 and code.find("while", start, most) < 0:
            continue
        header = _HEADER.match(code, start, least)
        body = code[header.end() : least] if header is not None else ""
        # The first method that does not compile tells most functions.
        if any(found[1] not in known for found in _ATTRIBUTE.finditer(body)) or _BEYOND.search(body):
            continue
        if not _LOOP.search(code, start, most):
            continue
        if _words(facts)[name] + _hidden(facts)[name] >= 2:
            return True
    return False


def _may_be_needed_in_one(arguments: Sequence[Any], match: Any, facts: Any) -> bool:
    """Whether what the rule's import binds may be used, and is not plainly used in two functions or outside of any."""
    module = match.rule.branches[match.branch].kinds.module
    if module is None:
        return True
    outline = facts.source.outline
    bound: dict[str, set[str]] = facts.remembered("numpy_pandas.bound_by", lambda: _bound_by(facts))
    return any(
        facts.remembered(f"numpy_pandas.needed_in_one {name}", lambda name=name: _in_one(name, outline))
        for name in bound.get(facts.knowledge.canonical(module), ())
    )


def _bound_by(facts: Any) -> dict[str, set[str]]:
    """Modules that are imported, or names from them, and the plain names that this binds."""
    found: dict[str, set[str]] = {}
    for each in facts.source.outline.imports:
        if "." not in (each.alias or each.name):
            module = facts.knowledge.canonical(each.name if each.module is None else each.module)
            found.setdefault(module, set()).add(each.bound)
    return found


def _in_one(name: str, outline: Any) -> bool:
    first, last = outline.used(name), outline.used(name, last=True)
    if first >= 0 and any(first < start <= last for start, _, _ in outline.definitions):
        return False
    uses = outline.spoken(name)
    first = next(uses, None)
    if first is None:
        return name in outline.code
    # A function that begins at the margin between two uses holds at most one of them.
    following = next((start for start, _, _ in outline.definitions if start > first), len(outline.code))
    return all(use < following for use in uses)


def _may_be_small(arguments: Sequence[Any], match: Any, facts: Any) -> bool:
    """Whether no attribute stands there that says otherwise."""
    forms = facts.source.outline.forms
    return not any(f".{name}{after}" in forms for name in arrays.EXACTING - {"linalg"} for after in ("", "(", "["))


at_hand = Foreseen(arrays.at_hand, cost=1)
is_name = Foreseen(arrays.is_name, cost=1)
of_elements = Foreseen(arithmetic.of_elements, cost=3)
of_name = Foreseen(arithmetic.of_name, cost=3)
starts_with_text = Foreseen(scripts.starts_with_text, cost=1)
without_filter = Foreseen(scripts.without_filter, cost=1)
small_numbers = Foreseen(arrays.small_numbers, _may_be_small, cost=3)
compiles = Foreseen(loops.compiles, _may_compile, loops.may_compile)
repeats = Foreseen(loops.repeats, _may_repeat, loops.may_repeat)
only_needed_in = Foreseen(scripts.only_needed_in, _may_be_needed_in_one, scripts.used_in_one_body)
