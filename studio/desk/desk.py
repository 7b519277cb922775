"""The desk: everything pages, command line and API may ask for, for one account."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from sqlmodel import Session, col, select

from studio.crew import Pitch
from studio.desk.export import export
from studio.desk.preview import known_before, preview_pitch, preview_script
from studio.desk.progress import progress
from studio.desk.silence import silent_lines
from studio.desk.sources import (
    check_pitch,
    find_episode,
    known,
    pitch_episode,
    pitch_source,
    script_episode,
    script_source,
    script_title,
)
from studio.desk.views import EpisodeView, FileView, Progress
from studio.errors import AssetMissing, Conflict, NotFound
from studio.production import executors, runs
from studio.production.delivering import complete
from studio.production.dispatch import Dispatch
from studio.production.film import Choices, Film, mark
from studio.production.house import House
from studio.production.names import INTERRUPTED, VERSION
from studio.production.preparing import look, planned_film
from studio.production.run import ACTIVE, Run, RunState
from studio.production.script import newest
from studio.story.episode import Episode
from studio.story.source import is_pitch, read_pitch, read_script
from studio.takes import collector, shelf
from studio.takes.plan import Plan
from studio.takes.take import Delivery

_LOOK_AGAIN = 0.05  # seconds between looks at whether a run somebody waits for has ended
_SHOW_AGAIN = 0.4  # seconds between looks at how far it is, which cost twenty times as much


class Desk:
    """What one account may ask for; every query is scoped by it."""

    def __init__(self, house: House, account: str, *, at_once: int = 2) -> None:
        self._house, self._account, self._at_once = house, account, at_once

    def open_pitch(self, text: str, *, title: str = "", seconds: int = 90, seed: int = 0, series: str = "") -> str:
        """The id of a pitch's episode; BadScript or BadRequest when nothing can be made of it."""
        with self._house.db.write() as session:
            found = pitch_episode(session, self._account, text, title=title, seconds=seconds, seed=seed, series=series)
            return found.id

    def open_file(
        self, source: str, data: bytes, *, title: str = "", seconds: int = 90, seed: int = 0, series: str = ""
    ) -> str:
        """The id of a file's episode; `source` names the file. A text without headings and cues is a pitch.

        Raises BadScript naming the line.
        """
        if is_pitch(source, data):
            pitch = read_pitch(source, data)
            return self.open_pitch(pitch, title=title, seconds=seconds, seed=seed, series=series)
        screenplay = read_script(source, data)
        with self._house.db.write() as session:
            return script_episode(session, self._account, source, screenplay, title=title, seed=seed, series=series).id

    def episodes(self) -> tuple[EpisodeView, ...]:
        """All episodes, the newest first."""
        with self._house.db.read() as session:
            rows = session.exec(
                select(Episode).where(Episode.account == self._account).order_by(col(Episode.created).desc())
            ).all()
            return tuple(self._view(session, row) for row in rows)

    def episode(self, episode: str) -> EpisodeView:
        """One episode; NotFound when it is not this account's."""
        with self._house.db.read() as session:
            return self._view(session, find_episode(session, self._account, episode))

    def screenplay(self, episode: str) -> str:
        """The newest revision as Fountain; empty before the writer wrote it."""
        with self._house.db.read() as session:
            find_episode(session, self._account, episode)
            revision = newest(session, self._account, episode)
            return revision.fountain if revision else ""

    def plan(self, episode: str, choices: Choices) -> Plan:
        """What a production would make, keep and leave stale, with price and work. Makes no take."""
        return look(self._house, self._account, episode, self._film(episode, choices)).plan

    def plan_pitch(
        self, text: str, choices: Choices, *, title: str = "", seconds: int = 90, seed: int = 0, series: str = ""
    ) -> Plan:
        """The plan of a pitch, opened before or not; writes no row."""
        check_pitch(text, seconds)
        with self._house.db.read() as session:
            row = known(session, self._account, pitch_source(text, title=title, seconds=seconds, seed=seed))
            revision = newest(session, self._account, row.id) if row else None
            before = known_before(session, self._account, row, series)
        if row and revision and revision.breakdown:
            return self.plan(row.id, choices)
        pitch = Pitch(text=text, seconds=seconds, seed=seed, title=title)
        return self._survey(row, preview_pitch(self._house, pitch, choices, before))

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
    ) -> Plan:
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

    def produce(self, episode: str, choices: Choices) -> str | None:
        """Start a production, or join the one under way for the same; its run id, or None if all is there."""
        with self._house.db.read() as session:
            row = find_episode(session, self._account, episode)
            revision = newest(session, self._account, episode)
            first = runs.under_way(session, row, revision, choices)
            other = runs.rival(session, row, mark(choices))
        if first and self._dispatch.going(first):
            return first.id
        if not other and revision and revision.breakdown and self._complete(episode, choices):
            return None
        if other:
            self._dispatch.call_off(other, "another production of this episode was begun")
        return self._open_run(episode, choices)

    def again(self, run: str) -> str | None:
        """Start what a run was asked for once more; what it made is found. Its run id, or None if all is there."""
        with self._house.db.read() as session:
            before = runs.find(session, self._account, run)
        return self.produce(before.episode, Choices.model_validate(before.order))

    def workers(self) -> int:
        """How many workers are alive; with none a run waits."""
        with self._house.db.read() as session:
            return len(executors.alive(session))

    @property
    def free(self) -> bool:
        """Whether every engine at work costs nothing."""
        return all(card.price_micros == 0 for card in self._house.roster.engine)

    def progress(self, run: str) -> Progress:
        """How far a run is; NotFound when it is not this account's."""
        with self._house.db.read() as session:
            return progress(session, runs.find(session, self._account, run), self._house.roster, self._at_once)

    def wait(self, run: str, watch: Callable[[Progress], None] | None = None) -> Progress:
        """Wait until a run has ended; `watch` sees every look at it."""
        while True:
            seen = self.progress(run)
            if watch:
                watch(seen)
            if seen.ended:
                return seen
            until = time.monotonic() + _SHOW_AGAIN
            while time.monotonic() < until and self._active(run):
                time.sleep(_LOOK_AGAIN)

    def cancel(self, run: str) -> None:
        """Call a run off: what is being made is finished and kept, nothing more is begun."""
        with self._house.db.write() as session:
            found = runs.find(session, self._account, run)
            if found.state in ACTIVE:
                found.state = RunState.CANCELLING
                session.add(found)

    def interrupt(self, run: str) -> None:
        """End a run at once: what is being made is lost unless its worker lives on, what was made is found again."""
        with self._house.db.read() as session:
            found = runs.find(session, self._account, run)
        self._dispatch.call_off(found, INTERRUPTED)

    def delivery(self, episode: str, frame: str, name: str) -> Path:
        """A delivered file's bytes, checked; NotFound when this account has no such delivery."""
        with self._house.db.read() as session:
            row = session.get(Delivery, (episode, frame, name))
        if row is None or row.account != self._account:
            raise NotFound(f"no file {name}")
        return self._house.vault.open(row.content)

    def newest_board(self, run: str, content: str) -> Path:
        """A board a run has made, checked; NotFound when it is not of this run."""
        with self._house.db.read() as session:
            board = runs.made_board(session, runs.find(session, self._account, run), content)
        return self._house.vault.open(board.content)

    def kept(self, episode: str, choices: Choices) -> int:
        """How many subjects of an episode in this frame have a take that a production would keep."""
        return len(look(self._house, self._account, episode, self._film(episode, choices)).kept)

    def export(self, episode: str, choices: Choices, folder: Path) -> tuple[Path, ...]:
        """Copy the finished files of an episode into a folder, with the media its edit lists refer to.

        AssetMissing when a file it needs is damaged; producing again makes that anew.
        """
        try:
            return export(self._house, self._account, self._film(episode, choices), episode, folder)
        except AssetMissing as error:
            with self._house.db.write() as session:
                shelf.lose(session, self._account, str(error.cause))
            raise

    def collect(self, *, delete: bool = False) -> collector.Collection:
        """What in the vault nothing needs any more; with `delete` it goes. Conflict while something is being made."""
        with self._house.db.write() as session:
            if delete and executors.alive(session) and runs.any_active(session):
                raise Conflict("a production is under way; collect when it has ended")
            return collector.collect(session, self._house.vault, executors.alive(session), delete=delete)

    def _survey(self, row: Episode | None, made: Film) -> Plan:
        return look(self._house, self._account, row.id if row else "", made).plan

    def _film(self, episode: str, choices: Choices) -> Film:
        with self._house.db.read() as session:
            find_episode(session, self._account, episode)
        return planned_film(self._house, self._account, episode, choices)

    def _complete(self, episode: str, choices: Choices) -> bool:
        """Whether nothing has to be made or circled and the files of just this film are there."""
        film = self._film(episode, choices)
        found = look(self._house, self._account, episode, film)
        return not found.to_make and complete(self._house, self._account, episode, film, found)

    def _open_run(self, episode: str, choices: Choices) -> str:
        """Write the run and put it on the queue in one transaction; whoever was first is joined."""
        dispatch = self._dispatch  # it may have tables to make, which the transaction below would hold up
        with self._house.db.write() as session:
            row = find_episode(session, self._account, episode)
            revision = newest(session, self._account, episode)
            first = runs.under_way(session, row, revision, choices)
            if first:
                return first.id
            if runs.rival(session, row, mark(choices)):
                raise Conflict("another production of this episode has just begun")
            run = Run(
                account=self._account,
                episode=episode,
                target=runs.target(row, revision, choices),
                frame=mark(choices),
                order=choices.model_dump(mode="json"),
                version=VERSION,
            )
            dispatch.enqueue(session, run)
            return run.id

    @cached_property
    def _dispatch(self) -> Dispatch:
        return Dispatch(self._house.db)

    def _active(self, run: str) -> bool:
        with self._house.db.read() as session:
            return session.exec(select(Run.state).where(Run.id == run)).one() in ACTIVE

    def _view(self, session: Session, episode: Episode) -> EpisodeView:
        last = session.exec(
            select(Run).where(Run.account == self._account, Run.episode == episode.id).order_by(col(Run.created).desc())
        ).first()
        rows = session.exec(
            select(Delivery)
            .where(Delivery.account == self._account, Delivery.episode == episode.id)
            .order_by(col(Delivery.created).desc())
        ).all()
        masters = [row for row in rows if row.name == "master.mp4"]
        shown = progress(session, last, self._house.roster, self._at_once) if last else None
        return EpisodeView(
            id=episode.id,
            title=episode.title or "Untitled",
            pitch=episode.pitch,
            created=episode.created,
            seconds=masters[0].seconds if masters else 0.0,
            frame=masters[0].frame if masters else "",
            progress=shown,
            files=tuple(FileView(name=r.name, content=r.content, size=r.size, frame=r.frame) for r in rows),
            silent=shown.silent
            if shown and shown.state is RunState.DONE
            else silent_lines(session, self._account, episode.id),
        )
