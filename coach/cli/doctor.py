"""Doctor: ``coach doctor`` looks at what a session needs, and reports it on a screen."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from coach.app.assembly import make_voice
from coach.app.examination import Patient, examine
from coach.app.language_files import ENGLISH, load_grammar, load_language
from coach.app.logs import begin_logging
from coach.cli.command_group import complain
from coach.cli.options import DeviceName, LanguageName, LogLevel, ModelFolder, Rate, VoiceName
from coach.devices.memory import sqlite_file
from coach.devices.recordings.audio_file import read_audio
from coach.devices.speech.rendered_voice import DEFAULT_RATE_WPM
from coach.display.plain_text import on_screen
from coach.doctor.findings import Finding, Severity, is_ready, verdict
from coach.doctor.word_check import ASKED
from coach.hearing.grammar import Grammar
from coach.messages.events import Event, Heard, SpeechBegan

doctor_app = typer.Typer()

_STYLES: dict[Severity, str] = {"ok": "green", "warning": "yellow", "problem": "bold red"}


@doctor_app.command(
    epilog="Example: coach doctor --no-words. The exit status is 0 when you can train, 1 when "
    "something has to be mended first, 2 when the command was not understood."
)
def doctor(
    audio: Annotated[
        Path | None,
        typer.Option(
            help="A recording in place of microphone and speaker: quiet at first, then ready, "
            "done, arched and stop, 18, 26, 34 and 42 s after its beginning."
        ),
    ] = None,
    words: Annotated[
        bool, typer.Option("--words/--no-words", help="Ask for four words, to see if it hears you.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    voice: VoiceName = None,
    rate: Rate = DEFAULT_RATE_WPM,
    device: DeviceName = None,
    model: ModelFolder = None,
    language: LanguageName = ENGLISH,
    log_level: LogLevel = None,
) -> None:
    """Look at everything that a session needs: what is well, what is not, and what to do."""
    begin_logging(log_level)
    pack, grammar = load_language(language), load_grammar(language)
    spoken_by = voice or pack.language.voice
    patient = Patient(
        model=model,
        voice=spoken_by,
        make_voice=lambda: make_voice(spoken_by, rate),
        device=device,
        audio=None if audio is None else read_audio(audio, complain),
        words=words,
        memory=sqlite_file.default_path(),
        pack=pack,
    )
    findings = examine(patient, _report, [partial(_follow, grammar)])
    if as_json:
        typer.echo(json.dumps(as_record(findings), indent=2))
    else:
        _print(findings, Console())
    raise typer.Exit(0 if is_ready(findings) else 1)


def _report(line: str) -> None:
    typer.echo(on_screen(f"… {line}"), err=True)


def _follow(grammar: Grammar, event: Event) -> None:
    """What the doctor says and hears, for a person at the screen: the word to say in capitals."""
    match event:
        case SpeechBegan() if event.prompt in ASKED:
            word = grammar.sentences(ASKED[event.prompt])[0]
            _report(f"{event.text} Say: {word.upper()}")
        case SpeechBegan() if not event.prompt.startswith("heard_"):
            _report(event.text)
        case Heard(accepted=True):
            _report(f"heard: {event.text}")
        case _:
            pass


def as_record(findings: list[Finding]) -> dict[str, object]:
    """The findings and their verdict, for JSON."""
    records = [
        {
            "subject": finding.subject,
            "level": finding.level,
            "text": finding.text,
            "cure": finding.cure,
            "measured": dict(finding.measured),
        }
        for finding in findings
    ]
    return {"ready": is_ready(findings), "verdict": verdict(findings), "findings": records}


def _print(findings: list[Finding], console: Console) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=7, no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for finding in findings:
        style = _STYLES[finding.level]
        text = escape(on_screen(finding.text))
        if finding.cure is not None:
            text += f"\n[bold]→ {escape(on_screen(finding.cure))}[/bold]"
        table.add_row(f"[{style}]{finding.level}[/{style}]", finding.subject, text)
    console.print(table, highlight=False)
    console.print(f"\n[bold]{escape(on_screen(verdict(findings)))}[/bold]", highlight=False)
