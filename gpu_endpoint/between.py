"""Pictures painted at a moment between two pictures, on the processor or on a card with room; it finds no motion."""

from __future__ import annotations

from typing import Any, Protocol

import cv2
import numpy as np
import torch
from torch.nn import functional

from gpu_endpoint.motion import Floats, Moment, Pixels

_ROOM = 24  # bytes of a card for each value of a picture: two floats of either view, the maps and what is in between


class Painter(Protocol):
    """Paints a moment between two RGB pictures."""

    def paint(self, first: Pixels, second: Pixels, moment: Moment) -> Pixels:
        """The picture of that moment, as large as the two."""
        ...


class OnProcessor:
    """Paints with OpenCV."""

    def paint(self, first: Pixels, second: Pixels, moment: Moment) -> Pixels:
        """The picture of that moment, as large as the two."""
        size = first.shape[1], first.shape[0]
        weight = cv2.resize(moment.first, size)
        one, other = _shifted(first, moment.to_first), _shifted(second, moment.to_second)
        return np.asarray(cv2.blendLinear(one, other, weight, 1 - weight), np.uint8)


class OnCard:
    """Paints with torch on a device."""

    def __init__(self, device: str | torch.device) -> None:
        """Remember the device."""
        self._device = torch.device(device)

    def paint(self, first: Pixels, second: Pixels, moment: Moment) -> Pixels:
        """The picture of that moment, as large as the two."""
        high, wide = first.shape[:2]
        weight = self._wide(moment.first[..., None], high, wide)
        one = self._shifted(first, moment.to_first)
        other = self._shifted(second, moment.to_second)
        mixed = (other + weight * (one - other)).clamp(0, 255).round().to(torch.uint8)
        return np.ascontiguousarray(mixed[0].permute(1, 2, 0).cpu().numpy())

    def _wide(self, small: Floats, high: int, wide: int) -> torch.Tensor:
        values = torch.from_numpy(small).to(self._device).permute(2, 0, 1)[None]
        return functional.interpolate(values, (high, wide), mode="bilinear", align_corners=False)

    def _shifted(self, picture: Pixels, by: Floats) -> torch.Tensor:
        high, wide = picture.shape[:2]
        # A grid runs from -1 to 1 between the middles of the outermost pixels.
        ratio = torch.tensor([wide / max(wide - 1, 1), high / max(high - 1, 1)], device=self._device) * 2
        moved = self._wide(by, high, wide)[0].permute(1, 2, 0) * ratio
        down = torch.linspace(-1, 1, high, device=self._device)[:, None].expand(high, wide)
        across = torch.linspace(-1, 1, wide, device=self._device)[None].expand(high, wide)
        grid = (torch.stack([across, down], dim=2) + moved)[None]
        values = torch.from_numpy(np.ascontiguousarray(picture)).to(self._device).permute(2, 0, 1)[None].float()
        return functional.grid_sample(values, grid, mode="bilinear", padding_mode="border", align_corners=True)


def painter(width: int, height: int) -> Painter:
    """Choose who paints pictures of this size: a card where one has room beside the model on it, else the processor."""
    if torch.cuda.is_available():
        free, _ = torch.cuda.mem_get_info()
        if free > 2 * _ROOM * 3 * width * height:
            return OnCard("cuda")
    return OnProcessor()


def _shifted(picture: Pixels, by: Floats) -> Any:
    high, wide = picture.shape[:2]
    moved = cv2.resize(by, (wide, high)) * np.array([wide, high], np.float32)
    across, down = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    return cv2.remap(
        picture, across + moved[..., 0], down + moved[..., 1], cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE
    )
