"""Long takes: windows that go on from each other, decoded as they come, and takes between two pictures."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from jobs import DF, job, picture, png
from test_traps import wanted

from gpu_endpoint import wire
from gpu_endpoint.asked import asked
from gpu_endpoint.engine import Source, Watch
from gpu_endpoint.errors import InvalidInput
from gpu_endpoint.families import skyreels
from gpu_endpoint.families.decoding import decoded
from gpu_endpoint.families.skyreels import SkyReels, windows
from gpu_endpoint.registry import engine
from gpu_endpoint.wire import Stage

SHORT = {"base_num_frames": 17, "overlap_history": 5, "addnoise_condition": 0}


@pytest.fixture(scope="module")
def forcing() -> SkyReels:
    return skyreels.load(engine(DF), Source())


@pytest.mark.parametrize(("frames", "count"), [(17, 1), (21, 2), (29, 2), (33, 3), (57, 5)])
def test_a_take_has_exactly_its_pictures_and_its_share_goes_on(forcing: SkyReels, frames: int, count: int) -> None:
    shares: list[float] = []

    def told(share: float, stage: Stage, step: int, steps: int) -> None:
        if stage == "denoise":
            shares.append(share)
            assert (step, steps) == (len(shares), count * 2)

    made = list(forcing.make(wanted(DF, frames=frames, parameters=SHORT), Watch(told=told)))
    assert len(made) == frames
    assert windows(frames, 17, 5) == count
    assert len(shares) == count * 2
    assert all(sooner < later for sooner, later in pairwise(shares))
    assert shares[-1] == 1.0


def test_a_window_goes_on_from_the_one_before_and_nothing_comes_twice(forcing: SkyReels) -> None:
    short = forcing.latents(wanted(DF, frames=17, parameters=SHORT), Watch())
    long = forcing.latents(wanted(DF, frames=29, parameters=SHORT), Watch())
    assert torch.equal(long[:, :, :5], short)
    assert len({latent.numpy().tobytes() for latent in long[0].transpose(0, 1)}) == long.shape[2]


def test_pictures_come_as_they_are_decoded_and_are_those_of_the_whole(forcing: SkyReels) -> None:
    latents = forcing.latents(wanted(DF, frames=17), Watch())
    vae = forcing.pipes[0].vae
    seen: list[int] = []
    hook = vae.decoder.register_forward_hook(lambda module, given, made: seen.append(made.shape[2]))
    pictures = decoded(vae, latents)
    first = next(pictures)
    assert seen == [1]
    rest = list(pictures)
    hook.remove()
    assert seen == [1, 4, 4, 4, 4]
    mean, deviation = (
        torch.tensor(one).view(1, -1, 1, 1, 1) for one in (vae.config.latents_mean, vae.config.latents_std)
    )
    with torch.no_grad():
        whole = vae.decode(latents * deviation + mean).sample[0]
    expected = (whole.clamp(-1, 1) * 127.5 + 127.5).round().to(torch.uint8).permute(1, 2, 3, 0).numpy()
    assert np.abs(np.stack([first, *rest]).astype(int) - expected).max() <= 1  # the last bit of a sum in another order


def test_a_take_begins_and_ends_on_its_pictures(forcing: SkyReels) -> None:
    begin, end, other = (picture(64, 64, seed) for seed in (1, 2, 3))
    one = wanted(DF, frames=17, parameters=SHORT)
    both = forcing.latents(one.shown(begin, end, ()), Watch())
    assert both.shape[2] == 5
    alone = forcing.latents(one.shown(begin, None, ()), Watch())
    assert torch.allclose(both[:, :, 0], alone[:, :, 0], atol=1e-4)
    assert not torch.equal(both[:, :, -1], alone[:, :, -1])
    elsewhere = forcing.latents(one.shown(begin, other, ()), Watch())
    assert not torch.equal(both[:, :, -1], elsewhere[:, :, -1])


def test_a_picture_to_end_on_is_refused_where_it_would_be_lost() -> None:
    pictures = {"image": png(picture()), "last_image": png(picture())}
    with pytest.raises(InvalidInput) as refused:
        asked(wire.read(job(DF, frames=101, **pictures)), engine(DF))
    assert refused.value.more["fits"] == {"frames": 97}
    with pytest.raises(InvalidInput):
        asked(wire.read(job(DF, last_image=png(picture()))), engine(DF))


def test_a_first_picture_in_blocks_would_be_painted_over(forcing: SkyReels) -> None:
    begin = picture(64, 64, 1)
    kept = forcing.latents(wanted(DF, begin, frames=17), Watch())[:, :, 0]
    pipe = forcing.pipes[1]
    blocks = pipe(
        begin, "a cat runs", width=64, height=64, num_frames=17, num_inference_steps=2, ar_step=1,
        causal_block_size=5, output_type="latent", generator=torch.Generator().manual_seed(7),
    ).frames  # fmt: skip
    assert not torch.allclose(blocks[:, :, 0], kept, atol=1e-3)
    with pytest.raises(InvalidInput):
        asked(
            wire.read(job(DF, frames=17, image=png(begin), parameters={"ar_step": 1, "causal_block_size": 5})),
            engine(DF),
        )
