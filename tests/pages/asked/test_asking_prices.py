"""Asking a writer at a vendor: the price stands on every button that asks, and one click is paid once."""

from __future__ import annotations

from pages.parts.wording import guess
from studio.desk.desk import Desk
from tests.doubles.cloud import Cloud
from tests.pages.visit import answered, tab, text
from tests.production.crew import SCRIPT

ASKING = ("rewrite-go", "quick-shorter", "quick-longer", "quick-funnier")


def test_every_button_that_asks_says_the_price_and_a_click_is_paid(desk: Desk, episode: str, vendors: Cloud) -> None:
    price = desk.price_of_asking(episode)
    assert price > 0
    page = tab(desk, "script_lab", episode=episode)
    for key in ASKING:
        assert page.button(key=key).label.endswith(f", about {guess(price)}"), key
    before = vendors.groq.books.total
    page = answered(page.button(key="quick-funnier").click().run())
    paid = vendors.groq.books.total - before
    assert not page.error
    assert desk.budget(episode).billed == paid > 0
    assert desk.conversation(episode).messages[0].text == "Funnier"


def test_asking_again_says_its_price(desk: Desk, episode: str) -> None:
    page = tab(desk, "script_lab", episode=episode)
    page = answered(page.button(key="quick-funnier").click().run())
    waiting = desk.conversation(episode).waiting
    assert waiting
    desk.rewrite(episode, SCRIPT.replace("kept", "lost"), base=1, what="elsewhere")
    page = tab(desk, "script_lab", episode=episode)
    price = guess(desk.price_of_asking(episode, waiting.asked))
    assert page.button(key=f"again-lab-{waiting.id}").label == f"Ask again, about {price}"


def test_the_drawer_says_what_an_answer_costs(desk: Desk, episode: str) -> None:
    page = tab(desk, "script_lab", episode=episode)
    page.button(key="chat-open").click().run()
    assert f"An answer of this writer costs about {guess(desk.price_of_asking(episode))}." in text(page)


def test_a_writer_that_is_free_says_no_price(desk: Desk, episode: str) -> None:
    desk.engage_named(episode, "offline")
    page = tab(desk, "script_lab", episode=episode)
    assert [page.button(key=key).label for key in ASKING] == ["Propose", "Shorter by a third", "Longer", "Funnier"]
    page.button(key="chat-open").click().run()
    assert "An answer of this writer costs" not in text(page)
