"""Sound findings: what the measurements of the sound check mean for a person.

Nothing is measured here. Every threshold has its source beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from coach.doctor.chirp import EchoMeasured
from coach.doctor.findings import Finding, Measured, Severity, not_checked
from coach.doctor.noise import SILENT_DBFS, Quiet, dbfs
from coach.doctor.sound_check import SETTLING, SoundMeasured, confidences
from coach.doctor.word_check import TRIES, Answer
from coach.echo.delay_estimator import LONGEST
from coach.speaking.mastering import LOUDNESS_LUFS
from coach.units import seconds

_SOFT_DBFS = -52.5
"""Of 20 words by five voices of audio_fixtures, 19 or 20 are understood at the first try at -40 and
at -50 dBFS, 16 at -55 and 14 at -60, with the automatic gain on."""

_NOMINAL_SPEECH_DBFS = -26.0
"""The nominal level of speech in telephony (ITU-T G.100.1), in place of a word that was heard."""

_NOISY_SNR_DB, _TOO_NOISY_SNR_DB = 10.0, 5.0
"""With noise 10 dB below the voice 94 % are understood, with 5 dB 83 % (scripts/bench_hearing)."""

_HUMS, _HUM_FROM_DBFS = 0.5, -70.0
"""The least part of the noise that makes it hum, and the level below which hum does no harm."""

_LOUD_ECHO_DB = 12.0
"""How much louder than the user the echo is in the loudest case of scripts/bench_barge_in."""

_KNOCKS = 100
"""Up to so many clipped samples, 6 ms, may come from a knock on the microphone."""


_NARROW_DB = -30.0
"""See ``above_telephone_db``: for the voices of audio_fixtures that is -13 to +4 dB; resampled to
8 kHz and back, it is less than -35 dB at a usual level."""


def judge_microphone(sound: SoundMeasured, *, understood: bool) -> Finding:
    """Whether the microphone works, and whether its level is right.

    ``understood`` is whether every word that was asked for was understood: then a soft voice is not
    a problem.
    """
    measured: Measured = {
        "speech_dbfs": _rounded(sound.speech_dbfs),
        "peak_dbfs": _rounded(dbfs(sound.loudest)),
        "clipped_samples": sound.clipped,
        "lost_seconds": seconds(sound.lost),
    }
    if sound.heard <= SETTLING:
        return not_checked("microphone", "the sound ended before anything was measured")
    unfit = _unfit(sound)
    if unfit is not None:
        return Finding("microphone", *unfit, measured)
    if sound.clipped > _KNOCKS:
        text = f"the microphone clips: {sound.clipped} samples are at full scale"
        return Finding("microphone", "warning", text, "turn its gain down (alsamixer)", measured)
    level, text = _soft(sound.speech_dbfs, understood=understood)
    if level == "ok" and sound.lost:
        text += f"; {seconds(sound.lost):.2f} s of sound were lost"
        busy = "end what else runs on this machine"
        return Finding("microphone", "warning", text, busy, measured)
    better = None if level == "ok" else "turn its gain up (alsamixer), or move it nearer"
    if level == "ok" and _is_narrow(sound):
        level = "warning"
        text += "; nothing of it is above 4 kHz, as through a hands-free headset or a telephone"
        better = "use the computer's own microphone, or one by cable: this one loses consonants"
    return Finding("microphone", level, text, better, measured)


def _unfit(sound: SoundMeasured) -> tuple[Severity, str, str] | None:
    """What is wrong with a microphone that does not hear the room, and what to do."""
    if sound.dead:
        text = "the microphone sends digital silence: it is muted, or not the one that you mean"
        cure = "unmute it (alsamixer, pavucontrol), or choose another: coach devices, --device"
        return "problem", text, cure
    if sound.is_own_monitor:
        text = "the microphone hears exactly what the speaker plays, and no room: it is its monitor"
        cure = "plug in a microphone, or choose it: pavucontrol, or coach devices and --device"
        return "problem", text, cure
    if sound.quiet is not None and sound.quiet.dead:
        text = "the microphone sends digital silence between sounds: soft sounds are cut off"
        cure = "turn off noise suppression and noise gates of the microphone and the system"
        return "warning", text, cure
    return None


def _is_narrow(sound: SoundMeasured) -> bool:
    return sound.above_telephone_db is not None and sound.above_telephone_db < _NARROW_DB


def _soft(speech_dbfs: float | None, *, understood: bool) -> tuple[Severity, str]:
    if speech_dbfs is None:
        return "ok", "the microphone hears something; the level of a voice was not measured"
    text = f"your voice is at {speech_dbfs:.0f} dBFS"
    if speech_dbfs >= _SOFT_DBFS:
        return "ok", text
    if understood:
        return "warning", f"{text}, which is soft: first words may be lost"
    return "problem", f"{text}, which is too soft to be understood"


def judge_noise(sound: SoundMeasured) -> Finding:
    """How far the noise is below the voice, or below a usual voice if none was heard."""
    quiet = sound.quiet
    if quiet is None:
        return not_checked("noise", "the sound ended before the noise was measured")
    if quiet.dead:
        return not_checked("noise", "the microphone sends digital silence")
    voice = _NOMINAL_SPEECH_DBFS if sound.speech_dbfs is None else sound.speech_dbfs
    snr_db = voice - quiet.noise_dbfs
    whose = "a usual voice" if sound.speech_dbfs is None else "your voice"
    text = f"the noise is at {quiet.noise_dbfs:.0f} dBFS, {snr_db:.0f} dB below {whose}"
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
        return Finding("noise", "warning", f"{text}; most of it is mains hum", cure, measured)
    return Finding("noise", "ok", text, None, measured)


def _hums(quiet: Quiet) -> bool:
    return quiet.hum > _HUMS and quiet.noise_dbfs > _HUM_FROM_DBFS


def judge_echo(sound: SoundMeasured, *, recorded: bool) -> Finding:
    """Whether the microphone hears the speaker, how late and how loud.

    ``recorded`` is whether the sound is a recording, to which nothing can be played.
    """
    if not sound.chirped:
        return not_checked("echo", "the sound ended before the echo was measured")
    if sound.dead:
        return not_checked("echo", "the microphone sends digital silence")
    if sound.is_own_monitor:
        return not_checked("echo", "the microphone is the speaker's own monitor")
    if sound.echo is None:
        return _no_echo(sound, recorded=recorded)
    return _echo_found(sound, sound.echo)


def _no_echo(sound: SoundMeasured, *, recorded: bool) -> Finding:
    measured: Measured = {"delay_s": None, "gain_db": None}
    if recorded:
        return Finding("echo", "ok", "the recording has no chirp in it", None, measured)
    if sound.lost:
        text = f"no echo was found, but {seconds(sound.lost):.2f} s of sound were lost meanwhile"
        cure = "end what else runs on this machine, and run the doctor again"
        return Finding("echo", "warning", text, cure, measured)
    text = "the microphone hears no chirp: you use headphones, or the speaker plays nothing"
    cure = "with headphones all is well; otherwise turn the speaker up, or choose it: --device"
    return Finding("echo", "warning", text, cure, measured)


def _echo_found(sound: SoundMeasured, echo: EchoMeasured) -> Finding:
    delay_seconds = seconds(echo.delay)
    measured: Measured = {"delay_s": round(delay_seconds, 4), "gain_db": _rounded(echo.gain_db)}
    text = (
        f"the microphone hears the speaker {delay_seconds * 1000:.0f} ms later, {_loudness(echo)}"
    )
    if echo.delay > LONGEST:
        text += f"; the coach cannot follow an echo later than {seconds(LONGEST):.2f} s"
        cure = "use a speaker with a cable: wireless ones are late"
        return Finding("echo", "problem", text, cure, measured)
    cure = "turn the speaker down, or move it away from the microphone"
    if sound.chirps_clipped > _KNOCKS:
        return Finding("echo", "warning", f"{text}; the microphone clips", cure, measured)
    over_voice = _over_voice_db(sound, echo)
    if over_voice is not None and over_voice > _LOUD_ECHO_DB:
        text += f"; there it is {over_voice:.0f} dB louder than you"
        return Finding("echo", "warning", text, cure, measured)
    return Finding("echo", "ok", text, None, measured)


def _loudness(echo: EchoMeasured) -> str:
    louder = "softer" if echo.gain_db <= 0 else "louder"
    return f"{abs(echo.gain_db):.0f} dB {louder} than it was played"


def _over_voice_db(sound: SoundMeasured, echo: EchoMeasured) -> float | None:
    """How much louder the coach is at the microphone than the user; None if no voice was heard."""
    if sound.speech_dbfs is None:
        return None
    return LOUDNESS_LUFS + echo.gain_db - max(SILENT_DBFS, sound.speech_dbfs)


def judge_words(answers: Sequence[Answer]) -> Finding:
    """Which of the words were understood, and with what confidence."""
    measured: Measured = {**confidences(answers)}
    each = "; ".join(_in_words(answer) for answer in answers)
    missing = [answer.word for answer in answers if answer.heard is None]
    if not missing:
        late = any(answer.tries > 1 for answer in answers)
        cure = "speak up, or move the microphone nearer" if late else None
        text = f"every word was understood: {each}"
        return Finding("words", "warning" if late else "ok", text, cure, measured)
    if all(answer.tries == 0 for answer in answers if answer.heard is None):
        return not_checked("words", f"it was ended early; {each}", measured)
    cure = "say each word alone, where your head will lie; move the microphone nearer"
    text = f"not every word was understood: {each}"
    return Finding("words", "problem", text, cure, measured)


def _in_words(answer: Answer) -> str:
    if answer.tries == 0:
        return f"{answer.word} not asked"
    if answer.heard is None:
        mistaken = f" (taken for {' and '.join(answer.mistaken)})" if answer.mistaken else ""
        return f"{answer.word} not understood{mistaken}"
    again = f" at try {answer.tries} of {TRIES}" if answer.tries > 1 else ""
    return f"{answer.word} {answer.heard.confidence:.2f}{again}"


def _rounded(level: float | None) -> float | None:
    return None if level is None else round(level, 1)
