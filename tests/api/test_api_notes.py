"""Notes by program: listed, answered, resolved, and followed by a retake that costs what was agreed to and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import select

from studio.db import now
from studio.desk.desk import Desk
from studio.desk.directing import Remarked
from studio.people.access import Scope
from studio.people.account import OWNER
from studio.people.notes import MAKER
from studio.people.notes import Note as NoteRow
from studio.production.run import Run
from tests.api.conftest import ALL, Stand, Station
from tests.web.rows import FRAME, deliver, filmed, house_at

SCRIPT = "Title: The Key\n\nINT. KITCHEN - NIGHT\n\nMARA puts a key on the table.\n\nMARA\nYou kept it.\n"
LONGER = "longer " * 8 + "please"  # than the clip of one price


@dataclass(frozen=True)
class Noted:
    """A film at a vendor's prices with a note on its first shot."""

    station: Station
    project: str
    note: str
    shot: str

    def versions(self) -> int:
        """How many versions the screenplay has."""
        return len(self.station.ask("GET", f"/projects/{self.project}/script/versions").json()["items"])

    def runs(self) -> list[str]:
        """The runs of the project."""
        with self.station.house.db.read() as session:
            return list(session.exec(select(Run.id).where(Run.episode == self.project)))

    def quote(self, direction: str = "") -> dict[str, object]:
        """What following the note would cost."""
        answer = self.station.ask("POST", f"/notes/{self.note}/retake/quote", {"direction": direction})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def retake(self, key: str, **order: object) -> tuple[int, dict[str, object]]:
        """Order it with an idempotency key; the status and what is told."""
        headers = {"Idempotency-Key": key}
        answer = self.station.ask("POST", f"/notes/{self.note}/retake", order, headers=headers)
        return answer.status_code, answer.json()


@pytest.fixture
def noted(tmp_path_factory: pytest.TempPathFactory, stand: Stand) -> Iterator[Noted]:
    """A shot was filmed at a vendor; somebody wrote at a link that it is too short. Nobody works there."""
    house = house_at(tmp_path_factory.mktemp("noted") / "home", fal_key="key")
    station = stand(house)
    told = {"screenplay": SCRIPT, "crew": "painter=flux-2,animator=kling-v4"}
    project = station.ask("POST", "/projects", told).json()["id"]
    shot = station.ask("GET", f"/projects/{project}/plan?limit=200").json()["items"]
    (first, *_rest) = [one["subject"].split(":")[1].split("@")[0] for one in shot if one["kind"] == "clip"]
    deliver(house, project)
    link = station.ask("POST", f"/projects/{project}/screenings", {}).json()["id"]
    filmed(house, project, f"clip:{first}@{FRAME}")
    with house.db.write() as session:
        note = NoteRow(account=OWNER, screening=link, episode=project, viewer="v", name="Tess", text=LONGER, cut="c",
                       second=1.0, shot=first, slate="1A", created=now())  # fmt: skip
        session.add(note)
        found = note.id
    yield Noted(station, project, found, first)
    house.db.close()


def test_a_note_is_listed_answered_and_resolved(noted: Noted) -> None:
    ask = noted.station.ask
    reply = ask("POST", f"/notes/{noted.note}/replies", {"text": "It will be."})
    assert reply.status_code == 201, reply.text
    assert (reply.json()["name"], reply.json()["maker"]) == (MAKER, True)
    assert ask("PUT", f"/notes/{noted.note}/resolution", {"resolved": True}).status_code == 204
    (note,) = ask("GET", f"/projects/{noted.project}/notes").json()["items"]
    assert [one["text"] for one in note["answers"]] == ["It will be."]
    assert (note["id"], note["resolved"], note["retaken"], note["followed"]) == (noted.note, True, False, False)
    assert ask("POST", f"/notes/{noted.note}/replies", {"text": " "}).status_code == 422


def test_a_note_nobody_should_read_is_taken_away_with_its_answers(noted: Noted) -> None:
    ask = noted.station.ask
    first, second = (ask("POST", f"/notes/{noted.note}/replies", {"text": text}).json()["id"] for text in ("A", "B"))
    assert ask("DELETE", f"/notes/{first}").status_code == 204
    (note,) = ask("GET", f"/projects/{noted.project}/notes").json()["items"]
    assert [one["id"] for one in note["answers"]] == [second]
    assert ask("DELETE", f"/notes/{noted.note}").status_code == 204
    assert ask("GET", f"/projects/{noted.project}/notes").json()["items"] == []
    assert [ask("DELETE", f"/notes/{one}").status_code for one in (noted.note, second)] == [404, 404]


def test_following_a_note_is_quoted_as_its_words_will_be_staged(noted: Noted) -> None:
    before = noted.versions()
    longer, same = noted.quote(), noted.quote("warmer light")
    assert (longer["direction"], longer["project"], longer["version"]) == (LONGER, noted.project, before)
    assert longer["price"]["ceiling"] > same["price"]["ceiling"] > 0  # type: ignore[index]
    assert (noted.versions(), noted.runs()) == (before, [])


def test_a_note_is_followed_once_at_what_was_agreed_to_and_no_more(noted: Noted) -> None:
    quote = noted.quote()
    ceiling, version = quote["price"]["ceiling"], quote["version"]  # type: ignore[index]
    before = noted.versions()
    for most in (0, ceiling - 1, noted.quote("warmer light")["price"]["ceiling"]):  # type: ignore[index]
        status, told = noted.retake(f"cheap-{most}", version=version, max_micros=most)
        assert (status, told["code"]) == (402, "budget_reached")
    assert (noted.versions(), noted.runs()) == (before, [])
    status, told = noted.retake("agreed", version=version, max_micros=ceiling)
    assert status == 202, told
    again = noted.retake("agreed", version=version, max_micros=ceiling)
    assert again == (status, told)
    assert noted.runs() == [one["id"] for one in told["runs"]]  # type: ignore[attr-defined]
    assert noted.station.ask("GET", "/usage").json()["held_micros"] == ceiling
    assert told["version"] == before + 1
    (note,) = noted.station.ask("GET", f"/projects/{noted.project}/notes").json()["items"]
    assert (note["retaken"], note["followed"]) == (True, False)
    late, why = noted.retake("late", version=version, max_micros=ceiling)
    assert (late, why["code"]) == (409, "conflict")


def test_to_follow_a_note_takes_the_scope_and_a_key(noted: Noted) -> None:
    path, order = f"/notes/{noted.note}/retake", {"version": 1, "max_micros": 1}
    for lacks in (Scope.WRITE, Scope.SPEND):
        scopes = [one for one in ALL if one is not lacks]
        assert noted.station.ask("POST", path, order, scopes=scopes).json()["code"] == "scope_missing"
    assert noted.station.ask("POST", path, order).json()["field"] == "Idempotency-Key"
    assert noted.runs() == []


def test_a_note_on_no_shot_has_none_to_take_again(noted: Noted) -> None:
    with noted.station.house.db.write() as session:
        session.get_one(NoteRow, noted.note).shot = ""
    for path, body in (("retake/quote", {}), ("retake", {"version": 1})):
        answer = noted.station.ask("POST", f"/notes/{noted.note}/{path}", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")
    with noted.station.house.db.write() as session:
        session.get_one(NoteRow, noted.note).shot = "gone"
    assert noted.station.ask("POST", f"/notes/{noted.note}/retake/quote", {}).status_code == 404


def test_links_and_notes_are_listed_page_by_page(noted: Noted) -> None:
    ask = noted.station.ask
    link = ask("GET", f"/projects/{noted.project}/screenings").json()["items"][0]["id"]
    made = [ask("POST", f"/projects/{noted.project}/screenings", {}).json()["id"] for _ in range(4)]
    with noted.station.house.db.write() as session:
        for second in (2.0, 3.0, 4.0):
            session.add(NoteRow(account=OWNER, screening=link, episode=noted.project, viewer="v", name="Tom",
                                text="Good", cut="c", second=second, created=now()))  # fmt: skip
    seconds = [one["second"] for one in walked(noted.station, f"/projects/{noted.project}/notes")]
    assert seconds == [1.0, 2.0, 3.0, 4.0]
    assert [one["id"] for one in walked(noted.station, f"/projects/{noted.project}/screenings")] == [*made[::-1], link]
    assert ask("GET", f"/projects/{noted.project}/notes?cursor=WyJub2JvZHlzIl0=").status_code == 422


def walked(station: Station, path: str) -> list[dict[str, object]]:
    """All of a list, two at a time."""
    seen: list[dict[str, object]] = []
    cursor = ""
    while cursor is not None:
        found = station.ask("GET", f"{path}?limit=2{cursor and f'&cursor={cursor}'}").json()
        assert len(found["items"]) <= 2
        seen += found["items"]
        cursor = found["next"]
    return seen


def test_a_note_that_is_removed_while_it_is_followed_is_followed_all_the_same(noted: Noted) -> None:
    class Hasty(Desk):
        """Somebody who removes the note in another tab at that moment."""

        def remark(self, *given: Any, **named: Any) -> Remarked:
            done = super().remark(*given, **named)
            self.drop_note(noted.note)
            return done

    quote = noted.quote()
    done = Hasty(noted.station.house, OWNER).retake_note(noted.note, base=quote["version"])  # type: ignore[arg-type]
    assert noted.runs() == [done.run]  # what was begun, and is paid, is said
    assert noted.station.ask("GET", f"/projects/{noted.project}/notes").json()["items"] == []
