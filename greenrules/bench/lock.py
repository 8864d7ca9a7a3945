"""One benchmark at a time on a machine: two at once would measure each other."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from greenrules.errors import MeasurementError

#: the first of these that everyone may write to: all users of the machine must find the same file
FOLDERS = (Path("/run/lock"), Path("/tmp"))
NAME = "greenrules.lock"
#: how long a lock is waited for, and how often that is told
MOST_S = 3600.0
TELL_S = 60.0


def lock_path(folders: tuple[Path, ...] = FOLDERS) -> Path:
    """Where the lock of this machine is."""
    for folder in folders:
        try:
            mode = folder.stat().st_mode
        except OSError:
            continue
        if stat.S_ISDIR(mode) and mode & stat.S_IWOTH:
            return folder / NAME
    return folders[-1] / NAME


class MachineLock:
    """A lock that the kernel releases when its holder dies, however it dies.

    Args:
        path: of the lock file.
        waiting: told who holds the lock when it is not free: at once, and every minute while that lasts.
        most_s: how long it is waited for.
        poll_s: between two attempts.
        sleep: waits that long.

    Raises:
        MeasurementError: from ``with``, when another benchmark held it all the time.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        waiting: Callable[[str], None] | None = None,
        most_s: float = MOST_S,
        poll_s: float = 0.1,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.path = path or lock_path()
        self._waiting = waiting
        self._most_s = most_s
        self._poll_s = poll_s
        self._sleep = sleep
        self._descriptor = -1

    @property
    def held(self) -> bool:
        """Whether it is ours."""
        return self._descriptor >= 0

    def __enter__(self) -> MachineLock:
        descriptor = _open(self.path)
        waited = told = 0.0
        try:
            while not _taken(descriptor):
                holder = _holder(descriptor)
                if waited >= self._most_s:
                    raise MeasurementError(
                        f"another benchmark has held this machine for {waited / 60:.0f} min ({holder})",
                        remedy="stop it if it hangs, and try again",
                    )
                if waited >= told and self._waiting is not None:
                    since = f", {waited / 60:.0f} min so far" if told else ""
                    self._waiting(f"waiting for another benchmark on this machine ({holder}{since})")
                    told += TELL_S
                self._sleep(self._poll_s)
                waited += self._poll_s
            self._sign(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        os.close(descriptor)

    @staticmethod
    def _sign(descriptor: int) -> None:
        """Leave the process id for whoever waits; a file of another user may be locked but not written."""
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"process {os.getpid()}".encode(), 0)
        except OSError as error:
            if error.errno not in (errno.EBADF, errno.EINVAL, errno.ENOSPC):
                raise


def _open(path: Path) -> int:
    """Open the lock file, for writing if possible.

    An existing file is opened without O_CREAT first: the kernel refuses O_CREAT on somebody else's file in ``/tmp``.
    """
    for flags in (os.O_RDWR, os.O_RDONLY):
        try:
            return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            break
        except PermissionError:
            continue
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    try:
        os.fchmod(descriptor, 0o666)
    except PermissionError:
        return descriptor
    return descriptor


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 100, 0).decode("utf-8", "replace") or "holder unknown"
