"""The page on A4, through WeasyPrint, which is optional and slow to import."""

from __future__ import annotations

import contextlib
import io
from datetime import UTC, datetime
from importlib import import_module
from types import ModuleType

#: without which WeasyPrint is installed and still cannot be imported
APT = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
PIP = "pip install 'greenrules[pdf]'"


class PdfUnavailable(Exception):
    """PDF cannot be made here; the message is one line with the remedy."""


def load_weasyprint() -> ModuleType:
    """WeasyPrint, imported; it takes a second.

    Raises:
        PdfUnavailable: it or a library it needs is missing.
    """
    # WeasyPrint prints a banner on stdout when a library is missing; stdout is for results
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            return import_module("weasyprint")
        except ImportError as error:
            raise PdfUnavailable(f"no PDF: WeasyPrint is not installed; {PIP}") from error
        except OSError as error:
            reason = str(error).split(":", maxsplit=1)[0]
            raise PdfUnavailable(f"no PDF: {reason}; {APT}") from error


def pdf_document(page: str, record: str, created: str) -> bytes:
    """The PDF of a page, tagged (PDF/UA-1), with the JSON record attached, so that it carries its own evidence.

    Args:
        page: HTML without references to other resources.
        record: ``report.json``.
        created: ISO 8601 time of the report; stands for the attachment's, so that equal reports give equal files.

    Raises:
        PdfUnavailable: WeasyPrint or a library it needs is missing.
    """
    weasyprint = load_weasyprint()
    when = _time(created)
    attachment = weasyprint.Attachment(
        string=record, name="report.json", description="every run behind this report", created=when, modified=when
    )
    document: bytes = weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1", attachments=[attachment])
    return document


def _time(created: str) -> datetime:
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(created)
    return datetime(2000, 1, 1, tzinfo=UTC)
