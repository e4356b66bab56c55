"""Conftest: what several tests use. The real model, voice and data files, loaded once a run."""

from __future__ import annotations

import fcntl
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from coach.app.assembly import Coach
from coach.app.ears import Ears, make_ears
from coach.app.language_files import load_grammar, load_language
from coach.app.programme_files import load_programme
from coach.devices.speech import model_store
from coach.devices.speech.pyttsx3_synthesiser import Pyttsx3Synthesiser
from coach.devices.speech.rendered_voice import RenderedVoice
from coach.dialogue.prompts import Prompts
from coach.engine import Lesson
from coach.errors import ModelError
from coach.hearing.grammar import Grammar
from coach.session.cues import prepare_cues
from coach.training.programme import Programme


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Leave whole sessions out of the coverage: it doubles their time, and other tests run the
    same lines. What pytest-cov has for it does not reach the workers of pytest-xdist.
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
    """What every process that tests shares in this run."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session", autouse=True)
def cache_folder(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of this run: nothing comes out of the user's own, and nothing goes into it.

    The same goes for what is kept of devices and remembered of training; the model stays.
    """
    folder, own = run_folder / "shared-cache", tmp_path_factory.mktemp("own")
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("COACH_MODEL", str(model_store.default_folder()))
        environment.setenv("XDG_CACHE_HOME", str(folder))
        environment.setenv("XDG_DATA_HOME", str(own / "data"))
        environment.setenv("XDG_STATE_HOME", str(own / "state"))
        yield folder


@pytest.fixture
def disk_of() -> Callable[[int], AbstractContextManager[None]]:
    """A disk on which no file can grow beyond so many bytes: the system refuses, as a full one."""

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
    """Where the command line keeps what the voice has rendered: every wording, once a run."""
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
    """The programme that is shipped, in a size that a test has time for."""
    return load_programme().resized(1, 5)


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The installed speech model, every byte checked; the test is skipped where there is none."""
    folder = model_store.default_folder()
    try:
        model_store.verify(folder)
    except ModelError as error:
        pytest.skip(str(error))
    return folder


@pytest.fixture(scope="session")
def ears(grammar: Grammar, model_folder: Path) -> Ears:
    """The real model; it takes half a second to load."""
    return make_ears(grammar, model_folder)


@pytest.fixture(scope="session")
def coach(
    grammar: Grammar,
    prompts: Prompts,
    programme: Programme,
    voice: RenderedVoice,
    ears: Ears,
) -> Coach:
    """A loaded coach: everything real, every wording rendered."""
    cues = prepare_cues(prompts, programme, grammar, voice, lambda _done, _total: None)
    return Coach(Lesson(grammar, prompts, programme, cues), ears)
