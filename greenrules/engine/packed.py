"""Compiled values that come back from the cache in parts: what every start asks for at once, the rest when used."""

from __future__ import annotations

import pickle
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from typing import Self


#: names of attributes → the pickle that holds them
Parts = dict[tuple[str, ...], bytes]


class Packed:
    """Base of what is unpacked in parts.

    A part is the pickle of a dictionary of attributes. It is unpacked when one of them is first asked for. Fields of
    such a class have no default values that stand in the class, because these would be found instead.
    """

    #: what is worked out from the rest and kept with nothing
    derived: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def unpacked(cls, first: Mapping[str, Any], parts: Parts) -> Self:
        """A value of which only some attributes are there yet.

        Args:
            first: these attributes.
            parts: those that hold further ones.
        """
        made = cls.__new__(cls)
        made.__dict__.update(first)
        made.__dict__["_parts"] = {name: part for names, part in parts.items() for name in names if name not in first}
        return made

    def in_parts(self, first: Collection[str], parts: Collection[Collection[str]]) -> tuple[dict[str, Any], Parts]:
        """What :meth:`unpacked` takes; what stands in no part and is there already goes into the last one."""
        held = self.__getstate__()
        named = [tuple(name for name in names if name not in first) for names in parts]
        rest = tuple(name for name in held if name not in first and not any(name in names for names in named))
        named[-1] += rest
        return {name: held[name] for name in first}, {
            names: pickle.dumps({name: held[name] for name in names}, pickle.HIGHEST_PROTOCOL) for names in named
        }

    # Behind the type checker's back, for which it would make every attribute right.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            parts = self.__dict__.get("_parts")
            if not parts or name not in parts:
                raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
            for each, value in pickle.loads(parts[name]).items():
                self.__dict__.setdefault(each, value)
            return self.__dict__[name]

    def __getstate__(self) -> dict[str, Any]:
        for name in self.__dict__.get("_parts", ()):
            getattr(self, name)
        return {name: value for name, value in self.__dict__.items() if name != "_parts" and name not in self.derived}
