"""Which interpreter runs the user's script."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from greenrules.errors import UsageError


def interpreter(asked: Path | None) -> Path:
    """The interpreter that runs the user's script: the one asked for, the active environment's, ``.venv``'s, or ours.

    Raises:
        UsageError: the one asked for is not there.
    """
    if asked is not None:
        found = shutil.which(str(asked))
        if found is None:
            raise UsageError(f"no such interpreter: {asked}", remedy="name one with --python PATH")
        return Path(found).absolute()
    active = os.environ.get("VIRTUAL_ENV")
    for folder in ([Path(active)] if active else []) + [Path.cwd() / ".venv"]:
        python = folder / "bin/python"
        if os.access(python, os.X_OK):
            return python.absolute()
    return Path(sys.executable).absolute()
