"""Conftest: fixtures shared by several tests: the real model, voice and data files, loaded once."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import hypothesis
import pytest

from coach.app.assembly import Coach
from coach.app.ears import Ears, make_ears
from coach.app.language_files import load_grammar, load_language
from coach.app.programme_files import load_programme
from coach.devices.speech import model_store
from coach.devices.speech.pyttsx3_synthesiser import Pyttsx3Synthesiser
from coach.devices.speech.rendered_voice import RenderedVoice
from coach.dialogue.prompts import Prompts
from coach.errors import ModelError
from coach.hearing.grammar import Grammar
from coach.session.cues import prepare_cues
from coach.session.lesson import Lesson
from coach.training.programme import Programme

hypothesis.settings.register_profile("whole", deadline=None)  # a busy machine is no failure
hypothesis.settings.register_profile("quick", max_examples=10, deadline=None)  # of scripts/test
hypothesis.settings.load_profile("whole")

MARKS = {"model_folder": "model", "voice_folder": "slow"}
"""What a test is that uses such a fixture: the one is not everywhere, the other renders for half a
minute."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for fixture, mark in MARKS.items():
            if isinstance(item, pytest.Function) and fixture in item.fixturenames:
                item.add_marker(mark)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Exclude whole sessions from coverage, which doubles their time; other tests run the same
    lines. The marker that pytest-cov has for this does not reach the workers of pytest-xdist.
    """
    coverage = sys.gettrace()
    if any(item.get_closest_marker(name) for name in ("model", "whole_session")):
        sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(coverage)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all test processes of this run share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session", autouse=True)
def cache_folder(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of this run, so that the user's own is neither read nor written.

    The same holds for calibrations and for the memory of training, but not for the speech model.
    scripts/test names one for its two runs, so that the wordings are rendered once.
    """
    folder = Path(os.environ.get("COACH_TEST_CACHE", run_folder / "shared-cache"))
    own = tmp_path_factory.mktemp("own")
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("COACH_MODEL", str(model_store.default_folder()))
        environment.setenv("XDG_CACHE_HOME", str(folder))
        environment.setenv("XDG_DATA_HOME", str(own / "data"))
        environment.setenv("XDG_STATE_HOME", str(own / "state"))
        yield folder


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C interrupts this process, even where the shell has put the run into the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture
def disk_of() -> Callable[[int], AbstractContextManager[None]]:
    """Limits the size of every file to that many bytes: the system refuses more, as a full disk."""

    @contextmanager
    def limited(size: int) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limited


@pytest.fixture(scope="session")
def voice_folder(cache_folder: Path) -> Path:
    """Where the command line caches rendered wordings; all of them are rendered once a run."""
    folder = cache_folder / "flatback" / "voice"
    with (cache_folder / "rendered").open("a+") as rendered:
        fcntl.flock(rendered, fcntl.LOCK_EX)
        if rendered.tell() == 0:
            command = [sys.executable, "-m", "tests.render", str(folder)]
            subprocess.run(command, cwd=Path(__file__).parent.parent, check=True)
            rendered.write("every wording")
    return folder


@pytest.fixture(scope="session")
def voice(voice_folder: Path) -> RenderedVoice:
    """The real voice at its default rate."""
    return RenderedVoice(Pyttsx3Synthesiser(load_language().language.voice), voice_folder)


@pytest.fixture(scope="session")
def grammar() -> Grammar:
    """The grammar that is shipped."""
    return load_grammar()


@pytest.fixture(scope="session")
def prompts() -> Prompts:
    """The prompts that are shipped."""
    return load_language().prompts


@pytest.fixture(scope="session")
def programme() -> Programme:
    """The programme that is shipped, shortened to one set of five reps."""
    return load_programme().resized(1, 5)


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The installed speech model, fully verified; the test is skipped where there is none."""
    folder = model_store.default_folder()
    try:
        model_store.verify(folder)
    except ModelError as error:
        pytest.skip(str(error))
    return folder


@pytest.fixture(scope="session")
def ears(grammar: Grammar, model_folder: Path) -> Ears:
    """A recogniser with the real model, which takes half a second to load."""
    return make_ears(grammar, model_folder)


@pytest.fixture(scope="session")
def coach(
    grammar: Grammar,
    prompts: Prompts,
    programme: Programme,
    voice: RenderedVoice,
    ears: Ears,
) -> Coach:
    """A coach with everything real, and every wording rendered."""
    cues = prepare_cues(prompts, programme, grammar, voice, lambda _done, _total: None)
    return Coach(Lesson(grammar, prompts, programme, cues), ears)
