"""Fit messages: a FIT file out of messages, by the names that they and their fields have.

fit-tool knows the FIT profile: numbers, types and scales. Its own messages are objects made anew
for each record, which took seven seconds for ten years of training; here it makes each definition
once, and the records are packed as that says.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from coach.errors import OutputError

INSTALL = "run scripts/setup --fit in the project's folder"

Message = tuple[str, Mapping[str, Any]]
"""The name of a message, and its fields; one that is None or missing has no value in the file.

Times are milliseconds since 1970 UTC, durations seconds, and what the profile has names for is a
name.
"""

_TEXT_BYTES = 48
"""The size of every text, with the zero at its end."""


class FitProfile:
    """The FIT profile, as far as it is in ``fields``: messages and the fields that each has.

    Raises OutputError without fit-tool.
    """

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        try:
            self._types = import_module("fit_tool.profile.profile_type")
            crc16 = import_module("fit_tool.utils.crc").crc16
            self._header = import_module("fit_tool.fit_file_header").FitFileHeader
        except ImportError:
            missing = "a FIT file needs fit-tool, which is not installed"
            raise OutputError(f"{missing}: {INSTALL}") from None
        # A byte at a time, where its own function takes half a byte
        self._crcs = [int(crc16(bytes([byte]))) for byte in range(256)]
        numbered = enumerate(fields.items())
        self._kinds = {
            name: _Kind(name, local, chosen, self._types) for local, (name, chosen) in numbered
        }

    def number(self, kind: str, name: str) -> int:
        """The number of ``name`` among the names of a kind, such as ``plank_exercise_name``."""
        return _numbers(self._types, kind)[name]

    def file(self, messages: Iterable[Message]) -> bytes:
        """The file. Raises struct.error for a number that its field cannot hold."""
        defined: set[str] = set()
        records = bytearray()
        for name, fields in messages:
            kind = self._kinds[name]
            if name not in defined:
                defined.add(name)
                records += kind.definition
            records += kind.record(fields)
        whole = bytes(self._header(len(records), gen_crc=True).to_bytes()) + records
        return whole + struct.pack("<H", self._crc(whole))

    def _crc(self, content: bytes) -> int:
        crc = 0
        for byte in content:
            crc = crc >> 8 ^ self._crcs[(crc ^ byte) & 0xFF]
        return crc


class _Kind:
    """A kind of message; ``local`` is its number within a file."""

    def __init__(self, name: str, local: int, chosen: Sequence[str], types: ModuleType) -> None:
        module = import_module(f"fit_tool.profile.messages.{name}_message")
        message = getattr(module, f"{_in_camel_case(name)}Message")
        known = {field.name: field for field in message().fields}
        self._fields = [(each, _encoder(known[each], types)) for each in chosen]
        formats = (_format(known[each]) for each in chosen)
        self._packer = struct.Struct(f"<B{''.join(formats)}")
        self._local = local
        self.definition = _definition(local, message.ID, [known[each] for each in chosen])

    def record(self, fields: Mapping[str, Any]) -> bytes:
        values = [encode(fields.get(name)) for name, encode in self._fields]
        return self._packer.pack(self._local, *values)


def _definition(local: int, number: int, fields: Sequence[Any]) -> bytes:
    tool = import_module("fit_tool.definition_message")
    header = import_module("fit_tool.record").RecordHeader
    listed = [
        tool.FieldDefinition(field.field_id, struct.calcsize(_format(field)), field.base_type)
        for field in fields
    ]
    message = tool.DefinitionMessage(local, number, field_definitions=listed)
    return bytes(header.from_message(message).to_bytes() + message.to_bytes())


def _format(field: Any) -> str:
    return f"{_TEXT_BYTES}s" if field.base_type.is_string() else str(field.base_type.struct_format)


def _encoder(field: Any, types: ModuleType) -> Callable[[Any], Any]:
    if field.base_type.is_string():
        return _text
    invalid, numbers = field.base_type.invalid_raw_value(), _numbers(types, field.type_name)
    scale, offset = field.scale or 1, field.offset or 0

    def encode(value: float | str | None) -> int:
        if value is None:
            return int(invalid)
        return numbers[value] if isinstance(value, str) else round((value + offset) * scale)

    return encode


def _numbers(types: ModuleType, kind: str) -> dict[str, int]:
    """The numbers of a kind by their names; none for a kind of plain numbers."""
    name = _in_camel_case(kind)
    members: Any = getattr(types, name, None) or getattr(types, f"{name}Type", ())
    return {member.name.lower(): int(member.value) for member in members}


def _text(text: str | None) -> bytes:
    cut = (text or "").encode()[: _TEXT_BYTES - 1]
    return cut.decode(errors="ignore").encode()


def _in_camel_case(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
