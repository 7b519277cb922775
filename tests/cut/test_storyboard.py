from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from studio.cut.storyboard import storyboard
from studio.cut.timeline import cut
from studio.takes.thumbs import Thumbs


def test_every_shot_is_printed_and_boards_stay_small(story: Any, tmp_path: Path) -> None:
    told = story(*[(f"Line {i}.",) for i in range(9)], title="رسالة")
    board = tmp_path / "board.png"
    Image.effect_noise((1280, 720), 60).convert("RGB").save(board)
    small = Thumbs(tmp_path / "thumbs").of("board", lambda: board)
    out = tmp_path / "storyboard.pdf"
    pages = storyboard(told, {s.id: small for s in told.shots[:3]}, out, timeline=cut(told, {}, 24))
    data = out.read_bytes()
    assert pages == 4
    assert data.count(b"/Type /Page\n") == pages
    assert b"/DCTDecode" in data
    assert len(data) < 1_500_000


def test_all_scripts_can_be_printed_and_look_different(story: Any, tmp_path: Path) -> None:
    sizes = set()
    for text in ("Hello.", "你好，我是看守人。", "لم يخبر أحدا", "मैंने कल देखी", "שלום"):
        out = tmp_path / "one.pdf"
        storyboard(story((text,)), {}, out)
        sizes.add(out.read_bytes())
    assert len(sizes) == 5


def test_the_same_story_prints_the_same_bytes(story: Any, tmp_path: Path) -> None:
    told = story(("Hello.",))
    storyboard(told, {}, tmp_path / "a.pdf")
    storyboard(told, {}, tmp_path / "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
