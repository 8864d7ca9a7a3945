"""What a rule pack may implement. A pack is a module registered in the entry-point group ``greenrules.packs``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources.abc import Traversable
from typing import Any

import pluggy

hookspec = pluggy.HookspecMarker("greenrules")
hookimpl = pluggy.HookimplMarker("greenrules")


@hookspec
def greenrules_pack() -> Traversable:  # type: ignore[empty-body]
    """The folder that holds ``pack.yaml`` and ``rules/*.yaml``."""


@hookspec
def greenrules_predicates() -> Mapping[str, Callable[..., Any]]:  # type: ignore[empty-body]
    """Predicates of conditions: name → ``callable(arguments, match, facts)``, giving True, False or None (unknown)."""
