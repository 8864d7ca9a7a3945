"""The corpus of the engine's benchmark: ``examples/`` and ``sklearn/`` of the scikit-learn source distribution.

Source distributions are not installed or built: the archive is looked up on the package index that pip is configured
for, checked against the digest given there, and unpacked into ``benchmarks/data/``.
"""

from __future__ import annotations

import hashlib
import html
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request
from pathlib import Path
from urllib.parse import urldefrag, urljoin

ROOT = Path(__file__).resolve().parent
DATA = ROOT / "data"
VERSION = "1.9.1"
_ASK = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"


def corpus() -> Path:
    """The folder with the corpus, fetched when it is not there."""
    folder = DATA / f"scikit-learn-{VERSION}"
    if folder.exists():
        return folder
    DATA.mkdir(exist_ok=True)
    archive = DATA / f"scikit_learn-{VERSION}.tar.gz"
    _fetch(_index(), "scikit-learn", archive)
    fresh = DATA / f"unpacking.{os.getpid()}"
    with tarfile.open(archive) as tar:
        top = f"scikit_learn-{VERSION}"
        wanted = [one for one in tar.getmembers() if one.name.startswith((f"{top}/examples/", f"{top}/sklearn/"))]
        tar.extractall(fresh, members=[one for one in wanted if one.name.endswith(".py")], filter="data")
    (fresh / top).rename(folder)
    shutil.rmtree(fresh)
    archive.unlink()
    return folder


def _index() -> str:
    """Address of the package index: as the environment or pip's configuration say, else pip's own default."""
    given = os.environ.get("PIP_INDEX_URL")
    if given is None:
        asked = subprocess.run(
            [sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True
        )
        given = asked.stdout.strip() if asked.returncode == 0 else None
    if given is None:
        given = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True).stdout.strip()
    return given.rstrip("/") + "/"


def _fetch(index: str, project: str, archive: Path) -> None:
    page_url = urljoin(index, f"{project}/")
    with urllib.request.urlopen(page_url, timeout=120) as answer:
        page = answer.read().decode()
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page)]
    link = next((link for link in links if urldefrag(link)[0].endswith(f"/{archive.name}")), None)
    if link is None:
        raise SystemExit(f"the package index has no {archive.name}")
    url, digest = urldefrag(urljoin(page_url, link))
    with urllib.request.urlopen(url, timeout=600) as answer:
        data = answer.read()
    if digest.startswith("sha256=") and hashlib.sha256(data).hexdigest() != digest.removeprefix("sha256="):
        raise SystemExit(f"{archive.name} is not what the package index says it is")
    archive.write_bytes(data)


def files(folder: Path) -> list[Path]:
    """The scripts of a folder, in a fixed order."""
    return sorted(folder.rglob("*.py"))
