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
            f"import os\n{LINE}\n\ndef f():\n    import numpy as np\n    return np.dot(a)\n",
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
