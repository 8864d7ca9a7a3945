"""Which rules a file's text lets through; what it rules out does not match."""

import ast

import pytest

from greenrules.engine.facts import Facts
from greenrules.engine.find import find
from greenrules.engine.match_quick import plausible
from greenrules.engine.pattern import compile_pattern
from greenrules.engine.places import Places, places_of
from greenrules.engine.predicates import with_predicates
from greenrules.engine.proof import libraries_of
from greenrules.engine.regexes import texts_of
from greenrules.engine.shortlist import Live, live_rules
from greenrules.engine.source import read_source
from greenrules.errors import SourceError
from greenrules.packs import discover


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


@pytest.mark.parametrize(
    ("pattern", "cues"),
    [
        ("numpy.zeros(...)", {"zeros("}),
        ("numpy.random.$F(...)", set()),
        ("$M.fit(..., verbose=$V)", {".fit("}),
        ("for $I in [$A, ...]: ...", {"for", "in["}),
        ("for $I in [1, 2]: ...", {"for"}),
        ("for $I, $R in $D.iterrows(): ...", {"for", ".iterrows("}),
        ("any([$E for $X in $IT])", {"=any([", "for"}),
        ("def $F(...): $...BODY", {"def"}),
        ("while $C: ...", {"while"}),
        ("with f($X): ...", {"with", "f"}),
        ("$X ** 3", {"**3"}),
        ("$X ** $Y", set()),
        ("f(numpy.zeros($A))", {"f(", "zeros"}),
        ("$A = numpy.array($X)", {"array("}),
        ("$S.apply(lambda $X: $E)", {".apply(", "lambda"}),
        ("$X.values", {".values"}),
        ("$X.a.b($Y)[0]", {".a", ".b("}),
        ("$X + f($Y)", {"f"}),
        ("$X > f($Y)", {"f"}),
        ("print(<... f($X) ...>)", {"=print(", "f"}),
        ("$X", set()),
    ],
)
def test_cues_that_every_match_shows(pattern, cues):
    assert compile_pattern(pattern).cues == cues


def test_parentheses_around_a_list_do_not_hide_it(kit):
    assert live(kit, kit.rule("any([$E for $X in $IT])"), "any(([a for b in c]))")


def facts_of(kit, text):
    return Facts(read_source("a.py", text.encode()), kit.knowledge)


def live(kit, rule, text):
    return [number for each in live_rules(facts_of(kit, text), [rule]) for number in each.branches]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("x.a(y.b)", [0]),
        ("x.a ( y. b )", [0]),
        ("x.  # far\n a \\\n (y.b)", [0]),
        ("x.c", [1]),
        ("x.a(y.b, z.c)", [0, 1]),
        ("x.a(y)", []),
        ("x.a, y.b", []),
        ("'''x.a(y.b)'''  # x.c", []),
        ("f'{x.a(y.b)}'", [0]),
    ],
)
def test_an_alternative_is_looked_for_when_all_its_cues_are_shown(kit, text, numbers):
    assert live(kit, kit.rule({"any": ["$X.a($Y.b)", "$X.c"]}), text) == numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import numpy\nnumpy.zeros(3)", True),
        ("from numpy import zeros as z\nz(3)", True),
        ("import numpy as np\nz = np.zeros\nz(3)", True),
        ("import numpy as np\nz = (np.\n  zeros)\nz(3)", True),
        ("import numpy as np\n(np.zeros)(3)", True),
        ("import numpy as np\nnp.zeros\n", False),
        ("from . import numpy\nnumpy.zeros(3)", False),
        ("import torch\ntorch.zeros(3)", False),
        ("'import numpy'\nnumpy.zeros(3)", False),
    ],
)
def test_a_function_is_looked_for_where_its_module_is_imported_and_it_may_be_called(kit, text, found):
    assert bool(live(kit, kit.rule("numpy.zeros(...)"), text)) is found


def test_a_rule_of_a_library_runs_where_the_library_is_mentioned(kit):
    rule = kit.rule("$X.iterrows()", libraries={"pandas": ">=1"})
    assert live(kit, rule, "import pandas\nx.iterrows()")
    assert live(kit, rule, "x.iterrows()  # of pandas")
    assert not live(kit, rule, "import polars\nx.iterrows()  # geopandas")
    unknown = kit.rule("$X.iterrows()", libraries={"unheard-of": ">=1"})
    assert live(kit, unknown, "x.iterrows()")


def test_a_name_that_a_pack_renames_counts_as_what_it_stands_for(kit):
    assert live(kit, kit.rule("numpy.float64"), "import numpy as np\nnp.double")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import numpy as np\nnp.x", False),
        ("import numpy as np\nx = np\n  ", False),
        ("import numpy as np\nreturn_ (np)\n  ", True),  # a closer look is taken
        ("import numpy as np\ndef f(np): pass\n  ", True),
        ("import numpy as np\ndef np(): pass\n  ", True),
        ("import numpy as np\nf(np=1)\n  ", True),
        ("import numpy as np\n@np\ndef f(): pass", False),
        ("import numpy as np\ndef f():\n  return np", False),
        ("import numpy as np\nf(returnnp, a.in_np)", True),
        ("import numpy as np\n'np.x'", True),
        ("import numpy as np\nf'np.x'", True),
        ("import numpy as np\na.np.x", True),
        ("import numpy as np\nx = a. np.x", True),
        ("import numpy as np\nx = a.b (np.x)", False),
        ("import numpy as np\nx = a, np.x", False),
        ("import numpy as np\nx_np.x", True),
        ("import numpy as np, os\nif os: import numpy as num\nnp.x", True),
        ("import numpy\nimport numpy.linalg", True),
        ("import pandas as pd\npd.x", False),
    ],
)
def test_an_import_that_is_plainly_used_is_not_looked_at_for_being_unused(kit, text, found):
    rule = kit.rule("import numpy", where=["result unused"])
    assert bool(live(kit, rule, text)) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x ** 3", True),
        ("x **\\\n 3", True),
        ("x[0] ** (3)", True),
        ("x ** 2", False),
        ("x ** 2 ** 1", True),
        ("x ** 3.0", True),
        ("n = 3\nx ** n", True),
        ("f(3, **x)", False),
        ("x **= 3", False),
        ("'x ** 3'", False),
    ],
)
def test_a_power_is_looked_for_where_its_exponent_may_be(kit, text, found):
    assert bool(live(kit, kit.rule("$X ** 3"), text)) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import numpy as np\nfor x in y: np.mean(y)", True),
        ("from numpy import mean\nfor x in y: mean(y)", True),
        ("from numpy import mean as m\nfor x in y: m(y)", True),
        ("import numpy as np\nm = np.mean\nfor x in y: m(y)", True),
        ("import numpy as np\nfor x in y: np.exp(y)", False),
        ("import numpy as np\nnp.mean(y)", False),
    ],
)
def test_a_function_that_a_condition_names_is_looked_for(kit, text, found):
    rule = kit.rule("for $V in $R:\n    <... numpy.$M($A) ...>\n", where=["$M matches /^(mean|sum)$/"])
    assert bool(live(kit, rule, text)) is found


@pytest.mark.parametrize(
    ("regex", "texts"),
    [
        ("^(mean|median|min|max)$", {"mean", "median", "min", "max"}),
        ("^(fit_)?transform$", {"transform", "fit_transform"}),
        ("^[ab]x$", {"ax", "bx"}),
        ("^(a|b)(c|d)?$", {"a", "b", "ac", "ad", "bc", "bd"}),
        ("^$", {""}),
        ("mean", None),
        ("^mean", None),
        ("^a|b$", None),
        ("^a*$", None),
        ("^[a-z]$", None),
        ("^[^a]$", None),
        ("(?i)^a$", None),
        ("^a{2}$", None),
    ],
)
def test_the_texts_that_a_regular_expression_matches_are_listed_where_they_are_few(regex, texts):
    assert texts_of(regex) == texts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = x.imean(y)", True),
        ("a = x.mean(y)", True),
        ("a = x.mean", False),
        ("mean(y)", False),
        ("a = x.sum(y)", False),
    ],
)
def test_a_name_that_a_regular_expression_describes_is_looked_for_among_the_words(kit, text, found):
    assert bool(live(kit, kit.rule("$S.$M($X)", where=["$M matches /mean/"]), text)) is found


def surely(kit, text, **rule):
    return bool(live_rules(facts_of(kit, text), [kit.rule(**rule)], certain=True))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import pandas as pd\ndf = pd.read_csv('a')\ndf.f()", True),
        ("from pandas import DataFrame\ndf = DataFrame()\ndf.f()", True),
        ("import pandas\ndef g(df: 'pandas.DataFrame'): df.f()", True),
        ("import pandas as pd\npd.options\nx.f()", False),
        ("import numpy as np\nDataFrame().f()", False),
    ],
)
def test_a_type_is_known_only_where_something_gives_one(portfolio, kit, text, found):
    rule, facts = (
        kit.rule("$X.f()", where=["$X is pandas.DataFrame"]),
        Facts(read_source("a.py", text.encode()), portfolio[1]),
    )
    assert bool(live_rules(facts, [rule], certain=True)) is found
    assert live_rules(facts, [rule])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("for x in y: f(x)", True),
        ("if a:\n    for x in y: f(x)", True),
        ("def g(\n    y\n):\n\n# a\n    for x in y: f(x)\n", False),
        ("def g(y): f(y)\nfor x in y: f(x)\n", True),
        ("class A:\n    def g(y):\n        for x in y: f(x)\nz = 1\n", False),
        ("async def g(y):\n    for x in y: f(x)\n\n\n@f\ndef h(): pass\n", False),
        ("def g():\n    '''A\nB\n'''\n    for x in y: f(x)\n", False),
        ("def g(): pass\n\fif a:\n    for x in y: f(x)\n", True),
    ],
)
def test_a_loop_at_module_level_is_looked_for_outside_of_functions(kit, text, found):
    assert surely(kit, text, match="for $X in $Y: f($X)", where=["at module level"]) is found


def test_a_file_whose_text_rules_all_out_is_not_parsed(kit):
    assert find(facts_of(kit, "def broken(:"), [kit.rule("g($X)")]) == []


@pytest.fixture(scope="module")
def portfolio():
    registry = discover()
    return with_predicates(registry.rules(list(registry.packs.values())), registry.predicates), registry.knowledge()


def places(facts, rules, *, certain):
    return [
        (match.rule.full_id, match.branch, match.node.lineno, ast.dump(match.node), match.verdict.value)
        for match in find(facts, rules, certain=certain)
    ]


def everything(facts, rules, *, certain=False):
    """In place of the shortlist: every alternative of every rule that is meant for the script."""
    asked = [(rule, libraries_of(rule, facts.knowledge)) for rule in rules]
    return [
        Live(rule, tuple(range(len(rule.branches))))
        for rule, modules in asked
        if not modules or any(map(facts.source.mentions, modules))
    ]


def examples():
    registry = discover()
    for pack in registry.packs.values():
        for rule in pack.rules:
            texts = [each[kind] for each in rule.data["examples"] for kind in ("before", "unchanged") if kind in each]
            yield pytest.param(rule.full_id, "\n".join(texts), id=rule.full_id)


starts = Places.starts


@pytest.mark.parametrize(("name", "text"), list(examples()))
def test_no_match_is_lost_in_what_built_in_rules_show_of_themselves(portfolio, monkeypatch, name, text):
    rules, knowledge = portfolio
    own = [rule for rule in rules if rule.full_id == name]
    for written in (text, ast.unparse(ast.parse(text)).replace(".", " \\\n. ")):
        try:
            source = read_source("a.py", written.encode())
            alone = places(Facts(source, knowledge), own, certain=False)
            found = [places(Facts(source, knowledge), rules, certain=certain) for certain in (False, True)]
        except SourceError:
            continue
        with monkeypatch.context() as patch:
            patch.setattr("greenrules.engine.find.live_rules", everything)
            patch.setattr(Places, "starts", lambda places, kinds, anchors: starts(places, kinds, ()))
            patch.setattr("greenrules.engine.find.may_match", lambda *look: True)
            patch.setattr("greenrules.engine.match.may_be_given", lambda *look: True)
            for module in ("match", "match_nodes"):
                patch.setattr(f"greenrules.engine.{module}.plausible", lambda *look: True)
            assert alone == places(Facts(source, knowledge), own, certain=False)
            assert found == [places(Facts(source, knowledge), rules, certain=certain) for certain in (False, True)]


@pytest.mark.parametrize(
    ("pattern", "code", "worth"),
    [
        ("for $I in $R:\n    $A[$I] = $E", "for i in r:\n    a[i] = b", True),
        ("for $I in $R:\n    $A[$I] = $E", "for i in r:\n    a[i]: int = b", True),
        ("for $I in $R:\n    $A[$I] = $E", "for i in r:\n    a.i = b", False),
        ("for $I in $R:\n    $A[$I] = $E", "for i in r:\n    a[i] = b\n    f()", False),
        ("for $I in $R:\n    $A[$I] = $E\n    ...", "for i in r:\n    a[i] = b\n    f()", True),
        ("for $I in $R:\n    $A[$I] = $E\n    $...REST", "for i in r:\n    a[i] = b", True),
        ("for $I in $R:\n    ...\n    f($I)", "for i in r:\n    a = b", True),
        ("for $I in $R:\n    $S", "for i in r:\n    a = b", True),
        ("for $I in $R:\n    <... f($X) ...>", "for i in r:\n    a = f(b)", True),
        ("for $I in $R:\n    for $J in $Q:\n        $X", "for i in r:\n    while i:\n        f()", False),
        ("async def $F(...):\n    return $X", "def f(a):\n    return a", False),
        ("def $F(...):\n    return $X", "async def f(a):\n    return a", True),
        ("$A = []", "a = b", True),
        ("$A = []", "a = f()", False),
        ("$A = {}", "a = dict()", True),
        ("$A = 3", "a = b[0] + 1", True),
        ("$A = $B = 0", "a = b = 0", True),
        ("$A = $B = 0", "a = 0", False),
        ("f($X)", "f(a, b)", False),
        ("f($X)", "f(*a)", True),
        ("f($X, k=$Y)", "f(a)", False),
        ("f($X, k=$Y)", "f(a, b)", True),
        ("f($X, k=$Y)", "f(a, **b)", True),
        ("f($X, ...)", "f(a, b, c=d)", True),
        ("f(..., k=$Y, ...)", "f()", False),
        ("f(..., k=$Y, ...)", "f(*a)", True),
        ('f("...")', "f('a')", True),
        ('f("...")', "f(b'a')", True),
        ('f("...")', "f(a)", True),
        ('f("...")', "f('a' + b)", True),
        ('f("...")', "f(g())", False),
        ('f("...")', "f(1)", False),
    ],
)
def test_a_quick_look_tells_by_bodies_literals_texts_and_the_number_of_arguments(pattern, code, worth):
    wanted, statement = compile_pattern(pattern).first, ast.parse(code).body[0]
    assert plausible(wanted, statement.value if isinstance(wanted, ast.expr) else statement, {}) is worth


@pytest.mark.parametrize(
    ("pattern", "code", "lines"),
    [
        ("f($X)", "f(1)\ng(2)\ng(f(3))", [1, 3]),
        ("numpy.f($X)", "from numpy import f as g\ng(1)\nf(2)\nh(3)", [2, 3]),
        ("$X.f($Y) / 2", "a.f(b) / 2\nb / 2\na.f(b)\na.f(b)[0] / 2", [1]),
        ("$X ** 3", "a ** 3\na * 3\n3 ** a", [1, 3]),
        ("sorted($A)[0]", "sorted(a)[0]\na[0]\nsorted(a)[0] = 1\nsorted(a[0])", [1]),
        ("$X.a.b", "x.a.b\ny.b.a()\nz.a\nz.b = 1", [1, 2]),
        ("[$M.f($X)[0] for $X in $Y]", "[m.f(x)[0] for x in y]\n[x for x in m.f(y)[0]]\n[m.f(x) for x in y]", [1]),
        ("$A = f()", "a = f()\nb: int = f()\nf()\nc = d\nd = g(x=f)\ne = d\n", [1, 2]),
        ("$A = []\nfor $X in $Y: ...", "a = []\nfor x in y: pass\na = []", [1]),
        ("$A = $B\nfor $X in $Y:\n    f($X)", "if z:\n a = b\n for x in y:\n  f(x)\na = b\nfor x in y: g(x)", [2]),
        ("$A = $B\n...\nf($A)", "a = b\nc = d\nf(a)", [1, 2]),
        (
            "for $X in $Y:\n    <... f($X) ...>",
            "for x in y:\n if x:\n  for z in y:\n   f(x)\nfor x in f(y): pass",
            [1, 3],
        ),
        ("$F(..., <... f($X) ...>)", "g(f(1))\ng(1)\nf(2)\ng(1, k=[f(2)])", [1, 4]),
        ("$F(..., k=<... f($X) ...>)", "g(**d)\nf(2)", [1, 2]),
        ("with f($X): ...", "with f(x): pass\nwith g(x): f\nwith g(x): f", [1]),
        ("$A + f($X) + $B", "a + f(x) + b\na - b", [1]),
        ("$X", "a = 1", [1]),
    ],
)
def test_a_search_starts_from_what_its_matches_hold(kit, pattern, code, lines):
    found, facts = compile_pattern(pattern), facts_of(kit, code)
    nodes = places_of(facts).starts(found.kinds, found.anchors)
    assert sorted({node.lineno for node in nodes}) == lines


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("import numpy as np\na = np.mean(b)\na = np.exp(b)", [2]),
        ("from numpy import mean as m\na = m(b)\na = exp(b)", [2]),
        ("import numpy as np\nm = np.mean\na = m(b)", [3]),
    ],
)
def test_a_search_starts_from_the_names_that_a_condition_wants(kit, code, lines):
    rule = kit.rule("$A = numpy.$M($B)", where=["$M matches /^(mean|sum)$/"])
    nodes = places_of(facts_of(kit, code)).of(rule.branches[0], rule.anchors[0])
    assert [node.lineno for node in nodes] == lines
