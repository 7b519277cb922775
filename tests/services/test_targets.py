"""The plan's table: what takes, runs, bills and the gate say, whether that meets it, and what follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from services.gate.record import FileFindings
from services.gate.rule import Came, Decision, Finding, SceneFinding
from services.rehearsal import rehearse
from services.sampling import MEASURED, Samples
from services.settings import ROOT, Settings
from services.targets import Figure, Measure, Verdict, amount, bound, figure, judged, measured, targets
from studio.db import Database, now
from studio.money.entry import Book, Entry, Verb
from studio.people.account import OWNER
from studio.production.house import House
from studio.production.run import Run, RunState
from studio.takes.recipe import TakeKind
from studio.takes.roster import Roster
from studio.takes.take import Take, TakeState
from tests.web.rows import episode, house_at

GROQ, VOICE, SVD = "groq-gpt-oss-120b", "eleven-multilingual-v2", "svd-xt"
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def take(db: Database, kind: TakeKind, engine: str, state: TakeState = TakeState.MADE, ms: int = 1000) -> None:
    with db.write() as session:
        row = Take(account=OWNER, fingerprint=uuid4().hex, essence="", kind=kind, state=state, engine=engine, recipe={})
        row.took_ms, row.made = ms, AT
        session.add(row)


def bill(house: House, of: str, run: str, micros: int) -> None:
    with house.db.write() as session:
        for purse, amount in (("cost:owner", micros), ("vendor:fal", -micros)):
            about = {"account": OWNER, "episode": of, "run": run, "at": AT}
            session.add(
                Entry(movement=uuid4().hex, book=Book.COST, verb=Verb.BILL, purse=purse, micros=amount, **about)
            )


def whole(house: House, of: str, *, minutes: float, frame: str = "1920x1080p30", reused: int = 0) -> str:
    with house.db.write() as session:
        row = Run(account=OWNER, episode=of, target=uuid4().hex, order={}, version="1", state=RunState.DONE)
        row.frame, row.reused, row.created, row.finished = frame, reused, now(), now() + timedelta(minutes=minutes)
        session.add(row)
        return row.id


def found(db: Database, home: Path, **given: str) -> dict[str, Measure]:
    settings = Settings(studio_home=home, **given)
    roster = Roster.load(ROOT / "data" / "crew.toml", settings.given)
    return {one.target.name: one for one in measured(settings, db, roster)}


def test_the_table_is_the_plan_s() -> None:
    assert {one.title: bound(one) for one in targets()} == {
        "Chat, one answer": "under 5 s",
        "Speech, one line": "under 2 s",
        "Consistency over ten scenes": "over 90 %",
        "An episode in high quality": "under $2",
        "A whole episode, order to film": "under 10 min",
        "GPU clips that came out": "over 95 %",
        "Takes that failed": "under 1 %",
    }
    assert {one.name for one in targets()} - set(MEASURED) == {"consistency"}
    assert all((one.under is None) != (one.over is None) for one in targets())


def test_where_nothing_was_made_nothing_is_measured(db: Database, home: Path) -> None:
    take(db, TakeKind.SPEECH, "espeak-ng")  # the offline crew's takes say nothing of the paid one
    rows = found(db, home).values()
    assert {(one.verdict, one.value, one.decision) for one in rows} == {(Verdict.UNMEASURED, None, "")}


def test_chat_and_speech_are_what_most_are_under(db: Database, home: Path) -> None:
    for _ in range(19):
        take(db, TakeKind.PROPOSAL, GROQ, ms=1500)
        take(db, TakeKind.SPEECH, VOICE, ms=1900)
    take(db, TakeKind.PROPOSAL, GROQ, ms=60_000)
    for _ in range(3):
        take(db, TakeKind.SPEECH, VOICE, ms=2400)
    rows = found(db, home)
    chat, speech = rows["chat"], rows["speech"]
    assert (chat.value, chat.samples, chat.verdict, chat.decision, chat.at) == (1.5, 20, Verdict.MET, "lock", AT)
    assert (speech.value, speech.verdict, speech.decision) == (2.4, Verdict.MISSED, "roll back to the local crew")
    assert amount(speech) == "2.40 s"


def test_clips_and_errors_are_shares_of_takes_that_ended(db: Database, home: Path) -> None:
    for _ in range(18):
        take(db, TakeKind.CLIP, SVD)
    take(db, TakeKind.CLIP, SVD, TakeState.FAILED)
    take(db, TakeKind.CLIP, SVD, TakeState.UNCLEAR)
    take(db, TakeKind.CLIP, SVD, TakeState.ASKED)
    rows = found(db, home)
    assert (rows["clips"].value, rows["clips"].samples, rows["clips"].decision) == (90.0, 20, "pivot to Kling")
    assert (rows["errors"].value, rows["errors"].verdict, rows["errors"].decision) == (10.0, Verdict.TOO_FEW, "")


def test_an_episode_in_high_quality_is_what_it_was_billed(home: Path) -> None:
    house = house_at(home)
    dear, free, small = episode(house, "A"), episode(house, "B"), episode(house, "C")
    bill(house, dear, whole(house, dear, minutes=6), 1_200_000)
    bill(house, dear, whole(house, dear, minutes=1, reused=9), 300_000)
    whole(house, free, minutes=1)
    bill(house, small, whole(house, small, minutes=4, frame="1280x720p24"), 9_000_000)
    rows = found(house.db, home)
    house.db.close()
    assert (rows["cost"].value, rows["cost"].samples, rows["cost"].decision) == (1.5, 1, "lock")
    assert amount(rows["cost"]) == "$1.50"
    assert (round(rows["time"].value or 0, 3), rows["time"].samples, rows["time"].verdict) == (6.0, 2, Verdict.MET)


def finding(engine: str, score: float, decision: Decision, scenes: int = 10) -> Finding:
    """What a trial of an engine found."""
    return Finding(
        engine=engine, engine_version="1", at=AT, gate="1", metric="weight-free", doubles=True, floor=0.2, score=score,
        scenes=tuple(SceneFinding(scene=str(number), came=Came.SHOT) for number in range(scenes)), cost_micros=1,
        decision=decision, then="kling-v4", why="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("score", "decision", "scenes", "verdict"),
    [
        (93.0, Decision.LOCK, 10, Verdict.MET),
        (93.0, Decision.STAY, 10, Verdict.UNPROVEN),
        (93.0, Decision.PIVOT, 10, Verdict.MISSED),
        (71.0, Decision.ROLL_BACK, 10, Verdict.MISSED),
        (93.0, Decision.STAY, 9, Verdict.TOO_FEW),
    ],
)
def test_consistency_is_the_gate_s_newest_finding_of_the_paid_crew(
    db: Database, home: Path, score: float, decision: Decision, scenes: int, verdict: Verdict
) -> None:
    record = FileFindings(home / "gate.jsonl")
    record.keep(finding(SVD, 10.0, Decision.ROLL_BACK))
    record.keep(finding(SVD, score, decision, scenes))
    record.keep(finding("board-move", 99.0, Decision.STAY))
    row = found(db, home)["consistency"]
    assert (row.value, row.samples, row.verdict, row.doubles) == (score, scenes, verdict, True)
    assert row.decision == f"on the vendor it would be: {decision}: kling-v4 animates"


def test_doubles_are_said_to_be_doubles(db: Database, home: Path) -> None:
    take(db, TakeKind.SPEECH, VOICE)
    near = found(db, home, elevenlabs_api_key="k", elevenlabs_base_url="http://127.0.0.1:9")
    assert (near["speech"].doubles, near["errors"].doubles) == (True, True)
    assert not found(db, home, elevenlabs_api_key="k")["speech"].doubles


def test_what_doubles_made_says_nothing_of_the_vendor_later(db: Database, home: Path) -> None:
    take(db, TakeKind.SPEECH, VOICE)
    take(db, TakeKind.CLIP, SVD)
    rehearse(home, ["elevenlabs"], now())
    rehearse(home, ["groq"], now() - timedelta(days=1))
    take(db, TakeKind.SPEECH, VOICE, ms=1800)
    real = found(db, home, elevenlabs_api_key="k")
    assert (real["speech"].value, real["speech"].samples) == (1.8, 1)
    assert (real["clips"].samples, real["errors"].samples) == (1, 1)
    double = found(db, home, elevenlabs_api_key="k", elevenlabs_base_url="http://127.0.0.1:9")
    assert (double["speech"].samples, double["speech"].doubles) == (2, True)


def test_the_bound_itself_does_not_meet_it() -> None:
    (chat, *_) = targets()
    assert judged(chat, Samples([5.0] * 9)).verdict is Verdict.MISSED
    assert judged(chat, Samples([4.99] * 9)).verdict is Verdict.MET
    assert judged(chat, Samples([9.0] * 4)).verdict is Verdict.TOO_FEW
    assert judged(chat, Samples([4.99] * 9), doubles=True).decision == "on the vendor it would be: lock"
    assert judged(chat, Samples([9.0] * 4), doubles=True).decision == ""


def test_figures_of_samples() -> None:
    assert figure(Figure.P95, [float(value) for value in range(1, 101)]) == 95.0
    assert figure(Figure.P95, [7.0]) == 7.0
    assert figure(Figure.MEAN, [1.0, 2.0]) == 1.5
