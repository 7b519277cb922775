"""The web process: pages and routes in one ASGI application."""

import streamlit as st
from starlette.middleware import Middleware

from services.web.local import LocalOnly
from services.web.routes import routes
from services.wiring import desk

app = st.App("Home.py", routes=routes(desk), middleware=[Middleware(LocalOnly)])
