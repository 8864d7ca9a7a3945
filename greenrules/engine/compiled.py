"""A cache of compiled packs, so that a warm start parses no YAML and no pattern and unpacks only the rules it needs."""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import time
import zlib
from contextlib import suppress
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenrules import __version__
from greenrules.engine.pack import Pack, Rule, digest_of, pack_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable

    from greenrules.engine.knowledge import Knowledge

#: raised when the shape of what is kept changes between releases of one version number
FORMAT = 5
#: what every start asks of a pack
_AT_ONCE = ("name", "version", "origin", "digest", "libraries")
#: entries that nobody has made anew for so long go when others are written
_DAYS_KEPT = 30
_OURS = ("pack-", "rules-", "knowledge-", "discovered-")
_DAMAGED = (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError, ValueError)


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
    digest = digest_of(list(pack_files(directory)))
    entry = cache / f"pack-{key_of(str(directory), name, version, origin, digest)}.pickle"
    with suppress(*_DAMAGED):
        first, parts, rules = recall(entry)
        return Pack.unpacked({**first, "rules": tuple(Rule.unpacked(*rule) for rule in rules)}, parts)
    from greenrules.engine.loader import load_pack

    pack = load_pack(directory, name=name, version=version, origin=origin)
    _ = pack.libraries
    first, parts = pack.in_parts((*_AT_ONCE, "rules"), (("data",),))
    keep(entry, (first | {"rules": None}, parts, [rule.prepared() for rule in pack.rules]))
    return pack


def load_rules(path: str, data: bytes, *, cache: Path | None) -> tuple[Rule, ...]:
    """The rules of a file outside any pack, from the cache when neither its name nor its bytes have changed.

    Args:
        path: for messages.
        data: its bytes.
        cache: as for :func:`load_compiled`.

    Raises:
        RuleError: something in it is wrong, at its place.
    """
    if cache is None:
        from greenrules.engine.loader import load_rule_file

        return load_rule_file(path, data)
    entry = cache / f"rules-{key_of(path, hashlib.sha256(data).hexdigest())}.pickle"
    with suppress(*_DAMAGED):
        return tuple(Rule.unpacked(*rule) for rule in recall(entry))
    from greenrules.engine.loader import load_rule_file

    rules = load_rule_file(path, data)
    keep(entry, [rule.prepared() for rule in rules])
    return rules


def load_knowledge(packs: Sequence[Pack], cache: Path | None) -> Knowledge:
    """What packs know, merged; from the cache where it stands there.

    Args:
        packs: in the order in which they have their way.
        cache: as for :func:`load_compiled`.
    """
    from greenrules.engine.knowledge import Knowledge

    if cache is None:
        return Knowledge.merge(pack.spec for pack in packs)
    entry = cache / f"knowledge-{key_of(*(f'{pack.name} {pack.digest}' for pack in packs))}.pickle"
    with suppress(*_DAMAGED):
        return Knowledge.unpacked(*recall(entry))
    found = Knowledge.merge(pack.spec for pack in packs)
    keep(entry, found.prepared())
    return found


def key_of(*about: str) -> str:
    """The name of an entry: changes with what it is about, with this program and with the interpreter."""
    return hashlib.sha256("\0".join((engine(), sys.version, *about)).encode()).hexdigest()[:32]


def release() -> str:
    """The version of this program; of one that changes in place, with the newest change of the engine's code."""
    return __version__ if {"site-packages", "dist-packages"} & set(Path(__file__).parts) else engine()


@once
def engine() -> str:
    """The version, and the newest change of the engine's own code, which an editable installation changes under it."""
    newest = 0
    with suppress(OSError), os.scandir(Path(__file__).parent) as files:
        newest = max(file.stat().st_mtime_ns for file in files if file.name.endswith(".py"))
    return f"{FORMAT} {__version__} {newest}"


def recall(entry: Path) -> Any:
    """What an entry holds.

    Raises:
        OSError: there is no such entry.
        ValueError: it is damaged; other errors of ``pickle`` where it was made by other code.
    """
    data = entry.read_bytes()
    if len(data) < 4 or zlib.crc32(memoryview(data)[4:]) != int.from_bytes(data[:4], "big"):
        raise ValueError(f"damaged: {entry}")
    return pickle.loads(memoryview(data)[4:])


def keep(entry: Path, value: Any) -> None:
    """Write an entry beside and rename it, so that a reader never sees half of one; where that fails, do without."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    with suppress(OSError):
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _tidy(entry.parent)
        fresh = entry.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(zlib.crc32(data).to_bytes(4, "big") + data)
        fresh.replace(entry)


def _tidy(folder: Path) -> None:
    """Remove what was made long ago: every version of a pack, and of this program, leaves an entry."""
    oldest = time.time() - _DAYS_KEPT * 86400
    with os.scandir(folder) as files:
        for file in files:
            with suppress(OSError):
                if file.name.startswith(_OURS) and file.stat().st_mtime < oldest:
                    Path(file.path).unlink()
