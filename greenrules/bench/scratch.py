"""A folder of ours for working copies and runs, on a disk with room, gone when we are done."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from greenrules.bench.files import remove_folder
from greenrules.bench.strays import end_strays

#: ``/tmp`` last: it is often in memory, and a working copy may hold 2 GB
FOLDERS = (Path("/var/tmp"), Path("/tmp"))
PREFIX = "greenrules-"
#: a file in the folder that its owner keeps locked; the kernel lets go when the owner dies, however it dies
OWNER = ".owner"


@contextmanager
def scratch_folder(folders: Sequence[Path] = FOLDERS) -> Iterator[Path]:
    """An empty folder, removed in the end with whatever a run left there.

    Args:
        folders: where to look for room; ``TMPDIR`` comes first when it is set.
    """
    named = os.environ.get("TMPDIR")
    candidates = [*([Path(named)] if named else []), *folders]
    usable = [folder for folder in candidates if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)]
    home = usable[0] if usable else Path(tempfile.gettempdir())
    _sweep(home)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=home))
    # Locked before it has its name: a sweep must not find it free.
    owner = os.open(folder / ".new", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(owner, fcntl.LOCK_EX)
        (folder / ".new").rename(folder / OWNER)
        yield folder
    finally:
        empty(folder)
        folder.rmdir()
        os.close(owner)


def _sweep(home: Path) -> None:
    """End and remove what processes that were killed left behind: folders whose owner holds no lock any more."""
    for folder in home.glob(f"{PREFIX}*"):
        with suppress(OSError):
            owner = os.open(folder / OWNER, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
                end_strays(folder, folder.name)
                empty(folder)
                folder.rmdir()
            finally:
                os.close(owner)


def empty(folder: Path) -> None:
    """Make a folder that holds nothing, whatever rights the things in it have."""
    if folder.exists():
        remove_folder(folder)
    folder.mkdir(parents=True)
