"""The route notices come in by: raw bytes, a limit, and the worker's look before and after the buyer is back."""

from __future__ import annotations

import json

import pytest
import stripe
from starlette.applications import Starlette
from starlette.testclient import TestClient

from services.web.webhooks import MOST, PATH, heard, webhooks
from tests.doubles.server import serving
from tests.doubles.stripe_post import Switches, over_http
from tests.payments.test_packs import credits
from tests.payments.world import FILMS, World

PACK = FILMS.pack[0]


@pytest.fixture
def studio(world: World) -> TestClient:
    return TestClient(Starlette(routes=webhooks(lambda: world.till)))


def post(studio: TestClient, body: bytes, signature: str) -> int:
    return studio.post(PATH, content=body, headers={"Stripe-Signature": signature}).status_code


def test_what_is_signed_is_kept_and_the_rest_is_refused_and_counted(world: World, studio: TestClient) -> None:
    heard.clear()
    world.double.desk.pay(world.page(world.person("anna").buy_pack(PACK.name)))
    event = world.double.billing.events[-1]
    body = json.dumps(event).encode()
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), world.double.post.secret)
    assert post(studio, body, header) == 200
    assert post(studio, body, header) == 200
    assert post(studio, body + b" ", header) == 400
    assert post(studio, body, "") == 400
    assert post(studio, b"x" * (MOST + 1), header) == 413
    assert studio.post(PATH, content=iter([b"x" * MOST, b"y"]), headers={"Stripe-Signature": header}).status_code == 413
    assert studio.get(PATH).status_code == 405
    assert heard == {"new": 1, "known": 1, "refused": 2, "large": 2}
    assert credits(world, "anna") == 0, "nothing is granted while somebody waits for the answer"
    world.till.look()
    assert credits(world, "anna") == PACK.credits


def test_a_flood_of_forged_notices_does_not_fill_the_log(
    world: World, studio: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    heard.clear()
    for _ in range(25):
        assert post(studio, b"{}", "forged") == 400
    told = [line for line in caplog.messages if line.startswith("webhook.refused")]
    assert [line.split()[1] for line in told] == ["times=1", "times=10"]
    assert heard["refused"] == 25


def test_a_house_that_sells_nothing_hears_nothing() -> None:
    assert post(TestClient(Starlette(routes=webhooks(lambda: None))), b"{}", "") == 404


def test_notices_come_over_http_twice_and_out_of_order(world: World) -> None:
    with serving(lambda base: Starlette(routes=webhooks(lambda: world.till))) as url:
        world.double.post.to = over_http(url + PATH)
        world.double.post.switches = Switches(duplicate=1.0, reorder=True, delay=0.5)
        world.pay(world.person("anna").subscribe("pro"))
    assert world.tier("anna") == "pro"
    assert set(world.double.post.statuses) == {200}
    assert len(world.double.post.statuses) == 2 * len(world.double.billing.events)
