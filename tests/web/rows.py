"""Episodes in a given state, written as rows and vault files, so that nothing has to be made."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from services.building import build_house
from services.settings import Settings
from studio.db import now
from studio.people.account import OWNER, Account
from studio.production.house import House
from studio.production.names import VERSION
from studio.production.run import Job, JobState, Run, RunState
from studio.story.episode import Episode, Series
from studio.takes.recipe import TakeKind
from studio.takes.take import Choice, Delivery, Take, TakeState
from tests.mould import moulded

FRAME = "1280x720p24"
TIMELINE = (
    b'{"OTIO_SCHEMA": "Timeline.1", "name": "The Letter", "tracks": {"OTIO_SCHEMA": "Stack.1", "children": '
    b'[{"OTIO_SCHEMA": "Track.1", "name": "Picture", "kind": "Video", "children": [{"OTIO_SCHEMA": "Clip.1", '
    b'"name": "1A", "media_reference": null, "metadata": {"trashfire": {"shot": "s1", "scene": "1"}}, '
    b'"source_range": {"OTIO_SCHEMA": "TimeRange.1", "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, '
    b'"value": 12}, "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": 1488}}}]}]}}'
)  # one shot of 62 seconds, whose file begins half a second before
FILES = {
    "master.mp4": bytes(range(256)) * 40,
    "captions.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nGood evening.\n",
    "captions.srt": b"1\n00:00:00,000 --> 00:00:01,000\nGood evening.\n",
    "screenplay.fountain": b"INT. HALL - NIGHT\n\nShe waits.\n",
    "timeline.otio": TIMELINE,
    "poster.jpg": b"\xff\xd8\xff\xe0 a poster",
}


def house_at(home: Path, **given: str) -> House:
    """A house in a runtime folder, with the owner in it and these settings."""
    moulded(home)
    return build_house(Settings(_env_file=None, studio_home=home, **given))


def episode(house: House, title: str = "The Letter", pitch: str = "", account: str = OWNER) -> str:
    """An episode's row; gives its id."""
    with house.db.write() as session:
        if session.get(Account, account) is None:
            session.add(Account(id=account, name=account))
            session.flush()
        series = Series(account=account, title=title)
        session.add(series)
        session.flush()
        row = Episode(account=account, series=series.id, source=f"test:{uuid4().hex}", title=title, pitch=pitch)
        session.add(row)
        return row.id


def run(house: House, of: str, state: RunState, *, error: str = "", account: str = OWNER) -> str:
    """A run of an episode in a state; gives its id."""
    with house.db.write() as session:
        row = Run(
            account=account,
            episode=of,
            target=uuid4().hex,
            order={},
            version=VERSION,
            state=state,
            error=error,
            finished=now() if state in (RunState.DONE, RunState.FAILED, RunState.CANCELLED) else None,
        )
        session.add(row)
        return row.id


def job(house: House, of: str, subject: str, state: JobState, *, error: str = "", made: str = "") -> None:
    """One job of a run; `made` is the fingerprint of its take."""
    with house.db.write() as session:
        account = session.get_one(Run, of).account
        kind = TakeKind(subject.partition(":")[0])
        session.add(
            Job(run=of, subject=subject, account=account, kind=kind, state=state, error=error, fingerprint=made)
        )


def board(house: House, of: str, data: bytes = b"\x89PNG a board", account: str = OWNER) -> str:
    """A board a run made; gives its content."""
    content = _keep(house, data)
    with house.db.write() as session:
        session.add(
            Take(
                account=account,
                fingerprint=f"board-{of}",
                essence="",
                kind=TakeKind.BOARD,
                state=TakeState.MADE,
                engine="paper-painter",
                recipe={},
                content=content,
                suffix=".png",
                made=now(),
            )
        )
    job(house, of, "board:1A@1280x720", JobState.MADE, made=f"board-{of}")
    return content


def filmed(house: House, of: str, subject: str, engine: str = "kling-v4") -> None:
    """A clip of the owner's that a vendor made and the cut uses."""
    fingerprint = f"filmed-{of}-{subject}"
    with house.db.write() as session:
        session.add(Take(account=OWNER, fingerprint=fingerprint, essence="", kind=TakeKind.CLIP, state=TakeState.MADE,
                         engine=engine, recipe={}, content="c" * 64, suffix=".mp4", made=now()))  # fmt: skip
        session.flush()
        session.add(Choice(account=OWNER, episode=of, subject=subject, fingerprint=fingerprint, circled=True))


def deliver(house: House, of: str, *, frame: str = FRAME, seconds: float = 62.0, account: str = OWNER) -> None:
    """The finished files of an episode."""
    for name, data in FILES.items():
        content = _keep(house, data)
        with house.db.write() as session:
            row = Delivery(episode=of, frame=frame, name=name, account=account, content=content, size=len(data))
            row.seconds = seconds if name == "master.mp4" else 0.0
            session.add(row)


def _keep(house: House, data: bytes) -> str:
    house.scratch.mkdir(parents=True, exist_ok=True)
    file = house.scratch / uuid4().hex
    file.write_bytes(data)
    return house.vault.put(file)
