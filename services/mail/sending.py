"""Sending: a worker's chore takes the letters that are due one by one. One that cannot be sent waits for its next turn.

What is logged of a letter is its kind and id: neither the address nor a link.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from services.mail.console import ConsoleMail
from services.mail.smtp import SmtpMail
from services.mail.texts import LINKS, compose
from services.settings import Settings
from studio.db import Database, now
from studio.errors import Busy, Denied, Down, Invalid, KeyMissing, VendorError
from studio.people import letters, links
from studio.people.account import Account
from studio.people.letters import Kind, Letter
from studio.people.mail import Mail, Message

log = logging.getLogger(__name__)


def mail(settings: Settings) -> Mail:
    """Who sends mail with these settings: a server, else this machine's console; KeyMissing where that would leak."""
    if url := settings.studio_mail_url.get_secret_value():
        return SmtpMail(url, settings.studio_mail_from)
    if settings.hosted:
        raise KeyMissing("mail needs STUDIO_MAIL_URL", vendor="mail")
    return ConsoleMail()


def send_due(db: Database, mail: Mail, studio: str, *, clock: Callable[[], datetime] = now) -> int:
    """Send the letters that are due; gives how many went. A server that is down is left alone for this time."""
    with db.read() as session:
        waiting = letters.due(session, at=clock())
    sent = 0
    for one in waiting:
        found = _take(db, one, studio, clock())
        if found is None:
            continue
        letter, message = found
        try:
            mail.send(message)
        except VendorError as error:
            _put_off(db, letter, error, clock())
            if isinstance(error, (Down, Denied)):
                break
            continue
        with db.write() as session:
            letters.sent(session, letter.id)
        log.info("letter.sent kind=%s id=%s", letter.kind, letter.id)
        sent += 1
    return sent


def _take(db: Database, letter: str, studio: str, at: datetime) -> tuple[Letter, Message] | None:
    """A letter whose turn it is, put together with a link of its own; None when it is another worker's or nobody's."""
    with db.write() as session:
        found = letters.claim(session, letter, at=at)
        if found is None:
            return None
        account = session.get_one(Account, found.account)
        to, kind = found.to or found.carries.get("shown") or account.shown, Kind(found.kind)
        if not to:
            letters.failed(session, found, "the account has no address any more", again=False, at=at)
            return None
        token = links.make(session, account.id, LINKS[kind], found.carries, at=at) if kind in LINKS else ""
        name = found.carries.get("name") or account.name
        return found, compose(kind, found.id, to, name, token, studio, found.carries)


def _put_off(db: Database, letter: Letter, error: VendorError, at: datetime) -> None:
    again = isinstance(error, (Down, Busy, Denied)) and not isinstance(error, Invalid)
    with db.write() as session:
        letters.failed(session, letter, f"{type(error).__name__}: {error}", again=again, at=at)
    log.warning("letter.failed kind=%s id=%s tries=%d %s", letter.kind, letter.id, letter.tries, error)
