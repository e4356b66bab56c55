"""Memory one export: ``python -m benchmarks.memory_one_export FORMAT TARGET``.

It exports the memory below XDG_DATA_HOME as ``coach history export`` does, and prints as JSON the
processor's seconds, from the start of Python on, and the most memory that it had in use. It loads
nothing that the command itself would not.
"""

from __future__ import annotations

import json
import sys
from time import process_time

from benchmarks.own_memory import peak_bytes
from coach.cli.main import main


def export(kind: str, target: str) -> int:
    """Export, and print what it took. Returns the exit status."""
    sys.argv = ["coach", "history", "export", "--format", kind, target]
    try:
        main()
    except SystemExit as ended:
        print(json.dumps([process_time(), peak_bytes()]))
        return int(ended.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(export(*sys.argv[1:]))
