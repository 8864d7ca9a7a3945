"""What must hold of every text that is written, whatever the rule says."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import warnings
from collections import Counter
from collections.abc import Callable, Collection
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from greenrules.engine.changed import Changed, changed
from greenrules.engine.formatted import OPENING, read_formatted
from greenrules.engine.source import comments_of
from greenrules.engine.syntax import read
from greenrules.engine.tokens import margin, tokens
from greenrules.errors import GreenrulesError

if TYPE_CHECKING:
    from greenrules.engine.source import Source

_NEWLINE = re.compile(r"\r\n|\r|\n")
_STAR = re.compile(r"^[ \t]*from\b[^#\r\n]*\bimport\s*\*", re.MULTILINE)
_BUILTINS = frozenset(dir(builtins)) | {"__annotations__", "__file__"}
_MARGIN = re.compile(r"^[ \t\f]+(?=[^\s#])", re.MULTILINE)


def broken(before: Source, text: str) -> str | None:
    """Why a rewritten text must not be written, or None when every gate lets it through.

    Args:
        before: the script the text was made of.
        text: the rewritten text.
    """
    if (reason := _encoding(before, text) or _shape(before, text)) is not None:
        return reason
    change = changed(before, text)
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if before.is_notebook else 0
    if change is None or any(_fault(partial(read, new), before.path, flags) for _, new in change.pieces):
        change = None
        reason = _compiles(before, text, flags)
    return reason or _newer(before, text, change) or _comments(before, text, change)


def unbound(before: Source, text: str, own: Collection[str] = ()) -> str | None:
    """Which name a rewritten text reads and nothing binds any more, or None.

    Args:
        before: the script the text was made of.
        text: the rewritten text.
        own: names that the rules themselves write and that the script need not bind.
    """
    if _binds_all(before, text, own):
        return None
    old = free_names(before.text)
    new = free_names(text) if old is not None else None
    if old is None or new is None:
        return None
    lost = new - old - set(own)
    return f"nothing would bind the name {min(lost)} any more" if lost else None


def _binds_all(before: Source, text: str, own: Collection[str]) -> bool:
    """Whether the statements that differ show that whatever is read is bound as it was."""
    change = changed(before, text)
    if change is None:
        return False
    read: tuple[set[str], set[str]] = set(), set()
    bound: tuple[set[str], set[str]] = set(), set()
    for piece in change.pieces:
        for side, code in enumerate(piece):
            names = _names(code)
            if names is None:
                return False
            read[side].update(names[0])
            bound[side].update(names[1])
    lost = (bound[0] - bound[1]) | (read[1] - bound[1] - read[0])
    rest = change.same
    return not any(name in read[1] or name in rest or not rest.isascii() for name in lost - _BUILTINS - set(own))


def free_names(text: str) -> frozenset[str] | None:
    """Names that a script reads as global and binds nowhere, builtins left out; None when that cannot be told."""
    found = _names(text)
    if found is None or _STAR.search(text):
        return None
    read, bound = found
    return read - bound - _BUILTINS


@lru_cache(maxsize=32)
def _names(text: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Names that statements read as global, and those that they bind so; None when that cannot be told."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = symtable.symtable(text, "<script>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    read: set[str] = set()
    bound: set[str] = set()
    stack = [table]
    while stack:
        scope = stack.pop()
        top = scope.get_type() == "module"
        for symbol in scope.get_symbols():
            outer = top or symbol.is_global()
            if outer and (symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()):
                bound.add(symbol.get_name())
            if outer and symbol.is_referenced():
                read.add(symbol.get_name())
        stack += scope.get_children()
    return frozenset(read), frozenset(bound)


def _encoding(before: Source, text: str) -> str | None:
    try:
        before.encode(text)
    except UnicodeEncodeError as error:
        return (
            f"the result has characters that {before.encoding} cannot write: {error.object[error.start : error.end]!r}"
        )
    except (GreenrulesError, ValueError, LookupError) as error:
        return f"the result cannot be written back: {error}"
    return None


def _shape(before: Source, text: str) -> str | None:
    if "\r" in text and set(_NEWLINE.findall(text)) - set(_NEWLINE.findall(before.text)) - {before.newline}:
        return "the result would mix newline styles"
    if text.count("\f") < before.text.count("\f"):
        return "the result would lose a form feed"
    if before.text.startswith("#!") and _first_line(text) != _first_line(before.text):
        return "the result would lose its first line"
    if text and before.text and _ends(text) != _ends(before.text):
        return "the result would change how the file ends"
    if "\t" not in text and "\t" not in before.text:
        return None
    old, new = _margins(before.text), _margins(text)
    if (len(old) > 1 or new - old) and _mixes(before, text):
        return "the result would mix tabs and spaces in its margins"
    return None


def _mixes(before: Source, text: str) -> bool:
    """Whether statements begin with another kind of margin than all of them did; the lines they go on in are free."""
    try:
        old, new = (_statement_margins(source) for source in (before, before.with_text(text)))
    except GreenrulesError:
        return False  # another gate says so
    return len(old) == 1 and bool(new - old)


def _statement_margins(source: Source) -> set[str]:
    """The kinds of white space that statements begin their lines with."""
    leads = (margin(source.text, source.span(node)[0]) for node in ast.walk(source.tree) if isinstance(node, ast.stmt))
    return {character for lead in leads for character in lead.strip("\f")}


def _first_line(text: str) -> str:
    return _NEWLINE.split(text, maxsplit=1)[0]


def _ends(text: str) -> bool:
    return text.endswith(("\n", "\r"))


def _margins(text: str) -> set[str]:
    return {lead.strip("\f")[:1] for lead in _MARGIN.findall(text)} - {""}


def _compiles(before: Source, text: str, flags: int) -> str | None:
    """Python's own verdict; what compiled before must compile after."""
    fault = _fault(lambda: before.with_text(text).tree, before.path, flags)
    if fault is None or _fault(lambda: before.tree, before.path, flags) is not None:
        return None if fault is None or not fault[1] else fault[0]
    return fault[0]


def _newer(before: Source, text: str, change: Changed | None) -> str | None:
    """What an older Python reads, it reads afterwards: quotes and backslashes in the fields of f-strings are new."""
    new = (text,) if change is None else (new for _, new in change.pieces)
    if any(map(_has_newer, new)) and not _has_newer(before.text):
        return "the result would need Python 3.12 for an f-string, and the script does not"
    return None


def _has_newer(text: str) -> bool:
    if OPENING.search(text) is None:
        return False
    strings = (token for token in tokens(text) if token.kind == "string" and "{" in token.text)
    return any(found.newer for token in strings if (found := read_formatted(text, token.start)) is not None)


def _fault(tree: Callable[[], ast.Module], path: str, flags: int) -> tuple[str, bool] | None:
    """What Python says against a text, and whether it does not even parse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            parsed = tree()
        except (GreenrulesError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return f"the result would not parse: {_words(error)}", True
        try:
            compile(parsed, path or "<script>", "exec", flags=flags, dont_inherit=True)
        except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
            return f"the result would not compile: {_words(error)}", False
    return None


def _words(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return f"{error.msg} (line {error.lineno})"
    return getattr(error, "message", None) or str(error) or type(error).__name__


def _comments(before: Source, text: str, change: Changed | None) -> str | None:
    pieces = change.pieces if change is not None else ((before.text, before.with_text(text).text),)
    old, new = (Counter(text for piece in pieces for _, text in comments_of(piece[side])) for side in (0, 1))
    if lost := old - new:
        return f"the result would lose the comment {min(lost)!r}"
    if (more := new - old) and (doubled := more.keys() & {comment for _, comment in before.comments}):
        return f"the result would write the comment {min(doubled)!r} twice"
    return None
