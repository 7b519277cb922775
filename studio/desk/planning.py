"""Planning: what a production would make, keep and leave stale, with price and work. Makes no take."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from studio.crew import Pitch
from studio.desk.calling import Places
from studio.desk.preview import known_before, preview_pitch, preview_script
from studio.desk.seat import Seat
from studio.desk.sources import check_pitch, find_episode, known, pitch_source, script_source, script_title
from studio.production.film import Choices, Film
from studio.production.looking import look
from studio.production.script import newest
from studio.story.breakdown import Breakdown
from studio.story.episode import Episode
from studio.story.source import is_pitch, read_pitch, read_script
from studio.takes import shelf
from studio.takes.plan import Plan, PlanItem


class Foreseen(NamedTuple):
    """A plan, and what to call its subjects."""

    plan: Plan
    called: Callable[[str], str]


class Planning(Seat):
    """Says beforehand what something takes."""

    def plan(self, episode: str, choices: Choices) -> Plan:
        """What a production would make, keep and leave stale, with price and work. Makes no take."""
        return look(self._house, self._account, episode, self._film(episode, choices)).plan

    def losses(self, episode: str, choices: Choices) -> tuple[PlanItem, ...]:
        """What would be bought, where a take was just found damaged that only money brings back; else nothing.

        From now on it is known to be missing: whoever asks for it once that is said has it bought again.
        """
        with self._house.db.read() as session:
            find_episode(session, self._account, episode)
            script = newest(session, self._account, episode)
        if script is None or not script.breakdown:
            return ()
        found = look(self._house, self._account, episode, self._film(episode, choices))
        if not found.lost:
            return ()
        with self._house.db.write(of=self._account) as session:
            for content in sorted(found.lost):
                shelf.lose(session, self._account, content)
        taken = found.cut.takes
        damaged = {subject for subject, made in taken.items() if made.content in found.lost}
        dear = found.plan.to_buy
        return dear if damaged & {item.subject for item in dear} else ()

    def plan_pitch(
        self, text: str, choices: Choices, *, title: str = "", seconds: int = 90, seed: int = 0, series: str = ""
    ) -> Foreseen:
        """The plan of a pitch, opened before or not; writes no row."""
        check_pitch(text, seconds)
        with self._house.db.read() as session:
            row = known(session, self._account, pitch_source(text, title=title, seconds=seconds, seed=seed))
            revision = newest(session, self._account, row.id) if row else None
            before = known_before(session, self._account, row, series)
        if row and revision and revision.breakdown:
            known_as = Places(Breakdown.model_validate_json(revision.breakdown)).name
            return Foreseen(self.plan(row.id, choices), known_as)
        pitch = Pitch(text=text, seconds=seconds, seed=seed, title=title)
        return self._survey(row, preview_pitch(self._house, pitch, choices, before))

    def unwritten(self, text: str, *, title: str = "", seconds: int = 90, seed: int = 0, series: str = "") -> bool:
        """Whether nobody has written the screenplay of a pitch yet, so that its plan is of another one."""
        del series
        with self._house.db.read() as session:
            row = known(session, self._account, pitch_source(text, title=title, seconds=seconds, seed=seed))
            return row is None or newest(session, self._account, row.id) is None

    def plan_file(
        self,
        source: str,
        data: bytes,
        choices: Choices,
        *,
        title: str = "",
        seconds: int = 90,
        seed: int = 0,
        series: str = "",
    ) -> Foreseen:
        """The plan of a file as it is now, opened before or not; writes no row."""
        if is_pitch(source, data):
            pitch = read_pitch(source, data)
            return self.plan_pitch(pitch, choices, title=title, seconds=seconds, seed=seed, series=series)
        screenplay = read_script(source, data)
        with self._house.db.read() as session:
            row = known(session, self._account, script_source(source, seed))
            before = known_before(session, self._account, row, series)
        called = script_title(source, screenplay, title, row.title if row else "")
        made = preview_script(self._house, screenplay, choices, before, seed=seed, title=called)
        return self._survey(row, made)

    def kept(self, episode: str, choices: Choices) -> int:
        """How many subjects of an episode in this frame have a take that a production would keep."""
        return len(look(self._house, self._account, episode, self._film(episode, choices)).kept)

    def _survey(self, row: Episode | None, made: Film) -> Foreseen:
        found = look(self._house, self._account, row.id if row else "", made)
        return Foreseen(found.plan, Places(made.breakdown).name)
