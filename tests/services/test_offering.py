"""What vendors still offer: an engine whose model left its vendor's list is refused before anything is quoted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from services.health import Health
from services.offering import Offers, listed
from services.pinging import Heard, listen
from services.settings import ROOT, Settings
from studio.desk.desk import Desk
from studio.errors import Invalid
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.house import AllOffered, House
from studio.story.proposal import Request
from studio.takes.roster import Roster
from tests.doubles.cloud import Cloud, cloud
from tests.doubles.groq import GroqDouble
from tests.doubles.house import at_doubles, settings_of
from tests.doubles.server import serving
from tests.until import HANGS, until

LARGE = "openai/gpt-oss-120b"
SCRIPT = b"INT. KITCHEN - NIGHT\n\nMARA, 70, puts a key on the table.\n\nMARA\nYou kept it.\n"


def offers(made: Settings) -> Offers:
    return Offers(made, Roster.load(ROOT / "data" / "crew.toml", made.given))


@pytest.fixture(scope="module")
def vendors() -> Iterator[Cloud]:
    with cloud() as served:
        yield served


@pytest.fixture
def house(vendors: Cloud, home: Path) -> Iterator[House]:
    """A studio that has asked its vendors, of whom Groq has given its large model up."""
    with at_doubles(vendors, home) as made:
        known = offers(settings_of(vendors, home))
        was, vendors.groq.gone = vendors.groq.gone, frozenset({LARGE})
        known.look()
        vendors.groq.gone = was
        yield replace(made, offers=known)


def test_a_model_is_known_by_its_name_and_by_the_tag_of_the_newest() -> None:
    assert listed("llama3.1", ["qwen", "llama3.1:latest"])
    assert not listed("llama3.1", ["llama3.1:8b"])


def test_every_model_of_the_crew_is_in_its_vendor_s_list(vendors: Cloud, home: Path) -> None:
    made = settings_of(vendors, home)
    assert {one.vendor for one in listen(made, lists=True) if one.models} == {"groq", "elevenlabs", "local-writer"}
    known = offers(made)
    known.look()
    assert [card.name for card in Roster.load(ROOT / "data" / "crew.toml").engine if known.gone(card.name)] == []


def test_nobody_is_asked_before_it_was_begun_and_nobody_waits_then(home: Path) -> None:
    asked, answered, started, free = list[int](), list[bool](), Event(), Event()

    def slow(_: Settings) -> Sequence[Heard]:
        asked.append(1)
        started.set()
        answered.append(free.wait(HANGS))
        return ()

    known = Offers(Settings(_env_file=None, studio_home=home), Roster(engine=()), slow)
    assert known.gone("groq-gpt-oss-120b") == ""
    assert asked == []
    known.begin()
    assert known.gone("groq-gpt-oss-120b") == ""
    assert started.wait(HANGS)
    assert (asked, answered) == ([1], [])
    free.set()


def test_an_engine_whose_model_is_gone_is_not_chosen_and_the_cloud_crew_takes_the_next(house: House) -> None:
    desk = Desk(house, OWNER)
    episode = desk.open_file("key.fountain", SCRIPT)
    with pytest.raises(Invalid, match=f"groq has no model {LARGE} any more"):
        desk.engage(episode, {"writer": "groq-gpt-oss-120b"})
    with pytest.raises(Invalid, match="any more"):
        desk.crew_named("writer=groq-gpt-oss-120b")
    desk.engage_named(episode, "cloud")
    assert desk.crew(episode).parts[0].engine == "groq-gpt-oss-20b"


def test_what_was_chosen_before_its_model_went_is_refused_before_it_is_quoted(vendors: Cloud, house: House) -> None:
    before = Desk(replace(house, offers=AllOffered()), OWNER)
    written, pitched = before.open_file("key.fountain", SCRIPT), before.open_pitch("A key nobody gave back.")
    for episode in (written, pitched):
        before.engage(episode, {"writer": "groq-gpt-oss-120b"})
    desk, spent = Desk(house, OWNER), vendors.groq.books.total
    with pytest.raises(Invalid, match="any more"):
        desk.ask(written, Request(text="funnier"), base=desk.story(written).number)
    with pytest.raises(Invalid, match="any more"):
        desk.produce(pitched, Choices())
    assert desk.under_way(pitched) == ()
    assert vendors.groq.books.total == spent


def test_the_health_page_and_healthz_say_it_in_one_sentence(home: Path, house: House) -> None:
    with serving(GroqDouble(gone=frozenset({LARGE})).app) as base:
        made = Settings(_env_file=None, studio_home=home, groq_api_key="gsk_double", groq_base_url=base)
        health = Health(made, house.db)
        until(lambda: health.report().vendors)
        report = health.report()
    (groq,) = report.vendors
    assert not groq.well
    (sentence,) = groq.gone
    assert sentence.startswith(f"groq has no model {LARGE} any more: choose another engine or set `model` of")
