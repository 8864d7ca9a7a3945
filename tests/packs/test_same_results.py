"""Rewritten code computes what the code before it computed: exactly, or up to rounding, as the rule's level says.

Each script of `tests/corpus/packs/<pack>/` is named after the rule that must fire on it, and leaves what counts in
`result`; before and after run with the real libraries.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

FOLDER = Path(__file__).parents[1] / "corpus" / "packs"
SCRIPTS = sorted(FOLDER.glob("*/*.py"))


def _run(text):
    space = {"__name__": "script"}
    exec(compile(text, "script.py", "exec"), space)
    return space["result"]


def _assert_equal(left, right, exact):
    if isinstance(left, pd.Series):
        pd.testing.assert_series_equal(left, right, check_exact=exact, check_dtype=exact, check_names=exact)
    elif isinstance(left, pd.DataFrame):
        pd.testing.assert_frame_equal(left, right, check_exact=exact)
    elif isinstance(left, list | tuple) and not exact and any(isinstance(value, tuple) for value in left):
        assert [str(value) for value in left] == [str(value) for value in right]
    elif isinstance(left, list | tuple) and not exact and any(isinstance(value, list) for value in left):
        assert len(left) == len(right)
        for one, other in zip(left, right, strict=True):
            _assert_equal(one, other, exact)
    elif not exact:
        np.testing.assert_allclose(left, right, rtol=1e-3, atol=1e-6)
    elif isinstance(left, np.ndarray):
        assert left.dtype == right.dtype
        assert np.array_equal(left, right)
    else:
        assert type(left) is type(right)
        assert left == right


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_before_and_after_compute_the_same(script, rewrite, rules):
    full_id = f"{script.parent.name}/{script.name.split('.')[0]}"
    text = script.read_text(encoding="utf-8")
    after = rewrite(text, full_id)
    assert after != text, "the rule does not fire on this script"
    _assert_equal(_run(text), _run(after), rules[full_id].spec.level == "exact")
