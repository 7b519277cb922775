"""The frame of every page and the navigation; nothing else. Run alone it points to `make run`."""

import streamlit as st

from pages.parts import frame
from pages.parts.guard import told

frame.dress()
home = st.Page("pages/home.py", title="Home", icon=":material/home:", default=True)
with told():
    st.navigation([home], position="hidden").run()
