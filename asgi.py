"""The web process: pages and routes in one ASGI application."""

from services.loading import loading

with loading():  # looking through all of it for garbage held every page up for a tenth of a second
    import streamlit as st
    from starlette.middleware import Middleware
    from streamlit.runtime.pages_manager import PagesManager

    from services.logbook import open_logbook
    from services.settings import Settings
    from services.web import local
    from services.web.routes import routes
    from services.wiring import desk

# Otherwise the first visitor after a start could run a file of pages/ without Home.py.
PagesManager.uses_pages_directory = False

settings = Settings()
open_logbook(settings.log, settings.secrets)
local.close_the_door()
app = st.App("Home.py", routes=routes(desk), middleware=[Middleware(local.LocalOnly)])
