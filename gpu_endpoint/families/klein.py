"""FLUX.2 klein: a still from words and pictures whose likenesses it keeps, the most important first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from diffusers import Flux2KleinPipeline

from gpu_endpoint.asked import Asked
from gpu_endpoint.engine import Pixels, Source, Watch, stepping
from gpu_endpoint.families.placing import Placed
from gpu_endpoint.registry import EngineSpec
from gpu_endpoint.tiny.klein import LAYERS, built


class Klein(Placed):
    """Klein in memory."""

    def make(self, asked: Asked, watch: Watch) -> Iterator[Pixels]:
        """One picture."""
        watch.at(0.0, "encode")
        tiny: dict[str, Any] = (
            {"text_encoder_out_layers": LAYERS, "max_sequence_length": 64} if self.spec.random else {}
        )
        found = self.pipes[0](
            image=list(asked.references) or None,
            prompt=asked.prompt,
            width=asked.width,
            height=asked.height,
            num_inference_steps=asked.steps,
            guidance_scale=1.0,  # it was distilled without
            generator=torch.Generator().manual_seed(asked.seed),
            callback_on_step_end=stepping(watch),
            output_type="np",
            **tiny,
        )
        watch.at(1.0, "decode")
        yield (np.nan_to_num(found.images[0]) * 255).round().astype(np.uint8)


def load(spec: EngineSpec, source: Source) -> Klein:
    """Klein with its weights, or its twin."""
    pipe = built() if spec.random else _read(source.folder)
    return Klein(spec, [pipe], "transformer", source)


def _read(folder: str) -> Any:
    return Flux2KleinPipeline.from_pretrained(folder, dtype=torch.bfloat16, local_files_only=True)
