"""`api` serves the platform API alone; `token` makes, lists and revokes the tokens of local mode's owner."""

from __future__ import annotations

from collections.abc import Collection

import uvicorn
from rich.console import Console
from rich.table import Table
from starlette.applications import Starlette
from starlette.middleware import Middleware

from services.api.application import mounted
from services.api.asking import Platform
from services.commands.address import HOST
from services.hosting import check_hosting
from services.settings import Settings
from services.vaults.streaming import streaming
from services.web.hosted import HostedDoor
from services.web.local import LocalOnly
from services.wiring import admission, desk_for, open_desk
from studio.desk.tokens import TokenView
from studio.errors import BadRequest
from studio.people.access import Scope
from studio.people.account import OWNER


def serve() -> None:
    """Serve the platform API and nothing else until stopped."""
    settings = Settings()
    check_hosting(settings)
    address = settings.studio_address if settings.hosted else HOST
    print(f"TrashFire Studio's API: http://{address}:{settings.studio_port}/api/openapi.json", flush=True)  # noqa: T201
    uvicorn.run(
        alone(settings),
        host=address,
        port=settings.studio_port,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
    )


def alone(settings: Settings) -> Starlette:
    """The platform API behind the door of its mode."""
    door = Middleware(LocalOnly)
    if settings.hosted:
        door = Middleware(HostedDoor, settings.studio_public_url, proxies=settings.proxies)
    platform = Platform(admission, desk_for, near=not settings.hosted, films=streaming(settings))
    return Starlette(routes=mounted(platform), middleware=[door])


def token(name: str, scopes: Collection[str], *, days: int, revoke: str) -> None:
    """Make a token of this name, revoke one by its id, or list those that hold."""
    settings = Settings()
    if settings.hosted:
        raise BadRequest("in a hosted studio everybody makes their own on the Tokens page", field="token")
    desk = open_desk(settings, OWNER)
    if revoke:
        desk.revoke_token(revoke)
        _say(f"Token {revoke} lets nobody in any more.")
    elif name:
        made = desk.new_token(name, read_scopes(scopes), days=days or None)
        _say("This is the token. It is shown once, so keep it where your program finds it:")
        _say(made.token)
    else:
        _list(desk.tokens())


def read_scopes(words: Collection[str]) -> tuple[Scope, ...]:
    """Scopes by name, also several separated by commas; BadRequest names one that is none."""
    named = [one.strip() for word in words for one in word.split(",") if one.strip()]
    if unknown := [one for one in named if one not in list(Scope)]:
        raise BadRequest(f"{unknown[0]!r} is none of {', '.join(Scope)}", field="scope")
    return tuple(map(Scope, named))


def _list(found: Collection[TokenView]) -> None:
    table = Table("id", "name", "may", "made", "until", "last used", box=None)
    for one in found:
        days = [f"{at:%Y-%m-%d}" if at else "–" for at in (one.created, one.expires, one.seen)]
        table.add_row(one.id, one.name, ", ".join(one.scopes), *days)
    if found:
        Console().print(table)
    else:
        _say("There is no token yet. Make one: python -m studio token NAME --scope read,write")


def _say(text: str) -> None:
    Console().print(text, highlight=False, markup=False, soft_wrap=True)
