"""Sound findings: from what the sound check measured to what a person is told of it.

Nothing is measured here. Every figure that parts good from bad has its source beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from coach.doctor.chirp import EchoMeasured
from coach.doctor.findings import Finding, Measured, Severity, not_checked
from coach.doctor.noise import SILENT_DBFS, Quiet, dbfs
from coach.doctor.sound_check import SETTLING, SoundMeasured, told
from coach.doctor.word_check import TRIES, Answer
from coach.echo.delay_estimator import LONGEST
from coach.speaking.mastering import LOUDNESS_LUFS
from coach.units import seconds

_SOFT_DBFS = -52.5
"""Five voices in audio_fixtures, asked for the four words with the gain that follows them: of 20
words 19 or 20 are understood at the first try at -40 and at -50 dBFS, 16 at -55, 14 at -60."""

_NOMINAL_SPEECH_DBFS = -26.0
"""Where telephony puts speech (ITU-T G.100.1), for want of a word that was heard."""

_NOISY_SNR_DB, _TOO_NOISY_SNR_DB = 10.0, 5.0
"""With noise 10 dB below the voice 94 % is understood, with 5 dB 83 % (scripts/bench_hearing)."""

_HUMS, _HUM_FROM_DBFS = 0.5, -70.0

_LOUD_ECHO_DB = 12.0
"""What was measured of talking over the coach ends here (scripts/bench_barge_in)."""

_KNOCKS = 100
"""Clipped samples, 6 ms, that a knock may make."""


def judge_microphone(sound: SoundMeasured, *, understood: bool) -> Finding:
    """Whether it works, and how loud it is set; a soft voice that is understood does no harm.

    ``understood`` is whether every word that was asked for was.
    """
    measured: Measured = {
        "speech_dbfs": _rounded(sound.speech_dbfs),
        "peak_dbfs": _rounded(dbfs(sound.loudest)),
        "clipped_samples": sound.clipped,
        "lost_seconds": seconds(sound.lost),
    }
    if sound.heard <= SETTLING:
        return not_checked("microphone", "it ended before it was listened to")
    if sound.dead:
        text = "it sends digital silence: muted, or not the one that you mean"
        cure = "unmute it (alsamixer, pavucontrol), or choose another: coach devices, --device"
        return Finding("microphone", "problem", text, cure, measured)
    if sound.quiet is not None and sound.quiet.dead:
        text = "it sends digital silence between sounds: something cuts off what is soft"
        cure = "turn off noise suppression and noise gates of the microphone and the system"
        return Finding("microphone", "warning", text, cure, measured)
    if sound.clipped > _KNOCKS:
        text = f"it clips: {sound.clipped} samples at full scale"
        return Finding("microphone", "warning", text, "turn its gain down (alsamixer)", measured)
    level, text = _soft(sound.speech_dbfs, understood=understood)
    if level == "ok" and sound.lost:
        text += f"; {seconds(sound.lost):.2f} s of sound were lost"
        cure = "end what else runs on this machine"
        return Finding("microphone", "warning", text, cure, measured)
    louder = None if level == "ok" else "turn its gain up (alsamixer), or move it nearer"
    return Finding("microphone", level, text, louder, measured)


def _soft(speech_dbfs: float | None, *, understood: bool) -> tuple[Severity, str]:
    if speech_dbfs is None:
        return "ok", "it hears something; how loud a voice is was not measured"
    text = f"your voice is at {speech_dbfs:.0f} dBFS"
    if speech_dbfs >= _SOFT_DBFS:
        return "ok", text
    if understood:
        return "warning", f"{text}, which is soft: first words may be lost"
    return "problem", f"{text}, too soft to be understood"


def judge_noise(sound: SoundMeasured) -> Finding:
    """The room when nobody speaks, against the voice or where a voice should be."""
    quiet = sound.quiet
    if quiet is None:
        return not_checked("noise", "the microphone ended before the two seconds of quiet did")
    if quiet.dead:
        return not_checked("noise", "the microphone sends digital silence")
    voice = _NOMINAL_SPEECH_DBFS if sound.speech_dbfs is None else sound.speech_dbfs
    snr_db = voice - quiet.noise_dbfs
    whose = "a usual voice" if sound.speech_dbfs is None else "your voice"
    text = f"{quiet.noise_dbfs:.0f} dBFS, {snr_db:.0f} dB below {whose}"
    measured: Measured = {
        "noise_dbfs": _rounded(quiet.noise_dbfs),
        "below_voice_db": _rounded(snr_db),
        "hum": round(quiet.hum, 3),
    }
    if snr_db < _NOISY_SNR_DB:
        level: Severity = "problem" if snr_db < _TOO_NOISY_SNR_DB else "warning"
        cure = "make it quieter, or put the microphone nearer to you"
        return Finding("noise", level, text, cure, measured)
    if _hums(quiet):
        cure = "try another USB port or power supply, away from mains cables"
        return Finding("noise", "warning", f"{text}; it hums as the mains do", cure, measured)
    return Finding("noise", "ok", text, None, measured)


def _hums(quiet: Quiet) -> bool:
    return quiet.hum > _HUMS and quiet.noise_dbfs > _HUM_FROM_DBFS


def judge_echo(sound: SoundMeasured, *, recorded: bool) -> Finding:
    """Whether the microphone hears the speaker. To a recording nothing can be played."""
    if not sound.chirped:
        return not_checked("echo", "the microphone ended before the chirps did")
    if sound.dead:
        return not_checked("echo", "the microphone sends digital silence")
    if sound.echo is None:
        return _no_echo(recorded=recorded)
    return _echo_found(sound, sound.echo)


def _no_echo(*, recorded: bool) -> Finding:
    measured: Measured = {"delay_s": None, "gain_db": None}
    if recorded:
        return Finding("echo", "ok", "the recording has no chirp in it", None, measured)
    text = "no chirp is heard: headphones, or a speaker that plays nothing"
    cure = "with headphones all is well; else turn the speaker up, or choose it: --device"
    return Finding("echo", "warning", text, cure, measured)


def _echo_found(sound: SoundMeasured, echo: EchoMeasured) -> Finding:
    delay_seconds = seconds(echo.delay)
    measured: Measured = {"delay_s": round(delay_seconds, 4), "gain_db": _rounded(echo.gain_db)}
    text = f"the speaker is heard {delay_seconds * 1000:.0f} ms later, {_against(echo)}"
    if echo.delay > LONGEST:
        text += f"; later than {seconds(LONGEST):.2f} s it is not followed"
        cure = "use a speaker with a cable: wireless ones are late"
        return Finding("echo", "problem", text, cure, measured)
    cure = "turn the speaker down, or move it away from the microphone"
    if sound.chirps_clipped > _KNOCKS:
        return Finding("echo", "warning", f"{text}; the microphone clips", cure, measured)
    over_voice = _over_voice_db(sound, echo)
    if over_voice is not None and over_voice > _LOUD_ECHO_DB:
        text += f"; {over_voice:.0f} dB louder than you"
        return Finding("echo", "warning", text, cure, measured)
    return Finding("echo", "ok", text, None, measured)


def _against(echo: EchoMeasured) -> str:
    return f"{abs(echo.gain_db):.0f} dB {'softer' if echo.gain_db <= 0 else 'louder'} than played"


def _over_voice_db(sound: SoundMeasured, echo: EchoMeasured) -> float | None:
    """How much louder the coach is at the microphone than the person."""
    if sound.speech_dbfs is None:
        return None
    return LOUDNESS_LUFS + echo.gain_db - max(SILENT_DBFS, sound.speech_dbfs)


def judge_words(answers: Sequence[Answer]) -> Finding:
    """Which of the words were understood, and with what confidence."""
    measured: Measured = {**told(answers)}
    text = "; ".join(_told(answer) for answer in answers)
    missing = [answer.word for answer in answers if answer.heard is None]
    if not missing:
        late = any(answer.tries > 1 for answer in answers)
        cure = "speak up, or move the microphone nearer" if late else None
        return Finding("words", "warning" if late else "ok", text, cure, measured)
    if all(answer.tries == 0 for answer in answers if answer.heard is None):
        return not_checked("words", f"it was broken off; {text}", measured)
    cure = "say each word alone, where your head will lie; move the microphone nearer"
    return Finding("words", "problem", text, cure, measured)


def _told(answer: Answer) -> str:
    if answer.tries == 0:
        return f"{answer.word} not asked"
    if answer.heard is None:
        mistaken = f" (for {' and '.join(answer.mistaken)})" if answer.mistaken else ""
        return f"{answer.word} not understood{mistaken}"
    again = f" at try {answer.tries} of {TRIES}" if answer.tries > 1 else ""
    return f"{answer.word} {answer.heard.confidence:.2f}{again}"


def _rounded(level: float | None) -> float | None:
    return None if level is None else round(level, 1)
