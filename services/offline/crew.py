"""The offline crew, put together in one process. Importing it loads every engine: only worker processes do."""

from __future__ import annotations

from pathlib import Path

from services.media.editor import CutEditor
from services.offline.music.engine import Bandstand
from services.offline.theatre.animator import PaperAnimator
from services.offline.theatre.board_move import BoardMove
from services.offline.theatre.memory import trim
from services.offline.theatre.painter import PaperPainter
from services.offline.theatre.set_kept import keep_sets_in
from services.offline.theatre.sprite import keep_in
from services.offline.theatre.wings import paper_wings
from services.offline.voice.engine import EspeakVoice
from studio.crew import Animator, Composer, Editor, Engine, Order, Painter, Product, Voice
from studio.errors import Invalid
from studio.takes.recipe import TakeKind

_METHODS = {
    TakeKind.LOOK: ("painter", "look"),
    TakeKind.PLATE: ("painter", "plate"),
    TakeKind.BOARD: ("painter", "board"),
    TakeKind.CLIP: ("animator", "clip"),
    TakeKind.SPEECH: ("voice", "speak"),
    TakeKind.MUSIC: ("composer", "bed"),
    TakeKind.CARD: ("editor", "card"),
    TakeKind.SHOT: ("editor", "conform"),
    TakeKind.FADE: ("editor", "fade"),
    TakeKind.POSTER: ("editor", "poster"),
    TakeKind.MIX: ("editor", "mix"),
    TakeKind.MASTER: ("editor", "master"),
}


class OfflineCrew:
    """One engine per role, and two animators; `perform` finds the one a recipe names."""

    def __init__(self, cache: Path, ffmpeg: Path | None = None) -> None:
        trim()  # from the first picture on memory is kept as it says
        keep_in(cache)
        keep_sets_in(cache / "sets")
        wings = paper_wings()
        self.painter: Painter = PaperPainter(wings)
        self.animator: Animator = PaperAnimator(wings)
        self.mover: Animator = BoardMove()
        self.voice: Voice = EspeakVoice()
        self.composer: Composer = Bandstand()
        self.editor: Editor = CutEditor(cache=cache, ffmpeg=ffmpeg)

    def perform(self, order: Order) -> Product:
        """Make one take; Invalid when the recipe names an engine this crew does not have."""
        role, method = _METHODS[order.recipe.kind]
        engine: Engine = getattr(self, role)
        if engine is self.animator and order.recipe.engine == self.mover.name:
            engine = self.mover
        if engine.name != order.recipe.engine:
            raise Invalid(f"no engine called {order.recipe.engine}", vendor=engine.name, operation=order.recipe.kind)
        product: Product = getattr(engine, method)(order)
        return product
