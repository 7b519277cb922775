"""A person's own pictures and clips: what is taken in, that it stays, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from studio.db import Database
from studio.desk.desk import Desk
from studio.errors import BadRequest, NotFound
from studio.people.account import OWNER, Account
from studio.production.film import Choices
from studio.takes.plan import PlanItem, State
from studio.takes.recipe import TakeKind
from studio.takes.take import OWN
from studio.takes.vault import FolderVault
from tests.production.test_production import Studio, made

pytestmark = pytest.mark.xdist_group("workflows")
LOW = Choices()
LOOK = "look:mara"


@pytest.fixture
def studio(db: Database, home: Path) -> Iterator[Studio]:
    made = Studio(db, home)
    made.worker.start()
    yield made
    made.worker.stop()


@pytest.fixture
def still(db: Database, home: Path) -> Studio:
    """A studio where nobody works."""
    return Studio(db, home)


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 400), **more: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#aa3311").save(out, kind, **more)
    return out.getvalue()


def item(studio: Studio, episode: str, subject: str) -> PlanItem:
    return next(one for one in studio.desk.plan(episode, LOW).items if one.subject == subject)


def first(studio: Studio, episode: str, kind: TakeKind) -> str:
    return next(one.subject for one in studio.desk.plan(episode, LOW).items if one.kind is kind)


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp")])
def test_a_picture_becomes_the_circled_take_unchanged(still: Studio, kind: str, suffix: str) -> None:
    episode, data = still.open(), picture(kind)
    brought = still.desk.bring(episode, LOOK, f"mara{suffix}", data)
    file, found = still.desk.take_file(episode, brought)
    assert (file.read_bytes(), found) == (data, suffix)
    take = still.desk.takes(episode, [LOOK])[LOOK][0]
    assert (take.engine, take.own, take.circled, take.fingerprint) == (OWN, True, True, brought)
    assert still.desk.take_file(episode, brought, small=True)[1] == ".jpg"


def test_a_photo_that_lies_on_its_side_is_put_upright(still: Studio) -> None:
    episode, turned = still.open(), Image.Exif()
    turned[0x0112] = 6
    brought = still.desk.bring(episode, LOOK, "mara.jpg", picture("JPEG", (400, 300), exif=turned))
    with Image.open(still.desk.take_file(episode, brought)[0]) as upright:
        assert upright.size == (300, 400)


def test_the_same_file_again_is_the_same_take(still: Studio) -> None:
    episode = still.open()
    assert still.desk.bring(episode, LOOK, "a.png", picture()) == still.desk.bring(episode, LOOK, "b.png", picture())
    assert len(still.desk.takes(episode, [LOOK])[LOOK]) == 1


def test_one_file_for_two_subjects_can_be_circled_for_each(still: Studio) -> None:
    episode = still.open()
    mara, tom = (still.desk.bring(episode, f"look:{who}", "us.png", picture()) for who in ("mara", "tom"))
    still.desk.circle(episode, LOOK, mara)
    still.desk.circle(episode, "look:tom", tom)
    assert still.desk.takes(episode, ["look:tom"])["look:tom"][0].circled


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "mara.png is empty"),
        (b"%PDF-1.7 not a picture", "mara.png is no picture"),
        (picture()[:-40], "mara.png is damaged"),
        (picture(size=(120, 900)), "mara.png is 120 × 900 pixels"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(still: Studio, data: bytes, said: str) -> None:
    episode = still.open()
    with pytest.raises(BadRequest, match=said):
        still.desk.bring(episode, LOOK, "/home/mara/mara.png", data)
    assert still.desk.takes(episode, [LOOK])[LOOK] == ()


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(still: Studio) -> None:
    small = picture()
    huge = small[:16] + (40_000).to_bytes(4, "big") * 2 + small[24:]
    with pytest.raises(BadRequest, match=r"huge\.png"):
        still.desk.bring(still.open(), LOOK, "huge.png", huge)


def test_what_the_film_has_not_cannot_be_brought(still: Studio) -> None:
    episode = still.open()
    for subject in ("look:nobody", "board:x@1280x720", "speech:x", "master:film@1280x720p24", ""):
        with pytest.raises(BadRequest):
            still.desk.bring(episode, subject, "mara.png", picture())


def test_a_board_of_another_shape_can_be_brought(still: Studio) -> None:
    episode = still.open()
    board = first(still, episode, TakeKind.BOARD).replace("1280x720", "720x1280")
    assert still.desk.bring(episode, board, "tall.png", picture())


def test_a_clip_is_looked_into_and_kept(still: Studio) -> None:
    episode = still.open()
    clip = first(still, episode, TakeKind.CLIP)
    brought = still.desk.bring(episode, clip, "walk.MOV", b"640x360 2.5")
    assert still.desk.take_file(episode, brought)[1] == ".mov"
    assert item(still, episode, clip).state is State.CURRENT
    for data, said in ((b"a text", "no film"), (b"64x36 2.5", "64 × 36"), (b"640x360 0.1", "0.10 s long")):
        with pytest.raises(BadRequest, match=f"walk.mov.*{said}"):
            still.desk.bring(episode, clip, "walk.mov", data)


def test_nobody_brings_to_another_account(still: Studio) -> None:
    episode = still.open()
    with still.house.db.write() as session:
        session.add(Account(id="stranger", name="stranger"))
    stranger = Desk(still.house, "stranger")
    brought = still.desk.bring(episode, LOOK, "mara.png", picture())
    with pytest.raises(NotFound):
        stranger.bring(episode, LOOK, "mine.png", picture())
    with pytest.raises(NotFound):
        stranger.take_file(episode, brought)
    assert len(still.desk.takes(episode, [LOOK])[LOOK]) == 1


def test_it_stays_when_everything_else_is_made_anew(studio: Studio) -> None:
    episode = studio.open()
    board = first(studio, episode, TakeKind.BOARD)
    brought = studio.desk.bring(episode, board, "board.png", picture(size=(1280, 720)))
    assert item(studio, episode, board).state is State.CURRENT  # though its plate and looks are missing
    studio.film()
    assert studio.desk.takes(episode, [board])[board][0].fingerprint == brought
    studio.desk.bring(episode, LOOK, "mara.png", picture())
    assert item(studio, episode, board).state is State.CURRENT
    studio.film()
    assert [take.circled for take in studio.desk.takes(episode, [board])[board]] == [True]


def test_only_what_shows_it_is_made_anew(studio: Studio) -> None:
    episode = studio.open()
    studio.film()
    board = first(studio, episode, TakeKind.BOARD)
    studio.desk.bring(episode, board, "board.png", picture(size=(1280, 720)))
    counted = made(studio, studio.film)
    assert TakeKind.BOARD not in counted
    assert counted[TakeKind.CLIP] == 1


def test_what_was_brought_is_never_collected(studio: Studio) -> None:
    episode = studio.open()
    studio.film()
    old = studio.desk.takes(episode, [LOOK])[LOOK][0]
    brought = studio.desk.bring(episode, LOOK, "mara.png", picture())
    studio.desk.circle(episode, LOOK, old.fingerprint)
    studio.desk.collect(delete=True)
    assert studio.desk.take_file(episode, brought)[0].read_bytes() == picture()


class Collected(FolderVault):
    """A vault that a collector visits after the first file was put."""

    come: Callable[[], object] = staticmethod(lambda: None)

    def put(self, file: Path, *, move: bool = False) -> str:
        content = super().put(file, move=move)
        come, self.come = self.come, lambda: None
        come()
        return content


def test_what_is_just_being_brought_outlives_a_collector(still: Studio, home: Path) -> None:
    episode, vault = still.open(), Collected(home / "vault")
    desk = Desk(replace(still.house, vault=vault), OWNER)
    collected: list[Collection[str]] = []
    vault.come = lambda: collected.append(desk.collect(delete=True).contents)
    brought = desk.bring(episode, LOOK, "mara.png", picture())
    assert [len(contents) for contents in collected] == [1]
    assert desk.take_file(episode, brought)[0].read_bytes() == picture()
