"""What all families do with a loaded pipeline: carry it to a device, in one of the ways it fits there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from diffusers import FirstBlockCacheConfig
from diffusers.hooks._helpers import TransformerBlockMetadata, TransformerBlockRegistry
from diffusers.models.transformers.transformer_skyreels_v2 import SkyReelsV2TransformerBlock

from gpu_endpoint.engine import Source
from gpu_endpoint.registry import EngineSpec

# The caches of blocks know most models' blocks by themselves, but not these.
TransformerBlockRegistry.register(
    SkyReelsV2TransformerBlock,
    TransformerBlockMetadata(return_hidden_states_index=0, return_encoder_hidden_states_index=None),
)


class Placed:
    """Pipelines that share their parts; `core` names the part that does most of the work."""

    def __init__(self, spec: EngineSpec, pipes: Sequence[Any], core: str, source: Source) -> None:
        """Quieten the pipelines, and prepare their core as the source says."""
        self.spec, self.pipes, self.core, self.source = spec, list(pipes), core, source
        for pipe in self.pipes:
            pipe.set_progress_bar_config(disable=True)
        model = getattr(self.pipes[0], core)
        if source.fit == "fp8":
            model.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=model.dtype)
        if source.channels_last:
            channels_last(model)
        if source.cache and spec.family.startswith("skyreels"):  # SVD has none, and klein's four steps differ too much
            cached(model, source.cache)
        if source.half_decoder:
            self.pipes[0].vae.to(torch.bfloat16)
        if source.compile and source.fit != "fp8":  # weights that are widened while they are used cannot be compiled
            # Not as one graph: what could not be compiled any more, after many sizes, then runs as it is.
            model.compile_repeated_blocks()

    def move(self, device: str) -> None:
        """Carry the weights to a device, or let each part go there only while it works."""
        for pipe in self.pipes:
            if self.source.fit == "offload" and device != "cpu":
                pipe.enable_model_cpu_offload(device=device)
            else:
                pipe.to(device)


def cached(model: Any, threshold: float) -> None:
    """Have a transformer skip its other blocks while its first changes by less than this share from step to step."""
    model.enable_cache(FirstBlockCacheConfig(threshold=threshold))


def repeating(model: Any, blocks: Sequence[str]) -> None:
    """Name the kinds of blocks that a model is made of, so that they can be compiled one by one."""
    model._repeated_blocks = list(blocks)


def channels_last(model: Any) -> None:
    """Lay a network's convolutions out as tensor cores read them, each in the form of its own rank."""
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            module.to(memory_format=torch.channels_last)
        elif isinstance(module, torch.nn.Conv3d):
            module.to(memory_format=torch.channels_last_3d)
