"""Jobs for tiny engines, and workers that do them."""

from __future__ import annotations

import base64
import hashlib
import io
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gpu_endpoint import weights
from gpu_endpoint.residency import Residency
from gpu_endpoint.settings import Settings
from gpu_endpoint.shelf import Shelf
from gpu_endpoint.worker import Worker

SVD, KLEIN = "tiny-svd", "tiny-keyframe-klein-4b"
DF, I2V, T2V = (f"tiny-skyreels-v2-{one}-540p" for one in ("df-1.3b", "i2v-14b", "t2v-14b"))


def key(name: str) -> str:
    """A job's key."""
    return hashlib.sha256(name.encode()).hexdigest()


def picture(width: int = 96, height: int = 64, seed: int = 0) -> Image.Image:
    """A picture of soft spots."""
    dice = np.random.default_rng(seed)
    return Image.fromarray(dice.integers(0, 256, (4, 6, 3), np.uint8)).resize((width, height), Image.Resampling.BICUBIC)


def png(image: Image.Image) -> dict[str, str]:
    """A picture as a job carries it."""
    data = io.BytesIO()
    image.save(data, "PNG")
    return {"base64": base64.b64encode(data.getvalue()).decode()}


def job(engine: str = KLEIN, name: str = "", **given: Any) -> dict[str, Any]:
    """A small job."""
    usual: dict[str, Any] = {"engine": engine, "job_key": key(name or engine), "width": 64, "height": 64, "seed": 7}
    if engine == SVD:
        usual |= {"steps": 1, "image": png(picture())}
    elif engine == KLEIN:
        usual |= {"prompt": "a cat runs", "steps": 2}
    else:
        usual |= {"prompt": "a cat runs", "frames": 9, "steps": 2}
        usual |= {"image": png(picture())} if engine == I2V else {}
    return {**usual, **given}


def a_worker(folder: Path, **given: Any) -> Worker:
    """A worker with its results in a folder."""
    find = partial(weights.folder, settings=Settings(weights=folder / "weights", volume=folder))
    return Worker(Residency(16.0, 16.0, find=find), Shelf(folder / "results", 3600.0), **given)
