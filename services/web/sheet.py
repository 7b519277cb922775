"""The sheets a screening is shown on: HTML from templates, with a script and a style sheet in files of their own."""

from __future__ import annotations

from functools import cache
from html import escape
from string import Template

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from services.settings import ROOT
from studio.desk.viewing import Showing

_FOLDER = ROOT / "data" / "screen"
_PARTS = {
    "screen.css": (_FOLDER / "screen.css", "text/css"),
    "screen.js": (_FOLDER / "screen.js", "text/javascript"),
    "icon.svg": (ROOT / "data" / "icon.svg", "image/svg+xml"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Not "no-referrer": under that a browser posts a form with the origin "null".
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def film(token: str, shown: Showing) -> Response:
    """The page of a film that opens."""
    path = f"/s/{token}"
    poster = f' poster="{escape(path)}/poster.jpg?v={shown.cut[:12]}"' if shown.poster else ""
    body = _template("film.html").substitute(
        path=escape(path),
        title=escape(shown.title),
        poster=poster,
        cut=escape(shown.cut),
        captions="yes" if shown.captions else "",
        shape=_shape(shown.frame),
    )
    return _page(shown.title, body, 200)


def refused(request: Request, status: int, why: str) -> Response:
    """The page of a link that does not open now: a password is asked for, or nothing is said of why."""
    if status == 401:
        said = f'<p role="alert">{escape(why)}</p>' if why else ""
        path = escape(f"/s/{request.path_params['token']}")
        return _page("This film asks for a password", _template("locked.html").substitute(path=path, said=said), 401)
    if status == 404:
        return _page("This link opens nothing", _template("closed.html").substitute(), 404)
    return _page("Not just now", f'<p class="said" role="alert">{escape(why)}</p>', status)


def part(request: Request) -> Response:
    """The script, the style sheet or the icon."""
    name = request.path_params["name"]
    if name not in _PARTS:
        raise HTTPException(404)
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    file, kind = _PARTS[name]
    return FileResponse(file, media_type=kind, headers=headers)


def _page(title: str, body: str, status: int) -> Response:
    whole = _template("page.html").substitute(title=escape(title), body=body)
    return HTMLResponse(whole, status, headers=HEADERS)


def _shape(frame: str) -> str:
    """Which of three shapes a frame such as 1280x720p24 has."""
    width, _, rest = frame.partition("x")
    height = rest.partition("p")[0]
    if not (width.isdecimal() and height.isdecimal()) or int(width) > int(height):
        return "wide"
    return "square" if width == height else "tall"


@cache
def _template(name: str) -> Template:
    return Template((_FOLDER / name).read_text(encoding="utf-8"))
