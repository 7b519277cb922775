"""The health page: what works and what does not, on a bare studio and one with vendors, machines and measured takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from services.books import look_over
from services.gate.record import FileFindings
from services.gate.rule import Came, SceneFinding
from services.gpu.machine import Condition, Machine
from services.health import Health
from services.overview import Overview
from services.pinging import Heard, Pulse
from services.rentals import Rentals
from services.settings import Settings
from studio.db import now
from studio.desk.desk import Desk
from studio.money.hold import Pot
from studio.money.inbox import Notice, Topic, put_off, take_in, waiting
from studio.people.account import OWNER
from studio.production.executors import enlist
from studio.production.house import House
from studio.takes.recipe import TakeKind
from studio.takes.take import Take, TakeState
from tests.pages.visit import text
from tests.services.gate.test_verdicts import found

ROOT = Path(__file__).parents[2]
LOST = Machine(host="vast", id="7", name="trashfire-<9>", condition=Condition.RUNNING, micros_an_hour=410_000)


def opened(
    desk: Desk, house: House, home: Path, heard: Sequence[Heard] = (), dear: Sequence[str] = (), **given: str
) -> str:
    """Everything on the page."""
    settings = Settings(studio_home=home, **given)
    health = Health(settings, house.db, ask=lambda _: heard, tariff=lambda _: {"runpod": dear})
    page = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=120)
    page.session_state["desk"] = desk
    page.session_state["overview"] = Overview(settings, health)
    page.switch_page("pages/health.py")
    page.run()
    assert not page.exception
    return text(page)


def test_a_bare_studio_says_what_is_missing(desk: Desk, house: House, home: Path) -> None:
    seen = opened(desk, house, home)
    assert "Nothing can be made now." in seen
    assert "no worker is alive: nothing is made" in seen
    assert "No vendor is set: the offline crew needs none." in seen
    assert "No machine is rented, and none of ours was found." in seen
    assert seen.count("not measured yet") == 7


def test_what_the_gate_found_is_shown_with_who_animates_then(desk: Desk, house: House, home: Path) -> None:
    assert "No animator was tried" in opened(desk, house, home)
    finding = found("kling-v4", 20)
    scenes = (
        SceneFinding(scene="harbour", percent=91.25, counted=0.0, worst=0.5, motion=0.0012, reason="it stands <still>"),
        SceneFinding(scene="kitchen", percent=88.0, counted=88.0, worst=0.75, motion=0.02),
        SceneFinding(scene="attic", came=Came.FAILED, reason="fal answered 503"),
    )
    shown = {"why": "84.2 % <over> 10 scenes", "scenes": scenes, "floor": 0.2345}
    FileFindings(home / "gate.jsonl").keep(finding.model_copy(update=shown))
    seen = opened(desk, house, home)
    assert "Metric: weight-free. Different scenes are alike by 0.234 by chance" in seen
    harbour = "<td>91.2 %</td><td>0.0 %</td><td>0.50</td><td>0.0012</td><td>it stands &lt;still&gt;</td>"
    assert f"<td>harbour</td>{harbour}" in seen
    assert "<td>attic</td><td>not measured</td><td></td><td></td><td></td><td>fal answered 503</td>" in seen
    assert "svd-xt" in seen
    assert "kling-v4 animates instead, which needs FAL_KEY." in seen
    assert "84.2 % &lt;over&gt; 10 scenes, 2026-11-20" in seen


def test_books_that_do_not_add_up_are_shown(desk: Desk, house: House, home: Path) -> None:
    assert "The books" not in opened(desk, house, home)
    with house.db.write() as session:
        session.merge(Pot(account=OWNER, micros=7))
    look_over(house.db, home)
    seen = opened(desk, house, home)
    assert "does not add up" in seen
    assert f"pot of {OWNER} is kept as 7" in seen


def test_payment_notices_that_wait_are_shown_with_their_number_and_age(desk: Desk, house: House, home: Path) -> None:
    assert "Payment notices" not in opened(desk, house, home)
    with house.db.write() as session:
        for number, hours in enumerate((5, 3)):
            came = now() - timedelta(hours=hours)
            told = {"kind": "invoice.paid", "topic": Topic.INVOICE, "object": "in_1", "live": False}
            take_in(session, Notice(id=f"evt_{number}", created=came, **told), at=came)
        put_off(session, waiting(session, at=now(), most=9)[0], "stripe <is> away", at=now())
    seen = opened(desk, house, home)
    row = "<td>5 h ago</td><td>stripe &lt;is&gt; away</td>"
    assert f'<td><span class="ts-chip bad">2</span></td>{row}' in seen


@pytest.fixture
def at_work(house: House) -> None:
    """A worker that is alive."""
    with house.db.write() as session:
        enlist(session, "1")


@pytest.mark.usefixtures("at_work")
def test_a_vendor_s_outage_is_shown_and_the_studio_works(desk: Desk, house: House, home: Path) -> None:
    heard = (
        Heard(vendor="groq", what="models", pulse=Pulse.WELL, ms=84, double=True),
        Heard(vendor="fal", what="pricing", pulse=Pulse.DENIED, why="it does not accept the key", ms=31),
    )
    seen = opened(desk, house, home, heard)
    assert "The studio works; a vendor does not." in seen
    assert "groq, models, a double" in seen
    assert "84 ms" in seen
    assert "it does not accept the key" in seen


@pytest.mark.usefixtures("at_work")
def test_an_endpoint_that_costs_more_than_it_is_priced_at_is_shown(desk: Desk, house: House, home: Path) -> None:
    heard = (Heard(vendor="runpod", what="endpoint", pulse=Pulse.WELL, ms=12),)
    assert "dear" not in opened(desk, house, home, heard)
    seen = opened(desk, house, home, heard, ("endpoint <ep1>: its dearest card takes $0.00116 a second",))
    assert '<span class="ts-chip bad">dear</span> endpoint &lt;ep1&gt;: its dearest card takes $0.00116' in seen


def test_leaks_and_ended_machines_are_listed(desk: Desk, house: House, home: Path) -> None:
    table = Rentals(house.db, house.roster, {})
    table.found([LOST])
    idle = LOST.model_copy(update={"id": "8", "name": "trashfire-8"})
    table.rented(idle)
    table.ended(idle, 1_900_000_000.0)
    seen = opened(desk, house, home)
    assert ">leak</span>" in seen
    assert "trashfire-&lt;9&gt; at vast" in seen
    assert "$0.41 an hour" in seen
    assert "ended: it had nothing to do" in seen
    assert re.search(r"Their hours cost \$[\d,.]+ this month, .* were billed \$0.00 of it", seen)


@pytest.mark.usefixtures("at_work")
def test_a_target_that_is_missed_says_what_follows(desk: Desk, house: House, home: Path) -> None:
    with house.db.write() as session:
        for number in range(10):
            made = {"kind": TakeKind.SPEECH, "state": TakeState.MADE, "engine": "eleven-v3", "recipe": {}}
            session.add(Take(account=OWNER, fingerprint=str(number), essence="", took_ms=3100, **made))
    base = "http://127.0.0.1:9"
    seen = opened(desk, house, home, elevenlabs_api_key="k", elevenlabs_base_url=base)
    assert "3.10 s, 10 samples of doubles" in seen
    assert "on the vendor it would be: roll back to the local crew" in seen
    assert "Doubles on this machine were measured, not the vendors." in seen
