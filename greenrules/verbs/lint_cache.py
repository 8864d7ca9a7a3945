"""Results of earlier lints, by content, rules, knowledge and target: a file that has not changed is not looked at."""

from __future__ import annotations

import hashlib
import pickle
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from greenrules import __version__
from greenrules.found import Found

if TYPE_CHECKING:
    from greenrules.verbs.linter import Linter, Looked

#: So many results are kept; the oldest go first.
MOST = 50_000
#: Raised when the shape of a result changes.
FORMAT = 4


class LintCache:
    """One file of results; a damaged or locked one is done without.

    Args:
        folder: only its owner may write to it, because entries are pickles.
        linter: whose results they are.
        enabled: False to remember nothing and ask nothing.
    """

    def __init__(self, folder: Path, linter: Linter, *, enabled: bool = True) -> None:
        self._file = folder / "results.sqlite"
        self._enabled = enabled
        self._new: list[tuple[bytes, bytes, float]] = []
        self._known: dict[bytes, bytes] = {}
        if not enabled:
            return
        about = hashlib.sha256(f"{FORMAT}\0{__version__}\0{linter.identity}".encode())
        self._about = about.digest()
        with suppress(sqlite3.Error, OSError), closing(sqlite3.connect(self._file, timeout=1)) as database:
            rows = database.execute("SELECT key, value FROM results WHERE about = ?", (self._about,))
            self._known = dict(rows)

    def _key(self, path: str, data: bytes) -> bytes:
        return hashlib.sha256(path.encode("utf-8", "surrogateescape") + b"\0" + data).digest()

    def get(self, path: str, data: bytes) -> Looked | None:
        """What came of this content under this name before, None when it is not known."""
        if not self._enabled:
            return None
        found = self._known.get(self._key(path, data))
        if found is None:
            return None
        from greenrules.verbs.linter import Looked

        with suppress(pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError, ValueError):
            findings, suppressed, notices, error = pickle.loads(found)
            return Looked(tuple(map(Found._make, findings)), suppressed, notices, error)
        return None

    def put(self, path: str, data: bytes, found: Looked) -> None:
        """Remember what came of a content; errors of ours are not remembered."""
        if self._enabled and not (found.error or "").startswith("internal"):
            plain = (tuple(map(tuple, found.findings)), found.suppressed, found.notices, found.error)
            self._new.append((self._key(path, data), pickle.dumps(plain, pickle.HIGHEST_PROTOCOL), time.time()))

    def save(self) -> None:
        """Write what is new; where that is not possible, nothing is lost but time."""
        if not self._new:
            return
        with suppress(sqlite3.Error, OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with closing(sqlite3.connect(self._file, timeout=1)) as database, database:
                database.execute(
                    "CREATE TABLE IF NOT EXISTS results "
                    "(about BLOB, key BLOB, value BLOB, at REAL, PRIMARY KEY (about, key)) WITHOUT ROWID"
                )
                database.executemany(
                    "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)",
                    [(self._about, key, value, at) for key, value, at in self._new],
                )
                count = database.execute("SELECT count(*) FROM results").fetchone()[0]
                if count > MOST:
                    database.execute(
                        "DELETE FROM results WHERE at <= (SELECT at FROM results ORDER BY at DESC LIMIT 1 OFFSET ?)",
                        (MOST // 2,),
                    )
