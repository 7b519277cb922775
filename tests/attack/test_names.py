"""Names, titles and words that are code, paths or commands elsewhere: they stay words in every file of a film."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import opentimelineio as otio
import pytest
from defusedxml.ElementTree import fromstring

from studio.db import Database
from studio.production.film import Choices
from studio.production.run import RunState
from tests.production.test_production import Studio

pytestmark = pytest.mark.xdist_group("workflows")
TAG = "<SCRIPT>alert(1)</SCRIPT>"
BACKWARDS = "\u202e"  # what follows is shown from right to left: "photo_exe.png" may be "photo_gnp.exe"
LONG = "9" * 400
SCRIPT = f"""Title: {TAG} ../../../etc/passwd {BACKWARDS}gpj
Author: "><img src=x onerror=alert(1)>

INT. HALL {TAG} - NIGHT #{LONG}#

{TAG} waits. <img src="http://169.254.169.254/" onerror=alert(1)>

../../../ETC/PASSWD
I came. 00:00:00.000 --> 09:00:00.000 {{\\an8}}{{\\p1}} <b>so</b> {BACKWARDS}\x07 &amp;

{TAG}
One; `id`; $(id); %s %n {{{{7*7}}}} =HYPERLINK("http://evil")

{"A" * 300}
* FROM CLIP NAME: ../../secret
\u2028M2   AX       000.0

EXT. "ROOF" - DAY #..-..#

{BACKWARDS}BOB
No.
"""


@pytest.fixture
def studio(db: Database, home: Path) -> Iterator[Studio]:
    made = Studio(db, home)
    made.worker.start()
    yield made
    made.worker.stop()


@pytest.fixture
def files(studio: Studio, home: Path) -> dict[str, Path]:
    """Everything a film of this script gives out, exported."""
    ended = studio.film(SCRIPT)
    assert ended
    assert (ended.state, ended.failures, ended.error) == (RunState.DONE, (), "")
    studio.desk.export(studio.desk.episodes()[0].id, Choices(), home / "out")
    return {str(one.relative_to(home / "out")): one for one in (home / "out").rglob("*") if one.is_file()}


def test_words_stay_words_in_every_file(files: dict[str, Path], home: Path) -> None:
    everything = [one.relative_to(home).parts for one in home.rglob("*") if one.is_file()]
    assert {parts[0] for parts in everything} <= {"out", "vault", "thumbs", "media", "scratch", "studio.db",
        "studio.db-wal", "studio.db-shm", "jobs.db", "jobs.db-wal", "jobs.db-shm"}  # fmt: skip
    for name in files:
        assert re.fullmatch(r"(media/)?[\w.-]{1,100}", name), name
        assert BACKWARDS not in name
    vtt = files["captions.vtt"].read_text()
    assert "<SCRIPT" not in vtt
    assert vtt.count("-->") == len(re.findall(r"^\d\d:\d\d:\d\d\.\d{3} --> \d\d:\d\d:\d\d\.\d{3}$", vtt, re.M))
    srt = files["captions.srt"].read_text()
    assert srt.count("-->") == len(re.findall(r"^\d\d:\d\d:\d\d,\d{3} --> \d\d:\d\d:\d\d,\d{3}$", srt, re.M))
    for name in ("screenplay.fdx", "timeline.fcpxml"):
        assert "SCRIPT" not in {one.tag.upper() for one in fromstring(files[name].read_bytes()).iter()}
    assert otio.adapters.read_from_file(str(files["timeline.otio"])).find_clips()
    assert files["storyboard.pdf"].read_bytes().startswith(b"%PDF")
    # An EDL has one statement on a line: no name may bring a line of its own.
    lines = files["timeline.edl"].read_text().splitlines()
    known = re.compile(r"TITLE:|FCM:|\d{3,}  |\* (FROM CLIP NAME|TO CLIP NAME|LOC|COMMENT|FROM CLIP|SOURCE FILE)|M2 |$")
    assert [line for line in lines if not known.match(line)] == []
    assert "000.0" not in [line for line in lines if line.startswith("M2")]
