"""Passwords that were stolen somewhere are found in a file of hashes, whatever is around them, and will not do."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.breached import Breached
from services.hosting import lacks
from services.settings import Settings
from studio.db import now
from studio.desk.appointing import appoint
from studio.desk.membership import Membership
from studio.desk.reception import Reception
from studio.errors import BadRequest
from tests.people.town import EMAIL, MINE, NONCE, PASSWORD, Town
from tests.services.test_hosting import WHOLE
from tests.trespass import Belongings

STOLEN = "nine purple kettles"
WORDS = st.lists(st.text(max_size=12), unique=True, max_size=40)


def written(file: Path, words: list[str], *, end: str = "\n") -> Breached:
    """A file of these words' hashes, as the downloader writes one."""
    hashes = sorted(hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper() for word in words)
    file.write_bytes(end.join(f"{one}:{at}" for at, one in enumerate(hashes)).encode())
    return Breached(file)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("breached") / "hashes.txt"


@given(words=WORDS, others=WORDS, end=st.sampled_from(["\n", "\r\n"]))
def test_every_hash_of_a_file_is_found_and_no_other(file: Path, words: list[str], others: list[str], end: str) -> None:
    found = written(file, words, end=end)
    assert all(map(found, words))
    assert not any(map(found, set(others) - set(words)))


def test_a_stolen_password_can_be_chosen_nowhere(town: Town, things: Belongings, tmp_path: Path) -> None:
    doors = replace(town.house.doors, breached=written(tmp_path / "hashes", ["letmein", STOLEN, "qwerty"]))
    house = replace(town.house, doors=doors)
    door = Reception(house, "192.0.2.1", clock=town.clock)
    town.clock.at = now()
    town.at().ask_reset(EMAIL)
    town.post()
    link = town.mail.token()
    ways = (
        lambda: door.register("bert@example.com", "Bert", STOLEN),
        lambda: door.reset(link, STOLEN),
        lambda: Membership(house, MINE).change_password(PASSWORD, STOLEN, NONCE),
        lambda: appoint(house, "grace@example.com", "Grace", STOLEN),
    )
    for way in ways:
        with pytest.raises(BadRequest, match="stolen somewhere"):
            way()
    door.register("bert@example.com", "Bert", "seven quiet harbours")


def test_a_file_that_is_not_there_keeps_a_studio_from_starting(tmp_path: Path) -> None:
    told = Settings(_env_file=None, **WHOLE, studio_breached_passwords=tmp_path / "none")
    assert [one.setting for one in lacks(told)] == ["STUDIO_BREACHED_PASSWORDS"]
