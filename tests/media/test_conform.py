from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from services.media import mp4
from services.media.conform import conform, conforms, look
from services.media.encoding import Raw, encode
from services.media.ffmpeg import Ffmpeg
from services.media.inspecting import inspect
from studio.errors import RenderFailed, Unreadable
from studio.takes.briefs import Caption, ShotBrief
from studio.takes.frame import Frame


def filmed(ffmpeg: Ffmpeg, out: Path, transfer: str, levels: list[float]) -> Path:
    """A film as a phone's, of high dynamic range: a grey picture for each level of its signal."""
    luma = [np.full((90, 160), round(64 + 876 * level), "<u2").tobytes() for level in levels]
    chroma = np.full((90, 80), 512, "<u2").tobytes()
    raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p10le", "-s", "160x90", "-r", "24", "-i", "pipe:0"]
    tags = f"setparams=range=tv:color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc"
    codec = ["-vf", tags, "-c:v", "libx264", "-preset", "ultrafast", "-crf", "1", "-pix_fmt", "yuv420p10le"]
    ffmpeg.feed([*raw, *codec, str(out)], [one + chroma for one in luma], what=out.name)
    return out


@pytest.mark.parametrize(
    ("transfer", "black", "grey", "white"), [("arib-std-b67", 0.0, 0.38, 0.75), ("smpte2084", 0.0, 0.38, 0.58)]
)
def test_a_phones_bright_film_is_seen_as_it_was(
    ffmpeg: Ffmpeg, tiny: Frame, pictures: Any, tmp_path: Path, transfer: str, black: float, grey: float, white: float
) -> None:
    clip = filmed(ffmpeg, tmp_path / "phone.mp4", transfer, [black, grey, white, 1.0])
    out = tmp_path / "shot.mp4"
    conform(ffmpeg, clip, ShotBrief(frame=tiny, frames=4), out)
    seen = [float(one.mean()) for one in pictures(out)]  # as screens show it, 0 to 255
    assert seen[0] < 3
    assert 70 < seen[1] < 125  # a grey card, by the guides of both
    assert 195 < seen[2] < 235  # white paper: as it is encoded 189 and 146
    assert seen[3] > seen[2] + 10  # the sun in it
    with av.open(str(out)) as file:
        assert file.streams.video[0].codec_context.color_trc == 1
        assert file.streams.video[0].codec_context.pix_fmt == "yuv420p"


def test_pixels_that_are_no_squares_are_shown_as_wide_as_they_are(
    ffmpeg: Ffmpeg, pictures: Any, tiny: Frame, tmp_path: Path
) -> None:
    clip, out = tmp_path / "dv.mp4", tmp_path / "shot.mp4"
    # A white square of 30 x 60 pixels, each twice as wide as high, in the middle of 80 x 90.
    box = "color=black:s=80x90:r=24:d=1,drawbox=x=25:y=15:w=30:h=60:c=white:t=fill,setsar=2"
    ffmpeg.run(["-f", "lavfi", "-i", box, "-c:v", "libx264", "-crf", "1", str(clip)], what=clip.name)
    conform(ffmpeg, clip, ShotBrief(frame=tiny, frames=2), out)
    lit = pictures(out)[0] > 128
    assert abs(int(lit.any(axis=0).sum()) - 60) <= 2
    assert abs(int(lit.any(axis=1).sum()) - 60) <= 2


def test_pixels_wider_than_a_cameras_are_stretched_no_further(
    ffmpeg: Ffmpeg, pictures: Any, tiny: Frame, tmp_path: Path
) -> None:
    clip, out = tmp_path / "wide.mp4", tmp_path / "shot.mp4"
    # A white bar of 10 pixels in the middle, each said to be fifty times as wide as high: memory has no room for such.
    box = "color=black:s=80x90:r=24:d=1,drawbox=x=35:y=0:w=10:h=90:c=white:t=fill,setsar=50"
    ffmpeg.run(["-f", "lavfi", "-i", box, "-c:v", "libx264", "-crf", "1", str(clip)], what=clip.name)
    conform(ffmpeg, clip, ShotBrief(frame=tiny, frames=2), out)
    lit = pictures(out)[0] > 128
    assert abs(int(lit.any(axis=0).sum()) - 80) <= 4


def test_pictures_that_grow_beyond_what_is_used_are_not_decoded(
    ffmpeg: Ffmpeg, pictures: Any, tiny: Frame, tmp_path: Path
) -> None:
    """The first is small, so the clip is taken in; what comes after it holds as many pixels as it says."""
    raw, clip, out = tmp_path / "raw.h264", tmp_path / "grown.mp4", tmp_path / "shot.mp4"
    for colour in ("black:s=160x90:r=24:d=0.25", "white:s=8208x4616:r=24:d=0.04"):
        made = ["-f", "lavfi", "-i", f"color={colour}", "-c:v", "libx264", "-preset", "ultrafast", "-threads", "1"]
        ffmpeg.run([*made, "-f", "h264", str(tmp_path / "part.h264")], what="a part")
        with raw.open("ab") as whole:
            whole.write((tmp_path / "part.h264").read_bytes())
    ffmpeg.run(["-framerate", "24", "-f", "h264", "-i", str(raw), "-c", "copy", str(clip)], what=clip.name)
    assert inspect(clip).width == 160
    conform(ffmpeg, clip, ShotBrief(frame=tiny, frames=12), out)
    assert pictures(out)[-1].max() < 64, "the last is the last of the small ones"


@pytest.mark.parametrize("frames", [1, 17, 40])
def test_a_shot_has_exactly_its_frames(
    ffmpeg: Ffmpeg, tiny: Frame, source: Any, pictures: Any, tmp_path: Path, frames: int
) -> None:
    out = tmp_path / "shot.mp4"
    assert not conform(ffmpeg, source(1.0), ShotBrief(frame=tiny, frames=frames), out)
    assert mp4.read(out).frames == frames == len(pictures(out))


def test_a_clip_that_is_too_short_holds_its_last_picture(
    ffmpeg: Ffmpeg, tiny: Frame, source: Any, pictures: Any, tmp_path: Path
) -> None:
    out = tmp_path / "shot.mp4"
    conform(ffmpeg, source(1.0), ShotBrief(frame=tiny, frames=40), out)
    seen = pictures(out).astype(int)
    assert np.abs(seen[39] - seen[26]).mean() < 2
    assert np.abs(seen[20] - seen[5]).mean() > 2


def test_what_conforms_is_passed_on_byte_for_byte(ffmpeg: Ffmpeg, tiny: Frame, source: Any, tmp_path: Path) -> None:
    first, second = tmp_path / "a.mp4", tmp_path / "b.mp4"
    conform(ffmpeg, source(1.0), ShotBrief(frame=tiny, frames=24), first)
    assert conforms(ffmpeg, first, tiny, 24)
    assert conform(ffmpeg, first, ShotBrief(frame=tiny, frames=24), second)
    assert first.read_bytes() == second.read_bytes()
    assert not conforms(ffmpeg, first, tiny, 23)
    assert not conforms(ffmpeg, first, Frame(width=160, height=90, fps=30), 24)


def test_the_same_clip_gives_the_same_bytes(ffmpeg: Ffmpeg, tiny: Frame, source: Any, tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        conform(ffmpeg, source(1.0), ShotBrief(frame=tiny, frames=20), tmp_path / name)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_a_shot_plays_everywhere(ffmpeg: Ffmpeg, tiny: Frame, source: Any, tmp_path: Path) -> None:
    out = tmp_path / "shot.mp4"
    conform(ffmpeg, source(1.0), ShotBrief(frame=tiny, frames=24), out)
    with av.open(str(out)) as file:
        stream = file.streams.video[0]
        assert stream.codec_context.pix_fmt == "yuv420p"
        codec = stream.codec_context
        assert (codec.colorspace, codec.color_primaries, codec.color_trc, codec.color_range) == (1, 1, 1, 1)  # BT.709
        assert stream.time_base.denominator == 24 * 512
    data = out.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_packets_are_read_as_the_library_reads_them(ffmpeg: Ffmpeg, tiny: Frame, source: Any, tmp_path: Path) -> None:
    out = tmp_path / "shot.mp4"
    conform(ffmpeg, source(3.0), ShotBrief(frame=tiny, frames=70), out)
    with av.open(str(out)) as file:
        packets = [p for p in file.demux(video=0) if p.size]
        track = mp4.read(out)
        assert [bytes(p) for p in packets] == list(track.packets())
        assert {i for i, p in enumerate(packets) if p.is_keyframe} == track.keys
        assert track.look.extradata == file.streams.video[0].codec_context.extradata


def test_a_still_can_stand_in_for_a_clip(ffmpeg: Ffmpeg, tiny: Frame, tmp_path: Path, pictures: Any) -> None:
    from PIL import Image

    board, out = tmp_path / "board.png", tmp_path / "shot.mp4"
    Image.new("RGB", (320, 180), "#c03020").save(board)
    conform(ffmpeg, board, ShotBrief(frame=tiny, frames=30), out)
    assert len(pictures(out)) == 30


SCRIPTS = {
    "latin": "Hello there",
    "greek": "Γεια σου",
    "cyrillic": "Привет мир",
    "arabic": "مرحبا بالعالم",
    "hebrew": "שלום עולם",
    "devanagari": "नमस्ते दुनिया",
    "bengali": "ওহে বিশ্ব",
    "tamil": "வணக்கம்",
    "thai": "สวัสดี",
    "georgian": "გამარჯობა",
    "armenian": "Բարեւ",
    "han": "你好世界",
    "kana": "こんにちは",
    "hangul": "안녕하세요",
    "telugu": "నమస్కారం",
    "ethiopic": "ሰላም ለዓለም",
    "song": "♪ → ★",
    "emoji": "😀🚀",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_burnt_captions_change_the_picture_in_every_script(
    ffmpeg: Ffmpeg, tmp_path: Path, pictures: Any, tiny: Frame, script: str
) -> None:
    plain = tmp_path / "grey.mp4"
    encode(ffmpeg, Raw([bytes([90]) * (160 * 90) + bytes([128]) * (160 * 45)] * 6), tiny, plain, what="grey")
    caption = Caption(text=SCRIPTS[script], start=2, end=4)
    out, boxes = tmp_path / "burnt.mp4", tmp_path / "boxes.mp4"
    conform(ffmpeg, plain, ShotBrief(frame=tiny, frames=6, captions=(caption,)), out)
    seen, before = pictures(out).astype(int), pictures(plain).astype(int)
    changed = np.abs(seen - before).max(axis=(1, 2))
    assert (changed[2:4] > 60).all()
    assert (changed[[0, 1, 4, 5]] < 20).all()
    # Letters nobody has a glyph for would be drawn as boxes: they must look different.
    nobody = caption.model_copy(update={"text": re.sub(r"\S", "\U000f1234", SCRIPTS[script])})
    conform(ffmpeg, plain, ShotBrief(frame=tiny, frames=6, captions=(nobody,)), boxes)
    assert np.abs(seen[3] - pictures(boxes)[3].astype(int)).max() > 40


def test_karaoke_lights_the_word_when_it_is_spoken(ffmpeg: Ffmpeg, tmp_path: Path, tiny: Frame) -> None:
    plain, out = tmp_path / "grey.mp4", tmp_path / "burnt.mp4"
    frame = Frame(width=640, height=360, fps=24)  # in smaller ones a letter's colour is lost among its neighbours
    encode(ffmpeg, Raw([bytes([90]) * (640 * 360) + bytes([128]) * (640 * 180)] * 24), frame, plain, what="grey")
    caption = Caption(text="ONE TWO", start=0, end=24, words=(("ONE", 0, 12), ("TWO", 12, 24)))
    conform(ffmpeg, plain, ShotBrief(frame=frame, frames=24, captions=(caption,), style="karaoke"), out)
    with av.open(str(out)) as file:
        seen = [f.to_ndarray(format="rgb24").astype(int) for f in file.decode(video=0)]

    def lit(picture: np.ndarray) -> int:
        return int((picture[..., 0] - picture[..., 2] > 70).sum())

    assert lit(seen[20]) > 1.5 * lit(seen[5]) > 0


@pytest.mark.parametrize("data", [b"", b"no clip at all " * 500])
def test_what_cannot_be_read_is_named(ffmpeg: Ffmpeg, tiny: Frame, tmp_path: Path, data: bytes) -> None:
    bad = tmp_path / "broken clip.mp4"
    bad.write_bytes(data)
    with pytest.raises(Unreadable, match=r"broken clip\.mp4"):
        conform(ffmpeg, bad, ShotBrief(frame=tiny, frames=5), tmp_path / "out.mp4")
    assert [p.name for p in tmp_path.iterdir()] == ["broken clip.mp4"]


def test_a_clip_cut_short_is_not_taken_for_a_whole_one(
    ffmpeg: Ffmpeg, tiny: Frame, source: Any, tmp_path: Path
) -> None:
    whole, short = tmp_path / "whole.mp4", tmp_path / "short.mp4"
    conform(ffmpeg, source(1.0), ShotBrief(frame=tiny, frames=24), whole)
    short.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * 0.8)])
    for frames in (24, 30):
        with pytest.raises(Unreadable, match=r"short\.mp4 is cut short"):
            conform(ffmpeg, short, ShotBrief(frame=tiny, frames=frames), tmp_path / "out.mp4")


def test_sound_without_picture_is_no_clip(ffmpeg: Ffmpeg, tiny: Frame, tmp_path: Path, wav: Any) -> None:
    with pytest.raises(Unreadable, match=r"only\.wav has no picture"):
        conform(ffmpeg, wav("only.wav", np.zeros(4800)), ShotBrief(frame=tiny, frames=5), tmp_path / "out.mp4")


def test_a_killed_ffmpeg_leaves_a_sentence_and_no_file(tiny: Frame, tmp_path: Path, source: Any) -> None:
    killer = tmp_path / "ffmpeg"
    killer.write_text("#!/bin/sh\nkill -9 $$\n")
    killer.chmod(0o755)
    with pytest.raises(RenderFailed, match="stopped"):
        conform(Ffmpeg(killer), source(1.0), ShotBrief(frame=tiny, frames=5, captions=()), tmp_path / "out.mp4")
    assert [p.name for p in tmp_path.iterdir()] == ["ffmpeg"]


def test_a_missing_ffmpeg_is_said(tiny: Frame, tmp_path: Path) -> None:
    with pytest.raises(RenderFailed, match="could not be started"):
        look(Ffmpeg(tmp_path / "nowhere"), tiny)


def test_a_full_disk_is_said(ffmpeg: Ffmpeg, tiny: Frame, source: Any) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(RenderFailed, match="disk is full"):
        ffmpeg.run(["-i", str(source(1.0)), "-f", "rawvideo", "/dev/full"], what="the shot")


def test_the_trial_encode_is_kept_for_other_processes(ffmpeg: Ffmpeg, tiny: Frame, source: Any, tmp_path: Path) -> None:
    first, cache = tmp_path / "a.mp4", tmp_path / "cache"
    conform(ffmpeg, source(1.0), ShotBrief(frame=tiny, frames=24), first)
    assert conforms(ffmpeg, first, tiny, 24, cache=cache)
    (trial,) = cache.iterdir()
    trial.write_bytes(trial.read_bytes()[:-1])  # a damaged one is not believed
    look.cache_clear()
    assert conforms(ffmpeg, first, tiny, 24, cache=cache)
    assert look(ffmpeg, tiny, cache) == look(ffmpeg, tiny)
