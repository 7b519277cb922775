"""What is used of a tier: shown in Costs to whoever has one, and said where there is no more of it."""

from __future__ import annotations

from studio.db import now
from studio.desk.desk import Desk
from studio.money.counting import correct
from studio.money.metering import scene_of
from studio.money.tiers import Share
from studio.people.account import OWNER, Account
from studio.production.house import House
from tests.pages.visit import tab, text

SCRIPT = b"INT. HALL - NIGHT\n\nShe runs to the door.\n\nANNA\nGood evening.\n"


def use(house: House, desk: Desk, shown: str, tier: str) -> None:
    """Make the owner somebody of a tier who has used some of it, and all of the month's episodes that basic has."""
    scene = desk.story(shown).breakdown.scenes[0].id
    with house.db.write() as session:
        session.get_one(Account, OWNER).tier = tier
        correct(session, OWNER, Share.EPISODES, 10, at=now())
        correct(session, OWNER, Share.WORK, 12 * 60_000 + 1, at=now())
        correct(session, OWNER, Share.RETAKES, 1, at=now(), scene=scene_of(shown, scene))


def test_costs_says_what_is_used_of_a_tier_and_when_there_is_more(house: House, desk: Desk, shown: str) -> None:
    assert "Your plan" not in text(tab(desk, "costs", episode=shown))
    use(house, desk, shown, "basic")
    seen = text(tab(desk, "costs", episode=shown))
    assert "Your plan: basic" in seen
    assert "<dt>Episodes this month</dt><dd>10 of 10</dd>" in seen
    assert "<dt>Minutes of generation this month</dt><dd>13 of 150</dd>" in seen
    assert "<dt>At vendors this month</dt><dd>$0.00 of $5.41</dd>" in seen
    assert "<dt>Retakes of scenes</dt><dd>scene 1: 1 of 1</dd>" in seen
    assert "All of the month is there again from 01 " in seen
    use(house, desk, shown, "studio")
    assert "<dt>Episodes this month</dt><dd>20, no limit</dd>" in text(tab(desk, "costs", episode=shown))


def test_the_button_that_would_go_over_a_tier_says_so_and_begins_nothing(house: House, desk: Desk, shown: str) -> None:
    use(house, desk, shown, "basic")
    page = tab(desk, "episode", episode=shown)
    page.button(key="render-go").click().run()
    said = "\n".join(one.value for one in page.error)
    assert (
        "Your plan has no more of this now: basic: 10 of 10 episodes a month are used; there is more from 01 " in said
    )
    assert "What the offline crew makes is never counted." in said
    assert not desk.under_way(shown)
