"""What is written at one place, or from code that is kept elsewhere, stands in the order that was asked for."""

from __future__ import annotations

import pytest


def test_what_is_put_in_before_kept_code_is_not_carried_to_where_that_code_is_repeated(rewrite) -> None:
    made = rewrite("item = f(a)\nf(b)\n", "$X = f($A)\nf($B)", "$X = g($A)\n$X = h($A)\ng($B)\n$X = i($A)")
    assert made == "item = g(a)\nitem = h(a)\ng(b)\nitem = i(a)\n"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("import sys\n\n", "import sys\nimport math\n\nimport numpy\nimport polars\n\n"),
        (
            "from __future__ import annotations\n\n",
            "from __future__ import annotations\n\nimport math\n\nimport numpy\nimport polars\n\n",
        ),
        ('"""Doc."""\n\n', '"""Doc."""\n\nimport math\n\nimport numpy\nimport polars\n\n'),
        ("", "import math\n\nimport numpy\nimport polars\n\n"),
        (
            "#!/usr/bin/env python3\n# why\n",
            "#!/usr/bin/env python3\n# why\nimport math\n\nimport numpy\nimport polars\n\n",
        ),
        ("import pandas\n\n", "import math\n\nimport pandas\nimport numpy\nimport polars\n\n"),
    ],
)
def test_new_imports_stand_in_order_the_standard_library_apart(rewrite, head, expected) -> None:
    template = "math.sqrt(polars.count(numpy.zeros($X)))"
    assert rewrite(f"{head}x = f(1)\n", "f($X)", template) == f"{expected}x = {template.replace('$X', '1')}\n"


def test_an_import_follows_an_end_without_newline(rewrite) -> None:
    made = rewrite("def h(): return f(1)", "f($X)", "math.sqrt($X)")
    assert made == "import math\n\ndef h(): return math.sqrt(1)"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("import os\n", 'import os\nos.environ["A"] = "1"\n\nimport polars\n'),
        ("import sys\n", 'import sys\nimport os\nos.environ["A"] = "1"\n\nimport polars\n'),
        ("", 'import os\nos.environ["A"] = "1"\n\nimport polars\n\n'),
        ('"""Doc."""\n\n', '"""Doc."""\n\nimport os\nos.environ["A"] = "1"\n\nimport polars\n'),
        (
            "from __future__ import annotations\n\n",
            'from __future__ import annotations\n\nimport os\nos.environ["A"] = "1"\n\nimport polars\n',
        ),
        ("import numpy\n", 'import os\nos.environ["A"] = "1"\n\nimport numpy\nimport polars\n'),
    ],
)
def test_what_must_precede_a_library_precedes_the_import_that_the_rewrite_itself_adds(rewrite, head, expected) -> None:
    prelude = {"code": 'import os\nos.environ["A"] = "1"', "before": ["polars"]}
    assert (
        rewrite(f"{head}x = f(1)\n", "f($X)", "polars.count($X)", prepend=prelude) == f"{expected}x = polars.count(1)\n"
    )


def test_a_standard_module_that_must_be_preceded_is_imported_behind(rewrite) -> None:
    prelude = {"code": "LIMIT = 1", "before": ["multiprocessing"]}
    made = rewrite("import os\nx = f(1)\n", "f($X)", "multiprocessing.Pool($X)", prepend=prelude)
    assert made.index("LIMIT") < made.index("import multiprocessing")


def test_definitions_follow_the_imports_that_the_rewrite_adds(rewrite) -> None:
    made = rewrite(
        "import os\nx = f(1)\n", "f($X)", "math.sqrt(polars.count($X))", prepend={"code": "W = 1", "before": []}
    )
    assert made == "import os\nimport math\n\nimport polars\n\nW = 1\n\nx = math.sqrt(polars.count(1))\n"


def test_an_import_that_the_statements_for_the_top_bring_is_written_once(rewrite) -> None:
    prelude = {"code": "import math\nfrom polars import count\n\nW = math.pi", "before": []}
    made = rewrite("import os\nx = f(1)\n", "f($X)", "math.sqrt($X)", prepend=prelude)
    assert made.count("import math") == 1
    assert made.index("import math") < made.index("math.sqrt")


@pytest.mark.parametrize(
    "code", ["from __future__ import annotations; x = f(1)\n", '"""Doc."""; x = f(1)\n', "import os; x = f(1)\n"]
)
def test_no_import_is_written_behind_the_code_that_needs_it(apply, code) -> None:
    made = apply(code, {"match": "f($X)", "rewrite": "math.sqrt($X)"})
    assert made.text == code
    assert "behind the code that needs it" in made.refused[0].reason


def test_a_page_begins_once(rewrite) -> None:
    made = rewrite("import os\n\fimport sys\n\fx = f(1)\n", "f($X)", "math.sqrt($X)")
    assert made == "import os\n\fimport sys\nimport math\n\fx = math.sqrt(1)\n"
