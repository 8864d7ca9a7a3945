"""What must hold of every text that is written, whatever the rule says."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import warnings
from collections import Counter
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import TYPE_CHECKING

from greenrules.engine.formatted import OPENING, read_formatted
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
    gates = (_encoding, _shape, _compiles, _newer, _comments)
    return next((reason for gate in gates if (reason := gate(before, text)) is not None), None)


def unbound(before: Source, text: str, own: Collection[str] = ()) -> str | None:
    """Which name a rewritten text reads and nothing binds any more, or None.

    Args:
        before: the script the text was made of.
        text: the rewritten text.
        own: names that the rules themselves write and that the script need not bind.
    """
    old = free_names(before.text)
    new = free_names(text) if old is not None else None
    if old is None or new is None:
        return None
    lost = new - old - set(own)
    return f"nothing would bind the name {min(lost)} any more" if lost else None


@lru_cache(maxsize=8)
def free_names(text: str) -> frozenset[str] | None:
    """Names that a script reads as global and binds nowhere, builtins left out; None when that cannot be told."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = symtable.symtable(text, "<script>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if _STAR.search(text):
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
    return frozenset(read - bound - _BUILTINS)


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
    if set(_NEWLINE.findall(text)) - set(_NEWLINE.findall(before.text)) - {before.newline}:
        return "the result would mix newline styles"
    if text.count("\f") < before.text.count("\f"):
        return "the result would lose a form feed"
    if before.text.startswith("#!") and _first_line(text) != _first_line(before.text):
        return "the result would lose its first line"
    if text and before.text and _ends(text) != _ends(before.text):
        return "the result would change how the file ends"
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


def _compiles(before: Source, text: str) -> str | None:
    """Python's own verdict; what compiled before must compile after."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if before.is_notebook else 0
    window = changed(before, text)
    if window is not None:
        new = window[1]
        if _fault(lambda: read(new), before.path, flags) is None:
            return None
    fault = _fault(lambda: before.with_text(text).tree, before.path, flags)
    if fault is None or _fault(lambda: before.tree, before.path, flags) is not None:
        return None if fault is None or not fault[1] else fault[0]
    return fault[0]


def _newer(before: Source, text: str) -> str | None:
    """What an older Python reads, it reads afterwards: quotes and backslashes in the fields of f-strings are new."""
    window = changed(before, text)
    if _has_newer(text if window is None else window[1]) and not _has_newer(before.text):
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


def changed(before: Source, text: str) -> tuple[str, str] | None:
    """The statements of the module that differ, old and new; None where the whole must be looked at.

    What stands before and after them is the same text, in whole statements that each begin a line of their own, so the
    new text is sound if the new statements are.
    """
    old = before.text
    if before.is_notebook or "__future__" in text or "\r" in text.replace("\r\n", "") or "\f" in text:
        return None
    try:
        body = before.tree.body
    except GreenrulesError:
        return None
    same = _common(old, text)
    most = min(len(old), len(text)) - same
    tail = _common(old[len(old) - most :][::-1], text[len(text) - most :][::-1])
    starts = [start for start in (_line_start(before, stmt) for stmt in body) if start is not None]
    first = max((start for start in starts if start <= same), default=0)
    # A statement that is cut off at its very start may be the end of the one before it, as ``else`` is.
    first = max((start for start in starts if start < first), default=0)
    last = min((start for start in starts if start >= len(old) - tail), default=len(old))
    return old[first:last], text[first : len(text) - (len(old) - last)]


def _common(a: str, b: str) -> int:
    """How many characters two texts have in common at their beginning."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _line_start(before: Source, stmt: ast.stmt) -> int | None:
    """Where a statement of the module begins, when nothing stands before it on its line."""
    start, _ = before.span(stmt)
    return start if start == 0 or before.text[start - 1] == "\n" else None


def _comments(before: Source, text: str) -> str | None:
    window = changed(before, text)
    if window is not None and "#" not in window[0] and "#" not in window[1]:
        return None
    old = Counter(comment for _, comment in before.comments)
    new = Counter(comment for _, comment in before.with_text(text).comments)
    if lost := old - new:
        return f"the result would lose the comment {min(lost)!r}"
    if doubled := [comment for comment in new - old if comment in old]:
        return f"the result would write the comment {min(doubled)!r} twice"
    return None
