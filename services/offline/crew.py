"""The offline crew, put together in one process. Importing it loads every engine: only worker processes do."""

from __future__ import annotations

from pathlib import Path

from services.media.editor import CutEditor
from services.offline.music.engine import Bandstand
from services.offline.theatre.animator import PaperAnimator
from services.offline.theatre.painter import PaperPainter
from services.offline.voice.engine import EspeakVoice
from studio.crew import Animator, Composer, Editor, Order, Painter, Product, Voice
from studio.errors import Invalid
from studio.takes.recipe import TakeKind


class OfflineCrew:
    """One engine per role; `perform` finds the one a recipe names."""

    def __init__(self, cache: Path, ffmpeg: Path | None = None) -> None:
        self.painter: Painter = PaperPainter()
        self.animator: Animator = PaperAnimator()
        self.voice: Voice = EspeakVoice()
        self.composer: Composer = Bandstand()
        self.editor: Editor = CutEditor(cache=cache, ffmpeg=ffmpeg)

    def perform(self, order: Order) -> Product:
        """Make one take; Invalid when the recipe names an engine this crew does not have."""
        engine, method = {
            TakeKind.LOOK: (self.painter, self.painter.look),
            TakeKind.PLATE: (self.painter, self.painter.plate),
            TakeKind.BOARD: (self.painter, self.painter.board),
            TakeKind.CLIP: (self.animator, self.animator.clip),
            TakeKind.SPEECH: (self.voice, self.voice.speak),
            TakeKind.MUSIC: (self.composer, self.composer.bed),
            TakeKind.CARD: (self.editor, self.editor.card),
            TakeKind.SHOT: (self.editor, self.editor.conform),
            TakeKind.POSTER: (self.editor, self.editor.poster),
            TakeKind.MIX: (self.editor, self.editor.mix),
            TakeKind.MASTER: (self.editor, self.editor.master),
        }[order.recipe.kind]
        if engine.name != order.recipe.engine:
            raise Invalid(f"no engine called {order.recipe.engine}", vendor=engine.name, operation=order.recipe.kind)
        return method(order)
