"""A working copy of the user's folder: variants run in it, the user's files stay as they are.

Without a mount namespace everything is copied, never linked, and symbolic links are followed. With one, large files are
left out of the copy and mounted read-only over it from the user's folder, until a run turns out to write to them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from greenrules.bench.files import copy_file, file_digest, in_any, kind_of, link_target, remove, stamp, walk
from greenrules.bench.inventory import LIMITS, Entry, Limits, size_text, take_inventory
from greenrules.errors import UsageError


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
        limits: how much may be copied.

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
        limits: Limits = LIMITS,
    ) -> None:
        self.root = Path(os.path.realpath(root))
        self.script = _inside(self.root, script)
        self._limits = limits
        self.directory = scratch / "work"
        self._pristine = scratch / "pristine"
        self._stamps: dict[str, tuple[int, ...]] = {}
        found = take_inventory(self.root, self.script, limits, share_large=share_large, data=data, without=without)
        self.notes = tuple(found.notes)
        self.entries: dict[str, Entry] = {}
        self._pristine.mkdir(parents=True)
        self.directory.mkdir(parents=True)
        for relative, entry in sorted(found.entries.items()):
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
        total = sum(e.size for e in self.entries.values() if e.kind in ("file", "shared"))
        if shared and total > self._limits.most_bytes:
            names = ", ".join(list(shared)[:3])
            raise UsageError(
                f"the script writes to a large file ({names}) and a copy of it would exceed "
                f"{size_text(self._limits.most_bytes)}",
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
        present = dict(walk(self.directory))
        for relative in sorted(present, reverse=True):
            entry = self.entries.get(relative)
            if in_any(relative, keeping):
                continue
            if entry is None or kind_of(present[relative]) != ("file" if entry.kind == "shared" else entry.kind):
                remove(self.directory / relative)
        for relative, entry in sorted(self.entries.items()):
            path = self.directory / relative
            if in_any(relative, keeping):
                continue
            if entry.kind == "folder":
                path.mkdir(exist_ok=True)
                path.chmod(entry.mode)
            elif self._stamps.get(relative) != stamp(path):
                self._place(relative, entry)

    def changes(self, source: bytes | None = None, without: Sequence[str] = ()) -> Changes:
        """What differs from the beginning; the script itself is left out unless the run changed it.

        Args:
            source: bytes of the script in the run.
            without: folders that hold no output.
        """
        written: dict[str, str] = {}
        present = dict(walk(self.directory))
        for relative, status in present.items():
            entry = self.entries.get(relative)
            kind = kind_of(status)
            if kind == "folder" or in_any(relative, without) or (entry is not None and entry.kind == "shared"):
                continue
            path = self.directory / relative
            if kind == "file":
                if entry is not None and self._stamps.get(relative) == stamp(path):
                    continue
                digest = file_digest(path)
                expected = (
                    hashlib.sha256(source).hexdigest() if relative == self.script and source is not None else None
                )
                if digest != (expected or (entry.sha256 if entry else None)):
                    written[relative] = digest
            elif kind == "link" and (entry is None or entry.target != link_target(path)):
                written[relative] = hashlib.sha256(os.fsencode("link:" + link_target(path))).hexdigest()
        deleted = [name for name, e in self.entries.items() if name not in present and e.kind != "folder"]
        return Changes(written, tuple(sorted(deleted)))

    def _take(self, relative: str, entry: Entry) -> Entry:
        """Keep a pristine copy of a file and place it in the folder of the runs."""
        if entry.kind == "file":
            path = self._pristine / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                copy_file(Path(entry.origin), path)
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
            remove(path)
        if entry.kind == "link":
            path.symlink_to(entry.target)
        elif entry.kind == "shared":
            path.touch()
        elif entry.kind == "file":
            copy_file(self._pristine / relative, path)
            origin = (self._pristine / relative).stat()
            os.utime(path, ns=(origin.st_atime_ns, origin.st_mtime_ns))
            path.chmod(entry.mode)
        else:
            return
        self._stamps[relative] = stamp(path)


def _inside(root: Path, script: PurePosixPath | str) -> str:
    path = Path(os.path.normpath(root / script))
    if not path.is_relative_to(root):
        raise UsageError(
            f"{script} is not below the current directory {root}",
            remedy="change to the folder the script is run from: a run gets a copy of the current directory",
        )
    return path.relative_to(root).as_posix()
