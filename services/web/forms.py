"""Forms of the doors: what a browser posts, read only when it comes from a page of our own, and pages to post from."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.metadata import distribution
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.settings import ROOT
from services.web.bodies import posted

_MOST = 16_384  # bytes of a form
_FORM = "application/x-www-form-urlencoded"
# Not "no-referrer": under that a browser posts a form with the origin "null".
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"}


def check_ours(request: Request) -> None:
    """Refuse what another site's page posts: 403. Every browser says of a post where it comes from."""
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    if origin is None:
        ours = request.headers.get("sec-fetch-site") == "same-origin"
    else:
        ours = bool(host) and urlsplit(origin).netloc == host
    if not ours:
        raise HTTPException(403, "This studio answers its own pages only.")


async def fields(request: Request) -> dict[str, str]:
    """What a page of our own posts; 403, 413 and 415 for what none does."""
    check_ours(request)
    body = await posted(request, _FORM, "A form is expected.", _MOST, "This form is too large.")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=16))
    except ValueError as error:
        raise HTTPException(400, "This form cannot be read.") from error


def page(title: str, *parts: str, status: int = 200) -> HTMLResponse:
    """A small page that needs nothing but itself; parts are HTML."""
    body = "\n".join(parts)
    return HTMLResponse(_template().substitute(title=escape(title), body=body, font=_font()), status, headers=_HEADERS)


def say(text: str, *, alarm: bool = False) -> str:
    """A paragraph."""
    return f'<p role="alert">{escape(text)}</p>' if alarm else f"<p>{escape(text)}</p>"


def lead(before: str, text: str, href: str) -> str:
    """A paragraph that ends in a link."""
    return f'<p>{escape(before)} <a href="{escape(href)}">{escape(text)}</a></p>'


def form(action: str, button: str, *inputs: str) -> str:
    """A form that posts to a path of ours."""
    return f'<form method="post" action="{escape(action)}">{"".join(inputs)}<button>{escape(button)}</button></form>'


def hidden(name: str, value: str) -> str:
    """A field nobody sees."""
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def entry(label: str, name: str, kind: str, complete: str, value: str = "") -> str:
    """A labelled field; `complete` tells a password manager what belongs there."""
    attributes = (
        f'name="{escape(name)}" type="{escape(kind)}" autocomplete="{escape(complete)}" value="{escape(value)}"'
    )
    return f"<label>{escape(label)}<input {attributes} required></label>"


@cache
def _font() -> str:
    """Where the app's own letters are, which its pages are set in; its files change their names with its version."""
    folder = Path(str(distribution("streamlit").locate_file("streamlit/static")))
    found = next(folder.glob("static/media/SourceSansVF-Upright*.woff2"), None)
    return f"/{found.relative_to(folder).as_posix()}" if found else ""


@cache
def _template() -> Template:
    return Template((ROOT / "data" / "door.html").read_text(encoding="utf-8"))
