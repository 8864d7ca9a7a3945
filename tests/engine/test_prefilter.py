"""Which rules a file's words let through."""

import pytest

from greenrules.engine.pattern import compile_pattern
from greenrules.engine.prefilter import select


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("numpy.zeros(...)", {"zeros"}),
        ("numpy.random.$F(...)", set()),
        ("$M.fit(..., verbose=$V)", {"fit", "verbose"}),
        ("numpy.zeros(..., dtype=$T)", {"zeros"}),
        ("for $I, $R in $D.iterrows(): ...", {"iterrows"}),
        ("($X: pandas.DataFrame).head()", {"head"}),
        ("print(<... f($X) ...>)", {"print", "f"}),
        ("from sklearn.ensemble import $C", {"ensemble"}),
        ("def $F(x): ...", {"x"}),
        ('f("float64")', {"f"}),
        ("f'{g($X)}'", {"g"}),
        ("$X", set()),
    ],
)
def test_words_that_every_match_spells(pattern, words):
    assert compile_pattern(pattern).words == words


def test_a_rule_runs_when_all_words_of_one_alternative_occur(kit):
    rule = kit.rule({"any": ["$X.a($Y.b)", "$X.c"]})
    assert select([rule], frozenset({"a", "b"}), kit.knowledge)
    assert select([rule], frozenset({"c"}), kit.knowledge)
    assert not select([rule], frozenset({"a"}), kit.knowledge)


def test_a_rule_of_a_library_runs_where_the_library_is_imported(kit):
    rule = kit.rule("$X.iterrows()", libraries={"pandas": ">=1"})
    assert select([rule], frozenset({"iterrows", "pandas"}), kit.knowledge)
    assert not select([rule], frozenset({"iterrows", "polars"}), kit.knowledge)
    unknown = kit.rule("$X.iterrows()", libraries={"unheard-of": ">=1"})
    assert select([unknown], frozenset({"iterrows"}), kit.knowledge)


def test_a_name_that_a_pack_renames_counts_as_what_it_stands_for(kit):
    assert select([kit.rule("numpy.float64")], frozenset({"double", "numpy"}), kit.knowledge)


def test_a_file_without_the_words_is_not_parsed(kit):
    facts = kit.facts("def broken(:")
    from greenrules.engine.find import find

    assert find(facts, [kit.rule("g($X)")]) == []
