"""The frame of every page and the navigation; nothing else. Run alone it points to `make run`."""

import streamlit as st

from pages.parts import frame
from pages.parts.guard import told
from pages.parts.tabs import pages

frame.dress()
with told():
    st.navigation(pages(), position="hidden").run()
