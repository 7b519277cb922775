"""What the double's worker answers: small real films and stills whose pixels move, kept under their job's key.

Keeps to data/wire/gpu-job.json as the real worker does: the same key is never computed twice.
"""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import av
import cv2
import jsonschema
import numpy as np
from numpy.typing import NDArray

from tests.doubles.drawing import a_picture, nearer

WIRE = Path(__file__).parents[3] / "data" / "wire" / "gpu-job.json"
RATES = {"svd-xt": 7, "skyreels-v2-df-1.3b-540p": 24, "skyreels-v2-df-14b-540p": 24, "skyreels-v2-i2v-14b-540p": 24}
STILLS = frozenset({"keyframe-klein-4b"})
Pixels = NDArray[np.uint8]
Told = Callable[[dict[str, Any]], None]


class Refusal(Exception):
    """A coded answer instead of a picture."""

    def __init__(self, code: str, message: str, **more: str) -> None:
        super().__init__(message)
        self.text = json.dumps({"code": code, "message": message, **more})


class Stopped(Exception):
    """The job was called off."""


@dataclass
class Studio:
    """Where pictures are made: results by key, and how this worker behaves."""

    results: Path
    smooth: bool = True  # puts pictures in between, up to the rate asked for
    black: bool = False
    calm: bool = False  # stills are landscapes with their prompt below, films a camera that comes nearer: to be watched
    slow: float = 0.0  # seconds a job takes at least
    cold_ms: int = 0  # said in the first answer
    says: Mapping[str, int] = field(default_factory=dict)  # ms an engine's work takes, instead of what it took
    percents: tuple[float, ...] = ()  # of clips that are compared, in turn; none where no weights are installed

    def answer(self, job: dict[str, Any], number: str, told: Told, stop: Event) -> dict[str, Any]:
        """The output of a job whose id is `number`; Refusal, or Stopped when called off."""
        _check(job)
        kept = self.results / f"{job['job_key']}.json"
        begun = time.monotonic()
        self.note(job["job_key"], number)
        known = kept.exists()
        try:
            made = self._kept(job, kept, number, told, stop)
        except Refusal:
            self.note(job["job_key"], number, 1)
            raise
        ms = max(1, round((time.monotonic() - begun) * 1000))
        ms = ms if known else self.says.get(job.get("engine", "consistency"), ms)
        cold, self.cold_ms = self.cold_ms, 0
        self.note(job["job_key"], number, ms, cold)
        others = [one for one in self._asked(job["job_key"]) if one["id"] != number]
        return {**made, "gpu_ms": ms, "cold_ms": cold, "other_jobs": others}

    def note(self, key: str, number: str, ms: int = 0, cold: int = 0) -> None:
        """Write down that a job asked for this key, and later what it took."""
        with (self.results / f"{key}.jobs").open("a") as book:
            book.write(f"{number} {ms} {cold}\n")

    def _asked(self, key: str) -> list[dict[str, Any]]:
        lines = [line.split() for line in (self.results / f"{key}.jobs").read_text().splitlines()]
        told = {number: (int(ms), int(cold)) for number, ms, cold in lines}
        return [{"id": number, "ms": ms, "cold_ms": cold} for number, (ms, cold) in told.items()]

    def _kept(self, job: dict[str, Any], kept: Path, number: str, told: Told, stop: Event) -> dict[str, Any]:
        """The result of the key: one that is there, or made now, by one worker at a time."""
        claim, holder = kept.with_suffix(".claim"), ""
        while not holder:
            if kept.exists():
                found: dict[str, Any] = json.loads(kept.read_text())
                return found
            if _claimed(claim, number):
                try:
                    if kept.exists():  # whoever held the claim before may just have put it there
                        continue
                    return self._make(job, kept, number, told, stop)
                finally:
                    claim.unlink()
            with suppress(FileNotFoundError):  # it was let go of at this very moment
                holder = claim.read_text()
        raise Refusal("in_hand", "another job is at it", job=holder)

    def _make(self, job: dict[str, Any], kept: Path, number: str, told: Told, stop: Event) -> dict[str, Any]:
        """Make it now; every job that has is written down, so that journeys see what was made twice."""
        for step in range(1, 5):
            told({"share": step / 5, "stage": "denoise"})
            if stop.wait(self.slow / 4):
                raise Stopped
        if "consistency" in job:
            made = scored(job["consistency"], self.percents)
        else:
            made = self._still(job) if job["engine"] in STILLS else self._film(job)
            made |= {"engine": job["engine"], "seed": job["seed"]}
        with kept.with_suffix(".made").open("a") as book:
            book.write(f"{number}\n")
        if not self.black:  # what is of no use is not kept
            fresh = kept.with_suffix(".part")
            fresh.write_text(json.dumps(made))
            fresh.replace(kept)
        return made

    def _still(self, job: dict[str, Any]) -> dict[str, Any]:
        if self.calm and not self.black:
            words = str(job.get("prompt", "")).partition("\n")[0]
            return _answer("picture", "image/png", a_picture(job["width"], job["height"], job["seed"], words), job)
        picture = _moved(_scene(job), 0.0, job["seed"])
        if self.black:
            picture[:] = 0
        data = cv2.imencode(".png", picture)[1].tobytes()
        return _answer("picture", "image/png", data, job)

    def _film(self, job: dict[str, Any]) -> dict[str, Any]:
        rate = RATES[job["engine"]]
        frames = job.get("frames") or round(job.get("seconds", 2) * rate)
        fps = job.get("fps", rate) if self.smooth else rate
        count = round((frames - 1) / rate * fps) + 1
        scene = _scene(job)
        shown = nearer if self.calm else partial(_moved, seed=job["seed"])
        pictures = (shown(scene, n / fps) * (not self.black) for n in range(count))
        return {**_answer("clip", "video/mp4", film(pictures, fps), job), "frames": count, "fps": fps}


def film(pictures: Any, fps: int) -> bytes:
    """An MP4 of BGR pictures."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        stream: Any = None
        for picture in pictures:
            if stream is None:
                stream = file.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "18"})
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = "yuv420p"
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "bgr24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


def _answer(kind: str, media: str, data: bytes, job: dict[str, Any]) -> dict[str, Any]:
    text = base64.b64encode(data).decode()
    return {"kind": kind, "media_type": media, "base64": text, "width": job["width"], "height": job["height"]}


def scored(given: dict[str, Any], percents: tuple[float, ...]) -> dict[str, Any]:
    """What a comparison answers whose clips have these percentages; each clip and still is looked at for being one."""
    if given.get("method", "trained") == "trained" and not percents:
        raise Refusal("not_installed", "consistency with trained eyes needs a folder of weights")
    scenes, passed = [], given.get("method", "trained") == "trained"
    for number, one in enumerate(given["scenes"]):
        with av.open(io.BytesIO(base64.b64decode(one["clip"]["base64"]))) as film:
            count = sum(1 for _ in film.decode(video=0))
        _still_of(one["keyframe"])
        percent = percents[number % len(percents)] if count > 1 else 0.0
        figures = {"raw": 0.9, "worst": 0.9, "motion": 40.0, "jerk": 2.0, "subject": 0.95, "identity": percent / 100}
        scenes.append({"name": one["name"], "percent": percent, "counted": percent, "reason": "", **figures})
    for shown in given.get("cast", {}).values():
        for one in shown:
            _still_of(one)
    mean = sum(one["counted"] for one in scenes) / len(scenes)
    good = sum(one["counted"] > 85 for one in scenes)
    told = {"mean": round(mean, 2), "good": good, "moving": len(scenes), "anchors": {"subject": [0.4, 0.98]}}
    passed = passed and mean > 90 and good >= 0.8 * len(scenes)
    return {"kind": "consistency", "score": {"method": "trained", "passed": passed, **told, "scenes": scenes}}


def _still_of(given: dict[str, str]) -> None:
    if cv2.imdecode(np.frombuffer(base64.b64decode(given["base64"]), np.uint8), cv2.IMREAD_COLOR) is None:
        raise Refusal("invalid_input", "a picture cannot be decoded")


def _check(job: dict[str, Any]) -> None:
    schema = json.loads(WIRE.read_text())
    schema |= {"$ref": "#/$defs/comparison"} if "consistency" in job else {}
    problem = next(iter(jsonschema.Draft202012Validator(schema).iter_errors(job)), None)
    if problem is not None:
        raise Refusal("invalid_input", f"{'.'.join(map(str, problem.path)) or 'input'}: {problem.validator}")
    if "consistency" in job:
        return
    if job["engine"] not in STILLS | set(RATES):
        raise Refusal("unknown_engine", "no such engine")
    if job["engine"] not in STILLS and "image" not in job and not job.get("prompt"):
        raise Refusal("invalid_input", "image or prompt")


def _claimed(claim: Path, number: str) -> bool:
    """Whether this job is the one that makes it; appears whole, so that nobody reads half a name."""
    fresh = claim.with_suffix(f".{number}")
    fresh.write_text(number)
    try:
        claim.hardlink_to(fresh)
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    return True


def _scene(job: dict[str, Any]) -> Pixels:
    """The picture of the input, cropped to the aspect asked for, or hills of the seed's colours."""
    width, height = job["width"], job["height"]
    if "image" in job:
        given = cv2.imdecode(np.frombuffer(base64.b64decode(job["image"]["base64"]), np.uint8), cv2.IMREAD_COLOR)
        if given is None:
            raise Refusal("invalid_input", "image cannot be decoded")
        scale = max(width / given.shape[1], height / given.shape[0])
        size = max(width, round(given.shape[1] * scale)), max(height, round(given.shape[0] * scale))
        grown = cv2.resize(given, size)
        top, left = (grown.shape[0] - height) // 2, (grown.shape[1] - width) // 2
        return np.asarray(grown[top : top + height, left : left + width], np.uint8)
    dice = np.random.default_rng(job["seed"])
    coarse = dice.integers(40, 220, (6, 8, 3), np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def _moved(scene: Pixels, at: float, seed: int) -> Pixels:
    """The scene `at` seconds later: the camera pans, and a disc goes its way across it."""
    high, wide = scene.shape[:2]
    pan = np.array([[1, 0, -0.02 * wide * at], [0, 1, 0]], np.float32)
    picture = cv2.warpAffine(scene, pan, (wide, high), borderMode=cv2.BORDER_REFLECT)
    if at:  # the first picture of a film is the picture it was given
        x = round(wide * ((0.15 + 0.2 * at) % 1.0))
        colour = tuple(int(c) for c in np.random.default_rng(seed + 1).integers(0, 255, 3))
        cv2.circle(picture, (x, round(high * 0.6)), max(2, round(high * 0.12)), colour, -1, cv2.LINE_AA)
    return np.asarray(picture, np.uint8)
