"""The web process as it is started: its door, its websocket, its pages, and what it leaves unloaded."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import pytest

from tests.journeys.studio import refused, run
from tests.until import HANGS
from tests.web.server import ROOT, studio

pytestmark = pytest.mark.xdist_group("server")  # they share a web process
_UPGRADE = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: streamlit\r\n"
)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A web process without a worker."""
    folder = tmp_path_factory.mktemp("web")
    wider = {"STUDIO_HOME": str(folder / "home"), "STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}
    with studio("web", os.environ | wider, folder / "log") as made:
        yield made


def test_it_listens_to_this_machine_only(port: int) -> None:
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    listening = {line[1] for line in lines if line[3] == "0A" and line[1].endswith(f":{port:04X}")}
    assert listening == {f"0100007F:{port:04X}"}


def ask(port: int, path: str, host: str, extra: str = "", method: str = "GET") -> tuple[int, str]:
    """Send a request as it stands; gives the answer's status and its body."""
    with socket.create_connection(("127.0.0.1", port), timeout=HANGS) as line:
        line.sendall(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{extra}\r\n".encode())
        answer = HTTPResponse(line, method=method)
        answer.begin()
        return answer.status, answer.read().decode(errors="replace")


def test_own_pages_are_served(port: int) -> None:
    assert ask(port, "/_stcore/health", f"127.0.0.1:{port}")[0] == 200
    assert ask(port, "/", f"localhost:{port}")[0] == 200


def test_pages_take_messages_of_no_other_site(port: int) -> None:
    _, told = ask(port, "/_stcore/host-config", f"127.0.0.1:{port}")
    assert '"allowedOrigins":[]' in told
    assert '"enableCustomParentMessages":false' in told


@pytest.mark.parametrize("command", ["up", "web"])
def test_a_second_studio_says_where_the_first_is_open(port: int, environment: dict[str, str], command: str) -> None:
    done = run(environment | {"STUDIO_PORT": str(port)}, command)
    assert done.returncode == 0, done.stderr
    assert f"A studio is open already at http://127.0.0.1:{port}." in done.stderr
    assert done.stdout == ""
    assert ask(port, "/_stcore/health", f"127.0.0.1:{port}")[0] == 200


def test_another_program_at_the_address_is_said(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        threading.Thread(target=lambda: other.accept()[0].close(), daemon=True).start()
        done = run(environment | {"STUDIO_PORT": str(taken)}, "up")
    refused(done, f"STUDIO_PORT: another program is at http://127.0.0.1:{taken}; choose another port", 2)


@pytest.mark.parametrize("path", ["/", "/healthz", "/_stcore/health", "/files/a/b/master.mp4"])
def test_a_name_that_points_here_is_refused(port: int, path: str) -> None:
    assert ask(port, path, f"rebound.example.com:{port}")[0] == 403


def test_the_websocket_opens_for_own_pages_only(port: int) -> None:
    own = f"127.0.0.1:{port}"
    assert ask(port, "/_stcore/stream", own, f"Origin: http://{own}\r\n{_UPGRADE}")[0] == 101
    for host, origin in ((own, "http://example.com"), (own, "null"), ("example.com", "http://example.com")):
        assert ask(port, "/_stcore/stream", host, f"Origin: {origin}\r\n{_UPGRADE}")[0] == 403


@pytest.mark.parametrize("path", ["/files/../../studio.db", "/../studio.db", "/static/../../../pyproject.toml"])
def test_no_raw_path_leads_out(port: int, path: str) -> None:
    _, answer = ask(port, path, f"127.0.0.1:{port}")
    assert "SQLite" not in answer
    assert "trashfire-studio" not in answer


def test_five_gigabytes_are_refused_before_they_come(port: int) -> None:
    own = f"127.0.0.1:{port}"
    for method, path in (("PUT", "/_stcore/upload_file/page/file"), ("POST", "/"), ("POST", "/auth/sign-in")):
        status, _ = ask(port, path, own, f"Origin: http://{own}\r\nContent-Length: {5 << 30}\r\n", method=method)
        assert status == 413, path


_LIGHT = """
import sys
heavy = set("cv2 av moviepy scipy resvg_py opentimelineio reportlab espeakng_loader imageio_ffmpeg".split())
from services.wiring import desk
from studio.production.film import Choices
at = desk()
pitch = at.open_pitch("A diver finds a letter.", seconds=60)
script = at.open_file("short.fountain", b"INT. HALL - NIGHT\\n\\nShe waits.\\n\\nANNA\\nGood evening.\\n")
for one in (pitch, script):
    run = at.produce(one, Choices())
    at.episode(one), at.progress(run), at.cancel(run)
at.episodes(), at.workers(), at.free
print(sorted((heavy | {"numpy", "PIL"}) & set(sys.modules)))
import asgi
print(sorted(heavy & set(sys.modules)))
from streamlit.runtime.pages_manager import PagesManager
print(PagesManager.uses_pages_directory)
"""


def test_the_web_process_loads_no_engine_and_runs_no_page_past_home(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LIGHT], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[-4:-1] == ["[]", "[]", "False"]
