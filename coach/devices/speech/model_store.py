"""Model store: finds, checks and installs the speech model.

Every file is compared with the manifest by size and SHA-256, wherever it comes from. A model is
put together in a temporary folder beside its place and then renamed, so it is never there in part.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

import platformdirs

from coach.devices.speech.model_archive import Progress, copy_model
from coach.devices.speech.model_manifest import MODEL_NAME, Manifest, project_manifest, reason
from coach.devices.speech.model_workplace import clear_killed, workplace
from coach.errors import ModelError

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
    """Raises ModelError when there is no model at all, not even a damaged one."""
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
    """Check every file of the model. Raises ModelError for the first one that is wrong."""
    manifest = manifest or project_manifest()
    look_for(folder, manifest)
    for name, mark in manifest.files.items():
        if problem := mark.problem(folder / name):
            raise ModelError(f"{folder}: {name} {problem}: {_AGAIN}")


def others(folder: Path, manifest: Manifest | None = None) -> list[str]:
    """The names of what else lies in the folder of a model, sorted. The coach does not read it."""
    manifest = manifest or project_manifest()
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    return sorted(name for name in found if name not in manifest.files and name != "README")


def unused(folder: Path, names: Sequence[str]) -> str:
    """A line that names what ``others`` found."""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{folder} holds {names[0]}{more}, which is no part of the speech model and is not read"


def install(
    folder: Path, source: Path | None, progress: Progress, manifest: Manifest | None = None
) -> Path:
    """Put the model into ``folder``, unless it is there and good, and return ``folder``.

    ``source`` is a zip, a wheel or a folder that holds the model; with None it is downloaded. A
    damaged model is replaced, but a folder that holds anything else is not touched. Raises
    ModelError.
    """
    manifest = manifest or project_manifest()
    target = folder.resolve()
    if _good(folder, manifest):
        with suppress(OSError):
            clear_killed(target)
        return folder
    try:
        _refuse_strangers(target, manifest)
        with workplace(target) as work:
            built = work / "model"
            if source is None:
                from coach.devices.speech.model_download import fetch  # noqa: PLC0415 - loads TLS

                fetch(built, work, progress, manifest)
            else:
                copy_model(built, source, progress, manifest)
            _move_in(built, target, work, manifest)
    except OSError as error:
        raise ModelError(f"cannot install the speech model in {folder}: {reason(error)}") from error
    return folder


def _good(folder: Path, manifest: Manifest) -> bool:
    with suppress(ModelError):
        verify(folder, manifest)
        return True
    return False


def _refuse_strangers(target: Path, manifest: Manifest) -> None:
    """Raises ModelError unless the folder is missing, empty, or holds a model or parts of one."""
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
    """Rename the finished model into place, unless another installation was faster."""
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
