"""Films for credits in production: what a run holds of them, which minutes are finished, and who pays for its takes.

A take of such a film is paid out of what the film's price leaves for vendors, and counts for no tier.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

from sqlmodel import Session, col, select

from studio.cut.timeline import Entry, EntryKind, Timeline
from studio.db import now
from studio.errors import BadRequest, Conflict, FilmTooDear, InsufficientFunds, NotSold
from studio.money.entry import About
from studio.money.films import MINUTE
from studio.money.hold import Hold, HoldPart
from studio.money.holding import open_hold
from studio.money.lapsing import lapse_all, untold
from studio.money.minutes import (
    STORYBOARD,
    FilmOrder,
    MinuteState,
    find_order,
    hold_minutes,
    minutes,
    order,
    owing,
    release_minutes,
    settle_minute,
)
from studio.money.quote import QuoteSheet
from studio.money.sums import balance
from studio.people.account import Account
from studio.people.letters import Kind, write
from studio.production.film import Choices, Film, Terms, mark
from studio.production.house import House
from studio.production.latest import script_of
from studio.production.names import ASKED
from studio.production.run import ACTIVE, Job, JobState, Run
from studio.story.episode import Episode
from studio.takes import shelf

_THERE = (JobState.MADE, JobState.FOUND)


def pays(session: Session, account: str, episode: str, frame: str) -> FilmOrder | None:
    """The film that pays for the takes of an episode in a frame: one of which something is held or settled."""
    film = find_order(session, account, episode, frame)
    if film and any(part.state != MinuteState.RELEASED for part in minutes(session, film.id).values()):
        return film
    return None


def covers(session: Session, account: str, episode: str, choices: Choices) -> bool:
    """Whether a film pays for what these choices make of an episode, or will once it is begun; no tier counts it."""
    return bool(choices.film or pays(session, account, episode, mark(choices)))


def payer(session: Session, run: Run) -> FilmOrder | None:
    """The film that pays for a run; None where the account's tier does."""
    return None if run.part.startswith(ASKED) else pays(session, run.account, run.episode, run.frame)


def fund(session: Session, house: House, run: Run, sheet: QuoteSheet) -> bool:
    """Hold a film's credits and what its takes may cost; False where no film pays. Call in a write session.

    Of a film that is begun every part that is not settled is held. Raises what reserve raises, FilmTooDear, NotSold,
    and Conflict for one that is to be made without its terms while some of it is not paid for.
    """
    terms = Choices.model_validate(run.order).film
    film = _ordered(session, house, run, terms) if terms else payer(session, run)
    if film is None:
        return False
    if terms and not run.part:
        hold_minutes(session, film, at=now())
    elif not run.part and owing(session, film):
        if not sheet.total.ceiling:
            return False
        raise Conflict("minutes of this film are not paid for; go on with it on the Credits page")
    known = set(session.exec(select(HoldPart.subject).join(Hold).where(Hold.run == run.id)))
    rows = [row for row in sheet.rows if row.subject not in known]
    about = About(account=film.payer, episode=run.episode, run=run.id)
    try:
        open_hold(session, about, rows, at=now())
    except InsufficientFunds as error:
        asked, left = sum(row.quote.ceiling for row in rows), balance(session, f"pot:{film.payer}")
        raise FilmTooDear(_too_dear(asked, left, part=bool(run.part)), cause=error) from error
    return True


def hold_again(session: Session, run: Run) -> None:
    """Hold what a run of a film has given back for the one that takes its place; where that fails, funding says why."""
    film = find_order(session, run.account, run.episode, run.frame)
    if film and not run.part and Choices.model_validate(run.order).film:
        with suppress(InsufficientFunds), session.begin_nested():
            hold_minutes(session, film, at=now())


def settle(session: Session, run: Run, *, ended: bool = False) -> None:
    """Take what the finished minutes of a film's run cost, once each: those up to the first that is not, or when it has
    ended every one. Call in a write session."""
    film = None if run.part else find_order(session, run.account, run.episode, run.frame)
    if film is None or not _held(session, film):
        return
    states = {job.subject: job.state for job in session.exec(select(Job).where(Job.run == run.id))}
    if not states:  # it was not prepared, so nothing is known of what was made
        return
    left = {subject for subject, state in states.items() if state not in _THERE}
    made = _film(session, run)
    timeline = made.timeline(
        {
            subject.partition(":")[2]: take
            for subject, take in shelf.circled(session, run.account, run.episode).items()
            if subject.startswith("speech:")
        }
    )
    length = Fraction(timeline.frames, timeline.fps)
    if not any(subject.startswith("board:") for subject in left):
        settle_minute(session, film, STORYBOARD, length, at=now())
    begun = -(-length // MINUTE)
    for number in _finished(made, timeline, left, states.keys() - left, ended=ended):
        settle_minute(session, film, number, length, at=now())
    parts = minutes(session, film.id).values()
    if ended and all(part.state == MinuteState.SETTLED for part in parts if part.number <= begun):
        for part in parts:  # it turned out shorter than it was quoted
            settle_minute(session, film, part.number, length, at=now())


def close(session: Session, run: Run, why: str) -> None:
    """Settle what a run of a film finished and give the rest of its credits back; in the session that ends it."""
    settle(session, run, ended=True)
    if not run.part and (film := find_order(session, run.account, run.episode, run.frame)):
        release_minutes(session, film, why or "it was not made", at=now())


def sweep(session: Session) -> None:
    """Settle the minutes that runs under way have finished, end the credits whose day has come, and tell before."""
    for run in session.exec(select(Run).where(Run.part == "", col(Run.state).in_(ACTIVE))).all():
        settle(session, run)
    lapse_all(session, at=now())
    told = {lot.account: lot for lot in reversed(untold(session, at=now()))}  # the first to expire of each account
    for account, lot in sorted(told.items()):
        if session.get_one(Account, account).email:
            write(session, account, Kind.EXPIRING, f"expiring:{lot.id}:{lot.expires}", at=now())


def _ordered(session: Session, house: House, run: Run, terms: Terms) -> FilmOrder:
    """The order of a run at the terms it was begun at."""
    if house.films is None:
        raise BadRequest("this studio sells no films for credits", field="film")
    price = house.films.quote(terms.seconds, terms.quality)
    if not house.films.sold(terms.seconds) and not find_order(session, run.account, run.episode, run.frame):
        raise NotSold(f"no film of {terms.seconds} s came out whole yet")
    share = house.films.vendors(price, house.tiers.payment)
    film = order(session, run.account, run.episode, run.frame, price, share, at=now())
    if film.quality != terms.quality:
        raise Conflict(f"minutes of this film are paid for in {film.quality} quality; it is finished in that")
    return film


def _held(session: Session, film: FilmOrder) -> bool:
    return any(part.state == MinuteState.HELD for part in minutes(session, film.id).values())


def _film(session: Session, run: Run) -> Film:
    episode, script = session.get_one(Episode, run.episode), script_of(session, run.revision)
    choices = Choices.model_validate(run.order)
    return Film(script.breakdown, choices, episode.title or script.title, script.author, episode.seed)


def _finished(film: Film, timeline: Timeline, left: set[str], there: set[str], *, ended: bool) -> Iterator[int]:
    """The numbers of the minutes whose shots are all there, and before a run has ended those before them too."""
    frames = MINUTE * timeline.fps
    for number in range(1, -(-timeline.frames // frames) + 1):
        first, last = (number - 1) * frames, number * frames
        shown = [one for one in timeline.entries if one.start < last and (one.end > first or not ended)]
        if all(_whole(film, one, left, there) for one in shown):
            yield number


def _whole(film: Film, entry: Entry, left: set[str], there: set[str]) -> bool:
    """Whether a shot has its picture, its motion and its voices, or a card its picture."""
    if entry.kind is EntryKind.CARD:
        return f"shot:{entry.id}@{film.mark}" not in left or f"still:{entry.id}@{film.mark}" in there
    subjects = (f"shot:{entry.id}@{film.mark}", f"clip:{entry.id}@{film.mark}")
    return not left.intersection((*subjects, *(f"speech:{said.line}" for said in entry.lines)))


def _too_dear(asked: int, left: int, *, part: bool) -> str:
    share = -(-asked * 100 // left) if left > 0 else 0
    much = f"{share} % of what is left" if share else "something, and nothing is left"
    if part:
        return f"other takes in finished minutes are paid out of what its price sets aside; these may take {much} of it"
    return f"its takes may cost {much} of what its price sets aside; let fewer shots move, or order it anew"
