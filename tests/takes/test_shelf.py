"""The shelf: one recipe is made once, whoever asks; one take of a subject is circled."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from studio.db import Database
from studio.people.account import OWNER, Account
from studio.story.episode import Episode, Series
from studio.takes import shelf
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.shelf import Claim, Hand
from studio.takes.take import Choice, Take, TakeState


def recipe(text: str = "Hello.", seed: int = 0) -> Recipe:
    return Recipe(kind=TakeKind.SPEECH, brief={"text": text}, engine="espeak-ng", engine_version="1", seed=seed)


@pytest.fixture
def episode(db: Database) -> str:
    with db.write() as session:
        session.add(Series(id="s", account=OWNER, title="A series"))
        session.flush()
        session.add(Episode(id="e", account=OWNER, series="s", source="pitch:x"))
    return "e"


def keep(session: Session, one: Recipe, hand: Hand, content: str, *, refetch: bool = False) -> None:
    measure = {"seconds": 1.0}
    shelf.keep(session, OWNER, one, hand, content=content, suffix=".wav", size=3, took_ms=5, measure=measure,
               refetch=refetch)  # fmt: skip


def make(db: Database, one: Recipe, content: str = "ab" * 32, account: str = OWNER) -> None:
    with db.write() as session:
        shelf.claim(session, account, one, Hand("w1"), {"w1"})
        shelf.keep(
            session,
            account,
            one,
            Hand("w1"),
            content=content,
            suffix=".wav",
            size=3,
            took_ms=5,
            measure={"seconds": 1.0},
        )


def test_a_claim_fences_others_while_its_executor_lives(db: Database) -> None:
    with db.write() as session:
        assert shelf.claim(session, OWNER, recipe(), Hand("w1"), {"w1", "w2"}) is Claim.MINE
        assert shelf.claim(session, OWNER, recipe(), Hand("w2"), {"w1", "w2"}) is Claim.TAKEN
        assert shelf.claim(session, OWNER, recipe(), Hand("w2"), {"w2"}) is Claim.MINE


def test_two_jobs_of_one_process_do_not_make_the_same_take(db: Database) -> None:
    with db.write() as session:
        assert shelf.claim(session, OWNER, recipe(), Hand("w1", "run:speech:1"), {"w1"}) is Claim.MINE
        assert shelf.claim(session, OWNER, recipe(), Hand("w1", "run:speech:2"), {"w1"}) is Claim.TAKEN
        assert shelf.claim(session, OWNER, recipe(), Hand("w1", "run:speech:1"), {"w1"}) is Claim.MINE


def test_a_made_take_is_never_made_again(db: Database) -> None:
    make(db, recipe())
    with db.write() as session:
        assert shelf.claim(session, OWNER, recipe(), Hand("w9"), {"w9"}) is Claim.MADE
        assert session.get_one(Take, (OWNER, recipe().fingerprint)).tries == 1


def test_a_sleeper_whose_work_was_taken_over_changes_nothing(db: Database) -> None:
    with db.write() as session:
        shelf.claim(session, OWNER, recipe(), Hand("sleeper"), {"sleeper"})
        shelf.claim(session, OWNER, recipe(), Hand("w1"), {"w1"})
        shelf.fail(session, OWNER, recipe(), Hand("sleeper"), "too late")
        shelf.keep(
            session, OWNER, recipe(), Hand("sleeper"), content="00" * 32, suffix=".wav", size=1, took_ms=1, measure={}
        )
        assert session.get_one(Take, (OWNER, recipe().fingerprint)).state == TakeState.ASKED
    make(db, recipe())
    with db.write() as session:
        shelf.fail(session, OWNER, recipe(), Hand("sleeper"), "far too late")
        assert session.get_one(Take, (OWNER, recipe().fingerprint)).state == TakeState.MADE


def test_a_failed_or_lost_take_can_be_claimed_again(db: Database) -> None:
    make(db, recipe())
    with db.write() as session:
        shelf.lose(session, OWNER, "ab" * 32)
    with db.write() as session:
        assert shelf.claim(session, OWNER, recipe(), Hand("w1"), {"w1"}) is Claim.MINE
        shelf.fail(session, OWNER, recipe(), Hand("w1"), "no")
    with db.write() as session:
        assert shelf.claim(session, OWNER, recipe(), Hand("w1"), {"w1"}) is Claim.MINE


def test_another_account_shares_no_take(db: Database) -> None:
    make(db, recipe())
    with db.write() as session:
        session.add(Account(id="other", name="Other"))
        session.flush()
        assert shelf.claim(session, "other", recipe(), Hand("w1"), {"w1"}) is Claim.MINE
    with db.read() as session:
        assert shelf.by_fingerprint(session, "nobody", {recipe().fingerprint}) == {}
        assert shelf.Twins(session, "other").find(recipe().essence, 0) is None
        twins = shelf.Twins(session, OWNER)
        twins.expect([recipe().essence, "unknown"])
        assert twins.find(recipe().essence, 0) is not None
        assert twins.find(recipe().essence, 5) is None
        assert twins.find("unknown", 0) is None


def test_exactly_one_take_of_a_subject_is_circled(db: Database, episode: str) -> None:
    for seed in (0, 1, 0):
        make(db, recipe(seed=seed))
        with db.write() as session:
            shelf.circle(session, OWNER, episode, "speech:a", recipe(seed=seed).fingerprint)
    with db.read() as session:
        choices = session.exec(select(Choice).where(Choice.subject == "speech:a")).all()
        assert [choice.circled for choice in choices].count(True) == 1
        assert len(choices) == 2
        assert shelf.circled(session, OWNER, episode)["speech:a"].fingerprint == recipe(seed=0).fingerprint


def test_a_lost_take_is_no_longer_offered(db: Database, episode: str) -> None:
    make(db, recipe())
    with db.write() as session:
        shelf.circle(session, OWNER, episode, "speech:a", recipe().fingerprint)
        shelf.lose(session, OWNER, "ab" * 32)
    with db.read() as session:
        assert shelf.circled(session, OWNER, episode) == {}
        assert session.get_one(Take, (OWNER, recipe().fingerprint)).state == TakeState.LOST


def row(db: Database) -> Take:
    with db.read() as session:
        return session.get_one(Take, (OWNER, recipe().fingerprint))


def claim(db: Database, hand: Hand, alive: set[str]) -> None:
    with db.write() as session:
        assert shelf.claim(session, OWNER, recipe(), hand, alive) is Claim.MINE


def test_only_what_may_have_been_sent_is_doubtful(db: Database) -> None:
    claim(db, Hand("w1"), {"w1"})
    assert not row(db).doubtful
    claim(db, Hand("w2"), {"w2"})  # w1 died, and nobody knows what it had sent
    assert row(db).doubtful
    with db.write() as session:
        shelf.ticket(session, OWNER, recipe(), Hand("w2"), "job-7")
    assert (row(db).ticket, row(db).doubtful) == ("job-7", False)


@pytest.mark.parametrize(
    ("over", "sure", "ticket", "doubtful"),
    [(True, True, "", False), (False, True, "job-7", False), (False, False, "job-7", True)],
)
def test_a_vendor_that_is_not_done_is_asked_on(
    db: Database, over: bool, sure: bool, ticket: str, doubtful: bool
) -> None:
    claim(db, Hand("w1"), {"w1"})
    with db.write() as session:
        shelf.ticket(session, OWNER, recipe(), Hand("w1"), "job-7")
        shelf.fail(session, OWNER, recipe(), Hand("w1"), "Down: away", over=over, sure=sure)
    assert (row(db).state, row(db).ticket, row(db).doubtful) == (TakeState.FAILED, ticket, doubtful)


def test_an_unclear_take_is_looked_up_when_it_is_asked_for_again(db: Database) -> None:
    claim(db, Hand("w1"), {"w1"})
    with db.write() as session:
        shelf.doubt(session, OWNER, recipe(), Hand("w1"), "Unclear: no answer")
    assert row(db).state == TakeState.UNCLEAR
    claim(db, Hand("w3"), {"w3"})
    assert (row(db).state, row(db).doubtful) == (TakeState.ASKED, True)


@pytest.mark.parametrize(("refetch", "claimed"), [(True, Claim.FETCH), (False, Claim.MINE)])
def test_a_lost_take_is_fetched_where_its_vendor_gives_it_out(db: Database, refetch: bool, claimed: Claim) -> None:
    claim(db, Hand("w1"), {"w1"})
    with db.write() as session:
        shelf.ticket(session, OWNER, recipe(), Hand("w1"), "job-7")
        session.get_one(Take, (OWNER, recipe().fingerprint)).cost_micros = 70
        keep(session, recipe(), Hand("w1"), "ab" * 32, refetch=refetch)
        shelf.lose(session, OWNER, "ab" * 32)
    with db.write() as session:
        assert shelf.claim(session, OWNER, recipe(), Hand("w2"), {"w2"}) is claimed
    assert row(db).cost_micros == (70 if refetch else 0)  # what is made anew has its own bill
    with db.write() as session:  # its worker dies, and another one goes on with the same
        assert shelf.claim(session, OWNER, recipe(), Hand("w3"), {"w3"}) is claimed


def test_what_its_vendor_no_longer_has_is_made_anew(db: Database) -> None:
    claim(db, Hand("w1"), {"w1"})
    with db.write() as session:
        shelf.ticket(session, OWNER, recipe(), Hand("w1"), "job-7")
        keep(session, recipe(), Hand("w1"), "ab" * 32, refetch=True)
        shelf.lose(session, OWNER, "ab" * 32)
        assert shelf.claim(session, OWNER, recipe(), Hand("w2"), {"w2"}) is Claim.FETCH
        shelf.fail(session, OWNER, recipe(), Hand("w2"), "Gone: it is not there", over=True)
        assert shelf.claim(session, OWNER, recipe(), Hand("w3"), {"w3"}) is Claim.MINE
