"""The web process: pages and routes in one ASGI application."""

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from services.web import local
from services.web.routes import routes
from services.wiring import desk

# Otherwise the first visitor after a start could run a file of pages/ without Home.py.
PagesManager.uses_pages_directory = False

local.close_the_door()
app = st.App("Home.py", routes=routes(desk), middleware=[Middleware(local.LocalOnly)])
