"""The web process: pages and routes in one ASGI application."""

from services.loading import loading

with loading():  # looking through all of it for garbage held every page up for a tenth of a second
    import streamlit as st
    from starlette.middleware import Middleware
    from streamlit.runtime import get_instance
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.pages_manager import PagesManager

    from pages.parts.redrawing import redrawn
    from pages.parts.scripts import EVERY
    from services.api.application import mounted
    from services.api.asking import Platform
    from services.health import health
    from services.hosting import check_hosting
    from services.logbook import open_logbook
    from services.settings import Settings
    from services.vaults.handing import handing
    from services.vaults.streaming import streaming
    from services.web import hosted, local, visitors, webhooks
    from services.web.crowding import Uncrowded
    from services.web.doors import Doorway
    from services.web.fetching import Fetching
    from services.web.forgetting import Forgetting
    from services.web.routes import landing, routes
    from services.web.screen import Screen
    from services.web.status import status
    from services.web.uploads import Bounded
    from services.wiring import admission, desk_for, reception, till, viewing
    from studio.people.visits import Seen

# Otherwise the first visitor after a start could run a file of pages/ without Home.py.
PagesManager.uses_pages_directory = False


def held(page: str) -> int:
    """Bytes in memory of what a page's session uploaded; of all of them for none."""
    manager = get_instance().uploaded_file_mgr
    storage = manager.file_storage if isinstance(manager, MemoryUploadedFileManager) else {}
    pages = [storage.get(page, {})] if page else list(storage.values())
    return sum(len(file.data) for files in pages for file in list(files.values()))


settings = Settings()
open_logbook(settings.log, settings.secrets, aloud=settings.studio_log_aloud)
check_hosting(settings)
local.close_the_door()
door = Middleware(local.LocalOnly)
comers = visitors.Visitors()
here = comers if settings.hosted else visitors.Owner()
stored = streaming(settings)
films = handing(settings, stored)
paths = [*routes(here.desk, health, here.founder, films or stored), *webhooks.webhooks(till), *status(health)]
seen = lambda agent: reception(agent=agent).visited(Seen.SCREENING)  # noqa: E731
paths += Screen(viewing, secure=settings.studio_public_url.startswith("https:"), opened=seen, films=stored).routes()
paths += mounted(Platform(admission, desk_for, near=not settings.hosted, films=stored))
if settings.hosted:
    url = settings.studio_public_url
    secure = url.startswith("https:")
    visitors.let_strangers_in(secure=secure)
    signed = {webhooks.PATH}
    door = Middleware(
        hosted.HostedDoor,
        url,
        comers.holds,
        proxies=settings.proxies,
        signed=signed,
        scripts=EVERY,
        films=films.origin if films else "",
        redrawn=redrawn,
    )
    paths += [*landing(), *Doorway(reception, desk_for, secure=secure, sign_in="/sign_in").routes()]
inside = [Middleware(Bounded, held)]
if settings.hosted:
    inside = [
        Middleware(Forgetting, comers.holds, secure=secure),
        Middleware(Uncrowded, comers.whose),
        Middleware(Fetching, comers.whose),
        Middleware(Bounded, held, comers.whose),
    ]
app = st.App("Home.py", routes=paths, middleware=[door, *inside])
