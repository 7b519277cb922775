"""A vendor's free ping, from data/pings.toml: whether it answers, how fast, why not, and which models it has.

It never retries or costs.
"""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from services.settings import Settings
from studio.errors import VendorError
from studio.story.noun import Noun

_FILE = Path(__file__).parents[1] / "data" / "pings.toml"
_SECONDS = 5.0  # until an answer
_DENIED, _SPENT, _NOWHERE = (401, 403), 402, 404
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Listing(Noun):
    """How an answer lists models: in which field, what each is called, and what holds of those that can be used."""

    at: str = ""
    name: str
    only: str = ""


class Ping(Noun):
    """One free question to a vendor; `base`, `key` and `needs` are settings."""

    vendor: str
    what: str
    base: str
    path: str
    header: str = "Authorization"
    said: str = "Bearer "
    key: str = ""
    needs: tuple[str, ...]
    listed: Listing | None = None


class Pulse(StrEnum):
    WELL = "well"
    DENIED = "denied"  # it answers, and does not accept the key
    AILING = "ailing"  # it answers with something else than it should
    DOWN = "down"


class Heard(Noun):
    """What came of a ping; `ms` is how long the answer took."""

    vendor: str
    what: str
    pulse: Pulse
    why: str = ""
    ms: int = 0
    double: bool = False  # it was asked on this machine
    models: tuple[str, ...] = Field(default=(), exclude=True)  # that it lists; empty where it lists none


@cache
def pings() -> tuple[Ping, ...]:
    """Every ping there is."""
    return tuple(Ping(**one) for one in tomllib.loads(_FILE.read_text(encoding="utf-8"))["ping"])


def wanted(settings: Settings) -> tuple[Ping, ...]:
    """The pings whose settings are set."""
    return tuple(one for one in pings() if all(_value(settings, name) for name in one.needs))


def near(vendor: str, settings: Settings) -> bool:
    """Whether a vendor is asked on this machine, which is where doubles are; who needs no key is at home there."""
    bases = {str(getattr(settings, one.base)) for one in pings() if one.vendor == vendor and one.key in one.needs}
    return any(_host(base) in _LOOPBACK for base in bases)


def _host(base: str) -> str:
    try:
        return urlsplit(base).hostname or ""
    except ValueError:
        return ""


def listen(settings: Settings, *, lists: bool = False) -> tuple[Heard, ...]:
    """Ask every vendor that is set, all at once; takes as long as the slowest, at most a few seconds.

    With `lists` only those are asked who list their models.
    """
    asked = [one for one in wanted(settings) if one.listed or not lists]
    with ThreadPoolExecutor(max_workers=max(1, len(asked)), thread_name_prefix="ping") as pool:
        return tuple(pool.map(lambda one: ask(one, settings), asked))


def ask(ping: Ping, settings: Settings) -> Heard:
    """Ask once; whatever happens is an answer, and none of it holds the key."""
    import httpx

    from services.http import client, faults

    begun = time.perf_counter()
    key = _value(settings, ping.key) if ping.key else ""
    headers = {ping.header: f"{ping.said}{key}"} if key else {}
    base, models = str(getattr(settings, ping.base)).rstrip("/"), tuple[str, ...]()
    try:
        with client("", headers, seconds=_SECONDS) as http, faults(ping.vendor, "ping"):
            answer = http.get(base + ping.path.format_map(dict(_named(ping, settings))))
    except VendorError as error:
        pulse, why = Pulse.DOWN, error.detail
    except httpx.InvalidURL:
        pulse, why = Pulse.AILING, f"{ping.base.upper()} is no address"
    except UnicodeError:
        pulse, why = Pulse.DENIED, f"{ping.key.upper()} has letters that no key has"
    else:
        pulse, why = _meant(answer.status_code, ping)
        models = tuple(_models(answer.text, ping.listed)) if ping.listed and pulse is Pulse.WELL else ()
    ms, double = round((time.perf_counter() - begun) * 1000), near(ping.vendor, settings)
    return Heard(vendor=ping.vendor, what=ping.what, pulse=pulse, why=why, ms=ms, double=double, models=models)


def _models(text: str, listed: Listing) -> Iterator[str]:
    """The models an answer lists as usable; none where it cannot be read, which says nothing about any of them."""
    try:
        told = json.loads(text)
    except ValueError:
        return
    found = told.get(listed.at) if isinstance(told, dict) else told
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict) and isinstance(one.get(listed.name), str) and one.get(listed.only, True):
            yield one[listed.name]


def _meant(status: int, ping: Ping) -> tuple[Pulse, str]:
    """How the vendor is by a status, and which setting to look at."""
    if 200 <= status < 300:
        return Pulse.WELL, ""
    if status in _DENIED:
        check = f"; check {ping.key.upper()}" if ping.key else ""
        return Pulse.DENIED, f"it does not accept the key: it answered {status}{check}"
    if status == _SPENT:
        return Pulse.DENIED, f"its account has no money left: it answered {status}"
    named = " and ".join(name.upper() for name in ping.needs if f"{{{name}}}" in ping.path)
    check = f"; check {named}" if status == _NOWHERE and named else ""
    return (Pulse.DOWN if status >= 500 else Pulse.AILING), f"it answered {status}{check}"


def _named(ping: Ping, settings: Settings) -> Iterator[tuple[str, str]]:
    """The settings a path may hold; never a key."""
    return ((name, _value(settings, name)) for name in ping.needs if name != ping.key)


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
