"""Notebooks are rewritten cell by cell, everything else byte for byte."""

from __future__ import annotations

import json

from greenrules.engine.compose import apply_rules
from greenrules.engine.source import read_source
from greenrules.engine.target import NoTarget


def test_cells_are_rewritten_and_outputs_magics_and_metadata_stay(rules, knowledge) -> None:
    def cell(text: str) -> dict[str, object]:
        return {
            "cell_type": "code",
            "execution_count": 3,
            "metadata": {"tags": ["x"]},
            "outputs": [{"name": "stdout", "output_type": "stream", "text": ["foo(1)\n"]}],
            "source": text.splitlines(keepends=True),
        }

    cells = [
        cell("%matplotlib inline\nimport numpy as np\nfrom sklearn.svm import SVC"),
        {"cell_type": "markdown", "metadata": {}, "source": ["SVC()"]},
        cell("!ls\nmodel = SVC(\n    C=2,  # soft\n)\nmodel"),
        cell("foo(np.zeros(3))  # last\nfoo(4)"),
    ]
    data = json.dumps({"cells": cells, "metadata": {"k": 1}, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()
    source = read_source("n.ipynb", data)
    made = apply_rules(
        source,
        rules(
            {"match": "sklearn.svm.SVC(...)", "rewrite": "sklearn.svm.LinearSVC(...)"},
            {"match": "foo($X)", "rewrite": "bar($X, k=1)"},
        ),
        knowledge,
        NoTarget(),
    )
    assert not made.refused
    after = json.loads(source.encode(made.text))
    cells[0]["source"][2] = "from sklearn.svm import LinearSVC"  # type: ignore[index]
    cells[2]["source"][1] = "model = LinearSVC(\n"  # type: ignore[index]
    cells[3]["source"] = ["bar(np.zeros(3), k=1)  # last\n", "bar(4, k=1)"]
    assert after["cells"] == cells
    assert after["metadata"] == {"k": 1}


def test_a_first_import_follows_the_magics_that_may_install_what_it_imports(rules, knowledge) -> None:
    def written(*texts: str) -> list[str]:
        cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": [text]} for text in texts]
        data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
        source = read_source("n.ipynb", data)
        made = apply_rules(source, rules({"match": "f($X)", "rewrite": "math.sqrt($X)"}), knowledge, NoTarget())
        return ["".join(cell["source"]) for cell in json.loads(source.encode(made.text))["cells"]]

    assert written("!pip install x", "y = f(1)") == ["!pip install x\nimport math", "y = math.sqrt(1)"]
    assert written("%pip install x\ny = f(1)\n") == ["%pip install x\nimport math\ny = math.sqrt(1)\n"]
    assert written("y = f(1)") == ["import math\n\ny = math.sqrt(1)"]
