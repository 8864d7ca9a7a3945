"""Qualified names in patterns: whatever the script calls them by, and nothing else of that name."""

import pytest

SKLEARN = "from sklearn.svm import SVC as S\nimport sklearn.svm\nfrom sklearn import svm\n"


NAMES = [
    (SKLEARN + "S()\nsklearn.svm.SVC(C=1)\nsvm.SVC(2)", {4: True, 5: True, 6: True}),
    (SKLEARN + "def f(svm):\n    svm.SVC()", {}),
    ("from other import SVC\nSVC()", {}),
    ("import sklearn\nsklearn.svm.SVC()", {2: True}),
    ("from sklearn.svm import *\nSVC()\nOther()", {2: None}),
    ("from sklearn.svm import SVC\nSVC = fake\nSVC()", {}),
    ("def f():\n    from sklearn.svm import SVC\n    return SVC()\nSVC()", {3: True}),
    ("try:\n    from sklearn.svm import SVC\nexcept ImportError:\n    SVC = None\nSVC()", {5: True}),
    ("try:\n    from sklearn.svm import SVC\nexcept ImportError:\n    SVC = fake\nSVC()", {5: None}),
    ("x.sklearn.svm.SVC()", {}),
    ("from sklearn import svm\nMachine = svm.SVC\nMachine()", {3: True}),
    ("from sklearn.svm import SVC as S\nMachine = S\nMachine()\nMachine = f\nMachine()", {3: True}),
    ("from sklearn import svm\nMachine = svm.SVC if a else f\nMachine()", {}),
    (
        "from sklearn import svm\nclass A:\n    svm = 3\n    a = svm.SVC()\n    def g(self):\n        svm.SVC()",
        {6: True},
    ),
    ("from sklearn import svm\nwith a as svm:\n    svm.SVC()", {}),
    ("from sklearn import svm\nlambda svm: svm.SVC()", {}),
    ("from sklearn import svm\n[svm.SVC() for svm in y]", {}),
    ("from sklearn import svm\n(svm := 3)\nsvm.SVC()", {}),
    ("from sklearn import svm\ndel svm\nsvm.SVC()", {}),
    ("from sklearn import svm\ndef f():\n    svm.SVC()\n    svm = 2", {}),
    ("from sklearn import svm\ndef f():\n    global svm\n    svm = 3\nsvm.SVC()", {5: None}),
    ("from sklearn import svm\nmatch x:\n    case svm: pass\nsvm.SVC()", {}),
    ("from sklearn import svm\nasync def f():\n    async for svm in x:\n        svm.SVC()", {}),
    ("from sklearn.svm import SVC\n@SVC()\nclass A(SVC()): pass", {2: True, 3: True}),
]


@pytest.mark.parametrize(("code", "lines"), NAMES)
def test_a_qualified_name_means_what_the_imports_say(kit, code, lines):
    assert kit.lines("sklearn.svm.SVC(...)", code) == lines


def test_re_exports_count_as_the_public_name(kit):
    code = "from sklearn.ensemble._forest import RandomForestClassifier as R\nR()"
    assert kit.lines("sklearn.ensemble.RandomForestClassifier(...)", code) == {2: True}


def test_a_renamed_re_export_passes_the_word_filter(kit):
    assert kit.lines("f(numpy.float64)", "import numpy as np\nf(np.double)") == {2: True}


def test_a_dotted_name_that_is_no_module_is_plain_code(kit):
    code = "class A:\n    def g(self, x):\n        self.model.fit(x)\n        self.other.fit(x)"
    assert kit.lines("self.model.fit($X)", code) == {3: True}


def test_parts_of_a_qualified_name_may_be_metavariables(kit):
    code = "from numpy.random import rand\nrand(3)"
    assert kit.bound("numpy.random.$F(...)", code) == {"F": "rand"}
