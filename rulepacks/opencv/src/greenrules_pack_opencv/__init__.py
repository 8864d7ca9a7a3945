"""The rule pack for OpenCV, Pillow and scikit-image."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from greenrules import hookimpl


@hookimpl
def greenrules_pack() -> Traversable:
    """Where ``pack.yaml`` and ``rules/`` lie."""
    return files(__name__)
