"""What is being made of an episode, as every tab shows it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from studio.desk.desk import Desk
from studio.production import runs
from studio.production.house import House
from studio.production.run import JobState, RunState
from tests.web.rows import episode, job, run


def _page() -> None:
    import streamlit as st

    from pages.parts.working import working

    working(st.session_state["desk"], st.session_state["chosen"])
    st.write("drawn")


def opened(desk: Desk, chosen: str) -> AppTest:
    page = AppTest.from_function(_page, default_timeout=120)
    page.session_state["desk"] = desk
    page.session_state["chosen"] = chosen
    page.run()
    assert not page.exception
    return page


def test_with_nothing_under_way_nothing_is_shown(house: House, desk: Desk) -> None:
    page = opened(desk, episode(house))
    assert not page.button
    assert not page.get("progress")


def test_a_run_shows_its_stage_count_and_a_stop_that_stops_it(house: House, desk: Desk) -> None:
    chosen = episode(house)
    begun = run(house, chosen, RunState.RUNNING)
    job(house, begun, "look:mara", JobState.WORKING)
    job(house, begun, "look:tom", JobState.CANCELLED)
    page = opened(desk, chosen)
    assert page.get("progress")[0].proto.text.startswith("The whole episode: Drawing the cast, 1 of 2 takes")
    assert "studio worker" in page.warning[0].value
    page.button(key=f"stop-{begun}").click().run()
    assert desk.progress(begun).state is RunState.CANCELLING
    assert page.button(key=f"stop-{begun}").disabled


def test_what_failed_is_told_until_something_else_is_begun(house: House, desk: Desk) -> None:
    chosen = episode(house)
    begun = run(house, chosen, RunState.RUNNING)
    page = opened(desk, chosen)
    with house.db.write() as session:
        runs.close(session, begun, RunState.FAILED, "Garbled: two heads")
    page.run()
    assert "two heads" in page.error[0].value
    page = opened(desk, chosen)  # in another tab, or after a reload
    assert "two heads" in page.error[0].value
    assert "Leave it" in [one.label for one in page.button]
    run(house, chosen, RunState.RUNNING)
    page.run()
    assert not page.error


def test_others_runs_are_not_shown(house: House, desk: Desk) -> None:
    theirs = episode(house, account="stranger")
    run(house, theirs, RunState.RUNNING, account="stranger")
    assert desk.under_way(theirs) == ()
