"""The pages of links by which a film is watched without an account: small, drawn here, with no part of Streamlit.

Each answer looks the link up anew, says that no search engine shall keep it, and sets cookies for its own path alone.
A link that opens nothing gets one and the same answer, whatever is wrong with it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from pydantic import Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from services.logbook import reference
from services.notices import accident, sentence
from services.vaults.streaming import Streaming
from services.web import sheet
from services.web.bodies import posted
from services.web.forms import check_ours, fields
from services.web.pacing import Pace
from studio.desk.noticing import AnswerView, NoteView
from studio.desk.viewing import Ticket, Viewing
from studio.errors import (
    AssetMissing,
    BadCredentials,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refused,
    StudioError,
    TooManyTries,
)
from studio.people.screenings import UNLOCKED
from studio.story.noun import Noun

VIEWER, KEY = "viewer", "key"  # cookies: which browser it is, and that it gave the password
_PREFIX = "__Secure-"  # behind https; "__Host-" is for cookies of every path
_TOKEN, _PROOF = re.compile(r"[\w-]{43}", re.ASCII), re.compile(r"\d{1,11}\.[0-9a-f]{64}", re.ASCII)
_MOST = 16_384  # bytes of what a page's script posts
_HANDS = 8  # questions at work at once: more wait here, and not before files and pages
FILM = "film.mp4"
_TYPES = {FILM: "video/mp4", "poster.jpg": "image/jpeg", "captions.vtt": "text/vtt"}
_ROBOTS = "User-agent: *\nDisallow: /s/\n"
Told = dict[str, Any]
Posted = TypeVar("Posted", bound=Noun)
Second = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Name = Annotated[str, Field(pattern="^[0-9A-Za-z_-]{0,64}$")]  # of a cut, of a note


class Said(Noun):
    """A note as a page sends it: at a second of the cut it shows, or an answer to another note."""

    name: str
    text: str
    second: Second = 0.0
    cut: Name = ""
    answers: Name = ""


class Reached(Noun):
    """How far a page has played."""

    second: Second


class Screen:
    """The routes under /s. `viewing` answers an address, `secure` says whether the studio is reached by https.

    `opened` is told of every browser that comes in for the first time, with what it calls itself. Films come through
    `films` where the vault is a store; nobody is led on to it, for a link can be revoked and its address could not.
    """

    def __init__(
        self,
        viewing: Callable[[str], Viewing],
        *,
        secure: bool,
        pace: Pace | None = None,
        opened: Callable[[str], None] = lambda _agent: None,
        films: Streaming | None = None,
    ) -> None:
        self._viewing, self._secure, self._opened, self._films = viewing, secure, opened, films
        self._names = {one: f"{_PREFIX if secure else ''}{one}" for one in (VIEWER, KEY)}
        self._pace, self._hands = pace or Pace(), CapacityLimiter(_HANDS)

    def routes(self) -> list[BaseRoute]:
        """All of them."""
        asked = self._asked
        return [
            Route("/robots.txt", lambda _request: PlainTextResponse(_ROBOTS)),
            Route("/s/-/{name}", sheet.part),
            Route("/s/{token}", asked(self._show, sheet.refused)),
            Route("/s/{token}", asked(self._unlock, sheet.refused, read=fields), methods=["POST"]),
            Route("/s/{token}/visit", asked(self._enter, _told, read=_nothing), methods=["POST"]),
            Route("/s/{token}/notes", asked(self._notes, _told)),
            Route("/s/{token}/notes", asked(self._leave, _told, read=_json), methods=["POST"]),
            Route("/s/{token}/watched", asked(self._watched, _told, read=_json), methods=["POST"]),
            Route("/s/{token}/{name}", asked(self._file, _told)),
        ]

    def _show(self, request: Request, _given: Told) -> Response:
        """The page of the film."""
        ticket = self._ticket(request)
        return sheet.film(ticket.token, self._at(request).look(ticket))

    def _unlock(self, request: Request, given: Told) -> Response:
        """Take the password, and lead on to the film."""
        ticket = self._ticket(request)
        shown = self._at(request).unlock(ticket, given.get("password", ""))
        answer = RedirectResponse(f"/s/{ticket.token}", 303, headers=sheet.HEADERS)
        if shown:
            self._give(answer, KEY, shown, ticket, UNLOCKED)
        return answer

    def _enter(self, request: Request, _given: Told) -> Response:
        """Count the browser; from now on it is given the film."""
        ticket, at = self._ticket(request), self._at(request)
        viewer = at.enter(ticket)
        seen = at.look(ticket._replace(viewer=viewer))
        answer = JSONResponse({"cut": seen.cut, "notes": seen.notes}, headers=sheet.HEADERS)
        if viewer != ticket.viewer:
            self._give(answer, VIEWER, viewer, ticket, seen.expires - datetime.now(UTC))
            self._opened(request.headers.get("user-agent", ""))
        return answer

    def _file(self, request: Request, _given: Told) -> Response:
        """The film in parts, its captions, its poster."""
        name = request.path_params["name"]
        at, ticket, keep = self._at(request), self._ticket(request), "private, no-cache"
        if self._films and name == FILM:
            answer = self._films.lead(request, at.content(ticket, name), _TYPES[name], "", keep)
            answer.headers.update(sheet.HEADERS | {"Cache-Control": keep})
            return answer
        found, headers = at.file(ticket, name), sheet.HEADERS | {"Cache-Control": keep}
        return FileResponse(found, media_type=_TYPES[name], headers=headers)

    def _notes(self, request: Request, _given: Told) -> Response:
        """All notes of the link."""
        cut, notes = self._at(request).notes(self._ticket(request))
        return JSONResponse({"cut": cut, "notes": [_note(one) for one in notes]}, headers=sheet.HEADERS)

    def _leave(self, request: Request, given: Told) -> Response:
        """Keep a note, or an answer to one."""
        at, ticket, said = self._at(request), self._ticket(request), _read(Said, given)
        if said.answers:
            told = _answer(at.answer(ticket, said.answers, said.name, said.text))
        else:
            told = _note(at.leave_note(ticket, said.second, said.name, said.text, said.cut))
        return JSONResponse(told, 201, headers=sheet.HEADERS)

    def _watched(self, request: Request, given: Told) -> Response:
        """Remember how far the browser is."""
        self._at(request).watched(self._ticket(request), _read(Reached, given).second)
        return Response(status_code=204, headers=sheet.HEADERS)

    def _ticket(self, request: Request) -> Ticket:
        """What a browser shows; what is no token at all is looked up like one."""
        viewer, proof = (request.cookies.get(self._names[one], "") for one in (VIEWER, KEY))
        return Ticket(
            request.path_params["token"],
            viewer if _TOKEN.fullmatch(viewer) else "",
            proof if _PROOF.fullmatch(proof) else "",
        )

    def _at(self, request: Request) -> Viewing:
        return self._viewing(_address(request))

    def _give(self, answer: Response, name: str, value: str, ticket: Ticket, kept: timedelta) -> None:
        """A cookie no script reads, for this link alone."""
        seconds = max(int(kept.total_seconds()), 1)
        path = f"/s/{ticket.token}"
        answer.set_cookie(
            self._names[name], value, max_age=seconds, path=path, secure=self._secure, httponly=True, samesite="lax"
        )

    def _asked(
        self,
        answer: Callable[[Request, Told], Response],
        refused: Callable[[Request, int, str], Response],
        read: Callable[[Request], Awaitable[Told]] | None = None,
    ) -> Callable[[Request], Awaitable[Response]]:
        """A route: paced, read within bounds, answered in a thread, and refused in one way."""

        async def asked(request: Request) -> Response:
            if not self._pace.lets(_address(request)):
                return _later(refused(request, 429, "Too much at once. Wait a moment, and try again."), 10)
            given = await read(request) if read else {}
            work = partial(_worked, request, partial(answer, request, given), refused)
            return await to_thread.run_sync(work, limiter=self._hands)

        return asked


def _worked(
    request: Request, answer: Callable[[], Response], refused: Callable[[Request, int, str], Response]
) -> Response:
    """An answer, or why there is none."""
    try:
        return answer()
    except (NotFound, AssetMissing):
        return refused(request, 404, "")
    except NotSignedIn:
        return refused(request, 401, "")
    except BadCredentials:
        return refused(request, 401, "This is not the password. Ask who sent you the link.")
    except TooManyTries as error:
        return _later(refused(request, 429, f"Too much at once: {error}."), math.ceil(error.after))
    except NotAllowed as error:
        return refused(request, 403, sentence(error))
    except StudioError as error:
        return refused(request, 422 if isinstance(error, Refused) else 503, sentence(error))
    except HTTPException:
        raise
    except Exception as error:
        if not (found := reference(error)):
            raise
        return refused(request, 500, accident(found))


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _told(_request: Request, status: int, why: str) -> Response:
    """Why not, as a page's script reads it."""
    return JSONResponse({"error": why or "This link opens nothing."}, status, headers=sheet.HEADERS)


def _later(answer: Response, seconds: int) -> Response:
    answer.headers["Retry-After"] = str(max(seconds, 1))
    return answer


async def _nothing(request: Request) -> Told:
    """What has no body, from a page of our own."""
    check_ours(request)
    return {}


async def _json(request: Request) -> Told:
    """What a page's script posts; 403, 413, 415 and 400 for what none does."""
    check_ours(request)
    body = await posted(request, "application/json", "JSON is expected.", _MOST, "This is too large for a note.")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "This cannot be read.") from error
    if not isinstance(found, dict):
        raise HTTPException(422, "An object is expected.")
    return found


def _read(kind: type[Posted], given: Told) -> Posted:
    """What was posted as a noun; 422 where it is none."""
    try:
        return kind.model_validate(given, strict=True)
    except ValidationError as error:
        raise HTTPException(422, "This is not what the page of a film sends.") from error


def _note(one: NoteView) -> Told:
    told = {name: getattr(one, name) for name in ("id", "name", "text", "second", "resolved", "recut", "followed")}
    return told | {"answers": [_answer(each) for each in one.answers]}


def _answer(one: AnswerView) -> Told:
    return {name: getattr(one, name) for name in ("id", "name", "text", "maker")}
