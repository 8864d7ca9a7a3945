"""What rewrites saved in earlier scripts on this machine: one line of JSON for each, kept beside the calibration."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from greenrules.verbs.metering import state_folder

#: Older lines are left unread: what a machine does today, it does with today's libraries.
MOST = 5000


@dataclass(frozen=True, slots=True)
class Past:
    """A rewrite that was run alone, in a script.

    Attributes:
        unit: id of the rewrite.
        digest: of what its rules do.
        script: SHA-256 of the script; its name is not kept.
        saving: share saved of the energy that it could act on; negative where it cost.
        data_bytes: size of the files that the script read, None where that is not known.
    """

    unit: str
    digest: str
    script: str
    saving: float
    data_bytes: int | None = None


def history_file() -> Path:
    """Where the history of this machine is kept."""
    return state_folder() / "history.jsonl"


def read_history() -> list[Past]:
    """What is known, the last word on each script and rewrite; lines that cannot be read are passed over."""
    try:
        lines = history_file().read_text(encoding="utf-8", errors="replace").splitlines()[-MOST:]
    except OSError:
        return []
    found: dict[tuple[str, str, str], Past] = {}
    for line in lines:
        try:
            one = Past(**json.loads(line))
        except (ValueError, TypeError):
            continue
        if isinstance(one.saving, float) and -10 < one.saving < 1:
            found[one.unit, one.digest, one.script] = one
    return list(found.values())


def remember(records: Iterable[Past]) -> None:
    """Add to the history; a folder that cannot be written costs later searches some runs, and nothing else."""
    text = "".join(json.dumps(asdict(one)) + "\n" for one in records)
    if not text:
        return
    try:
        history_file().parent.mkdir(parents=True, exist_ok=True)
        # One write at the end of the file: two processes do not mix their lines.
        descriptor = os.open(history_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)
    except OSError:
        return
