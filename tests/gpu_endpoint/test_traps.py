"""What the models' pipelines do to whoever calls them plainly, and that ours is not caught.

Where it can be shown, the plain call comes first: when it does no harm any more, our way round it can go.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import FirstBlockCacheConfig, SkyReelsV2DiffusionForcingPipeline, StableVideoDiffusionPipeline
from diffusers.models.attention_dispatch import _AttentionBackendRegistry
from jobs import DF, I2V, SVD, job, picture
from PIL import Image
from torch.utils._python_dispatch import TorchDispatchMode

from gpu_endpoint import wire
from gpu_endpoint.asked import Asked, asked
from gpu_endpoint.cropping import cropped
from gpu_endpoint.engine import Source, Watch
from gpu_endpoint.errors import InvalidInput
from gpu_endpoint.families import skyreels, svd
from gpu_endpoint.families.skyreels import SkyReels
from gpu_endpoint.registry import engine
from gpu_endpoint.starting import attend
from gpu_endpoint.tiny import svd as tiny_svd
from gpu_endpoint.tiny.skyreels import parts

FORCED: dict[str, float] = {"ar_step": 1, "causal_block_size": 5, "addnoise_condition": 0}


def wanted(name: str, image: Image.Image | None = None, **given: Any) -> Asked:
    """What a job asks of an engine."""
    return asked(wire.read(job(name, **given)), engine(name)).shown(image, None, ())


def forced(**more: float) -> dict[str, Any]:
    return {name: value if name == "addnoise_condition" else int(value) for name, value in {**FORCED, **more}.items()}


def plain(**given: Any) -> torch.Tensor:
    """The latents of the library's own pipeline, called as its manual says."""
    pipe = SkyReelsV2DiffusionForcingPipeline(**parts(8.0, image=False, sample_info=True))
    return called(pipe, **given)


def called(pipe: Any, **given: Any) -> torch.Tensor:
    pipe.set_progress_bar_config(disable=True)
    usual = {"width": 64, "height": 64, "num_inference_steps": 4, "output_type": "latent"}
    made: torch.Tensor = pipe("a cat runs", generator=torch.Generator().manual_seed(7), **usual, **given).frames
    return made


def noise(frames: int) -> torch.Tensor:
    """What the latents of seed 7 are before the first step."""
    return torch.randn((1, 16, (frames - 1) // 4 + 1, 8, 8), generator=torch.Generator().manual_seed(7))


def untouched(latents: torch.Tensor) -> list[int]:
    """The latents that are still noise."""
    before = noise(1 + 4 * (latents.shape[2] - 1))
    return [at for at in range(latents.shape[2]) if torch.equal(latents[:, :, at], before[:, :, at])]


@pytest.fixture(scope="module")
def forcing() -> SkyReels:
    return skyreels.load(engine(DF), Source())


def test_blocks_that_are_not_whole_would_stay_noise(forcing: SkyReels) -> None:
    assert untouched(plain(num_frames=41, ar_step=1, causal_block_size=5)) == [10]
    with pytest.raises(InvalidInput) as refused:
        wanted(DF, frames=41, parameters=forced())
    assert refused.value.more["fits"] == {"frames": 37}
    for frames in (17, 37, 97):
        assert untouched(forcing.latents(wanted(DF, frames=frames, steps=4, parameters=forced()), Watch())) == []


@pytest.mark.parametrize("frames", [117, 257])
def test_every_length_of_whole_blocks_can_be_made(forcing: SkyReels, frames: int) -> None:
    made = forcing.latents(wanted(DF, frames=frames, steps=4, parameters=forced()), Watch())
    assert made.shape[2] == (frames - 1) // 4 + 1
    assert untouched(made[:, :, :25]) == []


def test_a_length_the_library_fails_at_is_not_offered() -> None:
    with pytest.raises(RuntimeError, match="non-empty"):
        plain(num_frames=193, ar_step=1, causal_block_size=5, base_num_frames=97, overlap_history=17)
    with pytest.raises(InvalidInput):
        wanted(DF, frames=193, parameters=forced())


def test_the_blocks_of_one_job_are_not_those_of_the_next(forcing: SkyReels) -> None:
    pipe = SkyReelsV2DiffusionForcingPipeline(**parts(8.0, image=False, sample_info=True))
    before = called(pipe, num_frames=37)
    called(pipe, num_frames=37, ar_step=1, causal_block_size=5)
    assert not torch.equal(called(pipe, num_frames=37), before)
    one = wanted(DF, frames=37)
    ours = forcing.latents(one, Watch())
    forcing.latents(wanted(DF, frames=37, parameters=forced()), Watch())
    assert torch.equal(forcing.latents(one, Watch()), ours)


def test_no_mask_is_built_for_blocks(forcing: SkyReels) -> None:
    masks: list[Any] = []
    block = forcing.pipes[0].transformer.blocks[0]
    hook = block.register_forward_pre_hook(lambda module, given: masks.append(given[4]))
    try:
        forcing.latents(wanted(DF, frames=17, parameters=forced()), Watch())
    finally:
        hook.remove()
    assert masks
    assert all(mask is None for mask in masks)
    assert forcing.pipes[0].transformer.config.num_frame_per_block == 1


def test_the_same_seed_is_the_same_take(forcing: SkyReels) -> None:
    long = {"num_frames": 21, "base_num_frames": 17, "overlap_history": 5, "addnoise_condition": 20}
    pipe = SkyReelsV2DiffusionForcingPipeline(**parts(8.0, image=False, sample_info=True))
    assert not torch.equal(called(pipe, **long), called(pipe, **long))
    one = wanted(DF, frames=21, parameters={"base_num_frames": 17, "overlap_history": 5, "addnoise_condition": 20})
    first = forcing.latents(one, Watch())
    torch.rand(3)
    assert torch.equal(forcing.latents(one, Watch()), first)


class Largest(TorchDispatchMode):
    """Notes the most numbers any sum of times gave."""

    most = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        if isinstance(made, torch.Tensor) and made.dim() == 4 and made.shape[1] == 6:
            self.most = max(self.most, made.untyped_storage().nbytes() // made.element_size())
        return made


def test_times_are_kept_by_latent_and_the_take_is_the_same(forcing: SkyReels) -> None:
    with Largest() as written_out:
        theirs = plain(num_frames=17, causal_block_size=1, addnoise_condition=20)
    with Largest() as kept:
        ours = forcing.latents(wanted(DF, frames=17, steps=4), Watch())
    width, latents, tokens = 24, 5, 5 * 4 * 4
    assert written_out.most == 6 * tokens * width
    assert kept.most == 6 * latents * width
    assert torch.allclose(ours, theirs, atol=1e-5)


def test_nobody_may_shorten_the_words_of_a_model_that_counts_them() -> None:
    assert not [name for name in ("max_sequence_length", "image_embeds") if name in engine(I2V).knobs]
    with pytest.raises(InvalidInput):
        wanted(I2V, parameters={"max_sequence_length": 256})


def test_no_engine_takes_a_film_whose_end_would_come_twice() -> None:
    with pytest.raises(InvalidInput):
        wire.read(job(DF, video={"base64": "AAAAAAAA"}))


@pytest.fixture
def backend() -> Iterator[None]:
    before = _AttentionBackendRegistry.get_active_backend()[0]
    yield
    _AttentionBackendRegistry.set_active_backend(before)


@pytest.mark.usefixtures("backend")
def test_the_kernel_of_attention_is_the_processs_own() -> None:
    attend("_native_math")
    found = skyreels.load(engine(DF), Source())
    assert str(_AttentionBackendRegistry.get_active_backend()[0].value) == "_native_math"
    assert {
        getattr(one, "_attention_backend", None) for one in found.pipes[0].transformer.attn_processors.values()
    } <= {None}
    with pytest.raises(ValueError, match="abacus"):
        attend("abacus")


def test_block_caches_know_the_blocks() -> None:
    found = skyreels.load(engine(DF), Source())
    count: list[int] = []
    model = found.pipes[0].transformer
    model.enable_cache(FirstBlockCacheConfig(threshold=100.0))
    model.blocks[1].attn1.register_forward_hook(lambda *given: count.append(1))
    found.latents(wanted(DF, frames=9, steps=8), Watch())
    assert 0 < len(count) < 16


def test_the_blocks_of_svd_can_be_compiled_one_by_one() -> None:
    with pytest.raises(ValueError, match="_repeated_blocks"):
        tiny_svd.built().unet.compile_repeated_blocks()
    found = svd.load(engine(SVD), Source(compile=True))
    compiled = [one for one in found.pipes[0].unet.modules() if one._compiled_call_impl is not None]
    assert len(compiled) == 16


def test_words_are_cleaned_by_the_package_that_does_it(forcing: SkyReels) -> None:
    assert version("ftfy")
    assert torch.equal(
        forcing.latents(wanted(DF, prompt="a cat â€” runs", frames=5), Watch()),
        forcing.latents(wanted(DF, prompt="a cat — runs", frames=5), Watch()),
    )


def test_a_picture_of_another_shape_is_cropped_and_not_stretched() -> None:
    wide = picture(256, 64)
    stretched, cut = np.asarray(wide.resize((64, 64))), np.asarray(cropped(wide, 64, 64))
    assert np.array_equal(cut, np.asarray(wide)[:, 96:160])
    assert not np.array_equal(cut, stretched)


def test_a_clip_is_decoded_whole() -> None:
    found = svd.load(engine(SVD), Source())
    sizes: list[int] = []
    found.pipes[0].vae.decoder.register_forward_pre_hook(lambda module, given: sizes.append(len(given[0])))
    assert len(list(found.make(wanted(SVD, picture(64, 64)), Watch()))) == 14
    assert sizes == [14]


def test_an_engine_reads_its_weights_from_a_folder(tmp_path: Path) -> None:
    tiny_svd.built().to(torch.float16).save_pretrained(tmp_path, variant="fp16")
    found = svd.load(engine(SVD).model_copy(update={"random": False}), Source(str(tmp_path)))
    assert isinstance(found.pipes[0], StableVideoDiffusionPipeline)
    assert found.pipes[0].unet.dtype == torch.float16


def test_a_skyreels_model_reads_its_weights_in_the_types_they_need(tmp_path: Path) -> None:
    skyreels.load(engine(DF), Source()).pipes[0].save_pretrained(tmp_path)
    found = skyreels.load(engine(DF).model_copy(update={"random": False}), Source(str(tmp_path)))
    one = found.pipes[0]
    assert (one.transformer.dtype, one.vae.dtype) == (torch.bfloat16, torch.float32)
    assert one.scheduler.config.flow_shift == 8.0
    assert found.pipes[1].transformer is one.transformer
    assert len(list(found.make(wanted(DF, frames=5), Watch()))) == 5
