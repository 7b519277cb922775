"""The frame of every page and the navigation; nothing else. Run alone it points to `make run`."""

import streamlit as st

from pages.parts import frame

frame.dress()
st.navigation([st.Page("pages/home.py", title="Home", icon=":material/home:", default=True)], position="hidden").run()
