"""What a script detects: its boxes, and how far they agree with another form's.

`python boxes.py SCRIPT OUT.json` runs a script and records every detection of its cascades.
"""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Box = Sequence[float]
#: overlap from which two boxes are the same object
SAME = 0.5


def overlap(one: Box, two: Box) -> float:
    """Intersection over union of two boxes (x, y, width, height)."""
    width = min(one[0] + one[2], two[0] + two[2]) - max(one[0], two[0])
    height = min(one[1] + one[3], two[1] + two[3]) - max(one[1], two[1])
    shared = max(0.0, width) * max(0.0, height)
    return shared / (one[2] * one[3] + two[2] * two[3] - shared)


def agreement(before: Sequence[Sequence[Box]], after: Sequence[Sequence[Box]]) -> float | None:
    """F1 of the boxes of a form against those of the script as it was; None where the numbers of pictures differ.

    Args:
        before: per picture the boxes, as shares of its width and height.
        after: the same of the other form.
    """
    if len(before) != len(after):
        return None
    matched = 0
    for old, new in zip(before, after, strict=True):
        left = list(new)
        for box in old:
            best = max(left, key=lambda other: overlap(box, other), default=None)
            if best is not None and overlap(box, best) >= SAME:
                left.remove(best)
                matched += 1
    total = sum(map(len, before)) + sum(map(len, after))
    return 2 * matched / total if total else 1.0


def detected(python: Path | str, script: str, folder: Path, environment: Mapping[str, str]) -> list[list[Box]]:
    """The boxes that a script finds, per picture."""
    out = folder / "_boxes.json"
    command = [str(python), str(Path(__file__).resolve()), script, str(out)]
    subprocess.run(command, cwd=folder, env=dict(environment), check=True, stdout=subprocess.DEVNULL)
    found: list[list[Box]] = json.loads(out.read_text())
    out.unlink()
    return found


class _Recording:
    """A cascade that remembers what it found."""

    found: list[list[list[float]]]

    def __init__(self, cascade: Any, found: list[list[list[float]]]) -> None:
        self._cascade = cascade
        self.found = found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cascade, name)

    def detectMultiScale(self, image: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 (OpenCV's name)
        """Detect, and remember the boxes as shares of the picture."""
        boxes = self._cascade.detectMultiScale(image, *args, **kwargs)
        height, width = image.shape[:2]
        self.found.append([[x / width, y / height, w / width, h / height] for x, y, w, h in boxes])
        return boxes


def main() -> None:
    """Run a script with recording cascades."""
    import cv2

    script, out = sys.argv[1:3]
    found: list[list[list[float]]] = []
    plain = cv2.CascadeClassifier
    cv2.CascadeClassifier = lambda *args: _Recording(plain(*args), found)  # type: ignore[assignment,misc]
    sys.argv = [script]
    runpy.run_path(script, run_name="__main__")
    Path(out).write_text(json.dumps([[list(map(float, box)) for box in boxes] for boxes in found]))


if __name__ == "__main__":
    main()
