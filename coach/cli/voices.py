"""Voices: ``coach voices`` shows the voices there are, ``coach say`` speaks in one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coach.app.assembly import NATURAL, make_voice
from coach.app.language_files import load_language
from coach.cli.command_group import tell
from coach.cli.options import Rate, SpeakerName, VoiceName
from coach.devices.files.private_file import make_folder
from coach.devices.recordings.audio_file import write_audio
from coach.devices.sound.sounddevice_speaker import SounddeviceSpeaker
from coach.devices.speech.piper_synthesiser import SUFFIX
from coach.devices.speech.rendered_voice import DEFAULT_RATE_WPM
from coach.errors import VoiceError
from coach.units import Block

_DEFAULT = "the default, of eSpeak NG; espeak-ng --voices names its others"
_NATURAL = "a man from the USA, of Piper"
_OTHERS = (
    f"FILE{SUFFIX}",
    f"another voice of Piper, its {SUFFIX}.json beside it; where natural is installed, "
    "python -m piper.download_voices lists and fetches them",
)

voice_app = typer.Typer()


@voice_app.command(epilog="Example: coach voices --play")
def voices(
    play: Annotated[bool, typer.Option("--play", help="Speak a sample of each.")] = False,
    device: SpeakerName = None,
    render: Annotated[
        Path | None, typer.Option(help="Write a sample of each, as a WAV in this folder.")
    ] = None,
) -> None:
    """List the voices, as --voice takes them."""
    language = load_language().language
    for name, what in ((language.voice, _DEFAULT), (NATURAL, _NATURAL)):
        try:
            voice = make_voice(name, DEFAULT_RATE_WPM)
        except VoiceError as error:
            _print_row(name, str(error))
            continue
        _print_row(name, what)
        if render is not None:
            _write(render / f"{name}.wav", voice.render(language.sample))
        if play:
            SounddeviceSpeaker(device).play(voice.render(language.sample))
    _print_row(*_OTHERS)


def _print_row(name: str, what: str) -> None:
    tell(f"{name:11} {what}")


def _write(path: Path, sound: Block) -> None:
    make_folder(path.parent)
    write_audio(path, sound)


@voice_app.command(epilog='Example: coach say "Exhale as you lift." --render cue.wav')
def say(
    text: Annotated[str, typer.Argument(help="What to say.")],
    voice: VoiceName = None,
    rate: Rate = DEFAULT_RATE_WPM,
    device: SpeakerName = None,
    render: Annotated[Path | None, typer.Option(help="Write a WAV instead of speaking.")] = None,
) -> None:
    """Speak a sentence in the coach's voice."""
    sound = make_voice(voice, rate).render(text)
    if render is not None:
        write_audio(render, sound)
        return
    SounddeviceSpeaker(device).play(sound)
