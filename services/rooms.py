"""Rooms: how many takes may be under way at each vendor.

At RunPod they are half as many again as its endpoints may have workers: while a finished film is brought home and
fitted here, and until the next question about a job, its worker already has another one from RunPod's own queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING

from services.guard import Line, vendors
from services.settings import Settings
from studio.takes.roster import EngineCard, Roster

if TYPE_CHECKING:
    from services.gpu.pods import Pods

_RUNPOD = "runpod"
Most = Callable[[str], int | None]  # an endpoint's most workers, None when nobody says


class Rooms(Mapping[str, int]):
    """The room at every vendor that is available: what data/vendors.toml says, until `look` has asked."""

    def __init__(self, settings: Settings, roster: Roster, *, most: Most | None = None) -> None:
        """`most` says what an endpoint may have, instead of RunPod itself."""
        sold = {card.vendor for card in roster.engine if card.vendor and not roster.missing(card)}
        self._rooms = {name: vendors()[name].takes for name in sorted(sold)}
        self._settings, self._most = settings, most

    def __getitem__(self, vendor: str) -> int:
        return self._rooms[vendor]

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self._rooms))

    def __len__(self) -> int:
        return len(self._rooms)

    def look(self) -> None:
        """Ask RunPod how many workers our endpoints may have; what it does not say stays as it was.

        An endpoint that may have none still has room for one take, which then says why it cannot be made.
        """
        if _RUNPOD not in self._rooms:
            return
        ids = {self._settings.runpod_endpoint_id, self._settings.runpod_endpoint_id_skyreels} - {""}
        ask = self._most or (lambda endpoint: most_workers(self._settings, endpoint))
        found = [ask(endpoint) for endpoint in sorted(ids)]
        told = [one for one in found if one is not None]
        if told and len(told) == len(found):
            workers = sum(told)
            self._rooms[_RUNPOD] = workers + max(1, workers // 2)


def endpoint_of(card: EngineCard, settings: Settings) -> str:
    """The endpoint at RunPod that an engine of ours is asked at."""
    skyreels = card.name.startswith("skyreels")
    return settings.runpod_endpoint_id_skyreels if skyreels else settings.runpod_endpoint_id


def most_workers(settings: Settings, endpoint: str, to: Line | None = None) -> int | None:
    """How many workers an endpoint at RunPod may have; None when RunPod does not say now."""
    with closing(_pods(settings, to)) as pods:
        return pods.most_workers(endpoint)


def rate(settings: Settings, endpoint: str) -> int | None:
    """Micro-dollars a second of an endpoint at RunPod, asked once; None when RunPod does not say now."""
    with closing(_pods(settings, _once())) as pods:
        return pods.rate(endpoint)


def shares(settings: Settings, endpoint: str) -> bool | None:
    """Whether the workers of an endpoint at RunPod find each other's results; asked once, None when nobody says."""
    with closing(_pods(settings, _once())) as pods:
        return pods.shares(endpoint)


def _once() -> Line:
    return Line(vendors()[_RUNPOD].model_copy(update={"attempts": 1}))


def _pods(settings: Settings, to: Line | None) -> Pods:
    from services.gpu.pods import Pods
    from services.gpu.sheet import sheet

    rule = sheet().machines
    host = next(one for one in rule.host if one.name == _RUNPOD)
    key, base = settings.runpod_api_key.get_secret_value(), settings.runpod_mgmt_base_url
    return Pods(key, base, host, rule, to=to)
