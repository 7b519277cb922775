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
_PARTS = {"speech": "line", "shot": "shot"}  # what is not called by the shot it is of, once that is gone
WHOLE, GONE, HEARD = "Whole film", "No longer in the script", "Auditions"


class Places:
    """Where in a breakdown a subject belongs, and what to call it."""

    def __init__(self, breakdown: Breakdown) -> None:
        self._names = {"film": "", TITLE: "title", END: "end"}
        self._names |= {member.id: member.called for member in breakdown.cast}
        plates = {plate_subject(scene.setting, _ANY): scene.setting for scene in breakdown.scenes}
        self._names |= {_parted(subject)[1]: f"“{_seen(setting)}”" for subject, setting in plates.items()}
        self._scenes: dict[str, str] = {}
        for scene in breakdown.scenes:
            for shot in scene.shots:
                self._scenes[shot.id], self._names[shot.id] = scene.number, shot.number
                for line in shot.lines:
                    self._scenes[line.id] = scene.number
                    said = _of(self._names.get(line.character, ""), "line")
                    self._names[line.id] = f"{said} in {shot.number}"
        self.order = {f"Scene {number}": at for at, number in enumerate(dict.fromkeys(self._scenes.values()))}

    def name(self, subject: str) -> str:
        """What to call a subject in a list or within a sentence: clip 2B, Mara's look, Mara's line in 1B."""
        what, ident = _parted(subject)
        if what in ALONE:
            return ALONE[what]
        if ident not in self._names and self.scene(subject) == GONE:
            return f"{_PARTS.get(what, f'{what} of a shot')} {GONE.lower()}"
        called = self._names.get(ident, ident.replace("-", " "))
        if what in ("look", "audition"):
            return _of(called, what)
        return called if what == "speech" else f"{what} {called}".strip()

    def scene(self, subject: str) -> str:
        """“Scene 2”, or what a subject belongs to instead."""
        what, ident = _parted(subject)
        if found := self._scenes.get(ident):
            return f"Scene {found}"
        if what == "audition":
            return HEARD
        shown = what in ("board", "clip", "speech", "slate", "still", "shot") and not ident.startswith("card-")
        return GONE if shown else WHOLE


def _of(name: str, what: str) -> str:
    """Somebody's: Mara's look."""
    return f"{name}'s {what}" if name else what


def _seen(setting: Setting) -> str:
    """A place in a light, as a slate has it: Old Mill, night, rain."""
    weather = "" if setting.weather is Weather.CLEAR else f", {setting.weather}"
    return f"{capwords(setting.place.name)}, {setting.time}{weather}"


def _parted(subject: str) -> tuple[str, str]:
    """What a subject is, and whose."""
    what, _, rest = subject.partition(":")
    return what, rest.partition("@")[0].partition(":")[0]
