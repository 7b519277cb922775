"""A page for founders ends here for everybody else, and for who has to set up an app first."""

from __future__ import annotations

import streamlit as st

from pages.parts.tabs import ACCOUNT
from studio.desk.desk import Desk
from studio.people.account import Role
from studio.people.refusals import refused

_NO_APP = "This studio asks founders for codes of an app. Switch them on, on your Account page; then this page opens."


def for_founders(desk: Desk) -> None:
    """End the page unless whoever is at this desk may act as a founder."""
    me = desk.me()
    if me.role != Role.FOUNDER:
        refused(me.id, "page")
        st.error("There is no such page.")
        st.stop()
    if desk.lacks_app:
        st.error(_NO_APP, icon=":material/lock:")
        st.page_link(ACCOUNT.file, label="Go to your account", icon=ACCOUNT.icon)
        st.stop()
