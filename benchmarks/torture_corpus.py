"""Torture corpus: valid files of every kind that the coach reads, to be mutated."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import tomli_w

from benchmarks.made_up_training import made_up
from coach.app.language_files import LANGUAGES, data_folder, load_grammar, load_language
from coach.app.programme_files import SHIPPED, load_programme, whole_text
from coach.datafile import read_toml
from coach.devices.memory import sqlite_file
from coach.devices.memory.archive import whole_archive, write_archive
from coach.devices.memory.archive_records import Archive
from coach.devices.recordings.sidecar_file import DeviceBack, DeviceGone, Loss, Sidecar
from coach.devices.speech.openfst_file import graph_bytes
from coach.devices.speech.piper_synthesiser import natural_model
from coach.hearing.grammar_fst import grammar_fst
from coach.settings import GraphCosts
from coach.training.plan import Plan
from tests.devices.speech.tiny_model import TINY, pack
from tests.stories import stories

LANGUAGE_FILES = tuple(
    sorted(path.relative_to(LANGUAGES / "en").as_posix() for path in LANGUAGES.glob("en/**/*.toml"))
)
"""What a language consists of, relative to its folder."""

_DAY = 739_000
_UTC = 1.7e9
_SOUNDS = (
    *(
        ("wav", "PCM_16"),
        ("wav", "PCM_24"),
        ("wav", "FLOAT"),
        ("wav", "ULAW"),
        ("wav", "IMA_ADPCM"),
    ),
    *(
        ("wav", "GSM610"),
        ("rf64", "PCM_16"),
        ("w64", "PCM_16"),
        ("aiff", "PCM_16"),
        ("caf", "ALAC_16"),
    ),
    *(
        ("au", "PCM_16"),
        ("flac", "PCM_16"),
        ("ogg", "VORBIS"),
        ("ogg", "OPUS"),
        ("mp3", "MPEG_LAYER_III"),
    ),
)


@cache
def programmes() -> tuple[bytes, ...]:
    """Routines, exercises and holds, with their words."""
    names = sorted(path.stem for path in SHIPPED.glob("*.toml"))
    return tuple(whole_text(name, load_language()).encode() for name in names)


@cache
def shared_programmes() -> tuple[bytes, ...]:
    """Each exercise and hold under another name, as somebody would share it."""
    pack, made = load_language(), []
    for path in sorted(SHIPPED.glob("*.toml")):
        tree = read_toml(whole_text(path.stem, pack), path.name)
        if tree["kind"] != "routine":
            own = f"own_{path.stem}"
            pieces = {own: {**tree, "name": f"another {tree['name']}"}}
            shared = {"kind": "programme", "version": 1, "trains": own, "pieces": pieces}
            made.append(tomli_w.dumps(shared).encode())
    return tuple(made)


@cache
def language_texts() -> tuple[bytes, ...]:
    """In the order of LANGUAGE_FILES."""
    return tuple((LANGUAGES / "en" / name).read_bytes() for name in LANGUAGE_FILES)


def grammars() -> tuple[bytes, ...]:
    """The sentences that are understood."""
    return ((data_folder("grammars") / "en.yaml").read_bytes(),)


def rehearsals() -> tuple[bytes, ...]:
    """The stories, and the demo."""
    demo = data_folder("audio_fixtures") / "demo.yaml"
    return tuple(path.read_bytes() for path in (*stories(), demo))


@cache
def archives() -> tuple[bytes, ...]:
    """What `coach history export` wrote, of a few sessions."""
    return (_few_sessions().model_dump_json().encode(),)


def _few_sessions() -> Archive:
    person = made_up(1, _DAY, _UTC).people[0]
    few = person.model_copy(update={"sessions": person.sessions[-3:]})
    return Archive(people=[few])


@cache
def memories(folder: Path) -> tuple[bytes, ...]:
    """Memories of a few sessions; ``folder`` is where they are made."""
    path = folder / "corpus.db"
    with sqlite_file.opened(path) as connection:
        write_archive(connection, *whole_archive(_few_sessions()))
    content = path.read_bytes()
    path.unlink()
    return (content,)


@cache
def sidecars() -> tuple[bytes, ...]:
    """What lies beside a kept recording."""
    sidecar = Sidecar(
        programme=load_programme().resized(2, 3),
        voice="en-us",
        rate_wpm=150,
        plan=Plan("dead_bug", floors={"dead_bug": 2.0}),
        lost=(Loss(at_s=1.0, samples=300),),
        devices=(
            DeviceGone(at_s=2.0, lost="speaker", why="it was unplugged"),
            DeviceBack(at_s=3.0, found="speaker", name="another", delay_s=0.1),
        ),
    )
    return (sidecar.model_dump_json(indent=2).encode(),)


def calibrations() -> tuple[bytes, ...]:
    """The delays of devices."""
    return (b'{"a card": {"delay_s": 0.18}, "another": {"delay_s": 0.0}}\n',)


@cache
def sounds() -> tuple[tuple[str, bytes], ...]:
    """The suffix and the content of short recordings, of every format that is common."""
    made = []
    for suffix, subtype in _SOUNDS:
        rate_hz = 48_000 if subtype == "OPUS" else 16_000
        channels = 1 if subtype == "GSM610" else 2
        wave = np.sin(np.arange(rate_hz // 2) / 20.0) * 0.5
        sound, out = np.stack([wave] * channels, axis=1), io.BytesIO()
        soundfile.write(out, sound, rate_hz, format=suffix.upper(), subtype=subtype)
        made.append((suffix, out.getvalue()))
    return tuple(made)


def voices() -> tuple[bytes, ...]:
    """What describes a voice of Piper."""
    return (Path(f"{natural_model()}.json").read_bytes(),)


def manifests() -> tuple[bytes, ...]:
    """What describes a speech model."""
    models = SHIPPED.parent / "devices" / "speech" / "models"
    return tuple(path.read_bytes() for path in sorted(models.glob("*.json")))


@cache
def graphs() -> tuple[bytes, ...]:
    """A graph of words, as a speech model has one."""
    graph = grammar_fst(load_grammar(), GraphCosts())
    return (graph_bytes(graph, {word: at for at, word in enumerate(sorted(graph.words()), 1)}),)


@cache
def model_archives(folder: Path) -> tuple[bytes, ...]:
    """A zip with a speech model; ``folder`` is where it is made."""
    path = folder / "corpus.zip"
    pack(path, "tiny/")
    content = path.read_bytes()
    path.unlink()
    return (content,)


TINY_MANIFEST = TINY
"""Of the model in ``model_archives``."""
