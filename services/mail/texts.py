"""What letters say, from data/mail: the first line is the subject, {name}, {link} and {studio} are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from services.settings import ROOT
from studio.people.letters import Kind
from studio.people.links import Purpose
from studio.people.mail import Message

LINKS = {
    Kind.OPEN: Purpose.OPEN,
    Kind.RESET: Purpose.RESET,
    Kind.FOUNDER: Purpose.RESET,
}  # letters with a link, and what it is for
_SUBJECT = "Subject: "


@cache
def text(kind: Kind) -> tuple[str, str]:
    """The subject and the text of a kind of letter."""
    subject, _, rest = (ROOT / "data" / "mail" / f"{kind}.txt").read_text(encoding="utf-8").partition("\n")
    return subject.removeprefix(_SUBJECT), rest.strip() + "\n"


def compose(
    kind: Kind, letter: str, to: str, name: str, token: str, studio: str, carries: Mapping[str, str] | None = None
) -> Message:
    """A letter of this id as a message; `studio` is the address people type, `carries` what else it says."""
    subject, body = text(kind)
    link = f"{studio}/auth/{LINKS[kind]}?token={token}" if kind in LINKS else ""
    told = {**(carries or {}), "name": name, "link": link, "studio": studio}
    return Message(id=letter, to=to, subject=subject, text=body.format_map(told))
