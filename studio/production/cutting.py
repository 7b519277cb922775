"""The cut of an episode: a film with its circled takes, the names of its media, and its edit lists."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlmodel import Session

from studio.cut.timeline import END, TITLE, Bed, Timeline, beds, captions
from studio.production.film import Film, words
from studio.production.wants import BED_SECONDS
from studio.takes import shelf
from studio.takes.briefs import Caption
from studio.takes.frame import SAMPLE_RATE
from studio.takes.shelf import Made

_LONGEST = 80  # bytes of a file's name, without its suffix


@dataclass(frozen=True)
class Cut:
    """A film with its circled takes (subject -> take) and what follows from them."""

    film: Film
    takes: Mapping[str, Made]

    @cached_property
    def speeches(self) -> dict[str, Made]:
        """The speeches that are there, by line id."""
        found = {line.id: self.takes.get(f"speech:{line.id}") for line in self.film.breakdown.lines}
        return {line: made for line, made in found.items() if made}

    @cached_property
    def timeline(self) -> Timeline:
        """The timeline the master was cut on."""
        return self.film.timeline(self.speeches)

    @property
    def captions(self) -> tuple[Caption, ...]:
        """All captions in frames of the film."""
        timed = {line: words(made) for line, made in self.speeches.items()}
        return captions(self.timeline, self.film.breakdown, timed)

    @property
    def media(self) -> dict[str, Made]:
        """The takes edit lists refer to, by file name."""
        return {name: made for subject, name in media_names(self.film).items() if (made := self.takes.get(subject))}

    def edit_lists(self, media: Path, folder: Path, coming: Collection[str] = ()) -> tuple[Path, ...]:
        """Write timeline.otio, .edl and .fcpxml into a folder, referring to the files of `media`.

        Those are the media of this cut, and the names of what is `coming`.
        """
        from studio.cut.editlists import Media, build, write  # OpenTimelineIO, which the web process never needs

        timeline, names = self.timeline, media_names(self.film)
        there = {*self.media, *coming}

        def paths(subjects: Mapping[str, str]) -> dict[str, Path]:
            named = {ident: names.get(subject, "") for ident, subject in subjects.items()}
            return {ident: media / name for ident, name in named.items() if name in there}

        found = Media(
            paths({entry.id: f"shot:{entry.id}@{self.film.mark}" for entry in timeline.entries}),
            paths({line.id: f"speech:{line.id}" for line in self.film.breakdown.lines}),
            paths({scene.id: f"music:{scene.setting.mood}" for scene in self.film.breakdown.scenes}),
        )
        music = tuple(_pieces(beds(timeline))) if found.music else ()
        return write(build(timeline, self.film.breakdown, found, music), folder)

    @property
    def master(self) -> Made | None:
        """The master, if it is there."""
        return self.takes.get(self.film.master)


def cut_of(session: Session, account: str, episode: str, film: Film) -> Cut:
    """The cut of a film as its takes are circled now."""
    return Cut(film, shelf.circled(session, account, episode))


def media_names(film: Film) -> dict[str, str]:
    """File names of the takes edit lists refer to, by subject."""
    return _pictures(film) | _voices(film) | _beds(film)


def _pictures(film: Film) -> dict[str, str]:
    """File names of the shot masters, by subject."""
    cards = {f"shot:{TITLE}@{film.mark}": "title.mp4", f"shot:{END}@{film.mark}": "end.mp4"}
    return cards | {f"shot:{shot.id}@{film.mark}": _named(shot.number, ".mp4") for shot in film.breakdown.shots}


def _voices(film: Film) -> dict[str, str]:
    lines = enumerate(film.breakdown.lines, start=1)
    return {f"speech:{line.id}": _named(f"line-{n:03}-{line.character}", ".wav") for n, line in lines}


def _beds(film: Film) -> dict[str, str]:
    return {f"music:{scene.setting.mood}": f"music-{scene.setting.mood}.wav" for scene in film.breakdown.scenes}


def _named(stem: str, suffix: str) -> str:
    """A file name that every disk takes: a scene may have a number, and somebody a name, of a thousand letters."""
    data = stem.encode()
    if len(data) > _LONGEST:
        stem = f"{data[: _LONGEST - 9].decode('utf-8', 'ignore')}-{hashlib.sha256(data).hexdigest()[:8]}"
    return stem + suffix


def _pieces(whole: Iterable[Bed]) -> Iterator[Bed]:
    """Beds cut to what a bed's file has: longer scenes hear it again from its start."""
    most = BED_SECONDS * SAMPLE_RATE
    for bed in whole:
        for at in range(0, bed.samples, most):
            yield Bed(scene=bed.scene, start=bed.start + at, samples=min(most, bed.samples - at))
