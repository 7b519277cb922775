"""Stable Video Diffusion: a picture comes alive. It must have the clip's shape already, or would be stretched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from diffusers import StableVideoDiffusionPipeline

from gpu_endpoint.asked import Asked
from gpu_endpoint.engine import Pixels, Source, Watch, stepping
from gpu_endpoint.families.few import FewSteps
from gpu_endpoint.families.placing import Placed, repeating
from gpu_endpoint.registry import EngineSpec
from gpu_endpoint.tiny.svd import built

BLOCKS = ["BasicTransformerBlock", "TemporalBasicTransformerBlock", "SpatioTemporalResBlock"]
_CHUNK = 8  # pictures decoded together where memory is short; more would be better, for each edge can be seen


class Svd(Placed):
    """SVD or SVD-XT in memory."""

    def make(self, asked: Asked, watch: Watch) -> Iterator[Pixels]:
        """The clip's pictures; the first is like the given one, not equal to it."""
        watch.at(0.0, "encode")
        pipe = self.pipes[0]
        # The whole clip is decoded at once: the decoder looks from picture to picture, and edges of chunks are seen.
        chunk = min(_CHUNK, asked.frames) if self.source.fit == "offload" else asked.frames
        dice = torch.Generator().manual_seed(asked.seed)
        if isinstance(pipe.scheduler, FewSteps):
            pipe.scheduler.dice = dice
        found = pipe(
            asked.image,
            width=asked.width,
            height=asked.height,
            num_frames=asked.frames,
            num_inference_steps=asked.steps,
            fps=asked.spec.rate,
            motion_bucket_id=asked.knob("motion_bucket_id"),
            noise_aug_strength=asked.knobs["noise_aug_strength"],
            min_guidance_scale=asked.knobs["min_guidance_scale"],
            max_guidance_scale=asked.knobs["max_guidance_scale"],
            decode_chunk_size=chunk,
            generator=dice,
            callback_on_step_end=stepping(watch),
            output_type="np",
        )
        for number, picture in enumerate(found.frames[0]):
            watch.at((number + 1) / asked.frames, "decode")
            yield (picture * 255).round().astype("uint8")


def load(spec: EngineSpec, source: Source) -> Svd:
    """SVD with its weights, or its twin."""
    pipe = built() if spec.random else _read(source.folder)
    if spec.plain:
        pipe.scheduler = FewSteps()
    # The network does not say which of its blocks repeat, and compiling them alone would be refused.
    repeating(pipe.unet, BLOCKS)
    return Svd(spec, [pipe], "unet", source)


def _read(folder: str) -> Any:
    half = any(Path(folder, "unet").glob("*.fp16.safetensors"))
    return StableVideoDiffusionPipeline.from_pretrained(
        folder, dtype=torch.float16, variant="fp16" if half else None, local_files_only=True
    )
