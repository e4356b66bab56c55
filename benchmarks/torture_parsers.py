"""Torture parsers: every function that reads a file, called as the command line calls it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from benchmarks import torture_corpus as corpus
from benchmarks.torture_mutations import mutated
from coach.app.language_files import LANGUAGES, load_grammar, load_language, read_text
from coach.app.programme_check import check_shared, read_strangers
from coach.app.programme_files import load_programme
from coach.app.recordings import ReplayOptions, read_session
from coach.cli.history import import_history
from coach.cli.main import command_line
from coach.datafile import parse_json
from coach.devices.files.bounded_file import read_bounded
from coach.devices.files.calibration_file import CalibrationFile
from coach.devices.memory import sqlite_file
from coach.devices.memory.sqlite_memory import SqliteMemory
from coach.devices.recordings.audio_file import read_audio, read_left, read_mixed
from coach.devices.speech.model_manifest import Manifest
from coach.devices.speech.model_store import install
from coach.devices.speech.openfst_file import read_word_numbers
from coach.devices.speech.piper_synthesiser import PiperSynthesiser
from coach.devices.system.wall_clock import SystemCalendar
from coach.dialogue.prompts import Prompts
from coach.display.report_words import parse_report_words
from coach.echo.canceller import Calibration
from coach.errors import CoachError
from coach.hearing.grammar import Grammar, parse_grammar
from coach.hearing.grammar_fst import grammar_fst
from coach.plain_tree import MOST_JSON_BYTES
from coach.session.cues import prepare_cues
from coach.session.lesson import Lesson
from coach.settings import GraphCosts
from coach.simulation.fakes import ScriptedRecogniser, ToneVoice, Utterance, speech_sound
from coach.simulation.rehearsal import parse_rehearsal
from coach.training.programme import Programme
from coach.units import samples
from tests.memories import UNDER_WAY, tell
from tests.stories import scripted_engine


@dataclass(frozen=True, slots=True)
class Parser:
    """``write`` draws a damaged file and writes it into a folder; ``read`` reads it, and uses what
    it has read, or raises CoachError. ``seconds`` is how much of a processor it may take: a
    second or so, and as much again because what else runs takes its part of a core.
    """

    name: str
    write: Callable[[Path, Random], Path]
    read: Callable[[Path], object]
    seconds: float = 2.5
    weight: float = 1.0


def _text(name: str, make: Callable[[], Sequence[bytes]]) -> Callable[[Path, Random], Path]:
    """Writes one of the texts that ``make`` makes, changed, under ``name``."""

    def write(folder: Path, chance: Random) -> Path:
        texts = make()
        path = folder / name
        path.write_bytes(mutated(chance.choice(texts), chance, texts, text=True))
        return path

    return write


def _bytes(name: str, make: Callable[[Path], Sequence[bytes]]) -> Callable[[Path, Random], Path]:
    def write(folder: Path, chance: Random) -> Path:
        files = make(folder.parent)
        path = folder / name
        path.write_bytes(mutated(chance.choice(files), chance, files, text=False))
        return path

    return write


def _write_language(folder: Path, chance: Random) -> Path:
    own = folder / "xx"
    shutil.copytree(LANGUAGES / "en", own)
    texts = corpus.language_texts()
    at = chance.randrange(len(texts))
    path = own / corpus.LANGUAGE_FILES[at]
    path.write_bytes(mutated(texts[at], chance, texts, text=True))
    return path


def _read_programme(path: Path) -> None:
    _lead(load_programme(path), load_language().prompts, _grammar())


def _read_shared(path: Path) -> None:
    programme = check_shared(read_strangers(path), path, load_language(), _grammar())
    _lead(programme, load_language().prompts, _grammar())


def _read_language(path: Path) -> None:
    own = next(each for each in path.parents if each.name == "xx")
    pack = load_language.__wrapped__("xx", own.parent)
    parse_report_words(read_text(pack.report), str(pack.report))
    _lead(load_programme(pack=pack), pack.prompts, _grammar())


def _read_grammar(path: Path) -> None:
    grammar = parse_grammar(read_text(path), str(path))
    grammar_fst(grammar, GraphCosts())
    _lead(load_programme(), load_language().prompts, grammar)


@cache
def _grammar() -> Grammar:
    return load_grammar()


def _lead(programme: Programme, prompts: Prompts, grammar: Grammar) -> None:
    """What was taken is used: the beginning of a session is led with it."""
    cues = prepare_cues(prompts, programme, grammar, ToneVoice(), lambda _done, _of: None)
    taught = Lesson(grammar, prompts, programme, cues)
    said = [Utterance(samples(1.0), grammar.sentences("ready")[0])]
    said += [Utterance(samples(at), grammar.sentences("skip")[0]) for at in (4.0, 8.0, 12.0)]
    engine = scripted_engine(ScriptedRecogniser(said), [], taught)
    engine.process(speech_sound(said, samples(20.0)))
    engine.abandon()


def _read_rehearsal(path: Path) -> None:
    parse_rehearsal(read_text(path), str(path)).remembered.history()


def _read_memory(path: Path) -> None:
    """A session on a damaged memory, and all that `coach history` shows of it afterwards."""
    memory = sqlite_file.default_path()
    shutil.rmtree(memory.parent, ignore_errors=True)
    memory.parent.mkdir(parents=True)
    shutil.copy(path, memory)
    with SqliteMemory(memory, "default", SystemCalendar(), lambda _line: None) as remembered:
        remembered.recall()
        tell(remembered, UNDER_WAY)
        remembered.recall()
    _tell_history(path.parent)


def _tell_history(folder: Path) -> None:
    app = command_line()
    for arguments in (
        ["history", "--json"],
        ["history", "export", str(folder / "export.json")],
        ["history", "report", str(folder / "report.html")],
    ):
        app(arguments, prog_name="coach", standalone_mode=False)


def _read_archive(path: Path) -> None:
    shutil.rmtree(sqlite_file.default_path().parent, ignore_errors=True)
    import_history(path)
    _tell_history(path.parent)


def _read_sidecar(path: Path) -> None:
    sound = corpus.sounds()[0][1]
    recording = path.with_suffix(".wav")
    recording.write_bytes(sound)
    _, sidecar = read_session(recording, ReplayOptions(), lambda _line: None)
    _ = (sidecar.losses, sidecar.device_events, sidecar.delays, sidecar.calibration)


def _read_calibration(path: Path) -> None:
    file = CalibrationFile(path, lambda _line: None)
    file.find("a card")
    file.keep("a card", Calibration(100))


def _write_sound(folder: Path, chance: Random) -> Path:
    files = corpus.sounds()
    suffix, content = chance.choice(files)
    path = folder / f"sound.{suffix}"
    path.write_bytes(mutated(content, chance, [each for _, each in files], text=False))
    return path


def _read_sound(path: Path) -> None:
    refusals = []
    for read in (read_audio, read_left, read_mixed):
        try:
            read(path, lambda _line: None)
        except CoachError as error:
            refusals.append(error)
    if refusals:
        raise refusals[0]


def _write_voice(folder: Path, chance: Random) -> Path:
    from coach.devices.speech.piper_synthesiser import natural_model  # noqa: PLC0415

    (folder / "voice.onnx").symlink_to(natural_model())
    return _text("voice.onnx.json", corpus.voices)(folder, chance)


def _read_voice(path: Path) -> None:
    PiperSynthesiser(path.with_suffix("")).speak("Stop.", 150)


def _read_manifest(path: Path) -> None:
    manifest = parse_json(read_bounded(path, MOST_JSON_BYTES), str(path), Manifest)
    for name, mark in list(manifest.files.items())[:3]:
        mark.problem(path.parent / name)


def _read_graph(path: Path) -> None:
    read_word_numbers(path, ["stop", "arched", "ready"])


def _read_model_archive(path: Path) -> None:
    install(path.parent / "model", path, lambda *_: None, corpus.TINY_MANIFEST)


PARSERS: tuple[Parser, ...] = (
    Parser("programme", _text("own.toml", corpus.programmes), _read_programme, weight=2.0),
    Parser("shared programme", _text("shared.toml", corpus.shared_programmes), _read_shared),
    Parser("language", _write_language, _read_language, weight=2.0),
    Parser("grammar", _text("xx.yaml", corpus.grammars), _read_grammar, weight=2.0),
    Parser("rehearsal", _text("own.yaml", corpus.rehearsals), _read_rehearsal, weight=2.0),
    Parser("archive", _text("training.json", corpus.archives), _read_archive, weight=2.0),
    Parser("memory", _bytes("some.db", corpus.memories), _read_memory, weight=2.0),
    Parser("sidecar", _text("kept.json", corpus.sidecars), _read_sidecar),
    Parser("calibration", _text("devices.json", corpus.calibrations), _read_calibration),
    Parser("sound", _write_sound, _read_sound, weight=4.0),
    Parser("voice", _write_voice, _read_voice, seconds=10.0, weight=0.1),
    Parser("manifest", _text("model.json", corpus.manifests), _read_manifest),
    Parser("graph", _bytes("Gr.fst", lambda _folder: corpus.graphs()), _read_graph),
    Parser("model archive", _bytes("model.zip", corpus.model_archives), _read_model_archive),
)
"""Journals are written, and read by nothing here; settings are code."""
