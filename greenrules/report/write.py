"""Documents to files: each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from greenrules.errors import UsageError, nearest
from greenrules.models import Report
from greenrules.report.record import to_json
from greenrules.writing import write_whole

Format = Literal["html", "pdf", "json", "tex", "md"]
WHAT = "the report"
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Written:
    """A document that was asked for.

    Attributes:
        format: what was asked for.
        path: the file that was written; for a PDF that could not be made, the HTML page that stands in for it.
        note: one line with the reason and the remedy when it is not what was asked for, else None.
    """

    format: str
    path: Path
    note: str | None = None


def write_reports(report: Report, directory: Path, stem: str, formats: Sequence[str]) -> list[Written]:
    """Write the documents of a report as ``<directory>/<stem>.<format>``.

    Args:
        report: what is told.
        directory: made when it is missing.
        stem: name of the files without their suffix.
        formats: of `FORMATS`; a repeated one is written once.

    Raises:
        UsageError: an unknown format, or a file that cannot be written.
    """
    wanted = list(dict.fromkeys(formats))
    for name in wanted:
        if name not in FORMATS:
            remedy = nearest(name, FORMATS) or f"known formats: {', '.join(FORMATS)}"
            raise UsageError(f"unknown report format '{name}'", remedy=remedy)
    return [_write(report, directory, stem, name) for name in wanted]


def write_json(report: Report, path: Path) -> None:
    """Write ``report.json`` under a name of the user's.

    Raises:
        UsageError: the file cannot be written.
    """
    write_whole(path, to_json(report).encode("utf-8"), WHAT)


def _write(report: Report, directory: Path, stem: str, name: str) -> Written:
    path = directory / f"{stem}.{name}"
    if name != "pdf":
        write_whole(path, _render(name)(report).encode("utf-8"), WHAT)
        return Written(name, path)
    from greenrules.report.page import html_page
    from greenrules.report.pdf import PdfUnavailable, pdf_document

    try:
        content = pdf_document(html_page(report, paper=True), to_json(report), report.created)
    except PdfUnavailable as reason:
        page = directory / f"{stem}.html"
        write_whole(page, html_page(report).encode("utf-8"), WHAT)
        return Written(name, page, str(reason))
    write_whole(path, content, WHAT)
    return Written(name, path)


def _render(name: str) -> Callable[[Report], str]:
    # imported when used: a lint must not pay for templates, nor JSON for charts
    if name == "html":
        from greenrules.report.page import html_page

        return html_page
    if name == "json":
        return to_json
    if name == "tex":
        from greenrules.report.latex import latex_document

        return latex_document
    from greenrules.report.markdown import markdown_summary

    return markdown_summary
