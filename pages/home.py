"""Home: ask for an episode, watch it being made, see all of them."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.asking import ask
from pages.parts.shelf import shelf
from pages.parts.showing import show
from pages.parts.wording import plain
from services.notices import sentence
from studio.errors import NotFound

desk = frame.enter("Home")

chosen = st.query_params.get("episode")
frame.masthead(leaves=bool(chosen))
try:
    if chosen:
        show(desk, chosen)
except NotFound as error:
    st.warning(f"{plain(sentence(error))} It may belong to another runtime folder.", icon=":material/search_off:")
    chosen = None
if not chosen:
    frame.promise()
    if started := ask(desk):
        frame.turn_to(started)
shelf(desk, shown=chosen)
