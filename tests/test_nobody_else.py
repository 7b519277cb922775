"""Nobody sees or touches what is not theirs: every verb, route and page is tried by another account and a stranger.

What is not in the list of how to try it fails here, so that nothing new comes in untried.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

import studio.desk
from studio.desk.desk import Desk
from studio.desk.seat import Seat
from studio.errors import StudioError
from studio.production.house import House
from tests.trespass import FILMS, Belongings, nowhere, rows, settle_in
from tests.verbs import ASKING, OWN, Call
from tests.web.rows import house_at

THEIRS, OWNS = "anna", "bert"
# What depends on no episode here: shares used, prices and voices of the offline crew; nobody asks the writer or has a
# voice designed.
ALIKE = frozenset(
    {"allowance", "asking", "design_voice", "designed_voices", "fitting", "keep_voice", "offers"}
    | {"price", "price_of_asking", "price_of_design", "spare"}
)
SECRETS = ("Lighthouse", "About Lighthouse", "Chronicles of Lighthouse")


def verbs() -> Iterator[str]:
    """Every public verb of whatever sits at the desk; tests beside this one have desks of their own."""
    for module in pkgutil.iter_modules(studio.desk.__path__):
        importlib.import_module(f"studio.desk.{module.name}")
    seats = [Seat]
    for seat in seats:
        ours = (one for one in seat.__subclasses__() if one.__module__.startswith(studio.desk.__name__))
        seats += [one for one in ours if one not in seats]
        for name, verb in vars(seat).items():
            if callable(verb) and not name.startswith("_"):
                yield name if getattr(Desk, name, None) is verb else f"{seat.__name__}.{name}"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house in which two accounts live."""
    made = replace(house_at(tmp_path_factory.mktemp("two") / "home"), films=FILMS)
    yield made
    made.db.close()


@pytest.fixture(scope="module")
def theirs(house: House) -> Belongings:
    """What the other account has."""
    return settle_in(house, THEIRS, "Lighthouse")


@pytest.fixture(scope="module")
def own(house: House) -> Belongings:
    """What whoever asks has: an episode with the same name of file, a run and files like theirs."""
    return settle_in(house, OWNS, "Key")


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Belongings]]:
    """A house of one's own, to see that the tries would find something."""
    made = house_at(tmp_path_factory.mktemp("one") / "home")
    yield made, settle_in(made, THEIRS, "Lighthouse")
    made.db.close()


def test_every_verb_is_in_the_list_of_how_to_try_it() -> None:
    assert sorted(verbs()) == sorted({*ASKING, *OWN})


@pytest.mark.parametrize("verb", sorted(ASKING))
def test_what_is_anothers_is_answered_as_what_nobody_has(
    house: House, theirs: Belongings, own: Belongings, verb: str
) -> None:
    desk, nobodys = Desk(house, OWNS), nowhere(theirs)
    for call in ASKING[verb]:
        before = rows(house)
        asked = _outcome(call, desk, theirs, own)
        _untouched(before, rows(house))
        assert asked == _outcome(call, desk, nobodys, own)


@pytest.mark.parametrize("verb", sorted(OWN))
def test_what_is_ones_own_tells_and_touches_nothing_of_others(
    house: House, theirs: Belongings, own: Belongings, verb: str
) -> None:
    before = rows(house)
    told = _outcome(OWN[verb], Desk(house, OWNS), theirs, own)
    _untouched(before, rows(house))
    assert not [one for one in (*SECRETS, *theirs.names.values()) if one in told]


@pytest.mark.parametrize("verb", sorted(ASKING.keys() - ALIKE))
def test_whoever_it_belongs_to_is_answered_otherwise(mine: tuple[House, Belongings], verb: str) -> None:
    house, own = mine
    desk = Desk(house, THEIRS)
    assert _outcome(ASKING[verb][0], desk, own, own) != _outcome(ASKING[verb][0], desk, nowhere(own), own)


def _outcome(call: Call, desk: Desk, asked: Belongings, own: Belongings) -> str:
    """What an account is told, with the ids it asked for struck out."""
    try:
        told = repr(call(desk, asked, own))
    except StudioError as error:
        told = f"{type(error).__name__}: {error}"
    for name, value in asked.names.items():
        told = told.replace(value, f"<{name}>")
    return told


def _untouched(
    before: dict[tuple[str, ...], dict[str, object]], after: dict[tuple[str, ...], dict[str, object]]
) -> None:
    """Nothing that is not the asking account's was changed, removed or added."""
    for key, row in before.items():
        owner = key[1] if key[0] == "account" else row.get("account", THEIRS)
        if owner != OWNS and key[0] != "attempt":  # tries are counted by a digest
            assert after.get(key) == row, key
    assert not [key for key in after.keys() - before.keys() if after[key].get("account", OWNS) != OWNS]
