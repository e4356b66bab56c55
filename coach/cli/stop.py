"""Stop: ``coach stop`` ends a session from another terminal.

A session goes on when its terminal is closed: the person on the mat does not look there. Without
this command nobody could end such a session but by voice.
"""

from __future__ import annotations

import typer

from coach.devices.system.running_sessions import end_session, running_sessions

stop_app = typer.Typer()


@stop_app.command(epilog="Example: coach stop")
def stop() -> None:
    """End a session of yours that runs in another terminal, or in one that was closed.

    What was trained until then is remembered. A service is ended by systemctl stop.
    """
    ended = [pid for pid in running_sessions() if end_session(pid)]
    if not ended:
        typer.echo("no session of yours is running")
    for pid in ended:
        typer.echo(f"the session of process {pid} ends")
