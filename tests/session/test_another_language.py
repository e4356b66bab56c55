"""Another language: one is invented from the English files, and sessions are led in it.

Every word is spelled backwards, and numbers are Finnish. Whatever English is still heard or shown
then stands in the code.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from coach.app.language_files import (
    LANGUAGES,
    LanguagePack,
    data_folder,
    load_language,
)
from coach.app.programme_files import load_programme
from coach.app.training_report import make_report, page_of
from coach.display.outline import outline
from coach.display.view_model import ViewModel
from coach.doctor.word_check import WORDS, WordCheck
from coach.engine import Engine
from coach.hearing.endpointer import Endpointer
from coach.hearing.front_end import FrontEnd
from coach.hearing.grammar import Grammar, parse_grammar
from coach.messages.events import Event, Spoken
from coach.messages.facts import MistakeNoted, PainRated, SessionEnded
from coach.messages.prompt_ids import PROMPTS
from coach.session.cues import prepare_cues
from coach.session.lesson import Lesson
from coach.settings import HearingSettings
from coach.simulation.fakes import ScriptedRecogniser, ToneVoice, Utterance, speech_sound
from coach.simulation.rehearsal import Entry, Rehearsal, parse_rehearsal
from coach.training.exercise import Exercise
from coach.units import samples
from tests.memories import HandClock, remember, tell
from tests.memories import session as trained
from tests.stories import SESSIONS, Recorder, rehearse

ENGLISH = load_language()
STORIES = (
    "first_timer",
    *(
        pytest.param(name, marks=pytest.mark.thorough)
        for name in ("questions", "easier_slower_again", "by_tones", "sits_all_day")
    ),
)
NUMBERS = {ENGLISH.language.spelled(number): number for number in range(1, 11)}
NO_WORDS = {"colours", "numbers", "letters", "model", "voice", "own"}
"""Keys of the files whose values are neither spoken nor shown."""


def backwards(text: str) -> str:
    """Every word spelled backwards; what is filled in stays."""
    parts = re.split(r"(\{\w+\})", text)
    return "".join(
        part if part.startswith("{") else re.sub(r"[A-Za-z']+", _turned, part) for part in parts
    )


def _turned(word: re.Match[str]) -> str:
    turned = word[0][::-1].lower()
    return turned.capitalize() if word[0][0].isupper() else turned


def changed(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case list():
            return [changed(each, change) for each in value]
        case dict():
            return {
                key: each if key in NO_WORDS else changed(each, change)
                for key, each in value.items()
            }
        case _:
            return value


def toml(tree: dict[str, Any], table: str = "") -> str:
    """A tree as TOML, whose strings and lists are written as in JSON."""
    plain = {key: value for key, value in tree.items() if not isinstance(value, dict)}
    lines = [f"[{table}]"] if table else []
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()]
    inner = (f"{table}.{key}" if table else key for key in tree if key not in plain)
    deeper = [value for key, value in tree.items() if key not in plain]
    return "\n".join([*lines, *map(toml, deeper, inner)])


def files() -> Iterator[tuple[Path, dict[str, Any]]]:
    """The English files, each by its place in the folder of the language."""
    folder = LANGUAGES / "en"
    for path in sorted(folder.rglob("*.toml")):
        yield path.relative_to(folder), tomllib.loads(path.read_text("utf-8"))


def sentences() -> dict[str, Any]:
    path = data_folder("grammars") / "en.yaml"
    tree: dict[str, Any] = YAML(typ="safe").load(path.read_text("utf-8"))
    return tree


def english_words() -> set[str]:
    """Those of all files that are no words of the invented language as well, as "no" is."""
    texts: list[str] = []

    def keep(text: str) -> str:
        texts.append(re.sub(r"\{\w+\}", " ", text))
        return text

    for _, tree in files():
        changed(tree, keep)
    changed(sentences()["intents"], keep)
    known = {word for text in texts for word in ENGLISH.language.words(text)}
    return known - {word[::-1] for word in known}


WORDS_OF_ENGLISH = english_words()


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> LanguagePack:
    """The invented language, from files of its own."""
    folder = tmp_path_factory.mktemp("languages")
    for place, tree in files():
        turned = changed(tree, backwards)
        if place.name == "language.toml":
            turned["numbers"] = "fi"
        own = folder / "backwards" / place
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(toml(turned), encoding="utf-8")
    return load_language("backwards", folder)


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    """Its sentences."""
    tree = sentences()
    turned = changed({key: tree[key] for key in ("intents", "decoys", "talk", "levels")}, backwards)
    rules: dict[str, str] = tree["expansion_rules"]
    turned["expansion_rules"] = {backwards(name): backwards(rule) for name, rule in rules.items()}
    return parse_grammar(json.dumps({"language": "backwards", **turned}), "backwards.yaml")


def foreign(pack: LanguagePack, entry: Entry) -> Entry:
    """What a user says, and waits for, in the invented language."""
    said = entry.when.said
    if said in NUMBERS:
        said = pack.language.spelled(NUMBERS[said])
    elif said is not None and said not in PROMPTS:
        said = backwards(said)
    when = entry.when.model_copy(update={"said": said})
    return entry.model_copy(update={"when": when, "says": backwards(entry.says)})


def story(name: str) -> Rehearsal:
    path = SESSIONS / f"{name}.yaml"
    return parse_rehearsal(path.read_text("utf-8"), str(path))


def lesson(pack: LanguagePack, grammar: Grammar, rehearsal: Rehearsal) -> Lesson:
    wanted = rehearsal.settings
    programme = load_programme(exercise=wanted.exercise, pack=pack)
    programme = programme.resized(wanted.sets or 1, wanted.reps or 3)
    voice, prompts = ToneVoice(), pack.prompts
    cues = prepare_cues(prompts, programme, grammar, voice, lambda _done, _total: None)
    return Lesson(grammar, prompts, programme, cues, wanted.verbosity or "full")


class Watcher:
    """Keeps every sign, offer and notice that a view shows."""

    def __init__(self, view: ViewModel) -> None:
        self._view = view
        self.shown: set[str] = set()

    def __call__(self, event: Event) -> None:
        self._view(event)
        seen = self._view.seen
        self.shown |= {seen.sign, *seen.offers, *(notice.text for notice in seen.notices)}


def english_in(texts: set[str]) -> dict[str, set[str]]:
    found = {text: WORDS_OF_ENGLISH & set(ENGLISH.language.words(text)) for text in texts}
    return {text: words for text, words in found.items() if words}


def test_english_would_be_noticed() -> None:
    assert len(WORDS_OF_ENGLISH) > 300
    assert english_in({"Eil nwod, or tis.", "Eil nwod ro tis."}) == {"Eil nwod, or tis.": {"or"}}


@pytest.mark.whole_session
@pytest.mark.parametrize("name", STORIES)
def test_a_session_is_led_in_another_language(
    pack: LanguagePack, grammar: Grammar, name: str
) -> None:
    english = story(name)
    rehearsal = english.model_copy(
        update={"user": [foreign(pack, entry) for entry in english.user]}
    )
    taught = lesson(pack, grammar, rehearsal)
    known = outline(taught.programme, grammar)
    watcher = Watcher(ViewModel(pack.signs, known))
    recorder = rehearse(rehearsal, taught, watcher)
    assert [event.outcome for event in recorder.of(SessionEnded)] == ["finished"]
    assert english_in({event.text for event in recorder.of(Spoken)}) == {}
    assert english_in(watcher.shown) == {}
    assert len(watcher.shown) > 20


def test_nothing_that_may_be_said_is_english(pack: LanguagePack, grammar: Grammar) -> None:
    cues = lesson(pack, grammar, story("two_sets")).cues
    assert len(cues) > 200
    assert english_in(set(cues)) == {}


def test_the_doctor_asks_in_another_language(pack: LanguagePack, grammar: Grammar) -> None:
    said = [
        Utterance(samples(2.5 + 4.0 * number), grammar.sentences(word)[0])
        for number, word in enumerate(WORDS)
    ]
    hum = ToneVoice()
    cues = {text: hum.render(text)[: samples(1.0)] for text in pack.doctor.texts()}
    check, recorder = WordCheck(pack.doctor), Recorder()
    hearing = Endpointer(ScriptedRecogniser(said), grammar, HearingSettings())
    Engine(check, cues, FrontEnd(hearing), [recorder]).process(speech_sound(said, samples(30.0)))
    assert all(answer.heard for answer in check.answers)
    assert english_in({event.text for event in recorder.of(Spoken)}) == {}


def test_a_report_is_in_the_language(pack: LanguagePack, tmp_path: Path) -> None:
    path, clock = tmp_path / "memory.db", HandClock()
    with remember(path, clock) as memory:
        tell(memory, [PainRated(0, 3), MistakeNoted(0, "head"), *trained("pap", "pain")])
    report = make_report(path, "default", clock, pack)
    assert report is not None
    page = page_of(report, pack)
    assert '<html lang="backwards">' in page
    without_style = re.sub(r"(?s)<style>.*?</style>", "", page)
    words = re.sub(r"<[^>]*>", " ", without_style).replace("default", "")
    assert english_in({words}) == {}


def test_ones_own_exercise_has_the_usual_cues_of_the_language(
    pack: LanguagePack, tmp_path: Path
) -> None:
    tree = tomllib.loads((LANGUAGES / "en" / "exercises" / "dead_bug.toml").read_text("utf-8"))
    own = {"kind": "exercise", **changed(tree, backwards)}
    (tmp_path / "gub.toml").write_text(toml(own), encoding="utf-8")
    programme = load_programme(tmp_path / "gub.toml", pack=pack)
    exercise: Exercise = programme.exercises["gub"]
    assert exercise.cues.inhale[0] == "Uoy ehtaerb ni."
    assert english_in({text for _, text in programme.texts()}) == {}
