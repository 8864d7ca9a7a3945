"""What can go wrong, and the exit code each thing leads to.

GreenrulesError
├── UsageError             wrong arguments, missing file, unknown pack or rule          2
│   ├── ConfigError        a value in ``[tool.greenrules]``                             2
│   ├── SourceError        a script that cannot be read or parsed                       2
│   └── PackError          a rule pack that cannot be loaded                            2
│       └── RuleError      a rule file, at a position                                   2
├── ScriptFailed           the user's script ended with an error, or did not end        3
├── NothingImproved        ``--require-improvement`` and nothing was proven better      4
└── MeasurementError       a number that cannot be trusted: meter, noise, tiers         5
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended; part of the public interface."""

    OK = 0
    #: findings remain, or a regression was proven
    FINDINGS = 1
    #: usage, configuration or pack error
    USAGE = 2
    #: the user's script failed
    SCRIPT_FAILED = 3
    #: nothing could be improved, with ``--require-improvement`` only
    NOT_IMPROVED = 4
    #: the measurement cannot be trusted
    UNTRUSTED = 5
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file of the user.

    Attributes:
        path: the file as the user named it.
        line: 1-based, or None when the whole file is meant.
        column: 1-based, in characters.
        text: the line itself, without its newline, for the caret.
        length: how many characters the caret underlines.
    """

    path: str
    line: int | None = None
    column: int | None = None
    text: str | None = None
    length: int = 1

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)

    def frame(self) -> str:
        """The line with a caret under the place; empty when the line is not known."""
        if self.text is None or self.line is None:
            return ""
        gutter = str(self.line)
        lead = f"{gutter} | "
        if self.column is None:
            return lead + self.text
        before = self.text[: self.column - 1]
        blank = "".join("\t" if c == "\t" else " " for c in before)
        carets = "^" * max(1, min(self.length, max(1, len(self.text) - len(before))))
        return f"{lead}{self.text}\n{' ' * len(gutter)} | {blank}{carets}"


class GreenrulesError(Exception):
    """Something the user can act on: where, why, and what to do next.

    Args:
        message: the reason, one sentence without a final stop.
        position: where in the user's file.
        remedy: the next thing to do; a command where there is one.
        detail: further lines shown as they are, such as the traceback of the user's script.
    """

    exit_code: ExitCode = ExitCode.USAGE

    def __init__(
        self, message: str, *, position: Position | None = None, remedy: str | None = None, detail: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.remedy = remedy
        self.detail = detail

    def render(self) -> str:
        """The whole error as people read it, over several lines."""
        head = f"{self.position}: {self.message}" if self.position else self.message
        lines = [f"error: {head}"]
        if self.position and (frame := self.position.frame()):
            lines.append(frame)
        if self.detail:
            lines.append(self.detail.rstrip("\n"))
        if self.remedy:
            lines.append(f"help: {self.remedy}")
        return "\n".join(lines)


class UsageError(GreenrulesError):
    """Wrong arguments, a missing file, an unknown pack or rule."""


class ConfigError(UsageError):
    """A value in ``[tool.greenrules]`` that is not what it should be."""


class SourceError(UsageError):
    """A script that cannot be read, decoded or parsed."""


class PackError(UsageError):
    """A rule pack that cannot be loaded."""


class RuleError(PackError):
    """An error in a rule file, at its position."""


class ScriptFailed(GreenrulesError):
    """The user's script ended with an error, ran out of memory, or did not end."""

    exit_code = ExitCode.SCRIPT_FAILED


class NothingImproved(GreenrulesError):
    """Nothing was proven better, and the user required an improvement."""

    exit_code = ExitCode.NOT_IMPROVED


class MeasurementError(GreenrulesError):
    """A number that cannot be trusted: no such meter, too much noise, tiers that differ."""

    exit_code = ExitCode.UNTRUSTED


def nearest(name: str, known: Iterable[str]) -> str | None:
    """A remedy that names what the user may have meant, or None when nothing is near.

    Args:
        name: what the user wrote.
        known: the names there are.
    """
    close = get_close_matches(name, list(known), n=3, cutoff=0.65)
    return f"did you mean {' or '.join(close)}?" if close else None
