"""Line: the order of the exercises by difficulty, as they name each other easier and harder."""

from __future__ import annotations

from collections.abc import Mapping

from coach.training.exercise import Exercise


class Line:
    """The order of the exercises by difficulty. Links in a user's own files may lack an exercise,
    or lead in a circle."""

    def __init__(self, exercises: Mapping[str, Exercise]) -> None:
        self._exercises = exercises

    def step_back(self, name: str) -> str:
        """The next easier exercise; ``name`` itself where none is known."""
        easier = self._exercises[name].easier
        if easier is not None and easier in self._exercises:
            return easier
        known = [one for one in self._next_below(name) if name not in self.below(one)]
        return max(known, key=lambda one: len(self.below(one)), default=name)

    def between(self, lowest: str, highest: str) -> tuple[str, ...]:
        """The exercises from ``lowest`` up to ``highest``, both included; empty without a way."""
        way = [highest]
        while way[0] != lowest and (easier := self.step_back(way[0])) not in way:
            way.insert(0, easier)
        return tuple(way) if way[0] == lowest != highest else ()

    def below(self, name: str) -> set[str]:
        """All exercises easier than ``name``; never ``name`` itself, even in a circle."""
        found: set[str] = set()
        left = [name]
        while left:
            new = set(self._next_below(left.pop())) - found
            found |= new
            left += new
        return found - {name}

    def harder(self, name: str) -> list[str]:
        """The next harder exercises after ``name``, the preferred one first."""
        easier = {name, *self.below(name)}
        named = dict.fromkeys(self._exercises[name].harder)
        return [one for one in named if one in self._exercises and one not in easier]

    def _next_below(self, name: str) -> list[str]:
        """The next easier exercises, by the links of both sides, so that a new file can link itself
        to a shipped one."""
        named_by = [one for one, it in self._exercises.items() if name in it.harder]
        easier = self._exercises[name].easier
        return [one for one in (easier, *named_by) if one is not None and one in self._exercises]
