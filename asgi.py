"""The web process: pages and routes in one ASGI application."""
