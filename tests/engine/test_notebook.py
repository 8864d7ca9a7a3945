"""Notebooks as programs."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.engine.facts import Facts
from greenrules.engine.source import read_source
from greenrules.errors import SourceError


def notebook(*cells: str | list[str], indent: int | None = 1, ascii_only: bool = False, **metadata) -> bytes:
    document = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["import nothing é"]},
            *(
                {
                    "cell_type": "code",
                    "execution_count": 1,
                    "metadata": {"tags": ["}", '"source": ["x"]']},
                    "outputs": [{"data": {"image/png": "iVBORw0KGgo=\n", "text/plain": ["é\n"]}, "x": -1.5e3}],
                    "source": cell,
                }
                for cell in cells
            ),
        ],
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(document, indent=indent, ensure_ascii=ascii_only) + "\n").encode()


def read(data: bytes):
    return read_source("book.ipynb", data)


def test_cells_are_one_program():
    book = read(notebook("import numpy as np", ["x = 1\n", "np.zeros(x)"]))
    calls = [node for node in ast.walk(book.tree) if isinstance(node, ast.Call)]
    assert Facts(book).resolve(calls[0].func).name == "numpy.zeros"


def test_edit_changes_only_the_source_of_its_cell():
    data = notebook(["import numpy as np\n", "# é"], ["x = 1\n", "np.zeros(x)"], ["y = 2"])
    book = read(data)
    changed = book.encode(book.text.replace("np.zeros(x)", "np.ones(x)\nz = 3"))
    assert changed == data.replace(b'"np.zeros(x)"', b'"np.ones(x)\\n",\n    "z = 3"')


def test_source_given_as_one_string_stays_one_string():
    data = notebook("a = 1\nb = 2\n", indent=None, ascii_only=True)
    book = read(data)
    assert book.encode(book.text.replace("b = 2", "b = 'é'")) == data.replace(b"b = 2", b"b = '\\u00e9'")


MAGICS = {
    "line magic": ("%matplotlib inline\nx = 1", 2),
    "shell": ("!pip install é\nx = 1", 2),
    "shell over lines": ("!ls \\\n  -l \\\n  -a\nx = 1", 4),
    "assigned": ("y = !ls {x}\nz = %who\nx = 1", 3),
    "in a block": ("if True:\n    !ls\n    %time f()\nx = 1", 4),
    "help": ("?len\nlen?\nlen??\nx = 1", 4),
    "timed cell": ("%%time\nx = 1", 2),
    "magic after a bracket": ("y = (3\n  % 2)\n%who\nx = 1", 4),
    "magic text in a string": ("s = '''\n%no\n!no\n'''\n%who\nx = 1", 6),
    "escaped quote": ("s = 'it\\'s'\n!ls\nx = 1", 3),
    "bare bang": ("!\nx = 1", 2),
}


@pytest.mark.parametrize("cell,line", MAGICS.values(), ids=MAGICS.keys())
def test_magics_are_hidden_and_come_back(cell, line):
    data = notebook(cell)
    book = read(data)
    statement = book.tree.body[-1]
    assert book.segment(statement) == "x = 1"
    assert book.position(book.span(statement)[0]) == (line, 1, 2)
    changed = book.encode(book.text.replace("x = 1", "x = 2"))
    assert json.loads(changed)["cells"][1]["source"] == cell.replace("x = 1", "x = 2")
    assert len(book.text) == len("# %% [2]\n" + cell + "\n")


def test_cell_of_another_language_is_hidden_whole():
    cell = "%%bash\nfor f in *; do\n\n  echo 'x\ndone"
    data = notebook(cell, "x = 1")
    book = read(data)
    assert len(book.tree.body) == 2
    changed = book.encode(book.text.replace("x = 1", "x = 2"))
    assert json.loads(changed)["cells"][1]["source"] == cell


def test_edit_of_a_magic_or_beyond_a_cell_is_refused():
    book = read(notebook("%who\nx = 1", "y = 2"))
    mask = book.text.splitlines()[1]
    with pytest.raises(SourceError, match="magic"):
        book.encode(book.text.replace(mask, "pass"))
    with pytest.raises(SourceError, match="beyond cell"):
        book.encode(book.text.replace("# %% [3]\n", ""))


def test_last_expression_of_a_cell_is_displayed():
    book = read(notebook("x = 1\nx", "x;", "x\ny = 1", "x  ;  # quiet"))
    facts = Facts(book)
    shown = [facts.displayed(statement) for statement in book.tree.body]
    assert shown == [False, True, False, False, False, False]


def test_error_names_the_cell_and_the_line_in_it():
    with pytest.raises(SourceError) as caught:
        read(notebook("x = 1", "y = 1\nz = = 2")).tree  # noqa: B018
    assert str(caught.value.position) == "book.ipynb:cell 3:2:5"
    assert caught.value.position.text == "z = = 2"


REFUSED = {
    "not JSON": (b'{"cells": [', "not a notebook"),
    "a list": (b"[1, 2]", "format 4"),
    "format 3": (b'{"worksheets": [], "nbformat": 3}', "format 4"),
    "another language": (notebook("x <- 1", kernelspec={"language": "R"}), "in R"),
}


@pytest.mark.parametrize("data,reason", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_python_notebook_is_refused(data, reason):
    with pytest.raises(SourceError, match=reason):
        read(data)


def test_name_that_a_magic_mentions_may_be_used_there():
    book = read(notebook("clf = make()\n%timeit clf.fit(X)"))
    facts = Facts(book)
    assert facts.uses(book.tree.body[0].value).escapes.value is None


def test_magic_that_runs_another_script_makes_names_doubtful():
    book = read(notebook("import numpy as np\n%run other.py\nnp.zeros(3)"))
    assert Facts(book).resolve(book.tree.body[-1].value.func).certain is False


def test_notebook_without_an_ending_is_known_by_its_contents():
    assert read_source("-", notebook("x = 1")).is_notebook
    assert not read_source("script.py", b"{'cells': 1, \"nbformat\": 4}").is_notebook


LINES = st.sampled_from(
    ["x = 1", "%who", "!ls é", "if x:\n    !ls\n    y = 2", "'''\n%no\n'''", "# c", "", "z = (1,\n 2)"]
)


@settings(deadline=None)
@given(st.lists(st.lists(LINES, max_size=4).map("\n".join), max_size=4), st.booleans(), st.sampled_from([None, 1, 4]))
def test_any_notebook_comes_back_byte_for_byte(cells, listed, indent):
    sources = [cell.splitlines(keepends=True) if listed else cell for cell in cells]
    data = notebook(*sources, indent=indent)
    book = read(data)
    book.tree  # noqa: B018
    assert book.encode(book.text) == data
    changed = book.encode(book.text.replace("x = 1", "x = 10"))
    texts = ["".join(cell["source"]) for cell in json.loads(changed)["cells"][1:]]
    assert texts == [cell.replace("x = 1", "x = 10") for cell in cells]
