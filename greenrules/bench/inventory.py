"""What stands in the user's folder: what of it goes into a working copy, and what is left out and why."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from greenrules.bench.files import link_target
from greenrules.errors import UsageError

VERSION_CONTROL = frozenset({".git", ".hg", ".svn", ".bzr", ".jj", "CVS", "_darcs"})
CACHES = frozenset(
    {
        *("__pycache__", ".cache", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".ipynb_checkpoints"),
        *(".tox", ".nox", ".eggs", "node_modules", ".greenrules"),
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in the working copy.

    Attributes:
        kind: ``file``, ``folder``, ``link``, or ``shared`` for a large file that is mounted over an empty one.
        target: of a link.
        sha256: of a file's content; of a shared file's path, size and time.
        origin: the user's file that it was copied from.
    """

    kind: str
    mode: int = 0
    size: int = 0
    target: str = ""
    sha256: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be copied.

    Attributes:
        most_bytes: of all files that are copied.
        most_files: how many there may be.
        large_bytes: the size from which on a file is mounted over the copy, where that is possible.
    """

    most_bytes: int = 2_000_000_000
    most_files: int = 20_000
    large_bytes: int = 64_000_000


LIMITS = Limits()


def left_out(folder: Path, name: str) -> str | None:
    """Why a folder is not copied, or None when it is."""
    if name in VERSION_CONTROL:
        return "version control"
    if name in CACHES:
        return "cache"
    if name.endswith(".greenrules"):
        return "results of greenrules"
    if (folder / "pyvenv.cfg").is_file() or (folder / "conda-meta").is_dir():
        return "virtual environment"
    return None


def take_inventory(
    root: Path, script: str, limits: Limits, *, share_large: bool, data: Sequence[Path], without: Sequence[Path]
) -> Inventory:
    """What a working copy of a folder holds; of one that is too large, the Python files and the data alone.

    Args:
        root: the folder, without links in its path.
        script: the script, relative to ``root``.
        limits: how much may be copied.
        share_large: whether large files may be mounted over the copy instead of being copied.
        data: input files, placed beside the script when they are elsewhere.
        without: files that are left out.

    Raises:
        UsageError: the folder is too large, or a data file is missing.
    """
    own = {Path(os.path.realpath(one)) for one in without}
    found = Inventory(root, script, limits, share_large, lambda relative: root / relative not in own)
    found.read()
    if found.too_large:
        if not data:
            raise found.refusal()
        found = Inventory(root, script, limits, share_large, lambda relative: relative.endswith((".py", ".pyi")))
        found.read()
        found.notes.append("the folder is too large: only Python files and the files given as data were copied")
    found.add(data)
    if found.too_large:
        raise found.refusal()
    return found


@dataclass
class Inventory:
    """What stands below the user's folder, and what was left out and why.

    Attributes:
        wanted: whether a file is to be copied, by its relative path; the script always is.
        entries: by relative path.
        notes: what was left out that one would miss, and why, for people.
        copied_bytes: of what is copied.
        files: that are copied or shared.
    """

    root: Path
    script: str
    limits: Limits
    share_large: bool
    wanted: Callable[[str], bool]
    entries: dict[str, Entry] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    copied_bytes: int = 0
    files: int = 0

    @property
    def too_large(self) -> bool:
        """Whether this is more than may be copied."""
        return self.copied_bytes > self.limits.most_bytes or self.files > self.limits.most_files

    def refusal(self) -> UsageError:
        """The error that says so."""
        what = (
            f"{self.limits.most_files:,} files"
            if self.files > self.limits.most_files
            else size_text(self.limits.most_bytes)
        )
        return UsageError(
            f"the working copy of {self.root} would exceed {what}",
            remedy="name the input files with --data FILE (then only these and the Python files are copied), "
            "or run in a folder of its own",
        )

    def read(self) -> None:
        """Walk through the folder, until it is too large."""
        self._folder(self.root, "", ())

    def add(self, data: Sequence[Path]) -> None:
        """Add input files, each in its place below the folder or beside the script.

        Raises:
            UsageError: one is missing.
        """
        beside = PurePosixPath(self.script).parent
        for given in data:
            path = Path(os.path.realpath(given))
            if not path.is_file():
                raise UsageError(f"no such data file: {given}", remedy="name an existing file after --data")
            inside = path.is_relative_to(self.root)
            relative = path.relative_to(self.root).as_posix() if inside else str(beside / path.name)
            for parent in list(PurePosixPath(relative).parents)[:-1]:
                self.entries.setdefault(str(parent), Entry("folder", mode=0o755))
            self._file(relative, path, path.stat())

    def _folder(self, folder: Path, prefix: str, above: tuple[tuple[int, int], ...]) -> None:
        try:
            with os.scandir(folder) as listing:
                found = sorted(listing, key=lambda e: e.name)
            here = folder.stat()
        except OSError as error:
            self.notes.append(f"{prefix or '.'}: not copied, {error.strerror}")
            return
        if (here.st_dev, here.st_ino) in above:
            self.notes.append(f"{prefix}: not copied, a link back to a folder above it")
            return
        above = (*above, (here.st_dev, here.st_ino))
        for item in found:
            if self.too_large:
                return
            self._entry(item, f"{prefix}{item.name}", above)

    def _entry(self, item: os.DirEntry[str], relative: str, above: tuple[tuple[int, int], ...]) -> None:
        path = Path(item.path)
        try:
            if item.is_symlink() and self._keep_link(path):
                self.entries[relative] = Entry("link", target=link_target(path))
                return
            status = path.stat()
        except OSError as error:
            self.notes.append(f"{relative}: not copied, {error.strerror}")
            return
        if stat.S_ISDIR(status.st_mode):
            if left_out(path, item.name) is None:
                self.entries[relative] = Entry("folder", mode=stat.S_IMODE(status.st_mode) | 0o700)
                self._folder(path, relative + "/", above)
        elif not stat.S_ISREG(status.st_mode):
            self.notes.append(f"{relative}: not copied, neither a file nor a folder")
        elif self.wanted(relative) or relative == self.script:
            self._file(relative, path, status)

    def _keep_link(self, path: Path) -> bool:
        """A link stays one when it cannot lead a run out of the copy to a place where it may write."""
        if self.share_large:
            return True
        target = Path(link_target(path))
        resolved = Path(os.path.realpath(path))
        if target.is_absolute() or not resolved.is_relative_to(self.root):
            return False
        inside = resolved.relative_to(self.root).parts
        return not any(left_out(self.root.joinpath(*inside[: n + 1]), part) for n, part in enumerate(inside))

    def _file(self, relative: str, path: Path, status: os.stat_result) -> None:
        large = self.share_large and status.st_size >= self.limits.large_bytes and relative != self.script
        self.entries[relative] = Entry(
            "shared" if large else "file",
            mode=stat.S_IMODE(status.st_mode) | 0o600,
            size=status.st_size,
            origin=os.path.realpath(path),
        )
        self.files += 1
        self.copied_bytes += 0 if large else status.st_size


def size_text(count: int) -> str:
    """A number of bytes for people."""
    return f"{count / 1e9:g} GB" if count >= 1e9 else f"{count / 1e6:g} MB"
