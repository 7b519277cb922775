"""Watching at a link: what opens, what does not, who is counted, and what may be written there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.desk.screening import Standing
from studio.desk.viewing import Ticket
from studio.errors import BadCredentials, Conflict, NotAllowed, NotFound, NotSignedIn, TooManyTries
from tests.shared import Shared, shared
from tests.web.rows import FILES

PASSWORD = "quiet harbour"


@pytest.fixture
def film(home: Path) -> Iterator[Shared]:
    made = shared(home)
    yield made
    made.house.db.close()


def used(film: Shared) -> Ticket:
    film.entered(most=1)
    ticket = film.link(most=1)
    film.at().enter(ticket)
    return ticket


def revoked(film: Shared) -> Ticket:
    ticket = film.link()
    film.desk.revoke_screening(film.desk.screenings(film.episode)[0].id)
    return ticket


def expired(film: Shared) -> Ticket:
    ticket = film.link(days=1)
    film.clock.go(days=1, seconds=1)
    return ticket


def removed(film: Shared) -> Ticket:
    ticket = film.link()
    film.desk.remove(film.episode)
    return ticket


def brought_back(film: Shared) -> Ticket:
    ticket = removed(film)
    film.desk.bring_back(film.episode)
    return ticket


CLOSED: list[Callable[[Shared], Ticket]] = [
    lambda _film: Ticket("g" * 43),
    lambda _film: Ticket(""),
    used,
    revoked,
    expired,
    removed,
    brought_back,
]


@pytest.mark.parametrize("closed", CLOSED)
def test_every_token_that_opens_nothing_is_answered_alike(film: Shared, closed: Callable[[Shared], Ticket]) -> None:
    at, ticket = film.at(), closed(film)
    asked = [
        lambda: at.look(ticket),
        lambda: at.enter(ticket),
        lambda: at.unlock(ticket, "guess"),
        lambda: at.file(ticket, "poster.jpg"),
        lambda: at.file(ticket, "film.mp4"),
        lambda: at.notes(ticket),
        lambda: at.leave_note(ticket, 1, "Tess", "Closer"),
        lambda: at.answer(ticket, "note", "Tess", "Closer"),
        lambda: at.watched(ticket, 1),
    ]
    told = set()
    for ask in asked:
        with pytest.raises(NotFound) as refused:
            ask()
        told.add(str(refused.value))
    assert len(told) == 1


def test_looking_counts_nobody_and_coming_counts_a_browser_once(film: Shared) -> None:
    ticket = film.link(most=1)
    for _ in range(3):
        assert not film.at().look(ticket).known
    viewer = film.at().enter(ticket)
    mine = ticket._replace(viewer=viewer)
    assert film.at().enter(mine) == viewer
    assert film.at().look(mine).known
    listed = film.desk.screenings(film.episode)[0]
    assert (listed.views, listed.standing) == (1, Standing.USED)


def test_the_film_is_for_who_came_in_and_nothing_else_is_handed_out(film: Shared) -> None:
    ticket = film.link()
    assert film.at().file(ticket, "poster.jpg").read_bytes() == FILES["poster.jpg"]
    with pytest.raises(NotFound):
        film.at().file(ticket, "film.mp4")
    mine = ticket._replace(viewer=film.at().enter(ticket))
    assert film.at().file(mine, "film.mp4").read_bytes() == FILES["master.mp4"]
    assert film.at().file(mine, "captions.vtt").read_bytes() == FILES["captions.vtt"]
    for name in ("master.mp4", "screenplay.fountain", "timeline.otio", "../studio.db", ""):
        with pytest.raises(NotFound):
            film.at().file(mine, name)


def test_a_viewer_of_one_link_is_none_of_another(film: Shared) -> None:
    other = film.entered()
    with pytest.raises(NotFound):
        film.at().file(film.link()._replace(viewer=other.viewer), "film.mp4")


def test_nothing_is_told_before_the_password_and_a_lock_is_not_picked(film: Shared) -> None:
    ticket = film.link(password=PASSWORD)
    for ask in (film.at().look, film.at().enter, film.at().notes):
        with pytest.raises(NotSignedIn):
            ask(ticket)
    with pytest.raises(NotSignedIn):
        film.at().file(ticket, "poster.jpg")
    for _ in range(5):
        with pytest.raises(BadCredentials):
            film.at().unlock(ticket, "guess")
    with pytest.raises(TooManyTries):
        film.at().unlock(ticket, PASSWORD)
    proof = film.at("198.51.100.7").unlock(ticket, PASSWORD)
    assert film.at().look(ticket._replace(proof=proof)).title == "The Letter"
    film.clock.go(hours=12, seconds=1)
    with pytest.raises(NotSignedIn):
        film.at().look(ticket._replace(proof=proof))


def test_a_note_knows_its_shot_in_the_cut_it_was_left_on(film: Shared) -> None:
    ticket = film.entered()
    film.at().leave_note(ticket, 4.25, "Tess", "Closer")
    (note,) = film.desk.notes(film.episode)
    assert (note.second, note.shot, note.slate, note.into) == (4.25, "s1", "1A", 4.75)
    assert not note.recut
    film.recut()
    (note,) = film.desk.notes(film.episode)
    assert note.recut
    assert (note.second, note.shot) == (4.25, "s1")
    cut, (seen,) = film.at().notes(ticket)
    assert cut == film.at().look(ticket).cut
    assert seen.recut
    assert not seen.followed


def test_a_note_on_a_cut_that_is_gone_is_not_put_onto_another(film: Shared) -> None:
    ticket = film.entered()
    before = film.at().look(ticket).cut
    film.recut()
    with pytest.raises(Conflict):
        film.at().leave_note(ticket, 4, "Tess", "Closer", before)
    film.at().leave_note(ticket, 4, "Tess", "Closer", film.at().look(ticket).cut)


def test_a_second_beyond_the_film_is_its_end(film: Shared) -> None:
    ticket = film.entered()
    assert film.at().leave_note(ticket, 5_000, "Tess", "Closer").second == 62
    film.at().watched(ticket, 5_000)
    listed = film.desk.screenings(film.episode)[0]
    assert (listed.watched, listed.finished, listed.typical) == (1, 1, 1_000)


def test_notes_are_answered_by_all_who_see_them(film: Shared) -> None:
    ticket = film.entered()
    note = film.at().leave_note(ticket, 4, "Tess", "Closer")
    film.clock.go(seconds=-2)
    first = film.at().answer(ticket, note.id, "Tom", "Not at all")
    film.clock.go(seconds=1)
    film.at().answer(ticket, first.id, "Tess", "It is to me")
    film.desk.answer_note(note.id, "You are right")
    _, (seen,) = film.at().notes(ticket)
    assert [(one.name, one.maker) for one in seen.answers] == [("Tom", False), ("Tess", False), ("The maker", True)]
    film.desk.resolve_note(note.id)
    assert film.at().notes(ticket)[1][0].resolved
    film.desk.resolve_note(note.id, again=True)
    assert not film.at().notes(ticket)[1][0].resolved


def test_a_link_shows_its_own_notes_alone_and_the_maker_all(film: Shared) -> None:
    first, second = film.entered(), film.entered()
    note = film.at().leave_note(first, 4, "Tess", "Closer")
    assert film.at().notes(second)[1] == ()
    with pytest.raises(NotFound):
        film.at().answer(second, note.id, "Tom", "I see it")
    assert len(film.desk.notes(film.episode)) == 1


def test_a_link_to_watch_takes_no_notes(film: Shared) -> None:
    ticket = film.entered(notes=False)
    for ask in (lambda: film.at().notes(ticket), lambda: film.at().leave_note(ticket, 1, "Tess", "Closer")):
        with pytest.raises(NotAllowed):
            ask()


def test_a_thousand_notes_at_once_are_not_taken(film: Shared) -> None:
    ticket = film.entered()

    def take(n: int) -> bool:
        try:
            film.at(f"198.51.100.{n}").leave_note(ticket, 1, "Tess", f"Note {n}")
        except TooManyTries:
            return False
        return True

    assert sum(map(take, range(100))) == 30
    film.clock.go(hours=2)
    assert take(0)


def test_the_maker_follows_a_note_and_editors_get_it_as_a_marker(film: Shared) -> None:
    ticket = film.entered()
    film.at().leave_note(ticket, 4, "Tess", "Closer, <please>")
    done = film.at().leave_note(ticket, 9, "Tom", "Never mind")
    film.desk.resolve_note(done.id)
    lists = film.desk.noted_lists(film.episode, "1280x720p24")
    assert set(lists) == {"timeline.otio", "timeline.edl", "timeline.fcpxml"}
    assert b"Closer, <please>" in lists["timeline.otio"]
    assert b"LOC: 00:00:04:12 RED     TESS: CLOSER, <PLEASE>" in lists["timeline.edl"]
    assert b'value="Tess: Closer, &lt;please&gt;"' in lists["timeline.fcpxml"]
    assert not any(b"Never mind" in one or b"NEVER MIND" in one for one in lists.values())


def test_a_film_is_shared_when_there_is_one(film: Shared) -> None:
    bare = film.desk.open_file("bare.fountain", b"INT. HALL - NIGHT\n\nShe waits.\n")
    with pytest.raises(Conflict):
        film.desk.screen(bare)
    with pytest.raises(Conflict):
        film.desk.screen(film.episode, "1080x1920p30")
