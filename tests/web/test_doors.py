"""The doors by HTTP: cookies, one-time codes, mailed links, and what another site or an old link may try."""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import Scope

from services.web import visitors
from services.web.doors import Doorway
from services.web.onward import onward
from studio.db import now
from studio.desk.leaving import Leaving
from studio.desk.reception import Reception
from studio.desk.securing import Securing
from studio.people import totp
from studio.people.account import by_email
from studio.takes.recipe import TakeKind
from studio.takes.take import Take, TakeState
from tests.doubles.server import serving
from tests.people.town import EMAIL, PASSWORD, Town, founded, unpacked

STUDIO = "https://studio.test"
OWN = {"origin": STUDIO}
NOTHING = {"button": ""}


@pytest.fixture
def town(home: Path) -> Iterator[Town]:
    """Somebody with an account."""
    with founded(home) as made:
        made.settle()
        yield made


def visit(town: Town, *, secure: bool = True) -> TestClient:
    """A browser before the doors, which follows no redirect by itself."""
    url = STUDIO if secure else "http://studio.test"
    return TestClient(Starlette(routes=ways(town, secure=secure).routes()), base_url=url, follow_redirects=False)


def ways(town: Town, *, secure: bool) -> Doorway:
    """The doors of a town."""
    return Doorway(
        lambda address, agent: Reception(town.house, address, agent=agent, clock=town.clock),
        lambda account: Leaving(town.house, account),
        secure=secure,
        sign_in="/sign_in",
    )


@pytest.fixture
def visitor(town: Town) -> TestClient:
    """A browser nobody is signed in with."""
    return visit(town)


def sign_in(visitor: TestClient, password: str = PASSWORD, **more: str) -> httpx.Response:
    return visitor.post("/auth/sign-in", data={"email": EMAIL, "password": password, **more}, headers=OWN)


def sid(visitor: TestClient) -> str:
    return visitor.cookies.get("__Host-sid") or ""


def cookies(answer: httpx.Response) -> SimpleCookie:
    found = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        found.load(line)
    return found


def test_a_form_signs_in_and_leads_on(town: Town, visitor: TestClient) -> None:
    answer = sign_in(visitor, next="/scenes?episode=abc")
    assert (answer.status_code, answer.headers["location"]) == (303, "/scenes?episode=abc")
    assert answer.headers["cache-control"] == "no-store"
    for name in ("__Host-sid", "__Host-device", "__Host-nonce"):
        told = cookies(answer)[name]
        assert (told["httponly"], told["secure"], told["samesite"], told["path"]) == (True, True, "lax", "/")
    assert town.at().whose(sid(visitor))


def test_without_https_the_cookie_is_not_marked_for_it(town: Town) -> None:
    visitor = visit(town, secure=False)
    answer = visitor.post(
        "/auth/sign-in", data={"email": EMAIL, "password": PASSWORD}, headers={"origin": "http://studio.test"}
    )
    assert not cookies(answer)["sid"]["secure"]


def test_a_page_signs_in_by_a_one_time_code(town: Town, visitor: TestClient) -> None:
    began = visitor.get("/auth/begin?next=/costs")
    assert began.headers["location"] == "/sign_in?next=%2Fcosts"
    nonce = visitor.cookies["__Host-nonce"]
    code = town.at().sign_in(EMAIL, PASSWORD, nonce)
    answer = visitor.get(f"/auth/finish?code={code}&next=/costs")
    assert answer.headers["location"] == "/costs"
    assert town.at().whose(sid(visitor))
    assert visitor.get("/auth/begin").status_code == 303
    assert visitor.cookies["__Host-nonce"] == nonce


def test_a_code_of_another_browser_signs_nobody_in(town: Town, visitor: TestClient) -> None:
    """Else a link could sign somebody in to the account of whoever sent it."""
    attacker = visit(town)
    attacker.get("/auth/begin")
    code = town.at().sign_in(EMAIL, PASSWORD, attacker.cookies["__Host-nonce"])
    visitor.get("/auth/begin")
    for victim in (visitor, visit(town)):
        answer = victim.get(f"/auth/finish?code={code}")
        assert answer.status_code == 422
        assert not sid(victim)
    assert attacker.get(f"/auth/finish?code={code}").status_code == 303
    assert attacker.get(f"/auth/finish?code={code}").status_code == 422


FOREIGN = [
    {"origin": "https://evil.test"},
    {"origin": "null"},
    {"origin": "http://studio.test.evil.test"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {},
]


@pytest.mark.parametrize("path", ["sign-in", "second", "sign-out", "open", "reset", "export", "leave"])
def test_another_sites_page_can_post_nothing(town: Town, visitor: TestClient, path: str) -> None:
    sign_in(visitor)
    held = sid(visitor)
    data = {"email": EMAIL, "password": PASSWORD, "token": "t"}
    answers = [visitor.post(f"/auth/{path}", data=data, headers=headers).status_code for headers in FOREIGN]
    assert answers == [403] * len(FOREIGN)
    assert town.at().whose(held)
    assert sid(visitor) == held


def test_only_forms_of_a_sane_size_are_read(visitor: TestClient) -> None:
    text = visitor.post("/auth/sign-in", content=b"email=a", headers={**OWN, "content-type": "text/plain"})
    assert text.status_code == 415
    form = {**OWN, "content-type": "application/x-www-form-urlencoded"}
    assert visitor.post("/auth/sign-in", content=b"email=" + b"a" * 20_000, headers=form).status_code == 413
    assert visitor.post("/auth/sign-in", content=b"\xff\xfe=1", headers=form).status_code in (400, 401)
    assert visitor.post("/auth/sign-in", content=b"&".join([b"a=1"] * 99), headers=form).status_code == 400


def test_signing_out_makes_a_stolen_cookie_worthless(town: Town, visitor: TestClient) -> None:
    sign_in(visitor)
    stolen = sid(visitor)
    thief = visit(town)
    thief.cookies.set("__Host-sid", stolen)
    assert thief.post("/auth/export", data=NOTHING, headers=OWN).status_code == 200
    answer = visitor.post("/auth/sign-out", data=NOTHING, headers=OWN)
    assert answer.headers["location"] == "/"
    assert not sid(visitor)
    assert thief.post("/auth/export", data=NOTHING, headers=OWN).status_code == 401


def test_what_changes_something_is_never_done_by_a_link(town: Town, visitor: TestClient) -> None:
    sign_in(visitor)
    for path in ("sign-out", "export", "leave"):
        assert visitor.get(f"/auth/{path}").status_code == 405
    assert town.at().whose(sid(visitor))


def test_a_cookie_another_name_of_the_domain_could_set_is_none(town: Town, visitor: TestClient) -> None:
    sign_in(visitor)
    planted = visit(town)
    planted.cookies.set("sid", sid(visitor))
    assert planted.post("/auth/export", data=NOTHING, headers=OWN).status_code == 401
    comers = visitors.Visitors(town.at)
    visitors.let_strangers_in(secure=True)
    try:
        assert comers.holds(_with("__Host-sid", sid(visitor)))
        assert not comers.holds(_with("sid", sid(visitor)))
    finally:
        visitors.let_strangers_in(False)


def _with(name: str, value: str) -> Scope:
    return {"type": "websocket", "path": "/", "headers": [(b"cookie", f"{name}={value}".encode())]}


def test_a_sid_planted_before_signing_in_stays_worthless(town: Town, visitor: TestClient) -> None:
    planted = "p" * 43
    visitor.cookies.set("__Host-sid", planted, domain="studio.test")
    answer = sign_in(visitor)
    assert cookies(answer)["__Host-sid"].value != planted
    assert town.at().whose(planted) is None


def test_signing_in_again_ends_the_browsers_session_before(town: Town, visitor: TestClient) -> None:
    sign_in(visitor)
    before = sid(visitor)
    sign_in(visitor)
    assert sid(visitor) != before
    assert town.at().whose(before) is None


def test_wrong_passwords_get_the_form_again_and_then_have_to_wait(visitor: TestClient) -> None:
    for _ in range(5):
        answer = sign_in(visitor, "not the password", next="/costs")
        assert answer.status_code == 401
        assert 'role="alert"' in answer.text
        assert f'value="{EMAIL}"' in answer.text
        assert 'value="/costs"' in answer.text
        assert "not the password" not in answer.text
    answer = sign_in(visitor)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) < 900


def test_what_was_typed_is_shown_as_text(visitor: TestClient) -> None:
    nasty = '"><script>alert(1)</script>'
    data = {"email": nasty, "password": "p", "next": f"/{nasty}"}
    shown = (
        visitor.post("/auth/sign-in", data=data, headers=OWN).text
        + visitor.get("/auth/reset", params={"token": nasty}).text
    )
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_mailed_link_does_nothing_until_its_button_is_pressed(town: Town, visitor: TestClient) -> None:
    town.at().register("grace@example.com", "Grace", PASSWORD)
    town.post()
    token = town.mail.token()
    for _ in range(3):  # mail scanners follow links, some twice
        shown = visitor.get(f"/auth/open?token={token}")
        assert shown.status_code == 200
        assert "grace" not in shown.text.lower()
        assert shown.headers["referrer-policy"] == "same-origin"
        assert shown.headers["cache-control"] == "no-store"
    with town.house.db.read() as session:
        found = by_email(session, "grace@example.com")
        assert found
        assert found.state == "pending"
    wrong = visitor.post("/auth/open", data={"token": token, "password": "not hers"}, headers=OWN)
    assert (wrong.status_code, sid(visitor)) == (401, "")
    assert f'value="{token}"' in wrong.text
    assert "not hers" not in wrong.text
    given = {"token": token, "password": PASSWORD}
    done = visitor.post("/auth/open", data=given, headers=OWN)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    who = town.at().whose(sid(visitor))
    assert who
    assert who.name == "Grace"
    assert visitor.post("/auth/open", data=given, headers=OWN).status_code == 422


def test_a_password_is_chosen_anew_by_a_mailed_link(town: Town, visitor: TestClient) -> None:
    sign_in(visitor)
    old = sid(visitor)
    town.at().ask_reset(EMAIL)
    town.post()
    token, fresh = town.mail.token(), "seven quiet harbours"
    assert visitor.get(f"/auth/reset?token={token}").status_code == 200
    differ = visitor.post("/auth/reset", data={"token": token, "password": fresh, "again": "x"}, headers=OWN)
    short = visitor.post("/auth/reset", data={"token": token, "password": "short", "again": "short"}, headers=OWN)
    for answer in (differ, short):
        assert answer.status_code == 422
        assert f'value="{token}"' in answer.text
    done = visitor.post("/auth/reset", data={"token": token, "password": fresh, "again": fresh}, headers=OWN)
    assert done.status_code == 200
    assert town.at().whose(old) is None
    assert not sid(visitor)
    assert visitor.cookies["__Host-device"]
    assert sign_in(visitor, fresh).status_code == 303


def test_an_export_is_handed_over_and_nothing_of_it_stays(town: Town, visitor: TestClient) -> None:
    assert visitor.post("/auth/export", data=NOTHING, headers=OWN).status_code == 401
    sign_in(visitor)
    answer = visitor.post("/auth/export", data=NOTHING, headers=OWN)
    assert answer.headers["content-disposition"] == 'attachment; filename="trashfire-studio-export.zip"'
    assert answer.headers["cache-control"] == "no-store"
    assert "account.json" in unpacked([answer.content])
    assert not list(town.house.media.parent.rglob("*.zip"))


def test_a_part_of_an_export_says_which_it_is(visitor: TestClient) -> None:
    sign_in(visitor)
    for number, name in (("7", "7"), ("x", "1"), ("-2", "1"), ("9" * 99, "1"), ("\u0664", "1")):
        part = {"since": "1/", "until": "", "number": number}
        answer = visitor.post("/auth/export", data=part, headers=OWN)
        assert (answer.status_code, unpacked([answer.content])) == (200, {})
        assert answer.headers["content-disposition"].endswith(f'"trashfire-studio-export-part-{name}.zip"')
    assert visitor.post("/auth/export", data=part, headers=OWN).status_code == 429


def test_leaving_hands_the_export_over_and_forgets_the_browser(town: Town, visitor: TestClient) -> None:
    sign_in(visitor)
    held = sid(visitor)
    wrong = visitor.post("/auth/leave", data={"password": "not the password"}, headers=OWN)
    assert wrong.status_code == 401
    assert town.at().whose(held)
    answer = visitor.post("/auth/leave", data={"password": PASSWORD}, headers=OWN)
    assert answer.status_code == 200
    assert "account.json" in unpacked([answer.content])
    assert not {"__Host-device", "__Host-nonce"} & set(visitor.cookies)
    assert town.at().whose(held) is None
    assert sign_in(visitor).status_code == 401


def test_who_has_much_leaves_with_what_they_fetched(town: Town) -> None:
    large(town)
    visitor = visit(town)
    sign_in(visitor)
    held = sid(visitor)
    refused = visitor.post("/auth/leave", data={"password": PASSWORD}, headers=OWN)
    assert (refused.status_code, town.at().whose(held) is None) == (422, False)
    assert "2 parts" in refused.text
    assert 'href="/account"' in refused.text
    wrong = visitor.post("/auth/leave", data={"password": "not the password", "fetched": "yes"}, headers=OWN)
    assert (wrong.status_code, town.at().whose(held) is None) == (401, False)
    answer = visitor.post("/auth/leave", data={"password": PASSWORD, "fetched": "yes"}, headers=OWN)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "Your account is deleted" in answer.text
    assert town.at().whose(held) is None
    assert not {"__Host-sid", "__Host-device", "__Host-nonce"} & set(visitor.cookies)


def large(town: Town) -> None:
    """Give whoever lives here more than goes into one part."""
    town.house = replace(town.house, parcel=10)
    with town.house.db.write() as session:
        mine = by_email(session, EMAIL)
        assert mine
        for mark in ("one", "two"):
            session.add(Take(account=mine.id, fingerprint=mark, essence="", kind=TakeKind.CLIP, engine="kling-v4",
                             state=TakeState.MADE, recipe={}, content="c" * 64, suffix=".mp4", size=10))  # fmt: skip


def test_a_connection_that_breaks_before_the_export_is_there_deletes_nothing(town: Town) -> None:
    """Over a real one: what was handed over before is no whole zip, and the account is there as it was."""
    film = town.house.scratch / "film.mp4"
    film.parent.mkdir(parents=True, exist_ok=True)
    with film.open("wb") as stream:
        stream.truncate(64 << 20)
    content = town.house.vault.put(film, move=True)
    with town.house.db.write() as session:
        mine = by_email(session, EMAIL)
        assert mine
        session.add(Take(account=mine.id, fingerprint="film", essence="", kind=TakeKind.CLIP, engine="kling-v4",
                         state=TakeState.MADE, recipe={}, content=content, suffix=".mp4", size=64 << 20))  # fmt: skip
    held = town.sign_in()
    with serving(lambda url: Starlette(routes=ways(town, secure=False).routes())) as url:
        given = {"headers": {"origin": url, "cookie": f"sid={held}"}, "data": {"password": PASSWORD}}
        with httpx.stream("POST", f"{url}/auth/leave", **given) as answer:  # type: ignore[arg-type]
            assert answer.status_code == 200
            assert next(answer.iter_raw())[:2] == b"PK"
    assert town.at().whose(held)
    assert sign_in(visit(town)).status_code == 303


def test_an_odd_cookie_is_no_session(visitor: TestClient) -> None:
    visitor.cookies.set("__Host-sid", "x" * 5000)
    assert visitor.post("/auth/export", data=NOTHING, headers=OWN).status_code == 401


@pytest.mark.parametrize(
    "asked",
    ["//evil.test", "/\\evil.test", "\\\\evil.test", "https://evil.test", "javascript:alert(1)", "/\t/evil.test",
     "/auth/sign-out", " /x", "evil", "", "/x\r\nSet-Cookie: a=b", "/" + "x" * 3000, "///evil.test", "/ //evil"],
)  # fmt: skip
def test_nobody_is_led_off_the_site(asked: str) -> None:
    assert onward(asked) == "/"


def test_no_door_leads_off_the_site(visitor: TestClient) -> None:
    assert sign_in(visitor, next="//evil.test").headers["location"] == "/"
    assert visitor.get("/auth/begin?next=//evil.test").headers["location"] == "/sign_in?next=%2F"


@pytest.mark.parametrize("asked", ["/", "/scenes?episode=abc&x=%2F%2Fy", "/share?token=a-b_c#t"])
def test_a_page_of_our_own_is_where_one_goes_on(asked: str) -> None:
    assert onward(asked) == asked


def test_the_doors_pages_name_every_field(visitor: TestClient) -> None:
    for path in ("/auth/sign-in", "/auth/reset?token=t"):
        shown = visitor.get(path).text
        fields = re.findall(r"<input (?!type=\"hidden\")[^>]*>", shown)
        assert fields
        assert all("autocomplete=" in one for one in fields)
        assert len(re.findall("<label>", shown)) == len(fields)


def test_who_has_an_app_is_asked_for_its_code_on_a_second_page(town: Town, visitor: TestClient) -> None:
    with town.house.db.read() as session:
        account = by_email(session, EMAIL)
        assert account
    own = Securing(town.house, account.id)
    secret = b32decode(own.begin_factor(PASSWORD).secret)
    own.confirm_factor(totp.code(secret, totp.step_of(now())))
    town.clock.at = now() + timedelta(seconds=60)
    asked = sign_in(visitor, next="/costs")
    assert (asked.status_code, sid(visitor)) == (200, "")
    assert "One step more" in asked.text
    assert 'autocomplete="one-time-code"' in asked.text
    token = re.search(r'name="token" value="([\w-]+)"', asked.text)
    assert token
    given = {"token": token[1], "next": "/costs"}
    wrong = visitor.post("/auth/second", data={**given, "code": "nonsense"}, headers=OWN)
    assert (wrong.status_code, sid(visitor)) == (401, "")
    assert token[1] in wrong.text
    code = totp.code(secret, totp.step_of(town.clock()))
    assert visit(town).post("/auth/second", data={**given, "code": code}, headers=OWN).status_code == 422
    right = visitor.post("/auth/second", data={**given, "code": code}, headers=OWN)
    assert (right.status_code, right.headers["location"]) == (303, "/costs")
    assert town.at().whose(sid(visitor))


def test_a_field_that_cannot_be_used_is_called_by_what_a_person_calls_it(town: Town, visitor: TestClient) -> None:
    town.at().ask_reset(EMAIL)
    town.post()
    given = {"token": town.mail.token(), "password": "short", "again": "short"}
    answer = visitor.post("/auth/reset", data=given, headers=OWN)
    assert "This password cannot be used: use at least 10 letters" in answer.text
    assert "password:" not in answer.text
