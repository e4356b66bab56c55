"""Install_pi: a machine with the coach as its service, in a root that is gone with the test.

Everything is real but what takes long or would do something: scripts/setup and the coach it makes,
and systemctl, which writes down what it is told.
"""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.cli.page_option import SOCKET_NAME
from tests.own_root import OwnRoot, own_root

pytestmark = pytest.mark.slow

SCRIPTS = Path(__file__).parents[2] / "scripts"
UNITS = ("flatback.service", "flatback-mqtt.service")

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


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with own_root(tmp_path) as root:
        if root is None:
            pytest.skip("a root of its own needs root and overlayfs")
        if (root / "usr/local/bin/flatback").is_symlink():
            pytest.skip("the coach is installed on this machine")
        yield Machine(root)


def mode_and_owner(machine: Machine, path: str) -> str:
    return machine.root.run("stat", "-c", "%a %U", path).stdout.strip()


def test_it_makes_a_service_that_starts(machine: Machine) -> None:
    machine.start_systemd()
    said = machine.installed()
    assert machine.calls() == [
        "daemon-reload",
        "enable flatback.service",
        "restart flatback.service",
    ]
    assert "sudo systemctl stop flatback; sudo flatback doctor; sudo systemctl start" in said[-1]
    assert machine.asked() == ["flatback", "/opt/flatback/model", "--prepare-only"]
    assert "audio" in machine.root.run("id", "-nG", "flatback").stdout.split()
    assert mode_and_owner(machine, "/var/lib/flatback") == "700 flatback"
    assert mode_and_owner(machine, "/var/cache/flatback") == "700 flatback"
    release = machine.root / "opt/flatback" / machine.release()
    assert (release / "set-up-by").read_text().split() == ["root", "flatback"]
    assert (machine.root / "opt/flatback/model/by").read_text() == "flatback\n"
    writable = "find", "/opt/flatback", "(", "!", "-user", "root", "-o", "-perm", "/022", ")"
    assert machine.root.run(*writable, "!", "-type", "l").stdout == ""
    for copied in ("coach/words", "docs/on-the-mat.md"):
        assert mode_and_owner(machine, f"/opt/flatback/current/{copied}") == "644 root"
    unit = (machine.root / "etc/systemd/system/flatback.service").read_text()
    assert "ExecStart=/opt/flatback/current/.venv/bin/coach run --service --events %t/" in unit
    assert "@" not in unit.replace("modprobe@snd", "").replace("@system", "").replace("~@priv", "")


def test_without_systemd_it_installs_and_says_how_to_start(machine: Machine) -> None:
    said = machine.installed()
    assert machine.calls() == ["enable flatback.service"]
    assert said[-2].startswith(
        "systemd does not run here: the service will start at the first boot"
    )
    assert said[-1].endswith("then train by hand: sudo flatback run --service")
    assert "systemctl" not in said[-1]
    (machine.root / "etc/default/flatback").write_text("FLATBACK_OPTIONS=\"--device 'USB Mic'\"")
    assert machine.installed()[-1].endswith("sudo flatback run --service --device USB\\ Mic")
    (machine.root / "usr/local/sbin/systemctl").unlink()
    if machine.root.run("sh", "-c", "command -v systemctl").returncode != 0:
        assert machine.installed()[-2] == (
            "systemd is not installed: nothing starts the service by itself"
        )


def test_help_is_how_it_is_used(machine: Machine) -> None:
    before = machine.traces()
    said = "\n".join(machine.installed("--help"))
    for option in (
        *("--to DIR", "--natural", "--page", "--without-page", "--mqtt HOST"),
        *("--uninstall", "--purge"),
    ):
        assert f"sudo scripts/install_pi {option}" in said or f" {option} " in said
    assert "set -e" not in said
    assert machine.traces() == before


def test_a_second_run_changes_nothing(machine: Machine) -> None:
    machine.start_systemd()
    machine.installed()
    stamps = "find", "/opt", "/etc", "/usr/local", "/var/lib/flatback", "-printf", "%p %T@ %l\n"
    before = machine.root.run(*stamps).stdout
    machine.calls()
    assert machine.installed()[:-1] == ["the program is up to date"]
    assert machine.root.run(*stamps).stdout == before
    assert machine.calls() == ["daemon-reload", "enable flatback.service", "start flatback.service"]


@pytest.mark.parametrize(
    ("changed", "text", "new_release"),
    [
        ("project/coach/words", "second version", True),
        ("project/scripts/flatback.service", "[Service]", True),
        ("etc/default/flatback", "FLATBACK_OPTIONS=--quiet", False),
    ],
)
def test_what_is_new_starts_the_service_anew_and_replaces_what_was_there(
    machine: Machine, changed: str, text: str, new_release: bool
) -> None:
    machine.start_systemd()
    machine.installed()
    machine.calls()
    before = machine.release()
    (machine.root / changed).write_text(text)
    machine.installed()
    assert "restart flatback.service" in machine.calls()
    assert (machine.release() != before) is new_release
    assert [each.name for each in (machine.root / "opt/flatback/releases").iterdir()] == [
        machine.release().removeprefix("releases/")
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("FLATBACK_OPTIONS=", []),
        ('FLATBACK_OPTIONS="--voice natural --sets 2"', ["--voice", "natural", "--sets", "2"]),
        ("FLATBACK_OPTIONS=\"--device 'USB Mic' \"", ["--device", "USB Mic"]),
        ("FLATBACK_OPTIONS=--profile anna\n# FLATBACK_OPTIONS=--quiet", ["--profile", "anna"]),
        ("", []),
    ],
)
def test_options_stay_and_the_cues_are_rendered_with_them(
    machine: Machine, line: str, words: list[str]
) -> None:
    (machine.root / "etc/default").mkdir(exist_ok=True)
    options = machine.root / "etc/default/flatback"
    options.write_text(line)
    machine.installed()
    assert options.read_text() == line
    assert machine.asked()[2:] == [*words, "--prepare-only"]


def test_what_it_had_beside_the_coach_it_keeps(machine: Machine) -> None:
    machine.installed("--natural")
    with_voice = machine.release()
    machine.installed()
    assert machine.release() == with_voice
    (machine.root / "project/coach/words").write_text("second version")
    machine.installed()
    assert (machine.root / "opt/flatback/current/.venv/setup-stamp").read_text() == "use,natural\n"


def test_a_version_that_cannot_be_set_up_leaves_the_one_in_use(machine: Machine) -> None:
    machine.installed()
    before = machine.release()
    (machine.root / "project/coach/broken").touch()
    assert machine.refused() == "install_pi: could not set the program up: see above\n"
    assert machine.release() == before
    assert [each.name for each in (machine.root / "opt/flatback/releases").iterdir()] == [
        before.removeprefix("releases/")
    ]


def test_a_program_that_a_new_debian_left_without_its_python_is_made_again(
    machine: Machine,
) -> None:
    machine.installed()
    started = machine.root / "opt/flatback/current/.venv/bin/coach"
    started.write_text("#!/gone/python\n")
    machine.installed()
    assert started.read_text() == COACH


def page_unit(machine: Machine) -> Path:
    return machine.root / "etc/systemd/system/flatback-page.socket"


@pytest.mark.parametrize(
    ("typed", "listens"),
    [
        ([], "0.0.0.0:8750"),
        (["8080"], "0.0.0.0:8080"),
        ([":8080"], "0.0.0.0:8080"),
        (["192.168.1.20"], "192.168.1.20:8750"),
        (["127.0.0.1:8751"], "127.0.0.1:8751"),
        (["[::]"], "[::]:8750"),
        (["[fd00::1]:80"], "[fd00::1]:80"),
    ],
)
def test_the_page_is_where_it_is_asked_for(
    machine: Machine, typed: list[str], listens: str
) -> None:
    said = machine.installed("--page", *typed)
    assert f"\nListenStream={listens}\n" in page_unit(machine).read_text()
    assert "@" not in page_unit(machine).read_text()
    (place,) = [line for line in said if line.startswith("the page: http://")]
    assert listens.rpartition(":")[2] in place
    assert (machine.root / "opt/flatback/current/.venv/setup-stamp").read_text() == "use,page\n"


def test_the_page_is_off_until_asked_for_and_stays_until_taken_back(machine: Machine) -> None:
    machine.start_systemd()
    assert not any("page" in line for line in machine.installed())
    assert not page_unit(machine).exists()
    machine.calls()
    machine.installed("--page", "9000")
    began = [f"enable flatback{unit}" for unit in (".service", "-page.socket")]
    assert machine.calls() == ["daemon-reload", *began, "restart flatback.service"]
    release = machine.release()
    (machine.root / "etc/default/flatback").write_text("FLATBACK_OPTIONS=")
    machine.installed("--natural")
    machine.installed()
    assert "ListenStream=0.0.0.0:9000" in page_unit(machine).read_text()
    assert machine.release() != release
    stamp = machine.root / "opt/flatback/current/.venv/setup-stamp"
    assert stamp.read_text() == "use,natural,page\n"
    machine.calls()
    machine.installed("--without-page")
    assert machine.calls() == [
        *("stop flatback-page.socket", "disable flatback-page.socket", "daemon-reload"),
        *("enable flatback.service", "restart flatback.service"),
    ]
    assert not page_unit(machine).exists()


@pytest.mark.parametrize("options", [["--uninstall"], ["--uninstall", "--purge"]])
@pytest.mark.parametrize("place", ["/opt/flatback", "/srv/coach"])
def test_removal_leaves_the_memory_or_nothing(
    machine: Machine, options: list[str], place: str
) -> None:
    machine.start_systemd()
    before = machine.traces()
    machine.installed("--to", place, "--page")
    (machine.root / "var/lib/flatback/memory.db").write_text("twelve perfect reps")
    machine.calls()
    said = machine.installed(*options)
    stopped = ["stop flatback.service", "disable flatback.service"]
    of_page = ["stop flatback-page.socket", "disable flatback-page.socket"]
    assert machine.calls() == [*stopped, *of_page, "daemon-reload"]
    kept = [] if "--purge" in options else ["/var/lib/flatback"]
    assert machine.traces() == sorted([*before, *kept])
    assert not (machine.root / place[1:]).exists()
    assert machine.root.run("id", "flatback").returncode != 0
    if kept:
        assert "kept in /var/lib/flatback" in said[-1]
        assert mode_and_owner(machine, "/var/lib/flatback/memory.db").endswith("root")
        machine.installed()
        assert mode_and_owner(machine, "/var/lib/flatback/memory.db").endswith("flatback")


def test_removing_what_is_not_there_is_no_error(machine: Machine) -> None:
    told = ["nothing is installed, so nothing is removed"]
    assert machine.installed("--uninstall", "--purge") == told


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--quietly"], "unknown argument --quietly"),
        (["--purge"], "--purge goes with --uninstall"),
        (["--to"], "--to wants a folder"),
        (["--page", "coach.lan:80"], "coach.lan:80: is no address for the page: write it as in"),
        (["--page", "70000"], "70000: is no address for the page"),
        (["--page", "--without-page"], "--page or --without-page: choose one of them"),
        (["--to", "/srv/my coach"], "/srv/my coach: systemd takes no such folder"),
        (["--to", "/etc"], "/etc holds something else"),
        (["--to", "/project/scripts"], "/project/scripts holds something else"),
        (["--to", "/secret/flatback"], "cannot reach /secret/flatback: allow it with chmod o+x"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line_and_changes_nothing(
    machine: Machine, options: list[str], problem: str
) -> None:
    (machine.root / "secret").mkdir(mode=0o700)
    before = machine.traces()
    told = machine.refused(*options)
    assert problem in told
    assert told.count("\n") == 1
    assert machine.traces() == before


def test_it_is_in_one_place_only(machine: Machine) -> None:
    machine.installed()
    assert "it is installed in /opt/flatback" in machine.refused("--to", "/srv/coach")


@pytest.mark.parametrize("to", [None, "/usr/games/flatback", "/gone/scripts/flatback"])
def test_a_command_that_is_not_the_coachs_is_left_alone(machine: Machine, to: str | None) -> None:
    command = machine.root / "usr/local/bin/flatback"
    if to is None:
        command.write_text("another program")
    else:
        command.symlink_to(to)

    def told() -> str:
        return command.read_text() if to is None else str(command.readlink())

    before, traces = told(), machine.traces()
    assert machine.refused() == (
        "install_pi: /usr/local/bin/flatback is not the coach's: move it away, and run this again\n"
    )
    assert machine.traces() == traces
    machine.installed("--uninstall", "--purge")
    assert told() == before


def test_options_that_do_not_work_and_a_service_that_does_not_start_are_told(
    machine: Machine,
) -> None:
    machine.start_systemd()
    (machine.root / "etc/default/flatback").write_text("FLATBACK_OPTIONS=--voice nonsense")
    assert machine.refused() == (
        "coach: no such voice\n"
        "install_pi: the options in /etc/default/flatback do not work: see above\n"
    )
    (machine.root / "etc/default/flatback").write_text('FLATBACK_OPTIONS="--voice \'nonsense"')
    assert machine.refused().endswith("FLATBACK_OPTIONS has a quote that does not end\n")
    (machine.root / "etc/default/flatback").write_text("FLATBACK_OPTIONS=")
    (machine.root / "service-fails").touch()
    assert machine.refused() == (
        "install_pi: the service does not start: journalctl -u flatback tells why\n"
    )
    (machine.root / "service-fails").unlink()
    machine.calls()
    machine.installed()
    assert "restart flatback.service" in machine.calls()


def test_a_person_of_that_name_is_left_alone(machine: Machine) -> None:
    machine.root.run("useradd", "--uid", "1234", "flatback")
    assert "a person's account called flatback" in machine.refused()
    machine.installed("--uninstall", "--purge")
    assert machine.root.run("id", "-u", "flatback").stdout == "1234\n"


def test_without_root_it_says_what_to_do(machine: Machine) -> None:
    done = machine.root.run(
        *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
        "/project/scripts/install_pi",
    )
    assert (done.returncode, done.stderr) == (
        2,
        "install_pi: it installs for the whole machine: run sudo scripts/install_pi\n",
    )


def unit_file(folder: Path, name: str) -> Path:
    """A unit as it is installed, its program in ``folder``."""
    program = folder / "current/.venv/bin/coach"
    program.parent.mkdir(parents=True)
    program.touch()
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    for each in {name, "flatback.service"}:  # a socket's is looked for beside it
        template = (SCRIPTS / each).read_text(encoding="utf-8")
        text = template.replace("@PROGRAM@", str(folder)).replace("@BROKER@", "192.168.1.10")
        text = text.replace("@ADDRESS@", "0.0.0.0:8750")
        (folder / each).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("name", UNITS)
def test_the_unit_closes_what_everybody_may_write(name: str) -> None:
    unit = (SCRIPTS / name).read_text(encoding="utf-8")
    (closed,) = re.findall(r"^InaccessiblePaths=(.*)$", unit, re.MULTILINE)
    assert set(closed.split()) >= {"-/dev/shm", "-/dev/mqueue", "-/run/lock"}
    assert "\nPrivateTmp=yes\n" in unit
    assert "\nProtectSystem=strict\n" in unit


def test_the_sockets_unit_lets_in_the_home_alone_and_goes_with_the_service(tmp_path: Path) -> None:
    socket = unit_file(tmp_path, "flatback-page.socket")
    unit = socket.read_text(encoding="utf-8")
    for line in ("BindsTo=flatback.service", "IPAddressDeny=any", "WantedBy=flatback.service"):
        assert f"\n{line}\n" in unit
    assert f"\nFileDescriptorName={SOCKET_NAME}\n" in unit
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here: apt-get install systemd")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(socket)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_vosk_can_be_imported_where_shared_memory_is_closed(tmp_path: Path) -> None:
    """It imports tqdm, which makes a semaphore there when it may."""
    look = "try:\n multiprocessing.RLock()\nexcept OSError:\n print('closed')\nimport vosk"
    with own_root(tmp_path) as root:
        if root is None:
            pytest.skip("a root of its own needs root and overlayfs")
        root.run("mount", "-t", "tmpfs", "-o", "ro,mode=0", "none", "/dev/shm")  # noqa: S108
        ran = root.run(sys.executable, "-c", f"import multiprocessing\n{look}")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "closed\n", "")


@pytest.mark.parametrize(
    "question",
    [
        ["verify", "--man=no"],
        # 1.5 of 10, from 0 (nothing can be reached) upwards
        ["security", "--offline=true", "--no-pager", "--threshold=15"],
    ],
)
@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_no_fault_with_the_unit(
    tmp_path: Path, question: list[str], name: str
) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here: apt-get install systemd")
    done = subprocess.run(
        ["systemd-analyze", *question, str(unit_file(tmp_path, name))],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
