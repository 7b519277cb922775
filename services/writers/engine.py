"""A writer at a vendor: a screenplay from a pitch, or a proposed change of one, from answers that were checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from services.guard import Line
from services.offering import listed
from services.writers.dialogue import Dialogue
from services.writers.doctoring import doctor
from services.writers.fitting import fit
from services.writers.lighting import lights
from services.writers.looking import looks
from services.writers.outlining import Outline, outline
from services.writers.prompts import version
from services.writers.rewording import reword
from services.writers.scripting import runs, script
from services.writers.talk import Talker
from studio.crew import Errand, Order, Product
from studio.errors import Invalid
from studio.story.breakdown import Breakdown
from studio.story.breaking import break_down
from studio.story.fountain import write_fountain
from studio.story.screenplay import Element, Kind, Screenplay
from studio.takes.briefs import ProposalBrief, ScriptBrief
from studio.takes.recipe import TakeKind

_SCRIPT, _PROPOSAL = "screenplay.fountain", "proposal.json"
_PING = 5.0  # seconds
_LISTED = 8  # models named to whoever has to choose
_PEOPLE_TABS = frozenset({"characters", "voices"})  # what is asked there is about people


class RemoteWriter:
    """One model as a writer of the crew."""

    def __init__(self, name: str, talker: Talker, line: Line) -> None:
        self.name = name
        self.version = version()
        self._talker, self._line = talker, line
        self._known = False  # that the vendor has the model

    def make(self, order: Order, errand: Errand) -> Product:
        """Write the screenplay or the proposal into the order's folder."""
        making = {TakeKind.SCRIPT: self._script, TakeKind.PROPOSAL: self._proposal}.get(order.recipe.kind)
        if making is None:
            raise Invalid(f"{self.name} makes no {order.recipe.kind}", vendor=self._talker.vendor)
        self.check()
        return making(order, errand)

    def check(self) -> None:
        """Raise Invalid, naming the setting, when the vendor does not list the model; asked once a process."""
        if self._known:
            return
        models = self._line.ask("models", self._talker.models)
        if models and not listed(self._talker.model, models):
            has = ", ".join(sorted(models)[:_LISTED])
            vendor, setting = self._talker.vendor, self._talker.setting
            detail = (
                f"{vendor} does not have the model {self._talker.model}: choose another in {setting}, such as {has}"
            )
            raise Invalid(detail, vendor=vendor, operation="models")
        self._known = True

    def ping(self) -> tuple[str, ...]:
        """The models the vendor has, asked once and for nothing; whoever looks at its health waits for nobody."""
        return self._line.ask("models", self._talker.models, attempts=1, seconds=_PING)

    def close(self) -> None:
        """Let go of its connections; it can be asked again."""
        self._talker.close()

    def _talk(self, order: Order, errand: Errand, seed: int) -> Dialogue:
        return Dialogue(self._talker, self._line, errand, seed=(order.recipe.seed + seed) % 2**31)

    def _script(self, order: Order, errand: Errand) -> Product:
        brief = ScriptBrief.model_validate(order.recipe.brief)
        talk = self._talk(order, errand, brief.seed)
        story = outline(talk, brief)
        errand.moved(0.2)
        scenes = script(talk, story, brief, errand)
        whole = Screenplay(title_page=self._title_page(story), elements=(_logline(story), *scenes.elements))
        fountain = write_fountain(whole)
        found = break_down(whole, seed=brief.seed)
        names = [one.name for one in found.cast]
        cast = looks(talk, fountain, names) if names else {}
        errand.moved(0.85)
        light = lights(talk, fountain, len(found.scenes))
        file = _written(order.folder / _SCRIPT, fountain)
        measure = {
            "title": story.title,
            "logline": story.logline,
            "language": found.language,
            "seconds": round(runs(whole), 2),
            "cast": {name: dna.model_dump(mode="json") for name, dna in cast.items()},
            "settings": _settings(found, [one.model_dump(mode="json", exclude={"scene"}) for one in light]),
        }
        return Product(file, measure)

    def _proposal(self, order: Order, errand: Errand) -> Product:
        brief = ProposalBrief.model_validate(order.recipe.brief)
        talk = self._talk(order, errand, brief.seed)
        of_people = brief.request.tab in _PEOPLE_TABS and brief.cast
        asked = reword if brief.request.passage else fit if of_people else doctor
        proposal = asked(talk, brief)
        file = _written(order.folder / _PROPOSAL, proposal.model_dump_json())
        return Product(file, {"changes": proposal.changes, "sentence": proposal.sentence})

    def _title_page(self, story: Outline) -> tuple[tuple[str, str], ...]:
        return (("Title", story.title), ("Credit", "written by"), ("Author", self.name))


def _logline(story: Outline) -> Element:
    return Element(kind=Kind.SYNOPSIS, text=" ".join(story.logline.split()))


def _settings(found: Breakdown, light: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return [{"heading": scene.heading, **one} for scene, one in zip(found.scenes, light, strict=True)]


def _written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file
