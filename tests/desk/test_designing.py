"""Looks, places and series at the desk: versions, what a change leaves stale, and who shares what."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.db import Database
from studio.desk.designing import Stake, stake
from studio.desk.desk import Desk
from studio.desk.places import places
from studio.errors import BadRequest, Conflict, NotFound
from studio.people.account import Account
from studio.production.film import Choices
from studio.story.cast import DNA
from studio.story.labels import label
from studio.story.lexicon import tables
from studio.story.places import Kit, Mood, Weather
from studio.takes.frame import Aspect
from studio.takes.plan import Plan, PlanItem, State
from studio.takes.recipe import TakeKind
from tests.production.crew import SCRIPT
from tests.production.test_production import Studio

LOW = Choices()


@pytest.fixture
def studio(db: Database, home: Path) -> Studio:
    return Studio(db, home)


def opened(studio: Studio, name: str, script: str = SCRIPT, series: str = "") -> str:
    episode = studio.desk.open_file(f"{name}.fountain", script.encode(), title=name, series=series)
    studio.desk.story(episode)
    return episode


def dna(studio: Studio, episode: str, who: str = "mara") -> DNA:
    return studio.desk.story(episode).breakdown.character(who).dna


def versions(studio: Studio, episode: str) -> list[str]:
    return [one.what for one in studio.desk.revisions(episode)]


def test_every_decision_is_a_version_that_says_what_it_was(studio: Studio) -> None:
    episode = opened(studio, "one")
    scene = studio.desk.story(episode).breakdown.scenes[0]
    place = scene.setting.place.id
    assert studio.desk.design(episode, "mara", {"cloth": "#3566a8", "hat": "cap"}, base=1) == 2
    assert studio.desk.lock(episode, "mara", True, base=2) == 3
    assert studio.desk.settle(episode, [scene.id], time=None, weather=Weather.RAIN, mood=Mood.NOIR, base=3) == 4
    assert studio.desk.build(episode, place, Kit.SHIP, base=4) == 5
    assert studio.desk.settle(episode, [scene.id], time=None, weather=None, mood=None, base=5) == 6
    assert versions(studio, episode) == [
        "Scene 1: as written",
        "Kitchen: ship's cabin set",
        "Scene 1: rain, noir",
        "Mara: look locked",
        "Mara: clothes colour, hat",
        "",
    ]
    with pytest.raises(Conflict):
        studio.desk.lock(episode, "mara", False, base=5)
    with pytest.raises(BadRequest, match="locked"):
        studio.desk.design(episode, "mara", {"hat": ""}, base=6)


def test_what_changes_nothing_is_no_version(studio: Studio) -> None:
    episode = opened(studio, "one")
    same = dna(studio, episode).model_dump()
    assert studio.desk.design(episode, "mara", same, base=1) == 1


def test_a_decision_outlives_a_rewrite(studio: Studio) -> None:
    episode = opened(studio, "one")
    studio.desk.design(episode, "mara", {"cloth": "#3566a8"}, base=1)
    studio.desk.rewrite(episode, SCRIPT.replace("never used it", "lost it"), base=2, what="lost")
    assert dna(studio, episode).cloth == "#3566a8"


def test_a_stake_counts_what_is_current_and_not_brought() -> None:
    def item(subject: str, state: State, own: bool = False) -> PlanItem:
        return PlanItem(subject=subject, kind=TakeKind(subject.partition(":")[0]), state=state, own=own)

    plan = Plan(
        items=(
            item("board:a@1280x720", State.CURRENT),
            item("board:b@1280x720", State.CURRENT, own=True),
            item("board:c@1280x720", State.CURRENT),
            item("clip:a@1280x720p24", State.STALE),
            item("clip:b@1280x720p24", State.CURRENT),
        )
    )
    assert stake(plan, ("a", "b")) == Stake(shots=2, boards=1, clips=1)


def test_places_are_listed_with_their_plates_as_the_film_wants_them(studio: Studio) -> None:
    script = SCRIPT + "\nINT. KITCHEN - DAY\n\nTOM\nStill here.\n\nINT. MARA'S - DAY\n\nTOM\nHello?\n"
    episode = opened(studio, "one", script)
    tall = Choices(aspect=Aspect.TALL)
    found = places(studio.desk.story(episode).breakdown, tall)
    assert [(one.place.name, len(one.plates), one.guessed) for one in found] == [
        ("KITCHEN", 2, False),
        ("HARBOUR", 1, False),
        ("MARA'S", 1, True),
    ]
    wanted = {item.subject for item in studio.desk.plan(episode, tall).items if item.kind is TakeKind.PLATE}
    assert {plate.subject for place in found for plate in place.plates} == wanted
    shots = {shot for place in found for shot in place.shots}
    assert shots == {shot.id for shot in studio.desk.story(episode).breakdown.shots}


def test_a_look_is_taken_from_another_episode_of_the_account(studio: Studio) -> None:
    first, second = opened(studio, "one"), opened(studio, "two", SCRIPT.replace("MARA", "ADA"))
    studio.desk.design(first, "mara", {"garment": "suit"}, base=1)
    assert [one.title for one in studio.desk.others(second)] == ["one"]
    studio.desk.adopt(second, "ada", first, "mara", base=1)
    ada = studio.desk.story(second).breakdown.character("ada")
    mara = studio.desk.story(first).breakdown.character("mara")
    assert (ada.dna, ada.casting, ada.name) == (mara.dna, mara.casting, "ADA")
    assert versions(studio, second)[0] == "Ada: as Mara in one"
    with pytest.raises(NotFound, match="nobody"):
        studio.desk.adopt(second, "ada", first, "nobody", base=2)


def test_a_series_says_who_knows_whom_and_gives_looks_on(studio: Studio) -> None:
    episodes = [opened(studio, name, series="Keys") for name in ("one", "two", "three")]
    lonely = opened(studio, "lonely")
    studio.desk.lock(episodes[2], "mara", True, base=1)
    studio.desk.design(episodes[0], "mara", {"garment": "suit"}, base=1)
    series = studio.desk.series(episodes[0])
    assert (series.title, [one.title for one in series.knowing("mara")]) == ("Keys", ["two", "three"])
    assert studio.desk.share(episodes[0], "mara") == ("two",)
    assert [dna(studio, one).garment for one in episodes] == ["suit", "suit", "coat"]
    assert studio.desk.series(lonely).others == ()


def test_an_episode_joins_and_leaves_a_series(studio: Studio) -> None:
    first, second = opened(studio, "one"), opened(studio, "two")
    studio.desk.join(first, "  The   Keys ")
    studio.desk.join(second, "The Keys")
    assert studio.desk.all_series() == ("The Keys",)
    assert [one.title for one in studio.desk.series(first).others] == ["two"]
    studio.desk.join(first, "")
    assert studio.desk.series(second).others == ()
    with pytest.raises(BadRequest, match="80"):
        studio.desk.join(first, "x" * 81)


def test_a_new_episode_knows_the_locked_look_not_the_last_one(studio: Studio) -> None:
    first = opened(studio, "one", series="Keys")
    studio.desk.design(first, "mara", {"garment": "suit"}, base=1)
    studio.desk.lock(first, "mara", True, base=2)
    second = opened(studio, "two", series="Keys")
    studio.desk.lock(second, "mara", False, base=1)
    studio.desk.design(second, "mara", {"garment": "robe"}, base=2)
    assert dna(studio, opened(studio, "three", series="Keys")).garment == "suit"


def test_another_account_sees_and_changes_nothing(studio: Studio) -> None:
    mine = opened(studio, "one", series="Keys")
    with studio.house.db.write() as session:
        session.add(Account(id="stranger", name="stranger"))
    stranger = Desk(studio.house, "stranger")
    theirs = stranger.open_file("two.fountain", SCRIPT.encode(), title="two")
    stranger.story(theirs)
    assert stranger.others(theirs) == ()
    assert stranger.all_series() == ()
    for forbidden in (
        lambda: stranger.design(mine, "mara", {}, base=1),
        lambda: stranger.lock(mine, "mara", True, base=1),
        lambda: stranger.build(mine, "kitchen", Kit.SHIP, base=1),
        lambda: stranger.adopt(theirs, "mara", mine, "mara", base=1),
        lambda: stranger.series(mine),
        lambda: stranger.join(mine, "Mine"),
        lambda: stranger.share(mine, "mara"),
    ):
        with pytest.raises(NotFound):
            forbidden()
    stranger.join(theirs, "Keys")
    assert stranger.series(theirs).others == ()


def test_everything_that_can_be_chosen_has_a_name() -> None:
    for field in ("hair", "garment", "hat", "face"):
        assert set(tables("labels")[field]) == set(tables("wardrobe")[field])
    for kind, enum in (("kit", Kit), ("mood", Mood), ("weather", Weather)):
        assert set(tables("labels")[kind]) == {one.value for one in enum}
    assert set(tables("labels")["trait"]) == set(DNA.model_fields)
    assert (label("hat", "tophat"), label("hat", "")) == ("Top hat", "None")
