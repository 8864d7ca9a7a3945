"""Programs in a newer Python than the one that runs the tests are read, each node at its place."""

from __future__ import annotations

import ast

import pytest

from greenrules.engine import newer
from greenrules.engine.source import read_source
from greenrules.engine.syntax import read
from greenrules.errors import SourceError

PROGRAMS = [
    "type X = int\n",
    "if a:\n    type X[T: (int, str), *Ts, **P] = list[T]\n    y = 2\n",
    "type = 3\ntype(type)\ntype X = 4\n",
    "def f[T](x: T) -> T: pass\n",
    "@d\nasync def f[T = int](x: T):\n    return x\n",
    "def f[\n    T,\n    U: int,\n](x): pass\n",
    "class A[T: int = str](B):\n    def m[U](self): pass\n",
    'x = f"{d["k"]}"\n',
    'x = f"é{d["k"]!r:>{w}} b" "c" f"{z}"\n',
    'x = f"{d["k"]=}{d["l"] = !s}{a:{"x"}}"\n',
    'x = f"{"\\n".join(x)}" + f"{f"{f"{1}"}"}"\n',
    'x = f"{\n x # c\n}"\n',
    'x = f"""{\n   d["""k"""]\n}"""\n',
    'x = (f"{d["k"]}"\n  "b"\n  f"{e}")\n',
    'x = f"{(lambda: d["k"])()}" + f"{d[f"{z["q"]}"]}"\n',
    'x = rf"{d["k"]}\\d" f"{{{d["k"]}}}\\n"\n',
    't"a{d["k"]!r:>3}"\n',
    "try: pass\nexcept A, B: pass\nexcept (C), D.e: pass\n",
    "try: pass\nexcept* A, B, C: pass\n",
]


@pytest.mark.parametrize("text", PROGRAMS)
def test_every_name_stands_where_the_tree_says(text):
    tree = newer.parse_newer(text)
    assert tree is not None
    nodes = list(ast.walk(tree))
    assert any(isinstance(node, ast.Name) for node in nodes)
    for node in nodes:
        if isinstance(node, ast.Name):
            assert ast.get_source_segment(text, node) == node.id
        elif isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.JoinedStr):
            segment = ast.get_source_segment(text, node)
            assert segment is not None and (isinstance(node, ast.JoinedStr) or segment in text)


def shape(node):
    """A tree with the places of its nodes; what Pythons say differently left out."""
    if isinstance(node, list):
        return [shape(item) for item in node]
    if not isinstance(node, ast.AST):
        return node
    found = [type(node).__name__]
    for name in node._fields:
        value = getattr(node, name, None)
        if value not in (None, []) and name not in ("kind", "type_comment") and not isinstance(value, ast.Load):
            found.append((name, shape(value)))
    if not isinstance(node, ast.FormattedValue | ast.Constant) and getattr(node, "end_lineno", None):
        found.append((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset))
    return found


@pytest.mark.parametrize("text", PROGRAMS)
def test_the_tree_is_that_of_a_python_that_knows_the_syntax(text):
    try:
        known = ast.parse(text)
    except SyntaxError:
        pytest.skip("this Python does not know it")
    assert shape(newer.parse_newer(text)) == shape(known)


def test_what_the_nodes_hold():
    tree = read("type X[T: int] = list[T]\n")
    alias = tree.body[0]
    assert isinstance(alias, newer.TYPE_ALIAS)
    assert (alias.name.id, ast.unparse(alias.value)) == ("X", "list[T]")
    assert [(each.name, each.bound.id) for each in alias.type_params] == [("T", "int")]
    joined = read('x = f"a{d["k"]!r:>{w}} b" "c"\n').body[0].value
    assert isinstance(joined, ast.JoinedStr)
    texts = [part.value for part in joined.values if isinstance(part, ast.Constant)]
    field = next(part for part in joined.values if isinstance(part, ast.FormattedValue))
    assert texts == ["a", " bc"]
    assert (ast.unparse(field.value), field.conversion) == ("d['k']", ord("r"))
    handler = read("try: pass\nexcept A, b.C: pass\n").body[0].handlers[0]
    assert isinstance(handler.type, ast.Tuple) and [ast.unparse(each) for each in handler.type.elts] == ["A", "b.C"]


@pytest.mark.parametrize("text", ["x = (\n", "def f[T(x): pass\n", "type X\n1 +\n", 'f"{d["k"]"\n', "print 1\n"])
def test_mistakes_stay_mistakes(text):
    with pytest.raises(SourceError, match="invalid syntax"):
        read_source("s.py", text.encode()).tree  # noqa: B018


REWRITES = [
    ('import numpy as np\nx = old(1)\nprint(f"{d["k"]}")\n', 'import numpy as np\nx = new(1)\nprint(f"{d["k"]}")\n'),
    ('print(f"{old(d["k"])} {x}")  # c\n', 'print(f"{new(d["k"])} {x}")  # c\n'),
    ('print(f"{old(d["k"])=}")\n', 'print(f"{old(d["k"])=}")\n'),
    ('print(t"{old(1)}")\n', 'print(t"{new(1)}")\n'),
    (
        "def f[T](x: T) -> T:\n    y = old(x)  # c\n    return y\n",
        "def f[T](x: T) -> T:\n    y = new(x)  # c\n    return y\n",
    ),
    ("try:\n    old(1)\nexcept A, B:\n    old(2)\n", "try:\n    new(1)\nexcept A, B:\n    new(2)\n"),
    ("type A = old(int)\n", "type A = new(int)\n"),
]


@pytest.mark.parametrize(("code", "expected"), REWRITES)
def test_they_are_rewritten(kit, code, expected):
    from greenrules.engine.compose import apply_rules
    from greenrules.engine.target import NoTarget

    made = apply_rules(
        read_source("s.py", code.encode()), [kit.rule("old($X)", rewrite="new($X)")], kit.knowledge, NoTarget()
    )
    assert made.text == expected


def test_an_import_that_type_parameters_and_aliases_need_stays(kit):
    from greenrules.engine.compose import apply_rules
    from greenrules.engine.target import NoTarget

    for rest in ("def f[T: np.ndarray](x: T): pass\n", "type A = np.ndarray\n", 'print(f"{np.pi + d["k"]}")\n'):
        code = f"import numpy as np\nx = np.zeros(1)\n{rest}"
        rule = kit.rule("numpy.zeros($X)", rewrite="own($X)")
        made = apply_rules(read_source("s.py", code.encode()), [rule], kit.knowledge, NoTarget())
        assert made.text == f"import numpy as np\nx = own(1)\n{rest}"


MATCHES = [
    ("type $X = $V", "type A[T] = list[T]", {"X": "A", "V": "list[T]"}),
    ("type $X = list[$V]", "type A = int", None),
    ("$X = $V", "type A = int", None),
    ("try: ...\nexcept ($A, $B): ...", "try: pass\nexcept A, B: pass", {"A": "A", "B": "B"}),
    ("f($X)", "def g[T: f(1)](): pass", {"X": "1"}),
    ("f($X)", 'g(f"{f(d["k"])}")', {"X": "d['k']"}),
]


@pytest.mark.parametrize(("pattern", "code", "bound"), MATCHES)
def test_patterns_match_them(kit, pattern, code, bound):
    assert kit.bound(pattern, code) == bound
