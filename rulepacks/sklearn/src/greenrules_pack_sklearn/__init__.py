"""The rule pack for scikit-learn, XGBoost and LightGBM."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from greenrules import hookimpl
from greenrules_pack_sklearn import predicates


@hookimpl
def greenrules_pack() -> Traversable:
    """Where ``pack.yaml`` and ``rules/`` lie."""
    return files(__name__)


@hookimpl
def greenrules_predicates() -> Mapping[str, Callable[..., Any]]:
    """What the rules of this pack ask about a script."""
    return {
        "sklearn.always_asked": predicates.always_asked,
        "sklearn.free_name": predicates.free_name,
        "sklearn.name_of_its_own": predicates.name_of_its_own,
        "sklearn.only_read": predicates.only_read,
        "sklearn.word": predicates.word,
        "sklearn.many_trees": predicates.many_trees,
        "sklearn.nothing_else_of": predicates.nothing_else_of,
    }
