"""The twins of SkyReels-V2: by diffusion forcing, from words, and from a picture."""

from __future__ import annotations

from typing import Any

import torch
from diffusers import AutoencoderKLWan, SkyReelsV2Transformer3DModel, UniPCMultistepScheduler
from transformers import (
    CLIPImageProcessor,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
    UMT5Config,
    UMT5EncoderModel,
)

from gpu_endpoint.tiny.words import SIZE, tokenizer


def parts(shift: float, *, image: bool, sample_info: bool) -> dict[str, Any]:
    """The parts of a pipeline; with `image` also those that look at the first picture."""
    torch.manual_seed(0)
    made: dict[str, Any] = {
        "vae": AutoencoderKLWan(
            base_dim=4, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
        ).eval(),
        "text_encoder": _reader().eval(),
        "tokenizer": tokenizer(),
        "transformer": _transformer(image=image, sample_info=sample_info).eval(),
        "scheduler": UniPCMultistepScheduler(
            flow_shift=shift, use_flow_sigmas=True, prediction_type="flow_prediction", num_train_timesteps=1000
        ),
    }
    if image:
        made |= {"image_encoder": _eye().eval(), "image_processor": CLIPImageProcessor(crop_size=32, size=32)}
    return made


def _transformer(*, image: bool, sample_info: bool) -> Any:
    seeing = {"in_channels": 36, "image_dim": 4, "added_kv_proj_dim": 24} if image else {"in_channels": 16}
    return SkyReelsV2Transformer3DModel(
        patch_size=(1, 2, 2),
        num_attention_heads=2,
        attention_head_dim=12,
        out_channels=16,
        text_dim=32,
        freq_dim=256,
        ffn_dim=32,
        num_layers=2,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=64,
        inject_sample_info=sample_info,
        **seeing,
    )


def _reader() -> Any:
    return UMT5EncoderModel(
        UMT5Config(
            vocab_size=SIZE,
            d_model=32,
            d_kv=8,
            d_ff=37,
            num_layers=2,
            num_heads=4,
            relative_attention_num_buckets=8,
            feed_forward_proj="gated-gelu",
        )
    )


def _eye() -> Any:
    return CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=4,
            projection_dim=4,
            num_hidden_layers=2,
            num_attention_heads=2,
            image_size=32,
            intermediate_size=16,
            patch_size=16,
        )
    )
