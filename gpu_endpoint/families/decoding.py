"""Latents of SkyReels into pictures, latent by latent, so that memory does not grow with a take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from gpu_endpoint.engine import Pixels


@torch.no_grad()
def decoded(vae: Any, latents: torch.Tensor) -> Iterator[Pixels]:
    """Pictures of [1, 16, T, h, w] latents, the first alone, then four at a time: those `vae.decode` makes.

    The decoder remembers what it needs of the latents before.
    """
    mean, deviation = (
        torch.tensor(found, device=latents.device, dtype=vae.dtype).view(1, -1, 1, 1, 1)
        for found in (vae.config.latents_mean, vae.config.latents_std)
    )
    vae.clear_cache()
    try:
        for number in range(latents.shape[2]):
            latent = latents[:, :, number : number + 1].to(vae.dtype) * deviation + mean
            vae._conv_idx = [0]
            told = {"feat_cache": vae._feat_map, "feat_idx": vae._conv_idx}
            made = vae.decoder(vae.post_quant_conv(latent), **told, **({"first_chunk": True} if number == 0 else {}))
            yield from _pictures(made[0])
    finally:
        vae.clear_cache()


def _pictures(video: torch.Tensor) -> list[Pixels]:
    """[3, T, height, width] from -1 to 1 as pictures."""
    scaled = torch.nan_to_num(video.float()).clamp(-1, 1).add(1).mul(127.5).round()
    return list(np.ascontiguousarray(scaled.to(torch.uint8).permute(1, 2, 3, 0).cpu().numpy()))
