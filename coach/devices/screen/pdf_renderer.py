"""Pdf renderer: a program that reads an HTML page, and writes it as a PDF, by WeasyPrint.

It imports nothing of the coach, so that it takes no more memory than WeasyPrint does. Exit status
MISSING: WeasyPrint is not installed, or a library of the system that it uses.
"""

import importlib
import sys
from types import ModuleType
from typing import Any, NoReturn

MISSING = 3

_RARELY_CALLED = ("fontTools.subset", "fontTools.varLib.instancer")
"""Half of the time that WeasyPrint takes to be imported; it calls them for fonts that vary, and
where the system has no HarfBuzz that makes subsets of fonts."""


class _LateModule(ModuleType):
    """In the place of a module: its functions import it when one of them is called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*arguments: Any, **named: Any) -> Any:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
            return getattr(importlib.import_module(self.__name__), name)(*arguments, **named)

        return call


def load_late() -> None:
    """Have WeasyPrint import nothing that it hardly ever calls. To be called before it is."""
    for name in _RARELY_CALLED:
        sys.modules.setdefault(name, _LateModule(name))


def main() -> None:
    """Read standard input, and write to standard output."""
    load_late()
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
