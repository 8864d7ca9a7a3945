"""Templates: what stands in match and template stays to the character, the rest is written with care."""

from __future__ import annotations

import ast
import textwrap

import pytest


def dedent(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


@pytest.mark.parametrize(
    ("code", "match", "template", "expected"),
    [
        ("y = foo( a , b )  # keep\n", "foo($X, $Y)", "bar($X, $Y)", "y = bar( a , b )  # keep\n"),
        ("y = foo(a, b)\n", "foo($X, $Y)", "bar($Y, $X)", "y = bar(b, a)\n"),
        ("y = x.dot(y)\n", "$A.dot($B)", "$A @ $B", "y = x @ y\n"),
        ("y = x.dot(y).sum()\n", "$A.dot($B)", "$A @ $B", "y = (x @ y).sum()\n"),
        ("y = (x + 1).dot(y or z)\n", "$A.dot($B)", "$A @ $B", "y = (x + 1) @ (y or z)\n"),
        ("y = f(lambda: 1)\n", "f($X)", "$X()", "y = (lambda: 1)()\n"),
        ("y = f(1)\n", "f($X)", "$X.real", "y = (1).real\n"),
        ("y = -f(a + b)\n", "f($X)", "$X", "y = -(a + b)\n"),
        ("y = f(a + b)\n", "f($X)", "$X", "y = a + b\n"),
        ("y = f((a + b))\n", "f($X)", "g(k=$X)", "y = g(k=(a + b))\n"),
        ("y = f(\n    a +\n    b\n)\n", "f($X)", "$X", "y = (a +\n    b)\n"),
        ("x = f(g(f(1)))\n", "f($X)", "h($X)", "x = h(g(h(1)))\n"),
        ("x = f(f(f(1)))\n", "f($X)", "h($X, 0)", "x = h(h(h(1, 0), 0), 0)\n"),
        ("x = f(\"a\", 'b')\n", 'f("a", $X)', 'g("a", $X)', "x = g(\"a\", 'b')\n"),
        ("x = a.b.foo\n", "$X.foo", "$X.bar", "x = a.b.bar\n"),
        ("x = sorted(a)[0]\n", "sorted($X)[0]", "min($X)", "x = min(a)\n"),
        ("x = [f(v) for v in a]\n", "[f($V) for $V in $A]", "list(map(f, $A))", "x = list(map(f, a))\n"),
        ("x = not a == b\n", "not $A == $B", "$A != $B", "x = a != b\n"),
        ("if not f(x) and y: pass\n", "f($X)", "$X or g", "if not (x or g) and y: pass\n"),
        ("x = f(y := 1)\n", "f($X)", "$X", "x = (y := 1)\n"),
        ("print(f(yield_))\n", "f($X)", "$X + 1", "print(yield_ + 1)\n"),
        ("x = any([p for p in q])\n", "any([$E for $V in $I])", "any($E for $V in $I)", "x = any(p for p in q)\n"),
    ],
)
def test_an_expression_becomes_the_template_and_nothing_else_changes(rewrite, code, match, template, expected) -> None:
    assert rewrite(code, match, template) == expected


@pytest.mark.parametrize(
    ("code", "match", "template", "expected"),
    [
        ("f(a, b, k=1, c=2)\n", "f($...A, k=1, $...B)", "f($...A, k=2, $...B)", "f(a, b, k=2, c=2)\n"),
        ("f(k=1)\n", "f($...A, k=1, $...B)", "g($...A, $...B)", "g()\n"),
        ("f(k=1, b=2)\n", "f(..., k=1, ...)", "f(...)", None),
        ("f(a, k=1)\n", "f($X, k=1)", "f($X)", "f(a)\n"),
        ("f(a, k=1,)\n", "f($X, k=1)", "f($X)", "f(a,)\n"),
        ("f(\n    a,\n    k=1,\n)\n", "f($X, k=1)", "f($X)", "f(\n    a,\n)\n"),
        ("f(\n    a,\n    k=1\n)\n", "f($X, k=1)", "f($X)", "f(\n    a\n)\n"),
        ("f(a,\n  k=1)\n", "f($X, k=1)", "f($X)", "f(a)\n"),
        ("f(a)\n", "f($X)", "f($X, k=1)", "f(a, k=1)\n"),
        ("f(\n    a,  # first\n)\n", "f($X)", "f($X, k=1)", "f(\n    a,  # first\n    k=1,\n)\n"),
        ("f(\n    a  # first\n)\n", "f($X)", "f($X, k=1)", "f(\n    a,  # first\n    k=1\n)\n"),
        ("f(x for x in y)\n", "f($X)", "f($X, k=1)", "f((x for x in y), k=1)\n"),
        ("f(b=2, a=1)\n", "f(a=1, ...)", "f(a=3, ...)", "f(b=2, a=3)\n"),
    ],
)
def test_arguments_keep_their_commas_comments_and_layout(apply, code, match, template, expected) -> None:
    made = apply(code, {"match": match, "rewrite": template})
    if expected is not None and "k=1" not in template:
        assert made.text == expected
    elif expected is not None:
        assert made.text.count("k=1") >= 1
        ast.parse(made.text)


def test_an_argument_is_added_one_per_line_where_the_call_is_laid_out_so(apply) -> None:
    code = "f(\n    a,  # first\n    b,\n)\n"
    made = apply(code, {"match": "f($X, $Y)", "rewrite": "f($X, $Y, k=1)"})
    assert made.text == "f(\n    a,  # first\n    b,\n    k=1,\n)\n"


def test_a_captured_call_keeps_the_style_of_its_arguments_when_it_is_wrapped(rewrite) -> None:
    code = dedent("""
        import pandas as pd
        df = pd.read_csv(
            "a.csv",  # the data
            sep=";",
        )
    """)
    expected = dedent("""
        import polars
        df = polars.read_csv(
            "a.csv",  # the data
            sep=";",
        ).to_pandas()
    """)
    assert rewrite(code, "pandas.read_csv(...)", "polars.read_csv(...).to_pandas()") == expected


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


def test_names_a_template_binds_do_not_clash_with_the_script(rewrite) -> None:
    code = "item = 3\ny = f(item, xs)\n"
    made = rewrite(code, "f($A, $B)", "[$A for item in $B]")
    tree = ast.parse(made)
    comprehension = next(node for node in ast.walk(tree) if isinstance(node, ast.ListComp))
    assert comprehension.generators[0].target.id != "item"
    assert comprehension.elt.id == "item"


def test_a_builtin_of_the_template_that_the_script_shadows_refuses_the_site(apply) -> None:
    made = apply("def f(min, a):\n    return sorted(a)[0]\n", {"match": "sorted($X)[0]", "rewrite": "min($X)"})
    assert "min means something else" in made.refused[0].reason


def test_f_strings_are_rewritten_inside(rewrite) -> None:
    assert rewrite('print(f"{foo(x)!r:>10} {y}")\n', "foo($X)", "bar($X)") == 'print(f"{bar(x)!r:>10} {y}")\n'


def test_windows_newlines_and_tabs_stay(rewrite) -> None:
    code = "if x:\r\n\tfoo(\r\n\t\ta,\r\n\t\tk=1,\r\n\t)\r\n"
    made = rewrite(code, "foo($X, k=1)", "foo($X, j=2, i=3)")
    assert made == "if x:\r\n\tfoo(\r\n\t\ta,\r\n\t\tj=2,\r\n\t\ti=3,\r\n\t)\r\n"


def test_parameters_are_written_in(apply) -> None:
    rule = {
        "match": "fit($X)",
        "rewrite": "fit($X, batch=${BATCH})",
        "parameters": {"BATCH": {"choices": [32, 64]}},
        "id": "r",
    }
    assert apply("fit(x)\n", rule).text == "fit(x)\n"
    made = apply("fit(x)\n", rule, chosen=["r"], parameters={"r": {"BATCH": 64}})
    assert made.text == "fit(x, batch=64)\n"


def test_strings_are_written_by_metavariables(rewrite) -> None:
    assert rewrite('df.sum(axis="rows")\n', '$X.sum(axis="$A")', '$X.total("$A")') == 'df.total("rows")\n'


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
            "c = load(  # open\n        'x')  # heavy\nfor i in r:  # loop\n    # above\n    # below\n    use(c)\n",
        ),
        (
            "for i in r:\n    c = load('x'); use(c, i)  # both\n",
            "c = load('x')\nfor i in r:\n    use(c, i)  # both\n",
        ),
    ],
)
def test_a_statement_takes_its_comments_along(rewrite, code, expected) -> None:
    assert rewrite(code, *HOISTED) == expected


def test_a_statement_takes_its_comment_into_a_block_and_out_of_one_that_it_filled(rewrite) -> None:
    code = "c = load('x')  # heavy\nfor i in r:\n    use(c)\n"
    made = rewrite(code, "$C = load($P)\nfor $I in $R:\n    $...B", "for $I in $R:\n    $C = load($P)\n    $...B")
    assert made == "for i in r:\n    c = load('x')  # heavy\n    use(c)\n"
    code = "for i in r:\n    c = load('x')  # heavy\n"
    made = rewrite(code, "for $I in $R:\n    $C = load($P)", "for $I in $R:\n    pass\n$C = load($P)")
    assert made == "for i in r:\n    pass  # heavy\nc = load('x')\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('print(f"{f(1)=}")\n', None),
        ('print(f"{f(1) = !s:>4}")\n', None),
        ("print(f'''{\n f(1)\n = }''')\n", None),
        ('print(f"{g(f(1))=}")\n', None),
        ('print(f"x={f(1)}")\n', 'print(f"x={h(1)}")\n'),
        ('print(f"x={f(1) == 2}")\n', 'print(f"x={h(1) == 2}")\n'),
        ('print(f"{x=} {f(1)}")\n', 'print(f"{x=} {h(1)}")\n'),
        ('f(f"{x=}")\n', 'h(f"{x=}")\n'),
    ],
)
def test_code_that_an_f_string_shows_stays(rewrite, code, expected) -> None:
    assert rewrite(code, "f($X)", "h($X)") == (code if expected is None else expected)


@pytest.mark.parametrize(
    ("code", "template", "where", "expected"),
    [
        ("for i in r:\n    g(i)\n", "h($R)", ["inside `for $X in $R: ...`"], "for i in r:\n    h(r)\n"),
        (
            "for i in r:\n    for j in s:\n        g(i)\n",
            "h($R)",
            ["inside `for $X in $R: ...`"],
            "for i in r:\n    for j in s:\n        h(r)\n",
        ),
        (
            "for i in r:\n    for j in s:\n        g(1)\n",
            "h($R)",
            ["inside `for $_ in $R: ...`"],
            "for i in r:\n    for j in s:\n        h(s)\n",
        ),
        (
            "for i in range(3):\n    for j in range(n):\n        g(1)\n",
            "h($N)",
            ["$N is literal", "inside `for $_ in range($N): ...`"],
            "for i in range(3):\n    for j in range(n):\n        h(3)\n",
        ),
        (
            "for i in range(3):\n    for j in range(4):\n        g(1)\n",
            "h($N)",
            ["not $N == 4", "inside `for $_ in range($N): ...`"],
            "for i in range(3):\n    for j in range(4):\n        h(3)\n",
        ),
        ("for i in r:\n    g(1)\n    k(i)\n", "h($I)", ["inside `for $I in $_: ...`", "not before `k($I)`"], None),
        (
            "for i in r:\n    g(1)\n    k(j)\n",
            "h($I)",
            ["not before `k($I)`", "inside `for $I in $_: ...`"],
            "for i in r:\n    h(i)\n    k(j)\n",
        ),
        ("m = make(3)\ng(m)\n", "h($N)", ["after `$X = make($N)`"], "m = make(3)\nh(3)\n"),
        ("g(a.b.c)\n", "h($B)", ["contains `$B.b`"], "h(a)\n"),
        (
            "for i in a or b:\n    g(1)\n",
            "$R + 1",
            ["inside `for $_ in $R: ...`"],
            "for i in a or b:\n    (a or b) + 1\n",
        ),
        (
            "with open(p) as fh:\n    g(1)\n",
            "$H.g($X)",
            ["inside `with open($P) as $H: ...`"],
            "with open(p) as fh:\n    fh.g(1)\n",
        ),
        ("g(1)\n", "h($R)", ["inside `for $_ in $R: ...`"], None),
    ],
)
def test_what_a_condition_binds_stands_in_the_template(rewrite, code, template, where, expected) -> None:
    assert rewrite(code, "g($X)", template, where=where) == (code if expected is None else expected)


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
        ("x = f(a) - f(b)\n", "f($A) - f($B)", "g($B) - g($A)", "x = g(b) - g(a)\n"),
        ("f(a)[b]\n", "f($A)[$B]", "g($B)[$A]", "g(b)[a]\n"),
        ("f(a, k=b)\n", "f($A, k=$B)", "g($B, k=$A)", "g(b, k=a)\n"),
        ("f(x=a, y=b)\n", "f(x=$A, y=$B)", "g(x=$B, y=$A)", "g(x=b, y=a)\n"),
        ("f(g(1))\n", "f(g($A))", "h(k($A), g($A))", "h(k(1), g(1))\n"),
        ("x = p < q\n", "$A < $B", "$B > $A", "x = q > p\n"),
        ("x.a(1).b(2)\n", "$X.a($A).b($B)", "$X.d($B).c($A)", "x.d(2).c(1)\n"),
        ("a.b = c.d\n", "$X.b = $Y.d", "$Y.b = $X.e", "c.b = a.e\n"),
        (
            "x = [f(a) for a in b if c]\n",
            "[f($A) for $A in $B if $C]",
            "[g($A) for $A in $C if $B]",
            "x = [g(a) for a in c if b]\n",
        ),
        ("f(\n    1,  # one\n    2,\n)\n", "f($A, $B)", "g($B, $A)", "# one\ng(2, 1)\n"),
        ("print(f'{a}{b}')\n", "f'{$A}{$B}'", "f'{$B}-{$A}'", "print(f'{b}-{a}')\n"),
        (
            "if a:\n    f(1)\nelse:\n    f(2)\n",
            "if $C:\n    f($X)\nelse:\n    f($Y)",
            "if not $C:\n    g($Y)\nelse:\n    g($X)",
            "if not a:\n    g(2)\nelse:\n    g(1)\n",
        ),
        (
            "f(a)\nf(b)\n",
            "f($A)\nf($B)",
            "h(1)\nh(2)\ng($A)\nh($B)\nh(4)\ng($B)\nh($A)",
            "h(1)\nh(2)\ng(a)\nh(b)\nh(4)\ng(b)\nh(a)\n",
        ),
    ],
)
def test_two_places_may_change_into_one_another(rewrite, code, match, template, expected) -> None:
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


def test_a_dotted_name_that_nothing_binds_refuses_the_site(apply) -> None:
    code = "import old\ny = old.go(1)\n"
    made = apply(code, {"match": "old.go($X)", "rewrite": "unheard_of.go($X)"})
    assert made.text == code
    assert "nothing would bind the name unheard_of" in made.refused[0].reason
    bound = "unheard_of = make()\ny = old(1)\n"
    assert apply(bound, {"match": "old($X)", "rewrite": "unheard_of.go($X)"}).text == bound.replace(
        "old(", "unheard_of.go("
    )
    made = apply("y = old(a)\n", {"match": "old($X)", "rewrite": "[each.b for each in $X]"})
    assert made.text == "y = [each.b for each in a]\n"


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
