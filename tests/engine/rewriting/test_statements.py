"""Statements that are rewritten, moved or deleted: with their comments, in blocks that stay whole."""

from __future__ import annotations

import ast
import textwrap

import pytest


def dedent(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def test_what_the_pattern_does_not_mention_stays(rewrite) -> None:
    code = dedent("""
        @cached
        async def f(a: int, *, b=1) -> int:
            # about
            g(a)
            return a
    """)
    expected = code.replace("g(a)", "h(a)")
    assert rewrite(code, "def $F(...):\n    g($X)\n    ...", "def $F(...):\n    h($X)\n    ...") == expected


def test_a_header_changes_and_its_body_with_comments_does_not(rewrite) -> None:
    code = dedent("""
        for i in range(len(xs)):  # walk
            # body
            print(i)

            print(0)
        else:
            print("done")
    """)
    expected = code.replace("range(len(xs))", "indices(xs)")
    template = "for $I in indices($X):\n    $...BODY"
    assert rewrite(code, "for $I in range(len($X)):\n    $...BODY", template) == expected


def test_a_run_of_statements_becomes_one(rewrite) -> None:
    code = dedent("""
        def f(ys):
            # squares
            out = []
            for y in ys:  # all of them
                out.append(y * y)
            return out
    """)
    match = "$L = []\nfor $I in $S:\n    $L.append($E)"
    made = rewrite(code, match, "$L = [$E for $I in $S]")
    ast.parse(made)
    assert "out = [y * y for y in ys]" in made
    assert "# squares" in made
    assert "# all of them" in made
    assert "append" not in made


def test_a_body_moves_to_another_depth_in_the_unit_of_the_script(rewrite) -> None:
    code = "def f():\n\tif a:\n\t\tg()\n\t\tx = '''\n  raw\n'''\n\t\t# note\n\t\th()\n"
    made = rewrite(code, "if a:\n    $...BODY", "with b:\n    while c:\n        $...BODY")
    expected = "def f():\n\twith b:\n\t\twhile c:\n\t\t\tg()\n\t\t\tx = '''\n  raw\n'''\n\t\t\t# note\n\t\t\th()\n"
    assert made == expected


def test_two_space_scripts_get_two_spaces(rewrite) -> None:
    code = "def f():\n  if a:\n    g()\n"
    made = rewrite(code, "if a:\n    $...BODY", "with b:\n    $...BODY\n    z()")
    assert made == "def f():\n  with b:\n    g()\n    z()\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a()\ngc.collect()\nb()\n", "a()\nb()\n"),
        ("if x:\n    gc.collect()  # now\n", "if x:\n    # now\n    pass\n"),
        ("if x:\n    gc.collect()\n    y()\n", "if x:\n    y()\n"),
        ("if x: gc.collect()\n", "if x: pass\n"),
        ("a(); gc.collect(); b()\n", "a(); b()\n"),
        ("a(); gc.collect()\n", "a()\n"),
        ("a()\ngc.collect()", "a()"),
        ("def f():\n    '''doc'''\n    gc.collect()\n", "def f():\n    '''doc'''\n"),
        ("gc.collect()  # keep me\n", "# keep me\n"),
        ("try:\n    gc.collect()\nfinally:\n    y()\n", "try:\n    pass\nfinally:\n    y()\n"),
        ("x = gc.collect()\n", "x = gc.collect()\n"),
    ],
)
def test_statements_are_deleted_with_their_comments_kept(rewrite, code, expected) -> None:
    assert rewrite(code, "gc.collect()", "", where=["result unused"]) == expected


def test_all_statements_of_a_block_deleted_leave_pass(rewrite) -> None:
    code = "if x:\n    log(1)\n    log(2)\n"
    assert rewrite(code, "log($X)", "") == "if x:\n    pass\n"


def test_a_comment_inside_rewritten_code_moves_above_the_statement(rewrite) -> None:
    code = "y = foo(  # why\n    a,\n)[0]\n"
    made = rewrite(code, "foo($X)[0]", "first($X)")
    assert made == "# why\ny = first(a)\n"


def test_a_loop_with_an_else_that_the_rule_does_not_mention_is_not_written_anew(apply) -> None:
    code = "for x in y:\n    z(x)\nelse:\n    w()\n"
    made = apply(code, {"match": "for $X in $Y:\n    z($X)", "rewrite": "list(map(z, $Y))"})
    assert made.text == code
    assert "orelse" in made.refused[0].reason


HOISTED = ("for $I in $R:\n    $C = load($P)\n    $...REST", "$C = load($P)\nfor $I in $R:\n    $...REST")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "for i in r:\n    c = load('x')  # heavy\n    use(c, i)\n",
            "c = load('x')  # heavy\nfor i in r:\n    use(c, i)\n",
        ),
        (
            "for i in r:  # loop\n    # above\n    c = load(  # open\n        'x')  # heavy\n    # below\n    use(c)\n",
            "c = load(  # open\n    'x')  # heavy\nfor i in r:  # loop\n    # above\n    # below\n    use(c)\n",
        ),
        (
            "for i in r:\n    c = load('x'); use(c, i)  # both\n",
            "c = load('x')\nfor i in r:\n    use(c, i)  # both\n",
        ),
    ],
)
def test_a_statement_takes_its_comments_along(rewrite, code, expected) -> None:
    assert rewrite(code, *HOISTED) == expected


WHOLE = ("for $I in $R:\n    $C = $VALUE\n    $...B", "$C = $VALUE\nfor $I in $R:\n    $...B")


def test_the_further_lines_of_an_expression_move_with_its_statement_and_those_of_strings_stay(rewrite) -> None:
    code = 'for i in r:\n    c = load(\n        "x",\n        """\n        text""",\n    )\n    use(c)\n'
    assert rewrite(code, *WHOLE) == 'c = load(\n    "x",\n    """\n        text""",\n)\nfor i in r:\n    use(c)\n'
    tabs = "def f():\n\tfor i in r:\n\t\tc = load(\n\t\t\t'x',\n\t\t)\n\t\tuse(c)\n"
    assert rewrite(tabs, *WHOLE) == "def f():\n\tc = load(\n\t\t'x',\n\t)\n\tfor i in r:\n\t\tuse(c)\n"


def test_a_statement_takes_its_comment_into_a_block_and_out_of_one_that_it_filled(rewrite) -> None:
    code = "c = load('x')  # heavy\nfor i in r:\n    use(c)\n"
    made = rewrite(code, "$C = load($P)\nfor $I in $R:\n    $...B", "for $I in $R:\n    $C = load($P)\n    $...B")
    assert made == "for i in r:\n    c = load('x')  # heavy\n    use(c)\n"
    code = "for i in r:\n    c = load('x')  # heavy\n"
    made = rewrite(code, "for $I in $R:\n    $C = load($P)", "for $I in $R:\n    pass\n$C = load($P)")
    assert made == "for i in r:\n    pass  # heavy\nc = load('x')\n"


CHOICE = ("if $C:\n    $X = $A\nelse:\n    $X = $B", "$X = $A if $C else $B")
CALL = "if $C:\n    f($X)"


@pytest.mark.parametrize(
    ("code", "match", "template", "expected"),
    [
        (
            "if a:\n    pass\nelif b:\n    x = 1\nelse:\n    x = 2\n",
            *CHOICE,
            "if a:\n    pass\nelse:\n    x = 1 if b else 2\n",
        ),
        ("if a:\n    p\nelif b:\n    f(1)\n", CALL, "if $C:\n    g($X)", "if a:\n    p\nelif b:\n    g(1)\n"),
        (
            "if a:\n    p\nelif b:\n    f(1)\n",
            CALL,
            "k()\nif $C:\n    g($X)",
            "if a:\n    p\nelse:\n    k()\n    if b:\n        g(1)\n",
        ),
        (
            "if a:\n    p\nelif b:\n    f(1)\n",
            CALL,
            "while $C:\n    g($X)",
            "if a:\n    p\nelse:\n    while b:\n        g(1)\n",
        ),
        ("if a:\n    p\nelif b:\n    f(1)\n", CALL, "", "if a:\n    p\n"),
        (
            "if a:\n    p\nelif b:\n    f(1)\nelse:\n    z\n",
            CALL,
            "",
            "if a:\n    p\nelif b:\n    f(1)\nelse:\n    z\n",
        ),
        (
            "if a:\n    f(1)\nelif b:\n    z(2)\n",
            "if $C:\n    f($X)\nelif $D:\n    z($Y)",
            "if $D:\n    y($Y)\nelif $C:\n    g($X)\nelse:\n    k()",
            "if b:\n    y(2)\nelif a:\n    g(1)\nelse:\n    k()\n",
        ),
        (
            "if a:\n    f(1)\nelif b:\n    z(2)\nelse:\n    w\n",
            "if $C:\n    f($X)\nelse:\n    $...B",
            "while $C:\n    $...B",
            "while a:\n    if b:\n        z(2)\n    else:\n        w\n",
        ),
    ],
)
def test_an_elif_is_an_if_of_its_own(rewrite, code, match, template, expected) -> None:
    assert rewrite(code, match, template) == expected


@pytest.mark.parametrize(
    ("code", "match", "template", "expected"),
    [
        (
            "for i in r:\n    c = g(i)\n",
            "for $I in $R:\n    $C = g($I)\n    $...B",
            "while k($R):\n    $C = h()\n    $...B",
            "while k(r):\n    c = h()\n",
        ),
        (
            "for i in r:\n    c = g(i)\n",
            "for $I in $R:\n    $...A\n    $C = g($I)\n    $...B",
            "while k($R):\n    $...A\n    $...B\n$C = h()",
            "while k(r):\n    pass\nc = h()\n",
        ),
        (
            "for i in r:\n    c = g(i)\n    d()\n",
            "for $I in $R:\n    $...A\n    $C = g($I)\n    $...B",
            "while k($R):\n    $...A\n    $...B\n$C = h()",
            "while k(r):\n    d()\nc = h()\n",
        ),
        ("x = f()\n", "$X = f()\n$...REST", "$X = h()\n$...REST", "x = h()\n"),
        (
            "def k():\n    x = f()\n",
            "$X = f()\n$...REST",
            "with h() as $X:\n    $...REST",
            "def k():\n    with h() as x:\n        pass\n",
        ),
        ("if a:\n    x = f(1)\n", "$V = f($X)", "h($X)\nk($X)", "if a:\n    h(1)\n    k(1)\n"),
        (
            "def m():\n    for i in r:\n        l.append(i)\n",
            "for $I in $R:\n    $L.append($I)",
            "$L.extend($R)",
            "def m():\n    l.extend(r)\n",
        ),
        ("if a:\n    f(1); f(2)\nz\n", "f($X)", "", "if a:\n    pass\nz\n"),
        ("if a:\n    f(1)\n    pass\n", "f($X)", "", "if a:\n    pass\n"),
        (
            "match a:\n    case 1:\n        f(1)\n    case 2: f(2)\n",
            "f($X)",
            "",
            "match a:\n    case 1:\n        pass\n    case 2: pass\n",
        ),
        ("class A:\n    x = f(1)\n", "$V = f($X)", "", "class A:\n    pass\n"),
        (
            "for a in b:\n    f(1)\nelse:\n    z\n",
            "for $A in $B:\n    f($X)",
            "",
            "for a in b:\n    f(1)\nelse:\n    z\n",
        ),
    ],
)
def test_pass_stands_where_a_block_would_be_empty_and_nowhere_else(rewrite, code, match, template, expected) -> None:
    assert rewrite(code, match, template) == expected


@pytest.mark.parametrize(
    ("code", "template", "expected"),
    [
        ("x: int = f(1)\n", "$X = g($Y)", "x: int = g(1)\n"),
        ("x: int = f(1)  # why\n", "$X = g($Y)\nh($X)", "x: int = g(1)  # why\nh(x)\n"),
        ("self.x: list[int] = f(1)\n", "$X = $Y", "self.x: list[int] = 1\n"),
        ("x = f(1)\n", "$X: float = g($Y)", "x: float = g(1)\n"),
    ],
)
def test_an_annotation_that_a_rule_does_not_mention_stays(apply, code, template, expected) -> None:
    made = apply(code, {"match": "$X = f($Y)", "rewrite": template})
    assert made.text == expected, made


def test_an_annotation_is_not_lost_where_the_statement_is_written_anew(apply) -> None:
    made = apply("x: int = f(1)\n", {"match": "$X = f($Y)", "rewrite": "if $Y:\n    $X = g($Y)"})
    assert not made.applied
    assert "annotation" in made.refused[0].reason
