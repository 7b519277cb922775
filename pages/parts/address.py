"""The address: what a page is asked for, said to the browser too, which does not hear of it from a link to itself."""

from __future__ import annotations

import streamlit as st


def say() -> None:
    """Have the browser's address be what this run is asked for.

    A link to the page that one is on runs it with what it asks for and leaves the address as it was: the next click on
    anything would ask for what was there before.
    """
    st.query_params.from_dict(st.query_params.to_dict())
