"""The Voices tab where a vendor speaks: a voice is designed at its price, heard, kept and cast."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from studio.desk.desk import Desk
from studio.people.account import OWNER
from tests.doubles.cloud import cloud
from tests.doubles.house import at_doubles
from tests.pages.visit import tab

SCRIPT = b"INT. KITCHEN - NIGHT\n\nMARA, 70, puts a key on the table.\n\nMARA\nYou kept it.\n"


@pytest.fixture
def sold(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose vendors are doubles."""
    with cloud() as vendors, at_doubles(vendors, tmp_path) as house:
        yield Desk(house, OWNER)


def fitted(page: AppTest, episode: str) -> None:
    """Wait for what is asked for the only character's voice; a browser has the page look by itself."""
    desk: Desk = page.session_state["desk"]
    if asking := desk.fitting(episode, desk.story(episode).breakdown.cast[0].id):
        assert asking.wait(120)
        page.run()
    assert not page.exception
    assert not page.error


def test_a_voice_is_designed_heard_kept_and_cast(sold: Desk) -> None:
    episode = sold.open_file("key.fountain", SCRIPT)
    sold.engage_named(episode, "voice=eleven")
    page = tab(sold, "voices", episode=episode)
    (first,) = (one for one in page.button if one.label.startswith("Design a voice from who they are"))
    assert "about $0.0" in first.label
    first.click().run()
    fitted(page, episode)
    heard = [one.proto.body for one in page.get("html") if "designed voice" in one.proto.body]
    assert len(heard) == 3
    assert all("data:audio/mpeg;base64," in one for one in heard)
    next(one for one in page.button if one.label == "Keep voice 2 and cast it").click().run()
    fitted(page, episode)
    story = sold.story(episode)
    (mara,) = story.breakdown.cast
    assert sold.offers(story, mara.id)[0].card.voice == mara.casting.also["elevenlabs"]
    assert mara.casting.also["elevenlabs"].startswith("dblVoiceMade")
