"""Model archive: copies the speech model out of a folder, a zip or a wheel, checking every byte."""

from __future__ import annotations

import hashlib
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from coach.devices.speech.model_manifest import Manifest, reason
from coach.errors import ModelError

Progress = Callable[[str, int, int | None], None]
"""Called with what is going on, the bytes done and the bytes in all (None while unknown)."""

_CHUNK_BYTES = 1 << 20
"""How much is read at a time: 1 MiB."""

_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError)
"""What the standard library raises for damaged archives."""


def copy_model(built: Path, source: Path, progress: Progress, manifest: Manifest) -> None:
    """Copy the model out of ``source`` into ``built``. Raises ModelError and OSError."""
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
    """The folder that holds the model, inside of a folder or of an archive."""
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
    """The folder of the model in an archive: the prefix that most of its files have in common.

    Members are written under the names of the manifest, so that no path in an archive can lead out
    of the model's folder.
    """
    found = Counter(
        member.removesuffix(name)
        for member in members
        for name in manifest.files
        if member == name or member.endswith(f"/{name}")
    )
    return found.most_common(1)[0][0] if found else None
