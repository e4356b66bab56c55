"""Torture death: a process that dies at a system call of its own, between two writes or within one.

A kill from outside comes at a moment, and what lies between two writes is too short to be hit by
it. So a seccomp filter tells the kernel to kill the process where it is about to make a call.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
from dataclasses import dataclass
from threading import Timer

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_MODE_FILTER, _TSYNC, _NO_NEW_PRIVILEGES = 1, 1, 38
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_KILL_PROCESS, _ALLOW = 0x80000000, 0x7FFF0000
_NUMBER_AT, _COUNT_AT = 0, 32
"""Where struct seccomp_data of linux/seccomp.h has the call's number, and its third argument."""


@dataclass(frozen=True, slots=True)
class _Call:
    """A system call by its number on either machine; ``count`` is its third argument, if any."""

    x86_64: int
    aarch64: int
    count: int | None = None


CALLS = {
    "a frame of the log": _Call(18, 68, 24),
    "a page, behind its frame's head": _Call(18, 68, 4096),
    "the sync of a commit": _Call(75, 83),
    "the recording's header, behind its sound": _Call(1, 64, 44),
    "any write": _Call(1, 64),
    "a rename": _Call(82, 38),
    "the removal of a file": _Call(87, 35),
    "a cut to length": _Call(77, 46),
}
"""What a coach may die at, as a phrase."""


def die_later(told: str) -> None:
    """Die at the first call of a kind after some seconds, ``SECONDS:CALL``; an empty text is never.

    The process ends by SIGSYS, or by SIGKILL at once where the kernel takes no filter.
    """
    seconds, _, call = told.partition(":")
    if not told:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    timer = Timer(float(seconds), _die_at, [CALLS[call]])
    timer.daemon = True
    timer.start()


def _die_at(call: _Call) -> None:
    """Give all threads the filter."""
    library, machine = ctypes.CDLL(None, use_errno=True), platform.machine()
    program = _program(getattr(call, machine, None), call.count)
    code = ctypes.create_string_buffer(program)
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    number = _SECCOMP.get(machine, -1)
    if library.syscall(number, _SET_MODE_FILTER, _TSYNC, ctypes.create_string_buffer(head)) != 0:
        os.kill(os.getpid(), signal.SIGKILL)


def _program(number: int | None, count: int | None) -> bytes:
    """The filter, in classic BPF."""
    tests = [(_NUMBER_AT, number)] + ([] if count is None else [(_COUNT_AT, count)])
    lines = []
    for left, (place, value) in zip(range(2 * len(tests), 0, -2), tests, strict=True):
        lines.append((_LOAD, 0, 0, place))
        lines.append((_EQUAL, 0, left - 1, -1 if value is None else value))
    lines += [(_RETURN, 0, 0, _KILL_PROCESS), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("HBBI", *line[:3], line[3] & 0xFFFFFFFF) for line in lines)
