"""Private file: a file readable by its owner alone, there whole or as it was before."""

from __future__ import annotations

import tempfile
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write beside, then rename. Raises OSError."""
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        beside = Path(file.name)
        try:
            file.write(content)
            file.flush()
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
