"""Versions and specifiers, with the ``packaging`` library as an independent judge."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from greenrules.engine.versions import allows, is_specifier

numbers = st.lists(st.integers(0, 12), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
suffixes = st.sampled_from(["", "", "", "a1", "b2", "rc1", ".post1", ".dev3", "rc1.dev2", "+cpu", ".post2.dev1"])
versions = st.builds(lambda number, suffix: number + suffix, numbers, suffixes)
clauses = st.builds(
    lambda operator, version: operator + version,
    st.sampled_from([">=", "<=", "<", ">", "==", "!="]),
    st.builds(lambda number, suffix: number + suffix, numbers, st.sampled_from(["", "", "rc1", ".post1", ".dev1"])),
)
prefixes = st.builds(lambda operator, number: f"{operator}{number}.*", st.sampled_from(["==", "!="]), numbers)
compatible = st.lists(st.integers(0, 12), min_size=2, max_size=3).map(lambda parts: "~=" + ".".join(map(str, parts)))


@example("1.7.post1", ">1.7")
@example("1.7.post1", ">1.7rc1")
@example("1.7rc1.post1", ">1.7rc1")
@example("1.7rc1.post1", ">1.7rc1.dev1")
@example("1.7rc1", "<1.7")
@example("1.7rc1", "<1.7.post1")
@example("1.7.post1.dev1", "<1.7.post1")
@given(versions, st.lists(st.one_of(clauses, prefixes, compatible), max_size=3).map(",".join))
def test_a_specifier_allows_what_packaging_says(version: str, specifier: str) -> None:
    specifiers = pytest.importorskip("packaging.specifiers")
    assert allows(specifier, version) is specifiers.SpecifierSet(specifier).contains(version, prereleases=True)


def test_text_that_is_no_version_is_not_known() -> None:
    assert allows(">=1", "latest") is None
    assert allows("about 1", "1.0") is None
    assert not is_specifier("about 1")
    assert is_specifier(">=1.0, <2")
