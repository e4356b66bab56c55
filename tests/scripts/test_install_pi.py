"""Install_pi: the coach as the service of a machine, installed, renewed and removed."""

from __future__ import annotations

import pytest

from tests.scripts.machine import COACH, Machine, mode_and_owner

pytestmark = pytest.mark.slow


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
