"""Regular expressions of rules are bounded: the hopeless are refused, the dear ones search short texts only."""

from __future__ import annotations

import re

import pytest

from greenrules.engine.regexes import Hopeless, read_regex, search
from greenrules.errors import RuleError

HOPELESS = [
    r"(a+)+$",
    r"(a*)*b",
    r"(a|ab|b)*c",
    r"([a-zA-Z]+)*$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(x+x+)+y",
    r"(.*a){12}",
    r"(\w+\s*)+:",
    r"(\s*\w*)*:",
    r"(a?){30}a{30}",
    r"((a+)?)+b",
    r"(?=(a+)+$)",
    r"(?>(a+)+b)",
    r'([^"]|\\.)*"',
    r".*.*.*.*=x",
    r"(a+|b)*c+(a+)+d",
    r"(a+){20}b",
    r"(.{1,9}a)+b",
    r"^(?:ab*?(?:c?)*?)+(?:\w)*+$",
    "a?" * 30 + "a" * 30,
    "(?:a|ab)" * 20,
    "a" * 6000,
]
USEFUL = [
    (r"^[a-z]+(_[a-z]+)*$", "snake_case_name", "Not"),
    (r"(\w+\.)*\w+$", "a.b.c", "a.b."),
    (r"^\s*,\s*$", " , ", ",a"),
    (r"(?i)(^|[^a-z])(accuracy|acc|error)([^a-z]|$)", "the ACC:", "accent"),
    (r".*\.csv$", "a.csv", "a.txt"),
    (r"(a++)+b", "aaab", "aaa"),
    (r"(?:[a-z]++_)*+x", "a_b_x", "y"),
    (r"([\"'])(.*?)\1", "'a'", "'a"),
    (r"^\w+\s*=\s*\d+$", "a = 1", "a = b"),
    (r"([a-z]+[A-Z])+x", "camelCx", "camel"),
    (r"https?://[^/]+/.*", "https://a.b/c", "ftp://"),
    (r'([^"\\]|\\.)*"', 'a"', "a"),
    (r"(\d{1,3}\.){3}\d{1,3}", "127.0.0.1", "127.0"),
    (r"select .* from .* where", "select a from b where", "select"),
    (r"^(?!foo).*$", "bar", "foo"),
]


@pytest.mark.parametrize("text", HOPELESS)
def test_what_may_take_too_long_is_refused(text):
    re.compile(text)
    with pytest.raises(Hopeless):
        read_regex(text)


@pytest.mark.parametrize(("text", "yes", "no"), USEFUL)
def test_what_people_write_is_taken(text, yes, no):
    assert search(text, yes) is True
    assert search(text, no) is False


@pytest.mark.parametrize("text", [text for text, _, _ in USEFUL])
def test_the_longest_text_that_is_searched_comes_to_an_end(text):
    longest = min(read_regex(text).longest or 3000, 3000)
    for unit in ("a", "a_", "a.", "1.", " ,", "aA", '\\"', "select  from "):
        assert search(text, (unit * longest)[: longest - 1] + "#") is not None


def test_a_text_that_is_too_long_is_not_searched():
    assert search(r"\d+px", "1" * 100_000) is None
    assert search("px$", "1" * 100_000 + "px") is True


@pytest.mark.parametrize(
    ("match", "where"), [("f('=~/(a+)+$/')", []), ("f($X)", ["$X matches /(a+)+$/"]), ("f($X)", ["$X matches /(/"])]
)
def test_it_is_refused_where_the_rule_is_loaded(kit, match, where):
    with pytest.raises(RuleError) as caught:
        kit.rule(match, where)
    assert caught.value.position is not None
    assert caught.value.position.line is not None
    assert "regular expression" in caught.value.message


def test_nothing_is_known_of_a_text_that_is_too_long(kit):
    code = f"f('{'1' * 9000}')\nf('1px')\nf('1')\n"
    assert kit.lines("f($X)", code, ["$X matches /\\d+px/"]) == {1: None, 2: True}
    assert kit.lines(r"f('=~/\d+px/')", code) == {1: None, 2: True}
