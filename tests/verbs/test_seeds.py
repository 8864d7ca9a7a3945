"""Other seeds, the same script."""

import ast

from greenrules.verbs.seeds import has_seed, reseeded

SCRIPT = """\
import numpy as np
SEED = 42
rng = np.random.default_rng(7)  # é stays
np.random.seed(SEED)
def fit(X, random_state=0, *, seed: int = 1, rows=10): ...
a, b = split(X, test_size=0.2, random_state=42); model = Forest(n_estimators=200, random_state=SEED)
cells = sheet.seed_table
"""


def test_every_literal_seed_moves_and_nothing_else():
    moved = reseeded(SCRIPT, 1)
    assert moved.splitlines() == [
        "import numpy as np",
        "SEED = 1051",
        "rng = np.random.default_rng(1016)  # é stays",
        "np.random.seed(SEED)",
        "def fit(X, random_state=1009, *, seed: int = 1010, rows=10): ...",
        "a, b = split(X, test_size=0.2, random_state=1051); model = Forest(n_estimators=200, random_state=SEED)",
        "cells = sheet.seed_table",
    ]
    ast.parse(moved)


def test_no_shift_is_no_change_and_a_script_without_a_seed_says_so():
    assert reseeded(SCRIPT, 0) == SCRIPT
    assert has_seed(SCRIPT)
    assert not has_seed("split(X, test_size=0.2, random_state=None, shuffle=True)\nseed = time()\n")


def test_newlines_stay_as_they_are():
    assert reseeded("seed = 1\r\nx = 2\r\n", 2) == "seed = 2019\r\nx = 2\r\n"


def test_a_form_feed_does_not_shift_the_lines():
    assert reseeded("x = 1\n\f\nseed = 1\n", 1) == "x = 1\n\f\nseed = 1010\n"
