"""Tiers at the desk: what costs is counted with its production, a refusal leaves nothing behind, drafts are free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import Session, select

from services.notices import sentence
from studio.db import now
from studio.desk.allowing import AllowanceView
from studio.desk.desk import Desk
from studio.errors import BudgetReached, Conflict, KeyMissing, Refused, StudioError, TierLimit
from studio.money.budget import Budget
from studio.money.counting import correct, used
from studio.money.entry import About
from studio.money.hold import Hold, HoldPart
from studio.money.holding import open_hold
from studio.money.metering import scene_of
from studio.money.orders import OrderState, Purchase, Ware
from studio.money.parting import part_of
from studio.money.quote import Quote, QuoteRow
from studio.money.tally import Tally
from studio.money.tiers import Share
from studio.people.account import OWNER, Account
from studio.production import funding
from studio.production.film import Choices
from studio.production.house import House, NoRemotes
from studio.production.queues import depths
from studio.production.run import ACTIVE, JobState, Run
from studio.story.proposal import Request
from studio.takes.frame import Aspect
from studio.takes.recipe import TakeKind
from studio.takes.take import Take, TakeState
from tests.web.rows import house_at

SCRIPT = b"""INT. KITCHEN - NIGHT

MARA, 70, puts a key on the table.

MARA
You kept it.

TOM
Never.

EXT. HARBOUR - DAWN

TOM
Now nobody can.
"""
KEYS = {"elevenlabs_api_key": "k", "groq_api_key": "k", "runpod_api_key": "k", "runpod_endpoint_id": "e"}
VOICES = "voice=eleven"
RACERS = 6


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A house with keys of vendors that nobody asks: without a worker nothing is made."""
    made = replace(house_at(home, **KEYS), remotes=NoRemotes())
    yield made
    made.db.close()


@pytest.fixture
def desk(house: House) -> Desk:
    """The desk of an account of the basic tier."""
    return seated(house, "basic")


def seated(house: House, tier: str) -> Desk:
    """The desk of the owner, who is of this tier."""
    with house.db.write() as session:
        account = session.get_one(Account, OWNER)
        account.tier = tier
        session.add(account)
    return Desk(house, OWNER)


def opened(desk: Desk, name: str = "key", crew: str = VOICES) -> str:
    """An episode with a screenplay and this crew."""
    episode = desk.open_file(f"{name}.fountain", SCRIPT)
    desk.engage_named(episode, crew)
    return episode


def told(house: House, share: Share, scene: str = "") -> int:
    """What the owner has used now."""
    with house.db.read() as session:
        return used(session, OWNER, share, at=now(), scene=scene)


def use(house: House, share: Share, amount: int) -> None:
    """Have so much of a share be used; of the requests of this minute and the next."""
    moments = (now(), now() + timedelta(minutes=1)) if share is Share.REQUESTS else (now(),)
    with house.db.write() as session:
        for moment in moments:
            correct(session, OWNER, share, amount, at=moment)


def standing(house: House) -> tuple[int, int, int, list[tuple[str, str, int]]]:
    """All that a refusal must leave as it was: open runs, holds, what waits on queues, and every count."""
    with house.db.read() as session:
        running = sum(run.state in ACTIVE for run in session.exec(select(Run)))
        counts = sorted((one.what, one.span, one.used) for one in session.exec(select(Tally)))
        held = len(session.exec(select(Hold)).all())
    return running, held, sum(one.waiting for one in depths(house.db)), counts


def lines(desk: Desk, episode: str) -> list[str]:
    """The speeches of an episode."""
    return [f"speech:{line.id}" for line in desk.story(episode).breakdown.lines]


def spoken(house: House, run: str, subject: str, took_ms: int, micros: int) -> None:
    """Have a run's speech be there, as its worker would."""
    with house.db.write() as session:
        row = session.get_one(Run, run)
        funding.begin(session, row, subject, f"made-{subject}")
        session.add(Take(account=OWNER, fingerprint=f"made-{subject}", essence="", kind=TakeKind.SPEECH,
                         state=TakeState.MADE, engine="eleven-multilingual-v2", recipe={}, took_ms=took_ms,
                         cost_micros=micros))  # fmt: skip
        session.flush()
        funding.end(session, row, subject, f"made-{subject}", JobState.MADE)


def race(acts: list[Callable[[], object]]) -> list[object]:
    """What each of these that begin at the same moment gave, or why it was refused."""
    line = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        line.wait()
        try:
            return act()
        except StudioError as error:
            return type(error)

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_drafts_by_the_offline_crew_are_never_counted(house: House, desk: Desk) -> None:
    for share in Share:
        use(house, share, 10**9)
    before = standing(house)[3]
    for number in range(3):
        episode = opened(desk, f"draft{number}", "offline")
        assert desk.produce(episode, Choices())
        assert desk.retake(episode, lines(desk, episode)[:1], Choices())
    assert standing(house)[3] == before


def test_the_owner_pays_what_he_likes_and_nothing_is_counted(house: House) -> None:
    desk = seated(house, "owner")
    episode = opened(desk)
    assert desk.produce(episode, Choices())
    assert standing(house)[3] == []
    assert desk.allowance(desk.story(episode)) is None


def test_a_paid_production_counts_its_episode_once_a_request_and_its_work(house: House, desk: Desk) -> None:
    episode = opened(desk)
    assert desk.produce(episode, Choices())
    assert desk.produce(episode, Choices(aspect=Aspect.TALL))
    assert (told(house, Share.EPISODES), told(house, Share.WORK)) == (1, 2 * 3 * 1_500)
    requests = sum(count for what, _, count in standing(house)[3] if what == Share.REQUESTS)
    assert requests == 2
    assert desk.produce(episode, Choices())  # joins what is under way
    assert sum(count for what, _, count in standing(house)[3] if what == Share.REQUESTS) == 2


def test_the_eleventh_episode_is_refused_and_leaves_nothing_behind(house: House, desk: Desk) -> None:
    use(house, Share.EPISODES, 10)
    episode = opened(desk)
    before = standing(house)
    with pytest.raises(TierLimit) as refused:
        desk.produce(episode, Choices())
    said = sentence(refused.value)
    assert said.startswith(
        "Your plan has no more of this now: basic: 10 of 10 episodes a month are used; there is more"
    )
    assert said.endswith("00:00 UTC. What the offline crew makes is never counted.")
    assert standing(house) == before


def test_of_many_who_begin_their_last_episode_at_once_one_does(house: House, desk: Desk) -> None:
    use(house, Share.EPISODES, 9)
    episodes = [opened(desk, f"film{number}") for number in range(RACERS)]
    got = race([partial(Desk(house, OWNER).produce, one, Choices()) for one in episodes])
    assert got.count(TierLimit) == RACERS - 1
    running, held, waiting, _ = standing(house)
    assert (running, held, waiting, told(house, Share.EPISODES)) == (1, 1, 1, 10)


def test_a_refused_production_leaves_the_one_under_way_at_work(house: House, desk: Desk) -> None:
    episode = opened(desk, crew="offline")
    run = desk.produce(episode, Choices())
    assert run
    desk.engage_named(episode, VOICES)
    use(house, Share.EPISODES, 10)
    before = standing(house)
    with pytest.raises(TierLimit):
        desk.produce(episode, Choices())
    assert standing(house) == before
    with house.db.read() as session:
        assert session.get_one(Run, run).state in ACTIVE
    use(house, Share.EPISODES, -10)
    assert desk.produce(episode, Choices()) != run
    with house.db.read() as session:
        assert session.get_one(Run, run).state not in ACTIVE


def test_a_scene_of_a_basic_account_is_taken_again_once(house: House, desk: Desk) -> None:
    episode = opened(desk)
    first, second, third = lines(desk, episode)
    assert desk.retake(episode, [first], Choices())
    before = standing(house)
    with pytest.raises(TierLimit, match="1 of 1 retakes of a scene are used; a scene is not given more"):
        desk.retake(episode, [second], Choices(), note="softer")
    assert standing(house) == before
    assert desk.retake(episode, [third], Choices())
    assert desk.make(episode, [second], Choices())  # what was never there is no retake
    scenes = desk.story(episode).breakdown.scenes
    assert [told(house, Share.RETAKES, scene_of(episode, scene.id)) for scene in scenes] == [1, 1]


def test_a_note_that_may_not_lead_to_a_retake_changes_no_script(house: House, desk: Desk) -> None:
    episode = opened(desk, crew="painter=keyframe-klein-4b")
    story = desk.story(episode)
    shot = story.breakdown.shots[0].id
    assert desk.remark(episode, [shot], "closer", Choices(), base=story.number).run
    number = desk.story(episode).number
    with pytest.raises(TierLimit, match="retakes of a scene"):
        desk.remark(episode, [shot], "wider", Choices(), base=number)
    assert desk.story(episode).number == number


def test_the_eleventh_request_of_a_minute_is_refused_also_to_the_writer(house: House, desk: Desk) -> None:
    use(house, Share.REQUESTS, 10)
    episode = opened(desk, crew=f"writer=groq,{VOICES}")
    before = standing(house)
    with pytest.raises(TierLimit, match="10 of 10 requests a minute are used; there is more from"):
        desk.produce(episode, Choices())
    with pytest.raises(TierLimit, match="10 of 10 requests a minute"):
        desk.ask(episode, Request(text="funnier"), base=desk.story(episode).number)
    assert standing(house) == before


def test_a_question_to_the_writer_is_a_request_and_no_episode(house: House, desk: Desk) -> None:
    episode = opened(desk, crew="writer=groq")
    with pytest.raises(KeyMissing):
        desk.ask(episode, Request(text="funnier"), base=desk.story(episode).number)
    assert [one[0] for one in standing(house)[3] if one[2]] == [Share.REQUESTS]
    assert (told(house, Share.EPISODES), told(house, Share.WORK)) == (0, 0)


def test_an_audition_is_a_paid_request(house: House, desk: Desk) -> None:
    episode = opened(desk)
    character = desk.story(episode).breakdown.cast[0].id
    assert desk.make(episode, [f"audition:{character}:a-voice"], Choices())
    assert (told(house, Share.EPISODES), told(house, Share.WORK)) == (1, 1_500)


def test_work_that_does_not_fit_the_month_is_refused_with_its_minutes(house: House, desk: Desk) -> None:
    use(house, Share.WORK, 150 * 60_000 - 4_499)
    episode = opened(desk)
    before = standing(house)
    with pytest.raises(TierLimit, match="149 of 150 minutes of generation time a month are used and 1 more are asked"):
        desk.produce(episode, Choices())
    assert standing(house) == before


def test_work_becomes_what_was_measured_and_nothing_where_nothing_was_made(house: House, desk: Desk) -> None:
    episode = opened(desk)
    run = desk.produce(episode, Choices())
    assert run
    first, second, third = lines(desk, episode)
    spoken(house, run, first, took_ms=400, micros=900)
    assert told(house, Share.WORK) == 400 + 2 * 1_500
    spoken(house, run, second, took_ms=60_000, micros=900)  # it waited for its turn at the vendor
    assert told(house, Share.WORK) == 400 + 2 * 1_500
    with house.db.write() as session:
        funding.end(session, session.get_one(Run, run), third, "", JobState.FAILED)
    assert told(house, Share.WORK) == 400 + 1_500
    assert told(house, Share.EPISODES) == 1


def test_a_production_called_off_before_anything_was_paid_for_gives_all_back(house: House, desk: Desk) -> None:
    episode = opened(desk)
    run = desk.retake(episode, lines(desk, episode)[:1], Choices())
    assert run
    desk.interrupt(run)
    scene = desk.story(episode).breakdown.scenes[0].id
    assert told(house, Share.RETAKES, scene_of(episode, scene)) == 0
    assert (told(house, Share.EPISODES), told(house, Share.WORK)) == (0, 0)


def test_a_pitch_for_a_paid_writer_is_held_and_counted_when_it_is_asked_for(house: House, desk: Desk) -> None:
    episode = desk.open_pitch("A baker finds a key that opens no door.", seconds=60)
    desk.engage_named(episode, "writer=groq")
    use(house, Share.EPISODES, 10)
    before = standing(house)
    with pytest.raises(TierLimit, match="10 of 10 episodes"):
        desk.produce(episode, Choices())
    assert standing(house) == before
    use(house, Share.EPISODES, -10)
    run = desk.produce(episode, Choices())
    assert run
    with house.db.read() as session:
        held = part_of(session, run, "script:pitch")
    assert held
    assert held.micros > 0
    assert (told(house, Share.EPISODES), told(house, Share.WORK)) == (1, 12_000)


def test_a_pitch_for_the_offline_writer_is_quoted_whole_when_it_is_asked_for(house: House, desk: Desk) -> None:
    episode = desk.open_pitch("A baker finds a key that opens no door.", seconds=60)
    desk.engage_named(episode, VOICES)
    near, before = Desk(replace(house, budget=Budget(stop=100)), OWNER), standing(house)
    with pytest.raises(BudgetReached, match=r"this episode may cost \$0\.0001"):
        near.produce(episode, Choices())
    assert standing(house) == before
    run = desk.produce(episode, Choices())
    assert run
    with house.db.read() as session:
        parts = session.exec(select(HoldPart)).all()
    assert sum(part.micros for part in parts) == desk.plan(episode, Choices()).ceiling_micros > 0
    assert {part.subject.partition(":")[0] for part in parts} == {"speech"}
    assert told(house, Share.EPISODES) == 1


def test_what_vendors_may_be_paid_in_a_month_follows_from_the_tier(house: House, desk: Desk) -> None:
    episode = opened(desk)
    with house.db.write() as session:
        held(session, 5_410_000)
    before = standing(house)
    with pytest.raises(
        BudgetReached, match=r"this month may cost \$5\.41: .* there is more from .* 00:00 UTC"
    ) as refused:
        desk.produce(episode, Choices())
    assert "What the offline crew makes costs nothing" in sentence(refused.value)
    assert standing(house) == before
    assert seated(house, "studio").produce(episode, Choices())


def held(session: Session, micros: int) -> None:
    """Money held for another episode."""
    row = QuoteRow(subject="clip:x", kind="clip", engine="svd-xt", quote=Quote(low=0, likely=0, ceiling=micros))
    open_hold(session, About(account=OWNER, episode="other", run="other"), [row], at=now(), floor=None)


def test_the_allowance_says_what_is_used_of_what(house: House, desk: Desk) -> None:
    episode = opened(desk)
    assert desk.retake(episode, lines(desk, episode)[:1], Choices())
    found = desk.allowance(desk.story(episode))
    assert isinstance(found, AllowanceView)
    shares = {one.share: (one.used, one.limit) for one in found.shares}
    assert found.tier == "basic"
    assert shares[Share.EPISODES] == (1, 10)
    assert shares[Share.WORK] == (1_500, 150 * 60_000)
    assert {number: (one.used, one.limit) for number, one in found.retakes.items()} == {"1": (1, 1)}
    with house.db.read() as session:
        micros = sum(part.micros for part in session.exec(select(HoldPart)))
    assert (found.spent, found.monthly) == (micros, 5_410_000)


@pytest.mark.parametrize("share", [None, Share.REQUESTS], ids=["price", "requests"])
def test_of_two_formats_that_do_not_both_fit_neither_begins_and_the_second_is_named(
    house: House, share: Share | None
) -> None:
    desk = seated(house, "basic")
    episode = opened(desk)
    if share:
        use(house, share, 9)  # of ten a minute
        refused: type[Refused] = TierLimit
    else:
        once = desk.cut(episode, [Choices()]).quote.ceiling
        desk = Desk(replace(house, budget=Budget(stop=once * 3 // 2)), OWNER)
        refused = BudgetReached
    before = standing(house)
    with pytest.raises(refused, match="9:16 cannot begin, so nothing has: "):
        desk.render(episode, [Choices(), Choices(aspect=Aspect.TALL)])
    assert standing(house) == before
    assert len(desk.render(episode, [Choices()])) == 1


def test_who_never_paid_has_so_much_room_and_keeps_what_there_is(house: House) -> None:
    desk = seated(house, "free")
    episode = desk.open_file("key.fountain", SCRIPT)
    room = (house.tiers.find("free").room or 0) * 1_000_000_000
    with house.db.write() as session:
        made = dict.fromkeys(("fingerprint", "essence", "engine"), "own")
        session.add(Take(account=OWNER, kind=TakeKind.CLIP, state=TakeState.MADE, recipe={}, size=room, **made))
    story = desk.story(episode)
    asking: tuple[Callable[[], object], ...] = (
        lambda: desk.produce(episode, Choices()),
        lambda: desk.open_file("other.fountain", SCRIPT + b"\nHe waits.\n"),
        lambda: desk.open_pitch("A keeper finds a key."),
        lambda: desk.bring(episode, "clip:s1", "a.mp4", b"x"),
        lambda: desk.rewrite(episode, story.fountain + "\n\nHe waits.\n", base=story.number, what="waits"),
        lambda: desk.restore(episode, story.number, base=story.number),
    )
    for ask in asking:
        with pytest.raises(Conflict, match="fills the 20 GB that are free"):
            ask()
    assert desk.story(episode) == story
    with house.db.write() as session:
        session.add(Purchase(account=OWNER, ware=Ware.PACK, what="Trial", state=OrderState.PAID))
    assert desk.produce(episode, Choices())
