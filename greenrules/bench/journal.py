"""The journal of a search: every run is on disk before the next one starts, and survives whatever comes.

SQLite with a rollback journal and full synchronisation. Every row carries a digest of itself; when the file was cut
off or damaged, the rows that are whole are saved into a new one and the rest is dropped.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from greenrules.errors import UsageError

FORMAT = 4
_SCHEMA = "CREATE TABLE entries (number INTEGER PRIMARY KEY, kind TEXT, key TEXT, payload TEXT, digest TEXT)"
#: small pages: less is lost when the end of the file is
_PAGE = 1024
_HEADER = "header"
_PARTS = "parts"
#: what the journal says of itself, beside what was done
_OWN = frozenset({_HEADER, _PARTS})
#: so many parts that changed are named
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal; ``key`` names what was done, ``payload`` what came of it."""

    number: int
    kind: str
    key: str
    payload: Any


class Journal:
    """Append-only.

    Use ``open_journal``; a journal is a context manager that closes its file.
    """

    def __init__(
        self, connection: sqlite3.Connection, path: Path, entries: list[Entry], notes: tuple[str, ...]
    ) -> None:
        self._connection = connection
        self._entries = entries
        self.path = path
        self.notes = notes

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything that is on disk, in order, the header left out."""
        return tuple(entry for entry in self._entries if entry.kind not in _OWN)

    def find(self, kind: str, key: str) -> Entry | None:
        """The last entry of this kind and key."""
        return next((e for e in reversed(self._entries) if e.kind == kind and e.key == key), None)

    def append(self, kind: str, key: str, payload: Any) -> Entry:
        """Write an entry; it is on disk when this returns.

        Args:
            kind: such as ``run``.
            key: what was done, such as variant, phase and block.
            payload: JSON; NaN and infinities are kept.
        """
        number = self._entries[-1].number + 1 if self._entries else 1
        text = json.dumps(payload, sort_keys=True)
        row = (number, kind, key, text, _digest(number, kind, key, text))
        with self._connection:
            self._connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", row)
        entry = Entry(number, kind, key, json.loads(text))
        self._entries.append(entry)
        return entry


def open_journal(
    path: Path,
    header: Mapping[str, str],
    *,
    resume: bool = False,
    parts: Mapping[str, Mapping[str, str]] | None = None,
) -> Journal:
    """Open a journal for writing.

    Args:
        path: of the file; its folder is made.
        header: what the runs depend on, by name: digests of script, packs, data, environment; the seed.
        resume: go on with what is there, if there is something; else begin anew.
        parts: digests of what is behind entries of the header, such as the files behind ``data``, so that those that
            changed can be named.

    Raises:
        UsageError: the header of what is there differs: its runs are of something else.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _refuse_if_in_use(path)
    if not resume:
        _remove(path)
    notes: tuple[str, ...] = ()
    entries, damaged = _read(path) if path.exists() else ([], False)
    if resume and not entries:
        notes = ("there is no journal to resume: starting anew",) if not damaged else (_LOST,)
    if entries:
        _compare(entries, header, path, parts or {})
    if damaged:
        if entries:
            saved = sum(entry.kind not in _OWN for entry in entries)
            words = "1 entry was" if saved == 1 else f"{saved} entries were"
            notes = (f"the journal's end was damaged: {words} saved, what followed is run again",)
        _rewrite(path, entries)
    connection = _connect(path)
    journal = Journal(connection, path, entries, notes)
    if not entries:
        journal.append(_HEADER, str(FORMAT), dict(header))
        if parts is not None:
            journal.append(_PARTS, "header", {name: dict(part) for name, part in parts.items()})
    return journal


_LOST = "the journal was damaged beyond reading: starting anew"


def _connect(path: Path) -> sqlite3.Connection:
    new = not path.exists()
    connection = sqlite3.connect(path)
    try:
        if new:
            connection.execute(f"PRAGMA page_size = {_PAGE}")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'entries'").fetchone():
            with connection:
                connection.execute(_SCHEMA)
    except sqlite3.OperationalError as error:
        connection.close()
        raise UsageError(
            f"the journal {path} cannot be opened: {error}",
            remedy="another greenrules may be using it; wait for it to end",
        ) from error
    if new:
        _synchronise(path.parent)
    return connection


def _refuse_if_in_use(path: Path) -> None:
    """Another greenrules holds its journal as long as it runs; a damaged file is nobody's and is dealt with later."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=0.2)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            remedy = "wait for it to end, or write elsewhere with --report-dir"
            raise UsageError(f"another greenrules is writing the journal {path}", remedy=remedy) from error


def _read(path: Path) -> tuple[list[Entry], bool]:
    """All whole entries from the beginning on, and whether anything was found to be damaged."""
    entries: list[Entry] = []
    try:
        with closing(sqlite3.connect(path)) as connection:
            # Only so is a file read that is shorter than its header says.
            connection.execute("PRAGMA writable_schema = ON")
            # Asking for every row by its number goes around a damaged neighbour, as far as there is a way.
            for row in _rows(connection):
                if row is None or row[4] != _digest(*row[:4]):
                    return entries, True
                entries.append(Entry(row[0], row[1], row[2], json.loads(row[3])))
            intact = connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
    except (sqlite3.DatabaseError, ValueError, TypeError, OverflowError):
        return entries, True
    return entries, not intact or not entries


def _rows(connection: sqlite3.Connection) -> Iterator[tuple[int, str, str, str, str] | None]:
    """Rows in order; None in place of the first that is missing although there are later ones."""
    number = 1
    while True:
        row = connection.execute("SELECT * FROM entries WHERE number = ?", (number,)).fetchone()
        if row is None:
            if connection.execute("SELECT 1 FROM entries WHERE number > ? LIMIT 1", (number,)).fetchone():
                yield None
            return
        yield row
        number += 1


def _rewrite(path: Path, entries: list[Entry]) -> None:
    """Put the entries into a new file, which then takes the place of the damaged one."""
    fresh = path.with_name(path.name + ".new")
    _remove(fresh)
    with closing(_connect(fresh)) as connection, connection:
        for entry in entries:
            text = json.dumps(entry.payload, sort_keys=True)
            row = (entry.number, entry.kind, entry.key, text, _digest(entry.number, entry.kind, entry.key, text))
            connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", row)
    # A rollback journal of the damaged file must not be played into the new one.
    path.with_name(path.name + "-journal").unlink(missing_ok=True)
    fresh.replace(path)
    _synchronise(path.parent)


def _compare(
    entries: list[Entry], header: Mapping[str, str], path: Path, parts: Mapping[str, Mapping[str, str]]
) -> None:
    first = entries[0]
    known = first.payload if first.kind == _HEADER and isinstance(first.payload, dict) else {}
    if first.kind != _HEADER or first.key != str(FORMAT):
        raise UsageError(f"the journal {path} is of another version of greenrules", remedy="leave out --resume")
    changed = [name for name in sorted({*known, *header}) if known.get(name) != header.get(name)]
    if changed:
        before: dict[str, dict[str, str]] = next((entry.payload for entry in entries if entry.kind == _PARTS), {})
        said = [one for name in changed for one in _differing(before.get(name, {}), parts.get(name, {}))]
        more = f" and {len(said) - _NAMED} more" if len(said) > _NAMED else ""
        which = f": {', '.join(said[:_NAMED])}{more}" if said else ""
        raise UsageError(
            f"cannot resume: {_listed(changed)} changed since the journal was begun{which}",
            remedy="leave out --resume to begin anew, or restore what changed",
        )


def _differing(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The parts that differ, in words."""
    said = [f"{name} is new" for name in sorted(now.keys() - before.keys())]
    said += [f"{name} is gone" for name in sorted(before.keys() - now.keys())]
    said += [f"{name} is another" for name in sorted(now.keys() & before.keys()) if now[name] != before[name]]
    return said


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _digest(number: int, kind: str, key: str, text: str) -> str:
    return hashlib.sha256("\0".join((str(number), kind, key, text)).encode()).hexdigest()


def _remove(path: Path) -> None:
    for name in (path.name, path.name + "-journal", path.name + "-wal", path.name + "-shm"):
        path.with_name(name).unlink(missing_ok=True)


def _synchronise(folder: Path) -> None:
    """Make a new name in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
