"""Statements for the top of a script: early enough, once, and only where they are missing."""

from __future__ import annotations

import pytest

LINE = 'os.environ["OMP_NUM_THREADS"] = "1"'
DOC = '"""Doc."""\nfrom __future__ import annotations\n\n'
THREADS = {
    "id": "threads",
    "match": "numpy.dot(...)",
    "prepend": {"code": f"import os\n{LINE}\n", "before": ["numpy"]},
}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import numpy as np\nnp.dot(a, b)\n", f"import os\n{LINE}\n\nimport numpy as np\nnp.dot(a, b)\n"),
        (
            f"{DOC}import os\nimport sys\n\nimport numpy as np\nnp.dot(a)\n",
            f"{DOC}import os\nimport sys\n{LINE}\n\nimport numpy as np\nnp.dot(a)\n",
        ),
        (
            "#!/usr/bin/env python\n# licence\nimport numpy as np\nnp.dot(a)",
            f"#!/usr/bin/env python\n# licence\nimport os\n{LINE}\n\nimport numpy as np\nnp.dot(a)",
        ),
        (
            "def f():\n    import numpy as np\n    return np.dot(a)\n",
            f"import os\n{LINE}\n\n\ndef f():\n    import numpy as np\n    return np.dot(a)\n",
        ),
        (
            "import os\nif os.environ.get('X'):\n    import numpy as np\n    np.dot(a)\n",
            f"import os\n{LINE}\n\nif os.environ.get('X'):\n    import numpy as np\n    np.dot(a)\n",
        ),
        (
            f"import numpy as np\nimport os\n{LINE}\nnp.dot(a)\n",
            f"import os\n{LINE}\n\nimport numpy as np\nimport os\n{LINE}\nnp.dot(a)\n",
        ),
        ("import numpy as np\r\nnp.dot(a)\r\n", f"import os\r\n{LINE}\r\n\r\nimport numpy as np\r\nnp.dot(a)\r\n"),
        (f"import os\n{LINE}\nimport numpy as np\nnp.dot(a)\n", None),
        ("import os\nos.environ['OMP_NUM_THREADS'] = '1'\nimport numpy as np\nnp.dot(a)\n", None),
    ],
)
def test_statements_stand_before_the_first_import_of_the_library(apply, code, expected) -> None:
    made = apply(code, THREADS)
    assert made.text == (code if expected is None else expected)
    assert apply(made.text, THREADS).text == made.text


def test_many_sites_and_many_rules_write_it_once(apply) -> None:
    other = {**THREADS, "id": "again", "match": "numpy.sum(...)"}
    third = {
        "id": "third",
        "match": "numpy.max(...)",
        "prepend": {"code": 'import os\nos.environ["MKL_NUM_THREADS"] = "1"', "before": ["numpy"]},
    }
    made = apply("import numpy as np\nnp.dot(a)\nnp.dot(b)\nnp.sum(c)\nnp.max(d)\n", THREADS, other, third)
    assert made.text.count("OMP_NUM_THREADS") == 1
    assert made.text.count("MKL_NUM_THREADS") == 1
    assert made.text.count("import os") == 1
    assert made.text.index("MKL") < made.text.index("import numpy")


def test_where_it_stands_there_is_no_finding(lint) -> None:
    assert not lint(f"import os\n{LINE}\nimport numpy as np\nnp.dot(a)\n", THREADS).findings
    findings = lint("import numpy as np\nnp.dot(a)\nnp.dot(b)\n", THREADS).findings
    assert [finding.kind for finding in findings] == ["fixable"]


def test_plain_text_means_before_the_matched_library(apply) -> None:
    rule = {"match": "numpy.dot(...)", "prepend": "import os\nos.environ['A'] = '1'\n"}
    code = "import pandas\nimport numpy as np\nnp.dot(a)\n"
    made = apply(code, rule)
    assert made.text == "import os\nos.environ['A'] = '1'\n\n" + code


def test_a_parameter_may_have_any_value_where_the_statement_stands(apply) -> None:
    rule = {
        "id": "threads",
        "match": "numpy.dot(...)",
        "prepend": {"code": 'import os\nos.environ["N"] = "${THREADS}"', "before": ["numpy"]},
        "parameters": {"THREADS": {"choices": [1, 4]}},
    }
    values = {"chosen": ["threads"], "parameters": {"threads": {"THREADS": 4}}}
    made = apply("import numpy\nnumpy.dot(a)\n", rule, **values)
    assert 'os.environ["N"] = "4"\n' in made.text
    assert apply(made.text, rule, chosen=["threads"], parameters={"threads": {"THREADS": 1}}).text == made.text


def test_functions_and_classes_may_be_prepended_and_stand(apply) -> None:
    code = "import os\n\n\ndef _threads(n):\n    os.environ['A'] = str(n)\n\n\n_threads(${N})"
    rule = {
        "id": "t",
        "match": "numpy.dot(...)",
        "prepend": {"code": code, "before": ["numpy"]},
        "parameters": {"N": {"choices": [1, 2]}},
    }
    made = apply("import numpy\nnumpy.dot(a)\n", rule, chosen=["t"], parameters={"t": {"N": 2}})
    assert made.text == code.replace("${N}", "2") + "\n\nimport numpy\nnumpy.dot(a)\n"
    assert made.rounds == 1


HELPER = "def _mean(values):\n    return sum(values) / len(values)"
MEAN = {
    "id": "mean",
    "match": "numpy.mean($X)",
    "rewrite": "_mean($X)",
    "prepend": {"code": HELPER, "before": []},
}
OTHER = {
    "id": "other",
    "match": "numpy.median($X)",
    "rewrite": "_Median($X)",
    "prepend": {"code": "import statistics\n\nclass _Median:  # of a list\n    pass", "before": []},
}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "import numpy as np\nimport pandas\n\nx = np.mean(y) + np.pi\n",
            f"import numpy as np\nimport pandas\n\n\n{HELPER}\n\n\nx = _mean(y) + np.pi\n",
        ),
        (
            '"""Doc."""\nimport numpy as np\n\nx = np.mean(y)\n',
            f'"""Doc."""\n\n\n{HELPER}\n\n\nx = _mean(y)\n',
        ),
        (
            "import numpy\n\n\n\n\ndef f(y):\n    return numpy.mean(y), numpy\n",
            f"import numpy\n\n\n{HELPER}\n\n\n\n\ndef f(y):\n    return _mean(y), numpy\n",
        ),
        (
            "import os\nos.environ['A'] = '1'\nimport numpy\nnumpy.seterr(all='ignore')\nprint(numpy.mean(y))",
            (
                f"import os\nos.environ['A'] = '1'\nimport numpy\n\n\n{HELPER}\n\n\nnumpy.seterr(all='ignore')\n"
                "print(_mean(y))"
            ),
        ),
        (
            "import numpy\ntry:\n    import fast\nexcept ImportError:\n    fast = None\nx = numpy.mean(numpy.e)\n",
            (
                "import numpy\ntry:\n    import fast\nexcept ImportError:\n    fast = None\n\n\n"
                f"{HELPER}\n\n\nx = _mean(numpy.e)\n"
            ),
        ),
        (
            "import numpy\nx = numpy.mean(numpy.ones(3))\nimport pandas\n",
            f"import numpy\n\n\n{HELPER}\n\n\nx = _mean(numpy.ones(3))\nimport pandas\n",
        ),
        (
            "import numpy  # arrays\r\n# the mean\r\nx = numpy.mean(numpy.e)\r\n",
            "import numpy  # arrays\r\n\r\n\r\n"
            + HELPER.replace("\n", "\r\n")
            + "\r\n\r\n\r\n# the mean\r\nx = _mean(numpy.e)\r\n",
        ),
        (
            "def f(y):\n    import numpy\n    return numpy.mean(y)\n",
            f"{HELPER}\n\n\ndef f(y):\n    return _mean(y)\n",
        ),
    ],
)
def test_definitions_follow_the_imports_with_two_blank_lines_around(apply, code, expected) -> None:
    made = apply(code, MEAN)
    assert made.text == expected
    assert apply(made.text, MEAN).text == made.text


def test_definitions_of_several_rules_stand_apart_and_their_imports_together(apply) -> None:
    code = "import numpy\nprint(numpy.mean(a), numpy.median(b), numpy.pi)\n"
    made = apply(code, MEAN, OTHER)
    assert made.text == (
        f"import numpy\nimport statistics\n\n\n{HELPER}\n\n\nclass _Median:  # of a list\n    pass\n\n\n"
        "print(_mean(a), _Median(b), numpy.pi)\n"
    )
    assert made.rounds == 1
    assert apply(made.text, MEAN, OTHER).text == made.text


def test_what_must_come_early_and_what_may_come_late_go_to_their_places(apply) -> None:
    early = {"id": "early", "match": "numpy.sum(...)", "prepend": {"code": f"import os\n{LINE}", "before": ["numpy"]}}
    made = apply('"""Doc."""\nimport numpy\nprint(numpy.mean(a), numpy.sum(a))\n', MEAN, early)
    assert made.text == (
        f'"""Doc."""\n\nimport os\n{LINE}\n\nimport numpy\n\n\n{HELPER}\n\n\nprint(_mean(a), numpy.sum(a))\n'
    )


def test_a_name_that_the_script_has_already_is_not_taken(apply) -> None:
    made = apply("import numpy\ndef _mean(v): ...\nprint(numpy.mean(a), numpy.pi)\n", MEAN)
    assert not made.applied
    assert "uses the name _mean already" in made.refused[0].reason


def test_definitions_of_a_notebook_stay_in_their_cell(apply) -> None:
    import json

    def cell(*lines):
        return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": list(lines)}

    cells = [cell("import numpy"), cell("print(numpy.mean(a), numpy)")]
    book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    made = apply(book, MEAN, path="a.ipynb")
    from greenrules.engine.source import read_source

    written = json.loads(read_source("a.ipynb", book.encode()).encode(made.text))
    assert ["".join(each["source"]) for each in written["cells"]] == [
        f"import numpy\n\n\n{HELPER}",
        "print(_mean(a), numpy)",
    ]


INDENTED = {
    "code": 'def helper(x):\n    if x:\n        return (x,\n                2)\n    return """\n    raw"""',
    "before": [],
}
TABBED = 'def helper(x):\n\tif x:\n\t\treturn (x,\n\t\t\t\t2)\n\treturn """\n    raw"""\n'


@pytest.mark.parametrize(
    "code",
    [
        "def m():\n\told(1)\n",
        "def m():\n\told(1,\n\t    2)\n",
        "def m():\n\told(1,\n            2)\n",
        "def m():\n\tx = '''\n    raw'''\n\told(1)\n",
    ],
)
def test_what_is_prepended_takes_the_tabs_of_the_script(apply, code):
    made = apply(code, {"match": "old(...)", "rewrite": "helper(...)", "prepend": INDENTED})
    assert not made.refused
    assert made.text == TABBED + "\n\n" + code.replace("old", "helper")


def test_tabs_where_a_statement_goes_on_are_no_margin(apply):
    code = "x = 1\nold(1,\n\t2)\n"
    made = apply(code, {"match": "old(...)", "rewrite": "helper(...)", "prepend": INDENTED})
    assert made.text == INDENTED["code"] + "\n\n\n" + code.replace("old", "helper")


def test_statements_for_the_top_do_not_make_a_library_necessary_that_the_script_can_do_without(apply) -> None:
    rule = {"match": "f($X)", "prepend": {"code": "import polars\npolars.setup()", "before": ["numpy"]}}
    code = "try:\n    import polars\nexcept ImportError:\n    pass\nimport numpy\nf(1)\n"
    made = apply(code, rule)
    assert made.text == code
    assert "polars may be missing" in made.refused[0].reason
