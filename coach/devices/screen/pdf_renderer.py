"""Pdf renderer: a program that reads an HTML page, and writes it as a PDF, by WeasyPrint.

It imports nothing of the coach, so that it takes no more memory than WeasyPrint does. Exit status
MISSING: WeasyPrint is not installed, or a library of the system that it uses.
"""

import sys
from typing import Any, NoReturn

MISSING = 3


def main() -> None:
    """Read standard input, and write to standard output."""
    try:
        from weasyprint import HTML  # noqa: PLC0415 - optional
    except (ImportError, OSError):  # OSError: Pango is missing
        sys.exit(MISSING)
    page = sys.stdin.buffer.read().decode("utf-8")
    sys.stdout.buffer.write(HTML(string=page, url_fetcher=_refuse).write_pdf())


def _refuse(url: str, *_options: Any, **_more: Any) -> NoReturn:
    raise ValueError(f"a report asks for nothing: {url}")


if __name__ == "__main__":
    main()
