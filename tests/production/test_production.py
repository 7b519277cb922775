"""A production on the real durable workflows: what is made, what is not made again, and what a failure costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from sqlmodel import select

from studio.db import Database
from studio.desk.desk import Desk
from studio.desk.views import EpisodeView, Progress
from studio.errors import Garbled, Invalid, NotFound, RenderFailed
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.house import House
from studio.production.run import Run, RunState
from studio.production.script import newest
from studio.production.worker import Worker
from studio.story.breakdown import Breakdown
from studio.takes.plan import State
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import Roster
from studio.takes.take import Take, TakeState
from studio.takes.thumbs import Thumbs
from studio.takes.vault import FolderVault
from tests.production.crew import SCRIPT, SmallCrew
from tests.until import HANGS, until

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.xdist_group("workflows")


class Studio:
    """A house with a small crew, its desk, and a worker while it is open."""

    def __init__(
        self, db: Database, home: Path, crew: SmallCrew | None = None, vault: FolderVault | None = None
    ) -> None:
        self.crew = crew or SmallCrew()
        self.vault = vault or FolderVault(home / "vault")
        roster = Roster.load(ROOT / "data" / "crew.toml")
        self.house = House(db, self.vault, roster, self.crew, home / "scratch", Thumbs(home / "thumbs"), home / "media")
        self.desk = Desk(self.house, OWNER)
        self.worker = Worker(self.house, 2)

    def open(self, script: str = SCRIPT) -> str:
        return self.desk.open_file("the-key.fountain", script.encode())

    def film(self, script: str = SCRIPT, choices: Choices | None = None) -> Progress | None:
        """Produce the script as it is now; None when nothing had to be made."""
        run = self.desk.produce(self.open(script), choices or Choices())
        return self.desk.wait(run) if run else None

    def view(self) -> EpisodeView:
        """The newest episode in full."""
        return self.desk.episode(self.desk.episodes()[0].id)

    def fail_on(self, kind: TakeKind, error: Exception, times: int | None = None) -> None:
        """Have every take of a kind fail, or only the first one, so many times."""
        struck: dict[TakeKind, str] = {}
        left = [times or 0]

        def trouble(recipe: Recipe) -> None:
            if recipe.kind is not kind:
                return
            if times is None:
                raise error
            # Others are asked for at the same time: only the take that was struck first is struck again.
            if struck.setdefault(kind, recipe.fingerprint) == recipe.fingerprint and left[0] > 0:
                left[0] -= 1
                raise error

        self.crew.trouble = trouble

    def hold_boards(self) -> Event:
        """Have no board be done before this is set."""
        free = Event()
        self.crew.trouble = lambda recipe: recipe.kind is TakeKind.BOARD and free.wait(HANGS) and None
        return free


@pytest.fixture
def studio(db: Database, home: Path) -> Iterator[Studio]:
    made = Studio(db, home)
    made.worker.start()
    yield made
    made.worker.stop()


def made(studio: Studio, work: Callable[[], object]) -> dict[TakeKind, int]:
    """What the crew was asked for while something was done."""
    before = studio.crew.kinds.copy()
    work()
    return dict(studio.crew.kinds - before)


def test_a_script_becomes_a_master_with_every_take_made_once(studio: Studio) -> None:
    ended = studio.film()
    assert ended
    assert ended.state is RunState.DONE
    assert ended.failures == ()
    assert ended.done == ended.total == ended.made
    assert set(studio.crew.asked.values()) == {1}
    view = studio.view()
    assert view.file("master.mp4")
    assert view.title == "The Key"


def test_nothing_changed_makes_nothing(studio: Studio) -> None:
    studio.film()
    assert made(studio, lambda: studio.film()) == {}
    assert studio.film() is None


def test_one_changed_line_remakes_only_what_it_touches(studio: Studio) -> None:
    studio.film()
    changed = SCRIPT.replace("I never used it.", "I used it once, in the snow.")
    assert made(studio, lambda: studio.film(changed)) == {
        TakeKind.SPEECH: 1,
        TakeKind.CLIP: 1,
        TakeKind.SHOT: 1,
        TakeKind.MIX: 1,
        TakeKind.MASTER: 1,
    }


def test_while_a_line_is_spoken_the_stage_of_its_shot_is_set(studio: Studio) -> None:
    studio.film()
    assert studio.crew.rehearsed == []  # no board was there to rehearse
    studio.film(SCRIPT.replace("I never used it.", "I used it once, in the snow."))
    (rehearsed,) = studio.crew.rehearsed
    story = studio.desk.story(studio.desk.episodes()[0].id).breakdown
    shot = next(shot for shot in story.shots if any("in the snow" in line.text for line in shot.lines))
    assert (rehearsed.kind, rehearsed.brief["frames"]) == (TakeKind.CLIP, 1)
    assert rehearsed.brief["board"]["staging"] == (shot.played or shot.staging).model_dump(mode="json")


def test_going_back_costs_nothing(studio: Studio) -> None:
    studio.film()
    studio.film(SCRIPT.replace("I never used it.", "Once."))
    assert made(studio, lambda: studio.film(SCRIPT)) == {}


def test_keeping_what_is_stale_leaves_the_old_speech(studio: Studio) -> None:
    studio.film()
    changed = SCRIPT.replace("I never used it.", "Once.")
    keep = Choices(keep_stale=True)
    episode = studio.open(changed)
    run = studio.desk.produce(episode, keep)
    assert run
    ended = studio.desk.wait(run)
    assert studio.crew.kinds[TakeKind.SPEECH] == 3
    stale = [item.kind for item in studio.desk.plan(episode, keep).items if item.state is State.STALE]
    assert len(stale) == ended.stale
    assert TakeKind.SPEECH in stale
    assert set(stale) <= {TakeKind.SPEECH, TakeKind.CLIP}


def test_the_plan_says_beforehand_what_is_made(studio: Studio) -> None:
    episode = studio.open()
    planned = studio.desk.plan(episode, Choices())
    assert studio.crew.kinds.total() == 0
    ended = studio.film()
    assert ended
    assert len(planned.to_make) == ended.made
    assert planned.price_micros == 0


def test_a_plan_of_a_new_source_writes_no_row(studio: Studio) -> None:
    plan = studio.desk.plan_file("new.fountain", SCRIPT.encode(), Choices()).plan
    assert all(item.state is State.MISSING for item in plan.items)
    assert studio.desk.plan_pitch("A key is found.", Choices()).plan.to_make
    assert studio.desk.episodes() == ()


def test_a_failed_clip_shows_its_board_and_stops_nothing(studio: Studio) -> None:
    studio.fail_on(TakeKind.CLIP, RenderFailed("no paper left"), times=2)
    ended = studio.film()
    assert ended
    assert ended.state is RunState.DONE
    assert [failure.subject.split(":")[0] for failure in ended.failures] == ["clip"]
    assert "no paper left" in ended.failures[0].why
    assert studio.view().file("master.mp4")
    studio.crew.trouble = lambda _recipe: None
    assert made(studio, lambda: studio.film()) == {TakeKind.CLIP: 1, TakeKind.SHOT: 1, TakeKind.MASTER: 1}


def test_a_passing_trouble_is_tried_once_more(studio: Studio) -> None:
    studio.fail_on(TakeKind.BOARD, Garbled("half a picture"), times=1)
    ended = studio.film()
    assert ended
    assert ended.failures == ()


def test_an_accident_in_an_engine_fails_its_take_only(studio: Studio) -> None:
    studio.fail_on(TakeKind.SPEECH, ZeroDivisionError("oops"), times=1)
    ended = studio.film()
    assert ended
    assert len(ended.failures) == 1
    assert ended.state is RunState.DONE


def test_a_film_without_a_single_picture_is_still_cut_from_slates(studio: Studio) -> None:
    studio.fail_on(TakeKind.PLATE, RenderFailed("the paper caught fire"))
    ended = studio.film()
    assert ended
    assert ended.state is RunState.DONE
    assert any(failure.blocked for failure in ended.failures)
    assert studio.crew.kinds[TakeKind.CARD] > 2


# Not of this film, or no film without it.
UNMADE = (TakeKind.SCRIPT, TakeKind.PROPOSAL, TakeKind.VOICE, TakeKind.MASTER, TakeKind.FADE, TakeKind.SCORE)


@pytest.mark.parametrize("kind", [kind for kind in TakeKind if kind not in UNMADE])
def test_one_failure_of_any_kind_still_gives_a_film(studio: Studio, kind: TakeKind) -> None:
    studio.fail_on(kind, Invalid("a drop of ink"), times=1)
    ended = studio.film()
    assert ended
    assert ended.state is RunState.DONE
    assert "a drop of ink" in " ".join(failure.why for failure in ended.failures)
    assert studio.view().file("master.mp4")


def test_a_damaged_file_is_noticed_and_made_again(studio: Studio) -> None:
    studio.film()
    with studio.house.db.read() as session:
        board = session.exec(select(Take).where(Take.kind == TakeKind.BOARD)).first()
    assert board
    place = studio.vault.place(board.content)
    place.write_bytes(b"scratched")
    for kind in (TakeKind.CLIP, TakeKind.SHOT):
        _forget(studio, kind)
    again = made(studio, lambda: studio.film())
    assert again[TakeKind.BOARD] == 1
    assert studio.vault.intact(board.content)


def _forget(studio: Studio, kind: TakeKind) -> None:
    with studio.house.db.write() as session:
        for take in session.exec(select(Take).where(Take.kind == kind)):
            take.state = TakeState.LOST
            session.add(take)


def test_asking_twice_joins_the_same_run(studio: Studio) -> None:
    episode = studio.open()
    first, second = (studio.desk.produce(episode, Choices()) for _ in range(2))
    assert first == second
    assert first
    studio.desk.wait(first)
    assert set(studio.crew.asked.values()) == {1}


def test_a_cancelled_run_keeps_what_it_made_and_can_be_gone_on_with(studio: Studio) -> None:
    episode = studio.open()
    studio.crew.trouble = lambda recipe: (
        studio.desk.cancel(_only_run(studio)) if recipe.kind is TakeKind.BOARD else None
    )
    run = studio.desk.produce(episode, Choices())
    assert run
    assert studio.desk.wait(run).state is RunState.CANCELLED
    studio.crew.trouble = lambda _recipe: None
    ended = studio.film()
    assert ended
    assert ended.state is RunState.DONE
    assert set(studio.crew.asked.values()) == {1}


def _only_run(studio: Studio) -> str:
    with studio.house.db.read() as session:
        return session.exec(select(Run)).first().id  # type: ignore[union-attr]


def test_a_second_shape_shares_voices_and_music(studio: Studio) -> None:
    studio.film()
    tall = made(studio, lambda: studio.film(choices=Choices.model_validate({"aspect": "9:16"})))
    assert TakeKind.SPEECH not in tall
    assert TakeKind.MUSIC not in tall
    assert tall[TakeKind.BOARD] == studio.crew.kinds[TakeKind.BOARD] / 2


def test_nobody_else_sees_an_episode_or_a_run(studio: Studio) -> None:
    episode = studio.open()
    run = studio.desk.produce(episode, Choices())
    assert run
    studio.desk.wait(run)
    stranger = Desk(studio.house, "stranger")
    assert stranger.episodes() == ()
    for ask in (
        lambda: stranger.episode(episode),
        lambda: stranger.progress(run),
        lambda: stranger.cancel(run),
        lambda: stranger.screenplay(episode),
        lambda: stranger.delivery(episode, "1280x720p24", "master.mp4"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_run_of_an_older_version_is_started_again(studio: Studio) -> None:
    episode = studio.open()
    with studio.house.db.write() as session:
        order = Choices().model_dump(mode="json")
        session.add(Run(id="old", account=OWNER, episode=episode, target="t", order=order, version="0"))
    dispatch = studio.worker._dispatch
    assert dispatch.restart_old() == ["old"]
    with studio.house.db.read() as session:
        newer = session.exec(select(Run).where(Run.id != "old")).one().id
    assert studio.desk.wait(newer).state is RunState.DONE
    assert studio.desk.progress("old").state is RunState.CANCELLED


def test_episodes_of_a_series_share_their_cast(studio: Studio) -> None:
    first = "INT. ROOM - DAY\n\nMARA, 70, a stout keeper in a yellow coat, sits.\n\nMARA\nOne.\n"
    later = "INT. SHIP - NIGHT\n\nMara stands.\n\nPAUL\nYou.\n\nMARA\nTwo.\n"
    looks = []
    for name, text, series in (("a", first, "Tides"), ("b", later, "Tides"), ("c", later, "")):
        episode = studio.desk.open_file(f"{name}.fountain", text.encode(), series=series)
        run = studio.desk.produce(episode, Choices())
        assert run
        studio.desk.wait(run)
        with studio.house.db.read() as session:
            told = newest(session, OWNER, episode)
        assert told
        looks.append(Breakdown.model_validate_json(told.breakdown).character("mara"))
    assert looks[0] == looks[1]
    assert looks[0].dna != looks[2].dna
    planned = studio.desk.plan_file("d.fountain", later.encode(), Choices(), series="Tides").plan
    known = {item.subject: item.state for item in planned.items if item.kind is TakeKind.LOOK}
    assert known["look:mara"] is State.CURRENT


def test_the_same_words_twice_are_spoken_once(studio: Studio) -> None:
    script = "INT. ROOM - DAY\n\nMARA and TOM sit.\n\n" + "MARA\nNo.\n\nTOM\nYes.\n\n" * 4
    ended = studio.film(script)
    assert ended
    assert ended.failures == ()
    assert studio.crew.kinds[TakeKind.SPEECH] == 2
    assert set(studio.crew.asked.values()) == {1}


def test_a_failed_master_is_never_delivered_as_an_old_one(studio: Studio) -> None:
    studio.film()
    before = studio.view().file("captions.srt")
    studio.fail_on(TakeKind.MASTER, RenderFailed("the tape ran out"))
    ended = studio.film(SCRIPT.replace("I never used it.", "Once."))
    assert ended
    assert ended.state is RunState.FAILED
    assert "the tape ran out" in ended.error
    assert studio.view().file("captions.srt") == before


def test_another_seed_is_another_production_of_a_file(studio: Studio) -> None:
    first, second = (studio.desk.open_file("the-key.fountain", SCRIPT.encode(), seed=seed) for seed in (0, 1))
    assert first != second
    assert studio.desk.open_file("the-key.fountain", SCRIPT.encode(), seed=1) == second


def _delivered(studio: Studio, episode: str, name: str = "master.mp4") -> bytes:
    return studio.desk.delivery(episode, "1280x720p24", name).read_bytes()


def test_going_back_to_an_earlier_choice_delivers_that_film_again(studio: Studio) -> None:
    episode, films = studio.open(), []
    for choices in (Choices(), Choices(names=True), Choices()):
        run = studio.desk.produce(episode, choices)
        assert run
        assert studio.desk.wait(run).state is RunState.DONE
        films.append(_delivered(studio, episode))
    assert films[0] == films[2] != films[1]
    assert studio.desk.produce(episode, Choices()) is None


def test_a_changed_script_calls_the_run_before_off_and_wins(studio: Studio) -> None:
    episode = studio.open()
    boards = studio.hold_boards()
    old = studio.desk.produce(episode, Choices())
    studio.open(SCRIPT.replace("I never used it.", "Once."))
    new = studio.desk.produce(episode, Choices())
    boards.set()
    assert old
    assert new
    assert new != old
    assert studio.desk.wait(new).state is RunState.DONE
    assert studio.desk.wait(old).state is RunState.CANCELLED
    assert b"Once." in _delivered(studio, episode, "captions.srt")
    assert studio.film(SCRIPT.replace("I never used it.", "Once.")) is None


def test_asking_again_for_a_pitch_whose_script_is_written_joins_its_run(studio: Studio) -> None:
    episode = studio.desk.open_pitch("A key is found in a kitchen.")
    boards = studio.hold_boards()
    first = studio.desk.produce(episode, Choices())
    assert first
    until(lambda: studio.desk.screenplay(episode) and studio.desk.progress(first).total)
    assert studio.desk.produce(episode, Choices()) == first
    boards.set()
    assert studio.desk.wait(first).state is RunState.DONE


def test_the_plan_of_an_untitled_file_is_what_a_draft_finds(studio: Studio) -> None:
    script = SCRIPT.split("\n", 2)[2]
    studio.film(script)
    assert studio.desk.plan_file("the-key.fountain", script.encode(), Choices()).plan.to_make == ()


def test_a_run_a_person_called_off_stays_off_after_an_upgrade(studio: Studio) -> None:
    episode = studio.open()
    order = Choices().model_dump(mode="json")
    with studio.house.db.write() as session:
        row = Run(id="old", account=OWNER, episode=episode, target="t", order=order, version="0")
        row.state = RunState.CANCELLING
        session.add(row)
    assert studio.worker._dispatch.restart_old() == []
    assert studio.desk.progress("old").state is RunState.CANCELLED
