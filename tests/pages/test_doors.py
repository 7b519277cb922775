"""Pages before and around an account: the same is said of every address, prices are those of the tables."""

from __future__ import annotations

from base64 import b32decode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from pages.parts.leaving import of_credits
from studio.db import now
from studio.desk.crediting import LeftView
from studio.desk.desk import Desk
from studio.desk.reception import Reception
from studio.people import signing, totp
from studio.people.account import Account, Role, State
from studio.people.doors import Doors
from studio.people.letters import Letter
from studio.production.house import House
from studio.takes.recipe import TakeKind
from studio.takes.take import Take, TakeState
from tests.pages.visit import button, text
from tests.people.town import CountedHasher
from tests.web.rows import house_at

PAGES = Path(__file__).parents[2] / "pages"
ADA, PASSWORD = "ada@example.org", "a quiet green harbour"


@pytest.fixture
def town(home: Path) -> House:
    """A house with doors, in which Ada lives, a founder."""
    hasher = CountedHasher()
    house = replace(house_at(home), doors=Doors(passwords=hasher, secret=b"s" * 32))
    with house.db.write() as session:
        session.add(Account(id="ada", name="Ada", email=ADA, shown=ADA, password=hasher.hash(PASSWORD),
                            role=Role.FOUNDER))  # fmt: skip
    return house


@pytest.fixture
def stranger(town: House) -> Callable[..., AppTest]:
    """Somebody at a page for strangers."""

    def at(page: str, *, invited: bool = False, **address: str) -> AppTest:
        house = replace(town, doors=replace(town.doors, invited=invited))
        seen = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=120)
        seen.session_state["reception"] = Reception(house, "192.0.2.1")
        for name, value in address.items():
            seen.query_params[name] = value
        assert not seen.run().exception
        return seen

    return at


@pytest.fixture
def member(town: House) -> Callable[[str], AppTest]:
    """Ada at a page of hers."""

    def at(page: str) -> AppTest:
        seen = AppTest.from_file(str(PAGES.parent / "Home.py"), default_timeout=120)
        seen.session_state["desk"] = Desk(town, "ada")
        return seen.switch_page(f"pages/{page}.py").run()

    return at


def registered(page: AppTest, email: str, password: str = PASSWORD) -> str:
    page.text_input(key="register-name").input("Grace")
    page.text_input(key="register-email").input(email)
    page.text_input(key="register-password").input(password)
    button(page, "Register").click().run()
    assert not page.exception
    return text(page)


def test_registering_says_the_same_of_every_address(stranger: Callable[..., AppTest], town: House) -> None:
    said = {registered(stranger("register"), email) for email in (ADA, "grace@example.org")}
    assert len(said) == 1
    assert "Look into your mail." in said.pop()
    with town.db.read() as session:
        assert len(session.exec(select(Letter)).all()) == 2


def test_a_password_that_will_not_do_is_said_and_nothing_is_sent(stranger: Callable[..., AppTest], town: House) -> None:
    assert "use at least 10 letters" in registered(stranger("register"), "grace@example.org", "short")
    with town.db.read() as session:
        assert session.exec(select(Letter)).first() is None


def test_a_code_is_asked_for_where_one_is_needed_and_the_link_brings_it(stranger: Callable[..., AppTest]) -> None:
    assert "register-code" not in {one.key for one in stranger("register").text_input}
    page = stranger("register", invited=True, invitation="ABCD-EFGH")
    assert "only those come in who were invited" in text(page)
    assert page.text_input(key="register-code").value == "ABCD-EFGH"
    assert "this code lets nobody in" in registered(page, "grace@example.org")


def test_a_new_password_is_promised_alike_to_every_address(stranger: Callable[..., AppTest]) -> None:
    said = set()
    for email in (ADA, "nobody@example.org"):
        page = stranger("reset")
        page.text_input(key="reset-email").input(email)
        said.add(text(button(page, "Mail me a link").click().run()))
    assert len(said) == 1


@pytest.mark.parametrize(("asked", "next_"), [("/scenes?episode=1", "/scenes?episode=1"), ("//evil.example", "/")])
def test_signing_in_leads_back_to_a_page_of_ours(stranger: Callable[..., AppTest], asked: str, next_: str) -> None:
    shown = text(stranger("sign_in", next=asked))
    assert 'action="/auth/sign-in"' in shown
    assert f'name="next" value="{next_}"' in shown
    assert 'autocomplete="username"' in shown
    assert 'autocomplete="current-password"' in shown


def test_the_landing_page_tells_the_prices_people_are_charged(
    stranger: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_PAYMENTS", "mock")
    shown = text(stranger("landing"))
    for price in ("$0.00", "$10.00", "$20.00", "$50.00", "$130.00", "$250.00", "up to $28.25 a month"):
        assert price in shown
    assert "1 retake of a scene" in shown
    assert "/landing/episode.mp4" in shown


def test_where_nothing_is_sold_strangers_see_no_price(
    stranger: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_PAYMENTS", "off")
    shown = text(stranger("landing"))
    assert "$10.00" not in shown
    assert "$130.00" not in shown
    assert "Nothing is sold here now" in shown


def test_what_the_landing_page_shows_is_there_and_small() -> None:
    shown = {file.name: file.stat().st_size for file in (PAGES.parent / "data" / "landing").iterdir()}
    assert set(shown) == {"episode.mp4", "poster.jpg", "captions.vtt", "pitch.txt"}
    assert shown["episode.mp4"] < 3_000_000


def test_an_account_shows_where_it_is_signed_in_and_ends_the_others(
    member: Callable[[str], AppTest], town: House
) -> None:
    with town.db.write() as session:
        for agent in ("Mozilla/5.0 (X11; Linux) Firefox/140.0", "Mozilla/5.0 (iPhone) Version/26 Safari/605"):
            signing.begin(session, "ada", agent, at=now())
    page = member("account")
    shown = text(page)
    assert ADA in shown
    assert "Firefox on Linux" in shown
    assert "Safari on iPhone" in shown
    page.text_input(key="end-password").input("a guess")
    button(page, "Sign out there").click().run()
    assert "this is not your password" in text(page)
    assert len(Desk(town, "ada").sessions()) == 2
    page.text_input(key="end-password").input(PASSWORD)
    button(page, "Sign out there").click().run()
    assert len(Desk(town, "ada").sessions()) == 1


def test_somebody_is_called_as_they_say(member: Callable[[str], AppTest], town: House) -> None:
    page = member("account")
    page.text_input(key="account-name").input("  Ada <i>Lovelace</i> ")
    button(page, "Change it").click().run()
    assert Desk(town, "ada").me().name == "Ada <i>Lovelace</i>"
    assert "Ada &lt;i&gt;Lovelace" in text(page)


def test_a_wrong_password_changes_none(member: Callable[[str], AppTest], town: House) -> None:
    page = member("account")
    page.text_input(key="password-now").input("guess")
    page.text_input(key="password-new").input("something else entirely")
    button(page, "Change the password").click().run()
    assert "this is not your password" in text(page)
    assert town.doors.passwords.matches(PASSWORD, _password(town))


def test_a_founder_invites_and_sees_how_far_people_get(member: Callable[[str], AppTest], town: House) -> None:
    page = member("invitations")
    assert "the plan asks for 80 %" in text(page)
    page.text_input(key="invite-label").input("<b>Grace</b>")
    button(page, "Make a code").click().run()
    code, link = page.code[0].value.split("\n")
    assert link.endswith(f"/register?invitation={code}")
    (made,) = Desk(town, "ada").invitations()
    assert (made.label, made.seats, made.open) == ("<b>Grace</b>", 1, True)
    assert "&lt;b&gt;Grace" in text(page)
    button(page, "Withdraw").click().run()
    assert not Desk(town, "ada").invitations()[0].open


def test_a_founder_lets_somebody_in_no_more_and_again(member: Callable[[str], AppTest], town: House) -> None:
    with town.db.write() as session:
        session.add(Account(id="bob", name="Bob", email="bob@example.org", shown="bob@example.org", password="x"))
    page = member("invitations")
    page.text_input(key="suspend-email").input("Bob@example.org")
    assert "say why" in text(button(page, "Suspend it").click().run())
    assert _state(town, "bob") == State.OPEN
    page.text_input(key="suspend-why").input("he spams others")
    assert button(page, "Suspend it").click().run().success
    assert _state(town, "bob") == State.SUSPENDED
    assert button(page, "Let it in again").click().run().success
    assert _state(town, "bob") == State.OPEN
    page.text_input(key="suspend-email").input(ADA)
    assert "no account of somebody else" in text(button(page, "Suspend it").click().run())


def _state(town: House, account: str) -> str:
    with town.db.read() as session:
        return session.get_one(Account, account).state


def _password(town: House) -> str:
    with town.db.read() as session:
        return session.get_one(Account, "ada").password


def test_the_account_page_offers_everything_in_one_piece(member: Callable[[str], AppTest]) -> None:
    told = text(member("account"))
    assert ">Download everything</button>" in told
    assert "the account is deleted when it has come" in told
    assert "parcels" not in told
    assert 'name="fetched"' not in told


def test_the_account_page_offers_much_in_parts_and_asks_for_them_before_one_leaves(town: House) -> None:
    with town.db.write() as session:
        for mark, size in (("one", 1_900_000_000), ("two", 1_900_000_000), ("three", 40_000_000)):
            session.add(Take(account="ada", fingerprint=mark, essence="", kind=TakeKind.CLIP, engine="kling-v4",
                             state=TakeState.MADE, recipe={}, content="c" * 64, suffix=".mp4", size=size))  # fmt: skip
    page = AppTest.from_file(str(PAGES.parent / "Home.py"), default_timeout=120)
    page.session_state["desk"] = Desk(town, "ada")
    told = text(page.switch_page("pages/account.py").run())
    assert "2 .zip files, 3.8 GB in all" in told
    assert "Download part 1 of 2, 1.9 GB" in told
    assert "Download part 2 of 2, 1.9 GB" in told
    assert told.count('action="/auth/export"') == 2
    assert 'name="until" value="1/two"' in told
    assert "Fetch the 2 parts of your data above first" in told
    assert 'name="fetched" type="checkbox" value="yes" required' in told


def test_an_app_is_set_up_and_switched_off_on_the_account_page(member: Callable[[str], AppTest], town: House) -> None:
    page, desk = member("account"), Desk(town, "ada")
    assert "Founders see what everybody pays" in text(page)
    page.text_input(key="factor-password").input(PASSWORD)
    button(page, "Set up an app").click().run()
    assert "data:image/svg+xml" in text(page)
    secret = b32decode(page.session_state["factor-shown"].secret)
    page.text_input(key="factor-code").input("nonsense")
    button(page, "Ask for codes from now on").click().run()
    assert "mistyped" in text(page)
    assert desk.factor().since is None
    page.text_input(key="factor-code").input(totp.code(secret, totp.step_of(now())))
    button(page, "Ask for codes from now on").click().run()
    assert desk.factor().paper == 8
    (paper,) = (one.value.splitlines() for one in page.code)
    assert "8 codes on paper left" in text(page)
    button(page, "I have written them down").click().run()
    assert not page.code
    page.text_input(key="factor-proof").input(PASSWORD)
    page.text_input(key="factor-last").input(paper[0])
    button(page, "Switch it off").click().run()
    assert desk.factor().since is None


@pytest.mark.parametrize(
    ("credits", "back", "told"),
    [
        (0, 0, "You have no credits left."),
        (2_500, 2_400, "Of your 2,500 credits 2,400 go back to your card as $24.00: what is left of packs you paid in "
         "the last 14 days. The other 100 are given up."),
        (500, 0, "Your 500 credits are given up: only what is left of packs you paid in the last 14 days is paid "
         "back."),
    ],
)  # fmt: skip
def test_who_may_leave_is_told_what_becomes_of_their_credits(credits: int, back: int, told: str) -> None:
    assert of_credits(LeftView(days=14, credits=credits, back=back, micros=back * 10_000)) == told


def _opened() -> None:
    """A page for founders."""
    import streamlit as st

    from pages.parts.founders import for_founders

    for_founders(st.session_state["desk"])
    st.success("open")


def test_a_founders_page_waits_for_an_app_where_the_studio_asks_for_one(town: House) -> None:
    strict = replace(town, doors=replace(town.doors, founders_app=True))
    page = AppTest.from_function(_opened)
    page.session_state["desk"] = desk = Desk(strict, "ada")
    assert "asks founders for codes of an app" in text(page.run())
    assert not page.success
    secret = b32decode(desk.begin_factor(PASSWORD).secret)
    desk.confirm_factor(totp.code(secret, totp.step_of(now())))
    assert page.run().success
    with town.db.write() as session:
        session.get_one(Account, "ada").role = Role.CREATOR
    assert "There is no such page" in text(page.run())


def test_the_account_page_says_why_a_founder_needs_an_app(town: House) -> None:
    page = AppTest.from_file(str(PAGES.parent / "Home.py"), default_timeout=120)
    page.session_state["desk"] = Desk(replace(town, doors=replace(town.doors, founders_app=True)), "ada")
    assert "This studio asks founders for it" in text(page.switch_page("pages/account.py").run())
