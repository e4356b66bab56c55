"""Running sessions: processes of this user in which ``coach run`` trains, and how to end them.

They are found by their command lines, as the Linux kernel shows them, so that no file of ours can
be out of date. A service is not among them, because systemd would start it again.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_NO_SESSION = {"--service", "--prepare-only"}


def running_sessions(proc: Path = Path("/proc")) -> list[int]:
    """The process ids of these sessions, the lowest first."""
    found = []
    for folder in proc.glob("[0-9]*"):
        # A process may end while it is looked at
        with suppress(OSError):
            if folder.stat().st_uid == os.getuid() and is_session(_command(folder)):
                found.append(int(folder.name))
    return sorted(found)


def end_session(pid: int) -> bool:
    """Make a session end as if it were interrupted; false when it has ended already."""
    # Not SIGINT: a process that a script started in the background ignores it
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        return True
    return False


def is_session(command: Sequence[str]) -> bool:
    """Whether a process with this command line trains: ``coach`` alone is ``coach run``."""
    program, *arguments = command or [""]
    if not Path(program).name.startswith("python"):
        return False
    if arguments[:1] == ["-m"]:
        arguments = arguments[1:]
    if not arguments or Path(arguments[0]).name != "coach":
        return False
    arguments = arguments[1:]
    runs = not arguments or arguments[0] == "run" or arguments[0].startswith("-")
    return runs and not _NO_SESSION & {*arguments}


def _command(folder: Path) -> list[str]:
    text = (folder / "cmdline").read_text(encoding="utf-8", errors="replace")
    return text.rstrip("\0").split("\0")
