"""The client in docs/API.md, as somebody copies it: from a pitch to the files of a film, on the offline crew."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import av

from tests.journeys.studio import ROOT, answer, run
from tests.web.server import studio

DOCUMENT = (ROOT / "docs" / "API.md").read_text("utf-8")
PITCH = "A lighthouse keeper finds a letter from herself, dated next week."


def client() -> str:
    """The first piece of Python of the document."""
    found = re.search(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found
    return found.group(1)


def test_the_client_of_the_document_makes_and_downloads_a_film(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "client.py"
    file.write_text(client(), "utf-8")
    made = run(environment, "token", "Client", "--scope", "read,write")
    token = re.search(r"tfs_[\w-]{43}", made.stdout)
    assert token, made.stderr
    with studio("up", environment, tmp_path / "log.txt") as port:
        told = {**environment, "STUDIO_TOKEN": token.group(), "STUDIO_URL": f"http://127.0.0.1:{port}", "SECONDS": "20"}
        done = subprocess.run(
            [sys.executable, str(file), PITCH], cwd=tmp_path, env=told, capture_output=True, text=True, timeout=240
        )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "at most $0.00" in done.stdout
    with av.open(str(tmp_path / "film" / "master.mp4")) as film:
        assert film.streams.video[0].width == 1280
    assert (tmp_path / "film" / "captions.srt").read_text("utf-8").startswith("1\n")
    assert not list((tmp_path / "film").glob("*.part"))
    (row,) = answer(run(environment, "status", "--json"))
    assert row["state"] == "done"
