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
