"""What trained networks see in pictures: DINOv2 and CLIP in whole ones, YuNet and SFace in faces. It compares nothing.

The weights are the operator's: they lie in a folder of the volume or the image, and nothing is fetched from anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import torch
from PIL import Image

from gpu_endpoint.cropping import cropped
from gpu_endpoint.errors import NotInstalled
from gpu_endpoint.motion import Floats, Pixels

_SIDE = 224  # pixels both networks were trained with
_BATCH = 16
_DINO = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # mean and spread of the pictures each was trained on
_CLIP = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
_SURE = 0.8  # YuNet's score of a face
_BODY = (1.4, 0.6, 6.0)  # faces' widths to either side, heights above, and heights below that somebody fills


@dataclass(frozen=True)
class Face:
    """Somebody found in a picture: the part of it they fill, and their face as a vector of length 1."""

    person: Pixels
    vector: Floats


class Eyes(Protocol):
    """Turns pictures into vectors of length 1, one a row."""

    def subject(self, pictures: Sequence[Pixels]) -> Floats:
        """What is in them, DINOv2."""
        ...

    def scenery(self, pictures: Sequence[Pixels]) -> Floats:
        """What they show on the whole, CLIP."""
        ...

    def faces(self, picture: Pixels) -> list[Face]:
        """The people whose faces are seen in one, from left to right."""
        ...


class Whole:
    """Eyes for whole pictures, with weights from a folder."""

    def __init__(self, folder: Path, files: Mapping[str, str], device: str = "cpu") -> None:
        """Load DINOv2 and CLIP from the folders that `files` names as dino and clip."""
        from transformers import CLIPVisionModelWithProjection, Dinov2Model

        self._device = device
        self._dino = Dinov2Model.from_pretrained(folder / files["dino"], local_files_only=True).eval().to(device)
        clip = CLIPVisionModelWithProjection.from_pretrained(folder / files["clip"], local_files_only=True)
        self._clip = clip.eval().to(device)

    def subject(self, pictures: Sequence[Pixels]) -> Floats:
        """What is in them, DINOv2."""
        return self._seen(pictures, _whole, _DINO, lambda batch: self._dino(batch).pooler_output)

    def scenery(self, pictures: Sequence[Pixels]) -> Floats:
        """What they show on the whole, CLIP."""
        return self._seen(pictures, _middle, _CLIP, lambda batch: self._clip(batch).image_embeds)

    def _seen(self, pictures: Sequence[Pixels], fitted: Any, normal: Any, network: Any) -> Floats:
        mean, spread = (torch.tensor(one)[None, :, None, None] for one in normal)
        rows = []
        for start in range(0, len(pictures), _BATCH):
            batch = np.stack([fitted(one) for one in pictures[start : start + _BATCH]])
            values = torch.from_numpy(batch).permute(0, 3, 1, 2).float() / 255
            with torch.inference_mode():
                rows.append(network(((values - mean) / spread).to(self._device)).float().cpu().numpy())
        return unit(np.concatenate(rows))


class Trained(Whole):
    """Eyes for whole pictures and for faces, with weights from a folder."""

    def __init__(self, folder: Path, files: Mapping[str, str], device: str = "cpu") -> None:
        """Load all four that `files` names: dino, clip, finder, faces; NotInstalled says which are not there."""
        installed(folder, files)
        super().__init__(folder, files, device)
        self._finder: Any = cv2.FaceDetectorYN.create(str(folder / files["finder"]), "", (_SIDE, _SIDE), _SURE)
        self._reader: Any = cv2.FaceRecognizerSF.create(str(folder / files["faces"]), "")

    def faces(self, picture: Pixels) -> list[Face]:
        """The people whose faces are seen in one, from left to right."""
        colours = np.ascontiguousarray(picture[..., ::-1])
        self._finder.setInputSize((picture.shape[1], picture.shape[0]))
        _, found = self._finder.detect(colours)
        made = []
        for row in sorted([] if found is None else found, key=lambda one: float(one[0])):
            vector = self._reader.feature(self._reader.alignCrop(colours, row))
            made.append(Face(_person(picture, row[:4]), unit(vector)[0]))
        return made


def installed(folder: Path | None, files: Mapping[str, str]) -> Path:
    """The folder, if it holds all the weights; NotInstalled says which are not there."""
    if folder is None or not folder.is_dir():
        raise NotInstalled("consistency with trained eyes needs a folder of weights: DINOv2, CLIP, YuNet and SFace")
    if missing := [name for name in files.values() if not (folder / name).exists()]:
        raise NotInstalled(f"consistency with trained eyes needs {', '.join(missing)} in the folder of weights")
    return folder


def unit(rows: Any) -> Floats:
    """Rows brought to length 1."""
    rows = np.atleast_2d(np.asarray(rows, np.float32))
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def _whole(picture: Pixels) -> Pixels:
    return np.asarray(cv2.resize(picture, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def _middle(picture: Pixels) -> Pixels:
    return np.asarray(cropped(Image.fromarray(picture), _SIDE, _SIDE), np.uint8)


def _person(picture: Pixels, box: Any) -> Pixels:
    """The part of a picture that somebody with this face fills."""
    left, top, wide, high = (float(side) for side in box)
    beside, above, below = _BODY
    rows = slice(max(0, int(top - above * high)), max(1, int(top + below * high)))
    columns = slice(max(0, int(left - beside * wide)), max(1, int(left + (1 + beside) * wide)))
    return np.ascontiguousarray(picture[rows, columns])
