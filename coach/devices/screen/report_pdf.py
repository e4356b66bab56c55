"""Report pdf: an HTML page as a PDF, by WeasyPrint, which lays it out without a browser."""

from __future__ import annotations

from typing import Any, NoReturn

from coach.errors import OutputError

INSTALL = "run scripts/setup --pdf in the project's folder; any browser prints FILE.html too"


def as_pdf(page: str) -> bytes:
    """The pages of ``page``, which may name nothing outside of itself.

    Raises OutputError without WeasyPrint, or without the libraries of the system that it uses.
    """
    try:
        from weasyprint import HTML  # noqa: PLC0415 - optional, and slow to import
    except (ImportError, OSError):  # OSError: Pango is missing
        raise OutputError(f"a PDF needs WeasyPrint, which is not installed: {INSTALL}") from None
    made: bytes = HTML(string=page, url_fetcher=_refuse).write_pdf()
    return made


def _refuse(url: str, *_options: Any, **_more: Any) -> NoReturn:
    raise ValueError(f"a report asks for nothing: {url}")
