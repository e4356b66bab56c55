"""Word errors: how much of a text arrived, where spelling does not count.

Words that sound the same are the same: "heel" and "heal", "dumbbell" and "dumb bell", "all right"
and "alright". What sounds the same is asked of eSpeak NG, so that no list of exceptions is needed.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from functools import cache

from benchmarks.workers import BenchmarkError

_LONGEST_RUN = 2
"""How many words may be written as how many others."""
_STRESS = str.maketrans("", "", "',%_|: ")
_LONGEST_SECONDS = 20.0


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """The edit distance in words: the fewest to insert, delete or change to make ``said``."""
    runs = [(i, j) for i in range(1, _LONGEST_RUN + 1) for j in range(1, _LONGEST_RUN + 1)]
    best = [
        [max(i, j) if not i * j else 0 for j in range(len(heard) + 1)] for i in range(len(said) + 1)
    ]
    for i in range(1, len(said) + 1):
        for j in range(1, len(heard) + 1):
            edits = [best[i - 1][j] + 1, best[i][j - 1] + 1, best[i - 1][j - 1] + 1]
            edits += [
                best[i - a][j - b]
                for a, b in runs
                if a <= i and b <= j and _same(tuple(said[i - a : i]), tuple(heard[j - b : j]))
            ]
            best[i][j] = min(edits)
    return best[len(said)][len(heard)]


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if "".join(one) == "".join(other):
        return True
    alike = one[0][:1] == other[0][:1] or len(one) == len(other) == 1
    return alike and _sound(" ".join(one)) == _sound(" ".join(other))


@cache
def _sound(words: str) -> str:
    """The phonemes of the words, without stress and length. Raises BenchmarkError."""
    command = ["espeak-ng", "-q", "-x", "-v", "en-us", words]
    try:
        told = subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=_LONGEST_SECONDS
        )
    except FileNotFoundError:
        problem = "espeak-ng is not installed: sudo apt-get install espeak-ng"
        raise BenchmarkError(problem) from None
    except subprocess.SubprocessError:
        raise BenchmarkError(f"espeak-ng cannot pronounce {words!r}") from None
    return told.stdout.strip().translate(_STRESS)
