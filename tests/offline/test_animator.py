"""The paper animator keeps the Animator protocol."""

from __future__ import annotations

import hashlib
from pathlib import Path

import av
import pytest

from services.offline.theatre.animator import PaperAnimator
from services.offline.theatre.wings import paper_wings
from studio.crew import Animator, Order, Product
from studio.errors import BadRequest
from studio.story.breakdown import Framing, Move
from studio.takes.briefs import ClipBrief, Mouth
from studio.takes.recipe import Recipe, TakeKind
from tests.offline.doubles import box_wings
from tests.offline.shots import SMALL, board, clip, figures, talk


def shoot(brief: ClipBrief, folder: Path, *, seed: int = 0) -> Product:
    engine: Animator = PaperAnimator(box_wings())
    folder.mkdir()
    recipe = Recipe(
        kind=TakeKind.CLIP,
        brief=brief.model_dump(mode="json"),
        engine=engine.name,
        engine_version=engine.version,
        seed=seed,
    )
    return engine.clip(Order(recipe, {}, folder))


def talking(frames: int = 31, move: Move = Move.HOLD) -> ClipBrief:
    shown = figures("ann", "ben")
    speech = talk("ann", 3, Mouth.MBP, Mouth.A, Mouth.O, Mouth.EI)
    return clip(board(Framing.MEDIUM, shown, size=SMALL, move=move), frames, speech)


@pytest.mark.parametrize("frames", [1, 31, 60])
def test_a_clip_has_exactly_the_frames_asked_for(tmp_path: Path, frames: int) -> None:
    made = shoot(talking(frames), tmp_path / "a")
    assert made.measure == {"frames": frames, "width": 320, "height": 180, "fps": 24}
    with av.open(str(made.file)) as container:
        assert sum(1 for _ in container.decode(video=0)) == frames


def test_the_same_order_gives_the_same_bytes_in_a_warm_and_a_cold_process(tmp_path: Path) -> None:
    engine = PaperAnimator(box_wings())
    sums = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        recipe = Recipe(
            kind=TakeKind.CLIP, brief=talking(move=Move.PUSH_IN).model_dump(mode="json"), engine="x", engine_version="1"
        )
        sums.append(hashlib.sha256(engine.clip(Order(recipe, {}, folder)).file.read_bytes()).hexdigest())
    cold = shoot(talking(move=Move.PUSH_IN), tmp_path / "c").file.read_bytes()
    assert sums[0] == sums[1] == hashlib.sha256(cold).hexdigest()


def test_another_seed_is_another_performance(tmp_path: Path) -> None:
    one, other = shoot(talking(), tmp_path / "a"), shoot(talking(), tmp_path / "b", seed=7)
    assert one.file.read_bytes() != other.file.read_bytes()


def test_held_and_moving_clips_can_be_joined(tmp_path: Path) -> None:
    found = set()
    for move in (Move.HOLD, Move.SHAKE, Move.PULL_OUT):
        with av.open(str(shoot(talking(move=move), tmp_path / move.name).file)) as container:
            stream = container.streams.video[0]
            found.add((stream.codec_context.extradata, stream.time_base))
    assert len(found) == 1


def test_paper_people_in_a_paper_place_are_the_same_every_time(tmp_path: Path) -> None:
    brief = talking(frames=8, move=Move.DRIFT)
    sums = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        recipe = Recipe(kind=TakeKind.CLIP, brief=brief.model_dump(mode="json"), engine="x", engine_version="1")
        made = PaperAnimator(paper_wings()).clip(Order(recipe, {}, folder))
        sums.append(hashlib.sha256(made.file.read_bytes()).hexdigest())
    assert sums[0] == sums[1]


def test_a_figure_nobody_described_is_refused_by_name(tmp_path: Path) -> None:
    brief = talking()
    lost = brief.model_copy(update={"board": brief.board.model_copy(update={"cast": {}})})
    with pytest.raises(BadRequest, match="ann"):
        shoot(lost, tmp_path / "a")


def test_a_shot_with_nobody_and_a_shot_with_nothing_known_are_drawn(tmp_path: Path) -> None:
    empty = clip(board(Framing.WIDE, (), size=SMALL), 5)
    unknown = clip(board(Framing.INSERT, figures("ann"), size=SMALL, focus="no-such-thing"), 5)
    for name, brief in (("a", empty), ("b", unknown)):
        assert shoot(brief, tmp_path / name).measure["frames"] == 5
