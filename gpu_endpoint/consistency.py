"""A consistency job: brings its clips and pictures in from one folder, has them scored, and tells the score.

    python -m gpu_endpoint.consistency scenes.json --weights FOLDER     scored with trained eyes
    python -m gpu_endpoint.consistency scenes.json --weight-free        without any weights

The file is what a job's input holds; its paths are within its own folder, as a job's are within the volume.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gpu_endpoint.errors import InvalidInput, NotInstalled, Refusal
from gpu_endpoint.eyes import Eyes, Trained
from gpu_endpoint.footage import decoded
from gpu_endpoint.judging import trained, weight_free
from gpu_endpoint.motion import Pixels
from gpu_endpoint.pictures import opened
from gpu_endpoint.scoring import Method, Scene, Score, rule
from gpu_endpoint.settings import VOLUME

_PASSED, _FAILED, _REFUSED = 0, 1, 2


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SceneInput(_Wire):
    """A clip and its keyframe, as paths; without a keyframe the clip's first picture is taken for it."""

    name: str = Field(min_length=1, max_length=120)
    clip: str = Field(min_length=1, max_length=1024)
    keyframe: str = Field(default="", max_length=1024)
    characters: tuple[str, ...] = Field(default=(), max_length=8)


class ConsistencyInput(_Wire):
    """What a job asks for: scenes, and pictures of everybody in them."""

    method: Method = "trained"
    scenes: tuple[SceneInput, ...] = Field(min_length=2, max_length=64)
    cast: dict[str, tuple[str, ...]] = Field(default={}, max_length=16)


def scored(
    given: object,
    root: Path,
    weights: Path | None,
    *,
    device: str = "cpu",
    told: Callable[[float], None] = lambda _: None,
) -> Score:
    """Score the clips a job names below `root`; refusals as of any job, NotInstalled where the weights are missing."""
    job = _read(given)
    if job.method == "weight-free":
        return weight_free(_scenes(job, root), told)
    eyes = _eyes(weights, device)
    cast = {name: [_picture(root, one, "cast") for one in references] for name, references in job.cast.items()}
    return trained(_scenes(job, root), cast, eyes, told)


def main(arguments: Sequence[str] | None = None) -> int:
    """Score the scenes of a file, print the score, and say by the exit whether they pass: 0, 1, or 2 when refused."""
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m gpu_endpoint.consistency", description=about)
    parser.add_argument("file", type=Path)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--weight-free", action="store_true")
    parser.add_argument("--device", default="cpu")
    chosen = parser.parse_args(arguments)
    try:
        given = json.loads(chosen.file.read_text(encoding="utf-8"))
        if chosen.weight_free and isinstance(given, dict):
            given["method"] = "weight-free"
        score = scored(given, chosen.file.resolve().parent, chosen.weights, device=chosen.device)
    except Refusal as refusal:
        sys.stderr.write(refusal.text() + "\n")
        return _REFUSED
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{chosen.file.name}: {error}\n")
        return _REFUSED
    sys.stdout.write(score.model_dump_json(indent=2, exclude_none=True) + "\n")
    return _PASSED if score.passed else _FAILED


def _read(given: object) -> ConsistencyInput:
    try:
        return ConsistencyInput.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:80] or "input"
        raise InvalidInput(f"{where}: {first['msg']}") from None


def _eyes(weights: Path | None, device: str) -> Eyes:
    if weights is None or not weights.is_dir():
        raise NotInstalled("consistency with trained eyes needs a folder of weights: DINOv2, CLIP, YuNet and SFace")
    return Trained(weights, rule().files, device)


def _scenes(job: ConsistencyInput, root: Path) -> list[Scene]:
    made = []
    for one in job.scenes:
        file = _within(root, one.clip, "clip")
        keyframe = _picture(root, one.keyframe, "keyframe") if one.keyframe else next(decoded(file))
        made.append(Scene(one.name, partial(_clip, file), keyframe, one.characters))
    return made


def _clip(file: Path) -> list[Pixels]:
    pictures = []
    for picture in decoded(file):
        pictures.append(picture)
        if len(pictures) > rule().samples.most:
            raise InvalidInput(f"clip: at most {rule().samples.most} pictures")
    return pictures


def _picture(root: Path, name: str, what: str) -> Pixels:
    return np.asarray(opened(_within(root, name, what).read_bytes(), what), np.uint8)


def _within(root: Path, name: str, what: str) -> Path:
    """A file below the root; a path that leads out of it, also by a link, is as if it were not there."""
    path = Path(name)
    path = path.relative_to(VOLUME) if path.is_relative_to(VOLUME) else path
    there = (root / path).resolve()
    if path.is_absolute() or not there.is_relative_to(root.resolve()) or not there.is_file():
        raise InvalidInput(f"{what}: there is no such file")
    return there


if __name__ == "__main__":
    sys.exit(main())
