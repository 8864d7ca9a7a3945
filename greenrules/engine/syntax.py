"""Parsing, with errors at their place."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Callable

from greenrules.engine.newer import parse_newer
from greenrules.errors import Position, SourceError

#: makes a position from a line, a column in characters and a length, all 1-based
Place = Callable[[int, int, int], Position]


def parse(text: str, place: Place) -> ast.Module:
    """The tree of a program.

    Raises:
        SourceError: it is not Python, or needs a newer Python than the one that runs greenrules, or is nested too
            deeply.
    """
    try:
        return read(text)
    except SyntaxError as error:
        raise _syntax_error(text, error, place) from error
    except (RecursionError, MemoryError) as error:
        raise SourceError("the program is nested too deeply to be parsed", position=place(1, 1, 1)) from error
    except ValueError as error:
        raise SourceError(f"the program cannot be parsed: {error}", position=place(1, 1, 1)) from error


def read(text: str) -> ast.Module:
    """The tree of a program, in a newer Python than the running one too.

    Raises:
        SyntaxError: it is no Python.
        ValueError, RecursionError, MemoryError: as ``ast.parse`` does.
    """
    try:
        with warnings.catch_warnings():
            # Invalid escapes and the like are the script's affair.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        if "nested parentheses" in error.msg or (found := parse_newer(text)) is None:
            raise
        return found


def _syntax_error(text: str, error: SyntaxError, place: Place) -> SourceError:
    line, column = error.lineno or 1, error.offset or 1
    same_line = error.end_lineno == error.lineno and error.end_offset is not None
    length = max(1, (error.end_offset or 0) - column) if same_line else 1
    position = place(line, max(1, column), length)
    if "nested parentheses" in error.msg:
        return SourceError("the program is nested too deeply to be parsed", position=position)
    if _newer_syntax(text):
        running = f"{sys.version_info.major}.{sys.version_info.minor}"
        return SourceError(
            f"syntax newer than Python {running}, which runs greenrules: the file cannot be analysed",
            position=position,
            remedy="run greenrules with a newer Python",
        )
    reason = error.msg if error.msg.startswith("invalid syntax") else f"invalid syntax: {error.msg}"
    return SourceError(reason, position=position)


def _newer_syntax(text: str) -> bool:
    """Whether LibCST, whose grammar does not depend on the running Python, reads what the parser refused."""
    # Imported here: it takes a quarter of a second, and only files that do not parse need it.
    import libcst

    try:
        libcst.parse_module(text)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        # A panic of its native parser is no Exception.
        return False
    return True
