"""Render: every wording of a session, in a process of its own.

    python -m tests.render FOLDER

What eSpeak NG says depends on what it said before in the same process. In this order and from the
beginning it says the same every time, as it does when the coach is started for the first time.
"""

from __future__ import annotations

import sys
from pathlib import Path

from coach.app.language_files import load_grammar, load_language
from coach.app.programme_files import load_programme
from coach.devices.speech.pyttsx3_synthesiser import Pyttsx3Synthesiser
from coach.devices.speech.rendered_voice import RenderedVoice
from coach.session.cues import prepare_cues


def render(folder: Path) -> None:
    """The lesson as it is shipped, and in the size that the tests have time for."""
    voice = RenderedVoice(Pyttsx3Synthesiser(load_language().language.voice), folder)
    shipped = load_programme()
    for programme in (shipped, shipped.resized(1, 5)):
        prepare_cues(
            load_language().prompts, programme, load_grammar(), voice, lambda _done, _total: None
        )


if __name__ == "__main__":
    render(Path(sys.argv[1]))
