"""F-strings whose fields hold their own quotes, comments and backslashes: read alike by every Python."""

from __future__ import annotations

import ast
import sys
import tokenize
from io import StringIO

import pytest

from greenrules.engine.formatted import read_formatted
from greenrules.engine.source import read_source
from greenrules.engine.tokens import comments, find

WHOLE = [
    # text, needs Python 3.12
    ('f"{d["k"]}"', True),
    ('f"{a["#"]}"', True),
    ('f"{x:{"#"}>4}"', True),
    ("f'{x!r:>{w}}'", False),
    ('f"{{#}}"', False),
    ('f"""{\n x # c\n}"""', True),
    ('f"""{\n x\n}"""', False),
    ('f"{\n x\n}"', True),
    ('rf"\\{x}"', False),
    ('f"\\{x}"', False),
    ('f"\\N{DEGREE SIGN}{a}"', False),
    ('f"{f"{f"#"}"}"', True),
    ("f\"{f'{x}'}\"", False),
    ("f\"{f'''{x}'''}\"", False),
    ('f"{a!="#"}"', True),
    ('t"{a["#"]}"', True),
    ("f'{x:%H:%M#}'", False),
    ('f"{ {"a": 1}["a"] }#"', True),
    ("f\"{ {'a': 1}['a'] }#\"", False),
    ('f"{x:\'>10}"', False),
    ('f"}}{ {1} }{{#"', False),
    ("f\"{'\\n'.join(x)}\"", True),
    ("f'''{d['k']}'''", False),
    ("f'''{d['''k''']}'''", True),
    ('f"{(y := 1)}{lambda_:=^5}"', False),
    ('f""', False),
]


@pytest.mark.parametrize(("text", "newer"), WHOLE)
def test_a_string_with_fields_is_read_to_its_end(text, newer):
    for before, after in (("", ""), ("x = ", ' + "}" # c'), ("g(", ", k='{')")):
        found = read_formatted(before + text + after, len(before))
        assert found is not None
        assert (found.end, found.newer) == (len(before) + len(text), newer)
    if sys.version_info < (3, 12) and not text.startswith("t"):
        try:
            ast.parse(text)
        except SyntaxError:
            assert newer
        else:
            assert not newer


@pytest.mark.parametrize("text", ['f"{a', 'f"a', '"{a}"', 'xf"{a}"', "f'{a)'", "f'{a:'"])
def test_what_is_no_whole_string_with_fields_is_none(text):
    assert read_formatted(text, 0) is None


@pytest.mark.parametrize(("text", "newer"), WHOLE)
def test_comments_are_found_behind_and_within_it(text, newer):
    code = f"x = ({text},  # one\n  '#', {text})  # two\n"
    inner = [found for found in ("# c",) if found in text]
    source = read_source("s.py", code.encode())
    assert [comment for _, comment in source.comments] == [*inner, "# one", *inner, "# two"]
    if sys.version_info >= (3, 12):
        found = [t.string for t in tokenize.generate_tokens(StringIO(code).readline) if t.type == tokenize.COMMENT]
        assert found == [comment for _, comment in source.comments]


def test_commas_and_comments_between_arguments_are_told_from_those_in_fields():
    code = 'f(f"{d["a, b # c"]}", b)  # d\n'
    assert find(code, "comma", 2, len(code)) == code.index(", b)")
    assert [token.text for token in comments(code, 0, len(code))] == ["# d"]
