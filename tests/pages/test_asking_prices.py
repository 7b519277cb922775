"""Asking a writer at a vendor: the price stands on every button that asks, and one click is paid once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.parts.wording import guess
from studio.desk.desk import Desk
from studio.production.house import House
from tests.doubles.cloud import Cloud, cloud
from tests.doubles.house import at_doubles
from tests.pages.visit import answered, tab, text

ROOT = Path(__file__).parents[2]
SCRIPT = b"INT. KITCHEN - NIGHT\n\nMARA, 70, puts a key on the table.\n\nMARA\nYou kept it.\n\nTOM\nNever.\n"
ASKING = ("rewrite-go", "quick-shorter", "quick-longer", "quick-funnier")


@pytest.fixture(scope="module")
def vendors() -> Iterator[Cloud]:
    """Doubles of every vendor."""
    with cloud() as served:
        yield served


@pytest.fixture
def house(home: Path, vendors: Cloud) -> Iterator[House]:
    """A house whose vendors are doubles."""
    with at_doubles(vendors, home) as made:
        yield made


@pytest.fixture
def shown(desk: Desk) -> str:
    """An episode whose writer is at a vendor."""
    found = desk.open_file("key.fountain", SCRIPT)
    desk.engage_named(found, "writer=groq")
    return found


def test_every_button_that_asks_says_the_price_and_a_click_is_paid(desk: Desk, shown: str, vendors: Cloud) -> None:
    price = desk.price_of_asking(shown)
    assert price > 0
    page = tab(desk, "script_lab", episode=shown)
    for key in ASKING:
        assert page.button(key=key).label.endswith(f", about {guess(price)}"), key
    before = vendors.groq.books.total
    page = answered(page.button(key="quick-funnier").click().run())
    paid = vendors.groq.books.total - before
    assert not page.error
    assert desk.budget(shown).billed == paid > 0
    assert desk.conversation(shown).messages[0].text == "Funnier"


def test_asking_again_says_its_price(desk: Desk, shown: str) -> None:
    page = tab(desk, "script_lab", episode=shown)
    page = answered(page.button(key="quick-funnier").click().run())
    waiting = desk.conversation(shown).waiting
    assert waiting
    desk.rewrite(shown, SCRIPT.decode().replace("Never", "Always"), base=1, what="elsewhere")
    page = tab(desk, "script_lab", episode=shown)
    price = guess(desk.price_of_asking(shown, waiting.asked))
    assert page.button(key=f"again-lab-{waiting.id}").label == f"Ask again, about {price}"


def test_the_drawer_says_what_an_answer_costs(desk: Desk, shown: str) -> None:
    page = tab(desk, "script_lab", episode=shown)
    page.button(key="chat-open").click().run()
    assert f"An answer of this writer costs about {guess(desk.price_of_asking(shown))}." in text(page)


def test_a_writer_that_is_free_says_no_price(desk: Desk, shown: str) -> None:
    desk.engage_named(shown, "offline")
    page = tab(desk, "script_lab", episode=shown)
    assert [page.button(key=key).label for key in ASKING] == ["Propose", "Shorter by a third", "Longer", "Funnier"]
    page.button(key="chat-open").click().run()
    assert "An answer of this writer costs" not in text(page)
