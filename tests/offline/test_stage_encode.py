"""Clips leave the stage in delivery settings."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from services.media import mp4
from services.media.conform import conform
from services.media.ffmpeg import Ffmpeg
from services.offline.theatre.encode import ClipFile, settings
from services.offline.theatre.planes import Planes, cut_sheet, lay_sheet, to_bgr, to_planes
from studio.takes.briefs import ShotBrief
from studio.takes.frame import Aspect, Frame, Quality, frame

SMALL = Frame(width=320, height=180, fps=24)


def picture(width: int, height: int, shade: int) -> Planes:
    """A smooth picture with a bright square that `shade` moves."""
    ramp = np.linspace(20, 220, width, dtype=np.float32)[None, :, None] * np.ones((height, 1, 3), np.float32)
    bgr = ramp.astype(np.uint8)
    bgr[20:60, 20 + shade : 60 + shade] = (30, 60, 200)
    return to_planes(bgr)


def write(path: Path, size: Frame, count: int, key: int = 0) -> Path:
    with ClipFile(path, size, key) as out:
        for index in range(count):
            out.write(picture(size.width, size.height, index))
    return path


def test_a_clip_has_exactly_its_frames_tags_and_time_base(tmp_path: Path) -> None:
    with av.open(str(write(tmp_path / "a.mp4", SMALL, 53))) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        stamps = [packet.pts for packet in container.demux(stream) if packet.pts is not None]
        assert (stream.frames, stream.time_base.denominator, stream.duration) == (53, 24 * 512, 53 * 512)
        assert stamps == [index * 512 for index in range(53)]
        assert (context.pix_fmt, context.width, context.height) == ("yuv420p", 320, 180)
        colours = context.color_primaries, context.color_trc, context.colorspace, context.color_range
        assert colours == (1, 1, 1, 1)


def test_key_frames_come_every_two_seconds_and_nothing_is_reordered(tmp_path: Path) -> None:
    with av.open(str(write(tmp_path / "a.mp4", SMALL, 100))) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
    assert [index for index, packet in enumerate(packets) if packet.is_keyframe] == [0, 48, 96]
    assert all(packet.pts == packet.dts for packet in packets)


def test_a_clip_that_is_faded_into_is_its_own_shot_master(tmp_path: Path) -> None:
    """The key frame the film goes on from is drawn into the clip, so that nothing is encoded twice."""
    clip, brief = write(tmp_path / "a.mp4", SMALL, 100, 24), ShotBrief(frame=SMALL, frames=100, key=24)
    assert 24 in mp4.read(clip).keys
    assert conform(Ffmpeg(), clip, brief, tmp_path / "shot.mp4")
    assert (tmp_path / "shot.mp4").read_bytes() == clip.read_bytes()
    assert mp4.read(clip).look == mp4.read(write(tmp_path / "b.mp4", SMALL, 5)).look


@pytest.mark.parametrize("aspect", list(Aspect))
def test_clips_of_one_size_share_their_parameter_sets(tmp_path: Path, aspect: Aspect) -> None:
    size = frame(aspect, Quality.LOW)
    found = []
    for name, count in (("a", 2), ("b", 5)):
        with av.open(str(write(tmp_path / f"{name}.mp4", size, count))) as container:
            found.append(container.streams.video[0].codec_context.extradata)
    assert found[0] == found[1]
    assert found[0]


def test_the_same_pictures_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write(tmp_path / f"{name}.mp4", SMALL, 20).read_bytes() for name in "ab")
    assert first == second


def test_the_index_is_in_front(tmp_path: Path) -> None:
    data = write(tmp_path / "a.mp4", SMALL, 5).read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_colours_survive_the_way_through_the_clip(tmp_path: Path) -> None:
    flat = np.full((180, 320, 3), (60, 160, 210), np.uint8)
    with ClipFile(tmp_path / "a.mp4", SMALL) as out:
        out.write(to_planes(flat))
    with av.open(str(tmp_path / "a.mp4")) as container:
        shown = next(container.decode(video=0)).to_ndarray(format="bgr24", src_colorspace=1, dst_colorspace=1)
    assert np.abs(shown[90, 160].astype(int) - (60, 160, 210)).max() <= 4


def test_settings_say_the_same_to_ffmpeg() -> None:
    chosen, words = settings()["picture"], settings()["ffmpeg"]["arguments"]
    assert words[words.index("-crf") + 1] == str(chosen["crf"])
    assert words[words.index("-preset") + 1] == chosen["preset"]
    assert words[words.index("-bf") + 1] == str(chosen["b_frames"])


def test_a_sheet_laid_on_planes_looks_as_if_laid_on_colours() -> None:
    under = np.full((64, 64, 3), (90, 120, 150), np.uint8)
    over = np.zeros((64, 64, 4), np.uint8)
    over[16:48, 16:48] = (20, 40, 80, 128)
    sheet = cut_sheet(over)
    assert sheet
    planes = to_planes(under)
    lay_sheet(planes, sheet)
    shown = to_bgr(planes).astype(int)
    expected = np.array((90, 120, 150)) * 127 / 255 + (20, 40, 80)
    assert np.abs(shown[32, 32] - expected).max() <= 4
    assert np.abs(shown[4, 4] - (90, 120, 150)).max() <= 3


def test_an_empty_sheet_is_none() -> None:
    assert cut_sheet(np.zeros((32, 32, 4), np.uint8)) is None
