"""Memory one export: ``python -m benchmarks.memory_one_export ARGUMENT...``.

It does what ``coach history ARGUMENT...`` does to the memory below XDG_DATA_HOME. Its last line is
JSON: the processor's seconds, from the start of Python on, of this process and of those that it
started, and the most bytes that one of them had in use. It loads nothing that the command itself
would not.
"""

from __future__ import annotations

import json
import os
import resource
import sys

from benchmarks.own_memory import peak_bytes
from coach.cli.main import main


def export(typed: list[str]) -> int:
    """Export, and print what it took. Returns the exit status."""
    sys.argv = ["coach", "history", *typed]
    try:
        main()
    except SystemExit as ended:
        sys.stdout.flush()
        print(json.dumps([_processor_seconds(), max(peak_bytes(), _peak_bytes_of_started())]))
        return int(ended.code or 0)
    return 0


def _processor_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _peak_bytes_of_started() -> int:
    """Of what was started it is no less than this process's own, which one inherits."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


if __name__ == "__main__":
    sys.exit(export(sys.argv[1:]))
