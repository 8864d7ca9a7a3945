"""Which packs were found at an earlier start, remembered until something is installed, removed or changed.

Looking for entry points reads a file of every installed distribution, and loading a pack's module its code; both take
longer than most lints. What is remembered holds as long as every file that could have been read is what it was.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from greenrules.engine.compiled import keep, key_of, recall

#: a file, and what changes when it does; nothing where there is none
Stamp = tuple[str, tuple[int, ...]]


class Discovered(NamedTuple):
    """A pack that was found.

    Attributes:
        name: as registered.
        version: of its distribution.
        origin: its distribution, for people.
        value: its entry point, ``module`` or ``module:attribute``.
        folder: where ``pack.yaml`` lies.
        predicates: names of those that it registers.
        places: the folders or files of its code.
        code: the files there, as they were.
        digest: of what stands in them.
    """

    name: str
    version: str
    origin: str
    value: str
    folder: str
    predicates: tuple[str, ...]
    places: tuple[str, ...]
    code: tuple[Stamp, ...]
    digest: str


def stamp(path: str) -> Stamp:
    """What tells whether a file is still the one it was."""
    try:
        found = Path(path).stat()
    except OSError:
        return path, ()
    return path, (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def places_of(module: ModuleType, folder: Path) -> tuple[str, ...]:
    """Where the code of a pack stands: its folder, and that of its module, or the file where it is no package."""
    own = getattr(module, "__path__", None) or [getattr(module, "__file__", None) or ""]
    return tuple(dict.fromkeys((str(folder), *map(str, own))))


def code_of(places: Sequence[str]) -> tuple[Stamp, ...]:
    """The Python files of some folders and below, and of some files."""
    found = {place for place in places if place.endswith(".py")}
    for place in places:
        for folder, _, names in os.walk(place):
            found.update(f"{folder}/{name}" for name in names if name.endswith(".py"))
    return tuple(map(stamp, sorted(found)))


def distributions() -> tuple[Stamp, ...] | None:
    """Every file that may register an entry point; None where they cannot all be told."""
    if any(hasattr(finder, "find_distributions") and finder is not PathFinder for finder in sys.meta_path):
        return None
    found: list[Stamp] = []
    for entry in dict.fromkeys(sys.path):
        folder = entry or os.curdir
        if folder.endswith(".egg"):
            found.append(stamp(f"{folder}/EGG-INFO/entry_points.txt"))
        try:
            files = os.scandir(folder)
        except OSError:
            # An archive, or nothing.
            found.append(stamp(folder))
            continue
        with files:
            found += [
                stamp(f"{folder}/{file.name}/entry_points.txt")
                for file in files
                if file.name.lower().endswith((".dist-info", ".egg-info"))
            ]
    return tuple(sorted(found))


def code_at(places: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Stamp, ...], str]:
    """The last fields of what is discovered: where code stands, its files, and the digest of what they hold."""
    files = code_of(places)
    digest = hashlib.sha256()
    for path, _ in files:
        with suppress(OSError):
            data = Path(path).read_bytes()
            digest.update(f"{Path(path).name}\0{len(data)}\0".encode() + data)
    return places, files, digest.hexdigest()


class Memory:
    """The packs of one environment.

    Args:
        cache: the folder where they are remembered.
    """

    def __init__(self, cache: Path) -> None:
        here = "" if all(map(os.path.isabs, sys.path)) else str(Path.cwd())
        self._entry = cache / f"discovered-{key_of(sys.prefix, here, *sys.path)}.pickle"
        # Taken before anything is looked for: what is installed meanwhile is seen next time.
        self._distributions = distributions()

    def recall(self) -> tuple[Discovered, ...] | None:
        """The packs, where nothing has changed since they were found."""
        if self._distributions is None:
            return None
        with suppress(Exception):  # whatever is wrong with it, it can be done without
            known, packs = recall(self._entry)
            if known == self._distributions and all(pack.code == code_of(pack.places) for pack in packs):
                found: tuple[Discovered, ...] = packs
                return found
        return None

    def keep(self, packs: tuple[Discovered, ...]) -> None:
        """Remember packs for the next start."""
        if self._distributions is not None:
            keep(self._entry, (self._distributions, packs))

    def forget(self) -> None:
        """Find everything anew at the next start."""
        with suppress(OSError):
            self._entry.unlink()


def loaded(value: str) -> Any:
    """What an entry point names."""
    module, _, attribute = value.partition(":")
    found: Any = import_module(module.strip())
    for part in filter(None, attribute.strip().split(".")):
        found = getattr(found, part)
    return found


class Later(Mapping[str, Callable[..., Any]]):
    """Predicates of which only the names are known until one is asked for.

    Args:
        names: of all of them.
        load: gives them.
    """

    def __init__(self, names: frozenset[str], load: Callable[[], Mapping[str, Callable[..., Any]]]) -> None:
        self._names, self._load = names, load
        self._found: Mapping[str, Callable[..., Any]] | None = None

    def __getitem__(self, name: str) -> Callable[..., Any]:
        if name not in self._names:
            raise KeyError(name)
        if self._found is None:
            self._found = self._load()
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names
