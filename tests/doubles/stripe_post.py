"""Deliveries: what happened, signed and sent to the studio; twice, late, out of order or not at all where so set."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import stripe

from tests.doubles.stripe_objects import Row

Deliver = Callable[[bytes, str], int]  # a body and its signature; gives the status


@dataclass
class Switches:
    """What goes wrong on the way, each a share of the deliveries."""

    duplicate: float = 0.0
    drop: float = 0.0
    delay: float = 0.0  # it is sent with the next but three
    reorder: bool = False
    seed: int = 0


@dataclass
class Post:
    """The post of one account. Nothing is sent before `flush` says so, unless it is `prompt`."""

    secret: str = "whsec_double"
    to: Deliver | None = None
    switches: Switches = field(default_factory=Switches)
    prompt: bool = True
    waiting: list[tuple[int, Row]] = field(default_factory=list)  # the round it is sent in
    statuses: list[int] = field(default_factory=list)
    rounds: int = 0

    def __post_init__(self) -> None:
        self._dice = random.Random(self.switches.seed)

    def happened(self, event: Row) -> None:
        """Take an event to be sent."""
        if self._dice.random() < self.switches.drop:
            return
        times = 2 if self._dice.random() < self.switches.duplicate else 1
        for _ in range(times):
            late = 3 if self._dice.random() < self.switches.delay else 0
            self.waiting.append((self.rounds + late, event))

    def flush(self, *, everything: bool = False) -> int:
        """Send what is due; gives how many were sent."""
        self.rounds += 1
        due = [one for one in self.waiting if everything or one[0] < self.rounds]
        self.waiting = [one for one in self.waiting if not everything and one[0] >= self.rounds]
        if self.switches.reorder:
            self._dice.shuffle(due)
        for _, event in due if self.to else ():
            self.statuses.append(self.send(event))
        return len(due)

    def send(self, event: Row) -> int:
        """Send one event now; gives the status it was answered with."""
        assert self.to
        body = json.dumps(event, separators=(",", ":")).encode()
        return self.to(body, stripe.WebhookSignature.generate_signature_header(body.decode(), self.secret))


def over_http(url: str) -> Deliver:
    """Deliveries to an address of this machine; who does not answer gets nothing more of this delivery."""

    def deliver(body: bytes, signature: str) -> int:
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json; charset=utf-8"}
        try:
            return httpx.post(url, content=body, headers=headers, timeout=10, trust_env=False).status_code
        except httpx.TransportError:
            return 0

    return deliver
