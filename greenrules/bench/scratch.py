"""A folder of ours for working copies and runs, on a disk with room, gone when we are done."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

#: ``/tmp`` last: it is often in memory, and a working copy may hold 2 GB
FOLDERS = (Path("/var/tmp"), Path("/tmp"))


@contextmanager
def scratch_folder(folders: Sequence[Path] = FOLDERS) -> Iterator[Path]:
    """An empty folder, removed in the end with whatever a run left there.

    Args:
        folders: where to look for room; ``TMPDIR`` comes first when it is set.
    """
    named = os.environ.get("TMPDIR")
    candidates = [*([Path(named)] if named else []), *folders]
    usable = [folder for folder in candidates if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)]
    folder = Path(tempfile.mkdtemp(prefix="greenrules-", dir=usable[0] if usable else None))
    try:
        yield folder
    finally:
        empty(folder)
        folder.rmdir()


def empty(folder: Path) -> None:
    """Make a folder that holds nothing, whatever rights the things in it have."""
    if folder.exists():
        for inside, _, _ in os.walk(folder):
            Path(inside).chmod(0o700)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
