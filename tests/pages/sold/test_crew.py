"""The pages with a crew that costs: who makes what, what it will cost, what is unclear, and the books of it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1.element_tree import Toggle

from pages.parts.bookkeeping import to_csv
from pages.parts.pricing import told_cost
from pages.parts.wording import plain
from studio.db import now
from studio.desk.desk import Desk
from studio.desk.ledger import Movement
from studio.errors import BadRequest, BudgetReached
from studio.money.booking import book_vendor
from studio.money.budget import Budget
from studio.money.entry import About, Verb
from studio.money.hold import PartState
from studio.money.holding import open_hold
from studio.money.parting import claim, doubt, part_of
from studio.money.quote import Quote, QuoteRow
from studio.money.usage import Usage
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.house import House
from studio.production.run import JobState, RunState
from studio.takes.recipe import TakeKind
from studio.takes.roster import StandIn
from studio.takes.take import Take, TakeState
from tests.pages.visit import tab, text
from tests.web.rows import job, run

SCRIPT = b"INT. HALL - NIGHT\n\nShe runs to the door.\n\nANNA\nGood evening.\n\nTOM\nGood night.\n"


class Tried:
    """A gate that has found one animator wanting."""

    def instead(self, animator: str) -> StandIn | None:
        """Kling instead of SVD."""
        return StandIn(engine="kling-v4", why="71.0 % <over> 10 scenes") if animator == "svd-xt" else None


def unclear(house: House, of: str, subject: str = "speech:x", kind: TakeKind = TakeKind.SPEECH) -> str:
    """A take of an episode that was sent without an answer, with a dime held for it; gives its run."""
    begun = run(house, of, RunState.DONE)
    with house.db.write() as session:
        about, quote = About(account=OWNER, episode=of, run=begun), Quote(low=1, likely=50_000, ceiling=100_000)
        row = QuoteRow(subject=subject, kind="speech", engine="eleven-multilingual-v2", quote=quote)
        open_hold(session, about, [row], at=now(), floor=None)
        part = part_of(session, begun, subject)
        assert part
        claim(session, part, "lost", at=now())
        doubt(session, part, at=now())
        take = Take(account=OWNER, fingerprint="lost", essence="", kind=kind, state=TakeState.UNCLEAR,
                    engine="eleven-multilingual-v2", recipe={}, doubtful=True)  # fmt: skip
        take.error = "Unclear: no answer came"
        session.add(take)
    job(house, begun, subject, JobState.UNCLEAR, error="Unclear: no answer came", made="lost")
    return begun


def test_the_crew_is_changed_by_part_and_whole_and_the_button_says_the_price(desk: Desk, shown: str) -> None:
    page = tab(desk, "episode", episode=shown)
    assert "about \\$" in page.button(key="render-go").label
    assert "at most \\$" in page.button(key="render-go").label
    assert "target $2.00, stop $5.00" in text(page)
    page.button(key="crew-offline").click().run()
    assert desk.crew(shown).offline
    assert page.button(key="render-go").label == "Render 1 format, $0.00"
    voice = next(one for one in page.selectbox if one.label == "Voices")
    voice.set_value("eleven-multilingual-v2").run()
    assert {part.role: part.vendor for part in desk.crew(shown).parts}["voice"] == "elevenlabs"


def test_a_click_on_its_way_brings_no_menu_back_that_has_left_the_page(desk: Desk, shown: str) -> None:
    desk.engage_named(shown, "offline")
    page = tab(desk, "episode", episode=shown)
    gone = [one._widget_state for one in page.selectbox]
    page.button(key="crew-cloud").click().run()
    states = page._tree.get_widget_states()
    states.widgets.extend(gone)  # a browser sends them until it knows that the page is drawn
    page._run(states)
    assert not desk.crew(shown).offline
    assert all(part.vendor for part in desk.crew(shown).parts)


def test_a_film_that_got_dearer_elsewhere_is_not_begun_at_a_price_nobody_saw(desk: Desk, shown: str) -> None:
    desk.engage_named(shown, "offline")
    page = tab(desk, "episode", episode=shown)
    assert page.button(key="render-go").label == "Render 1 format, $0.00"
    desk.engage_named(shown, "cloud")  # in another tab
    page.button(key="render-go").click().run()
    assert any("$0.00 was agreed to" in one.value.replace("\\", "") for one in page.error)
    assert not any("STUDIO" in one.value for one in page.error)
    assert not desk.under_way(shown)
    page.button(key="render-go").click().run()
    assert desk.under_way(shown)


def test_whether_another_engine_may_take_over_is_chosen_and_who_stands_in_is_said(house: House, shown: str) -> None:
    tried = Desk(replace(house, gate=Tried()), OWNER)
    page = tab(tried, "episode", episode=shown)
    assert "animates instead" not in text(page)
    next(one for one in page.toggle if one.label.startswith("Let another engine")).set_value(True).run()
    assert tried.crew(shown).switch
    assert "kling-v4 animates instead of svd-xt: 71.0 % &lt;over&gt; 10 scenes" in text(page)
    next(one for one in page.toggle if one.label.startswith("Let another engine")).set_value(False).run()
    assert not tried.crew(shown).switch


def test_an_engine_without_its_key_names_the_setting_and_is_refused(desk: Desk, shown: str) -> None:
    page = tab(desk, "episode", episode=shown)
    motion = next(one for one in page.selectbox if one.label == "Motion")
    assert any("needs FAL_KEY" in one for one in motion.options)
    motion.set_value("kling-v4").run()
    assert "FAL\\_KEY" in page.error[0].value
    assert desk.crew(shown).parts[2].engine == "svd-xt"


def test_an_animator_whose_model_is_gone_gets_no_price_and_is_not_asked(house: House, shown: str) -> None:
    class Left:
        def gone(self, engine: str) -> str:
            """SVD is gone."""
            return "runpod has no model svd-xt any more" if engine == "svd-xt" else ""

    page = tab(Desk(replace(house, offers=Left()), OWNER), "episode", episode=shown)
    go = page.button(key="render-go")
    assert (go.label, go.disabled) == ("Render 1 format", True)
    assert "runpod has no model svd-xt any more." in page.error[0].value
    assert "Held while it is made" not in text(page)


def test_a_painter_that_takes_no_looks_along_says_so(house: House, shown: str) -> None:
    roster = house.roster.model_copy(update={"settings": house.roster.settings | {"COMFYUI_BASE_URL"}})
    mine = Desk(replace(house, roster=roster), OWNER)
    page = tab(mine, "episode", episode=shown)
    assert "words alone carry the looks" not in text(page)
    next(one for one in page.selectbox if one.label == "Painter").set_value("comfyui").run()
    assert "words alone carry the looks" in text(page)


def test_over_the_target_something_cheaper_is_proposed_and_over_the_stop_nothing_begins(
    house: House, shown: str
) -> None:
    near = Desk(replace(house, budget=Budget(target=1_000, stop=5_000_000)), OWNER)
    assert "Budget director" in next(one.value for one in tab(near, "episode", episode=shown).warning)
    over = Desk(replace(house, budget=Budget(target=1_000, stop=2_000)), OWNER)
    page = tab(over, "episode", episode=shown)
    assert page.button(key="render-go").disabled
    assert any("Let fewer shots move" in one.value and "STUDIO\\_EPISODE\\_STOP" in one.value for one in page.error)
    with pytest.raises(BudgetReached):
        over.render(shown, [Choices()])
    assert not over.under_way(shown)


def test_the_director_is_followed_and_a_shot_is_switched_by_hand(desk: Desk, shown: str) -> None:
    page = tab(desk, "episode", episode=shown)
    page.number_input[0].set_value(0.0).run()
    assert "0 of" in text(page)
    page.button(key="economy-follow").click().run()
    shots = desk.crew(shown).shots
    assert set(shots.values()) == {"board-move"}
    switch = next(one for one in page.toggle if "moves, at most" in one.label)
    assert not switch.value
    switch.set_value(True).run()
    assert len(desk.crew(shown).shots) == len(shots) - 1


def test_the_director_of_many_shots_shows_some_at_a_time(desk: Desk) -> None:
    halls = "".join(f"INT. HALL {at} - NIGHT\n\nANNA waits.\n\nANNA\nGood evening.\n\n" for at in range(30))
    episode = desk.open_file("halls.fountain", halls.encode())
    desk.engage_named(episode, "cloud")
    page = tab(desk, "episode", episode=episode)

    def shots() -> list[str]:
        return [one.label.partition(" ")[0] for one in page.toggle if "moves, at most" in one.label]

    first, menu = shots(), next(one for one in page.selectbox if one.label == "Which shots")
    assert menu.value == f"{first[0]} to {first[-1]}"
    menu.select(menu.options[-1]).run()
    assert len(first) == 40
    assert not set(shots()) & set(first)


@pytest.mark.parametrize("of", ["moves, at most", "Let another engine take over"])
def test_a_switch_turned_back_at_once_stays_back(desk: Desk, shown: str, of: str) -> None:
    def switch() -> Toggle:
        return next(one for one in page.toggle if of in one.label)

    page = tab(desk, "episode", episode=shown)
    before = desk.crew(shown)
    gone = switch().set_value(not switch().value)._widget_state
    page.run()
    assert desk.crew(shown) != before
    switch().set_value(not switch().value)
    states = page._tree.get_widget_states()
    states.widgets.extend([gone])
    page._run(states)
    assert (desk.crew(shown).shots, desk.crew(shown).switch) == (before.shots, before.switch)


def test_who_moves_one_shot_is_chosen_in_scenes(desk: Desk, shown: str) -> None:
    first = desk.story(shown).breakdown.shots[0].id
    page = tab(desk, "scenes", episode=shown, shot=first)
    moved = next(one for one in page.selectbox if one.label == "Moved by")
    moved.set_value("board-move").run()
    assert desk.crew(shown).shots == {first: "board-move"}


def test_home_offers_the_cloud_crew_and_has_only_the_screenplay_written(desk: Desk) -> None:
    page = tab(desk, "home")
    assert page.button(key="make-pitch").label == "Make the episode, $0.00"
    page.text_area(key="pitch").set_value("A keeper who fears the dark must relight the lamp.").run()
    next(one for one in page.segmented_control if one.key == "crew-pitch").set_value("Cloud crew").run()
    button = page.button(key="make-pitch")
    assert button.label.startswith("Write the screenplay, about $0.0")
    button.click().run()
    (row,) = desk.episodes()
    (seen,) = desk.under_way(row.id)
    assert not seen.whole
    assert "The screenplay is being written" in text(tab(desk, "costs", episode=row.id))


def test_before_a_writer_at_a_vendor_is_asked_every_tab_offers_it(desk: Desk) -> None:
    found = desk.open_pitch("A keeper who fears the dark must relight the lamp.")
    desk.engage_named(found, "cloud")
    for path in ("script_lab", "characters", "backgrounds", "scenes", "voices", "episode", "costs"):
        page = tab(desk, path, episode=found)
        assert "Nobody has written the screenplay yet" in text(page)
        assert not page.error
        assert "about $0.0" in page.button(key="unwritten-go").label


def test_an_unclear_take_is_listed_and_let_go(desk: Desk, house: House, shown: str) -> None:
    unclear(house, shown)
    page = tab(desk, "episode", episode=shown)
    assert "$0.10 are held for it" in text(page)
    next(one for one in page.button if one.label == "Let it go").click().run()
    assert "Unclear: 1 take" not in text(page)
    assert not desk.budget(shown).held
    with house.db.read() as session:
        take = session.get_one(Take, (OWNER, "lost"))
    assert (take.state, take.doubtful) == (TakeState.FAILED, True)
    assert "released" in text(tab(desk, "costs", episode=shown))


def test_asking_again_forgets_the_doubt_and_looking_again_keeps_it(desk: Desk, house: House, shown: str) -> None:
    unclear(house, shown)
    page = tab(desk, "episode", episode=shown)
    next(one for one in page.button if one.label.startswith("Look again")).click().run()
    assert desk.under_way(shown)
    with house.db.read() as session:
        assert session.get_one(Take, (OWNER, "lost")).doubtful
    desk.ask_anew(shown, "lost")
    with house.db.read() as session:
        assert not session.get_one(Take, (OWNER, "lost")).doubtful


def test_the_books_show_quoted_against_billed_and_what_is_held(desk: Desk, house: House, shown: str) -> None:
    begun = unclear(house, shown)
    with house.db.write() as session:
        about = About(account=OWNER, episode=shown, run=begun, subject="speech:x", kind="speech", fingerprint="lost",
                      engine="eleven-multilingual-v2")  # fmt: skip
        usage = Usage(
            vendor="elevenlabs", model="eleven_multilingual_v2", request="r<1>", quantities={"characters": 700}
        )
        billed = book_vendor(session, usage, about, house.prices, at=now())
    books = desk.books(desk.story(shown))
    assert (books.billed, books.held, books.takes[0].state) == (billed, 100_000, PartState.UNCLEAR)
    assert desk.costs(desk.story(shown)).all.micros == billed
    page = tab(desk, "costs", episode=shown)
    seen, files = text(page), [one.proto for one in page.get("download_button")]
    assert len({one.label for one in files}) == len(files) == 2
    assert all(one.ignore_rerun for one in files)
    assert "Quoted against billed" in seen
    assert "r&lt;1&gt;" in seen


def test_the_ledger_s_file_runs_no_formula() -> None:
    at = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    row = Movement(at=at, verb=Verb.BILL, purse="cost", vendor="fal", request="=1+1", micros=1_000_007)
    (read,) = csv.DictReader(io.StringIO(to_csv([row])))
    assert (read["request"], read["usd"], read["micros"]) == ("'=1+1", "1.000007", "1000007")


def test_a_vendor_s_voice_is_offered_with_its_reason(desk: Desk, shown: str) -> None:
    seen = text(tab(desk, "voices", episode=shown))
    assert "Suggested: a low &lt;warm&gt; voice" in seen


def test_what_is_unclear_is_named_and_priced_as_all_that_goes_on_with_it(desk: Desk, house: House, shown: str) -> None:
    line = desk.story(shown).breakdown.lines[0]
    begun = unclear(house, shown, f"speech:{line.id}")
    page = tab(desk, "episode", episode=shown)
    assert "<b>Anna&#x27;s line in 1B</b>" in text(page)
    books = text(tab(desk, "costs", episode=shown))
    assert '<th scope="row">Anna&#x27;s line in 1B <span class="ts-chip work">unclear</span>' in books
    price = told_cost(desk.price_of_again([begun]))
    assert [plain(words) for words in (f"Look again, {price}", f"Ask again, {price}, may be billed twice")] == [
        one.label for one in page.button if (one.key or "").startswith(("search-", "replay-"))
    ]


@pytest.mark.parametrize(
    ("kind", "named", "again"),
    [
        (TakeKind.PROPOSAL, "Answer of the writer", "ask the writer the same again"),
        (TakeKind.VOICE, "Designed voices", "have the voices designed again"),
    ],
)
def test_what_a_person_waited_for_is_named_for_what_it_is_and_begins_no_film(
    desk: Desk, house: House, shown: str, kind: TakeKind, named: str, again: str
) -> None:
    unclear(house, shown, "proposal:0123456789ab", kind)
    page = tab(desk, "episode", episode=shown)
    assert f"<b>{named}</b>" in text(page)
    assert "proposal" not in text(page)
    assert not [one for one in page.button if one.label.startswith(("Look again", "Ask again"))]
    for verb in (desk.look_again, desk.ask_anew):
        with pytest.raises(BadRequest, match=f"let it go, then {again}"):
            verb(shown, "lost")
    assert not desk.under_way(shown)
    leave = next(one for one in page.button if one.label == "Let it go")
    assert again in leave.help
    leave.click().run()
    assert not desk.doubts(shown)


def test_a_screenplay_nobody_is_sure_about_is_decided_on_before_there_is_one(desk: Desk, house: House) -> None:
    found = desk.open_pitch("A keeper who fears the dark must relight the lamp.")
    desk.engage_named(found, "cloud")
    unclear(house, found, "script:pitch")
    page = tab(desk, "episode", episode=found)
    assert "The screenplay" in text(page)
    assert [one.label for one in page.button if one.label == "Let it go"]
