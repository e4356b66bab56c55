"""Document: the page as one HTML file with its style and script, and the words of a language."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Document:
    """The page, and the policy that lets a browser use nothing but what is in it."""

    text: str
    policy: str


def document(
    words: Mapping[str, Any], language: str, name: Literal["page", "past"] = "page"
) -> Document:
    """The page of this name in ``words``; ``language`` is the tag of their language."""
    page = re.sub(
        r"@([a-z_]+\.(?:css|js))@\n?", lambda found: _read(found[1]), _read(f"{name}.html")
    )
    # In a script element nothing but a "<" could end it.
    data = json.dumps(words, ensure_ascii=True).replace("<", "\\u003c")
    filled = {"@LANGUAGE@": html.escape(language), "@TITLE@": html.escape(words["title"])}
    for mark, text in {**filled, "@WORDS@": data}.items():
        page = page.replace(mark, text, 1)
    policy = {
        "default-src": "'none'",
        "connect-src": "'self'",
        "img-src": "'self' data:",
        "script-src": _hash_of("script", page),
        "style-src": _hash_of("style", page),
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return Document(page, "; ".join(f"{name} {sources}" for name, sources in policy.items()))


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash_of(element: str, page: str) -> str:
    """The source expression that allows the element of this name, and no other."""
    text = page.split(f"<{element}>", 1)[1].split(f"</{element}>", 1)[0]
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
