"""Proposing: a person asks the writer, the writer proposes, and nothing changes until it is accepted."""

from __future__ import annotations

from functools import partial

from sqlmodel import Session

from studio.desk.conversing import Conversing
from studio.desk.revising import Revising
from studio.desk.sources import find_episode
from studio.desk.views import Story
from studio.errors import BadRequest, Conflict
from studio.production.asking import Asking
from studio.production.film import Choices
from studio.production.proposing import price, propose, stop
from studio.production.script import newest, prepare, revise
from studio.story.breakdown import Breakdown
from studio.story.deciding import decide
from studio.story.fountain import read_fountain
from studio.story.message import Fate, Message
from studio.story.passage import passage
from studio.story.proposal import Proposal, Request
from studio.story.renaming import called
from studio.takes.recipe import TakeKind
from studio.takes.roster import EngineCard

_LONGEST = 2_000  # letters of a request
_BUSY = "the writer is answering something else about this episode"


class Proposing(Conversing, Revising):
    """Talks with the writer."""

    def begin(self, episode: str, request: Request, *, base: int) -> None:
        """Ask in a thread of this process, whoever leaves meanwhile; the answer is in the conversation then.

        Conflict while the writer answers something else about the episode; all else is raised to who follows.
        """
        asking = Asking(request.text)
        ask = partial(self.ask, episode, request, base=base, asking=asking)
        self._house.askings.begin(self._account, episode, asking, ask, _BUSY)

    def asking(self, episode: str) -> Asking | None:
        """The question about an episode that is on its way, or that ended unseen; None where there is none."""
        return self._house.askings.of(self._account, episode)

    def stop_asking(self, episode: str) -> None:
        """Wait no more for a vendor that has no room for a question, or does not answer; what is answered is kept."""
        with self._house.db.write(of=self._account) as session:
            find_episode(session, self._account, episode)
            stop(session, self._account, episode)

    def ask(self, episode: str, request: Request, *, base: int, asking: Asking | None = None) -> Proposal:
        """Have the writer propose; what was proposed before and not decided is left. Changes no script.

        `asking` takes the words of an answer that comes from a vendor, all of them so far each time there are more.
        Raises BadRequest for an empty request, Conflict when another version than `base` is the newest.
        """
        text = request.text.strip()[:_LONGEST]
        if not text:
            raise BadRequest("say what should change", field="request")
        story = self.story(episode)
        if story.number != base:
            raise Conflict("the script was changed meanwhile; ask again about the newest version")
        passage(read_fountain(story.fountain), request)
        said = self._put_question(episode, request, f"{text}{_of(story.breakdown, request)}", base)
        proposal = None
        try:
            proposal = self._proposed(story, request, asking)
        finally:  # whatever went wrong, the question is there to be asked again
            self._end_question(said, proposal)
        return proposal

    def price_of_asking(self, episode: str, text: str = "") -> int:
        """What the writer's next answer will likely cost, in micro-dollars; the offline one's is free."""
        card = self._writer(episode)
        if not card.vendor:
            return 0
        story = self.story(episode)
        with self._house.db.read() as session:
            return price(self._house, session, story.fountain, Request(text=text), card).likely

    def _proposed(self, story: Story, request: Request, asking: Asking | None) -> Proposal:
        card = self._writer(story.episode)
        self._refuse_gone([card.name])
        if not card.vendor:
            return self._house.crew.revise(read_fountain(story.fountain), story.breakdown, request)
        with self._house.db.read() as session:
            row = find_episode(session, self._account, story.episode)
        return propose(self._house, row, (story.fountain, story.breakdown), request, card, asking)

    def _writer(self, episode: str) -> EngineCard:
        """Who writes in an episode."""
        roster, crew = self._house.roster, self._crewed(episode, Choices()).crew
        name = crew.name("writer") if crew else ""
        return roster.named(name) if name else roster.first(TakeKind.PROPOSAL)

    def accept(self, message: str) -> int:
        """Make a proposal the newest version; gives its number. Conflict when the script was changed since."""
        with self._house.db.read() as session:
            row = self._waiting(session, message)
            proposal = Proposal.model_validate_json(row.proposal)
            last = self._check(newest(session, self._account, row.episode), row.base)
            seed = find_episode(session, self._account, row.episode).seed
        if not proposal.decision.empty:
            return self._decided(row, proposal)
        screenplay = read_fountain(proposal.fountain)
        breakdown = ""
        if proposal.names and last.breakdown:
            # Called otherwise before the text says so: whoever has a new name keeps looks, voice and lines.
            before = called(Breakdown.model_validate_json(last.breakdown), proposal.names)
            breakdown = prepare(self._house, screenplay, seed, before).model_dump_json()
        with self._house.db.write(of=self._account) as session:
            row = self._waiting(session, message)
            self._check_room(session)
            self._check(newest(session, self._account, row.episode), row.base)
            episode = find_episode(session, self._account, row.episode)
            made = revise(session, self._account, episode, screenplay, what=proposal.what)
            made.breakdown = made.breakdown or breakdown
            row.state = Fate.ACCEPTED
            session.add(made)
            session.add(row)
            return made.number

    def reject(self, message: str) -> None:
        """Decide against a proposal; nothing changes."""
        with self._house.db.write(of=self._account) as session:
            row = self._waiting(session, message)
            row.state = Fate.REJECTED
            session.add(row)

    def _decided(self, row: Message, proposal: Proposal) -> int:
        """Keep a decision; the proposal is accepted once it is kept."""
        number = self._change(row.episode, proposal.what, row.base, lambda was: decide(was, proposal.decision))
        with self._house.db.write(of=self._account) as session:
            waiting = self._waiting(session, row.id)
            waiting.state = Fate.ACCEPTED
            session.add(waiting)
        return number

    def _waiting(self, session: Session, message: str) -> Message:
        row = self._message(session, message)
        if row.state != Fate.OPEN:
            raise Conflict("that proposal was decided already")
        return row


def _of(breakdown: Breakdown, request: Request) -> str:
    """What a request is about, as it is numbered on the page."""
    numbers = [scene.number for at, scene in enumerate(breakdown.scenes, 1) if at in request.scenes]
    if request.passage:
        return f" (scene {numbers[0]}, beats {request.passage[0]} to {request.passage[1]})"
    return f" (scene{'s' if numbers[1:] else ''} {', '.join(numbers)})" if numbers else ""
