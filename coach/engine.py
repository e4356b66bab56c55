"""Engine: a microphone block goes in, a speaker block comes out. This is the whole product.

However the microphone is sliced into blocks, the same things happen at the same samples: the engine
acts only at the ends of the endpointer's frames, at the ends of prompts, and when timers are due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, assert_never

from coach.clock import Clock
from coach.echo.canceller import Calibration
from coach.hearing.acceptance import Wanted
from coach.hearing.front_end import FrontEnd
from coach.messages.actions import (
    Action,
    ArmTimer,
    DisarmTimers,
    End,
    Report,
    Say,
    SetGain,
    Silence,
    Tone,
)
from coach.messages.events import (
    AudioLost,
    Cleared,
    DeviceFound,
    DeviceLost,
    DoubleTalkBegan,
    DoubleTalkEnded,
    EchoFound,
    EchoRemains,
    Event,
    Gone,
    Happening,
    Heard,
    MemoryFailed,
    MicrophoneClipped,
    NotUnderstood,
    Origin,
    RecogniserReady,
    Suspected,
)
from coach.messages.intents import Intent
from coach.speaking.mixer import Mixer
from coach.units import Block, Samples, silence

Observer = Callable[[Event], None]


class Conversation(Protocol):
    """Decides what the coach says and which intents it accepts: a Session, or a substitute."""

    @property
    def wanted(self) -> Wanted:
        """The intents that are accepted now, and from which sample on."""
        ...

    def begin(self) -> Sequence[Action]:
        """Open the conversation, at sample 0, and return what to do."""
        ...

    def handle(self, event: Happening) -> Sequence[Action]:
        """Handle an event, and return what to do."""
        ...

    def abandon(self, now: Samples) -> Sequence[Action]:
        """End the conversation from outside, and return what to do."""
        ...


class Engine:
    """Runs one session. Not thread-safe. Every observer is called with every event, in order.

    ``cues`` has the sound of every wording that ``session`` may say, mono int16 at 16 kHz;
    ``gain_db`` is how much louder it is at first.
    """

    def __init__(
        self,
        session: Conversation,
        cues: Mapping[str, Block],
        front_end: FrontEnd,
        observers: Iterable[Observer] = (),
        gain_db: float = 0.0,
    ) -> None:
        self._session = session
        self._front_end = front_end
        self._mixer = Mixer(cues, gain_db)
        self._clock = Clock()
        self._observers = (front_end.observe, *observers)
        self._microphone = silence(front_end.frame)
        self._speaker = silence(front_end.frame)
        self._filled: Samples = 0
        self._opened = False
        self._over = False

    def process(self, microphone: Block) -> Block | None:
        """The speaker's block for the microphone's, both mono int16 at 16 kHz and of one length.

        None when the session is over.
        """
        if self._over:
            return None
        self._open()
        speaker = silence(len(microphone))
        done = 0
        while done < len(microphone):
            count = min(len(microphone) - done, self._until_next())
            frame = slice(self._filled, self._filled + count)
            self._speaker[frame] = self._mixer.render(count)
            self._microphone[frame] = microphone[done : done + count]
            speaker[done : done + count] = self._speaker[frame]
            self._filled += count
            done += count
            self._clock.advance(count)
            self._catch_up()
        return speaker

    def align(self, delay: Samples) -> None:
        """The device adds at least ``delay`` between a speaker block and its echo."""
        self._front_end.align(delay)

    @property
    def calibration(self) -> Calibration | None:
        """What was learnt of the devices and may be used next time; None for nothing."""
        return self._front_end.calibration

    def calibrate(self, calibration: Calibration) -> None:
        """Expect the echo at the delay of an earlier session, but no sooner than ``align`` says."""
        self._front_end.calibrate(calibration)

    @property
    def until_timer(self) -> Samples | None:
        """See Clock.until_next."""
        return self._clock.until_next()

    def lose(self, count: Samples) -> None:
        """Note that the sound card dropped ``count`` samples; they are processed as silence."""
        if self._over:
            return
        self._open()
        self._observe(AudioLost(self._clock.now, count))
        self.process(silence(count))

    def lose_device(self, device: Gone, why: str) -> None:
        """Note that a device was lost; ``why`` is a phrase for the log."""
        if not self._over:
            self._open()
            self._dispatch(DeviceLost(self._clock.now, device, why))

    def find_device(self, device: Gone, name: str) -> None:
        """Note that a lost device is back, under ``name``."""
        if not self._over:
            self._open()
            self._dispatch(DeviceFound(self._clock.now, device, name))

    @property
    def over(self) -> bool:
        """Whether the session is over."""
        return self._over

    def report_memory_failed(self) -> None:
        """Note that the person's memory cannot be written; the session says so at a break."""
        if not self._over:
            self._open()
            self._dispatch(MemoryFailed(self._clock.now))

    def press(self, intent: Intent, text: str, origin: Origin) -> None:
        """Note that a button was pressed, which means the same as saying ``text``."""
        if self._over:
            return
        self._open()
        now, wanted = self._clock.now, self._session.wanted
        self._mixer.unhush()
        self._dispatch(
            Heard(
                *(intent, text, 1.0, now, now, now, now),
                urgent=intent in wanted.urgent,
                accepted=intent in wanted.intents | wanted.pressed,
                origin=origin,
            )
        )

    def abandon(self) -> None:
        """End the session from outside; a session that never began sends no events."""
        if self._opened and not self._over:
            self._perform(self._session.abandon(self._clock.now))
        self._over = True

    def _open(self) -> None:
        if not self._opened:
            self._opened = True
            self._perform(self._session.begin())

    def _until_next(self) -> Samples:
        """Samples until something can happen; at least one."""
        moments = [
            len(self._microphone) - self._filled,
            self._mixer.until_end,
            self._clock.until_next(),
        ]
        return max(1, min(moment for moment in moments if moment is not None))

    def _catch_up(self) -> None:
        """Handle what happens at the present sample: the end of a prompt or frame, and timers."""
        now = self._clock.now
        ended = self._mixer.pop_ended(now)
        if ended is not None:
            self._dispatch(ended)
        if self._filled == len(self._microphone):
            self._filled = 0
            self._listen()
        while not self._over:
            due = self._clock.pop_due(self._front_end.utterance_start)
            if due is None:
                return
            self._dispatch(due)

    def _listen(self) -> None:
        frames = self._microphone, self._speaker
        for finding in self._front_end.process(*frames, self._session.wanted):
            match finding:
                case Suspected():
                    self._observe(finding)
                    self._mixer.hush()
                case Cleared():
                    self._observe(finding)
                    self._mixer.unhush()
                case EchoFound() | RecogniserReady():
                    self._observe(finding)
                case DoubleTalkBegan():
                    self._observe(finding)
                    self._mixer.duck()
                case DoubleTalkEnded():
                    self._observe(finding)
                    self._mixer.unduck()
                case MicrophoneClipped() | EchoRemains() | NotUnderstood():
                    self._dispatch(finding)
                case Heard():
                    self._mixer.unhush()
                    self._dispatch(finding)
                case _:
                    assert_never(finding)

    def _dispatch(self, event: Happening) -> None:
        self._observe(event)
        if not self._over:
            self._perform(self._session.handle(event))

    def _perform(self, actions: Sequence[Action]) -> None:
        if any(isinstance(action, Say | Silence) for action in actions):
            self._fall_silent()
        for action in actions:
            self._do(action)

    def _do(self, action: Action) -> None:
        match action:
            case Say():
                self._fall_silent()
                self._observe(self._mixer.say(action, self._clock.now))
            case Tone():
                self._observe(self._mixer.sound(action, self._clock.now))
            case SetGain():
                self._mixer.set_gain(action.gain_db)
            case ArmTimer():
                self._clock.arm(action)
            case DisarmTimers():
                self._clock.disarm()
            case Report():
                self._observe(action.event)
            case End():
                self._over = True
            case Silence():
                pass  # it fell silent above, before anything else is done
            case _:
                assert_never(action)

    def _fall_silent(self) -> None:
        interrupted = self._mixer.stop(self._clock.now)
        if interrupted is not None:
            self._observe(interrupted)

    def _observe(self, event: Event) -> None:
        for observer in self._observers:
            observer(event)
