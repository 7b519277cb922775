"""Links as they are kept: of token and password nothing can be had back, and the last view is won once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from studio.errors import BadRequest, Conflict, NotFound
from studio.people import notes, screenings
from studio.people.account import OWNER
from studio.people.notes import Note
from studio.people.screenings import Screening, Viewer
from studio.people.tokens import digest
from studio.story.episode import Episode
from tests.people.town import Town, desk, unpacked
from tests.shared import Shared, shared
from tests.trespass import Belongings
from tests.web.rows import FRAME

PASSWORD = "quiet harbour"
SECRET = b"s" * 32


@pytest.fixture
def film(home: Path) -> Iterator[Shared]:
    made = shared(home)
    yield made
    made.house.db.close()


def row(film: Shared) -> Screening:
    with film.house.db.read() as session:
        return session.exec(select(Screening)).one()


def test_neither_token_nor_password_is_kept(film: Shared) -> None:
    ticket = film.link(password=PASSWORD)
    viewer = film.at().enter(ticket._replace(proof=film.at().unlock(ticket, PASSWORD)))
    with film.house.db.read() as session:
        kept = "".join(
            str(one) for table in ("screening", "viewer") for one in session.execute(text(f"SELECT * FROM {table}"))
        )
    assert ticket.token not in kept
    assert viewer not in kept
    assert PASSWORD not in kept
    assert digest(ticket.token) in kept


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
        ({"most": 0}, "views"),
        ({"most": 10_001}, "views"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 129}, "password"),
    ],
)
def test_a_link_that_cannot_be_says_which_field(film: Shared, terms: dict[str, object], field: str) -> None:
    with pytest.raises(BadRequest) as refused:
        film.link(**terms)
    assert refused.value.field == field
    assert film.desk.screenings(film.episode) == ()


def test_a_film_has_so_many_links_that_open_and_one_that_is_closed_makes_room(film: Shared) -> None:
    with film.house.db.write() as session:
        for number in range(screenings.OPEN):
            terms = screenings.Terms(label=str(number))
            screenings.make(session, OWNER, film.episode, FRAME, terms, at=film.clock())
    with pytest.raises(Conflict, match="close one first"):
        film.link()
    film.desk.revoke_screening(film.desk.screenings(film.episode)[0].id)
    film.link()


@pytest.mark.parametrize("name", ["The maker", " the  MAKER ", "Ｔｈｅ maker", "The\u200b maker"])
def test_nobody_speaks_as_the_maker_at_a_link(film: Shared, name: str) -> None:
    ticket = film.entered()
    with pytest.raises(BadRequest, match="take another one"):
        film.at().leave_note(ticket, 1, name, "Closer")
    note = film.at().leave_note(ticket, 1, "The maker's friend", "Closer")
    with pytest.raises(BadRequest, match="take another one"):
        film.at().answer(ticket, note.id, name, "Thank you, and now send me your password")


def test_the_same_password_is_kept_otherwise_each_time(film: Shared) -> None:
    film.link(password=PASSWORD)
    film.link(password=PASSWORD)
    with film.house.db.read() as session:
        first, second = session.exec(select(Screening.password)).all()
    assert first != second


def test_a_proof_is_of_one_link_one_password_and_a_while(film: Shared) -> None:
    film.link(password=PASSWORD)
    one = row(film)
    at = film.clock()
    shown = screenings.proof(SECRET, one, at + timedelta(hours=1))
    assert screenings.proves(SECRET, one, shown, at=at)
    assert not screenings.proves(SECRET, one, shown, at=at + timedelta(hours=1))
    assert not screenings.proves(b"t" * 32, one, shown, at=at)
    end, _, mark = shown.partition(".")
    assert not screenings.proves(SECRET, one, f"{int(end) + 9}.{mark}", at=at)
    for other in ({"id": "another"}, {"password": "00$00"}):
        changed = one.model_copy(update=other)
        assert not screenings.proves(SECRET, changed, shown, at=at)
    for odd in ("", ".", "1", "٣.x", f"{'9' * 40}.{mark}"):
        assert not screenings.proves(SECRET, one, odd, at=at)


def test_what_was_watched_never_goes_back(film: Shared) -> None:
    ticket = film.entered()
    film.at().watched(ticket, 31)
    film.at().watched(ticket, 4)
    with film.house.db.read() as session:
        seen = session.exec(select(Viewer)).one()
    assert (seen.furthest, seen.share) == (31, 500)


def test_with_an_episode_go_its_links_and_their_notes(film: Shared) -> None:
    ticket = film.entered()
    film.at().leave_note(ticket, 1, "Tess", "Closer")
    with film.house.db.write() as session:
        session.execute(text("DELETE FROM delivery"))
        session.delete(session.get_one(Episode, film.episode))
    with film.house.db.read() as session:
        assert [session.exec(select(table)).all() for table in (Screening, Viewer, Note)] == [[], [], []]
    with pytest.raises(NotFound):
        film.at().look(ticket)


@pytest.mark.parametrize("said", ["", "  \n ", "\x00\x07", "\u200b\u200d", "x" * 2_001])
def test_a_note_says_something_and_not_too_much(said: str) -> None:
    with pytest.raises(BadRequest):
        notes.words(said, notes.LONGEST, "note")


def test_what_turns_words_round_is_taken_out_of_them() -> None:
    assert notes.words("a\u202eb\x00c\r\nd\u2066e", notes.LONGEST, "note") == "a b c\nd e"


def test_whoever_leaves_closes_their_links_at_once(film: Shared) -> None:
    ticket = film.entered()
    with film.house.db.write() as session:
        session.execute(text("UPDATE account SET state = 'gone'"))
    with pytest.raises(NotFound):
        film.at().file(ticket, "film.mp4")


def test_an_export_has_links_and_notes_but_not_who_watched(town: Town, things: Belongings) -> None:
    everything = unpacked(desk(town).parcel())
    told = {name.rsplit("/", 1)[-1]: data.decode(errors="replace") for name, data in everything.items()}
    assert "Lighthouse" in told["screenings.json"]
    assert "About Lighthouse" in told["notes.json"]
    kept = told["screenings.json"] + told["notes.json"]
    assert not [one for one in ("digest-", "viewer-", "token", "password") if one in kept]
    assert things.episode in kept
