"""What a vendor says it will bill: counted in its own units, priced by its price card."""

from __future__ import annotations

from pydantic import Field, NonNegativeInt

from studio.story.noun import Noun

TIMED = "gpu_ms"  # the unit of what is billed by the time an engine works


class Usage(Noun):
    """One bill of a vendor for one asking. Quantities are whole numbers in the card's units, each thing counted once.

    Units in use: input_tokens (those that were not cached), cached_tokens, output_tokens, characters, gpu_ms, images,
    pixels, audio_ms, video_ms of the size a card takes for usual, and told_micros where the vendor itself says the
    amount, in micro-dollars. A card may name more: a second of film in another size, or with sound.
    """

    vendor: str
    model: str  # the price card's
    request: str  # the vendor's own id of what it bills, so that one bill is booked once
    hired: bool = False  # done on a machine we rent: owed to what its hours cost, not once more to the vendor
    guessed: str = ""  # of an answer that never came: how its quantities were found. Nobody but us pays it
    quantities: dict[str, NonNegativeInt] = Field(default_factory=dict)
