"""SkyReels-V2: takes of any valid length by diffusion forcing, and clips of one piece from words or a picture.

Each call passes what the pipelines would else remember from the call before, or draw by chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from diffusers import (
    AutoencoderKLWan,
    SkyReelsV2DiffusionForcingImageToVideoPipeline,
    SkyReelsV2DiffusionForcingPipeline,
    SkyReelsV2ImageToVideoPipeline,
    SkyReelsV2Pipeline,
    UniPCMultistepScheduler,
)

from gpu_endpoint.asked import Asked
from gpu_endpoint.engine import Pixels, Source, Watch, stepping
from gpu_endpoint.families.decoding import decoded
from gpu_endpoint.families.modulating import by_latent
from gpu_endpoint.families.placing import Placed
from gpu_endpoint.registry import EngineSpec
from gpu_endpoint.tiny.skyreels import parts

_LATENT = 4  # pictures of one latent, beyond the first
_PIPES: dict[str, tuple[Any, ...]] = {
    "skyreels-df": (SkyReelsV2DiffusionForcingPipeline, SkyReelsV2DiffusionForcingImageToVideoPipeline),
    "skyreels-t2v": (SkyReelsV2Pipeline,),
    "skyreels-i2v": (SkyReelsV2ImageToVideoPipeline,),
}


class SkyReels(Placed):
    """One of the SkyReels models in memory; pipelines that differ in what they are given share its parts."""

    def make(self, asked: Asked, watch: Watch) -> Iterator[Pixels]:
        """The take's pictures, decoded a few at a time."""
        watch.at(0.0, "encode")
        latents = self.latents(asked, watch)
        count = latents.shape[2]
        for number, picture in enumerate(decoded(self.pipes[0].vae, latents)):
            watch.at(min(1.0, (number + 1) / (1 + _LATENT * (count - 1))), "decode")
            yield picture

    def latents(self, asked: Asked, watch: Watch) -> torch.Tensor:
        """The take before it is decoded: [1, 16, latents, height / 8, width / 8]."""
        # Noise added to what a window begins with is drawn from the process's own dice, not from the generator.
        torch.manual_seed(asked.seed)
        given: dict[str, Any] = {
            "prompt": asked.prompt,
            "width": asked.width,
            "height": asked.height,
            "num_frames": asked.frames,
            "num_inference_steps": asked.steps,
            "guidance_scale": asked.knobs["guidance_scale"],
            "generator": torch.Generator().manual_seed(asked.seed),
            "output_type": "latent",
        }
        if self.spec.family != "skyreels-df":
            pictures = {"image": asked.image} if self.spec.family == "skyreels-i2v" else {}
            return self._frames(self.pipes[0](**given, **pictures, callback_on_step_end=stepping(watch)))
        return self._forced(asked, given, watch)

    def _forced(self, asked: Asked, given: dict[str, Any], watch: Watch) -> torch.Tensor:
        base, overlap = asked.knob("base_num_frames"), asked.knob("overlap_history")
        given |= {
            "base_num_frames": base,
            "overlap_history": overlap if asked.frames > base else None,
            "addnoise_condition": asked.knobs["addnoise_condition"],
            "ar_step": asked.knob("ar_step"),
            # Left out, it would be what the call before has asked for.
            "causal_block_size": asked.knob("causal_block_size"),
            "fps": asked.spec.rate,
            "callback_on_step_end": stepping(watch, windows(asked.frames, base, overlap)),
        }
        if asked.image is None:
            return self._frames(self.pipes[0](**given))
        made = self._frames(self.pipes[1](**given, image=asked.image, last_image=asked.last_image))
        # The latent of the picture that a take ends on stands after the take, which ends beside it.
        return made[:, :, :-1] if asked.last_image is not None else made

    def _frames(self, made: Any) -> torch.Tensor:
        found: torch.Tensor = made.frames
        return found


def windows(frames: int, base: int, overlap: int) -> int:
    """How many windows of `base` pictures, each `overlap` pictures into the one before, make a take."""
    if frames <= base:
        return 1
    whole, window, shared = ((count - 1) // _LATENT + 1 for count in (frames, base, overlap))
    return 2 + (whole - window - 1) // (window - shared)


def load(spec: EngineSpec, source: Source) -> SkyReels:
    """The model with its weights, or its twin."""
    first, *others = _PIPES[spec.family]
    pipe = _built(first, spec) if spec.random else _read(first, spec, source.folder)
    # A pipeline would have the model mask attention by blocks: a byte for each pair of tokens, 2.4 GiB for 97 pictures
    # of 960 x 544, and no fast kernel. It was published without; blocks are a matter of the order of steps alone.
    pipe.transformer._set_ar_attention = lambda size: None
    if spec.family == "skyreels-df":
        by_latent(pipe.transformer)
    return SkyReels(spec, [pipe, *(other(**pipe.components) for other in others)], "transformer", source)


def _built(pipe: Any, spec: EngineSpec) -> Any:
    image, info = spec.family == "skyreels-i2v", bool(spec.model.get("inject_sample_info"))
    return pipe(**parts(spec.options["flow_shift"], image=image, sample_info=info))


def _read(pipe: Any, spec: EngineSpec, folder: str) -> Any:
    vae = AutoencoderKLWan.from_pretrained(folder, subfolder="vae", dtype=torch.float32, local_files_only=True)
    made = pipe.from_pretrained(folder, vae=vae, dtype=torch.bfloat16, local_files_only=True)
    made.scheduler = UniPCMultistepScheduler.from_config(made.scheduler.config, flow_shift=spec.options["flow_shift"])
    return made
