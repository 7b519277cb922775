"""Scores of sets of clips: what counts, what passes, and what is said when the eyes' weights are not here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from jobs import KLEIN, a_worker, job
from PIL import Image
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection, Dinov2Config, Dinov2Model

from gpu_endpoint.anchors import Anchors, anchored, conforming, nearby, steady
from gpu_endpoint.consistency import main, scored
from gpu_endpoint.errors import Cancelled, InvalidInput, NotInstalled
from gpu_endpoint.eyes import Face, Whole, unit
from gpu_endpoint.film import written
from gpu_endpoint.judging import trained, weight_free
from gpu_endpoint.motion import Floats, Pixels
from gpu_endpoint.pictures import Pictures
from gpu_endpoint.scoring import Scene, rule
from gpu_endpoint.worker import Errand
from tests.media.scenes import BAD, DRIFT, GOOD, HERO, STATIC, STRANGER, Clip, Hero, seen, set_of, with_hero


def coarse(pictures: Sequence[Pixels], size: tuple[int, int]) -> Floats:
    """The colours of pictures in so many cells."""
    small = [cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in pictures]
    return unit([one.astype(float).ravel() - 110 for one in small])


class Drawn:
    """Eyes for drawn scenes: colours in coarse cells, and faces where the skin of one of the two drawn people is."""

    def subject(self, pictures: Sequence[Pixels]) -> Floats:
        return unit(
            [cv2.resize(one, (12, 8), interpolation=cv2.INTER_AREA).astype(float).ravel() - 110 for one in pictures]
        )

    def scenery(self, pictures: Sequence[Pixels]) -> Floats:
        return unit(
            [cv2.resize(one, (6, 4), interpolation=cv2.INTER_AREA).astype(float).ravel() - 110 for one in pictures]
        )

    def faces(self, picture: Pixels) -> list[Face]:
        found = []
        for who in (HERO, STRANGER):
            skin = np.abs(picture.astype(int) - who.skin[::-1]).max(axis=2) < 12
            if skin.sum() > 40:
                x = int(np.median(np.nonzero(skin)[1]))
                person = np.ascontiguousarray(picture[100:160, max(0, x - 10) : x + 10])
                found.append(Face(person, unit([np.array(who.skin, float) - 140])[0]))
        return found


def rgb(picture: Pixels) -> Pixels:
    return np.ascontiguousarray(picture[..., ::-1])


def scene(clip: Clip, name: str = "scene", *who: str) -> Scene:
    pictures = [rgb(one) for one in clip]
    return Scene(name, lambda: pictures, pictures[0], who)


def sheet(who: Hero, *places: int) -> list[Pixels]:
    """Pictures of somebody in some places."""
    return [rgb(with_hero(seen(set_of(number)), who, 110)) for number in places]


CAST = {"hero": sheet(HERO, 6, 7, 8), "stranger": sheet(STRANGER, 11, 12, 13)}


def test_good_scenes_count_and_faults_count_nothing_and_say_why() -> None:
    clips = [GOOD["walk"](0), GOOD["pan"](1), STATIC(2), BAD["noise tail"](3), BAD["flicker"](4), BAD["cut"](5)]
    score = weight_free([scene(one, str(number)) for number, one in enumerate(clips)])
    apart = "it falls apart or cuts to something else"
    assert [one.reason for one in score.scenes] == ["", "", "it stands still", apart, "it flickers", apart]
    assert [one.counted for one in score.scenes[2:]] == [0, 0, 0, 0]
    assert score.scenes[2].percent == 100
    assert min(one.counted for one in score.scenes[:2]) > 85
    assert (score.moving, score.good) == (5, 2)
    assert score.mean == pytest.approx(sum(one.counted for one in score.scenes) / 6, abs=0.01)


def test_without_trained_eyes_nothing_passes() -> None:
    score = weight_free([scene(GOOD["pan"](number)) for number in (0, 1)])
    assert score.mean > rule().rule.mean
    assert not score.passed


def test_who_becomes_another_is_seen_by_trained_eyes_alone() -> None:
    scenes = [scene(GOOD["walk"](0), "kept", "hero"), scene(DRIFT(1), "lost", "hero")]
    free, kept = weight_free(scenes), trained(scenes, CAST, Drawn())
    assert abs(free.scenes[0].percent - free.scenes[1].percent) < 4
    identities = [one.identity for one in kept.scenes]
    assert identities[0] is not None
    assert identities[1] is not None
    assert identities[0] > identities[1] + 0.3
    assert kept.scenes[0].percent > kept.scenes[1].percent + 8
    assert set(kept.anchors) == {"subject", "background", "looks", "faces"}


def test_a_scene_nobody_is_in_is_scored_without_identity() -> None:
    score = trained([scene(GOOD["pan"](0)), scene(GOOD["pan"](1))], {}, Drawn())
    assert [one.identity for one in score.scenes] == [None, None]
    parts = rule().parts
    one, found = score.scenes[0], score.anchors
    subject, background = Anchors(*found["subject"]), Anchors(*found["background"])
    assert one.subject is not None
    assert one.background is not None
    assert one.keyframe is not None
    expected = (
        parts.subject * subject.share(one.subject)
        + parts.background * background.share(one.background)
        + parts.keyframe * subject.share(one.keyframe)
    ) / (parts.subject + parts.background + parts.keyframe)
    assert one.percent == pytest.approx(100 * expected, abs=0.3)


def test_a_set_passes_by_its_mean_and_by_how_many_are_good() -> None:
    good = [scene(GOOD["pan"](number), str(number)) for number in range(4)]
    assert trained(good, {}, Drawn()).passed
    still = trained([*good, replace(scene(STATIC(5)), name="still")], {}, Drawn())
    assert still.moving == 4
    assert not still.passed


def test_vbench_sums() -> None:
    rows = unit([[1, 0], [1, 1], [0, 1], [-1, 0]])
    half = 2**-0.5
    assert steady(rows) == pytest.approx(np.mean([(half + half) / 2, (half + 0) / 2, 0]))
    assert conforming(rows[0], rows) == pytest.approx(0.4 * 1 + 0.3 * (half + half + 0) / 3 + 0.3 * 0, abs=1e-6)


def test_chance_is_taken_off() -> None:
    one, other = unit([[1, 0], [1, 0.2]]), unit([[0, 1]])
    found = anchored([one, other], [one[:1], unit([[0.2, 1]])])
    assert found.strangers == pytest.approx(float(np.mean(one @ other.T)))
    assert found.same == pytest.approx((1 + 0.04) ** -0.5, abs=0.02)
    assert (found.share(found.strangers), found.share(found.same), found.share(2.0), found.share(-1)) == (0, 1, 1, 0)
    picture = CAST["hero"][0]
    assert nearby(picture).shape == picture.shape
    assert not np.array_equal(nearby(picture), picture)


@pytest.mark.parametrize(
    ("scenes", "cast", "told"),
    [
        ([scene(STATIC(0))], {}, "at least two"),
        ([scene(STATIC(0), "a", "ann"), scene(STATIC(1))], CAST, "ann has no reference"),
        ([scene(STATIC(0), "a", "hero"), scene(STATIC(1))], {"hero": CAST["hero"]}, "at least two characters"),
        ([scene(STATIC(0)[:1]), scene(STATIC(1))], {}, "fewer than two pictures"),
    ],
    ids=["alone", "unknown", "no stranger", "still"],
)
def test_too_little_to_compare_is_refused(scenes: list[Scene], cast: dict[str, list[Pixels]], told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        trained(scenes, cast, Drawn())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A volume with three clips and a job for them."""
    scenes = []
    for number, kind in enumerate(("pan", "walk", "zoom")):
        written((rgb(one) for one in GOOD[kind](number)), 7, tmp_path / f"{number}.mp4")
        scenes.append({"name": kind, "clip": f"{number}.mp4"})
    Image.fromarray(rgb(GOOD["walk"](1)[0])).save(tmp_path / "walk.png")
    scenes[1]["keyframe"] = "/runpod-volume/walk.png"
    (tmp_path / "job.json").write_text(json.dumps({"scenes": scenes}))
    return tmp_path


def test_films_are_scored_from_the_command_line_and_as_a_job(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder / "job.json"), "--weight-free"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["method"] == "weight-free"
    assert [one["counted"] > 85 for one in told["scenes"]] == [True] * 3
    heard: list[float] = []
    given = {**json.loads((folder / "job.json").read_text()), "method": "weight-free"}
    assert scored(given, folder, None, told=heard.append).model_dump(exclude_none=True)["mean"] == told["mean"]
    assert heard == pytest.approx([1 / 3, 2 / 3, 1])


def test_missing_weights_are_a_coded_refusal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder / "job.json")]) == 2
    assert json.loads(capsys.readouterr().err)["code"] == "not_installed"
    (folder / "weights").mkdir()
    (folder / "weights" / "dinov2-base").mkdir()
    with pytest.raises(NotInstalled, match="clip-vit-base-patch32, face_detection") as refused:
        scored(json.loads((folder / "job.json").read_text()), folder, folder / "weights")
    assert str(folder) not in refused.value.text()


def test_a_worker_scores_clips_of_its_volume_as_a_job(folder: Path) -> None:
    worker = a_worker(folder, pictures=Pictures(folder))
    given = json.loads((folder / "job.json").read_text())
    heard: list[dict[str, object]] = []
    try:
        made = worker.answer({"consistency": {**given, "method": "weight-free"}}, Errand("job-1", heard.append))
        assert (made["kind"], made["score"]["method"], made["score"]["moving"]) == ("consistency", "weight-free", 3)
        assert made["gpu_ms"] >= 1
        assert heard
        with pytest.raises(NotInstalled):
            worker.answer({"consistency": given}, Errand("job-2"))
        off = Errand("job-3")
        off.stop.set()
        with pytest.raises(Cancelled):
            worker.answer({"consistency": {**given, "method": "weight-free"}}, off)
        assert worker.answer(job(KLEIN, "after"), Errand("job-4"))["kind"] == "picture"
    finally:
        worker.close()


@pytest.mark.parametrize("path", ["/etc/hostname", "../outside.mp4", "link.mp4", "none.mp4", "job.json"])
def test_files_outside_the_volume_and_no_films_are_refused(folder: Path, path: str) -> None:
    (folder.parent / "outside.mp4").write_bytes((folder / "0.mp4").read_bytes())
    (folder / "link.mp4").symlink_to(folder.parent / "outside.mp4")
    given = {"method": "weight-free", "scenes": [{"name": "a", "clip": path}, {"name": "b", "clip": "0.mp4"}]}
    with pytest.raises(InvalidInput) as refused:
        scored(given, folder, None)
    assert str(folder) not in refused.value.text()


def test_trained_networks_are_read_from_a_folder(tmp_path: Path) -> None:
    torch.manual_seed(0)
    measures = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 224}
    Dinov2Model(Dinov2Config(**measures, patch_size=14)).save_pretrained(tmp_path / "dino")
    clip = CLIPVisionConfig(**measures, patch_size=32, intermediate_size=32, projection_dim=16)
    CLIPVisionModelWithProjection(clip).save_pretrained(tmp_path / "clip")
    eyes = Whole(tmp_path, {"dino": "dino", "clip": "clip"})
    pictures = [rgb(seen(set_of(number))) for number in range(18)]
    for look, wide in ((eyes.subject, 32), (eyes.scenery, 16)):
        rows = look(pictures)
        assert rows.shape == (18, wide)
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-4)
        assert look(pictures[3:4])[0] @ rows[3] == pytest.approx(1, abs=1e-4)
