"""A file is parsed only where a line that spells a rule's name may match: what is skipped does not match."""

import pytest

from greenrules.engine.facts import Facts
from greenrules.engine.find import find
from greenrules.engine.source import read_source
from greenrules.errors import SourceError

RULES = (
    "sorted($A)[0]",
    "len($S.unique())",
    "numpy.zeros(..., dtype=numpy.float64)",
    "numpy.zeros(..., dtype=$T)",
    "$X = numpy.zeros(...)",
    "print(<... $S.nunique() ...>)",
    "f('mode', $X)",
)
MATCHES = (
    "sorted(a)[0]",
    "len(s.unique())",
    "np.zeros(3, dtype=np.float64)",
    "np.zeros(3, np.double)",
    "print(1, g(s.nunique()))",
    'f("mode", 1)',
)
PLACES = (
    "x = {}",
    "x = [\n1,\n{},\n  2]",
    "x = h(1, # sorted(\n    '(', {}\n)",
    "x = 1 + \\\n    {}",
    "if {}:\n    pass\nelif {}:\n    pass\nelse: {}",
    "def f(a={}):\n    return {}",
    "@h({})\nclass A(h({})):\n    x: int = {}\n\n    def g(self):\n        yield {}",
    "async def f():\n    async with {} as a, h({}):\n        await {}",
    "with (\n    {} as a,\n    h() as b,\n):\n    pass",
    "for x in {}: y = {}; z = {}",
    "while {}:\n  break",
    "try:\n    pass\nexcept {}:\n    pass\nfinally: {}",
    "match {}:\n    case 1 if {}:\n        pass",
    "x = f'{{{}}}'",
    'x = f"""{{\n{}}}"""',
    "x = lambda y: {}",
    "x = [{} for y in {} if {}]",
    "assert {}, '''\n(\n'''; del x",
    "x[{}] += (y := {})",
    "match = {}",
    "'text' % {}",
    "    \nif x:\n\tx = {}",
    "x = {}\r\ny = {}\r\n",
    "x = {{'a': {}, **{}}}",
    "def f():\n    '''a\n    def g(\n    '''\n    return h(1,\n{})",
    "print(f'{{s.nunique()}}', {})",
    "z = {}\nprint(z)",
)


ALIASES = (
    "from numpy import zeros as z, float64 as d\nx = z(3, d)",
    "from numpy import double as d\nx = np.zeros(3, dtype=d)",
    "make = np.zeros\nx = make(3, dtype=np.double)",
    "def f(dtype=np.float64):\n    kind = np.float64\n    return np.zeros(3, dtype=kind)",
    "x = np.zeros(*a)\ny = np.zeros(3, **b)\nz = np.zeros(a, b, c)",
    "x = np.zeros(3)\ny = np.zeros(dtype=float, shape=np.float64)",
    "mode = 'mode'\nf(mode, 2)\nlen(s.unique)",
)


def matches(kit, source, rule):
    facts = Facts(source, kit.knowledge)
    return [(match.node.lineno, match.node.col_offset, match.verdict.value) for match in find(facts, [rule])]


def agree(kit, monkeypatch, text):
    """Whether every rule matches as it does in a file that is parsed whatever its text says."""
    text = "import numpy as np\n" + text
    for pattern in RULES:
        rule = kit.rule(pattern)
        found = matches(kit, read_source("a.py", text.encode()), rule)
        with monkeypatch.context() as patch:
            patch.setattr("greenrules.engine.find.may_match", lambda *look: True)
            patch.setattr("greenrules.engine.match.may_be_given", lambda *look: True)
            for module in ("match", "match_nodes"):
                patch.setattr(f"greenrules.engine.{module}.plausible", lambda *look: True)
            assert found == matches(kit, read_source("a.py", text.encode()), rule)


@pytest.mark.parametrize("place", PLACES)
def test_a_match_is_found_wherever_it_stands(kit, monkeypatch, place):
    for match in MATCHES:
        text = place.format(*[match] * place.count("{}"))
        try:
            _ = read_source("a.py", text.encode()).tree
        except SourceError:
            # Before Python 3.12 a field cannot hold the quotes of its string.
            assert "f'" in place and "'" in match
        else:
            agree(kit, monkeypatch, text)


@pytest.mark.parametrize("text", ALIASES)
def test_a_match_is_found_under_whatever_name(kit, monkeypatch, text):
    agree(kit, monkeypatch, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("sorted($A)[0]", "x = sorted(a)[i()]  # sorted(a)[0]"),
        ("sorted($A)[0]", "x = 'sorted(a)[0]' + sorted(a)"),
        ("len($S.unique())", "x = s.unique()\ny = len(x)"),
        ("numpy.zeros(..., dtype=numpy.float64)", "import numpy\nx = numpy.zeros(3)"),
        ("numpy.zeros(..., dtype=$T)", "import numpy\nx = numpy.zeros(3)"),
        ("numpy.eye(..., dtype=$T)", "import numpy\nx = numpy.eye(3, 4, 0, float)"),
        ("sklearn.svm.SVC(..., n_jobs=$N)", "from sklearn import svm\nx = svm.SVC(1, 2, 3)"),
    ],
)
def test_a_file_none_of_whose_lines_may_match_is_not_parsed(kit, pattern, text):
    assert matches(kit, read_source("a.py", f"{text}\ndef broken(:".encode()), kit.rule(pattern)) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("sorted($A)[0]", "x = sorted(a)[0]"),
        ("numpy.zeros(..., dtype=$T)", "import numpy\nx = numpy.zeros(3, float)"),
        ("numpy.zeros(..., dtype=$T)", "import numpy\nx = numpy.zeros(*a)"),
        ("numpy.zeros(..., dtype=$T)", "import numpy\nx = numpy.zeros(**a)"),
        ("for $I in $R: ...", "for i in r: pass"),
    ],
)
def test_a_file_in_which_a_line_may_match_is_parsed(kit, pattern, text):
    with pytest.raises(SourceError):
        matches(kit, read_source("a.py", f"{text}\ndef broken(:".encode()), kit.rule(pattern))


@pytest.mark.parametrize(
    "text",
    [
        "make = np.zeros\nother = make\nx = other(3)",
        "lib = np\nmake = lib.zeros\nx = make(3)",
        "x = f(1)\ndef f(make=None):\n    make = np.zeros\n    return make(3)",
    ],
)
def test_a_name_that_is_handed_on_is_followed(kit, text):
    assert matches(kit, read_source("a.py", f"import numpy as np\n{text}".encode()), kit.rule("numpy.zeros($N)"))


def test_a_builtin_that_is_handed_on_is_followed(kit):
    text = "def g():\n    show = print\n    def f():\n        show(1)\n    return f\n"
    assert matches(kit, read_source("a.py", text.encode()), kit.rule("print($X)"))
