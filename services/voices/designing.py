"""Takes of designed voices: the previews a person hears, and the one of them that is kept."""

from __future__ import annotations

from services.voices.elevenlabs_library import VoiceLibrary
from studio.crew import Errand, Order, Product
from studio.takes.briefs import Preview, Previews, VoiceBrief

_PREVIEWS, _KEPT = "previews.json", "voice.json"


def designed(library: VoiceLibrary, order: Order, errand: Errand) -> Product:
    """Design the voices of a VoiceBrief, or keep the one it names; raises as the library does."""
    brief = VoiceBrief.model_validate(order.recipe.brief)
    if brief.kept:
        card = library.keep(brief.name, brief.dna, brief.language, brief.kept, errand)
        return _written(order, _KEPT, card.model_dump_json(), {"voice": card.voice})
    found = library.design(brief.dna, brief.language, brief.text, errand, seed=order.recipe.seed)
    previews = tuple(
        Preview(voice=one.generated_voice_id, media=one.media_type, seconds=one.duration_secs, sound=one.audio_base64)
        for one in found
    )
    return _written(order, _PREVIEWS, Previews(previews=previews).model_dump_json(), {"voices": len(previews)})


def _written(order: Order, name: str, text: str, measure: dict[str, object]) -> Product:
    file = order.folder / name
    file.write_text(text, encoding="utf-8")
    return Product(file, measure)
