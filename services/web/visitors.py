"""Who asks the web process: in local mode its owner, in a hosted studio whoever the browser's `sid` is a session of."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import HTTPConnection, Request
from starlette.types import Scope

from services import wiring
from services.web.cookies import SID, named
from services.web.local import owner_asks
from studio.desk.desk import Desk
from studio.desk.reception import Reception
from studio.errors import NotSignedIn
from studio.people.account import Account, Role

_hosted = _secure = False


def let_strangers_in(yes: bool = True, *, secure: bool = False) -> None:
    """Say that this process is a hosted studio's, reached by https or not: its pages find out who asks."""
    global _hosted, _secure
    _hosted, _secure = yes, secure


def cookie(name: str) -> str:
    """What a cookie of the doors is called in browsers at this studio."""
    return named(name, secure=_secure)


def hosted() -> bool:
    """Whether pages must find out who asks; else everybody at them is the owner."""
    return _hosted


class Visitors:
    """Whoever comes to a hosted studio. Each is looked up anew every time: a session that was ended is none."""

    def __init__(
        self,
        reception: Callable[[], Reception] = wiring.reception,
        desk: Callable[[str], Desk] = wiring.desk_for,
    ) -> None:
        self._reception, self._desk = reception, desk

    def find(self, sid: str) -> Account | None:
        """Whose session it is now; None for a stranger."""
        return self._reception().whose(sid) if sid else None

    def holds(self, scope: Scope) -> bool:
        """Whether somebody is signed in with what the browser holds."""
        return self._asking(scope) is not None

    def whose(self, scope: Scope) -> str:
        """The account of who is signed in with what the browser holds; empty for a stranger."""
        found = self._asking(scope)
        return found.id if found else ""

    def desk(self, request: Request) -> Desk:
        """The desk of whoever makes a request; NotSignedIn for strangers."""
        found = self._asking(request.scope)
        if found is None:
            raise NotSignedIn
        return self._desk(found.id)

    def founder(self, request: Request) -> bool:
        """Whether a founder makes a request, who may see how the studio is inside."""
        found = self._asking(request.scope)
        return found is not None and found.role == Role.FOUNDER and not self._desk(found.id).lacks_app

    def _asking(self, scope: Scope) -> Account | None:
        return self.find(HTTPConnection(scope).cookies.get(cookie(SID), ""))


class Owner:
    """Whoever comes to a local studio, whose door lets nobody else in."""

    def desk(self, _request: Request) -> Desk:
        """The owner's desk."""
        return wiring.desk()

    def founder(self, request: Request) -> bool:
        """Whether the owner asks from this machine itself."""
        return owner_asks(request.scope)
