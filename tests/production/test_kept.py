"""What an account keeps is counted in bytes, on either database, and nobody else's with it."""

from __future__ import annotations

import pytest

from studio.db import Database
from studio.people.account import OWNER, Account
from studio.production.kept import kept
from studio.story.episode import Episode, Revision, Series
from studio.takes.recipe import TakeKind
from studio.takes.take import Take, TakeState


@pytest.mark.parametrize("db", ["sqlite", "postgresql"], indirect=True)
def test_takes_and_versions_are_counted_in_bytes_and_those_of_their_account_alone(db: Database) -> None:
    with db.write() as session:
        session.add(Account(id="other", name="Other"))
        session.flush()
        for account, size in ((OWNER, 5_000_000_000), ("other", 7)):
            made = dict.fromkeys(("fingerprint", "essence", "engine"), account)
            session.add(Take(account=account, kind=TakeKind.CLIP, state=TakeState.MADE, recipe={}, size=size, **made))
        series = Series(account=OWNER, title="T")
        session.add(series)
        session.flush()
        episode = Episode(account=OWNER, series=series.id, source="s", title="T")
        session.add(episode)
        session.flush()
        session.add(Revision(account=OWNER, episode=episode.id, number=1, fountain="Schlüssel", breakdown="{}"))
    with db.read() as session:
        assert kept(session, OWNER) == 5_000_000_000 + len("Schlüssel".encode()) + 2
        assert (kept(session, "other"), kept(session, "nobody")) == (7, 0)
