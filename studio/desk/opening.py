"""Opening: a pitch or a file becomes an episode, and its script can be read."""

from __future__ import annotations

from studio.desk.seat import Seat
from studio.desk.sources import find_episode, pitch_episode, script_episode
from studio.people.milestones import Milestone, note
from studio.production.script import newest
from studio.story.source import is_pitch, read_pitch, read_script


class Opening(Seat):
    """Opens episodes."""

    def open_pitch(self, text: str, *, title: str = "", seconds: int = 90, seed: int = 0, series: str = "") -> str:
        """The id of a pitch's episode; BadScript or BadRequest when nothing can be made of it."""
        with self._house.db.write(of=self._account) as session:
            self._check_room(session)
            found = pitch_episode(session, self._account, text, title=title, seconds=seconds, seed=seed, series=series)
            note(session, self._account, Milestone.FIRST_PITCH)
            return found.id

    def open_file(
        self, source: str, data: bytes, *, title: str = "", seconds: int = 90, seed: int = 0, series: str = ""
    ) -> str:
        """The id of a file's episode; `source` names the file. A text without headings or several cues is a pitch.

        Raises BadScript naming the line.
        """
        if is_pitch(source, data):
            pitch = read_pitch(source, data)
            return self.open_pitch(pitch, title=title, seconds=seconds, seed=seed, series=series)
        screenplay = read_script(source, data)
        with self._house.db.write(of=self._account) as session:
            self._check_room(session)
            note(session, self._account, Milestone.FIRST_PITCH)
            return script_episode(session, self._account, source, screenplay, title=title, seed=seed, series=series).id

    def screenplay(self, episode: str) -> str:
        """The newest revision as Fountain; empty before the writer wrote it."""
        with self._house.db.read() as session:
            find_episode(session, self._account, episode)
            revision = newest(session, self._account, episode)
            return revision.fountain if revision else ""
