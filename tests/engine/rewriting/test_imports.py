"""Imports of rewritten scripts: reused, added beside their kin, taken out when the rewrite leaves them unused."""

from __future__ import annotations

import textwrap

import pytest

FOREST = {
    "match": "sklearn.ensemble.RandomForestClassifier($...A)",
    "rewrite": "sklearn.ensemble.HistGradientBoostingClassifier($...A)",
}
BOOST = {
    "match": "sklearn.ensemble.RandomForestClassifier($...A)",
    "rewrite": "xgboost.XGBRFClassifier($...A)",
}
NORM = {"match": "numpy.sqrt(numpy.sum($X ** 2))", "rewrite": "numpy.linalg.norm($X)"}


def dedent(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


CASES = [
    pytest.param(
        FOREST,
        "from sklearn.ensemble import RandomForestClassifier as RF\nm = RF(3)\n",
        "from sklearn.ensemble import HistGradientBoostingClassifier\nm = HistGradientBoostingClassifier(3)\n",
        id="a from-import stays one",
    ),
    pytest.param(
        FOREST,
        "from sklearn.ensemble import HistGradientBoostingClassifier as H, RandomForestClassifier\nm = RandomForestClassifier()\n",
        "from sklearn.ensemble import HistGradientBoostingClassifier as H\nm = H()\n",
        id="an existing alias is reused",
    ),
    pytest.param(
        FOREST,
        "import sklearn.ensemble\nm = sklearn.ensemble.RandomForestClassifier()\n",
        "import sklearn.ensemble\nm = sklearn.ensemble.HistGradientBoostingClassifier()\n",
        id="a dotted import stays one",
    ),
    pytest.param(
        FOREST,
        "from sklearn import ensemble as e\nm = e.RandomForestClassifier()\n",
        "from sklearn import ensemble as e\nm = e.HistGradientBoostingClassifier()\n",
        id="a module alias stays one",
    ),
    pytest.param(
        FOREST,
        "from sklearn.ensemble import RandomForestClassifier\nm = RandomForestClassifier()\nisinstance(m, RandomForestClassifier)\n",
        "from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier\nm = HistGradientBoostingClassifier()\nisinstance(m, RandomForestClassifier)\n",
        id="what is still used stays",
    ),
    pytest.param(
        FOREST,
        "from sklearn.ensemble._forest import RandomForestClassifier\nm = RandomForestClassifier()\n",
        "from sklearn.ensemble import HistGradientBoostingClassifier\nm = HistGradientBoostingClassifier()\n",
        id="another module of the same library takes the place",
    ),
    pytest.param(
        BOOST,
        "import os\nfrom sklearn.ensemble import RandomForestClassifier  # forest\nfrom sklearn.svm import SVC\nm = RandomForestClassifier()\n",
        "import os\nfrom xgboost import XGBRFClassifier  # forest\nfrom sklearn.svm import SVC\nm = XGBRFClassifier()\n",
        id="another library takes the place of the import that goes",
    ),
    pytest.param(
        BOOST,
        "import sklearn.ensemble as se\nm = se.RandomForestClassifier()\nse.x\n",
        "import sklearn.ensemble as se\nimport xgboost\nm = xgboost.XGBRFClassifier()\nse.x\n",
        id="module style for module style",
    ),
    pytest.param(
        NORM,
        "import numpy as np\ny = np.sqrt(np.sum(x ** 2))\n",
        "import numpy as np\ny = np.linalg.norm(x)\n",
        id="a submodule is reached through the alias of its package",
    ),
    pytest.param(
        NORM,
        "from numpy import sqrt, sum\ny = sqrt(sum(x ** 2))\n",
        "from numpy.linalg import norm\ny = norm(x)\n",
        id="from-imports of two names make room for one",
    ),
    pytest.param(
        {"match": "slow($X)", "rewrite": "functools.reduce(max, $X)"},
        "#!/usr/bin/env python\n'''Doc.'''\nfrom __future__ import annotations\n\nimport sys\n\nimport numpy\nslow(numpy)\n",
        "#!/usr/bin/env python\n'''Doc.'''\nfrom __future__ import annotations\n\nimport sys\nimport functools\n\nimport numpy\nfunctools.reduce(max, numpy)\n",
        id="the standard library beside the standard library, after __future__",
    ),
    pytest.param(
        {"match": "slow($X)", "rewrite": "math.sqrt($X)"},
        "'''Doc.'''\nslow(1)\n",
        "'''Doc.'''\n\nimport math\nmath.sqrt(1)\n",
        id="the first import of a script with a docstring",
    ),
    pytest.param(
        {"match": "slow($X)", "rewrite": "math.sqrt($X)"},
        "slow(1)",
        "import math\n\nmath.sqrt(1)",
        id="the first import of a script of one line",
    ),
    pytest.param(
        FOREST,
        "def f():\n    from sklearn.ensemble import RandomForestClassifier\n    return RandomForestClassifier()\n",
        "def f():\n    from sklearn.ensemble import HistGradientBoostingClassifier\n    return HistGradientBoostingClassifier()\n",
        id="an import inside a function stays inside",
    ),
    pytest.param(
        FOREST,
        "from sklearn.ensemble import (\n    AdaBoostClassifier,  # ada\n    RandomForestClassifier,\n    VotingClassifier,\n)\nm = RandomForestClassifier()\n",
        "from sklearn.ensemble import (\n    AdaBoostClassifier,  # ada\n    HistGradientBoostingClassifier,\n    VotingClassifier,\n)\nm = HistGradientBoostingClassifier()\n",
        id="parenthesised names are replaced in place",
    ),
    pytest.param(
        {"match": "sklearn.svm.SVC()", "rewrite": "None"},
        "from sklearn.svm import (\n    LinearSVC,\n    SVC,  # rbf\n)\na = SVC()\nb = LinearSVC()\n",
        "from sklearn.svm import (\n    LinearSVC,\n    # rbf\n)\na = None\nb = LinearSVC()\n",
        id="trimmed with its comment kept",
    ),
    pytest.param(
        {"match": "sklearn.svm.SVC()", "rewrite": "None"},
        "import sklearn.svm, os  # both\nos.x\na = sklearn.svm.SVC()\n",
        "import os  # both\nos.x\na = None\n",
        id="one of two modules",
    ),
    pytest.param(
        {"match": "sklearn.svm.SVC()", "rewrite": "None"},
        "__all__ = ['SVC']\nfrom sklearn.svm import SVC\na = SVC()\n",
        "__all__ = ['SVC']\nfrom sklearn.svm import SVC\na = None\n",
        id="an exported name stays",
    ),
    pytest.param(
        {"match": "sklearn.svm.SVC()", "rewrite": "None"},
        "from sklearn.svm import SVC as SVC\na = SVC()\n",
        "from sklearn.svm import SVC as SVC\na = None\n",
        id="an explicit re-export stays",
    ),
    pytest.param(
        {"match": "sklearn.svm.SVC()", "rewrite": "None"},
        "from sklearn.svm import SVC\nm: 'SVC' = SVC()\n",
        "from sklearn.svm import SVC\nm: 'SVC' = None\n",
        id="a name in a written-out annotation stays",
    ),
    pytest.param(
        {"match": "sklearn.svm.SVC()", "rewrite": "None"},
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from sklearn.svm import LinearSVC\nfrom sklearn.svm import SVC\na = SVC()\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from sklearn.svm import LinearSVC\na = None\n",
        id="imports under TYPE_CHECKING are left alone",
    ),
    pytest.param(
        {"match": "sklearn.svm.SVC()", "rewrite": "None"},
        "import os\nfrom sklearn.svm import SVC\nfrom unused import thing\na = SVC()\n",
        "import os\nfrom unused import thing\na = None\n",
        id="imports that were unused before are left alone",
    ),
    pytest.param(
        {"match": "sklearn.svm.SVC()", "rewrite": "None"},
        "def f():\n    from sklearn.svm import SVC\n    return SVC()\n",
        "def f():\n    return None\n",
        id="an import inside a function goes",
    ),
    pytest.param(
        {"match": "pandas.read_csv($P)", "rewrite": "polars.read_csv($P)"},
        "import pandas as pd\nimport polars as pl\nd = pd.read_csv(p)\nq = pl.x\n",
        "import polars as pl\nd = pl.read_csv(p)\nq = pl.x\n",
        id="the alias the script gave another library",
    ),
    pytest.param(
        {"match": "pandas.read_csv($P)", "rewrite": "polars.read_csv($P)"},
        "import pandas as pd; import os\nos.x\nd = pd.read_csv(p)\n",
        "import os\nimport polars\nos.x\nd = polars.read_csv(p)\n",
        id="imports that share a line",
    ),
]


@pytest.mark.parametrize(("rule", "code", "expected"), CASES)
def test_imports_follow_the_rewrite(apply, rule, code, expected) -> None:
    made = apply(code, rule)
    assert made.text == expected
    assert apply(made.text, rule).text == made.text


def test_a_local_name_does_not_capture_the_new_import(apply) -> None:
    code = dedent("""
        from sklearn.ensemble import RandomForestClassifier

        def build(HistGradientBoostingClassifier):
            return RandomForestClassifier()
    """)
    made = apply(code, FOREST)
    namespace = made.text.splitlines()[0]
    assert namespace.startswith("from sklearn.ensemble import HistGradientBoostingClassifier as ")
    alias = namespace.rpartition(" ")[2]
    assert f"return {alias}()" in made.text


def test_a_try_import_is_left_alone(apply) -> None:
    code = dedent("""
        try:
            import numba
        except ImportError:
            numba = None
        import numpy as np
        y = np.sqrt(np.sum(x ** 2))
    """)
    made = apply(code, NORM)
    assert made.text == code.replace("np.sqrt(np.sum(x ** 2))", "np.linalg.norm(x)")


def test_a_name_that_may_be_either_of_two_imports_is_not_rewritten(apply) -> None:
    code = dedent("""
        try:
            from fast.ensemble import RandomForestClassifier
        except ImportError:
            from sklearn.ensemble import RandomForestClassifier
        m = RandomForestClassifier()
    """)
    made = apply(code, FOREST)
    assert made.text == code
    assert made.suggestions


def test_the_import_of_another_library_beside_its_kin_is_sorted(apply) -> None:
    code = dedent("""
        import numpy as np
        from sklearn.datasets import load_iris
        from sklearn.svm import SVC
        m = SVC()
        SVC
    """)
    made = apply(code, {"match": "sklearn.svm.SVC()", "rewrite": "sklearn.linear_model.SGDClassifier()"})
    assert made.text.splitlines()[1:4] == [
        "from sklearn.datasets import load_iris",
        "from sklearn.linear_model import SGDClassifier",
        "from sklearn.svm import SVC",
    ]
