"""What must hold of every text that is written, whatever the rule says."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import warnings
from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from greenrules.engine.formatted import OPENING, read_formatted
from greenrules.engine.source import comments_of
from greenrules.engine.tokens import margin, tokens
from greenrules.errors import GreenrulesError

if TYPE_CHECKING:
    from greenrules.engine.changed import Changed
    from greenrules.engine.source import Source

_NEWLINE = re.compile(r"\r\n|\r|\n")
_STAR = re.compile(r"^[ \t]*from\b[^#\r\n]*\bimport\s*\*", re.MULTILINE)
_BUILTINS = frozenset(dir(builtins)) | {"__annotations__", "__file__"}
_MARGIN = re.compile(r"^[ \t\f]+(?=[^\s#])", re.MULTILINE)


def broken(before: Source, text: str, change: Changed | None) -> str | None:
    """Why a rewritten text must not be written, or None when every gate lets it through.

    Args:
        before: the script the text was made of.
        text: the rewritten text.
        change: what differs, None where that is not known.
    """
    if (reason := _encoding(before, text) or _shape(before, text)) is not None:
        return reason
    if change is None or not _compile(change):
        change = None
        reason = _compiles(before, text)
    return reason or _newer(before, text, change) or _comments(before, text, change)


def unbound(before: Source, text: str, change: Changed | None, own: Collection[str] = ()) -> str | None:
    """Which name a rewritten text reads and nothing binds any more, or None.

    Args:
        before: the script the text was made of.
        text: the rewritten text.
        change: what differs, None where that is not known.
        own: names that the rules themselves write and that the script need not bind.
    """
    if change is not None and _binds_all(before, change, own):
        return None
    old = free_names(before.text)
    new = free_names(text) if old is not None else None
    if old is None or new is None:
        return None
    lost = new - old - set(own)
    return f"nothing would bind the name {min(lost)} any more" if lost else None


def _binds_all(before: Source, change: Changed, own: Collection[str]) -> bool:
    """Whether the statements that differ show that whatever is read is bound as it was."""
    read: tuple[set[str], set[str]] = set(), set()
    bound: tuple[set[str], set[str]] = set(), set()
    lost: set[str] = set()
    for piece in change.pieces:
        old, new = (_names(program, member=piece.member) for program in piece.programs)
        if old is None or new is None:
            return False
        read[0].update(old[0])
        read[1].update(new[0])
        if piece.member:
            # What a class binds, its methods do not see, and another class neither.
            lost |= old[1] - new[1]
        else:
            bound[0].update(old[1])
            bound[1].update(new[1])
    lost |= (bound[0] - bound[1]) | (read[1] - bound[1] - read[0])
    lost -= _BUILTINS | set(own)
    return not lost or not any(_misses(before, change, name, read=name in read[1]) for name in lost)


def _misses(before: Source, change: Changed, name: str, *, read: bool) -> bool:
    """Whether code may miss a name that the statements which differ do not bind."""
    uses = before.survey.names.get(name, ())
    if not read and all(map(change.touches, uses)):
        return False
    return not any(name in _bound_by(stmt) for stmt in before.tree.body if not change.touches(stmt))


def _bound_by(stmt: ast.stmt) -> Iterator[str]:
    """Names that an import or a definition binds."""
    if isinstance(stmt, ast.Import | ast.ImportFrom):
        for alias in stmt.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(stmt, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield stmt.name


def free_names(text: str) -> frozenset[str] | None:
    """Names that a script reads as global and binds nowhere, builtins left out; None when that cannot be told."""
    found = _names(text, member=False)
    if found is None or _STAR.search(text):
        return None
    read, bound = found
    return read - bound - _BUILTINS


@lru_cache(maxsize=32)
def _names(text: str, *, member: bool) -> tuple[frozenset[str], frozenset[str]] | None:
    """Names that statements read as global, and those that they bind so; None when that cannot be told.

    Args:
        text: the statements.
        member: whether they are one class, of which what it binds is wanted.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = symtable.symtable(text, "<script>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    read: set[str] = set()
    bound: set[str] = set()
    outermost = table.get_children() if member else [table]
    stack = list(outermost)
    while stack:
        scope = stack.pop()
        top = scope.get_type() == "module"
        binds = scope in outermost
        for name in scope.get_globals() if isinstance(scope, symtable.Function) else scope.get_identifiers():
            symbol = scope.lookup(name)
            outer = top or symbol.is_global()
            if (outer or binds) and (symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()):
                bound.add(name)
            if outer and symbol.is_referenced():
                read.add(name)
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


def _compile(change: Changed) -> bool:
    """Whether each of the pieces does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for piece in change.pieces:
                compile(piece.programs[1], "<script>", "exec", flags=change.flags, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _compiles(before: Source, text: str) -> str | None:
    """Python's own verdict on the whole; what compiled before must compile after."""
    fault = _fault(before, text)
    if fault is None or _fault(before, before.text) is not None:
        return None if fault is None or not fault[1] else fault[0]
    return fault[0]


def _newer(before: Source, text: str, change: Changed | None) -> str | None:
    """What an older Python reads, it reads afterwards: quotes and backslashes in the fields of f-strings are new."""
    new = (text,) if change is None else (piece.new for piece in change.pieces)
    if any(map(_has_newer, new)) and not _has_newer(before.text):
        return "the result would need Python 3.12 for an f-string, and the script does not"
    return None


def _has_newer(text: str) -> bool:
    if OPENING.search(text) is None:
        return False
    strings = (token for token in tokens(text) if token.kind == "string" and "{" in token.text)
    return any(found.newer for token in strings if (found := read_formatted(text, token.start)) is not None)


def _fault(before: Source, text: str) -> tuple[str, bool] | None:
    """What Python says against a text of a script, and whether it does not even parse."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if before.is_notebook else 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            parsed = before.with_text(text).tree
        except (GreenrulesError, ValueError, RecursionError, MemoryError) as error:
            return f"the result would not parse: {_words(error)}", True
        try:
            compile(parsed, before.path or "<script>", "exec", flags=flags, dont_inherit=True)
        except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
            return f"the result would not compile: {_words(error)}", False
    return None


def _words(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return f"{error.msg} (line {error.lineno})"
    return getattr(error, "message", None) or str(error) or type(error).__name__


def _comments(before: Source, text: str, change: Changed | None) -> str | None:
    if change is not None:
        pieces = [(piece.old, piece.new) for piece in change.pieces]
    else:
        pieces = [(before.text, before.with_text(text).text)]
    old, new = (Counter(text for piece in pieces for _, text in comments_of(piece[side])) for side in (0, 1))
    if lost := old - new:
        return f"the result would lose the comment {min(lost)!r}"
    if (more := new - old) and (doubled := more.keys() & {comment for _, comment in before.comments}):
        return f"the result would write the comment {min(doubled)!r} twice"
    return None
