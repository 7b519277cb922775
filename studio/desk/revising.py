"""Revising: an episode changes in whole versions. Each names the one it was made from, so nobody's work is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from studio.desk.seat import Seat
from studio.desk.sources import check_episode, find_episode
from studio.desk.views import RevisionView, Story, VersionView
from studio.errors import Conflict, NotFound
from studio.production.latest import latest
from studio.production.script import newest, ready_revision, revise
from studio.story.breakdown import Breakdown
from studio.story.deciding import shifts
from studio.story.episode import Revision
from studio.story.source import read_script

_MOST = 200  # versions listed, the newest first
_BACK = "Back to version {}"
_WENT_BACK = re.compile(_BACK.format(r"(\d+)"))


_listed = (  # without their texts
    sqlalchemy.select(col(Revision.number), col(Revision.what), col(Revision.created))
    .where(col(Revision.account) == bindparam("account"), col(Revision.episode) == bindparam("episode"))
    .order_by(col(Revision.number).desc())
    .limit(_MOST)
)


class Revising(Seat):
    """Keeps versions of an episode."""

    def story(self, episode: str) -> Story:
        """An episode as it stands: text and breakdown; writes and breaks down what is missing."""
        known = latest(self._house, self._account, episode)
        title, script = known.title or "Untitled", known.script
        return Story(
            episode=episode, number=known.number, title=title, fountain=script.fountain, breakdown=script.breakdown
        )

    def revisions(self, episode: str) -> tuple[RevisionView, ...]:
        """The versions of an episode, the newest first."""
        with self._house.db.read() as session:
            rows = session.execute(_listed, {"account": self._account, "episode": episode}).all()
            if not rows:
                check_episode(session, self._account, episode)
        return tuple(RevisionView(number=row.number, what=row.what, created=row.created) for row in rows)

    def steps(self, story: Story) -> tuple[RevisionView | None, RevisionView | None]:
        """The change that brought a story to where it is, and the one after it that was gone back over since."""
        found = {one.number: one for one in self.revisions(story.episode)}
        at = _behind(found, story.number)
        if at is None:
            return None, None
        gone = _back_to(found[story.number])  # the version that was gone back to, right before what was taken back
        after = found.get(gone + 1) if gone else None
        return at if at.what and at.number > 1 else None, after if after and not _back_to(after) else None

    def version(self, episode: str, number: int, since: Story) -> VersionView:
        """One version beside a story: its text, and what was decided otherwise; NotFound when there is none such."""
        with self._house.db.read() as session:
            find_episode(session, self._account, episode)
            row = _numbered(session, self._account, episode, number)
        known = Breakdown.model_validate_json(row.breakdown) if row.breakdown else since.breakdown
        return VersionView(fountain=row.fountain, shifts=shifts(known, since.breakdown))

    def rewrite(self, episode: str, fountain: str, *, base: int, what: str) -> int:
        """Make a text the newest version; gives its number.

        Raises BadScript naming the line, Conflict when another version than `base` is the newest by now.
        """
        screenplay = read_script("screenplay.fountain", fountain.encode())
        with self._house.db.write(of=self._account) as session:
            row = find_episode(session, self._account, episode)
            self._check_room(session)
            self._check(newest(session, self._account, episode), base)
            return revise(session, self._account, row, screenplay, what=what).number

    def restore(self, episode: str, number: int, *, base: int) -> int:
        """Make an older version the newest again, with all that was decided in it; gives its new number."""
        with self._house.db.write(of=self._account) as session:
            find_episode(session, self._account, episode)
            self._check_room(session)
            last = self._check(newest(session, self._account, episode), base)
            old = _numbered(session, self._account, episode, number)
            made = last.after(_BACK.format(number), fountain=old.fountain, breakdown=old.breakdown)
            session.add(made)
            return made.number

    def _change(self, episode: str, what: str, base: int, change: Callable[[Breakdown], Breakdown]) -> int:
        """Keep a changed breakdown of the same text as the newest version; gives its number.

        `change` raises Refused for what cannot be done. The same breakdown again is the same version.
        """
        ready_revision(self._house, self._account, episode)
        with self._house.db.write(of=self._account) as session:
            find_episode(session, self._account, episode)
            self._check_room(session)
            last = self._check(newest(session, self._account, episode), base)
            changed = change(Breakdown.model_validate_json(last.breakdown)).model_dump_json()
            if changed == last.breakdown:
                return last.number
            made = last.after(what, fountain=last.fountain, breakdown=changed)
            session.add(made)
            return made.number

    def _check(self, last: Revision | None, base: int) -> Revision:
        if last is None or last.number != base:
            raise Conflict("it was changed elsewhere in the meantime; look at the newest version and do it again there")
        return last


def _behind(found: Mapping[int, RevisionView], number: int) -> RevisionView | None:
    """The version that another one is the same as: itself, or the one that was gone back to."""
    at = found.get(number)
    while at and (to := _back_to(at)):
        at = found.get(to)
    return at


def _back_to(one: RevisionView) -> int:
    """The version that was gone back to with this one, always an earlier one; 0 where something was changed."""
    back = _WENT_BACK.fullmatch(one.what)
    return int(back[1]) if back and int(back[1]) < one.number else 0


def _numbered(session: Session, account: str, episode: str, number: int) -> Revision:
    """A version by its number; NotFound when there is none such."""
    query = select(Revision).where(Revision.account == account, Revision.episode == episode)
    found = session.exec(query.where(Revision.number == number)).first()
    if found is None:
        raise NotFound(f"the episode has no version {number}")
    return found
