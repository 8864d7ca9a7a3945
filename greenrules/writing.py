"""Writing a file so that it is whole or as it was."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from greenrules.errors import UsageError


def write_whole(path: Path, data: bytes, what: str = "") -> None:
    """Replace a file's contents at once: after a crash it is whole or as it was. Permissions are kept, links followed.

    Args:
        path: of the file; folders on the way to it are made.
        data: its contents.
        what: what is written, for the error: ``the report``.

    Raises:
        UsageError: when it cannot be written.
    """
    try:
        real = path.resolve()
        # a name may be as long as the file system allows, and ours must still fit
        temporary = real.with_name(f".{real.name[:60]}.{os.getpid()}.tmp")
        real.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if real.exists():
                temporary.chmod(stat.S_IMODE(real.stat().st_mode))
            temporary.replace(real)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        target = f"{what} to {path}" if what else str(path)
        raise UsageError(f"cannot write {target}: {error.strerror or error}") from error
