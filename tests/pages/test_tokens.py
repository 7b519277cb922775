"""The Tokens page: a token is made and shown once, listed without itself, and revoked."""

from __future__ import annotations

from dataclasses import replace

from streamlit.testing.v1 import AppTest

from studio.db import now
from studio.desk.desk import Desk
from studio.people import hooks
from studio.people.access import Scope
from studio.people.account import OWNER, Account
from studio.people.doors import Doors
from studio.people.hooks import Event
from studio.production.house import House
from tests.pages.visit import button, tab, text
from tests.people.town import PASSWORD, CountedHasher


def make(page: AppTest, name: str) -> AppTest:
    page.text_input(key="token-name").input(name)
    return button(page, "Make a token").click().run()


def test_without_a_token_the_page_says_what_they_are_for(desk: Desk) -> None:
    seen = text(tab(desk, "tokens"))
    assert "There is no token yet." in seen
    assert "/api/openapi.json" in seen


def test_a_token_is_shown_once_and_listed_by_what_it_may(desk: Desk) -> None:
    page = make(tab(desk, "tokens"), "My <b>script</b>")
    assert not page.exception
    (shown,) = page.code
    assert shown.value.startswith("tfs_")
    (made,) = desk.tokens()
    assert made.scopes == (Scope.READ, Scope.WRITE)
    page.run()
    assert not page.code
    seen = text(page)
    assert "My &lt;b&gt;script&lt;/b&gt;" in seen
    assert "never used" in seen
    assert shown.value not in seen


def test_a_revoked_token_is_listed_no_more(desk: Desk) -> None:
    desk.new_token("Old", [Scope.READ], days=None)
    page = tab(desk, "tokens")
    assert "until it is revoked" in text(page)
    button(page, "Revoke").click().run()
    assert desk.tokens() == ()
    assert "There is no token yet." in text(page)


def test_hooks_are_seen_and_removed_whoever_made_them(desk: Desk, house: House) -> None:
    assert "Hooks" not in text(tab(desk, "tokens"))
    kept = desk.new_hook("https://example.com/kept", [Event.DONE])
    gone = desk.new_hook("https://example.com/<b>gone</b>", [Event.DONE, Event.FAILED])
    desk.ping(gone.view.id)
    with house.db.write() as session:
        (waiting,) = hooks.due(session, at=now(), most=9, each=9)
        call, _ = hooks.claim(session, waiting, at=now()) or (None, None)
        assert call
        hooks.ended(session, call, 500, "it answered <500>", at=now(), final=True)
    page = tab(desk, "tokens")
    seen = text(page)
    assert "https://example.com/&lt;b&gt;gone&lt;/b&gt;" in seen
    assert "run.done, run.failed" in seen
    assert "the last, ping, was given up: it answered &lt;500&gt;" in seen
    assert "told nothing yet" in seen
    assert gone.secret not in seen
    page.button(key=f"remove-hook-{gone.view.id}").click().run()
    assert not page.exception
    assert [one.id for one in desk.hooks()] == [kept.view.id]
    assert "gone" not in text(page)


def test_a_token_without_a_name_or_a_scope_says_what_is_missing(desk: Desk) -> None:
    page = make(tab(desk, "tokens"), " ")
    assert "so that you know it again" in text(page)
    for one in page.checkbox:
        one.uncheck()
    assert "at least one thing" in text(make(page, "Idle"))
    assert desk.tokens() == ()


def test_whoever_has_a_password_types_it_for_a_token(house: House) -> None:
    hasher = CountedHasher()
    with house.db.write() as session:
        account = session.get_one(Account, OWNER)
        account.password = hasher.hash(PASSWORD)
        session.add(account)
    desk = Desk(replace(house, doors=Doors(passwords=hasher)), OWNER)
    page = make(tab(desk, "tokens"), "Mine")
    assert "this is not your password" in text(page)
    assert desk.tokens() == ()
    page.text_input(key="token-password").input(PASSWORD)
    make(page, "Mine")
    assert len(desk.tokens()) == 1
