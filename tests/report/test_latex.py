from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from greenrules.models import Report
from greenrules.report.latex import escape, escape_code, latex_document


def test_specials_mean_themselves() -> None:
    assert escape("50% of $x_1 & {y}#~^\\") == (
        r"50\% of \$x\_1 \& \{y\}\#\textasciitilde{}\textasciicircum{}\textbackslash{}"
    )


def test_code_keeps_its_spaces() -> None:
    assert escape_code("  a = 'b'") == r"\ \ a\ =\ \textquotesingle{}b\textquotesingle{}"


def body(document: str) -> str:
    return document.split(r"\begin{document}", 1)[1]


def test_braces_and_environments_are_balanced(sample: Report) -> None:
    document = latex_document(sample)
    bare = re.sub(r"\\[\\{}]", "", document)
    assert bare.count("{") == bare.count("}")
    depth = 0
    for sign in re.findall(r"[{}]", bare):
        depth += 1 if sign == "{" else -1
        assert depth >= 0
    stack: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", document):
        if kind == "begin":
            stack.append(name)
        else:
            assert stack.pop() == name
    assert stack == []


def test_no_special_of_a_script_is_left_alone(hostile: Report) -> None:
    text = body(latex_document(hostile))
    assert text.count(r"\end{document}") == 1
    assert text.rstrip().endswith(r"\end{document}")
    assert not re.search(r"(?<!\\)[#$~](?![0-9])", text.replace("{%$", "").replace(r"\$", "").replace("~", ""))
    assert re.search(r"(?<!\\)%", text.replace("greenrulesDisclosure}{%", "")) is None


def test_rows_have_as_many_cells_as_columns(saving: Report) -> None:
    for block in re.findall(r"\\toprule(.*?)\\bottomrule", latex_document(saving), re.DOTALL):
        rows = [row for row in re.findall(r"^(.*?) \\\\$", block, re.MULTILINE) if "multicolumn" not in row]
        assert len({len(re.findall(r"(?<!\\)&", row)) for row in rows}) == 1


def test_characters_that_pdflatex_does_not_know_are_declared(hostile: Report) -> None:
    document = latex_document(hostile)
    for character in {c for c in body(document) if ord(c) > 0x17F}:
        assert rf"\DeclareUnicodeCharacter{{{ord(character):04X}}}" in document


def test_coordinates_and_the_small_print_can_be_copied_out(saving: Report) -> None:
    document = latex_document(saving)
    assert "(412.3,0.9722) +- (7.0091,0.0017) [before]" in document
    assert r"\newcommand{\greenrulesDisclosure}" in document


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex here")
def test_the_document_compiles(sample: Report, tmp_path: Path) -> None:
    (tmp_path / "report.tex").write_text(latex_document(sample), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "report.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
