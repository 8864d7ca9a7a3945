"""Rewrites inside what a metavariable matched: all uses, or none."""

from __future__ import annotations

import pytest

ITERROWS = {
    "match": "for $I, $ROW in $DF.iterrows():\n    $...BODY",
    "where": ["$DF is pandas.DataFrame"],
    "rewrite": "for $ROW in $DF.itertuples():\n    $...BODY",
    "within": {"BODY": {'$ROW["$COL"]': "$ROW.$COL", "$I": "$ROW.Index"}},
}
HEAD = "import pandas as pd\ndf = pd.DataFrame(data)\n"
LOOP = HEAD + "for i, row in df.iterrows():\n"
TUPLES = HEAD + "for row in df.itertuples():\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('    print(i, row["a"])  # out\n', "    print(row.Index, row.a)  # out\n"),
        ("    f(row['a'], k=row['b'] + i)\n", "    f(row.a, k=row.b + row.Index)\n"),
        ("    x[row['a']] = {row['b']: [row['c']]}\n", "    x[row.a] = {row.b: [row.c]}\n"),
        ("    # all\n    if row['a']:\n        # some\n        g(-row['b'])\n", None),
        ("    print(f\"{row['a']} {i}\")\n", '    print(f"{row.a} {row.Index}")\n'),
        ("    x = [row['a'] for k in y]\n", "    x = [row.a for k in y]\n"),
    ],
)
def test_every_use_is_translated(apply, body, expected) -> None:
    made = apply(LOOP + body, ITERROWS)
    wanted = expected if expected is not None else body.replace("row['a']", "row.a").replace("row['b']", "row.b")
    assert made.text == TUPLES + wanted


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("    f(row['class'])\n", "'class' cannot be written"),
        ("    f(row['_x'])\n", "'_x' cannot be written"),
        ("    f(row['two words'])\n", "cannot be written"),
        ("    f(row['count'])\n", "'count' is an attribute of the type"),
        ("    f(row)\n", "row is used in a way"),
        ("    f(row[key])\n", "row is used in a way"),
        ("    row['a'] = 1\n", "row is used in a way"),
        ("    i += 1\n", "i is used in a way"),
        ("    x = [row['a'] for i in y]\n", "i is used in a way"),
        ("    g = lambda row: row['a']\n", "row means something else"),
    ],
)
def test_a_use_that_cannot_be_translated_refuses_the_whole_site(apply, body, reason) -> None:
    made = apply(LOOP + body, ITERROWS)
    assert made.text == LOOP + body
    assert reason in made.refused[0].reason


def test_an_attribute_of_the_known_type_is_refused(apply, target) -> None:
    rule = {
        "match": "with $F() as $R:\n    $...BODY",
        "rewrite": "with $F(1) as $R:\n    $...BODY",
        "within": {"BODY": {'$R["$K"]': "$R.$K"}},
    }
    code = "with f() as r:\n    print(r['x'], r['index'])\n"
    assert "'index' is an attribute" in apply(code, rule).refused[0].reason


def test_nested_sites_are_translated_in_one_pass(apply) -> None:
    code = LOOP + "    for j, other in df.iterrows():\n        f(row['a'], other['b'], i, j)\n"
    made = apply(code, ITERROWS)
    assert made.text == (
        TUPLES + "    for other in df.itertuples():\n        f(row.a, other.b, row.Index, other.Index)\n"
    )


def test_code_that_is_moved_takes_its_changes_along(apply) -> None:
    rule = {
        "match": "$S = 0\nfor $I in range($N):\n    $S += $E",
        "rewrite": "$S = total($E, $N)",
        "within": {"E": {"$A[$I]": "$A[:$N]"}},
    }
    made = apply("s = 0\nfor i in range(n):\n    s += a[i] * b[i]\n", rule)
    assert made.text == "s = total(a[:n] * b[:n], n)\n"
    made = apply("s = 0\nfor i in range(len(a)):\n    s += a[i]\n", rule)
    assert made.text == "s = total(a[:len(a)], len(a))\n"
