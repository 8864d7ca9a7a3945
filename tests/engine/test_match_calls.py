"""Arguments of calls: one by signature where it is known, in doubt where they are not."""

import pytest

ZEROS = "import numpy as np\n"


@pytest.mark.parametrize(
    ("call", "verdict", "bound"),
    [
        ("np.zeros(3, float)", True, {"S": "3", "T": "float"}),
        ("np.zeros(dtype=int, shape=4)", True, {"S": "4", "T": "int"}),
        ("np.zeros((2, 2), order='F', dtype=int)", True, {"S": "(2, 2)", "T": "int"}),
        ("np.zeros(3, **more)", None, {"S": "3"}),
        ("np.zeros(*shape)", None, {}),
        ("np.zeros(3)", "none", None),
        ("np.zeros(3, **{'dtype': int})", True, {"S": "3", "T": "int"}),
    ],
)
def test_positional_and_keyword_arguments_are_one_by_signature(kit, call, verdict, bound):
    pattern = "numpy.zeros($S, dtype=$T, ...)"
    assert kit.lines(pattern, ZEROS + call) == ({} if verdict == "none" else {2: verdict})
    assert kit.bound(pattern, ZEROS + call) == bound


def test_a_rule_may_bring_its_own_signature(kit):
    code = "from other import load\nload('x', 5)"
    assert kit.bound("other.load(..., size=$N)", code, signature="(path, size=1)") == {"N": "5"}


def test_without_a_signature_a_keyword_behind_two_stars_is_not_known(kit):
    assert kit.lines("$M.fit(..., verbose=1)", "m.fit(x, **more)\nm.fit(x, verbose=1)\nm.fit(x)") == {1: None, 2: True}


def test_before_a_star_positions_are_certain(kit):
    assert kit.lines("f(1, ...)", "f(1, *a)\nf(2, *a)\nf(*a)") == {1: True, 3: None}


def test_arguments_that_a_dict_call_spells_out_are_known(kit):
    code = (
        ZEROS
        + "k = dict(order='F')\nnp.zeros(3, **k)\nk.update(more)\nnp.zeros(3, **k)\nnp.zeros(3, **dict(order='F'))"
    )
    assert kit.lines("numpy.zeros(..., order='F', ...)", code) == {3: True, 5: None, 6: True}
    shadowed = ZEROS + "def f(dict):\n    np.zeros(3, **dict(order='F'))"
    assert kit.lines("numpy.zeros(..., order='F', ...)", shadowed) == {3: None}


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("f([x for x in y], 1)", 1),
        ("f([x], 1)", 0),
        ("f(1, [x for x in y])", 0),
        ("f(*a, [x for x in y])", 1),
        ("f(*a)", 0),
        ("f(**a)", 0),
        ("f(a=[x for x in y])", 0),
        ("kit.g([x for x in y])", 1),
        ("kit.g(data=[x for x in y])", 1),
        ("kit.g(name, [x for x in y])", 0),
        ("kit.g(name, data=[x for x in y])", 0),
    ],
)
def test_arguments_are_looked_at_by_position_only_where_positions_are_known(kit, code, count):
    pattern = "kit.g([$E for $X in $Y], ...)" if code.startswith("kit") else "f([$E for $X in $Y], ...)"
    found = kit.matches(pattern, f"import kit\n{code}", signature="(data, name=None)")
    assert len(found) == count
