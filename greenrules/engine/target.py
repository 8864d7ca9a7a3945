"""What the engine may ask about the interpreter that runs the user's script."""

from __future__ import annotations

from typing import Protocol


class Target(Protocol):
    """Questions about the target interpreter's libraries; every answer may be "not known" (None)."""

    def version(self, distribution: str) -> str | None:
        """The installed version of a distribution, or None when it is not installed or not known."""

    def has(self, distribution: str) -> bool | None:
        """Whether a distribution is installed; None when it is not known."""

    def signature(self, qualified: str) -> str | None:
        """The signature of a callable as text, ``(a, b=1, *, c=None)``."""

    def attributes(self, qualified: str) -> frozenset[str] | None:
        """Names of the attributes of a class: of its MRO, and those that its methods set on ``self``."""


class NoTarget:
    """A target of which nothing is known."""

    def version(self, distribution: str) -> str | None:
        """Nothing is known."""
        return None

    def has(self, distribution: str) -> bool | None:
        """Nothing is known."""
        return None

    def signature(self, qualified: str) -> str | None:
        """Nothing is known."""
        return None

    def attributes(self, qualified: str) -> frozenset[str] | None:
        """Nothing is known."""
        return None
