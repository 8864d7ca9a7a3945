from __future__ import annotations

import os
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from greenrules.errors import UsageError
from greenrules.models import Report
from greenrules.report.page import html_page
from greenrules.report.record import to_json
from greenrules.report.write import write_reports


def test_each_format_is_a_file_of_its_name(saving: Report, tmp_path: Path) -> None:
    written = write_reports(saving, tmp_path / "new" / "folder", "train", ["json", "html", "md", "tex", "json"])
    assert [(one.format, one.path.name, one.note) for one in written] == [
        ("json", "train.json", None),
        ("html", "train.html", None),
        ("md", "train.md", None),
        ("tex", "train.tex", None),
    ]
    assert sorted(p.name for p in (tmp_path / "new" / "folder").iterdir()) == [
        "train.html",
        "train.json",
        "train.md",
        "train.tex",
    ]


def test_an_unknown_format_is_refused_before_anything_is_written(saving: Report, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown report format 'htm'") as caught:
        write_reports(saving, tmp_path, "train", ["json", "htm"])
    assert caught.value.remedy == "did you mean html?"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_usage_error(saving: Report, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write the report"):
        write_reports(saving, tmp_path / "file" / "below", "train", ["json"])


PROGRAM = """
import sys
from pathlib import Path
from greenrules.report.record import read_report
from greenrules.report.write import write_reports
for one in write_reports(read_report(Path("report.json")), Path("out"), "train", ["pdf"]):
    print(one.format, one.path, one.note, sep="|")
"""


def without_weasyprint(folder: Path, report: Report, module: str) -> str:
    """What a machine prints where importing WeasyPrint goes wrong in this way."""
    (folder / "report.json").write_text(to_json(report), encoding="utf-8")
    (folder / "broken").mkdir()
    (folder / "broken" / "weasyprint.py").write_text(module)
    environment = {**os.environ, "PYTHONPATH": str(folder / "broken")}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_missing_libpango_leaves_the_page_and_the_apt_line(saving: Report, tmp_path: Path) -> None:
    banner = "print('----- WeasyPrint could not import some external libraries')\n"
    error = (
        "raise OSError('cannot load library \\'libpango-1.0-0\\': libpango-1.0-0: cannot open shared object file')\n"
    )
    printed = without_weasyprint(tmp_path, saving, banner + error)
    assert printed == (
        "pdf|out/train.html|no PDF: cannot load library 'libpango-1.0-0'; "
        "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0\n"
    )
    assert (tmp_path / "out" / "train.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert not (tmp_path / "out" / "train.pdf").exists()


def test_a_missing_weasyprint_names_the_extra(saving: Report, tmp_path: Path) -> None:
    printed = without_weasyprint(tmp_path, saving, "raise ModuleNotFoundError('No module named weasyprint')\n")
    assert printed == "pdf|out/train.html|no PDF: WeasyPrint is not installed; pip install 'greenrules[pdf]'\n"


@pytest.mark.slow
def test_the_pdf_has_two_to_four_pages_is_tagged_and_carries_its_evidence(saving: Report, tmp_path: Path) -> None:
    (written,) = write_reports(saving, tmp_path, "train", ["pdf"])
    assert written.note is None
    content = written.path.read_bytes()
    packed = re.findall(rb"stream\r?\n(x.*?)endstream", content, re.DOTALL)
    streams = [zlib.decompressobj().decompress(stream) for stream in packed]
    assert content.startswith(b"%PDF-")
    everything = content + b"".join(streams)
    assert 2 <= len(re.findall(rb"/Type */Page\b", everything)) <= 4
    assert b"/StructTreeRoot" in everything
    assert b"report.json" in everything
    assert any(b'"format": 1' in stream for stream in streams)


@pytest.mark.slow
def test_equal_reports_give_equal_pdfs(measure: Report, tmp_path: Path) -> None:
    (one,) = write_reports(measure, tmp_path, "one", ["pdf"])
    (two,) = write_reports(measure, tmp_path, "two", ["pdf"])
    assert one.path.read_bytes() == two.path.read_bytes()


@pytest.mark.slow
def test_a_hostile_report_becomes_a_pdf(hostile: Report, tmp_path: Path) -> None:
    (written,) = write_reports(hostile, tmp_path, "train", ["pdf"])
    assert written.path.suffix == ".pdf"
    assert written.path.stat().st_size > 10_000


LINT = """
import sys
from greenrules.models import LintReport, LintSummary
from greenrules.report.lint import LINT_FORMATS, render_lint
lint = LintReport(summary=LintSummary(files=1, findings=0, fixed=0, suppressed=0, errors=0))
for form in LINT_FORMATS:
    render_lint(lint, form)
heavy = ("jinja2", "weasyprint", "numpy", "libcst", "greenrules.report.page", "greenrules.report.terminal")
print([module for module in heavy if module in sys.modules])
"""


def test_a_lint_loads_neither_templates_nor_charts_nor_weasyprint() -> None:
    done = subprocess.run([sys.executable, "-c", LINT], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_no_line_of_a_diff_is_cut_off_on_paper(saving: Report) -> None:
    weasyprint = pytest.importorskip("weasyprint")
    words = "a_very_long_name, " * 30 + "x" * 300
    winner = saving.candidates[6].model_copy(update={"diff": f"--- a\n+++ b\n@@ -1 +1 @@\n-{words}\n+{words}LAST\n"})
    report = saving.model_copy(update={"candidates": [*saving.candidates[:6], winner]})
    document = weasyprint.HTML(string=html_page(report, paper=True)).render()
    pieces = [
        (page.width, box)
        for page in document.pages
        for box in page._page_box.descendants()
        if getattr(box, "text", None)
    ]
    assert "LAST" in "".join(box.text for _, box in pieces)
    assert all(box.position_x + box.width <= width for width, box in pieces)
