"""Environments of their own for what a benchmark compares with, below ``benchmarks/.peers/``; made when not there."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

PEERS = Path(__file__).resolve().parent / ".peers"


def environment(name: str, *packages: str, over_ours: bool = False) -> Path:
    """The interpreter of an environment of its own.

    Args:
        name: of its folder.
        packages: requirements, as pip reads them.
        over_ours: our own libraries come after its packages, so that everything but these is the same.

    Raises:
        subprocess.CalledProcessError: a package cannot be installed.
    """
    folder = PEERS / name
    python, ready = folder / "bin" / "python", folder / ".ready"
    wanted = "\n".join((*packages, "over ours") if over_ours else packages)
    if ready.is_file() and ready.read_text("utf-8") == wanted:
        return python
    venv.create(folder, with_pip=False, clear=True, symlinks=True)
    if over_ours:
        site = next(folder.glob("lib/python3*/site-packages"))
        ours = [path for path in sys.path if path.endswith("site-packages")]
        (site / "ours.pth").write_text("\n".join(ours) + "\n", "utf-8")
    if packages:
        pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", *packages]
        subprocess.run(pip, check=True)
    ready.write_text(wanted, "utf-8")
    return python
