"""Ending sessions: a founder signs somebody out everywhere, or everybody, where a browser or a database was stolen."""

from __future__ import annotations

import logging

from studio.db import now
from studio.desk.founding_seat import FoundersSeat
from studio.errors import NotFound
from studio.people.account import Account, State
from studio.people.acts import Deed, note
from studio.people.renewing import shut_everybody_out, shut_out

log = logging.getLogger(__name__)


class SigningOut(FoundersSeat):
    """Ends sessions for a founder; nobody loses anything but that they sign in anew."""

    def sign_out(self, account: str, reason: str) -> int:
        """End every session of somebody; gives how many. NotFound for who is not there, BadRequest without a reason."""
        at = now()
        with self._writing() as session:
            found = session.get(Account, account)
            if found is None or found.state == State.GONE:
                raise NotFound("no account has this number")
            ended = shut_out(session, account, at=at)
            note(session, self._account, Deed.SIGN_OUT, reason, at=at, account=account, came=_told(ended))
        return ended

    def sign_everybody_out(self, reason: str) -> int:
        """End every session there is, also one's own; gives how many. BadRequest without a reason."""
        at = now()
        with self._writing() as session:
            ended = shut_everybody_out(session, at=at)
            note(session, self._account, Deed.SIGN_OUT, reason, at=at, about="everybody", came=_told(ended))
        log.warning("people.everybody_signed_out by=%s sessions=%d", self._account, ended)
        return ended


def _told(ended: int) -> str:
    return f"{ended} sessions ended" if ended != 1 else "1 session ended"
