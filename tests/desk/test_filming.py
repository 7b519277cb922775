"""Films for credits at the desk: held when they begin, paid minute by minute, given back where nothing came of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlmodel import Session, select

from studio.db import now
from studio.desk.desk import Desk
from studio.errors import Conflict, Denied, FilmTooDear, NotFound, NotSold, OutOfCredits
from studio.money.checking import check
from studio.money.credits import CREDIT, grant_bonus
from studio.money.drawing import draw
from studio.money.films import FilmQuality, Films
from studio.money.hold import Pot
from studio.money.minutes import MinuteState, find_order, minutes
from studio.money.sums import balance, billed
from studio.money.tally import Tally
from studio.people.account import OWNER, Account
from studio.people.letters import Kind, Letter
from studio.production import filmed
from studio.production.dispatch import Dispatch
from studio.production.film import Choices
from studio.production.house import House
from studio.production.preparing import prepare
from studio.production.run import Job, JobState, Run, RunState
from studio.production.runs import close
from studio.takes.recipe import TakeKind
from tests.production.test_switching import ROOT, house, shops, worked

__all__ = ["house"]
pytestmark = pytest.mark.xdist_group("workflows")
SCENE = "INT. KITCHEN - NIGHT\n\nMARA, 70, puts a key on the table.\n\nMARA\nYou kept it.\n\n"
LONG = "You kept the key in a tin box under the old stone stairs and told nobody of us for thirty years. " * 3
SCRIPT = (SCENE + f"MARA\n{LONG}\n\n" * 4).encode()  # a minute and a half
FILMS = Films.load(ROOT / "data" / "films.toml")


@pytest.fixture
def studio(house: House) -> House:
    """A house that sells films, whose owner is of the tier that nobody paid for."""
    cast = {"standard": "svd-xt", "fine": "kling-v3", "cinema": "kling-v4"}
    qualities = tuple(
        FilmQuality(name=one.name, times=one.times, engines={"animator": cast[one.name]}) for one in FILMS.quality
    )
    with house.db.write() as session:
        account = session.get_one(Account, OWNER)
        account.tier = "free"
        session.add(account)
    return replace(house, films=FILMS.model_copy(update={"quality": qualities}))


def rich(studio: House, credits: int = 10_000) -> tuple[Desk, str]:
    """A desk with credits and an episode of a minute and a half."""
    with studio.db.write() as session:
        grant_bonus(session, OWNER, credits, once="gift", why="Gift", days=100, at=now())
    desk = Desk(studio, OWNER)
    return desk, desk.open_file("key.fountain", SCRIPT)


def ordered(desk: Desk, episode: str) -> str:
    """Begin a film of an episode at its quote; gives its run."""
    quote = desk.film_quote("standard", episode=episode)
    run = desk.film_render(episode, "standard", Choices(), credits=quote.to_hold // CREDIT)
    assert run
    return run


def ended(studio: House, run: str, state: RunState = RunState.DONE, error: str = "") -> None:
    """End a run as its workflow would."""
    with studio.db.write() as session:
        close(session, run, state, error)


def credits(desk: Desk) -> tuple[int, int]:
    """Credits that are free and held."""
    found = desk.credits()
    assert found
    return found.free // CREDIT, found.held // CREDIT


def payer(session: Session, episode: str) -> str:
    """The account of an episode's film."""
    order = find_order(session, OWNER, episode, "1280x720p24")
    assert order
    return order.payer


def pot(studio: House, episode: str) -> int:
    """What vendors may still be paid for an episode's film."""
    with studio.db.read() as session:
        return session.get_one(Pot, payer(session, episode)).micros


def states(studio: House, run: str) -> dict[int, str]:
    """How the parts of a run's film stand."""
    with studio.db.read() as session:
        check(session)
        order = find_order(session, OWNER, session.get_one(Run, run).episode, session.get_one(Run, run).frame)
        assert order
        return {number: str(part.state) for number, part in minutes(session, order.id).items()}


def paid_by_itself(studio: House, episode: str) -> None:
    """The takes of a film are paid for by what its price leaves for vendors, and count for no tier."""
    with studio.db.read() as session:
        order = find_order(session, OWNER, episode, "1280x720p24")
        assert order
        bills = billed(session, order.payer)
        assert 0 < bills < order.vendors
        assert balance(session, f"pot:{order.payer}") == order.granted - bills
        assert not [one for one in ("pot", "spent", "cost") if balance(session, f"{one}:{OWNER}")]
        assert not session.exec(select(Tally)).all()


def another_take_costs_no_credits(studio: House, desk: Desk, episode: str) -> None:
    """A take in a finished minute is paid for by the film as long as its price lasts, and refused then."""
    before, left = credits(desk), pot(studio, episode)
    clip = next(one.subject for one in desk.plan(episode, Choices()).items if one.kind is TakeKind.CLIP)
    begun = desk.retake(episode, [clip], Choices(), note="slower")
    assert begun
    worked(studio, begun)
    ended(studio, begun)
    assert credits(desk) == before
    assert 0 < pot(studio, episode) < left
    with studio.db.write() as session:
        draw(session, payer(session, episode), pot(studio, episode) - 100)
    with pytest.raises(FilmTooDear, match="other takes in finished minutes"):
        desk.retake(episode, [clip], Choices(), note="faster")


def test_a_film_is_held_when_it_begins_paid_when_it_is_there_and_pays_for_its_takes(studio: House) -> None:
    desk, episode = rich(studio)
    quote = desk.film_quote("standard", episode=episode)
    assert (quote.written, quote.sold, quote.fits, quote.missing) == (True, True, True, ())
    assert 60 < quote.price.seconds < 120
    run = ordered(desk, episode)
    assert credits(desk) == (10_000 - quote.price.credits, quote.price.credits)
    view = desk.credits()
    assert view
    assert [(one.title, one.micros) for one in view.films] == [("key", quote.price.micros)]
    worked(studio, run)
    with studio.db.write() as session:
        filmed.sweep(session)
    assert states(studio, run) == dict.fromkeys(range(3), "settled")  # by a worker's look, before the run has ended
    ended(studio, run)
    paid = 10_000 - credits(desk)[0]
    assert credits(desk)[1] == 0
    assert 0 < paid <= quote.price.credits
    words = [one.words for one in desk.credit_statement()]
    assert "400 credits paid for minute 1 of key" in words
    assert "1,000 credits paid for storyboard of key" in words
    paid_by_itself(studio, episode)
    another_take_costs_no_credits(studio, desk, episode)


def test_a_minute_whose_shot_failed_costs_nothing_until_it_is_there(studio: House) -> None:
    desk, episode = rich(studio)
    quote = desk.film_quote("standard", episode=episode)
    run = ordered(desk, episode)
    shops(studio).away = {"svd-xt": Denied("no")}
    worked(studio, run)
    ended(studio, run, RunState.FAILED, "Denied: no")
    assert states(studio, run) == {0: "settled", 1: "released", 2: "released"}
    assert credits(desk) == (9_000, 0)
    shops(studio).away.clear()
    shops(studio).built.clear()
    assert desk.formats(episode)[0].film is None
    with pytest.raises(Conflict, match="go on with it on the Credits page"):
        desk.render(episode, desk.formats(episode))
    again = desk.film_quote("standard", episode=episode)
    assert (again.to_hold, again.paid) == (quote.price.micros - 1_000 * CREDIT, 1_000 * CREDIT)
    second = ordered(desk, episode)
    worked(studio, second)
    ended(studio, second)
    assert set(states(studio, run).values()) == {"settled"}
    assert credits(desk)[1] == 0
    assert credits(desk)[0] >= 10_000 - quote.price.credits


def test_a_film_that_is_called_off_before_it_was_prepared_gives_all_back(studio: House) -> None:
    desk, episode = rich(studio)
    run = ordered(desk, episode)
    desk.interrupt(run)
    assert credits(desk) == (10_000, 0)
    assert set(states(studio, run).values()) == {str(MinuteState.RELEASED)}


def noted(studio: House, run: str, waiting: str) -> None:
    """Have all that a run has to make be made, but for what begins so; then a worker looks."""
    with studio.db.write() as session:
        for job in session.exec(select(Job).where(Job.run == run)):
            job.state = JobState.WAITING if job.subject.startswith(waiting) else JobState.MADE
            session.add(job)
        session.flush()
        filmed.sweep(session)


def test_while_a_film_is_made_its_minutes_are_paid_in_order(studio: House) -> None:
    desk, episode = rich(studio)
    run = ordered(desk, episode)
    with studio.db.write() as session:
        filmed.sweep(session)
    assert set(states(studio, run).values()) == {"held"}  # it was not prepared yet
    prepare(studio, run)
    shots = desk.story(episode).breakdown.shots
    noted(studio, run, f"clip:{shots[0].id}@")
    assert states(studio, run) == {0: "settled", 1: "held", 2: "held"}
    noted(studio, run, f"clip:{shots[-1].id}@")
    assert states(studio, run) == {0: "settled", 1: "settled", 2: "held"}
    ended(studio, run, RunState.FAILED, "Down: nobody answered")
    assert states(studio, run) == {0: "settled", 1: "settled", 2: "released"}


def test_when_a_film_ends_each_minute_that_is_there_is_paid(studio: House) -> None:
    desk, episode = rich(studio)
    run = ordered(desk, episode)
    prepare(studio, run)
    noted(studio, run, f"speech:{desk.story(episode).breakdown.lines[0].id}")
    ended(studio, run)
    assert states(studio, run) == {0: "settled", 1: "released", 2: "settled"}
    assert desk.film_quote("standard", episode=episode).to_hold == 400 * CREDIT


def test_an_upgrade_in_between_keeps_what_is_held(studio: House) -> None:
    desk, episode = rich(studio)
    run = ordered(desk, episode)
    before = credits(desk)
    with studio.db.write() as session:
        session.get_one(Run, run).version = "0"
    dispatch = Dispatch(studio.db)
    assert dispatch.restart_old() == [run]
    dispatch.close()
    assert credits(desk) == before
    assert set(states(studio, run).values()) == {"held"}


def test_a_double_click_begins_and_holds_once(studio: House) -> None:
    desk, episode = rich(studio)
    quote = desk.film_quote("standard", episode=episode)
    desk.engage(episode, {"animator": "svd-xt"})
    line = Barrier(2)

    def click(_: int) -> object:
        line.wait()
        try:
            return Desk(studio, OWNER).film_render(episode, "standard", Choices(), credits=quote.to_hold // CREDIT)
        except Conflict as error:
            return error

    with ThreadPoolExecutor(2) as threads:
        got = list(threads.map(click, range(2)))
    assert len({one for one in got if isinstance(one, str)}) == 1
    assert credits(desk) == (10_000 - quote.price.credits, quote.price.credits)
    assert sum("held" in one.words for one in desk.credit_statement()) == 1


def test_what_the_price_does_not_pay_for_is_refused_with_what_fits(studio: House) -> None:
    desk, episode = rich(studio)
    quote = desk.film_quote("cinema", episode=episode, moving=99)
    assert (quote.fits, quote.asked) == (False, quote.shots)
    assert 0 < quote.moves < quote.shots
    with pytest.raises(FilmTooDear, match=rf"What fits: .*{quote.moves} of {quote.shots} shots in motion") as refused:
        desk.film_render(episode, "cinema", Choices(), credits=quote.to_hold // CREDIT, moving=99)
    assert "standard quality with" in str(refused.value)
    assert "$" not in str(refused.value)
    run = desk.film_render(episode, "cinema", Choices(), credits=quote.to_hold // CREDIT)
    assert run
    crew = desk.crew(episode)
    assert sum(engine == "board-move" for engine in crew.shots.values()) == quote.shots - quote.moves


def test_nothing_is_begun_nor_changed_without_the_credits(studio: House) -> None:
    desk, episode = rich(studio, 100)
    quote = desk.film_quote("standard", episode=episode)
    with pytest.raises(OutOfCredits, match="are needed and 100 credits are free"):
        desk.film_render(episode, "standard", Choices(), credits=quote.to_hold // CREDIT)
    with pytest.raises(Conflict, match="the quote is"):
        desk.film_render(episode, "standard", Choices(), credits=quote.to_hold // CREDIT - 1)
    assert desk.crew(episode).offline
    assert credits(desk) == (100, 0)


def test_what_never_came_out_whole_is_quoted_and_not_sold(studio: House) -> None:
    short = studio.films and studio.films.made.model_copy(update={"seconds": 60})
    assert studio.films
    desk, episode = rich(replace(studio, films=studio.films.model_copy(update={"made": short})))
    quote = desk.film_quote("standard", episode=episode)
    assert not quote.sold
    with pytest.raises(NotSold, match="the longest that came out whole is 1 minute"):
        desk.film_render(episode, "standard", Choices(), credits=quote.to_hold // CREDIT)


def test_whose_credits_expire_soon_gets_one_letter(studio: House) -> None:
    with studio.db.write() as session:
        session.get_one(Account, OWNER).email = "mara@example.org"
        for name in ("gift", "another"):
            grant_bonus(session, OWNER, 100, once=name, why="Gift", days=10, at=now())
        grant_bonus(session, OWNER, 100, once="late", why="Gift", days=100, at=now())
    for _ in range(2):
        with studio.db.write() as session:
            filmed.sweep(session)
    with studio.db.read() as session:
        assert [one.kind for one in session.exec(select(Letter))] == [Kind.EXPIRING]


def test_where_no_films_are_sold_there_are_no_credits(house: House) -> None:
    desk = Desk(house, OWNER)
    assert (desk.credits(), desk.credit_statement(), desk.film_packs(), desk.film_qualities()) == (None, (), (), ())
    with pytest.raises(NotFound, match="sells no films"):
        desk.film_quote("standard", seconds=60)


def test_an_episode_without_a_screenplay_is_quoted_by_its_length_and_not_begun(studio: House) -> None:
    desk = Desk(studio, OWNER)
    episode = desk.open_pitch("A baker finds a key that opens no door.", seconds=120)
    quote = desk.film_quote("standard", episode=episode)
    assert (quote.written, quote.price.credits, quote.fits) == (False, 1_800, True)
    with pytest.raises(Conflict, match="its screenplay is not there yet"):
        desk.film_render(episode, "standard", Choices(), credits=1_800)
