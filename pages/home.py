"""Home: ask for an episode, watch it being made, see all of them."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.asking import ask
from pages.parts.shelf import shelf
from pages.parts.showing import show
from services.notices import sentence
from studio.errors import NotFound

desk = frame.enter("Home")

st.title("TrashFire Studio", anchor=False)
st.caption("A pitch or a screenplay becomes an episode: drawn, voiced, captioned, on this machine, for nothing.")
started = ask(desk)
if started:
    st.query_params["episode"] = started
if chosen := st.query_params.get("episode"):
    try:
        show(desk, chosen)
    except NotFound as error:
        st.warning(sentence(error), icon=":material/search_off:")
shelf(desk)
