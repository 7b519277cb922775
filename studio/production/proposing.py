"""Proposing at a vendor: what a person asks of the writer becomes a paid take, made while they wait.

Whatever else is bought while a person waits is bought the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from sqlmodel import Session, col, select

from studio.db import now
from studio.errors import Conflict, StudioError, VendorError
from studio.money.estimates import Ask
from studio.money.quote import Quote, QuoteSheet
from studio.production import funding
from studio.production.asker import asker, left
from studio.production.asking import Asking
from studio.production.film import Choices
from studio.production.house import House
from studio.production.making import Outcome, ended_in, obtain, put_off
from studio.production.names import ASKED, VERSION
from studio.production.patience import patiently
from studio.production.quoting import quoter
from studio.production.run import ACTIVE, JobState, Run, RunState
from studio.production.runs import add_jobs, close, rival, set_job
from studio.story.breakdown import Breakdown
from studio.story.episode import Episode
from studio.story.proposal import Proposal, Request
from studio.takes.briefs import ProposalBrief
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import EngineCard
from studio.takes.shelf import Made
from studio.takes.take import Take

_BEGINS = timedelta(seconds=10)  # within which who opened a run claims its take
_BUSY = {
    TakeKind.PROPOSAL: "the writer is thinking about just that",
    TakeKind.VOICE: "just these voices are being designed",
    TakeKind.CLIP: "just this clip is being shot",
}
_GONE = "the studio was started again before the writer had answered"


def propose(
    house: House,
    episode: Episode,
    script: tuple[str, Breakdown],
    request: Request,
    card: EngineCard,
    asking: Asking | None = None,
) -> Proposal:
    """What a writer at a vendor proposes; the same request of the same script is asked once.

    `asking` takes the words of the answer as they come. Raises Conflict while it is being asked, BudgetReached and
    TierLimit, and what the vendor's line does.
    """
    recipe = _recipe(episode, script, request, card)
    answer = bought(house, episode, recipe, (card, _ask(script[0], request)), asking)
    return Proposal.model_validate_json(answer)


def bought(
    house: House,
    episode: Episode,
    recipe: Recipe,
    priced: tuple[EngineCard, Ask],
    asking: Asking | None = None,
    filled: Mapping[str, Made] = MappingProxyType({}),
) -> bytes:
    """The content of a take that is made while a person waits, bought once; `priced` is what its quote is drawn from.

    `filled` are the takes it is made from, by role. Where somebody follows the `asking`, a vendor that is busy or down
    is waited for. Raises as propose does.
    """
    subject, (card, ask) = f"{ASKED}{recipe.fingerprint[:12]}", priced
    with house.db.write() as session:
        row = quoter(house, session).row(card, ask, subject, at=now())
        if row.quote.ceiling:
            funding.request(session, house, episode.account)
        if before := rival(session, episode, "", subject):
            if not _left(session, before):
                raise Conflict(_BUSY.get(recipe.kind, _BUSY[TakeKind.PROPOSAL]))
            _close_left(session, before)
            session.flush()  # or the new run is written before the old one is closed
        run = Run(
            account=episode.account,
            episode=episode.id,
            target=recipe.fingerprint,
            part=subject,
            order=Choices().model_dump(mode="json"),
            state=RunState.RUNNING,
            stage=recipe.kind,
            version=VERSION,
        )
        session.add(run)
        session.flush()
        funding.fund(session, house, run, QuoteSheet(rows=(row,)))
        add_jobs(session, run, [(subject, recipe.kind)])
    return _asked(house, run, recipe, asking, filled)


def price(house: House, session: Session, script: str, request: Request, card: EngineCard) -> Quote:
    """What a proposal will cost."""
    return quoter(house, session).quote(card, _ask(script, request), at=now())


def close_left(session: Session) -> None:
    """End what a process left open that is gone; call in a write session."""
    for run in session.exec(select(Run).where(col(Run.part).startswith(ASKED), col(Run.state).in_(ACTIVE))).all():
        if _left(session, run):
            _close_left(session, run)


def _left(session: Session, run: Run) -> bool:
    """Whether the process that asks is gone, so that nobody will hear the answer."""
    take = session.get(Take, (run.account, run.target))
    if take is None or take.holder != f"{run.id}:{run.part}":
        return now() - run.created > _BEGINS
    return left(take.executor, run.created)


def _close_left(session: Session, run: Run) -> None:
    funding.end(session, run, run.part, "", JobState.FAILED)
    close(session, run.id, RunState.FAILED, _GONE)


def _asked(house: House, run: Run, recipe: Recipe, asking: Asking | None, filled: Mapping[str, Made]) -> bytes:
    subject = run.part
    if asking:
        house.waiting[run.id] = asking
    try:
        made = _obtained(house, run, recipe, filled, asking)
    except BaseException as error:  # whatever ended it, the question is not left open
        state = ended_in(error) if isinstance(error, StudioError) else JobState.FAILED
        why = f"{type(error).__name__}: {error}"
        with house.db.write() as session:
            funding.end(session, run, subject, "", state)
            set_job(session, run.id, subject, state, error=why)
            close(session, run.id, RunState.FAILED, why)
        raise
    finally:
        house.waiting.pop(run.id, None)
    with house.db.write() as session:
        close(session, run.id, RunState.DONE)
        take = session.get_one(Take, (run.account, made.fingerprint))
    return house.vault.open(take.content).read_bytes()


def _obtained(house: House, run: Run, recipe: Recipe, filled: Mapping[str, Made], asking: Asking | None) -> Outcome:
    """The take, made or found. Where somebody follows it a vendor that is busy or down is asked again after a while.

    That ends as it does for takes of a film, or when they call it off.
    """
    vendor = house.roster.named(recipe.engine).vendor

    def ask() -> Outcome:
        return obtain(house, run, run.part, recipe, filled, asker())

    if asking is None:
        return ask()

    def wait(error: VendorError) -> None:
        put_off(house, run, run.part, recipe, error)
        asking.wait_for(vendor)

    return patiently(house, run.id, vendor, ask, wait)


def stop(session: Session, account: str, episode: str) -> None:
    """Have nobody wait any more for what is asked about an episode and not answered; call in a write session."""
    mine = select(Run).where(Run.account == account, Run.episode == episode, Run.state == RunState.RUNNING)
    for run in session.exec(mine.where(col(Run.part).startswith(ASKED))).all():
        run.state = RunState.CANCELLING
        session.add(run)


def _recipe(episode: Episode, script: tuple[str, Breakdown], request: Request, card: EngineCard) -> Recipe:
    fountain, breakdown = script
    brief = ProposalBrief(fountain=fountain, request=request, cast=breakdown.cast, seed=episode.seed)
    return Recipe(
        kind=TakeKind.PROPOSAL,
        brief=brief.model_dump(mode="json"),
        engine=card.name,
        engine_version=card.version,
        seed=episode.seed,
    )


def _ask(fountain: str, request: Request) -> Ask:
    return Ask(kind=TakeKind.PROPOSAL, letters=len(fountain) + len(request.text))
