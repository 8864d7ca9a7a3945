"""What names mean: qualified names through imports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a dotted expression names.

    Attributes:
        name: canonical dotted name; None when the expression does not come from an import or a builtin.
            A relative import keeps its leading dots.
        certain: False when star imports, conflicting bindings or a rebinding that may reach the use make it doubtful;
            ``name`` is then the first of ``candidates``.
        reason: why it is not certain.
        candidates: every name it may have.
    """

    name: str | None
    certain: bool = True
    reason: str = ""
    candidates: tuple[str, ...] = ()

    def is_(self, qualified: str) -> bool | None:
        """Whether it names ``qualified``: True, False, or None when it may."""
        if self.certain:
            return self.name == qualified
        return None if not self.candidates or qualified in self.candidates else False
