"""Recording words: what a take hears and finds fault with, and what is kept of a person."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from benchmarks.people import people_streams
from benchmarks.record_words import Recorded, ask_consent, lead, main
from benchmarks.recorded_person import RecordedPerson, words_to_say
from benchmarks.word_take import PATIENCE, WordTake
from benchmarks.workers import BenchmarkError
from coach.app.language_files import data_folder
from coach.devices.recordings.audio_file import read_audio, write_audio
from coach.devices.recordings.wav_duplex import WavDuplex
from coach.devices.sound.sounddevice_duplex import SounddeviceDuplex
from coach.doctor.announce import Announcer
from coach.hearing.grammar import Grammar
from coach.simulation.fakes import ToneVoice
from coach.units import RATE_HZ, Block, gain, samples, silence
from tests.documents import ROOT
from tests.fake_card import FakeCard

SAID = data_folder("audio_fixtures") / "en" / "flite_slt"


def room(seconds: float, rms: float = 4.0) -> Block:
    return np.random.default_rng(3).normal(0.0, rms, samples(seconds)).astype(np.int16)


def said(name: str, louder_db: float = 0.0) -> Block:
    loud = read_audio(SAID / f"{name}.flac") * gain(louder_db)
    return np.clip(np.round(loud), -32768, 32767).astype(np.int16)


def heard(*parts: Block, cue: Block | None = None) -> WordTake:
    take = WordTake(silence(0) if cue is None else cue)
    WavDuplex(np.concatenate(parts)).run(Announcer(take.process, take.lose))
    return take


# A take


def test_a_word_is_kept_with_a_little_quiet_around_it() -> None:
    take = heard(room(1.0), said("stop"), room(3.0))
    assert take.word is not None
    assert len(take.word) / RATE_HZ == pytest.approx(0.4 + 0.8, abs=0.35)
    assert np.abs(take.word).max() == np.abs(said("stop")).max()
    assert list(take.faults()) == []
    assert take.length < samples(1.0 + 3.0)


@pytest.mark.parametrize("name", ["its_too_hard", "give_me_a_moment", "what_next"])
def test_pauses_inside_a_wording_do_not_end_it(name: str) -> None:
    files = sorted(ROOT.glob(f"audio_fixtures/en/*/{name}.flac"))
    for file in files:
        take = heard(room(1.0), read_audio(file), room(3.0))
        assert list(take.faults()) == []
        assert take.word is not None
        assert len(take.word) > len(read_audio(file)) - samples(0.6)
    assert files


def test_blocks_of_any_length_make_the_same_take() -> None:
    sound = np.concatenate([room(1.0), said("stop"), room(3.0)])
    whole = heard(sound)
    for length in (33, 160, 777):
        take = WordTake(silence(0))
        for start in range(0, len(sound), length):
            if take.process(sound[start : start + length]) is None:
                break
        assert take.word is not None
        assert whole.word is not None
        assert np.array_equal(take.word, whole.word)


def test_the_coach_is_heard_asking_and_is_no_answer() -> None:
    cue = ToneVoice().render("Please say: stop.")
    take = WordTake(cue)
    played = [take.process(cue[start : start + 320]) for start in range(0, len(cue), 320)]
    assert np.array_equal(np.concatenate([each for each in played if each is not None]), cue)
    assert take.word is None
    WavDuplex(np.concatenate([room(1.0), said("stop"), room(3.0)])).run(Announcer(take.process))
    assert take.word is not None
    assert len(take.word) < samples(2.0)


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ([room(9.0)], "No word was heard."),
        ([silence(samples(9.0))], "No word was heard."),
        ([room(1.0), np.full(40, 9000, np.int16), room(9.0)], "No word was heard."),
        ([room(1.0), said("stop", 30.0), room(3.0)], "It was too loud"),
        ([room(1.0, 0.4), said("stop", -40.0), room(3.0, 0.4)], "It was too soft, at -6"),
        ([room(1.0), room(9.0, 3000.0)], "The room is too loud"),
        ([room(1.0), *[said("stop")[samples(0.3) : -samples(0.5)]] * 20], "It did not end"),
    ],
)
def test_what_speaks_against_a_take_is_said(parts: Sequence[Block], fault: str) -> None:
    faults = list(heard(*parts).faults())
    assert any(each.startswith(fault) for each in faults), faults


def test_nobody_is_waited_for_for_ever() -> None:
    assert heard(room(60.0)).length == pytest.approx(PATIENCE, abs=samples(0.5))


def test_lost_sound_speaks_against_a_take() -> None:
    take = WordTake(silence(0))
    sound = np.concatenate([room(1.0), said("stop"), room(3.0)])
    WavDuplex(sound, losses={samples(0.2): 320}).run(Announcer(take.process, take.lose))
    assert list(take.faults()) == ["The sound card lost sound."]


@pytest.mark.slow
def test_a_sound_card_can_be_recorded_from() -> None:
    card = FakeCard(sound=np.concatenate([room(1.0), said("stop"), room(3.0)]))
    take = WordTake(silence(0))
    SounddeviceDuplex(library=card).run(Announcer(take.process, take.lose))
    assert list(take.faults()) == []


# A person


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("stop", "commands/ann/stop__ann.flac"),
        ("i'm done", "commands/ann/im_done__ann.flac"),
        ("it hurts", "commands/ann/it_hurts__ann.flac"),
        ("don't stop", "near/ann/dont_stop__ann.flac"),
    ],
)
def test_a_recording_lies_where_the_benchmark_looks(
    tmp_path: Path, grammar: Grammar, words: str, place: str
) -> None:
    person = RecordedPerson(tmp_path, "ann", grammar)
    person.keep(words, said("stop"))
    assert person.place(words) == tmp_path / place
    (stream,) = people_streams(tmp_path, grammar)
    (spot,) = stream.place.spots
    assert (spot.clip.intent, spot.clip.speaker) == (grammar.intent_of(words), "ann")
    assert np.array_equal(spot.clip.sound, said("stop"))
    assert person.left([words, "pause"]) == ["pause"]


def test_every_intent_that_is_asked_for_is_asked_for_in_a_sentence(grammar: Grammar) -> None:
    words = words_to_say()
    assert len(set(words)) == len(words) > 50
    assert {"stop", "it hurts", "yes", "don't stop"} <= set(words)


@pytest.mark.parametrize("name", ["", "a/b", "../ann", "ann__b", "ann b", "."])
def test_a_name_becomes_a_part_of_a_files(tmp_path: Path, grammar: Grammar, name: str) -> None:
    with pytest.raises(BenchmarkError):
        RecordedPerson(tmp_path, name, grammar)


def test_consent_is_asked_for_once_and_kept_with_its_date(tmp_path: Path, grammar: Grammar) -> None:
    person = RecordedPerson(tmp_path, "ann", grammar)
    with pytest.raises(BenchmarkError, match="nothing is recorded without consent"):
        ask_consent(person, lambda _question: "")
    assert list(tmp_path.iterdir()) == []
    ask_consent(person, lambda _question: "yes")
    date.fromisoformat(person.consent.read_text().splitlines()[0])
    ask_consent(person, pytest.fail)


# A person is led


def led(
    person: RecordedPerson, words: Sequence[str], typed: Sequence[str], *sounds: Block
) -> list[str]:
    """The questions that were asked."""
    recorded, left, asked = Recorded(np.concatenate(sounds)), list(typed), []

    def ask(question: str) -> str:
        asked.append(question)
        return left.pop(0)

    lead(person, words, lambda _words: silence(0), recorded.open, ask, recorded.took)
    assert left == []
    return asked


def test_words_are_kept_one_by_one(tmp_path: Path, grammar: Grammar) -> None:
    person = RecordedPerson(tmp_path, "ann", grammar)
    sound = [part for name in ("stop", "pause") for part in (room(1.0), said(name), room(1.5))]
    asked = led(person, ["stop", "pause"], ["", "k"], *sound)
    assert all(each.endswith("Enter: keep") for each in asked)
    assert person.left(["stop", "pause"]) == []
    for words in ("stop", "pause"):
        assert np.abs(read_audio(person.place(words))).max() == np.abs(said(words)).max()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (["a", "k", "k"], ["stop", "pause"]),
        (["a", "s", "k"], ["pause"]),
        (["k", "q"], ["stop"]),
        (["q"], []),
    ],
)
def test_a_word_is_said_again_or_skipped(
    tmp_path: Path, grammar: Grammar, typed: Sequence[str], kept: Sequence[str]
) -> None:
    person = RecordedPerson(tmp_path, "ann", grammar)
    led(person, ["stop", "pause"], typed, *[room(1.0), said("stop"), room(1.5)] * 3)
    assert [each for each in ("stop", "pause") if person.place(each).exists()] == kept


def test_what_was_not_heard_is_asked_for_again(tmp_path: Path, grammar: Grammar) -> None:
    person = RecordedPerson(tmp_path, "ann", grammar)
    asked = led(person, ["stop"], ["", ""], room(6.5), room(1.0), said("stop"), room(1.5))
    assert [each.rpartition(" ")[2] for each in asked] == ["again", "keep"]
    assert person.left(["stop"]) == []


def test_a_sound_that_is_no_word_is_not_kept(tmp_path: Path, grammar: Grammar) -> None:
    person = RecordedPerson(tmp_path, "ann", grammar)
    led(person, ["stop"], ["k", "q"], room(14.0))
    assert person.left(["stop"]) == ["stop"]


def test_what_was_kept_stays_when_it_is_interrupted(tmp_path: Path, grammar: Grammar) -> None:
    person = RecordedPerson(tmp_path, "ann", grammar)
    recorded = Recorded(np.concatenate([room(1.0), said("stop"), room(1.5)] * 2))
    typed = iter(["k"])

    def ask(_question: str) -> str:
        for each in typed:
            return each
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lead(person, ["stop", "pause"], lambda _: silence(0), recorded.open, ask, recorded.took)
    assert person.left(["stop", "pause"]) == ["pause"]
    assert [path.name for path in tmp_path.rglob("*.flac")] == ["stop__ann.flac"]


def test_a_recording_that_ends_too_early_is_told(tmp_path: Path, grammar: Grammar) -> None:
    person = RecordedPerson(tmp_path, "ann", grammar)
    with pytest.raises(BenchmarkError, match="the recording ends before «pause»"):
        led(person, ["stop", "pause"], ["k"], room(1.0), said("stop"))


# The program


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("{tmp}", "'--speaker'"),
        ("{tmp} --speaker a/b", "--speaker 'a/b': letters and figures expected"),
        ("{tmp} --speaker ann --audio {tmp}/no.wav", "{tmp}/no.wav: there is no such recording"),
    ],
)
def test_wrong_input_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: str, problem: str
) -> None:
    assert main(arguments.format(tmp=tmp_path).split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("record_words: ")
    assert problem.format(tmp=tmp_path) in line


@pytest.mark.slow
def test_the_program_records_from_a_recording(tmp_path: Path) -> None:
    write_audio(tmp_path / "a.wav", np.concatenate([room(1.0), said("stop"), room(3.0)]))
    command = [sys.executable, "-m", "benchmarks.record_words", str(tmp_path / "people")]
    command += ["--speaker", "ann", "--words", "stop,pause", "--silent"]
    ran = subprocess.run(
        [*command, "--audio", str(tmp_path / "a.wav")],
        input="yes\n\n",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode != 0  # nobody types any more
    assert (tmp_path / "people/commands/ann/stop__ann.flac").exists()
    assert (tmp_path / "people/consent/ann.txt").exists()
    assert "Kept: " in ran.stdout
