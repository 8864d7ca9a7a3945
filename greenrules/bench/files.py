"""Files and folders on disk: what is there, whether it changed, copying and removing it."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from fcntl import ioctl
from pathlib import Path

_FICLONE = 0x40049409


def file_digest(path: Path) -> str:
    """sha256 of a file's content, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def walk(folder: Path, prefix: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Every name below a folder with its own status; compiled modules are left alone, as a second run finds them."""
    try:
        with os.scandir(folder) as listing:
            found = list(listing)
    except FileNotFoundError:
        return
    except PermissionError:
        folder.chmod(0o700)
        found = list(os.scandir(folder))
    for item in found:
        if item.name == "__pycache__":
            continue
        status = item.stat(follow_symlinks=False)
        yield prefix + item.name, status
        if stat.S_ISDIR(status.st_mode):
            yield from walk(Path(item.path), f"{prefix}{item.name}/")


def in_any(relative: str, folders: Sequence[str]) -> bool:
    """Whether a name is one of the folders or below one."""
    return any(relative == folder or relative.startswith(folder + "/") for folder in folders)


def kind_of(status: os.stat_result) -> str:
    """``link``, ``folder``, ``file`` or ``other``."""
    if stat.S_ISLNK(status.st_mode):
        return "link"
    if stat.S_ISDIR(status.st_mode):
        return "folder"
    return "file" if stat.S_ISREG(status.st_mode) else "other"


def stamp(path: Path) -> tuple[int, ...]:
    """Changes whenever the file's content or identity may have: the change time cannot be set by a program."""
    try:
        status = path.lstat()
    except OSError:
        return ()
    return (status.st_ino, status.st_ctime_ns, status.st_size, status.st_mode)


def link_target(link: Path) -> str:
    """Where a link points, to the letter: ``Path`` would tidy it up."""
    return os.readlink(link)  # noqa: PTH115


def copy_file(source: Path, target: Path) -> None:
    """Copy content and times: by reference where the file system can (a later write to either parts them)."""
    with source.open("rb") as read, target.open("wb") as write:
        try:
            ioctl(write.fileno(), _FICLONE, read.fileno())
        except OSError:
            shutil.copyfileobj(read, write, 1 << 20)
        status = os.fstat(read.fileno())
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def remove(path: Path) -> None:
    """Remove a file, a link or a whole folder, whatever rights the things in it have."""
    if path.is_dir() and not path.is_symlink():
        remove_folder(path)
    else:
        path.unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it, whatever rights that has."""
    folder.chmod(0o700)
    for inside, folders, _ in os.walk(folder):
        # Before the walk enters them; what a link leads to is not ours.
        for path in (Path(inside, name) for name in folders):
            if not path.is_symlink():
                path.chmod(0o700)
    shutil.rmtree(folder)
