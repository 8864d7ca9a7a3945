"""The rule pack for NumPy, pandas, Polars, Numba, SciPy and start-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from greenrules import hookimpl
from greenrules_pack_numpy_pandas import (
    arithmetic,
    arrays,
    columns,
    foreseen,
    frames,
    kinds,
    loops,
    rows,
    scripts,
    shapes,
)

_PREDICATES = (
    scripts.always_run,
    arithmetic.of_columns,
    foreseen.of_name,
    foreseen.of_elements,
    arithmetic.of_group,
    arithmetic.compares,
    arithmetic.compares_columns,
    arrays.apart,
    foreseen.at_hand,
    arrays.fresh,
    arrays.holds_small,
    foreseen.is_name,
    arrays.nonnegative,
    foreseen.small_numbers,
    columns.asked_for,
    columns.dates,
    columns.keys,
    columns.numbers,
    frames.columns_read,
    frames.by_number,
    frames.members,
    frames.numbered,
    frames.row_mask,
    frames.scalars,
    frames.several_levels,
    frames.texts,
    frames.used_as_column,
    frames.used_as_frame,
    kinds.keeps_kinds,
    kinds.one_kind,
    kinds.shows_no_kind,
    foreseen.compiles,
    loops.loop_arguments,
    foreseen.repeats,
    rows.plain_values,
    rows.reads_columns,
    scripts.catches,
    scripts.computes,
    scripts.free_name,
    scripts.left_alone,
    foreseen.only_needed_in,
    scripts.only_grows,
    scripts.only_searched,
    scripts.pandas_only_reads,
    scripts.plain_function,
    scripts.runs_dry,
    foreseen.starts_with_text,
    scripts.without,
    foreseen.without_filter,
    scripts.writes_files,
    shapes.alike,
    shapes.matrices,
    shapes.square_product,
)


@hookimpl
def greenrules_pack() -> Traversable:
    """Where ``pack.yaml`` and ``rules/`` lie."""
    return files(__name__)


@hookimpl
def greenrules_predicates() -> Mapping[str, Callable[..., Any]]:
    """What the rules of this pack ask about formulas, rows, arrays, frames, loops and scripts."""
    return {f"numpy_pandas.{predicate.__name__}": predicate for predicate in _PREDICATES}
