"""The engines' networks in their true measures, to be counted or timed; their weights are random, or not even there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from diffusers import (
    AutoencoderKLFlux2,
    AutoencoderKLTemporalDecoder,
    AutoencoderKLWan,
    Flux2Transformer2DModel,
    SkyReelsV2Transformer3DModel,
    UNetSpatioTemporalConditionModel,
)

from gpu_endpoint.registry import EngineSpec, engine
from gpu_endpoint.tiny import klein, skyreels, svd

META = torch.device("meta")
_WORDS = {"skyreels": (512, 4096), "klein": (512, 7680)}  # tokens of a prompt, and their width

_SVD_DECODER: dict[str, Any] = {
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "layers_per_block": 2,
}
_KLEIN: dict[str, Any] = {
    "patch_size": 1,
    "in_channels": 128,
    "num_layers": 5,
    "num_single_layers": 20,
    "attention_head_dim": 128,
    "num_attention_heads": 24,
    "joint_attention_dim": 7680,
    "timestep_guidance_channels": 256,
    "guidance_embeds": False,
}
_SEEN = {"image_dim": 1280, "added_kv_proj_dim": 0, "in_channels": 36}  # what a first picture adds to SkyReels


@dataclass(frozen=True)
class Shape:
    """What one evaluation of a denoiser is given: a batch of latents, and beside them so many tokens of references."""

    batch: int
    frames: int
    height: int
    width: int
    references: int = 0


def denoiser(spec: EngineSpec, device: torch.device = META, dtype: torch.dtype = torch.float32) -> Any:
    """The network that is evaluated in every step, where and in which numbers it is wanted."""
    if spec.random:
        return _eval(_twin(spec)[0], device, dtype)
    with torch.device(device), _numbers(dtype):
        match spec.family:
            case "svd":
                made = UNetSpatioTemporalConditionModel(num_frames=spec.frames.usual)
            case "klein":
                made = Flux2Transformer2DModel(**_KLEIN)
            case _:
                made = SkyReelsV2Transformer3DModel(**_skyreels(spec))
    return _eval(made, device, dtype)


def autoencoder(spec: EngineSpec, device: torch.device = META, dtype: torch.dtype = torch.float32) -> Any:
    """The network that turns pictures into latents and back."""
    if spec.random:
        return _eval(_twin(spec)[1], device, dtype)
    with torch.device(device), _numbers(dtype):
        match spec.family:
            case "svd":
                made = AutoencoderKLTemporalDecoder(**_SVD_DECODER)
            case "klein":
                made = AutoencoderKLFlux2()
            case _:
                made = AutoencoderKLWan()
    return _eval(made, device, dtype)


def given(
    spec: EngineSpec, model: Any, shape: Shape, device: torch.device = META, dtype: torch.dtype = torch.float32
) -> dict[str, Any]:
    """What the denoiser is called with, random: keyword arguments."""

    def noise(*sides: int) -> torch.Tensor:
        return torch.randn(*sides, device=device, dtype=dtype)

    config, batch = model.config, shape.batch
    latents = (shape.height, shape.width)
    match spec.family:
        case "svd":
            return {
                "sample": noise(batch, shape.frames, config.in_channels, *latents),
                "timestep": torch.ones((), device=device),
                "encoder_hidden_states": noise(batch, 1, config.cross_attention_dim),
                "added_time_ids": noise(batch, 3),
            }
        case "klein":
            tokens, words = shape.height * shape.width + shape.references, _WORDS["klein"][0]
            return {
                "hidden_states": noise(batch, tokens, config.in_channels),
                "encoder_hidden_states": noise(batch, words, config.joint_attention_dim),
                "timestep": torch.ones(batch, device=device, dtype=dtype),
                "img_ids": torch.zeros(tokens, 4, device=device),
                "txt_ids": torch.zeros(words, 4, device=device),
            }
        case _:
            made: dict[str, Any] = {
                "hidden_states": noise(batch, config.in_channels, shape.frames, *latents),
                "timestep": torch.ones(batch, device=device, dtype=torch.long),
                "encoder_hidden_states": noise(batch, _WORDS["skyreels"][0], config.text_dim),
            }
            if config.image_dim:
                made["encoder_hidden_states_image"] = noise(batch, 257, config.image_dim)
            if spec.family == "skyreels-df":  # each latent has a time of its own
                made["timestep"] = torch.ones(batch, shape.frames, device=device, dtype=torch.long)
                made |= {"enable_diffusion_forcing": True, "fps": [1] * batch}
            return made


@cache
def bare(name: str) -> tuple[Any, Any]:
    """An engine's or a twin's denoiser and autoencoder, without weights; both are kept."""
    spec = engine(name)
    return denoiser(spec), autoencoder(spec)


def _twin(spec: EngineSpec) -> tuple[Any, Any]:
    """Denoiser and autoencoder of a twin."""
    match spec.family:
        case "svd":
            pipe = svd.built()
            return pipe.unet, pipe.vae
        case "klein":
            pipe = klein.built()
            return pipe.transformer, pipe.vae
        case _:
            info = bool(spec.model.get("inject_sample_info"))
            parts = skyreels.parts(8.0, image=spec.family == "skyreels-i2v", sample_info=info)
            return parts["transformer"], parts["vae"]


@contextmanager
def _numbers(dtype: torch.dtype) -> Iterator[None]:
    """Make weights in these numbers from the first: a large network in floats first would not fit its own card."""
    before = torch.get_default_dtype()
    if dtype == torch.float32:  # as it is: the setting is the whole process's, and others may be loading a model
        yield
        return
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def _skyreels(spec: EngineSpec) -> dict[str, Any]:
    model = dict(spec.model)
    sample = bool(model.pop("inject_sample_info", 0))
    made: dict[str, Any] = {"text_dim": 4096, "in_channels": 16, "inject_sample_info": sample, **model}
    if spec.family == "skyreels-i2v":
        made |= _SEEN | {"added_kv_proj_dim": model["num_attention_heads"] * 128}
    return made


def _eval(made: Any, device: torch.device, dtype: torch.dtype) -> Any:
    # A few parameters are made on the processor whatever the default device is.
    made = made.to(device)
    if any(one.dtype != dtype for one in made.parameters()):
        made = made.to(dtype)
    return made.eval().requires_grad_(False)
