"""greenrules: rewrites machine-learning scripts to use less energy, by declarative rules, and proves what it saved.

This module is what users and pack authors import; everything else is private to the project.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greenrules.api import (
        apply,
        choose,
        doctor,
        explain,
        gate,
        lint,
        measure_script,
        pack_check,
        pack_new,
        pack_test,
        packs,
        report,
        rules,
    )
    from greenrules.errors import ExitCode, GreenrulesError
    from greenrules.hookspecs import hookimpl
    from greenrules.meters.region import measure

__version__ = "0.1.0"

_HOMES = {
    "ExitCode": "greenrules.errors",
    "GreenrulesError": "greenrules.errors",
    "apply": "greenrules.api",
    "choose": "greenrules.api",
    "doctor": "greenrules.api",
    "explain": "greenrules.api",
    "gate": "greenrules.api",
    "hookimpl": "greenrules.hookspecs",
    "lint": "greenrules.api",
    "measure": "greenrules.meters.region",
    "measure_script": "greenrules.api",
    "pack_check": "greenrules.api",
    "pack_new": "greenrules.api",
    "pack_test": "greenrules.api",
    "packs": "greenrules.api",
    "report": "greenrules.api",
    "rules": "greenrules.api",
}

__all__ = [
    "ExitCode",
    "GreenrulesError",
    "apply",
    "choose",
    "doctor",
    "explain",
    "gate",
    "hookimpl",
    "lint",
    "measure",
    "measure_script",
    "pack_check",
    "pack_new",
    "pack_test",
    "packs",
    "report",
    "rules",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: a pack that wants ``hookimpl`` does not pay for the engine."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'greenrules' has no attribute {name!r}")
