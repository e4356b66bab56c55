"""Interruption: what is held back comes at the end, once, and only where it was pressed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from coach.app.language_files import data_folder
from coach.devices.system.signals import ended_by_sigterm, held_back
from tests.private_pulse import wait_until


def press() -> None:
    signal.raise_signal(signal.SIGINT)


@pytest.mark.usefixtures("interruptible")
def test_what_was_begun_is_done_whole_before_an_interruption() -> None:
    done = []

    def work() -> None:
        with held_back():
            press()
            press()
            done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["whole"]


def test_sigterm_is_an_exit_without_an_error_and_is_held_back_as_well() -> None:
    done = []

    def work() -> None:
        with held_back():
            signal.raise_signal(signal.SIGTERM)
            done.append("whole")
        done.append("more")

    with pytest.raises(SystemExit) as exit_, ended_by_sigterm():
        work()
    assert (exit_.value.code, done) == (0, ["whole"])
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.usefixtures("interruptible")
def test_before_and_after_it_interrupts_at_once() -> None:
    with held_back():
        pass
    with pytest.raises(KeyboardInterrupt):
        press()


@pytest.mark.usefixtures("interruptible")
def test_an_error_in_the_middle_gives_ctrl_c_back() -> None:
    with pytest.raises(ValueError, match="middle"), held_back():
        raise ValueError("middle")
    with pytest.raises(KeyboardInterrupt):
        press()


def test_who_ignores_interruptions_goes_on_ignoring_them() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with held_back():
            press()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_in_another_thread_nothing_is_held_back() -> None:
    done: list[str] = []

    def work() -> None:
        with held_back():
            done.append("whole")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["whole"]


def interrupted_while_loading(env: dict[str, str], folder: Path) -> tuple[int, str]:
    """The exit status, and standard error.

    On a busy machine the loading may be over before anybody looks: then it is tried again.
    """
    clip = data_folder("audio_fixtures") / "en" / "flite_slt" / "stop.flac"
    command = ["env", "--default-signal=INT", sys.executable, "-m", "coach", "hear", str(clip)]

    def begun() -> bool:
        # What Vosk is about to load: the word graph comes last.
        return any(folder.glob("flatback-model-*/graph/Gr.fst"))

    for _ in range(5):
        with subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as loading:
            wait_until(lambda: begun() or loading.poll() is not None, "the loading to begin")
            if loading.poll() is None:
                loading.send_signal(signal.SIGINT)
                _, err = loading.communicate()
                return loading.returncode, err
    pytest.fail("the loading was over each time before it was seen")


@pytest.mark.model
def test_ctrl_c_while_the_model_is_loaded_is_no_error(tmp_path: Path, model_folder: Path) -> None:
    env = {**os.environ, "TMPDIR": str(tmp_path), "COACH_MODEL": str(model_folder)}
    assert interrupted_while_loading(env, tmp_path) == (130, "")
    assert list(tmp_path.iterdir()) == []
