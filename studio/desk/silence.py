"""Lines no voice could read: captioned and timed by their length, not failed, but the person is told which and why."""

from __future__ import annotations

from sqlmodel import Session

from studio.desk.views import SilentLine
from studio.production.latest import script_of
from studio.production.script import newest
from studio.takes import shelf


def silent_lines(session: Session, account: str, episode: str) -> tuple[SilentLine, ...]:
    """The lines of an episode's newest script whose circled speech nobody hears, in the film's order."""
    why = {
        subject.removeprefix("speech:"): str(made.measure.get("why", ""))
        for subject, made in shelf.circled(session, account, episode).items()
        if made.measure.get("audible") is False
    }
    revision = newest(session, account, episode) if why else None
    if revision is None or not revision.breakdown:
        return ()
    film = script_of(session, revision.id).breakdown
    names = {member.id: member.name for member in film.cast}
    return tuple(
        SilentLine(line=line.id, speaker=names.get(line.character, ""), text=line.text, why=why[line.id])
        for line in film.lines
        if line.id in why
    )
