"""What would fit where a job did not: fewer pictures first, where the engine makes fewer, else smaller ones."""

from __future__ import annotations

import math

from gpu_endpoint.asked import Asked, nearest

_SHARE = 0.9  # of what is reckoned to fit: memory comes in pieces
_MOST_CUT = 0.8  # of a take that did not fit, at most


def smaller(shown: Asked, card: float) -> dict[str, int]:
    """Sizes and length that a card of `card` GiB should hold, with what does not depend on them taken off."""
    spec = shown.spec
    usual = spec.sizes.usual[0] * spec.sizes.usual[1] * spec.frames.usual
    each = max(spec.needs.peak - spec.needs.weights, 0.01) / usual
    room = max(card - spec.needs.weights, 0.0) * _SHARE / each
    # It did not fit, whatever the reckoning says.
    room = min(room, shown.width * shown.height * shown.frames * _MOST_CUT)
    frames = nearest(math.floor(room / (shown.width * shown.height)), spec.frames)
    if spec.frames.least < spec.frames.most and frames < shown.frames and frames * shown.width * shown.height <= room:
        return {"width": shown.width, "height": shown.height, "frames": frames}
    scale = min(1.0, math.sqrt(room / (shown.width * shown.height * shown.frames)))
    width, height = (
        max(spec.sizes.least, math.floor(side * scale / spec.sizes.step) * spec.sizes.step)
        for side in (shown.width, shown.height)
    )
    return {"width": width, "height": height, "frames": shown.frames}
