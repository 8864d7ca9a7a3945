"""Where results go, and what may be overwritten."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from greenrules.errors import UsageError
from greenrules.requests import ApplyRequest
from greenrules.verbs.result import sha256
from greenrules.writing import write_whole


@dataclass(frozen=True)
class Places:
    """Files that an ``apply`` writes.

    Attributes:
        script: the user's script.
        output: the rewritten script.
        folder: reports and journal.
    """

    script: Path
    output: Path
    folder: Path

    @classmethod
    def of(cls, request: ApplyRequest) -> Places:
        """Where a request writes."""
        script = request.script
        output = script if request.in_place else request.output or script.with_suffix(".green.py")
        return cls(script, output, request.report_dir or script.with_name(f"{script.stem}.greenrules"))

    @property
    def journal(self) -> Path:
        """The journal of the runs."""
        return self.folder / "journal.sqlite"

    @property
    def reference(self) -> Path:
        """What the reference runs wrote, until the experiment ends."""
        return self.folder / "reference"

    def clear(self) -> None:
        """Remove what an experiment without a result leaves: its journal, and the folder when nothing else is in it."""
        self.journal.unlink(missing_ok=True)
        shutil.rmtree(self.reference, ignore_errors=True)
        with suppress(OSError):
            self.folder.rmdir()

    @property
    def _ours(self) -> Path:
        return self.folder / "written.json"

    def check(self, *, in_place: bool, force: bool) -> None:
        """Refuse early what could not be written in the end.

        Raises:
            UsageError: the output exists and is not the one we last wrote; or it is the script itself.
        """
        if in_place:
            return
        if self.output.is_dir():
            raise UsageError(f"{self.output} is a folder", remedy="name a file with --output")
        if self.output.exists() and self.script.exists() and self.output.samefile(self.script):
            raise UsageError(f"{self.output} is the script itself", remedy="use --in-place, which keeps the original")
        if self.output.exists() and not force and not self._is_ours():
            raise UsageError(
                f"{self.output} exists and is not what greenrules last wrote there",
                remedy="move it away, name another with --output, or overwrite it with --force",
            )

    def _is_ours(self) -> bool:
        try:
            known = json.loads(self._ours.read_text(encoding="utf-8"))
            return bool(known.get(str(self.output.resolve())) == sha256(self.output.read_bytes()))
        except (OSError, ValueError, AttributeError):
            return False

    def write(self, data: bytes, *, in_place: bool) -> Path | None:
        """Write the rewritten script, whole or not at all; with ``in_place`` the original is kept beside it.

        Returns:
            Where the original is kept.

        Raises:
            UsageError: it cannot be written.
        """
        original = self._spare() if in_place else None
        if original is not None:
            write_whole(original, self.script.read_bytes())
        write_whole(self.output, data)
        try:
            known = json.loads(self._ours.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            known = {}
        known = known if isinstance(known, dict) else {}
        known[str(self.output.resolve())] = sha256(data)
        write_whole(self._ours, json.dumps(known, indent=2).encode())
        return original

    def ours(self) -> tuple[Path, ...]:
        """What we wrote earlier: no input of the script."""
        return (self.output,) if self.output != self.script and self._is_ours() else ()

    def stale(self) -> Path | None:
        """An output of ours from before, when nothing is written now."""
        return next(iter(self.ours()), None)

    def _spare(self) -> Path:
        """A name for the original that no file has."""
        first = self.script.with_name(self.script.name + ".orig")
        number = 0
        spare = first
        while spare.exists():
            number += 1
            spare = first.with_name(f"{first.name}.{number}")
        return spare
