"""Vendors' own reports beside the ledger: what matches, is unassigned, is missing, and what cannot be read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from studio.desk.founding import Founding
from studio.desk.founding_alarms import watch
from studio.errors import BadRequest, NotFound
from studio.money.booking import book_vendor
from studio.money.entry import About
from studio.money.hours import Hire, book_hours
from studio.money.usage import Usage
from studio.people.alarms import Worry
from studio.production.house import House
from tests.desk.founding.rows import NOON, TOLD

HEAD = "request_id,timestamp,endpoint_id,cost\n"


def book(house: House, request: str, micros: int, *, hired: bool = False) -> None:
    """What fal told us it takes."""
    about = About(account="anna", episode="e1", engine="kling-v4", kind="clip")
    usage = Usage(vendor="fal", model="told", request=request, hired=hired, quantities={"told_micros": micros})
    with house.db.write() as session:
        book_vendor(session, usage, about, TOLD, at=NOON)


def report(*lines: str) -> bytes:
    """A report with these lines."""
    return (HEAD + "\n".join(lines) + "\n").encode()


FIRST = f"r1,{(NOON - timedelta(hours=1)).isoformat()},kling,0.10"
LAST = f"r9,{(NOON + timedelta(hours=1)).isoformat()},kling,$1.00"


def test_a_report_is_matched_line_by_line(desk: Founding, house: House) -> None:
    for request, micros in (("r1", 100_000), ("r2", 200_000), ("r3", 300_000)):
        book(house, request, micros)
    told = report(FIRST, "r2,2026-12-20 12:00:00,kling,0.25", LAST, ",,,1.35")
    assert desk.take_report("fal", "december.csv", told).model_dump() == {"lines": 3, "new": 3}
    assert desk.take_report("fal", "again.csv", told).new == 0
    (found,) = desk.bills()
    assert (found.lines, found.matched, found.reported) == (3, 2, 1_350_000)
    assert (found.booked, found.unassigned, found.missing) == (300_000, 1_000_000, 300_000)
    assert found.apart == 50_000 + 1_000_000 + 300_000
    assert [(one.request, one.report, one.ledger, one.account) for one in desk.odd_bills("fal")] == [
        ("r9", 1_000_000, None, ""), ("r3", None, 300_000, "anna"), ("r2", 250_000, 200_000, "anna")
    ]  # fmt: skip
    watch(house, at=NOON)
    assert [one.kind for one in desk.alarms()] == [Worry.BILL]


def test_a_bill_that_agrees_raises_nothing(desk: Founding, house: House) -> None:
    book(house, "r1", 100_000)
    desk.take_report("fal", "december.csv", report(f"r1,{NOON.isoformat()},kling,0.1004"))
    assert (watch(house, at=NOON), desk.alarms()) == (0, ())
    assert len(desk.odd_bills("fal")) == 1, "what differs is shown, however little"


def test_lines_of_one_request_are_added_up(desk: Founding, house: House) -> None:
    book(house, "r1", 350_000)
    lines = (f"r1,{NOON.isoformat()},kling,{amount}" for amount in ("0.10", "0.20", "0.05"))
    assert desk.take_report("fal", "december.csv", report(*lines)).model_dump() == {"lines": 3, "new": 1}
    (found,) = desk.bills()
    assert (found.reported, found.apart) == (350_000, 0)


@pytest.mark.parametrize(
    "told",
    [
        "Request ID;Timestamp;Cost (total)\nr1;{seconds};$0.10",
        "requestId\tcreated at\tCOST\nr1\t{thousandths}\t1e-1 USD",
        '\ufeffendpoint_id,request-id,at,amount_usd\r\nkling,r1,{iso},"0.100000000000000005"',
    ],
)
def test_a_report_may_be_written_in_many_ways(desk: Founding, house: House, told: str) -> None:
    book(house, "r1", 100_000)
    seconds = int(NOON.timestamp())
    body = told.format(seconds=seconds, thousandths=seconds * 1000, iso=NOON.isoformat())
    desk.take_report("fal", "december.csv", body.encode())
    (found,) = desk.bills()
    assert (found.matched, found.reported, found.apart, found.since) == (1, 100_000, 0, NOON)


def test_a_day_of_a_model_is_compared_by_its_sum(desk: Founding, house: House) -> None:
    about, usage = About(account="anna"), {"vendor": "groq", "model": "openai/gpt-oss-20b"}
    with house.db.write() as session:
        for request in ("x1", "x2"):
            tokens = Usage(request=request, quantities={"input_tokens": 1_000_000}, **usage)
            book_vendor(session, tokens, about, house.prices, at=NOON)
    body = f"Date,Model,Spend\n{NOON:%Y-%m-%d},gpt-oss-20b,0.15\n{NOON:%Y-%m-%d},gpt-oss-120b,0\n"
    desk.take_report("groq", "copied.csv", body.encode())
    (found,) = desk.bills()
    assert (found.lines, found.reported, found.booked, found.apart) == (2, 150_000, 150_000, 0)


def test_what_was_booked_for_answers_that_never_came_is_told_beside_what_the_bill_leaves_for_them(
    desk: Founding, house: House
) -> None:
    about, usage = About(account="anna"), {"vendor": "groq", "model": "openai/gpt-oss-20b"}
    with house.db.write() as session:
        for request, guessed, day in (("x1", "", 0), ("unheard-x1", "as much", 0), ("unanswered-x2", "at most", 1)):
            tokens = Usage(request=request, guessed=guessed, quantities={"input_tokens": 1_000_000}, **usage)
            book_vendor(session, tokens, about, house.prices, at=NOON + timedelta(days=day))
    desk.take_report("groq", "copied.csv", f"Date,Model,Spend\n{NOON:%Y-%m-%d},gpt-oss-20b,0.10\n".encode())
    (found,) = desk.bills()
    assert (found.booked, found.guessed, found.left) == (150_000, 75_000, 25_000)


def test_an_amount_of_thousands_is_read_as_one(desk: Founding) -> None:
    desk.take_report("fal", "dear.csv", report(f'r1,{NOON.isoformat()},kling,"$1,234,567.50"'))
    assert desk.bills()[0].reported == 1_234_567_500_000


def test_what_a_machine_of_ours_made_is_on_no_bill(desk: Founding, house: House) -> None:
    book(house, "r1", 100_000)
    book(house, "r2", 900_000, hired=True)
    desk.take_report("fal", "december.csv", report(FIRST, f"r8,{(NOON + timedelta(hours=1)).isoformat()},kling,0"))
    (found,) = desk.bills()
    assert (found.missing, found.apart) == (0, 0)
    assert desk.odd_bills("fal")[0].request == "r8"


def test_hours_that_name_no_request_are_compared_by_their_sum(desk: Founding, house: House) -> None:
    day = NOON.replace(hour=0)
    with house.db.write() as session:
        for hour in (0, 13):  # of one day of the report
            hire = Hire(host="runpod", machine="p1", micros_an_hour=500_000)
            book_hours(session, hire, day + timedelta(hours=hour), day + timedelta(hours=hour + 2))
    lines = "\n".join(f"p1,{(day + timedelta(days=one)).isoformat()},{cost}" for one, cost in ((-1, 0), (0, 2)))
    desk.take_report("runpod", "december.csv", f"podId,time,amount\n{lines}\n".encode())
    (found,) = desk.bills()
    assert (found.lines, found.reported, found.booked, found.apart) == (2, 2_000_000, 2_000_000, 0)
    assert (desk.odd_bills("runpod"), watch(house, at=NOON + timedelta(days=1))) == ((), 0)
    dear = f"p2,{day.isoformat()},1.00"
    desk.take_report("runpod", "late.csv", f"podId,time,amount\n{dear}\n".encode())
    assert desk.bills()[0].apart == 1_000_000
    assert watch(house, at=NOON + timedelta(days=1)) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\xff\xfe\x00", "no CSV file in UTF-8"),
        (b"", "no column request_id by which the ledger knows a line; it has nothing"),
        (b"id,at,amount\n1,2026-12-20,1\n", "no column request_id by which .* it has id, at, amount"),
        (
            b"request_id,model,cost\n1,kling,1\n",
            "no column timestamp or created_at or at for the time; it has",
        ),
        (b"request_id,at,credits\n1,2026-12-20,1\n", "no column cost_total .* for the amount in dollars; it has"),
        (b"request_id;at;cost\n1;2026-12-20;0,25\n", "line 2 has no amount"),
        (report(FIRST, "r2,2026-12-20,kling,=1+1"), "line 3 has no amount"),
        (report("r2,2026-12-20,kling,1e400000"), "line 2 has no amount"),
        (report("r2,yesterday,kling,1"), "line 2 has no time"),
    ],
)
def test_a_report_that_cannot_be_read_leaves_nothing(desk: Founding, body: bytes, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        desk.take_report("fal", "wrong.csv", body)
    assert desk.bills() == ()


def test_a_vendor_nobody_knows_has_no_reports(desk: Founding) -> None:
    with pytest.raises(NotFound):
        desk.take_report("acme", "a.csv", report())
    assert "fal" in desk.reporting()
