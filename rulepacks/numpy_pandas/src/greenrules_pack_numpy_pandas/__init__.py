"""The rule pack for NumPy, pandas, Polars, Numba, SciPy and start-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from greenrules import hookimpl
from greenrules_pack_numpy_pandas import arithmetic


@hookimpl
def greenrules_pack() -> Traversable:
    """Where ``pack.yaml`` and ``rules/`` lie."""
    return files(__name__)


@hookimpl
def greenrules_predicates() -> Mapping[str, Callable[..., Any]]:
    """What the rules of this pack ask about formulas."""
    return {
        "numpy_pandas.of_columns": arithmetic.of_columns,
        "numpy_pandas.of_name": arithmetic.of_name,
        "numpy_pandas.of_elements": arithmetic.of_elements,
        "numpy_pandas.reads_columns": arithmetic.reads_columns,
    }
