"""A working copy of the user's folder: variants run in it, the user's files stay as they are.

Without a mount namespace everything is copied, never linked, and symbolic links are followed. With one, large files are
left out of the copy and mounted read-only over it from the user's folder, until a run turns out to write to them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fcntl import ioctl
from pathlib import Path, PurePosixPath

from greenrules.errors import UsageError

MOST_BYTES = 2_000_000_000
MOST_FILES = 20_000
LARGE_BYTES = 64_000_000
_FICLONE = 0x40049409

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
class Changes:
    """What a run did to its working copy: relative path → sha256 of what it wrote; and what it removed."""

    written: dict[str, str]
    deleted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A file of the user that stands in the sandbox read-only."""

    source: Path
    relative: str


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


@dataclass
class _Scan:
    """What stands below the user's folder, and what was left out and why."""

    entries: dict[str, Entry]
    notes: list[str]
    copied_bytes: int = 0
    files: int = 0


class WorkingCopy:
    """The folder that variants run in.

    Args:
        root: the user's current directory.
        script: the script, relative to ``root``; each run brings its own form of it.
        scratch: an empty folder of ours; the pristine files and the folder of the runs are made in it.
        share_large: whether large files may be mounted over the copy instead of being copied.
        data: input files to place beside the script when they are elsewhere; with them, a folder that is too large is
            reduced to these and its Python files.
        without: files that are left out, such as what we wrote ourselves.
        most_bytes: limit of what is copied.
        most_files: limit of how many files are copied.

    Raises:
        UsageError: the folder is too large, the script is not below it, or a data file is missing.
    """

    def __init__(
        self,
        root: Path,
        script: PurePosixPath | str,
        scratch: Path,
        *,
        share_large: bool = False,
        data: Sequence[Path] = (),
        without: Sequence[Path] = (),
        most_bytes: int = MOST_BYTES,
        most_files: int = MOST_FILES,
        large_bytes: int = LARGE_BYTES,
    ) -> None:
        self.root = Path(os.path.realpath(root))
        self.script = _inside(self.root, script)
        self.share_large = share_large
        self.most_bytes, self.most_files, self.large_bytes = most_bytes, most_files, large_bytes
        self.directory = scratch / "work"
        self._pristine = scratch / "pristine"
        self._data = tuple(data)
        self._stamps: dict[str, tuple[int, ...]] = {}
        own = {Path(os.path.realpath(one)) for one in without}
        scan = self._scan(lambda relative: self.root / relative not in own)
        if self._too_large(scan):
            if not data:
                raise self._refusal(scan)
            scan = self._scan(lambda relative: relative.endswith((".py", ".pyi")))
            scan.notes.append("the folder is too large: only Python files and the files given as data were copied")
        self._add_data(scan)
        if self._too_large(scan):
            raise self._refusal(scan)
        self.notes = tuple(scan.notes)
        self.entries: dict[str, Entry] = {}
        self._pristine.mkdir(parents=True)
        self.directory.mkdir(parents=True)
        for relative, entry in sorted(scan.entries.items()):
            self.entries[relative] = self._take(relative, entry)

    @property
    def shared(self) -> tuple[Shared, ...]:
        """Large files to mount read-only over the empty ones in the copy."""
        return tuple(Shared(Path(e.origin), name) for name, e in self.entries.items() if e.kind == "shared")

    @property
    def digest(self) -> str:
        """One digest over everything but the script: whether the data is still the same."""
        return hashlib.sha256("\n".join(self._lines().values()).encode("utf-8", "surrogateescape")).hexdigest()

    @property
    def digests(self) -> dict[str, str]:
        """The same by relative path, 16 hexadecimal digits each: what is no longer the same."""
        lines = {os.fsencode(name).decode("utf-8", "backslashreplace"): line for name, line in self._lines().items()}
        return {
            name: hashlib.sha256(line.encode("utf-8", "surrogateescape")).hexdigest()[:16]
            for name, line in lines.items()
        }

    def _lines(self) -> dict[str, str]:
        return {
            name: f"{name}\0{e.kind}\0{e.target}\0{e.sha256}"
            for name, e in sorted(self.entries.items())
            if name != self.script
        }

    def copy_shared(self) -> int:
        """Copy the large files after all, because a run writes to them; returns how many there were.

        Raises:
            UsageError: they do not fit into the limit.
        """
        shared = {name: entry for name, entry in self.entries.items() if entry.kind == "shared"}
        self.share_large = False
        total = sum(e.size for e in self.entries.values() if e.kind in ("file", "shared"))
        if shared and total > self.most_bytes:
            names = ", ".join(list(shared)[:3])
            raise UsageError(
                f"the script writes to a large file ({names}) and a copy of it would exceed {_size(self.most_bytes)}",
                remedy="write results to another file than the large input, or run in a smaller folder",
            )
        for name, entry in shared.items():
            (self.directory / name).unlink(missing_ok=True)
            self.entries[name] = self._take(name, replace(entry, kind="file"))
        return len(shared)

    @contextmanager
    def fresh(self, source: bytes | None = None, keeping: Sequence[str] = ()) -> Iterator[Path]:
        """The folder as it was in the beginning, with the given form of the script in it.

        Args:
            source: bytes of the script; None keeps the user's.
            keeping: folders that stay as the run before left them.
        """
        self.restore(keeping)
        if source is not None:
            path = self.directory / self.script
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(source)
            path.chmod(self.entries[self.script].mode if self.script in self.entries else 0o644)
        yield self.directory

    def restore(self, keeping: Sequence[str] = ()) -> None:
        """Undo whatever runs have done, but in some folders; files that were not touched are not copied again."""
        if self.directory.is_symlink() or not self.directory.is_dir():
            self.directory.unlink(missing_ok=True)
            self.directory.mkdir(parents=True)
        self.directory.chmod(0o755)
        present = dict(_walk(self.directory))
        for relative in sorted(present, reverse=True):
            entry = self.entries.get(relative)
            if _in_any(relative, keeping):
                continue
            if entry is None or _kind(present[relative]) != ("file" if entry.kind == "shared" else entry.kind):
                _remove(self.directory / relative)
        for relative, entry in sorted(self.entries.items()):
            path = self.directory / relative
            if _in_any(relative, keeping):
                continue
            if entry.kind == "folder":
                path.mkdir(exist_ok=True)
                path.chmod(entry.mode)
            elif self._stamps.get(relative) != _stamp(path):
                self._place(relative, entry)

    def changes(self, source: bytes | None = None, without: Sequence[str] = ()) -> Changes:
        """What differs from the beginning; the script itself is left out unless the run changed it.

        Args:
            source: bytes of the script in the run.
            without: folders that hold no output.
        """
        written: dict[str, str] = {}
        present = dict(_walk(self.directory))
        for relative, status in present.items():
            entry = self.entries.get(relative)
            kind = _kind(status)
            if kind == "folder" or _in_any(relative, without) or (entry is not None and entry.kind == "shared"):
                continue
            path = self.directory / relative
            if kind == "file":
                if entry is not None and self._stamps.get(relative) == _stamp(path):
                    continue
                digest = file_digest(path)
                expected = (
                    hashlib.sha256(source).hexdigest() if relative == self.script and source is not None else None
                )
                if digest != (expected or (entry.sha256 if entry else None)):
                    written[relative] = digest
            elif kind == "link" and (entry is None or entry.target != _target(path)):
                written[relative] = hashlib.sha256(os.fsencode("link:" + _target(path))).hexdigest()
        deleted = [name for name, e in self.entries.items() if name not in present and e.kind != "folder"]
        return Changes(written, tuple(sorted(deleted)))

    def _scan(self, wanted: Callable[[str], bool]) -> _Scan:
        scan = _Scan({}, [])
        self._scan_folder(scan, self.root, "", wanted, ())
        return scan

    def _scan_folder(
        self, scan: _Scan, folder: Path, prefix: str, wanted: Callable[[str], bool], above: tuple[tuple[int, int], ...]
    ) -> None:
        try:
            with os.scandir(folder) as listing:
                found = sorted(listing, key=lambda e: e.name)
            here = folder.stat()
        except OSError as error:
            scan.notes.append(f"{prefix or '.'}: not copied, {error.strerror}")
            return
        if (here.st_dev, here.st_ino) in above:
            scan.notes.append(f"{prefix}: not copied, a link back to a folder above it")
            return
        above = (*above, (here.st_dev, here.st_ino))
        for item in found:
            relative = f"{prefix}{item.name}"
            if self._too_large(scan):
                return
            self._scan_entry(scan, item, relative, wanted, above)

    def _scan_entry(
        self,
        scan: _Scan,
        item: os.DirEntry[str],
        relative: str,
        wanted: Callable[[str], bool],
        above: tuple[tuple[int, int], ...],
    ) -> None:
        path = Path(item.path)
        try:
            if item.is_symlink() and self._keep_link(path):
                scan.entries[relative] = Entry("link", target=_target(path))
                return
            status = path.stat()
        except OSError as error:
            scan.notes.append(f"{relative}: not copied, {error.strerror}")
            return
        if stat.S_ISDIR(status.st_mode):
            if left_out(path, item.name) is None:
                scan.entries[relative] = Entry("folder", mode=stat.S_IMODE(status.st_mode) | 0o700)
                self._scan_folder(scan, path, relative + "/", wanted, above)
        elif not stat.S_ISREG(status.st_mode):
            scan.notes.append(f"{relative}: not copied, neither a file nor a folder")
        elif wanted(relative) or relative == self.script:
            self._add_file(scan, relative, path, status)

    def _keep_link(self, path: Path) -> bool:
        """A link stays one when it cannot lead a run out of the copy to a place where it may write."""
        if self.share_large:
            return True
        target = Path(_target(path))
        resolved = Path(os.path.realpath(path))
        if target.is_absolute() or not resolved.is_relative_to(self.root):
            return False
        inside = resolved.relative_to(self.root).parts
        return not any(left_out(self.root.joinpath(*inside[: n + 1]), part) for n, part in enumerate(inside))

    def _add_file(self, scan: _Scan, relative: str, path: Path, status: os.stat_result) -> None:
        large = self.share_large and status.st_size >= self.large_bytes and relative != self.script
        scan.entries[relative] = Entry(
            "shared" if large else "file",
            mode=stat.S_IMODE(status.st_mode) | 0o600,
            size=status.st_size,
            origin=os.path.realpath(path),
        )
        scan.files += 1
        scan.copied_bytes += 0 if large else status.st_size

    def _add_data(self, scan: _Scan) -> None:
        beside = PurePosixPath(self.script).parent
        for given in self._data:
            path = Path(os.path.realpath(given))
            if not path.is_file():
                raise UsageError(f"no such data file: {given}", remedy="name an existing file after --data")
            inside = path.is_relative_to(self.root)
            relative = path.relative_to(self.root).as_posix() if inside else str(beside / path.name)
            for parent in list(PurePosixPath(relative).parents)[:-1]:
                scan.entries.setdefault(str(parent), Entry("folder", mode=0o755))
            self._add_file(scan, relative, path, path.stat())

    def _too_large(self, scan: _Scan) -> bool:
        return scan.copied_bytes > self.most_bytes or scan.files > self.most_files

    def _refusal(self, scan: _Scan) -> UsageError:
        what = f"{self.most_files:,} files" if scan.files > self.most_files else _size(self.most_bytes)
        return UsageError(
            f"the working copy of {self.root} would exceed {what}",
            remedy="name the input files with --data FILE (then only these and the Python files are copied), "
            "or run in a folder of its own",
        )

    def _take(self, relative: str, entry: Entry) -> Entry:
        """Keep a pristine copy of a file and place it in the folder of the runs."""
        if entry.kind == "file":
            path = self._pristine / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                _copy(Path(entry.origin), path)
            except OSError as error:
                self.notes += (f"{relative}: not copied, {error.strerror}",)
                return replace(entry, kind="folder") if path.is_dir() else Entry("missing")
            entry = replace(entry, sha256=file_digest(path), size=path.stat().st_size)
        elif entry.kind == "shared":
            status = Path(entry.origin).stat()
            text = f"{entry.origin}:{status.st_size}:{status.st_mtime_ns}"
            entry = replace(entry, sha256="stat:" + hashlib.sha256(os.fsencode(text)).hexdigest())
        if entry.kind == "folder":
            (self.directory / relative).mkdir(parents=True, exist_ok=True)
            (self.directory / relative).chmod(entry.mode)
        else:
            self._place(relative, entry)
        return entry

    def _place(self, relative: str, entry: Entry) -> None:
        path = self.directory / relative
        if path.is_symlink() or path.exists():
            _remove(path)
        if entry.kind == "link":
            path.symlink_to(entry.target)
        elif entry.kind == "shared":
            path.touch()
        elif entry.kind == "file":
            _copy(self._pristine / relative, path)
            origin = (self._pristine / relative).stat()
            os.utime(path, ns=(origin.st_atime_ns, origin.st_mtime_ns))
            path.chmod(entry.mode)
        else:
            return
        self._stamps[relative] = _stamp(path)


def file_digest(path: Path) -> str:
    """sha256 of a file's content, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _inside(root: Path, script: PurePosixPath | str) -> str:
    path = Path(os.path.normpath(root / script))
    if not path.is_relative_to(root):
        raise UsageError(
            f"{script} is not below the current directory {root}",
            remedy="change to the folder the script is run from: a run gets a copy of the current directory",
        )
    return path.relative_to(root).as_posix()


def _walk(folder: Path, prefix: str = "") -> Iterator[tuple[str, os.stat_result]]:
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
            yield from _walk(Path(item.path), f"{prefix}{item.name}/")


def _in_any(relative: str, folders: Sequence[str]) -> bool:
    """Whether a name is one of the folders or below one."""
    return any(relative == folder or relative.startswith(folder + "/") for folder in folders)


def _kind(status: os.stat_result) -> str:
    if stat.S_ISLNK(status.st_mode):
        return "link"
    if stat.S_ISDIR(status.st_mode):
        return "folder"
    return "file" if stat.S_ISREG(status.st_mode) else "other"


def _stamp(path: Path) -> tuple[int, ...]:
    """Changes whenever the file's content or identity may have: the change time cannot be set by a program."""
    try:
        status = path.lstat()
    except OSError:
        return ()
    return (status.st_ino, status.st_ctime_ns, status.st_size, status.st_mode)


def _target(link: Path) -> str:
    """Where a link points, to the letter: ``Path`` would tidy it up."""
    return os.readlink(link)  # noqa: PTH115


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        for folder, _, _ in os.walk(path):
            Path(folder).chmod(0o700)
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """Copy content and times: by reference where the file system can (a later write to either parts them)."""
    with source.open("rb") as read, target.open("wb") as write:
        try:
            ioctl(write.fileno(), _FICLONE, read.fileno())
        except OSError:
            shutil.copyfileobj(read, write, 1 << 20)
        status = os.fstat(read.fileno())
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _size(count: int) -> str:
    return f"{count / 1e9:g} GB" if count >= 1e9 else f"{count / 1e6:g} MB"
