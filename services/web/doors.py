"""The doors of a hosted studio: routes that sign people in and out, open accounts, and hand exports over.

A page cannot set a cookie no script reads; these can. What changes anything is posted from a page of our own. A link
from a mail shows a button and does nothing by itself, for mail scanners follow every link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from services.logbook import reference
from services.notices import accident, sentence
from services.web.asking import code_page, open_page, reset_page, sign_in_page
from services.web.cookies import DEVICE, NONCE, SID, give, held, nonce, take
from services.web.downloads import Downloads
from services.web.forms import fields, lead, page, say
from services.web.onward import onward
from studio.desk.reception import Reception
from studio.errors import BadCredentials, BadRequest, CodeNeeded, NotSignedIn, Refused, StudioError, TooManyTries

_HANDS, _PACKERS = 4, 2  # forms, and exports, at work at once: more wait here, and not before files and pages
_SEE_OTHER = HTTPStatus.SEE_OTHER
_ZIP = "trashfire-studio-export"
Fields = dict[str, str]


class Member(Protocol):
    """Whoever's desk it is, as far as the doors ask."""

    def parcel(self, since: str, until: str, number: int) -> Iterator[bytes]:
        """A part of the export."""
        ...

    def leave(self, password: str) -> Iterator[bytes]:
        """The export, after which the account goes."""
        ...

    def leave_without(self, password: str) -> None:
        """Leave at once."""
        ...


class Doorway:
    """The routes under /auth. `reception` answers an address and a browser's name, `desk` an account's id.

    `page` is where somebody signs in, `secure` whether the studio is reached by https.
    """

    def __init__(
        self,
        reception: Callable[[str, str], Reception],
        desk: Callable[[str], Member],
        *,
        secure: bool,
        sign_in: str = "/auth/sign-in",
        downloads: Callable[[CapacityLimiter], Downloads] = Downloads,
    ) -> None:
        self._reception, self._desk, self._secure, self._page = reception, desk, secure, sign_in
        self._hands, self._packers = CapacityLimiter(_HANDS), CapacityLimiter(_PACKERS)
        self._downloads = downloads(self._packers)

    def routes(self) -> list[BaseRoute]:
        """All of them."""
        return [
            self._get("/auth/begin", self._begin),
            self._get("/auth/sign-in", self._ask),
            self._post("/auth/sign-in", self._sign_in),
            self._post("/auth/second", self._second),
            self._get("/auth/finish", self._finish),
            self._post("/auth/sign-out", self._sign_out),
            self._get("/auth/open", self._show_open),
            self._post("/auth/open", self._open),
            self._get("/auth/reset", self._show_reset),
            self._post("/auth/reset", self._reset),
            self._post("/auth/export", self._export, self._packers),
            self._post("/auth/leave", self._leave, self._packers),
        ]

    def _begin(self, request: Request) -> Response:
        """Give the browser a nonce and send it where it signs in."""
        next_ = onward(request.query_params.get("next", ""))
        answer = _go(f"{self._page}?{urlencode({'next': next_})}")
        give(answer, NONCE, nonce(request, secure=self._secure), secure=self._secure)
        return answer

    def _ask(self, request: Request) -> Response:
        """A plain form to sign in with, for whoever has no scripts."""
        return sign_in_page(onward(request.query_params.get("next", "")))

    def _sign_in(self, request: Request, given: Fields) -> Response:
        """Sign in by a form that a password manager fills in."""
        next_, ties = onward(given.get("next", "")), nonce(request, secure=self._secure)
        door = self._at(request)
        try:
            code = door.sign_in(given.get("email", ""), given.get("password", ""), ties, self._held(request, DEVICE))
        except CodeNeeded as step:
            answer = code_page(step.token, next_)
            give(answer, NONCE, ties, secure=self._secure)
            return answer
        except (BadCredentials, TooManyTries) as error:
            answer = sign_in_page(next_, given.get("email", ""), sentence(error), status=_status(error))
            if isinstance(error, TooManyTries):
                answer.headers["Retry-After"] = str(int(error.after) + 1)
            return answer
        return self._signed_in(request, door, code, ties, next_)

    def _second(self, request: Request, given: Fields) -> Response:
        """Sign in with a code of an app, after the password."""
        door, token, next_ = self._at(request), given.get("token", ""), onward(given.get("next", ""))
        ties = self._held(request, NONCE)
        try:
            code = door.second(token, given.get("code", ""), ties)
        except (BadCredentials, TooManyTries) as error:
            return code_page(token, next_, sentence(error), status=_status(error))
        return self._signed_in(request, door, code, ties, next_)

    def _finish(self, request: Request) -> Response:
        """Sign in with a one-time code a page was given."""
        code, next_ = request.query_params.get("code", ""), onward(request.query_params.get("next", ""))
        return self._signed_in(request, self._at(request), code, self._held(request, NONCE), next_)

    def _signed_in(self, request: Request, door: Reception, code: str, ties: str, next_: str) -> Response:
        sid = door.finish(code, ties, self._held(request, SID))
        answer = _go(next_)
        give(answer, SID, sid, secure=self._secure)
        give(answer, DEVICE, door.remember(sid, self._held(request, DEVICE)), secure=self._secure)
        give(answer, NONCE, ties, secure=self._secure)
        return answer

    def _sign_out(self, request: Request, _given: Fields) -> Response:
        """End the session; the browser is still known."""
        self._at(request).sign_out(self._held(request, SID))
        answer = _go("/")
        take(answer, SID, secure=self._secure)
        # Pictures and films this browser kept, and what was typed and not sent: the next one here may be somebody else.
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    def _show_open(self, request: Request) -> Response:
        """A form that opens the account; the link is still good afterwards."""
        return open_page(request.query_params.get("token", ""))

    def _open(self, request: Request, given: Fields) -> Response:
        """Open the account of a mailed link for who knows its password, and sign them in."""
        door, token, ties = self._at(request), given.get("token", ""), nonce(request, secure=self._secure)
        try:
            code = door.open_account(token, given.get("password", ""), ties)
        except (BadCredentials, TooManyTries) as error:
            return open_page(token, sentence(error), status=_status(error))
        return self._signed_in(request, door, code, ties, "/")

    def _show_reset(self, request: Request) -> Response:
        """A form for a new password; the link is still good afterwards."""
        return reset_page(request.query_params.get("token", ""))

    def _reset(self, request: Request, given: Fields) -> Response:
        """Choose a new password by a mailed link."""
        token, password = given.get("token", ""), given.get("password", "")
        if password != given.get("again", ""):
            return reset_page(token, "The two passwords are not the same.", status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            device = self._at(request).reset(token, password)
        except BadRequest as error:
            return reset_page(token, sentence(error), status=HTTPStatus.UNPROCESSABLE_ENTITY)
        told = say("Every browser signs in anew.")
        answer = page("Your password is changed", told, lead("", "Sign in", "/auth/begin"))
        give(answer, DEVICE, device, secure=self._secure)
        take(answer, SID, secure=self._secure)
        return answer

    def _export(self, request: Request, given: Fields) -> Response:
        """A part of everything that is an account's, all of it where no part is named."""
        whose, number = self._whose(request), _counted(given.get("number", ""))
        made = partial(self._desk(whose).parcel, given.get("since", ""), given.get("until", ""), number)
        last = f"-part-{number}" if {"since", "until"} & given.keys() else ""
        return self._downloads.hand(whose, made, f"{_ZIP}{last}.zip")

    def _leave(self, request: Request, given: Fields) -> Response:
        """Delete the account. The answer is its export, unless all that is wanted of it was fetched."""
        whose, password = self._whose(request), given.get("password", "")
        if given.get("fetched"):
            self._desk(whose).leave_without(password)
            answer: Response = page("Your account is deleted", say("A mail says so too."), lead("", "Go on", "/"))
            take(answer, SID, DEVICE, NONCE, secure=self._secure)
            return answer
        answer = self._downloads.hand(whose, partial(self._desk(whose).leave, password), f"{_ZIP}.zip")
        take(answer, DEVICE, NONCE, secure=self._secure)  # not who is signed in: where it breaks off they still are
        return answer

    def _held(self, request: Request, name: str) -> str:
        return held(request, name, secure=self._secure)

    def _whose(self, request: Request) -> str:
        account = self._at(request).whose(self._held(request, SID))
        if account is None:
            raise NotSignedIn("nobody is signed in")
        return account.id

    def _at(self, request: Request) -> Reception:
        address = request.client.host if request.client else ""
        return self._reception(address, request.headers.get("user-agent", ""))

    def _get(self, path: str, answer: Callable[[Request], Response]) -> Route:
        async def asked(request: Request) -> Response:
            return await _work(request, partial(answer, request), self._hands)

        return Route(path, asked, methods=["GET"])

    def _post(
        self, path: str, answer: Callable[[Request, Fields], Response], hands: CapacityLimiter | None = None
    ) -> Route:
        async def asked(request: Request) -> Response:
            given = await fields(request)
            return await _work(request, partial(answer, request, given), hands or self._hands)

        return Route(path, asked, methods=["POST"])


async def _work(request: Request, answer: Callable[[], Response], hands: CapacityLimiter) -> Response:
    """An answer, or a page that says what went wrong; worked out beside the files' and pages' own threads."""
    return await to_thread.run_sync(partial(_told, request, answer), limiter=hands)


def _told(request: Request, answer: Callable[[], Response]) -> Response:
    try:
        return answer()
    except StudioError as error:
        return _refusal(request, sentence(error), _status(error))
    except Exception as error:
        if not (found := reference(error)):
            raise
        return _refusal(request, accident(found), HTTPStatus.INTERNAL_SERVER_ERROR)


def _refusal(request: Request, text: str, status: int) -> Response:
    """A page that says why not, and leads on."""
    ways = {"/auth/leave": "/account", "/auth/export": "/account"}
    return page(
        "That did not work",
        say(text, alarm=True),
        lead("", "Go on", ways.get(request.url.path, "/auth/begin")),
        status=status,
    )


def _status(error: StudioError) -> int:
    if isinstance(error, (NotSignedIn, BadCredentials)):
        return HTTPStatus.UNAUTHORIZED
    if isinstance(error, TooManyTries):
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(error, Refused) else HTTPStatus.SERVICE_UNAVAILABLE


def _counted(number: str) -> int:
    """Which part it is, for the names in it and its own."""
    return int(number) if number.isdecimal() and number.isascii() and len(number) < 6 else 1


def _go(path: str) -> RedirectResponse:
    return RedirectResponse(path, _SEE_OTHER, headers={"Cache-Control": "no-store"})
