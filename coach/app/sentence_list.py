"""Sentence list: everything that a person may say, by intent, and where it counts."""

from __future__ import annotations

from collections.abc import Iterator

from coach.app.language_files import data_folder, load_grammar, read_text
from coach.datafile import parse_yaml
from coach.hearing.grammar import GrammarFile
from coach.messages.intents import INTENTS, Intent
from coach.messages.states import ACTIVE, STATES, State
from coach.session.table import wanted_intents


def sentence_list(language: str) -> Iterator[str]:
    """The lines of the list: the templates of each intent, and then the rules that they name.

    Raises DataError.
    """
    load_grammar(language)  # refuses a mistake with its place
    path = data_folder("grammars") / f"{language}.yaml"
    file, _places = parse_yaml(read_text(path), path.name, GrammarFile)
    for intent in INTENTS:
        yield f"{intent}: {_where(intent)}"
        for group in file.intents[intent].data:
            yield from (f"    {template}" for template in group.sentences)
        yield ""
    yield from (f"<{name}>: {body}" for name, body in file.expansion_rules.items())


def _where(intent: Intent) -> str:
    """The states in which the intent counts, in a phrase."""
    counts = [state for state in STATES if intent in wanted_intents(state)]
    other = [state for state in counts if state not in ACTIVE]
    missing = [state for state in ACTIVE if state not in counts]
    if len(missing) > len(ACTIVE) // 3:
        return _named(counts)
    but = f" but {_named(missing)}" if missing else ""
    also = f", and {_named(other)}" if other else ""
    return f"everywhere{but}{also}"


def _named(states: list[State]) -> str:
    return ", ".join(state.replace("_", " ") for state in states)
