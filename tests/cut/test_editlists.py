from __future__ import annotations

from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from studio.cut.editlists import FILES, Media, build, write
from studio.cut.fcpxml import to_fcpxml
from studio.cut.timeline import Bed, SpeechLength, Timeline, beds, cut
from studio.story.breakdown import Breakdown


def made(told: Breakdown, fps: int = 24) -> tuple[Timeline, otio.schema.Timeline]:
    timeline = cut(told, {line.id: SpeechLength(seconds=1.5) for line in told.lines}, fps)
    laid: tuple[Bed, ...] = beds(timeline)
    here = Path("/films/a b")
    media = Media(
        {e.id: here / f"{e.id}.mp4" for e in timeline.entries},
        {line.id: here / f"{line.id}.wav" for line in told.lines},
        {bed.scene: here / f"{bed.scene}.wav" for bed in laid},
    )
    return timeline, build(timeline, told, media, laid)


@pytest.fixture
def told(story: Any) -> Breakdown:
    result: Breakdown = story(
        ("We should go.", "Should we?"), (), ("It's <late> & “dark”.",), ("So?",), ("Yes.",), name="Mary O'Neill"
    )
    return result


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("fps", [24, 30])
def test_the_lists_are_read_back_with_the_same_frames(told: Breakdown, tmp_path: Path, name: str, fps: int) -> None:
    timeline, edit = made(told, fps)
    write(edit, tmp_path)
    back = otio.adapters.read_from_file(str(tmp_path / name), **({"rate": fps} if name.endswith("edl") else {}))
    (picture,) = back.video_tracks()
    clips = list(picture.find_clips())
    assert [int(c.source_range.duration.rescaled_to(fps).value) for c in clips] == [e.frames for e in timeline.entries]
    starts = [c.range_in_parent().start_time.rescaled_to(fps).value for c in clips]
    assert starts == [e.start for e in timeline.entries]
    assert sum(len(c.markers) for c in clips) == len(told.scenes) + len(told.lines)


def test_media_are_urls_with_the_length_that_is_there(told: Breakdown) -> None:
    timeline, edit = made(told)
    clip = edit.video_tracks()[0][1]
    assert clip.media_reference.target_url == "file:///films/a%20b/shot-0.mp4"
    assert clip.media_reference.available_range.duration.value == timeline.entry("shot-0").frames


def test_speech_lies_where_it_is_heard(told: Breakdown) -> None:
    timeline, edit = made(told)
    track = next(t for t in edit.audio_tracks() if t.name == "Speech 1")
    starts = [c.range_in_parent().start_time.value * timeline.samples_a_frame for c in track.find_clips()]
    assert starts == sorted(timeline.heard().values())


def test_dual_lines_take_a_second_track(story: Any) -> None:
    _, edit = made(story(("Stop!", "Never!"), dual=True))
    assert [t.name for t in edit.audio_tracks()] == ["Speech 1", "Speech 2", "Music"]


def test_the_quick_fcpxml_is_the_adapters_own(told: Breakdown) -> None:
    _, edit = made(told)
    assert to_fcpxml(edit) == otio.adapters.write_to_string(edit, "fcpx_xml")


BLACK = ("Black", "")


def frames_of(items: Any, fps: int) -> list[tuple[str, int, int]]:
    """Name, start on the track and length of every clip of a track that is not black."""
    return [
        (one.name, *(int(at.rescaled_to(fps).value) for at in (one.range_in_parent().start_time, one.duration())))
        for one in items
        if isinstance(one, otio.schema.Clip) and one.name not in BLACK
    ]


def read_back(path: Path, fps: int) -> Any:
    return otio.adapters.read_from_file(str(path), **({"rate": fps} if path.suffix == ".edl" else {}))


def offsets(track: Any) -> list[tuple[int, int, int]]:
    """Start on the track, frames before and frames after its cut of every transition."""
    found = []
    for at, one in enumerate(track):
        if isinstance(one, otio.schema.Transition):
            start = track[at + 1].range_in_parent().start_time.value - one.in_offset.value
            found.append((int(start), int(one.in_offset.value), int(one.out_offset.value)))
    return found


@pytest.mark.parametrize("fps", [24, 30])
def test_fades_are_transitions_where_the_film_has_them(faded: Breakdown, tmp_path: Path, fps: int) -> None:
    timeline, edit = made(faded, fps)
    write(edit, tmp_path)
    half = fps // 2
    starts = {fade.id: timeline.entry(fade.into).start for fade in timeline.fades if fade.into}
    starts |= {fade.id: timeline.entry(fade.out).end - fps for fade in timeline.fades if not fade.into}
    begins = [starts[fade.id] for fade in timeline.fades]
    otio_back, edl_back = (read_back(tmp_path / name, fps).video_tracks()[0] for name in FILES[:2])
    sides = [(half, half) if fade.overlap else (fps, 0) if fade.out else (0, fps) for fade in timeline.fades]
    assert offsets(otio_back) == [(at, *side) for at, side in zip(begins, sides, strict=True)]
    assert offsets(edl_back) == [(at, 0, fps) for at in begins]
    for track in (otio_back, edl_back):
        assert int(track.duration().rescaled_to(fps).value) == timeline.frames


def test_dissolved_shots_meet_in_the_middle_and_their_media_have_handles(faded: Breakdown, tmp_path: Path) -> None:
    timeline, edit = made(faded)
    write(edit, tmp_path)
    over = {fade.into: 12 for fade in timeline.fades if fade.overlap}
    out = {fade.out: 12 for fade in timeline.fades if fade.overlap}
    seen = [(e.start + over.get(e.id, 0), e.frames - over.get(e.id, 0) - out.get(e.id, 0)) for e in timeline.entries]
    for name in ("timeline.otio", "timeline.fcpxml"):
        back = read_back(tmp_path / name, 24).video_tracks()[0]
        assert [frames[1:] for frames in frames_of(back, 24)] == seen
    clips = {clip.metadata["trashfire"]["shot"]: clip for clip in edit.video_tracks()[0].find_clips()}
    for fade in timeline.fades:
        if fade.overlap:
            before, after = clips[fade.out], clips[fade.into]
            assert (
                before.media_reference.available_range.duration.value
                == before.source_range.end_time_exclusive().value + 12
            )
            assert after.source_range.start_time.value == 12


@pytest.mark.parametrize("name", ["timeline.otio", "timeline.fcpxml"])
def test_speech_stays_where_it_is_heard_beside_fades(faded: Breakdown, tmp_path: Path, name: str) -> None:
    timeline, edit = made(faded)
    write(edit, tmp_path)
    tracks = read_back(tmp_path / name, 24).audio_tracks()
    found = sorted(at for track in tracks for title, at, _ in frames_of(track, 24) if "line-" in title)
    assert [at * timeline.samples_a_frame for at in found] == sorted(timeline.heard().values())


def test_every_marker_is_told_once(faded: Breakdown, tmp_path: Path) -> None:
    _, edit = made(faded)
    write(edit, tmp_path)
    for name in FILES:
        clips = read_back(tmp_path / name, 24).video_tracks()[0].find_clips()
        assert sum(len(clip.markers) for clip in clips) == len(faded.scenes) + len(faded.lines)
