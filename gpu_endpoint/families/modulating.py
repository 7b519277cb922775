"""Diffusion forcing's times kept by latent where the library writes them out for every token.

At 14 billion weights and 97 pictures of 960 x 544 the library's way takes six gibibytes and reads them in every block.
The sums are the same.
"""

from __future__ import annotations

from types import MethodType
from typing import Any

import torch

_PARTS = 6  # shift, scale and gate, of attention and of what feeds forward


def by_latent(model: Any) -> None:
    """Have a transformer and its blocks take times by latent; where all have one time they work as before."""
    model.forward = MethodType(_forward, model)
    for block in model.blocks:
        block.forward = MethodType(_block, block)


def _forward(
    model: Any,
    hidden_states: torch.Tensor,
    timestep: torch.Tensor,
    encoder_hidden_states: torch.Tensor,
    enable_diffusion_forcing: bool = False,
    fps: list[int] | None = None,
    **given: Any,
) -> Any:
    """A step of the whole network on [batch, 16, latents, height, width]; gives a tuple, as the pipelines ask."""
    if not enable_diffusion_forcing:
        told = {"enable_diffusion_forcing": False, "fps": fps, **given}
        return type(model).forward(model, hidden_states, timestep, encoder_hidden_states, **told)
    batch, latents = timestep.shape
    turning = model.rope(hidden_states)
    grid = model.patch_embedding(hidden_states)
    high, wide = grid.shape[-2:]
    tokens = grid.flatten(2).transpose(1, 2)
    time, parts, words, _ = model.condition_embedder(timestep, encoder_hidden_states, None)
    parts = parts.reshape(batch, latents, _PARTS, -1)
    if model.config.inject_sample_info:
        rate = model.fps_projection(model.fps_embedding(torch.tensor(fps, device=tokens.device)))
        parts = parts + rate.reshape(batch, 1, _PARTS, -1)
    parts = parts.transpose(1, 2)
    for block in model.blocks:
        tokens = block(tokens, words, parts, turning, None)
    ends = model.scale_shift_table.unsqueeze(2) + time.reshape(batch, 1, latents, -1)
    shift, scale = ends.unbind(1)
    tokens = _moved(model.norm_out(tokens.float()), shift, scale, latents).type_as(tokens)
    return (_unpatched(model, model.proj_out(tokens), (batch, latents, high, wide)),)


def _block(
    block: Any,
    hidden_states: torch.Tensor,
    encoder_hidden_states: torch.Tensor,
    temb: torch.Tensor,
    rotary_emb: Any,
    attention_mask: torch.Tensor | None,
) -> Any:
    """One block; `temb` is [batch, 6, latents, width of the network]."""
    if temb.dim() != 4:
        return type(block).forward(block, hidden_states, encoder_hidden_states, temb, rotary_emb, attention_mask)
    latents = temb.shape[2]
    shift, scale, gate, feed_shift, feed_scale, feed_gate = (
        block.scale_shift_table.unsqueeze(2) + temb.float()
    ).unbind(1)
    tokens = hidden_states
    seen = _moved(block.norm1(tokens.float()), shift, scale, latents).type_as(tokens)
    found = block.attn1(seen, None, attention_mask, rotary_emb)
    tokens = (tokens.float() + _times(found, gate, latents)).type_as(tokens)
    read = block.norm2(tokens.float()).type_as(tokens)
    tokens = tokens + block.attn2(read, encoder_hidden_states, None, None)
    fed = block.ffn(_moved(block.norm3(tokens.float()), feed_shift, feed_scale, latents).type_as(tokens))
    return (tokens.float() + _times(fed.float(), feed_gate, latents)).type_as(tokens)


def _moved(tokens: torch.Tensor, shift: torch.Tensor, scale: torch.Tensor, latents: int) -> torch.Tensor:
    by = tokens.unflatten(1, (latents, -1))
    return (by * (1 + scale.unsqueeze(2)) + shift.unsqueeze(2)).flatten(1, 2)


def _times(tokens: torch.Tensor, gate: torch.Tensor, latents: int) -> torch.Tensor:
    return (tokens.unflatten(1, (latents, -1)) * gate.unsqueeze(2)).flatten(1, 2)


def _unpatched(model: Any, tokens: torch.Tensor, shape: tuple[int, int, int, int]) -> torch.Tensor:
    """Tokens [batch, latents * high * wide, patch] as [batch, channels, latents, height, width]."""
    long, tall, broad = model.config.patch_size
    batch, latents, high, wide = shape
    parts = tokens.reshape(batch, latents // long, high, wide, long, tall, broad, -1)
    return parts.permute(0, 7, 1, 4, 2, 5, 3, 6).flatten(6, 7).flatten(4, 5).flatten(2, 3)
