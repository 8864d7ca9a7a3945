"""Values known without running the script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that an expression is known to have; a wrapper, because None is a value too."""

    value: Any
