"""What a script says, told from its text without parsing: the words of its code, what touches them, its imports.

Comments and strings are left out, so that an example in a docstring is not taken for code. What is told here of the
words is what *may* stand in the tree, never less; what is told of the imports is exact. Where a text cannot be divided
into code and strings with certainty, nothing is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

#: a comment or a string; no text holds a null, and with a third character a class is looked up in a table
_LEXEME = re.compile(
    r'(#[^\n]*+|"(?:""[^"\\\0]*+(?:(?:\\.|"(?!""))[^"\\\0]*+)*+"""|[^"\\\n]*+(?:\\.[^"\\\n]*+)*+")'
    r"|'(?:''[^'\\\0]*+(?:(?:\\.|'(?!''))[^'\\\0]*+)*+'''|[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'))",
    re.DOTALL,
)
#: ends of code after which a string has fields with code of their own
_FORMATTED = tuple(letter + raw for letter in "fFtT" for raw in ("", "r", "R"))
#: stands for what was left out; no character of any code
_GONE = "`"
#: a dotted name, the parenthesis of a call and what it begins with
_FORM = re.compile(r"[.A-Za-z_][A-Za-z0-9_.]*+(?:[ \t\n\f\v\\)`]*+\((?:[ \t\n\f\v`]*+[(\[*]|)|)")
_LOOSE_DOT = re.compile(r"\.[\s\\`]+")
_SKIPPED = " \t\n\f\\`"
_OF_NAMES = ".(["
#: places that a quick look for a name takes in
_LOOKS = 4
#: after these a name before a dot or a parenthesis is asked for what it stands for
_OPERATORS = frozenset("=+-*/,:([{<>|&^%@")
#: what only a value follows
_READING = re.compile(r"(?:[=\[@+\-/%<>|&^]|\b(?:return|in|is|and|or|not|if|elif|else|while|assert|raise|except))\Z")
_BETWEEN = str.maketrans("\t\n\f\v\\)`", " " * 7)
_LIST_AFTER_IN = re.compile(r"in[\s\\`(]*+\[")
#: a power, with its exponent where that is a plain figure and nothing is done to it first
_POWER = re.compile(r"\*\*(?!=)[\s\\`]*+(\d++(?!\w)(?![\s\\`)]*+(?:\.|\*\*)))?", re.ASCII)
#: a definition at the margin, to the next line that may begin something else there
_DEFINITION = re.compile(
    r"^(?:async[ \t]++)?(?:def|class)\b.*+(?:\n(?:[ \t)\]}].*+|`?[ \t]*+(?=\n|\Z)))*+", re.MULTILINE | re.ASCII
)
#: where what is assigned may end, and what it may begin with
_HANDED_ON = re.compile(r"[ \t\f\v\\`)]*+(?:[\n;=]|\Z)")
_OWNERS = re.compile(r"[\s\\(`]*+(?:[A-Za-z_]\w*[\s\\`]*+\.[\s\\`]*+)*+", re.ASCII)
_GAP = r"(?:[ \t\f`]|\\\n)"
_NAME = r"(?!import\b)[^\W\d]\w*"
_IMPORT = re.compile(
    rf"(?<![\w.])(?:from((?:\.|{_GAP})*+(?:{_NAME}(?:{_GAP}*+\.{_GAP}*+\w+)*+)?){_GAP}*+)?import\b{_GAP}*+"
    rf"(?:\(([^()]*)\)|((?:[\w.,*]|{_GAP})*+))"
)
_BLANKS = re.compile(r"[\s\\`]+")
_LOOSE_DOTS = re.compile(r" ?\. ?")


class ImportText(NamedTuple):
    """One name that an import statement names.

    Attributes:
        module: of ``from module import name``, with its leading dots; None for ``import name``.
        name: as written, dotted where it is a module.
        alias: the name after ``as``, or None.
    """

    module: str | None
    name: str
    alias: str | None

    @property
    def bound(self) -> str:
        """The name that it binds."""
        return self.alias or (self.name.partition(".")[0] if self.module is None else self.name)


@dataclass(frozen=True)
class Outline:
    """A script's code.

    Attributes:
        code: without comments and strings; its lines end in a newline alone.
        formatted: strings that may hold code.
        parts: the whole text, code and what is none in turn.
    """

    code: str
    formatted: tuple[str, ...] = ()
    parts: Sequence[str] = field(default=(), repr=False)

    @cached_property
    def forms(self) -> frozenset[str]:
        """Every word of the code with the dot before it, the call of it and the bracket that this begins with.

        These are ``fit``, ``.fit``, ``.fit(``, ``.fit((``, ``.fit([`` and ``.fit(*``.

        ``in[`` says that a list may follow ``in``, ``**3`` that something is raised to the third power, ``**`` to
        another one than a plain figure.
        """
        code = "\n".join((self.code, *self.formatted))
        dotted = "\0".join(set(_FORM.findall(_LOOSE_DOT.sub(".", code))))
        found = set(dotted.translate(_BETWEEN).replace(" ", "").replace(".", "\0.").split("\0"))
        found.update(_powers(code))
        if _LIST_AFTER_IN.search(code):
            found.add("in[")
        return frozenset(found)

    @cached_property
    def outside(self) -> str:
        """The code without the functions and classes that begin at the margin; at most these are left out."""
        return _DEFINITION.sub("", self.code)

    @cached_property
    def definitions(self) -> tuple[tuple[int, int, int], ...]:
        """Each function and class at the margin: its start in the code, and the least and most of its end."""
        found = [place.span() for place in _DEFINITION.finditer(self.code)]
        ends = [start for start, _ in found[1:]] + [len(self.code)]
        return tuple((start, least, most) for (start, least), most in zip(found, ends, strict=False))

    @cached_property
    def imports(self) -> tuple[ImportText, ...]:
        """What its import statements name, in order."""
        found: list[ImportText] = []
        done, at = 0, self.code.find("import")
        while at >= 0:
            start = max(done, self.code.rfind("\n", done, at) + 1)
            while start > done and self.code[start - 2 : start - 1] == "\\":
                start = max(done, self.code.rfind("\n", done, start - 1) + 1)
            statement = _IMPORT.search(self.code, start)
            if statement is None:
                break
            found += _names(statement)
            done = statement.end()
            at = self.code.find("import", done)
        return tuple(found)

    @cached_property
    def modules(self) -> frozenset[str]:
        """Top modules that are imported anywhere."""
        return frozenset(
            (each.name if each.module is None else each.module).partition(".")[0]
            for each in self.imports
            if each.module is None or not each.module.startswith(".")
        )

    @cached_property
    def imported(self) -> frozenset[str]:
        """Dotted names that import statements name, ``from a import b`` as ``a`` and ``a.b``."""
        found: set[str] = set()
        for each in self.imports:
            found.update((each.name,) if each.module is None else (each.module, f"{each.module}.{each.name}"))
        return frozenset(found)

    def hands_on(self, name: str) -> bool:
        """Whether a name, or a dotted one that ends in it, is all that something is assigned, and no more of it."""
        code, size = self.code, len(name)
        at = code.find(name)
        while at >= 0:
            if _HANDED_ON.match(code, at + size):
                given = code.rfind("=", 0, at)
                if given >= 0 and _OWNERS.fullmatch(code, given + 1, at):
                    return True
            at = code.find(name, at + size)
        return False

    def text_of(self, start: int, end: int) -> str:
        """The text of a stretch of the code, with its strings and comments."""
        before = self.code.count(_GONE, 0, start)
        within = self.code.count(_GONE, start, end)
        if not within:
            return self.code[start:end]
        pieces = self.code[start:end].split(_GONE)
        lexemes = self.parts[2 * before + 1 : 2 * (before + within) : 2]
        return "".join(piece for pair in zip(pieces, (*lexemes, ""), strict=True) for piece in pair)

    def standing(self, word: str) -> Iterator[int]:
        """Where in the code a word stands."""
        code, size = self.code, len(word)
        at = code.find(word)
        while at >= 0:
            end = at + size
            if not any(map(_of_word, code[at - 1 : at] + code[end : end + 1])):
                yield at
            at = code.find(word, end)

    def speaks(self, name: str) -> bool:
        """Whether a name certainly stands in the code as a name: see :meth:`spoken`."""
        return self.used(name) >= 0 or next(self.spoken(name), None) is not None

    def used(self, name: str, *, last: bool = False) -> int:
        """Where a name stands right after an operator and before a dot or a call; -1 where a quick look finds none.

        Args:
            name: it.
            last: whether the place should be far down.
        """
        code = self.code
        for wanted in (f"{name}.", f"{name}("):
            at = code.rfind(wanted) if last else code.find(wanted)
            for _ in range(_LOOKS):
                if at < 2:
                    break
                if (code[at - 2] if code[at - 1] == " " else code[at - 1]) in _OPERATORS:
                    return at
                at = code.rfind(wanted, 0, at) if last else code.find(wanted, at + 1)
        return -1

    def spoken(self, name: str) -> Iterator[int]:
        """Where in the code a name certainly stands as a name: before a call, index or dot, or where a value must."""
        code, size = self.code, len(name)
        for at in self.standing(name):
            after = code[at + size : at + size + 60].lstrip(_SKIPPED)[:1]
            before = code[max(0, at - 60) : at].rstrip(_SKIPPED)
            called = after in _OF_NAMES and after and not before.endswith((".", "def", "class", "import", "from"))
            if called or _READING.search(before, max(0, len(before) - 8)):
                yield at


def _of_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def read_outline(text: str) -> Outline | None:
    """The outline of a program's text; None where code and strings cannot be told apart with certainty."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            return None
    parts = _LEXEME.split(text)
    pieces = parts[::2]
    code = _GONE.join(pieces)
    if not code.isascii() or '"' in code or "'" in code or len(pieces) <= code.count(_GONE):
        return None
    formatted = []
    for piece, lexeme in zip(pieces, parts[1::2], strict=False):
        if piece.endswith(_FORMATTED):
            # A string of the same quotes within a field ends the string for us, and leaves a brace open.
            if lexeme.count("{") != lexeme.count("}"):
                return None
            formatted.append(lexeme)
    return Outline(code, tuple(formatted), parts)


def _powers(code: str) -> Iterator[str]:
    """What things are raised to: ``**3``, or ``**`` for another power than a plain figure."""
    for found in _POWER.finditer(code):
        before = code[max(0, found.start() - 60) : found.start()].rstrip(_SKIPPED)[-1:]
        # Arguments that are spread have no operand before them.
        if not before or before.isalnum() or before in "_)]}":
            yield f"**{found[1] or ''}"


def _names(found: re.Match[str]) -> Iterator[ImportText]:
    module, bracketed, plain = found.groups()
    if module is not None:
        module = module.strip()
        if not module.replace(".", "").isidentifier():
            module = _BLANKS.sub("", module)
    clause = plain if bracketed is None else bracketed
    if "." in clause or "\\" in clause or "`" in clause:
        clause = _LOOSE_DOTS.sub(".", _BLANKS.sub(" ", clause))
    for part in clause.split(","):
        words = part.split()
        if words:
            yield ImportText(module, words[0], words[2] if len(words) == 3 else None)
