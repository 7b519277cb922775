"""Tokens: the personal tokens of an account, for its own programs. Whose a token is, studio.desk.admitting finds."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime

from studio.db import now
from studio.desk.membership import Membership
from studio.people import access
from studio.people.access import AccessToken, Scope
from studio.story.noun import Noun

log = logging.getLogger(__name__)


class TokenView(Noun):
    """A token as its owner sees it later: never the token itself."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created: datetime
    expires: datetime | None = None
    seen: datetime | None = None  # when it was last used, within some minutes


class NewToken(Noun):
    """A token as it is shown once."""

    view: TokenView
    token: str


class Tokens(Membership):
    """Gives tokens out and takes them back."""

    def new_token(
        self, name: str, scopes: Collection[Scope], *, days: int | None = 365, password: str = ""
    ) -> NewToken:
        """A token that may do this for so many days, None for as long as it is not revoked; it is shown once.

        It outlives the session it is made in, so whoever has a password proves it: BadCredentials, TooManyTries.
        Raises BadRequest for a bad name or time, no scope, or too many tokens.
        """
        if self.proves:
            self._prove(password, now())
        with self._house.db.write(of=self._account) as session:
            row, token = access.make(session, self._account, name, scopes, days, at=now())
        log.info("people.token_made account=%s token=%s", self._account, row.id)
        return NewToken(view=_view(row), token=token)

    def tokens(self) -> tuple[TokenView, ...]:
        """The tokens of this account that hold, the newest first."""
        with self._house.db.read() as session:
            return tuple(map(_view, access.listed(session, self._account, at=now())))

    def revoke_token(self, token_id: str) -> None:
        """Let nobody in with a token any more; NotFound when this account has none of this id that holds."""
        with self._house.db.write(of=self._account) as session:
            access.revoke(session, self._account, token_id, at=now())
        log.info("people.token_revoked account=%s token=%s", self._account, token_id)


def _view(row: AccessToken) -> TokenView:
    told = {name: getattr(row, name) for name in ("id", "name", "created", "expires", "seen")}
    return TokenView(scopes=tuple(map(Scope, row.scopes)), **told)
