"""Report pdf: an HTML page as a PDF, by WeasyPrint, which lays it out without a browser.

It is done by a program of its own: in this process WeasyPrint would add 40 MB to the coach's 60,
and a fault in the libraries that it uses would end the coach without a word.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys

from coach.devices.screen import pdf_renderer
from coach.errors import OutputError

INSTALL = "run scripts/setup --pdf in the project's folder; any browser prints FILE.html too"


def as_pdf(page: str) -> bytes:
    """The PDF of ``page``, which may name nothing outside of itself.

    Raises OutputError without WeasyPrint, or without the libraries of the system that it uses.
    """
    missing = OutputError(f"a PDF needs WeasyPrint, which is not installed: {INSTALL}")
    if importlib.util.find_spec("weasyprint") is None:
        raise missing
    # -P: nothing is imported from the folder in which a person types
    command = [sys.executable, "-P", str(pdf_renderer.__file__)]
    ran = subprocess.run(command, input=page.encode(), capture_output=True, check=False)  # noqa: S603
    if ran.returncode == pdf_renderer.MISSING:
        raise missing
    if ran.returncode != 0 or not ran.stdout.startswith(b"%PDF"):
        told = ran.stderr.decode(errors="replace").strip().splitlines()
        raise OutputError(f"no PDF could be made: {told[-1] if told else ran.returncode}")
    return ran.stdout
