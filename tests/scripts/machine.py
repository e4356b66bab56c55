"""Machine: a checkout of the coach in a root of its own, to be installed there.

Everything is real but what takes long or would do something: scripts/setup and the coach it makes,
and systemctl, which writes down what it is told.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.own_root import OwnRoot

SCRIPTS = Path(__file__).parents[2] / "scripts"

SETUP = """#!/bin/bash
root=$(dirname "$(dirname "$(readlink -f "$0")")")
id -un >>"$root/set-up-by" # and whoever is not root cannot do so beside it
[[ $* != --system-packages ]] || exit 0
mkdir -p "$root/.venv/bin"
cp "$root/coach/started" "$root/.venv/bin/coach"
ln -sf /usr/bin/true "$root/.venv/bin/python"
[[ ! -e $root/coach/broken ]] || exit 2
extras=$(printf %s "$*" | grep -oE 'natural|page|mqtt' | sed 's/^/,/' | tr -d '\n')
printf 'use%s\n' "$extras" >"$root/.venv/setup-stamp"
"""

COACH = """#!/bin/bash
case $1 in
    model) mkdir -p "$4/am" && { [[ $2 == verify ]] || id -un >"$4/by"; } ;;
    run)
        [[ $* != *nonsense* ]] || { echo "coach: no such voice" >&2; exit 2; }
        shift
        printf '%s|' "$(id -un)" "$COACH_MODEL" "$@" >"$XDG_CACHE_HOME/flatback/cue"
        ;;
esac
"""

SYSTEMCTL = """#!/bin/bash
echo "$*" >>/systemctl-calls
[[ ! -e /service-fails || $* != *start*$(cat /service-fails)* ]]
"""


class Machine:
    """A root with a checkout in it; ``calls`` tells once what systemctl was told."""

    def __init__(self, root: OwnRoot) -> None:
        self.root = root
        for name in ("grammars", "coach", "scripts", "docs", "audio_fixtures/en/flite_slt"):
            (root / "project" / name).mkdir(parents=True)
        for name in (
            *("pyproject.toml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"),
            *("docs/on-the-mat.md", "grammars/en.yaml"),
            *("coach/words", "audio_fixtures/demo.yaml", "audio_fixtures/en/flite_slt/stop.flac"),
        ):
            (root / "project" / name).write_text("first version")
        for name in (
            *("install_pi", "bridge_installation", "flatback", "flatback.default"),
            *("flatback.service", "flatback-mqtt.service", "flatback-page.socket"),
        ):
            shutil.copy(SCRIPTS / name, root / "project/scripts")
        self._program("project/scripts/setup", SETUP)
        self._program("project/coach/started", COACH)
        self._program("usr/local/sbin/systemctl", SYSTEMCTL)

    def _program(self, path: str, text: str) -> None:
        (self.root / path).write_text(text)
        (self.root / path).chmod(0o755)

    def install(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.root.run("/project/scripts/install_pi", *options)

    def installed(self, *options: str) -> list[str]:
        """What it said, without its name and the last line."""
        done = self.install(*options)
        assert (done.returncode, done.stderr) == (0, "")
        return [line.removeprefix("install_pi: ") for line in done.stdout.splitlines()]

    def refused(self, *options: str) -> str:
        done = self.install(*options)
        assert done.returncode == 2
        return done.stderr

    def start_systemd(self) -> None:
        (self.root / "run/systemd/system").mkdir(parents=True)

    def calls(self) -> list[str]:
        log = self.root / "systemctl-calls"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [line.removeprefix("--quiet ") for line in lines]

    def release(self) -> str:
        return str((self.root / "opt/flatback/current").readlink())

    def asked(self) -> list[str]:
        """Who rendered the cues, with which model, and how it was asked to."""
        return (self.root / "var/cache/flatback/cue").read_text().split("|")[:-1]

    def traces(self) -> list[str]:
        places = "/opt", "/srv", "/etc", "/var/lib", "/var/cache", "/usr/local"
        found = self.root.run("find", *places, "-name", "*flatback*")
        return sorted(found.stdout.split())


def mode_and_owner(machine: Machine, path: str) -> str:
    return machine.root.run("stat", "-c", "%a %U", path).stdout.strip()
