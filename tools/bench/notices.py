"""Notices of payments posted to a web process: signed ones that are kept, beside ones that are refused unread."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import stripe

from services.web.webhooks import PATH
from tests.doubles.stripe import StripeDouble
from tools.bench.figures import Figure, Rounds
from tools.bench.load import free, server
from tools.bench.meter import Sample, python, studio_home

_NOTICES, _QUICK, _AT_ONCE = 2_000, 100, 8
_REACH = 4.0  # times as long as refusing one


class Webhooks:
    """The bench of `webhooks`."""

    name = "webhooks"

    def __init__(self, work: Path, *, quick: bool) -> None:
        self.work, self.many = work / self.name, _QUICK if quick else _NOTICES
        self.double = StripeDouble()
        self.rounds = Rounds()

    def round(self, number: int) -> None:
        """Start a web process that takes money, post what it keeps, then what it refuses."""
        shutil.rmtree(self.work, ignore_errors=True)
        port = free()
        told = studio_home(self.work / "home") | {
            "STUDIO_PAYMENTS": "mock",
            "STRIPE_API_KEY": self.double.key,
            "STRIPE_API_BASE": f"http://127.0.0.1:{free()}",  # nobody asks it: there is no worker
            "STRIPE_WEBHOOK_SECRET": self.double.post.secret,
        }
        bodies = [_body(number, one) for one in range(self.many)]
        secret = self.double.post.secret
        with server(python("-m", "studio", "web"), {**os.environ, **told}, port) as (_, process):
            url = f"http://127.0.0.1:{port}{PATH}"
            _post(url, [(bodies[0], "")], process)  # the first one loads what the others find
            signed = [(one, stripe.WebhookSignature.generate_signature_header(one, secret)) for one in bodies]
            self.rounds.add("refused", _post(url, [(one, "t=1,v1=00") for one in bodies], process))
            self.rounds.add("kept", _post(url, signed, process))
        shutil.rmtree(self.work)

    def figures(self) -> Iterator[Figure]:
        """What came of the rounds."""
        kept, refused = self.rounds.of["kept"], self.rounds.of["refused"]
        ratios = [a.cpu / b.cpu for a, b in zip(kept, refused, strict=True)]
        last = kept[-1]
        said = f"{1 / last.wall:.0f} notices a second, {last.cpu * 1000:.1f} ms of the web process each"
        yield Figure("notice_kept", _REACH, "of one refused (CPU)", ratios, kept, refused, "refusing one", said)


def _body(number: int, one: int) -> str:
    """A notice of a page that nobody knows, about as long as Stripe's."""
    about = {"id": f"cs_test_{number}_{one}", "object": "checkout.session", "metadata": {"filler": "x" * 3000}}
    return json.dumps(
        {
            "id": f"evt_{number}_{one}",
            "object": "event",
            "type": "checkout.session.completed",
            "created": int(time.time()),
            "livemode": False,
            "data": {"object": about},
        }
    )


def _post(url: str, notices: Sequence[tuple[str, str]], process: psutil.Process) -> Sample:
    """Post notices, some at once: wall and the server's CPU seconds of each."""
    before, began = sum(process.cpu_times()[:2]), time.monotonic()
    with httpx.Client(timeout=60, trust_env=False) as http, ThreadPoolExecutor(_AT_ONCE) as pool:
        statuses = set(
            pool.map(
                lambda one: http.post(url, content=one[0], headers={"Stripe-Signature": one[1]}).status_code, notices
            )
        )
    wall, used = time.monotonic() - began, sum(process.cpu_times()[:2]) - before
    assert statuses in ({200}, {400}), statuses
    return Sample(wall / len(notices), used / len(notices), process.memory_info().rss / 1e6)
