"""The founder's page: refused to creators, empty, and full of a house that sold, made and refunded something."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.founding_frame import VIEWS
from pages.parts.founding_tables import Mark, Money, to_csv, to_file
from services.health import Health
from services.overview import Overview
from services.settings import Settings
from services.web import visitors
from studio.db import now
from studio.desk.desk import Desk
from studio.desk.founding_alarms import watch
from studio.money.booking import book_vendor
from studio.money.entry import About
from studio.money.sums import balance
from studio.money.usage import Usage
from studio.people import signing
from studio.people.account import OWNER, Account
from studio.people.visits import Seen, note_visit
from studio.production.house import House
from studio.production.rental import Rental
from tests.desk.founding.rows import FILMS, TIERS, billed, paid
from tests.desk.founding.test_acts import spent
from tests.pages.visit import button, text

ROOT = Path(__file__).parents[2]
HOUR = timedelta(hours=1)


def opened(house: House, home: Path, view: str, account: str = OWNER, **asked: str) -> AppTest:
    """A view of the page as an account sees it."""
    settings = Settings(_env_file=None, studio_home=home)
    page = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=120)
    page.session_state["desk"] = Desk(house, account)
    page.session_state["overview"] = Overview(settings, Health(settings, house.db, ask=lambda _: ()))
    for name, value in {"view": view, **asked}.items():
        page.query_params[name] = value
    page.switch_page("pages/founder.py").run()
    assert not page.exception
    return page


@pytest.fixture
def busy(house: House) -> House:
    """A house that sells: Anna pays and has a dear episode, Bert has another, and somebody looked in."""
    made = replace(house, tiers=TIERS, films=FILMS)
    with made.db.write() as session:
        for name, tier in (("anna", "pro"), ("bert", "free")):
            session.add(Account(id=name, name=f"<{name}>", tier=tier, email=f"{name}@example.com", shown=f"{name}@x"))
        session.flush()
        paid(session, "anna", "pro", 20_000_000, now() - 240 * HOUR, days=20)  # half of it has passed
        billed(session, "anna", "e1", 2.50, at=now() - HOUR, subject="clip:1A", mark="a")
        billed(session, "bert", "=e2", 0.50, at=now() - HOUR)
        note_visit(session, Seen.LANDING, now())
    spent(made, "anna", "e1", 2_500_000)
    watch(made, at=now())
    return made


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_house_shows_every_view(house: House, home: Path, view: str) -> None:
    page = opened(house, home, view)
    assert not page.error
    assert "Founder&#x27;s desk" in text(page) or "Founder's desk" in text(page)


def test_a_creator_is_told_nothing(busy: House, home: Path) -> None:
    for view in ("morning", "margins", "acts"):  # every verb behind the others is refused beside the desk
        page = opened(busy, home, view, account="bert")
        assert [one.value for one in page.error], view
        told = text(page)
        assert not [word for word in ("$2.50", "anna", "$20.00", "MRR") if word in told], view


@pytest.fixture
def strangers() -> Iterator[None]:
    visitors.let_strangers_in()
    yield
    visitors.let_strangers_in(False)


@pytest.mark.usefixtures("strangers")
def test_a_stranger_is_led_to_sign_in() -> None:
    page = AppTest.from_file(str(ROOT / "pages" / "founder.py"), default_timeout=120).run()
    assert "You are not signed in." in text(page)
    assert "desk" not in page.session_state


def test_the_morning_tells_of_alarms_money_and_the_dear_episode(busy: House, home: Path) -> None:
    page = opened(busy, home, "morning")
    assert [one.value for one in page.error] == ["Episode e1 of anna has cost \\$2.50."]
    told = text(page)
    assert "<dt>MRR</dt><dd>$20.00</dd>" in told
    assert "<dt>Vendors</dt><dd>$3.00</dd>" in told
    assert '<th scope="row">e1</th>' in told
    assert "&lt;anna&gt;" in told
    assert "<anna>" not in told


def test_the_episode_over_two_dollars_is_found_and_refunded_and_the_margin_tells(busy: House, home: Path) -> None:
    before = text(opened(busy, home, "margins"))
    assert "<dt>Left</dt><dd>$6.12</dd>" in before  # 10 less 0.88 of fees and 3 of vendors
    page = opened(busy, home, "acts", account="owner")
    page.text_input(key="act-find").set_value("anna@example.com").run()
    assert "anna@x" in text(page)
    page.text_input(key="refund-episode").set_value("e1")
    page.text_input(key="why-refund").set_value("it came out wrong")
    button(page, "Give back what was paid for it").click().run()
    assert [one.value for one in page.success] == ["$2.50 were given back for e1."]
    assert "it came out wrong" in text(page)
    with busy.db.read() as session:
        assert balance(session, "pot:anna") == 0
    after = text(opened(busy, home, "margins"))
    assert '<td data-head="Given back">$2.50</td>' in after
    assert "<dt>Left</dt><dd>$6.12</dd>" in after, "no money went out yet"
    with busy.db.write() as session:
        billed(session, "anna", "e3", 2.50, at=now())
    assert "<dt>Left</dt><dd>$3.62</dd>" in text(opened(busy, home, "margins")), "and now it did"


def test_a_house_whose_episodes_are_dear_can_suppose_that_too(busy: House, home: Path) -> None:
    with busy.db.write() as session:
        billed(session, "anna", "e4", 40.0, at=now())
    page = opened(busy, home, "plan")
    assert page.slider(key="if-episode").value == pytest.approx(43.0 / 3, abs=0.01)


@pytest.mark.parametrize(("view", "file"), [("alarms", "what-stands"), ("service", "how-it-stands-now")])
def test_what_is_no_table_can_be_taken_away_too(busy: House, home: Path, view: str, file: str) -> None:
    page = opened(busy, home, view)
    assert f"csv-{file}" in " ".join(one.proto.id for one in page.get("download_button"))


def test_every_alarm_has_a_way_on(busy: House, home: Path) -> None:
    Desk(busy, OWNER).founding.take_report("fal", "a.csv", f"request_id,timestamp,cost\nr1,{now()},9\n".encode())
    with busy.db.write() as session:
        session.add(Rental(host="vast", machine="7", name="left-7", micros_an_hour=410_000, leaked=True))
    watch(busy, at=now())
    labels = [one.proto.label for one in opened(busy, home, "alarms").get("page_link")]
    assert {"Act on it", "See what is behind it", "See the machine"} <= set(labels)


def test_an_act_without_a_reason_is_refused_in_a_sentence(busy: House, home: Path) -> None:
    page = opened(busy, home, "acts")
    page.text_input(key="act-find").set_value("anna").run()
    button(page, "Give them").click().run()
    assert any("say why" in one.value for one in page.error)


def test_growth_and_the_plan_say_where_they_do_not_hold(busy: House, home: Path) -> None:
    growth = text(opened(busy, home, "growth"))
    assert '<th scope="row">Visits</th><td data-head="How many">1</td>' in growth
    told = text(opened(busy, home, "plan"))
    assert "does not hold" in told
    assert "50 episodes" in told


def test_other_days_are_chosen_by_hand(busy: House, home: Path) -> None:
    page = opened(busy, home, "costs")
    assert "<dt>Billed by vendors</dt><dd>$3.00</dd>" in text(page)
    page.button_group(key="founder-time").set_value("Other").run()
    long_ago = now().date() - timedelta(days=20)
    page.date_input(key="founder-days").set_value((long_ago, long_ago + timedelta(days=9))).run()
    assert not page.exception
    assert "<dt>Billed by vendors</dt><dd>$0.00</dd>" in text(page)
    assert "Vendors billed nothing in this time." in text(page)


def test_a_file_runs_in_no_spreadsheet() -> None:
    rows = [
        ("=HYPERLINK(1)", Money(-1_500_000), Mark("bad:@over"), -3, None),
        ("+1", Money(0), Mark("done:ok"), 1.5, "-a"),
        ("\n=1+1", Money(0), Mark("done:＝1"), 1, "＠SUM(A1)"),  # as a spreadsheet in the east writes its signs
    ]
    found = list(csv.reader(io.StringIO(to_csv(("What", "Amount", "Mark", "Many", "Say"), rows))))
    assert found[1:] == [
        ["'=HYPERLINK(1)", "-1.500000", "'@over", "-3", ""],
        ["'+1", "0.000000", "ok", "1.5", "'-a"],
        ["'\n=1+1", "0.000000", "'＝1", "1", "'＠SUM(A1)"],
    ]


def test_a_file_says_that_it_is_unicode() -> None:
    file = to_file(("Account",), [("Ó Súilleabháin",)])
    assert file.startswith(b"\xef\xbb\xbf")
    assert file.decode("utf-8-sig").splitlines() == ["Account", "Ó Súilleabháin"]


def figures(page: AppTest) -> dict[str, str]:
    """The figures of a view by their names."""
    return dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", text(page)))


@pytest.mark.parametrize("view", ["morning", "margins"])
def test_what_is_left_can_be_reckoned_from_the_figures_beside_it(busy: House, home: Path, view: str) -> None:
    with busy.db.write() as session:
        paid(session, "anna", "pro", 9_000_000_000, now() - 24 * HOUR, days=1)
    found = figures(opened(busy, home, view))
    amounts = [float(found[one].strip("$").replace(",", "")) for one in ("Brought", "Payment fees", "Vendors", "Left")]
    assert amounts[0] - amounts[1] - amounts[2] == pytest.approx(amounts[3], abs=0.02)
    assert found["Brought"].startswith("$9,0"), "thousands are told apart"


def test_words_begin_on_the_left_and_figures_end_on_the_right(busy: House, home: Path) -> None:
    told = text(opened(busy, home, "margins"))
    assert '<th scope="col" class="ts-word">Account</th>' in told
    assert '<td data-head="Account" class="ts-word">&lt;anna&gt;</td>' in told
    assert '<th scope="col">Vendors</th>' in told


def test_an_alarm_says_whose_it_is(busy: House, home: Path) -> None:
    assert "&lt;anna&gt;. Since" in text(opened(busy, home, "alarms"))


def test_the_choice_of_time_is_not_over_what_is_of_now_and_outlives_it(busy: House, home: Path) -> None:
    page = opened(busy, home, "morning")
    page.button_group(key="founder-time").set_value("90 days").run()
    for view, shown in (("alarms", []), ("bills", []), ("revenue", ["90 days"])):
        page.query_params["view"] = view
        page.run()
        assert not page.exception
        assert [one.value for one in page.button_group] == shown, view
        assert not page.warning


def test_a_bill_of_sums_speaks_of_no_requests(busy: House, home: Path) -> None:
    Desk(busy, OWNER).founding.take_report("groq", "a.csv", f"date,model,cost\n{now():%Y-%m-%d},oss,9\n".encode())
    watch(busy, at=now())
    said = [one.value for one in opened(busy, home, "alarms").error]
    assert any("groq bills" in one and "names no requests" in one and "unassigned" not in one for one in said), said


@pytest.mark.parametrize(
    ("spend", "left"),
    [
        ("0.10", "the bill leaves $0.03 for them."),
        ("0.05", "without it, the ledger still has $0.03 more than the bill."),
    ],
)
def test_what_was_guessed_for_lost_answers_stands_beside_the_bill(
    busy: House, home: Path, spend: str, left: str
) -> None:
    tokens = {"vendor": "groq", "model": "openai/gpt-oss-20b", "quantities": {"input_tokens": 1_000_000}}
    with busy.db.write() as session:
        for request, guessed in (("x1", ""), ("unheard-x1", "as much as the one that came")):
            usage = Usage(**tokens, request=request, guessed=guessed)
            book_vendor(session, usage, About(account="anna"), busy.prices, at=now())
    report = f"date,model,cost\n{now():%Y-%m-%d},oss,{spend}\n"
    Desk(busy, OWNER).founding.take_report("groq", "a.csv", report.encode())
    assert f"$0.08 is guessed, for answers that never came; {left}" in text(opened(busy, home, "bills"))


def test_all_sessions_are_ended_by_a_button_that_asks_why(busy: House, home: Path) -> None:
    with busy.db.write() as session:
        sid = signing.begin(session, "anna", "Firefox", at=now())
    page = opened(busy, home, "acts")
    button(page, "End all sessions").click().run()
    assert "say why" in text(page)
    assert Desk(busy, "anna").sessions(sid)
    page.text_input(key="why-sign-everybody-out").input("a backup was stolen")
    button(page, "End all sessions").click().run()
    assert not page.exception
    assert Desk(busy, "anna").sessions(sid) == ()
    assert "1 session ended" in " ".join(one.value for one in page.success)
