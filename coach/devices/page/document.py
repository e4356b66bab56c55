"""Document: the page as one HTML file with its style and script, and the words of a language."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from dataclasses import dataclass
from pathlib import Path

from coach.display.page_words import PageWords

_FILE = Path(__file__).with_name("page.html")


@dataclass(frozen=True, slots=True)
class Document:
    """The page, and the policy that lets a browser use nothing but what is in it."""

    text: str
    policy: str


def document(words: PageWords, language: str) -> Document:
    """The page in ``words``; ``language`` is the tag of their language."""
    page = _FILE.read_text(encoding="utf-8")
    # In a script element nothing but a "<" could end it.
    data = json.dumps(words.model_dump(), ensure_ascii=True).replace("<", "\\u003c")
    filled = {"@LANGUAGE@": html.escape(language), "@TITLE@": html.escape(words.title)}
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


def _hash_of(element: str, page: str) -> str:
    """The source expression that allows the element of this name, and no other."""
    text = page.split(f"<{element}>", 1)[1].split(f"</{element}>", 1)[0]
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
