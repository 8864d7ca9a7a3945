"""What the packs declare can be read, and names that they spell exist in the installed libraries."""

from __future__ import annotations

import importlib

import pytest

from greenrules.engine.callees import parse_shape


def test_every_call_shape_is_one_that_the_engine_reads(registry):
    wrong = [
        shape
        for pack in registry.packs.values()
        for shapes in (pack.spec.types, pack.spec.pure, pack.spec.deterministic, pack.spec.accepts)
        for shape in shapes
        if parse_shape(shape) is None
    ]
    assert not wrong


@pytest.mark.parametrize("name", ["sklearn", "numpy_pandas"])
def test_signatures_are_of_things_that_exist(registry, name):
    # one search exists only after the import that enables it
    importlib.import_module("sklearn.experimental.enable_halving_search_cv")
    missing = []
    for qualified in registry.packs[name].spec.signatures:
        parts = qualified.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            try:
                found = importlib.import_module(".".join(parts[:cut]))
            except ImportError:
                continue
            for part in parts[cut:]:
                found = getattr(found, part, None)
            break
        if found is None:
            missing.append(qualified)
    assert not missing


def test_every_metric_function_of_scikit_learn_that_gives_one_number_has_a_direction(registry):
    from sklearn import metrics

    known = set(registry.packs["sklearn"].spec.metrics)
    scores = {
        f"sklearn.metrics.{name}"
        for name in dir(metrics)
        if name.endswith(("_score", "_loss", "_error", "_deviance", "_corrcoef")) and callable(getattr(metrics, name))
    }
    assert scores <= known
