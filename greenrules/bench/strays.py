"""Processes of a run that nobody looks after any more, because its supervisor was killed."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

#: Enough for a kernel to bury what was killed; a process that waits for a dead disk may take for ever.
PATIENCE_S = 10.0


def end_strays(folder: Path, mark: str | None = None) -> int:
    """Kill every process that has to do with a scratch folder of ours; returns how many there were.

    They are known by what a run is given: paths in the folder among their arguments, in their environment, as their
    current directory, or mounted for them.

    Args:
        folder: of runs that have no supervisor.
        mark: a name on paths in the folder that no other path has; lets mounts be recognised on a disk of their own.
    """
    marks = [os.fsencode(folder) + b"/"] + ([b"/" + os.fsencode(mark) + b"/"] if mark else [])
    ended: set[int] = set()
    deadline = time.monotonic() + PATIENCE_S
    while (found := _strays(marks)) and time.monotonic() < deadline:
        for pid in found:
            # The process id is held while it is looked at again: it could be another's by now.
            with suppress(OSError):
                holder = os.pidfd_open(pid)
                try:
                    if _belongs(pid, marks):
                        signal.pidfd_send_signal(holder, signal.SIGKILL)
                        ended.add(pid)
                finally:
                    os.close(holder)
        time.sleep(0.01)
    return len(ended)


def _strays(marks: list[bytes]) -> list[int]:
    own = os.getpid()
    names = (name for name in os.listdir("/proc") if name.isdigit())  # noqa: PTH208
    return [pid for name in names if (pid := int(name)) != own and _belongs(pid, marks)]


def _belongs(pid: int, marks: list[bytes]) -> bool:
    """Whether a living process has one of the marks; one that may not be looked at is somebody else's."""
    for name in ("cmdline", "environ", "mountinfo"):
        with suppress(OSError):
            data = Path(f"/proc/{pid}/{name}").read_bytes()
            if any(mark in data for mark in marks):
                return True
    with suppress(OSError):
        return any(mark in os.fsencode(os.readlink(f"/proc/{pid}/cwd")) + b"/" for mark in marks)  # noqa: PTH115
    return False
