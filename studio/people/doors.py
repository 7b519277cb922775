"""The doors of a house: who checks passwords, whether an invitation is needed, and who is told when somebody leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_bytes

from sqlmodel import Session

from studio.errors import BadRequest
from studio.people.passwords import NoPasswords, Passwords, check_password

Leaving = Callable[[Session, str, datetime], None]  # in the transaction in which an account leaves


@dataclass(frozen=True, eq=False)
class Doors:
    """How people come into a house and leave it; without a hasher nobody signs in."""

    passwords: Passwords = field(default_factory=NoPasswords)
    invited: bool = False  # who registers needs an invitation
    founders_app: bool = False  # who has no codes of an app does nothing as a founder
    secret: bytes = field(default_factory=lambda: token_bytes(32))  # keys digests of what could be guessed
    leaving: Sequence[Leaving] = ()  # what else ends with an account: subscriptions, credits
    breached: Callable[[str], bool] = lambda _password: False  # whether a password was stolen somewhere

    def check(self, password: str, email: str = "", name: str = "") -> None:
        """Refuse a new password that will not do for somebody of this address and name: BadRequest."""
        check_password(password, email, name)
        if self.breached(password):
            raise BadRequest("this was stolen somewhere, and is tried everywhere; use another", field="password")
