"""A cache of compiled packs, so that a warm start parses no YAML and no pattern."""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.resources.abc import Traversable
from pathlib import Path

from greenrules.engine.pack import Pack, digest_of, pack_files

#: raised when the shape of what is pickled changes between releases of one version number
FORMAT = 3


def load_compiled(directory: Traversable, *, name: str, version: str, origin: str, cache: Path | None) -> Pack:
    """A pack, from the cache when its files have not changed, else loaded and kept there.

    The key holds the files' names and contents, so a changed pack is never served stale. An entry that cannot be read
    is made anew; a cache that cannot be written is done without.

    Args:
        directory: the folder with ``pack.yaml`` and ``rules/*.yaml``.
        name: the name it is registered under.
        version: of its distribution.
        origin: its distribution, or the folder, for people.
        cache: folder of the cache; None for none. Only its owner may write to it, because entries are pickles.

    Raises:
        PackError: the pack cannot be loaded.
    """
    if cache is None:
        from greenrules.engine.loader import load_pack

        return load_pack(directory, name=name, version=version, origin=origin)
    entry = cache / f"pack-{_key(directory, name, version, origin)}.pickle"
    with suppress(OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError):
        found: Pack = pickle.loads(entry.read_bytes())
        return found
    from greenrules.engine.loader import load_pack

    pack = load_pack(directory, name=name, version=version, origin=origin)
    for rule in pack.rules:
        rule.prepare()
    _keep(entry, pickle.dumps(pack, protocol=pickle.HIGHEST_PROTOCOL))
    return pack


def _key(directory: Traversable, *more: str) -> str:
    about = "\0".join((str(FORMAT), _engine(), sys.version, str(directory), *more))
    return hashlib.sha256(f"{about}\0{digest_of(list(pack_files(directory)))}".encode()).hexdigest()[:32]


def _engine() -> str:
    """The version, and the newest change of the engine's own code, which an editable installation changes under it."""
    try:
        release = version("greenrules")
    except PackageNotFoundError:
        release = "unknown"
    newest = 0
    with suppress(OSError), os.scandir(Path(__file__).parent) as files:
        newest = max(file.stat().st_mtime_ns for file in files if file.name.endswith(".py"))
    return f"{release} {newest}"


def _keep(entry: Path, data: bytes) -> None:
    """Write beside and rename, so that a reader never sees half an entry."""
    with suppress(OSError):
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = entry.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(data)
        fresh.replace(entry)
