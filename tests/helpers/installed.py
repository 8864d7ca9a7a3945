"""This interpreter as the target of rules, without a process to ask."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from greenrules.engine.target import NoTarget

#: distributions that carry a library under another name
_ALSO = {"opencv-python": ["opencv-python-headless"], "xgboost": ["xgboost-cpu"]}


class Installed(NoTarget):
    """Versions of what is installed here; nothing of signatures and attributes."""

    def version(self, distribution: str) -> str | None:
        for name in (distribution, *_ALSO.get(distribution, ())):
            try:
                return version(name)
            except PackageNotFoundError:
                continue
        return None

    def has(self, distribution: str) -> bool:
        return self.version(distribution) is not None
