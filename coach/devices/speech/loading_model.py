"""Loading model: the speech model, loaded in a thread of its own while the coach greets.

The thread starts when ``awake`` is first called, so that the start of the session does not share
the processor with it.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Protocol

from coach.ports import Recogniser, Word
from coach.units import Block, Samples


class RecogniserModel(Protocol):
    """Makes recognisers."""

    def recogniser(self) -> Recogniser:
        """A new recogniser, for one session or one recording."""
        ...


class LoadingModel:
    """A RecogniserModel that is being loaded. ``load`` is called once, in another thread.

    ``awake`` and the recognisers belong to one thread. The end of the program waits for the loading
    thread, because the library crashes when it is interrupted.
    """

    def __init__(self, load: Callable[[], RecogniserModel]) -> None:
        self._load = load
        self._thread: Thread | None = None
        self._model: RecogniserModel | None = None
        self._failure: Exception | None = None

    def awake(self, _now: Samples = 0) -> bool:
        """Whether the model is loaded. Raises what ``load`` raised."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="speech model")
            self._thread.start()
        if self._failure is not None:
            raise self._failure
        return self._model is not None

    def recogniser(self) -> Recogniser:
        """A recogniser that may be used once the model is loaded, and not before."""
        return _LateRecogniser(self._loaded)

    def _loaded(self) -> RecogniserModel:
        if self._model is None:
            raise RuntimeError("asked before the model was there")
        return self._model

    def _run(self) -> None:
        try:
            self._model = self._load()
        except Exception as error:  # raised again by awake
            self._failure = error


class _LateRecogniser:
    """A Recogniser that is made when it is first used."""

    def __init__(self, model: Callable[[], RecogniserModel]) -> None:
        self._model = model
        self._made: Recogniser | None = None

    @property
    def _recogniser(self) -> Recogniser:
        if self._made is None:
            self._made = self._model().recogniser()
        return self._made

    def accept_waveform(self, block: Block) -> None:
        self._recogniser.accept_waveform(block)

    def skip(self, count: Samples) -> None:
        self._recogniser.skip(count)

    def partial(self) -> str:
        return self._recogniser.partial()

    def result(self) -> tuple[Word, ...]:
        return self._recogniser.result()
