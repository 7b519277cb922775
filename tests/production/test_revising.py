"""Versions of an episode: who changes it names what they saw, and every version can be had back."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.db import Database
from studio.errors import BadScript, Conflict, NotFound
from studio.story.breakdown import Breakdown
from tests.production.crew import SCRIPT
from tests.production.test_production import Studio

OTHER = SCRIPT.replace("I never used it.", "I used it once.")


@pytest.fixture
def studio(db: Database, home: Path) -> Studio:
    return Studio(db, home)


def renamed(breakdown: Breakdown) -> Breakdown:
    first = breakdown.cast[0].model_copy(update={"name": "ADA"})
    return breakdown.model_copy(update={"cast": (first, *breakdown.cast[1:])})


def test_a_story_is_text_and_breakdown_of_the_newest_version(studio: Studio) -> None:
    story = studio.desk.story(studio.open())
    assert (story.number, story.title) == (1, "The Key")
    assert "I never used it." in story.fountain
    assert [line.text for line in story.breakdown.lines][1] == "I never used it."


def test_a_rewrite_is_a_version_and_the_same_text_is_none(studio: Studio) -> None:
    episode = studio.open()
    studio.desk.story(episode)
    assert studio.desk.rewrite(episode, OTHER, base=1, what="Tom remembers") == 2
    assert studio.desk.rewrite(episode, OTHER, base=2, what="again") == 2
    assert [(one.number, one.what) for one in studio.desk.revisions(episode)] == [(2, "Tom remembers"), (1, "")]


def test_two_who_change_the_same_version_do_not_overwrite_each_other(studio: Studio) -> None:
    episode = studio.open()
    studio.desk.rewrite(episode, OTHER, base=1, what="first")
    with pytest.raises(Conflict):
        studio.desk.rewrite(episode, SCRIPT.replace("You kept it.", "Still here."), base=1, what="second")
    assert "I used it once." in studio.desk.story(episode).fountain


def test_a_text_that_is_no_screenplay_changes_nothing(studio: Studio) -> None:
    episode = studio.open()
    with pytest.raises(BadScript):
        studio.desk.rewrite(episode, "", base=1, what="oops")
    assert studio.desk.story(episode).number == 1


def test_a_decision_is_a_version_of_the_same_text(studio: Studio) -> None:
    episode = studio.open()
    before = studio.desk.story(episode)
    assert studio.desk._change(episode, "Mara is Ada", 1, renamed) == 2
    after = studio.desk.story(episode)
    assert (after.fountain, after.breakdown.cast[0].name) == (before.fountain, "ADA")
    assert studio.desk._change(episode, "once more", 2, renamed) == 2


def test_an_older_version_comes_back_whole(studio: Studio) -> None:
    episode = studio.open()
    first = studio.desk.story(episode)
    studio.desk._change(episode, "Mara is Ada", 1, renamed)
    studio.desk.rewrite(episode, OTHER, base=2, what="Tom remembers")
    assert studio.desk.restore(episode, 1, base=3) == 4
    last = studio.desk.story(episode)
    assert (last.fountain, last.breakdown) == (first.fountain, first.breakdown)
    with pytest.raises(NotFound):
        studio.desk.restore(episode, 9, base=4)
