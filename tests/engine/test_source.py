"""Reading a script and finding one's way in its text."""

from __future__ import annotations

import ast
import codecs
import cProfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.engine.children import children, walk
from greenrules.engine.source import read_source
from greenrules.errors import SourceError


def source(text: str | bytes):
    return read_source("script.py", text.encode() if isinstance(text, str) else text)


def named(script, text: str) -> ast.expr:
    """The first expression whose text this is."""
    found = [n for n in ast.walk(script.tree) if isinstance(n, ast.expr) and script.segment(n) == text]
    return found[0]


PROGRAMS = st.lists(
    st.sampled_from(["x = 1", "é = 'ñ' + x", "if x:\n\ty = 2", "# tail é", "'''a\nb'''", "f'{x!r:>{x}}'", "\x0c", ""]),
    max_size=8,
)


@settings(deadline=None)
@given(PROGRAMS, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.booleans(), st.data())
def test_unchanged_program_is_written_back_byte_for_byte(lines, newline, bom, final, data):
    cookie = "" if bom else data.draw(st.sampled_from(["", "latin-1", "cp1252", "utf-8"]))
    head = [f"# -*- coding: {cookie} -*-"] if cookie else []
    text = "\n".join([*head, *lines]).replace("\n", newline) + (newline if final else "")
    encoded = (codecs.BOM_UTF8 if bom else b"") + text.encode(cookie or "utf-8")
    script = source(encoded)
    assert script.text == text
    assert script.encode(script.text) == encoded
    assert script.encode(script.text + "x") == encoded + b"x"
    for node in ast.walk(script.tree):
        if isinstance(node, ast.Name):
            assert script.segment(node) == node.id


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_reason(data):
    try:
        script = source(data)
        script.tree  # noqa: B018
    except SourceError as error:
        assert error.message
    else:
        assert script.encode(script.text) == data


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "shift_jis", "euc-jp", "koi8-r"])
def test_declared_encoding_is_read_and_written(encoding):
    letter = {"shift_jis": "あ", "euc-jp": "あ", "koi8-r": "я"}.get(encoding, "é")
    data = f"# vim: set fileencoding={encoding} :\nx = '{letter}'\n".encode(encoding)
    script = source(data)
    assert letter in script.text
    assert script.encode(script.text.replace("x =", "y =")) == data.replace(b"x =", b"y =")


def test_declaration_on_the_second_line_counts_after_a_comment_only():
    assert source("#!/usr/bin/env python\n# coding: latin-1\n'é'".encode("latin-1")).text.endswith("'é'")
    with pytest.raises(SourceError):
        source("x = 1\n# coding: latin-1\n'é'".encode("latin-1"))


def test_declaration_after_a_lone_carriage_return_counts_for_its_own_line():
    assert source("x = 1\ry = 2\r# coding: nonsense\r").encoding == "utf-8"


REFUSED = {
    "utf-16": ("x = 1".encode("utf-16"), "UTF-16"),
    "utf-32": ("x = 1".encode("utf-32"), "UTF-32"),
    "not utf-8": (b"x = 1\ny = '\xe9'\n", "0xe9"),
    "unknown encoding": (b"# coding: nonsense\n", "nonsense"),
    "not a text encoding": (b"# coding: rot13\n", "rot13"),
    "byte order mark against declaration": (codecs.BOM_UTF8 + b"# coding: latin-1\n", "latin-1"),
    "null byte": (b"x = 1\ny\0 = 2\n", "null byte"),
    "syntax": (b"x = 1\ny = = 2\n", "invalid syntax"),
    "too deep": (b"(" * 300 + b")" * 300, "nested too deeply"),
    "far too deep": (b"x = " + b"-" * 100000 + b"1\n", "nested too deeply"),
}


@pytest.mark.parametrize("data,reason", REFUSED.values(), ids=REFUSED.keys())
def test_unreadable_file_is_refused_with_its_reason(data, reason):
    with pytest.raises(SourceError) as caught:
        source(data).tree  # noqa: B018
    assert reason in caught.value.message
    assert caught.value.position is not None


@pytest.mark.parametrize(
    "data,line,column,text",
    [
        (b"x = 1\ny = '\xe9'\n", 2, 6, "y = '\ufffd'"),
        (b"x = 1\r\ny\0 = 2\n", 2, 2, "y\0 = 2"),
        ("é = 1\ré = = 2\r".encode(), 2, 5, "é = = 2"),
        (b"# a\n# coding: nonsense\n", 2, 11, "# coding: nonsense"),
    ],
)
def test_error_points_at_its_place(data, line, column, text):
    with pytest.raises(SourceError) as caught:
        source(data).tree  # noqa: B018
    position = caught.value.position
    assert (position.line, position.column, position.text) == (line, column, text)


def test_newer_syntax_is_told_from_a_mistake():
    script = source("def f[T,\n\n    U](x: T) -> T: return x\n")
    try:
        ast.parse(script.text)
    except SyntaxError:
        with pytest.raises(SourceError, match="newer than Python"):
            script.tree  # noqa: B018


def test_empty_file_has_an_empty_tree():
    script = source("")
    assert script.tree.body == []
    assert (script.words, script.comments, script.newline, script.indent) == (frozenset(), (), "\n", "    ")


def test_words_are_found_without_parsing():
    script = source("import numpy as np  # zeros\n'a string' = = é\n")
    assert {"numpy", "np", "zeros", "string", "é"} <= script.words


@pytest.mark.parametrize("text,newline", [("a\nb\r\nc\n", "\n"), ("a\r\nb\r\n", "\r\n"), ("a\rb\r", "\r"), ("a", "\n")])
def test_newline_is_the_one_used_most(text, newline):
    assert source(text).newline == newline


@pytest.mark.parametrize(
    "text,indent", [("if x:\n  y\n", "  "), ("if x:  # c\n\n\ty\n", "\t"), ("x = {\n  1}\n", "    ")]
)
def test_indent_is_that_of_the_first_block(text, indent):
    assert source(text).indent == indent


def test_span_of_a_definition_includes_its_decorators():
    script = source("x = 1\n@ (\n  # a @ sign\n  deco)\n@other\ndef f(): pass\n")
    assert script.segment(script.tree.body[1]).startswith("@ (")
    script = source("@deco\nclass A: pass\n")
    assert script.segment(script.tree.body[0]) == "@deco\nclass A: pass"


def test_span_leaves_out_parentheses_and_outer_span_takes_them():
    script = source("y = ( # (\n  (x) # )\n) + f((x), ((z)))\n")
    x = named(script, "x")
    assert script.text[slice(*script.outer_span(x))] == "( # (\n  (x) # )\n)"


@pytest.mark.parametrize(
    "text,inner,outer",
    [
        ("f(x)", "x", "x"),
        ("f((x))", "x", "(x)"),
        ("f(  (x)  )", "x", "(x)"),
        ("f((x),)", "x", "(x)"),
        ("(f)(x)", "f", "(f)"),
        ("class A(x): pass", "x", "x"),
        ("class A((x)): pass", "x", "(x)"),
        ("f(a for a in (x))", "x", "(x)"),
        ("@(x)\ndef f(): pass", "x", "(x)"),
        ("g(f(x))", "f(x)", "f(x)"),
        ("y[(x)]", "x", "(x)"),
        ("f(k=(x))", "x", "(x)"),
        ("def f(a=x): pass", "x", "x"),
        ("f(*(x))", "x", "(x)"),
        ("match y:\n    case A(1): pass", "1", "1"),
    ],
)
def test_outer_span_knows_whose_parentheses_they_are(text, inner, outer):
    script = source(text)
    assert script.text[slice(*script.outer_span(named(script, inner)))] == outer


def test_spans_are_exact_after_wide_characters_tabs_and_form_feeds():
    script = source("\x0cif x:\n\t'é😀' + name; 'ñ'.join(name2)\n")
    assert script.segment(named(script, "name")) == "name"
    assert script.segment(named(script, "name2")) == "name2"


def test_comments_are_those_of_the_tokens():
    text = "# a\rx = '# no' # b\r\nf'''# no\n''' # c"
    script = source(text)
    assert [comment for _, comment in script.comments] == ["# a", "# b", "# c"]
    assert all(text.startswith(comment, at) for at, comment in script.comments)


def test_character_that_the_encoding_lacks_is_refused():
    script = source("# coding: latin-1\nx = 'é'\n".encode("latin-1"))
    with pytest.raises(SourceError, match="has no character"):
        script.encode(script.text + "'あ'\n")


def test_stateful_encoding_that_would_not_come_back_is_refused():
    # An escape sequence that is not needed: decoding loses it.
    data = b"# coding: iso-2022-jp\nx = '\x1b$B\x1b(Ba'\n"
    script = source(data)
    assert script.encode(script.text) == data
    with pytest.raises(SourceError, match="byte for byte"):
        script.encode(script.text + "y\n")


def test_two_megabytes_are_read_with_as_many_calls_as_they_have_lines():
    small, large = ("x = f(1, 'é')  # c\n" * n for n in (10_000, 100_000))
    calls = []
    for text in (small, large):
        script = source(text)
        script.tree  # noqa: B018
        profile = cProfile.Profile()
        profile.enable()
        for node in script.tree.body[:: len(script.tree.body) // 1000]:
            script.span(node.value)
        assert len(script.comments) == len(script.tree.body)
        profile.disable()
        calls.append(sum(entry.callcount for entry in profile.getstats()))
    assert calls[1] < 12 * calls[0]


@pytest.mark.parametrize(
    "text",
    [
        "def f(x, *, y=1):\n    return {x: [y for y in x if y][1:], **{'a': (z := 2)}}\n",
        "try:\n    pass\nexcept* E:\n    x -= -1\n",
    ],
)
def test_a_walk_is_that_of_ast_without_what_nodes_share(text):
    tree = ast.parse(text)
    shared = ast.expr_context | ast.operator | ast.unaryop | ast.boolop | ast.cmpop
    assert list(walk(tree)) == [node for node in ast.walk(tree) if not isinstance(node, shared)]
    for node in walk(tree):
        assert children(node) == [child for child in ast.iter_child_nodes(node) if not isinstance(child, shared)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fit(x)", True),
        ("refit(x)", False),
        ("# für fit", True),
        ("# für refit", False),
        ("\ufb01t(x)", True),  # a ligature, which is the same name
        ("fit\u00e9(x)", False),
    ],
)
def test_a_word_is_mentioned_where_it_stands_by_itself_in_whichever_spelling(text, found):
    assert read_source("a.py", text.encode()).mentions("fit") is found
