"""Whole processes, what they cost, and tables of it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """What a process and those it waited for cost.

    Attributes:
        wall: seconds from start to end.
        user: CPU seconds in its own code.
        system: CPU seconds in the kernel.
        memory: the most bytes that one of the processes had resident.
        code: exit code.
        output: size of what it wrote to standard output, bytes.
    """

    wall: float
    user: float
    system: float
    memory: int
    code: int
    output: int

    @property
    def cpu(self) -> float:
        """All CPU seconds."""
        return self.user + self.system


def run(command: Sequence[str | Path], cwd: Path, home: Path, accepted: Sequence[int] = (0, 1)) -> Run:
    """Run a command in an environment with nothing but a path, a home folder and a locale.

    Raises:
        SystemExit: it ends otherwise than accepted (1 is what linters end with that find something).
    """
    environment = {
        "PATH": os.pathsep.join([str(Path(command[0]).parent), os.defpath]),
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "LC_ALL": "C.UTF-8",
        "VIRTUAL_ENV": sys.prefix,
    }
    out = home / "stdout"
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        try:
            os.chdir(cwd)
            os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
            os.dup2(os.open(home / "stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
            os.execve(command[0], [str(part) for part in command], environment)
        finally:
            os._exit(127)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    code = os.waitstatus_to_exitcode(status)
    if code not in accepted:
        words = (home / "stderr").read_text("utf-8", "replace")[-2000:]
        raise SystemExit(f"{' '.join(map(str, command))} ended with {code}: {words}")
    return Run(wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * 1024, code, out.stat().st_size)


def fastest(command: Sequence[str | Path], cwd: Path, home: Path, times: int, *, warm: bool = True) -> Run:
    """The run with the least CPU time of several; the first one is not counted where ``warm``."""
    if warm:
        run(command, cwd, home)
    return min((run(command, cwd, home) for _ in range(times)), key=lambda one: one.cpu)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns."""
    widths = [max(len(str(row[place])) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, *rows):
        cells = [
            str(cell).ljust(width) if place == 0 else str(cell).rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
