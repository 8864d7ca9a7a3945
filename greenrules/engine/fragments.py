"""A closer look at a text before all of it is parsed: the statements in which a pattern's name stands.

Where few rules run, few are alive in a file, each for one line or two of it. An expression, or a simple statement,
stands within one logical line. Where no line that spells a pattern's name holds a node that may match, the file is not
parsed.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, cast

from greenrules.engine.children import walk
from greenrules.engine.cues import cues_of
from greenrules.engine.match import may_be_given, may_be_named
from greenrules.engine.match_quick import plausible
from greenrules.engine.syntax import read

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.outline import Outline
    from greenrules.engine.pack import Rule
    from greenrules.engine.pattern import Pattern
    from greenrules.engine.shortlist import Live

#: brackets and ends of lines; what is closed on one line is taken at once
_INNER = r"\([^()\[\]{}\n]*+\)|\[[^()\[\]{}\n]*+\]"
_MARKS = re.compile(rf"\((?:[^()\[\]{{}}\n]++|{_INNER})*+\)|{_INNER}|[(\[{{)\]}}\n]|\\\r?\n")
_OPENING, _CLOSING = "([{", ")]}"
_BEGINNINGS = ("\ndef ", "\n    def ", "\nclass ")
_BLANKS = " \t\f\r\n\\"
_WORD = re.compile(r"\w+|@", re.ASCII)
#: what continues a statement that began on an earlier line
_CONTINUING = frozenset({"elif", "else", "except", "finally", "case", "try"})
_COMPOUND = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.If,
    ast.With,
    ast.AsyncWith,
    ast.Match,
    ast.Try,
    ast.TryStar,
)


class Landmark(NamedTuple):
    """Where to look for a pattern.

    Attributes:
        word: a name that stands in the very line of each match, unless it goes by another name.
        others: further names that stand there, unless they go by others.
        names: all names that it is spelled with.
        types: types of the nodes that it can start at.
    """

    word: str
    others: frozenset[str]
    names: frozenset[str]
    types: frozenset[str]


def may_match(rules: Iterable[Live], facts: Facts) -> bool:
    """Whether one of several alternatives may match somewhere; False is certain, and told from a few lines alone."""
    outline = facts.source.outline
    if outline is None or "tree" in facts.source.__dict__:
        return True
    names = _Names(facts.knowledge, outline)
    alternatives: list[tuple[Rule, int, Landmark]] = []
    for each in rules:
        for number in each.branches:
            landmark = each.rule.branches[number].patterns[0].landmark
            if landmark is None or names.given(landmark.word):
                return True
            alternatives.append((each.rule, number, landmark))
    fragments = Fragments(outline)
    return any(_may_match(*alternative, fragments, names, facts) for alternative in alternatives)


def _may_match(rule: Rule, number: int, landmark: Landmark, fragments: Fragments, names: _Names, facts: Facts) -> bool:
    first = cast("ast.AST", rule.branches[number].patterns[0].first)
    declared = rule.signature
    others = [names.spellings(word) for word in landmark.others if not names.given(word)]
    if any(map(fragments.formatted, (names.spellings(landmark.word), *others))):
        return True
    meant = _Meant(facts.knowledge.renamed, frozenset(filter(names.given, landmark.names)))
    for start, end in fragments.saying(names.spellings(landmark.word)):
        line = fragments.code[start:end]
        if not all(any(word in line for word in words) for words in others):
            continue
        if declared is None and not may_be_named(first, line, facts):
            continue
        nodes = fragments.nodes(start, end)
        if nodes is None:
            return True
        for node in nodes:
            if type(node).__name__ not in landmark.types or not plausible(first, node, meant):
                continue
            if declared is not None or may_be_given(first, node, facts):
                return True
    return False


class _Names:
    """By what other names something may go in a script.

    Args:
        knowledge: of what packs say of names.
        outline: of the script.
    """

    def __init__(self, knowledge: Knowledge, outline: Outline) -> None:
        self._spellings, self._outline = knowledge.spellings, outline
        self._aliased = {each.name.rpartition(".")[2] for each in outline.imports if each.alias is not None}
        self._given: dict[str, bool] = {}

    def given(self, word: str) -> bool:
        """Whether an import or an assignment gives what is called by a word another name."""
        known = self._given.get(word)
        if known is None:
            known = self._given[word] = any(
                each in self._aliased or self._outline.hands_on(each) for each in self.spellings(word)
            )
        return known

    def spellings(self, word: str) -> tuple[str, ...]:
        """What may be spelled for a name that is given no other one."""
        return (word, *self._spellings.get(word, ()))


class _Meant(Mapping[str, frozenset[str]]):
    """Local spelling → last parts of what it may mean, where it is not known which names stand for what.

    Args:
        declared: what packs say of names.
        given: last parts of what goes by another name.
    """

    def __init__(self, declared: Mapping[str, frozenset[str]], given: frozenset[str]) -> None:
        self._declared, self._given = declared, given

    def __getitem__(self, name: str) -> frozenset[str]:
        return self._given | self._declared.get(name, frozenset())

    def __iter__(self) -> Iterator[str]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)


def landmark_of(pattern: Pattern) -> Landmark | None:
    """Where to look for a pattern; None where that cannot be told, or it goes over several lines."""
    kinds = pattern.kinds
    if pattern.first is None or isinstance(pattern.first, _COMPOUND) or not kinds.types or kinds.module is not None:
        return None
    there = {each.wanted[1] for each in pattern.anchors if each.wanted[0] in ("call", "attribute") and not each.back}
    word = max(there, key=lambda each: (len(each), each), default=None)
    if word is None:
        return None
    names = frozenset(cue.strip(".=([") for cue in cues_of((pattern.first,)))
    return Landmark(word, frozenset(there - {word}), names, frozenset(kinds.types))


class Fragments:
    """The logical lines of a text, each parsed when it is first asked for.

    Args:
        outline: of the text.
    """

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._lines: dict[int, list[ast.AST] | None] = {}
        #: start of a function or class → starts of its logical lines so far, and those that follow
        self._blocks: dict[int, tuple[list[int], Iterator[int]]] = {}

    @property
    def code(self) -> str:
        """The text without comments and strings."""
        return self._outline.code

    def formatted(self, words: Iterable[str]) -> bool:
        """Whether one of several words stands in a string that may hold code."""
        return any(word in text for text in self._outline.formatted for word in words)

    def saying(self, words: Iterable[str]) -> Iterator[tuple[int, int]]:
        """Start and end in the code of each logical line that says one of several words."""
        for word in words:
            done = 0
            for at in self._outline.standing(word):
                if at >= done:
                    start, done = self._extent(at)
                    yield start, done

    def nodes(self, start: int, end: int) -> list[ast.AST] | None:
        """The nodes of a logical line; None where it cannot be read by itself."""
        if start not in self._lines:
            self._lines[start] = _nodes(self._outline.text_of(start, end), self.code[start:end])
        return self._lines[start]

    def _extent(self, at: int) -> tuple[int, int]:
        """Start and end of the logical line around a place in the code."""
        code = self.code
        # No expression holds the word that begins a function or a class.
        begin = max(0, *(code.rfind(word, 0, at) + 1 for word in _BEGINNINGS))
        block = self._blocks.get(begin)
        if block is None:
            block = self._blocks[begin] = [begin], _ends(code, begin)
        starts, ends = block
        while starts[-1] <= at and (end := next(ends, None)) is not None:
            starts.append(end)
        place = bisect_right(starts, at)
        return starts[place - 1], starts[place] if place < len(starts) else len(code)


def _ends(code: str, begin: int) -> Iterator[int]:
    """Where the logical lines of a code end, from the start of one."""
    depth = 0
    for found in _MARKS.finditer(code, begin):
        mark = found[0]
        if mark == "\n":
            if depth <= 0:
                yield found.end()
        elif mark in _OPENING:
            depth += 1
        elif mark in _CLOSING:
            depth -= 1


def _nodes(text: str, code: str) -> list[ast.AST] | None:
    """The nodes of one logical line; None where it cannot be read by itself."""
    word = _WORD.search(code)
    text = text.strip(_BLANKS)
    if word is not None and word[0] in _CONTINUING:
        if word[0] != "elif":
            return None
        text = text[2:]
    if word is not None and word[0] == "@":
        text += "\ndef f(): pass"
    elif code.rstrip(_BLANKS + "`").endswith(":"):
        text += "\n case _: pass" if word is not None and word[0] == "match" else "\n pass"
    try:
        return list(walk(read(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
