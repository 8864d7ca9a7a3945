"""``result unused`` of an import: nothing that it binds is used, and nobody else can want it."""

from __future__ import annotations

import json

import pytest

from greenrules.engine.find import find

TRIED = "try:\n    import numpy\nexcept ImportError:\n    available = False\n"


def verdicts(kit, pattern, code, path="script.py"):
    found = find(kit.facts(code, path=path), (kit.rule(pattern, ["result unused"]),))
    return [match.verdict.value for match in found]


@pytest.mark.parametrize(
    ("pattern", "code", "verdict"),
    [
        ("import numpy", "import numpy\nprint(1)\n", True),
        ("import numpy", "import numpy as np\nnumpy = 1\nprint(numpy)\n", True),
        ("import numpy", "import numpy as np\nprint(np.pi)\n", False),
        ("import numpy", "import numpy as np\ndef f():\n    return np.pi\n", False),
        ("import numpy", "import numpy, os\nprint(os)\n", False),
        ("import numpy", "import numpy\nnumpy = 3\n", False),
        ("import numpy", "import numpy\n__all__ = ['numpy']\n", False),
        ("import numpy", "import numpy as np\ndef f(x: 'np.ndarray'): ...\n", False),
        ("import numpy", "import numpy as np\nprint(f'{np.pi}')\n", False),
        ("import numpy", "import numpy  # noqa: F401\n", None),
        ("import numpy", "import numpy\nexec(code)\n", None),
        ("import numpy", "import numpy\nprint(globals()[name])\n", None),
        ("import numpy", "import numpy as numpy\n", None),
        ("import numpy", "def f():\n    global numpy\n    import numpy\n", None),
        ("import numpy", TRIED, None),
        ("import pandas.$M", "import pandas\nimport pandas.io.sql\npandas.io.sql.read()\n", False),
        ("import pandas.$M", "import pandas\nimport pandas.io.sql as s\npandas.io.sql.read()\n", False),
        ("import pandas.$M", "import pandas\nimport pandas.io.sql as s\npandas.read()\n", True),
        ("import pandas.$M", "import pandas.io.sql as s\nprint(1)\n", True),
        ("import $M", "import pandas as s\nprint(1)\n", True),
        ("from numpy import ...", "from numpy import pi, e\nprint(e)\n", False),
        ("from numpy import ...", "from numpy import pi as p, e\nprint(pi)\n", True),
        ("from numpy import ...", "from numpy import *\n", None),
        ("from __future__ import ...", "from __future__ import annotations\n", False),
    ],
)
def test_an_import_is_unused_when_nothing_can_miss_it(kit, pattern, code, verdict):
    assert verdicts(kit, pattern, code) == ([] if verdict is False else [verdict])


def test_the_imports_of_a_package_are_for_others(kit):
    assert verdicts(kit, "import numpy", "import numpy\n", path="lib/__init__.py") == [None]


def test_a_magic_of_a_notebook_may_use_a_name(kit):
    def cell(*lines):
        return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": list(lines)}

    book = {"cells": [cell("import numpy as np"), cell("%timeit np.ones(3)")], "metadata": {}, "nbformat": 4}
    assert verdicts(kit, "import numpy", json.dumps(book | {"nbformat_minor": 5}), path="a.ipynb") == []
    book["cells"].pop()
    assert verdicts(kit, "import numpy", json.dumps(book | {"nbformat_minor": 5}), path="a.ipynb") == [True]
