"""Lines no voice could read: captioned and timed by their length, not failed, but the person is told which and why."""

from __future__ import annotations

from sqlmodel import Session, col, select

from studio.desk.views import SilentLine
from studio.production.script import newest
from studio.story.breakdown import Breakdown
from studio.takes.recipe import TakeKind
from studio.takes.take import Choice, Take, TakeState


def silent_lines(session: Session, account: str, episode: str) -> tuple[SilentLine, ...]:
    """The lines of an episode's newest script whose circled speech nobody hears, in the film's order."""
    rows = session.exec(
        select(Choice.subject, Take.measure)
        .join(Take, (col(Take.account) == col(Choice.account)) & (col(Take.fingerprint) == col(Choice.fingerprint)))
        .where(Choice.account == account, Choice.episode == episode, col(Choice.circled))
        .where(Take.kind == TakeKind.SPEECH, Take.state == TakeState.MADE)
        .where(col(Take.measure)["audible"].as_boolean().is_(False))
    ).all()
    why = {subject.partition(":")[2]: str(measure.get("why", "")) for subject, measure in rows}
    revision = newest(session, account, episode) if why else None
    if revision is None or not revision.breakdown:
        return ()
    film = Breakdown.model_validate_json(revision.breakdown)
    names = {member.id: member.name for member in film.cast}
    return tuple(
        SilentLine(line=line.id, speaker=names.get(line.character, ""), text=line.text, why=why[line.id])
        for line in film.lines
        if line.id in why
    )
