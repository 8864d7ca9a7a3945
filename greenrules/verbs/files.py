"""Which files a lint looks at."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from greenrules.errors import UsageError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SUFFIXES = {".py", ".ipynb"}
#: Folders that hold no code of the user: version control, environments, caches, build results.
LEFT_OUT = {
    ".git",
    ".hg",
    ".svn",
    ".venv",
    "venv",
    ".tox",
    ".nox",
    "__pycache__",
    "node_modules",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".ipynb_checkpoints",
    "site-packages",
    ".eggs",
}


def _spec(lines: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _ignore_file(folder: Path) -> GitIgnoreSpec | None:
    try:
        lines = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return _spec(lines) if lines else None


def _parents_in_repository(folder: Path) -> list[tuple[Path, GitIgnoreSpec]]:
    """``.gitignore`` files above a folder, up to the root of its repository."""
    found: list[tuple[Path, GitIgnoreSpec]] = []
    for parent in folder.parents:
        if (folder / ".git").exists():
            break
        spec = _ignore_file(parent)
        if spec is not None:
            found.append((parent, spec))
        if (parent / ".git").exists():
            return found[::-1]
    return []


def _walk(folder: Path, ignores: list[tuple[Path, GitIgnoreSpec]]) -> Iterator[Path]:
    own = _ignore_file(folder)
    if own is not None:
        ignores = [*ignores, (folder, own)]
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = folder / entry.name
        directory = entry.is_dir(follow_symlinks=False)
        if directory and (entry.name in LEFT_OUT or entry.name.endswith(".greenrules")):
            continue
        if not directory and path.suffix not in SUFFIXES:
            continue
        ignored = False
        for base, spec in ignores:
            relative = path.relative_to(base).as_posix() + ("/" if directory else "")
            verdict = spec.check_file(relative).include
            if verdict is not None:
                ignored = verdict
        if ignored:
            continue
        if directory:
            yield from _walk(path, ignores)
        elif entry.is_file():
            yield path


def python_files(paths: Sequence[Path], exclude: Sequence[str] = ()) -> list[Path]:
    """Files to look at, each once, in a stable order.

    Files that are named are taken whatever they are called; folders are walked for ``.py`` and ``.ipynb``, with
    ``.gitignore`` honoured and version control, environments and caches left out.

    Raises:
        UsageError: for a path that does not exist.
    """
    out = _spec(list(exclude)) if exclude else None
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            absolute = path.resolve()
            ignores = _parents_in_repository(absolute)
            candidates: Iterator[Path] = (path / one.relative_to(absolute) for one in _walk(absolute, ignores))
        elif path.exists():
            candidates = iter((path,))
        else:
            raise UsageError(f"no such file or folder: {path}")
        for one in candidates:
            if out is None or not out.match_file(os.path.relpath(one)):
                found[one] = None
    return list(found)
