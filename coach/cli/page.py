"""Page: ``coach page``, past training in a browser, and which devices may see it."""

# ruff: noqa: PLC0415 - what serves the page is imported only where one is wanted

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.app.language_files import ENGLISH, LanguagePack, load_language
from coach.app.programme_files import load_programme
from coach.cli.options import LanguageName
from coach.cli.page_option import page_address
from coach.devices.page.address import DEFAULT, Address, listen, url, url_of
from coach.devices.page.invitation import WHAT_IT_IS, as_code, in_colours, invite
from coach.devices.page.pairings import CODE_SECONDS, Pairings, default_path
from coach.devices.system.signals import ended_by_sigterm

if TYPE_CHECKING:
    from coach.devices.page.past import Past
    from coach.devices.page.remote import Remote

page_app = typer.Typer()


@page_app.command(epilog="Example: coach page 0.0.0.0:8750")
def page(
    address: Annotated[
        Address | None,
        typer.Argument(
            parser=page_address,
            metavar="[ADDRESS:PORT]",
            help="Where to show it; without an address, on this computer alone. With --pair, where "
            "a page is shown: the code is then in a link, too.",
        ),
    ] = None,
    journals: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where journals were kept, for what was said."),
    ] = None,
    language: LanguageName = ENGLISH,
    pair: Annotated[
        bool, typer.Option("--pair", help="Print a code with which one device can be paired.")
    ] = False,
    devices: Annotated[bool, typer.Option("--devices", help="List the paired devices.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Take back every pairing.")] = False,
) -> None:
    """Show past training in a browser; nothing listens.

    A device has to be paired to see it, and to press the buttons of the page of a session."""
    serves = journals is not None or (address is not None and not pair)
    if pair + devices + forget + serves > 1:
        raise typer.BadParameter("an address, --pair, --devices and --forget: choose one of them")
    pairings = Pairings(default_path())
    if pair:
        _pair(pairings, address)
    elif devices:
        for day in pairings.days():
            typer.echo(f"a device that was paired on {day}")
        if not pairings.days():
            typer.echo("no device is paired; coach page --pair prints a code for one")
    elif forget:
        typer.echo(f"pairings taken back: {pairings.forget()}")
    else:
        _serve(address or page_address(DEFAULT), journals, load_language(language), pairings)


def _pair(pairings: Pairings, address: Address | None) -> None:
    """Print a code, and with the address of a page the link that has it."""
    link = invite("" if address is None else url_of(address), pairings)
    typer.echo(f"code: {link.rpartition('#')[2]}")
    minutes = CODE_SECONDS // 60
    typer.echo(f"Type it on the page, under Pair. It counts once, and for {minutes} minutes.")
    if address is not None:
        _print_link(link)


def _print_link(link: str) -> None:
    typer.echo(link)
    for line in in_colours(as_code(link, sys.stdout)):
        typer.echo(line)


def _serve(address: Address, journals: Path | None, pack: LanguagePack, pairings: Pairings) -> None:
    """Serve the page until Ctrl-C, or a signal that ends programs."""
    from coach.devices.page.document import document
    from coach.devices.page.page_server import PageServer
    from coach.devices.page.remote import Remote

    shown = document(pack.page.of_past(), pack.name, "past")
    remote = Remote(pairings, lambda _name: False)
    past = _past(journals, pack, remote)
    listening = listen(address)
    routes = [*remote.routes(), *past.routes()]
    server = PageServer(listening, shown, None, routes, address.names)
    place = url(listening)
    server.begin()
    typer.echo(f"The page: {place}")
    typer.echo(WHAT_IT_IS)
    _print_link(invite(place, pairings))
    typer.echo("To end it, press Ctrl-C.")
    try:
        with ended_by_sigterm(), suppress(KeyboardInterrupt):
            threading.Event().wait()
    finally:
        server.end()


def _past(journals: Path | None, pack: LanguagePack, remote: Remote) -> Past:
    from coach.devices.memory import sqlite_file
    from coach.devices.page.kept_journals import KeptJournals
    from coach.devices.page.past import Past

    programme = load_programme(pack=pack)
    counts = {name: it.tempo.counts for name, it in programme.exercises.items()}
    words = {
        **{name: it.name for name, it in programme.exercises.items()},
        **{name: it.name for name, it in programme.holds.items()},
    }
    return Past(
        memory=sqlite_file.default_path(),
        counts=counts,
        names=words,
        journals=None if journals is None else KeptJournals(journals),
        examine=lambda: _examined(pack),
        is_paired=remote.is_paired,
    )


def _examined(pack: LanguagePack) -> Mapping[str, Any]:
    """What the doctor finds without sound; ready or not, it says so in one sentence."""
    from coach.app.assembly import make_voice
    from coach.app.examination import Patient, examine_unheard
    from coach.cli.doctor import as_record
    from coach.devices.memory import sqlite_file
    from coach.devices.speech.rendered_voice import DEFAULT_RATE_WPM

    voice = pack.language.voice
    patient = Patient(
        model=None,
        voice=voice,
        make_voice=lambda: make_voice(voice, DEFAULT_RATE_WPM),
        device=None,
        audio=None,
        words=False,
        memory=sqlite_file.default_path(),
        pack=pack,
    )
    return as_record(examine_unheard(patient))
