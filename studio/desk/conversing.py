"""Conversing: what was asked about an episode and answered, kept from the moment it is asked. It asks nobody."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy
from pydantic import ValidationError
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from studio.desk.seat import Seat
from studio.desk.sources import check_episode
from studio.errors import Conflict, NotFound
from studio.people.refusals import look_whose
from studio.production.asker import asker, left
from studio.story.message import Fate, Message, Role
from studio.story.noun import Noun
from studio.story.proposal import Proposal, Question, Request

_MOST = 60  # messages shown, the newest


class MessageView(Noun):
    """Something said about an episode; `asked` is what a proposal answers, `request` that or the question's own."""

    id: str
    tab: str
    role: Role
    text: str
    proposal: Proposal | None = None
    state: Fate = Fate.NONE
    base: int = 0
    asked: str = ""
    request: Request
    created: datetime


class Conversation(Noun):
    """Messages, the oldest first."""

    messages: tuple[MessageView, ...] = ()

    @property
    def waiting(self) -> MessageView | None:
        """The proposal that waits for a decision."""
        return next((one for one in self.messages if one.state is Fate.OPEN), None)

    @property
    def answer(self) -> MessageView | None:
        """The last word, where the writer proposed nothing."""
        last = self.messages[-1] if self.messages else None
        return last if last and last.role is Role.WRITER and last.state is Fate.NONE else None

    @property
    def asked(self) -> MessageView | None:
        """The question that is on its way to the writer."""
        return next((one for one in self.messages if one.state is Fate.ASKED), None)

    @property
    def unanswered(self) -> MessageView | None:
        """The last word, where that is a question nobody will answer any more."""
        last = self.messages[-1] if self.messages else None
        return last if last and last.state is Fate.UNANSWERED else None


_said = (
    sqlalchemy.select(Message)
    .where(col(Message.account) == bindparam("account"), col(Message.episode) == bindparam("episode"))
    .order_by(col(Message.created).desc(), col(Message.role).desc())
    .limit(_MOST)
)


class Conversing(Seat):
    """Keeps what is said."""

    def conversation(self, episode: str) -> Conversation:
        """What was said about an episode, the newest of it."""
        with self._house.db.read() as session:
            check_episode(session, self._account, episode)
            rows = session.scalars(_said, {"account": self._account, "episode": episode}).all()
        shown: list[MessageView] = []
        for row in reversed(rows):
            shown.append(_view(row, shown[-1] if shown else None))
        return Conversation(messages=tuple(shown))

    def leave_question(self, message: str) -> None:
        """Ask no more what was not answered; it stays in the conversation."""
        with self._house.db.write(of=self._account) as session:
            row = self._message(session, message)
            if row.role != Role.PERSON or _state(row) is not Fate.UNANSWERED:
                raise Conflict("that question was answered, or is just being answered")
            row.state = Fate.LEFT
            session.add(row)

    def _put_question(self, episode: str, request: Request, text: str, base: int) -> Message:
        """Write down what is asked, before it is."""
        said = Message(
            account=self._account,
            episode=episode,
            tab=request.tab,
            role=Role.PERSON,
            text=text,
            proposal=Question(request=request, by=asker()).model_dump_json(),
            state=Fate.ASKED,
            base=base,
        )
        with self._house.db.write(of=self._account) as session:
            session.add(said)
        return said

    def _end_question(self, said: Message, proposal: Proposal | None) -> None:
        """Write down the answer to a question, or that none will come; what was proposed before is left with one."""
        with self._house.db.write(of=self._account) as session:
            question = session.get_one(Message, said.id)
            question.state = Fate.NONE if proposal else Fate.UNANSWERED
            session.add(question)
            if not proposal:
                return
            for row in _open(session, said.account, said.episode):
                row.state = Fate.LEFT
                session.add(row)
            session.add(_answer(said, proposal))

    def _message(self, session: Session, message: str) -> Message:
        row = session.get(Message, message)
        if row is None or row.account != self._account:
            look_whose(session, self._account, Message, message)
            raise NotFound("no such message")
        return row


def _open(session: Session, account: str, episode: str) -> list[Message]:
    query = select(Message).where(Message.account == account, Message.episode == episode, Message.state == Fate.OPEN)
    return list(session.exec(query.order_by(col(Message.created))).all())


def _answer(said: Message, proposal: Proposal) -> Message:
    """The writer's row: what it says, and what it proposes if that is anything."""
    return Message(
        account=said.account,
        episode=said.episode,
        tab=said.tab,
        role=Role.WRITER,
        text=proposal.sentence,
        proposal=proposal.model_dump_json() if proposal.changes else "",
        state=Fate.OPEN if proposal.changes else Fate.NONE,
        base=said.base,
    )


def _question(row: Message) -> Question:
    """What a person's row asks; of one that is older than questions were kept, its words alone."""
    try:
        return Question.model_validate_json(row.proposal)
    except ValidationError:
        return Question(request=Request(text=row.text, tab=row.tab))


def _state(row: Message) -> Fate:
    """What became of a message by now: a question whose process is gone will not be answered."""
    state = Fate(row.state)
    if state is Fate.ASKED and left(_question(row).by, row.created):
        return Fate.UNANSWERED
    return state


def _view(row: Message, before: MessageView | None) -> MessageView:
    mine = Role(row.role) is Role.PERSON
    request = _question(row).request if mine else before.request if before else Request(text="", tab=row.tab)
    return MessageView(
        id=row.id,
        tab=row.tab,
        role=Role(row.role),
        text=row.text,
        proposal=Proposal.model_validate_json(row.proposal) if row.proposal and not mine else None,
        state=_state(row),
        base=row.base,
        asked=before.text if before and not mine else "",
        request=request,
        created=row.created,
    )
