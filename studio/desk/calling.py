"""Calling: what a subject of an episode is called where people read of it, and which scene it belongs to."""

from __future__ import annotations

from string import capwords

from studio.cut.timeline import END, TITLE
from studio.production.wants import plate_subject
from studio.story.breakdown import Breakdown
from studio.story.places import Setting, Weather
from studio.takes.frame import Frame

ALONE = {
    "script": "screenplay",
    "proposal": "answer of the writer",
    "voice": "designed voices",
}  # of these there is one to name
_ANY = Frame(width=1280, height=720, fps=24)  # a place is called the same in each
WHOLE, GONE, HEARD = "Whole film", "No longer in the script", "Auditions"


class Places:
    """Where in a breakdown a subject belongs, and what to call it."""

    def __init__(self, breakdown: Breakdown) -> None:
        self._names = {"film": "", TITLE: "title", END: "end"}
        self._names |= {member.id: member.called for member in breakdown.cast}
        plates = {plate_subject(scene.setting, _ANY): scene.setting for scene in breakdown.scenes}
        self._names |= {_parted(subject)[1]: _seen(setting) for subject, setting in plates.items()}
        self._scenes: dict[str, str] = {}
        for scene in breakdown.scenes:
            for shot in scene.shots:
                self._scenes[shot.id], self._names[shot.id] = scene.number, shot.number
                for line in shot.lines:
                    self._scenes[line.id] = scene.number
                    self._names[line.id] = f"{shot.number}, {self._names.get(line.character, '')}"
        self.order = {f"Scene {number}": at for at, number in enumerate(dict.fromkeys(self._scenes.values()))}

    def name(self, subject: str) -> str:
        """What to call a subject: clip 2B."""
        what, ident = _parted(subject)
        if what in ALONE:
            return ALONE[what]
        if ident not in self._names and self.scene(subject) == GONE:
            return f"{what} {GONE.lower()}"
        return f"{what} {self._names.get(ident, ident.replace('-', ' '))}".strip()

    def scene(self, subject: str) -> str:
        """“Scene 2”, or what a subject belongs to instead."""
        what, ident = _parted(subject)
        if found := self._scenes.get(ident):
            return f"Scene {found}"
        if what == "audition":
            return HEARD
        shown = what in ("board", "clip", "speech", "slate", "still", "shot") and not ident.startswith("card-")
        return GONE if shown else WHOLE


def _seen(setting: Setting) -> str:
    """A place in a light, as a slate has it: Old Mill, night, rain."""
    weather = "" if setting.weather is Weather.CLEAR else f", {setting.weather}"
    return f"{capwords(setting.place.name)}, {setting.time}{weather}"


def _parted(subject: str) -> tuple[str, str]:
    """What a subject is, and whose."""
    what, _, rest = subject.partition(":")
    return what, rest.partition("@")[0].partition(":")[0]
