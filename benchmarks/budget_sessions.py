"""Budget sessions: the coach as it is shipped, in sessions of which nothing is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from coach.app.assembly import Coach, make_coach, make_voice
from coach.app.ears import load_ears, load_ears_meanwhile
from coach.app.language_files import data_folder, read_text
from coach.app.outputs import Outputs
from coach.app.programme_files import load_programme
from coach.app.run_session import run_session
from coach.audio.loudness import active_rms
from coach.devices.memory.sqlite_memory import SqliteMemory
from coach.devices.recordings.audio_file import read_audio
from coach.devices.sound.room_duplex import RoomDuplex, load_clips
from coach.devices.speech.rendered_voice import DEFAULT_RATE_WPM
from coach.devices.system.wall_clock import SystemCalendar
from coach.doctor.announce import Announcer
from coach.engine import Observer
from coach.ports import Duplex
from coach.simulation.rehearsal import User, parse_rehearsal
from coach.simulation.remembered import TODAY
from coach.units import Block, Samples, samples


def usual_coach(*, meanwhile: bool = False) -> Coach:
    """The coach with default model, voice and routine, all of whose wordings are rendered."""
    ears = load_ears_meanwhile(None) if meanwhile else load_ears(None)
    voice = make_voice(None, DEFAULT_RATE_WPM)
    return make_coach(load_programme(), ears, voice, lambda _done, _of: None)


@contextmanager
def outputs_in() -> Iterator[Outputs]:
    """A folder for a session's journal and all that it remembers, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="flatback-bench-") as name:
        folder = Path(name)
        yield Outputs(str(folder / "journal.jsonl"), calibrations=folder / "devices.json")


def run_own_session(coach: Coach, duplex: Duplex, outputs: Outputs, *observers: Observer) -> None:
    """A session with a memory of its own, as somebody who comes for the first time."""
    path = Path(str(outputs.journal)).with_name("memory.db")
    with SqliteMemory(path, "bench", SystemCalendar(), _ignore) as memory:
        asked = coach.plan(memory.recall(), SystemCalendar().now().day)
        plan = replace(asked, screens=False)  # the users that are made up answer no such question
        run_session(coach, plan, duplex, observers, outputs, _ignore, memory=memory)


def record_rehearsal(coach: Coach, path: Path, length: Samples) -> Samples:
    """The microphone of the demo's session beside a loud speaker, as raw int16; how long it is."""
    source = data_folder("audio_fixtures") / "demo.yaml"
    text = read_text(source) + "room: {echo: {gain_db: -6, delay_ms: 60}}\nlimit_s: 900\n"
    rehearsal = parse_rehearsal(text, str(source))
    user = User(rehearsal)
    room = RoomDuplex(rehearsal, user, load_clips(rehearsal, source), None, coach.speech())
    engine = coach.engine(coach.plan(rehearsal.remembered.history(), TODAY), [user], _ignore)
    recorded = 0

    with path.open("wb") as file:

        def process(microphone: Block) -> Block | None:
            nonlocal recorded
            if recorded >= length:
                return None
            file.write(microphone.tobytes())
            recorded += len(microphone)
            return engine.process(microphone)

        room.run(Announcer(process))
    return recorded


def talk(path: Path, length: Samples) -> None:
    """Speech without a pause, as raw int16: clips that are no command, one after the other."""
    clips = sorted(data_folder("audio_fixtures").glob("en/*/oov_*.flac"))
    order = np.random.default_rng(5).permutation(len(clips))
    sound = np.concatenate([read_audio(clips[number]) for number in order])
    level = 3000.0 / active_rms(sound)
    loud = np.clip(sound * level, -32768, 32767).astype(np.int16)
    np.resize(loud, length).tofile(path)


def quiet_room(length: Samples, seed: int) -> Block:
    """A faint noise."""
    noise = np.random.default_rng(seed).normal(0.0, 6.0, length)
    return np.asarray(np.round(noise).astype(np.int16))


MINUTE: Samples = samples(60)


def _ignore(_line: str) -> None:
    pass
