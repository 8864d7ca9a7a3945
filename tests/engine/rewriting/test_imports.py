"""Imports of rewritten scripts: reused, added beside their kin, taken out when the rewrite leaves them unused."""

from __future__ import annotations

import textwrap

import pytest

FOREST = {
    "match": "sklearn.ensemble.RandomForestClassifier($...A)",
    "rewrite": "sklearn.ensemble.HistGradientBoostingClassifier($...A)",
}
NORM = {"match": "numpy.sqrt(numpy.sum($X ** 2))", "rewrite": "numpy.linalg.norm($X)"}


def dedent(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


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


TRIED = "try:\n    from sklearn.svm import SVC\nexcept ImportError:\n    SVC = None\n"
MODULE = "def f():\n    try:\n        import sklearn.svm as s\n    except ImportError:\n        return\n"


@pytest.mark.parametrize(
    ("code", "template", "expected"),
    [
        (
            TRIED + "a = SVC(1)\n",
            "sklearn.svm.LinearSVC(...)",
            TRIED.replace("SVC\nexc", "SVC, LinearSVC\nexc") + "a = LinearSVC(1)\n",
        ),
        (
            TRIED + "a = SVC(SVC(1))\nb = SVC(2)\n",
            "xgboost.Forest(...)",
            TRIED.replace("SVC\nexc", "SVC\n    from xgboost import Forest\nexc")
            + "a = Forest(Forest(1))\nb = Forest(2)\n",
        ),
        (
            MODULE + "    s.SVC()\n",
            "xgboost.Forest(...)",
            MODULE.replace(" as s\n", " as s\n        import xgboost\n") + "    xgboost.Forest()\n",
        ),
    ],
)
def test_what_replaces_a_tried_import_is_tried_with_it(apply, code, template, expected) -> None:
    rule = {"match": "sklearn.svm.SVC(...)", "rewrite": template}
    made = apply(code, rule)
    assert made.text == expected
    more = made.text + "    SVC(3)\n" if made.text.startswith("def") else made.text + "c = SVC(3)\n"
    again = apply(more, rule)
    assert again.text.count("import") == made.text.count("import"), again.text


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = sorted(a)[0]\nimport numpy as np\n", "import numpy\n\nx = numpy.min(a)\nimport numpy as np\n"),
        (
            "def f(a):\n    return sorted(a)[0]\n\n\nimport pandas as pd\n",
            "import numpy\n\ndef f(a):\n    return numpy.min(a)\n\n\nimport pandas as pd\n",
        ),
        (
            "import pandas as pd\nx = sorted(a)[0]\nimport os\n",
            "import pandas as pd\nimport numpy\nx = numpy.min(a)\nimport os\n",
        ),
    ],
)
def test_an_import_stands_before_the_code_that_needs_it(rewrite, code, expected) -> None:
    assert rewrite(code, "sorted($X)[0]", "numpy.min($X)") == expected


def test_a_package_imported_part_by_part_does_not_load_its_other_parts(rewrite) -> None:
    code = "import sklearn.ensemble\nm = sklearn.ensemble.RandomForestClassifier()\n"
    expected = "import sklearn.svm\nm = sklearn.svm.SVC()\n"
    assert rewrite(code, "sklearn.ensemble.RandomForestClassifier(...)", "sklearn.svm.SVC(...)") == expected


@pytest.mark.parametrize(
    ("code", "match", "template", "expected"),
    [
        (
            "import sklearn.svm as s\nm = s.SVC(1)\n",
            "sklearn.svm.$F($A)",
            "sklearn.linear_model.$F($A)",
            "import sklearn.linear_model\nm = sklearn.linear_model.SVC(1)\n",
        ),
        (
            "from sklearn import svm\nm = svm.SVC(1)\n",
            "sklearn.svm.$F($A)",
            "sklearn.linear_model.$F($A)",
            "from sklearn import linear_model\nm = linear_model.SVC(1)\n",
        ),
        (
            "from sklearn.svm import SVC as S\nm = S(1)\n",
            "sklearn.svm.$F($A)",
            "sklearn.linear_model.$F($A)",
            "from sklearn.linear_model import SVC\nm = SVC(1)\n",
        ),
        (
            "from sklearn.metrics import accuracy_score as acc\ns = f(acc(a, b))\n",
            "f(sklearn.metrics.$F($A, $B))",
            "g(sklearn.metrics.$F, $A, $B)",
            "from sklearn.metrics import accuracy_score as acc\ns = g(acc, a, b)\n",
        ),
        (
            "m = score('accuracy_score', a)\n",
            "score('$F', $A)",
            "sklearn.metrics.$F($A)",
            "from sklearn.metrics import accuracy_score\n\nm = accuracy_score(a)\n",
        ),
        ("import pandas as pd\nm = pd.f(1)\n", "pandas.$F($A)", "polars.$F($A)", "import polars\nm = polars.f(1)\n"),
        (
            "import pandas as pd\nx = pd.DataFrame.from_dict(y)\n",
            "pandas.$C.$F($A)",
            "polars.$C.$F($A)",
            "import polars\nx = polars.DataFrame.from_dict(y)\n",
        ),
        (
            "import numpy as np\nx = np.random.rand(1)\n",
            "numpy.random.$F($A)",
            "numpy.random.default_rng().$F($A)",
            "import numpy as np\nx = np.random.default_rng().rand(1)\n",
        ),
    ],
)
def test_a_metavariable_in_a_qualified_name_is_resolved_through_the_imports(rewrite, code, match, template, expected):
    assert rewrite(code, match, template) == expected


def test_text_that_is_no_name_is_not_written_into_a_qualified_name(apply) -> None:
    made = apply("m = score('accuracy-score', a)\n", {"match": "score('$F', $A)", "rewrite": "sklearn.metrics.$F($A)"})
    assert not made.applied
    assert made.refused


OPTIONAL = [
    "try:\n    import polars as pl\nexcept ImportError:\n    pl = None\n",
    "try:\n    import polars\nexcept ImportError:\n    HAS = False\nelse:\n    HAS = True\n",
    "try:\n    from polars import DataFrame\nexcept Exception as error:\n    print(error)\n",
    "from contextlib import suppress\nwith suppress(ImportError):\n    import polars as pl\n",
    "import typing\nif typing.TYPE_CHECKING:\n    import polars as pl\n",
    "def g():\n    try:\n        import polars as pl\n    except ImportError:\n        return None\n    return pl\n",
]


@pytest.mark.parametrize("head", OPTIONAL)
def test_a_library_that_a_script_can_do_without_is_not_made_necessary(apply, head) -> None:
    code = f"{head}import pandas as pd\nx = pd.read_csv('a')\n"
    made = apply(code, {"match": "pandas.read_csv($X)", "rewrite": "polars.read_csv($X)"})
    assert made.text == code
    assert "polars may be missing" in made.refused[0].reason


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("try:\n    import polars as pl\nexcept ImportError:\n    raise SystemExit('pip install polars')\n", "pl."),
        ("try:\n    import polars as pl\nexcept ImportError:\n    import sys\n    sys.exit(1)\n", "pl."),
        ("try:\n    from polars import read_csv\nexcept ImportError as e:\n    raise RuntimeError() from e\n", ""),
    ],
)
def test_a_library_without_which_a_script_ends_is_used_as_it_is_imported(rewrite, head, name) -> None:
    made = rewrite(f"{head}x = load('a')\n", "load($X)", "polars.read_csv($X)")
    assert made == f"{head}x = {name}read_csv('a')\n"


def test_a_name_that_is_certain_at_its_place_is_used_again(rewrite) -> None:
    head = "try:\n    import numpy as np\nexcept ImportError:\n    raise SystemExit\n"
    assert rewrite(f"{head}x = np.zeros(3)\n", "numpy.zeros($X)", "numpy.ones($X)") == f"{head}x = np.ones(3)\n"


def test_an_import_that_a_text_names_with_an_at_sign_stays(rewrite) -> None:
    code = "import numpy as np\nx = np.zeros(1)\ny = x.query('a > @np.pi')\n"
    assert rewrite(code, "numpy.zeros($X)", "pandas.DataFrame($X)").startswith("import numpy as np\nimport pandas\n")
