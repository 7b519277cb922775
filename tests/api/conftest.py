"""A platform over a house with an owner and somebody else, and programs that show tokens to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from services.api.application import mounted
from services.api.asking import Platform
from studio.desk.admitting import Admission
from studio.desk.desk import Desk
from studio.people.access import Scope
from studio.people.account import OWNER
from studio.production.house import House
from tests.web.rows import house_at

ALL = tuple(Scope)


@dataclass
class Station:
    """A platform, and who asks it."""

    house: House
    platform: Platform
    client: TestClient
    tokens: dict[tuple[str, tuple[Scope, ...]], str] = field(default_factory=dict)

    def token(self, account: str = OWNER, scopes: Collection[Scope] = ALL) -> str:
        """A token of an account, made once."""
        key = (account, tuple(scopes))
        if key not in self.tokens:
            self.tokens[key] = Desk(self.house, account).new_token("Test", scopes).token
        return self.tokens[key]

    def ask(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        account: str = OWNER,
        scopes: Collection[Scope] = ALL,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """Ask as an account's program."""
        shown = {"Authorization": f"Bearer {self.token(account, scopes)}", **(headers or {})}
        return self.client.request(method, f"/api{path}", json=json, headers=shown, **more)


Stand = Callable[[House], Station]


def nowhere(_name: str, _port: None) -> list[tuple[Any, ...]]:
    """A resolver that finds nothing."""
    return []


@pytest.fixture(scope="session")
def stand() -> Stand:
    """Opens a platform over a house."""

    def opened(house: House) -> Station:
        platform = Platform(lambda: Admission(house), lambda account: Desk(house, account), True, nowhere)
        return Station(house, platform, TestClient(Starlette(routes=mounted(platform))))

    return opened


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory, stand: Stand) -> Iterator[Station]:
    """A platform of a module's own."""
    house = house_at(tmp_path_factory.mktemp("api") / "home")
    yield stand(house)
    house.db.close()
