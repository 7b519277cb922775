"""Two accounts in one house, and all that each has there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel, select

from studio.db import now
from studio.desk.desk import Desk
from studio.desk.views import Story
from studio.money.credits import grant_bonus
from studio.money.entry import About
from studio.money.films import Films
from studio.money.holding import open_hold
from studio.money.minutes import hold_minutes, order
from studio.money.orders import Purchase, Ware
from studio.money.quote import Quote, QuoteRow
from studio.people.access import AccessToken
from studio.people.account import Account
from studio.people.hooks import Event, Hook, put
from studio.people.notes import Note
from studio.people.screenings import Screening, Viewer
from studio.people.tickets import Saying, Ticket
from studio.production.film import Choices
from studio.production.house import House
from studio.production.names import VERSION
from studio.production.run import JobState, Run, RunState
from studio.story.message import Fate, Message, Role
from studio.story.proposal import Proposal
from studio.takes.recipe import TakeKind
from studio.takes.take import Choice, Take, TakeState
from tests.web.rows import FRAME, board, deliver, job, run

SCRIPT = (
    b"Title: The %s\n\nINT. HALL - NIGHT\n\nShe runs to the door.\n\nANNA\nGood evening.\n\nTOM\nGood night.\n\n"
    b"EXT. HARBOUR - DAY\n\nTom waves.\n\nTOM\nGoodbye.\n"
)
CHOICES = Choices()
FILMS = Films.load(Path(__file__).parents[1] / "data" / "films.toml")


@dataclass(frozen=True)
class Belongings:
    """What somebody has, by the ids it is asked for with."""

    episode: str
    run: str
    content: str
    take: str
    message: str
    series: str
    story: Story

    @property
    def names(self) -> Mapping[str, str]:
        """Every id, by what it is of."""
        return {name: value for name, value in vars(self).items() if isinstance(value, str)}


def settle_in(house: House, account: str, word: str) -> Belongings:
    """Give an account an episode with its script, a run that failed, a board, files, a link, money held, a proposal."""
    with house.db.write() as session:
        session.add(Account(id=account, name=account, tier="pro"))
    desk = Desk(house, account)
    series = f"The Chronicles of {word}"
    episode = desk.open_file("hall.fountain", SCRIPT % word.encode(), series=series)
    story = desk.story(episode)
    began = run(house, episode, RunState.FAILED, error="Down: nobody answered", account=account)
    content = board(house, began, f"\x89PNG of {word}".encode(), account=account)
    deliver(house, episode, account=account)
    subject = "board:1A@1280x720"
    with house.db.write() as session:
        going = Run(account=account, episode=episode, target=f"{began}-going", order={"only": [subject]}, part="part",
                    version=VERSION, state=RunState.RUNNING)  # fmt: skip
        session.add(going)
        session.add(Choice(account=account, episode=episode, subject=subject, fingerprint=f"board-{began}"))
        unsure = Take(account=account, fingerprint=f"unclear-{began}", essence="", kind=TakeKind.CLIP,
                      state=TakeState.UNCLEAR, engine="kling-v4", recipe={})  # fmt: skip
        session.add(unsure)
        proposal = Proposal(sentence=f"About {word}", fountain=story.fountain, what=word)
        said = Message(account=account, episode=episode, tab="script_lab", role=Role.WRITER, text=f"About {word}",
                       proposal=proposal.model_dump_json(), state=Fate.OPEN, base=story.number)  # fmt: skip
        session.add(said)
        about = About(account=account, episode=episode, run=began)
        quote = Quote(low=1, likely=50_000, ceiling=100_000)
        held = QuoteRow(subject="clip:1A@1280x720p24", kind="clip", engine="kling-v4", quote=quote)
        open_hold(session, about, [held], at=now(), floor=None)
        message = said.id
        session.add(Ticket(id=f"ticket-{began}", account=account, title=word, opened=now(), changed=now()))
        session.flush()
        session.add(Saying(ticket=f"ticket-{began}", account=account, founder=False, text=f"About {word}", at=now()))
        session.add(Screening(id=f"screening-{began}", account=account, episode=episode, frame=FRAME, label=word,
                              token=f"digest-{began}", created=now(), expires=now() + timedelta(days=1)))  # fmt: skip
        session.flush()
        session.add(Viewer(id=f"viewer-{began}", account=account, screening=f"screening-{began}", came=now(),
                           seen=now()))  # fmt: skip
        session.add(Note(id=f"note-{began}", account=account, screening=f"screening-{began}", episode=episode,
                         viewer=f"viewer-{began}", name="Tess", text=f"About {word}", cut=content, second=1.0,
                         shot=story.breakdown.shots[0].id, slate="1A", created=now()))  # fmt: skip
        session.add(Note(id=f"reply-{began}", account=account, screening=f"screening-{began}", episode=episode,
                         answers=f"note-{began}", name="Tom", text=f"Of {word}", cut=content, second=1.0,
                         created=now()))  # fmt: skip
        session.add(Purchase(id=f"order-{began}", account=account, ware=Ware.PACK, what=word))
        session.add(AccessToken(id=f"token-{began}", account=account, name=word, digest=f"digest-{began}",
                                scopes=["read"], created=now()))  # fmt: skip
        hook, spare = (Hook(id=f"{kind}-{began}", account=account, url=f"https://example.com/{word}", secret=word,
                            events=["run.done"], created=now()) for kind in ("hook", "spare"))  # fmt: skip
        session.add_all([hook, spare])
        session.flush()
        put(session, hook, Event.DONE, {"run": began}, at=now()).id = f"call-{began}"
        grant_bonus(session, account, 5_000, once="gift", why=word, days=5, at=now())
        price = FILMS.quote(60, "standard")
        hold_minutes(session, order(session, account, episode, "1920x1080p30", price, price.micros, at=now()), at=now())
    job(house, began, "clip:1A@1280x720p24", JobState.UNCLEAR, made=f"unclear-{began}")
    return Belongings(episode, began, content, f"board-{began}", message, series, story)


def nowhere(like: Belongings) -> Belongings:
    """Ids of what nobody has."""
    story = like.story.model_copy(update={"episode": "nobodys-episode"})
    content = "0" * len(like.content)
    return Belongings("nobodys-episode", "nobodys-run", content, "nobodys-take", "nobodys-message", "Nobody's", story)


def rows(house: House) -> dict[tuple[str, ...], dict[str, Any]]:
    """Every row of the house by its table and key."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    with house.db.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():  # type: ignore[call-overload]
                key = (table.name, *(str(row[column.name]) for column in table.primary_key))
                found[key] = dict(row)
    return found
