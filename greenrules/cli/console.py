"""What people see: errors with a caret, plain progress lines, colour where a terminal wants it. All of it on stderr."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from typing import TextIO

from greenrules.errors import GreenrulesError

_CODES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "cyan": "36", "dim": "2"}


@dataclass
class Console:
    """Where messages go, and how loud.

    Attributes:
        quiet: errors only.
        color: None to decide by the terminal and ``NO_COLOR``.
        debug: show the traceback of an error.
    """

    quiet: bool = False
    color: bool | None = None
    debug: bool = False
    stream: TextIO = field(default_factory=lambda: sys.stderr)

    def colored(self, stream: TextIO | None = None) -> bool:
        """Whether colour is wanted on a stream."""
        if self.color is not None:
            return self.color
        if os.environ.get("NO_COLOR"):
            return False
        return (stream or self.stream).isatty() and os.environ.get("TERM") != "dumb"

    def style(self, text: str, *styles: str, stream: TextIO | None = None) -> str:
        """The text in a style, or as it is where colour is not wanted."""
        if not self.colored(stream):
            return text
        return f"\x1b[{';'.join(_CODES[s] for s in styles)}m{text}\x1b[0m"

    def note(self, message: str) -> None:
        """A line for people, unless quiet."""
        if not self.quiet:
            print(message, file=self.stream, flush=True)

    def warn(self, message: str, remedy: str = "") -> None:
        """A doubt, with its remedy."""
        self.note(f"{self.style('warning:', 'yellow', 'bold')} {message}")
        if remedy:
            self.note(f"  {self.style('help:', 'cyan')} {remedy}")

    def error(self, error: GreenrulesError) -> None:
        """An error with position, caret, reason and remedy."""
        text = error.render()
        if self.colored():
            text = text.replace("error:", self.style("error:", "red", "bold"), 1)
            head, mark, tail = text.rpartition("\nhelp:")
            if mark:
                text = f"{head}\n{self.style('help:', 'cyan', 'bold')}{tail}"
        print(text, file=self.stream, flush=True)


def width() -> int:
    """Cells of the terminal that results go to; a fixed number where there is none, so that files are the same."""
    return shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 120


def result(text: str) -> None:
    """The result of a command, alone on stdout; a reader who leaves early (``| head``) is no error."""
    try:
        sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Nothing more can be told; the exit code still can, and the interpreter flushes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
