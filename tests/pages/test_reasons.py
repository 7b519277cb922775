"""What is amiss with a vendor's key or account is told to who runs the studio, and nobody else is sent to mend it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from services.api import runs as told_to_programs
from services.api.problems import problem
from services.web import visitors
from studio.desk.desk import Desk
from studio.errors import Denied, Garbled, KeyMissing, Spent, VendorError
from studio.people.account import OWNER, Account
from studio.production import runs
from studio.production.house import House
from studio.production.run import RunState
from tests.pages.visit import text
from tests.web.rows import episode, run

CUSTOMER = "bert"
PLAIN = "This engine cannot be used now; those who run the studio have to see to it."
OURS = [
    Denied("fal answered 401: no; check FAL_KEY"),
    Spent("fal answered 403: exhausted balance"),
    KeyMissing("FAL_KEY is not set"),
]


def _page() -> None:
    import streamlit as st

    from pages.parts.guard import told
    from pages.parts.working import working

    working(st.session_state["desk"], st.session_state["chosen"])
    with told():
        raise st.session_state["error"]


def seen(house: House, account: str, error: VendorError) -> tuple[str, str]:
    """What a failed run and a failed click say to an account, and what programs of it are told of the run."""
    chosen = episode(house, account=account)
    begun = run(house, chosen, RunState.RUNNING, account=account)
    desk = Desk(house, account)
    page = AppTest.from_function(_page, default_timeout=120)
    page.session_state["desk"], page.session_state["chosen"], page.session_state["error"] = desk, chosen, error
    page.run()
    with house.db.write() as session:
        runs.close(session, begun, RunState.FAILED, f"{type(error).__name__}: {error}")
    page.run()
    assert not page.exception
    assert len(page.error) == 2
    program = told_to_programs.told(desk.progress(begun), credited=False).error
    return text(page), program + bytes(problem(error).body).decode()


@pytest.fixture
def hosted(house: House) -> Iterator[None]:
    """A studio with a customer, who signs in."""
    with house.db.write() as session:
        session.add(Account(id=CUSTOMER, name=CUSTOMER, tier="free"))
    visitors.let_strangers_in()
    yield
    visitors.let_strangers_in(False)


@pytest.mark.usefixtures("hosted")
@pytest.mark.parametrize("error", OURS, ids=lambda one: type(one).__name__)
def test_a_customer_reads_nothing_of_the_studio_s_own_keys_and_accounts(house: House, error: VendorError) -> None:
    for words in seen(house, CUSTOMER, error):
        assert words.count(PLAIN) == 2
        assert not [one for one in ("FAL", "fal", "Top it up", "balance") if one in words]


@pytest.mark.usefixtures("hosted")
def test_a_customer_reads_of_everything_else_what_happened(house: House) -> None:
    for words in seen(house, CUSTOMER, Garbled("two heads")):
        assert words.count("two heads") == 2
        assert PLAIN not in words


@pytest.mark.usefixtures("hosted")
@pytest.mark.parametrize("error", OURS, ids=lambda one: type(one).__name__)
def test_a_founder_reads_what_to_mend(house: House, error: VendorError) -> None:
    words, _ = seen(house, OWNER, error)
    assert PLAIN not in words
    assert "fal answered" in words or "is not set" in words


def test_the_owner_of_a_machine_reads_what_to_mend(house: House) -> None:
    for words in seen(house, OWNER, OURS[1]):
        assert words.count("Top it up there") == 2
