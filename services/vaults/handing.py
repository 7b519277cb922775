"""Hands a film out at the store's own address, signed for a while, so that it does not pass through the web process.

Who may have it is asked before: whoever knows the address has the film until its time is over.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.settings import Settings
from services.vaults.address import read_address
from services.vaults.opening import open_store
from services.vaults.store import S3Store
from services.vaults.streaming import Streaming

_SIGNED = 7200  # seconds: an hour's film is watched with a pause, and every part of it is asked for anew
_AGAIN = _SIGNED // 2  # seconds for which a browser may go there again without asking here


class Handing:
    """Leads browsers on to a store; what is signed is for reading alone, so all else goes `through` the web process."""

    def __init__(self, store: S3Store, through: Streaming) -> None:
        self._store, self._through = store, through

    @property
    def origin(self) -> str:
        """Where browsers are led to."""
        return self._store.address.public

    def lead(self, request: Request, content: str, kind: str, save: str, keep: str) -> Response:
        """Lead a browser on to a content; `save` names the file it is asked to keep, `keep` is told to its cache."""
        if request.method != "GET":
            return self._through.lead(request, content, kind, save, keep)
        told = {"ContentType": kind, "CacheControl": keep}
        if save:
            told["ContentDisposition"] = f'attachment; filename="{save}"'
        again = f"private, max-age={_AGAIN}" if "max-age" in keep else "private, no-store"
        url = self._store.signed(content, told, _SIGNED)
        return RedirectResponse(url, 307, headers={"Cache-Control": again})


def handing(settings: Settings, through: Streaming | None) -> Handing | None:
    """Who hands out films; None where the vault is a folder, or browsers do not reach its store."""
    if not through or not read_address(settings.studio_vault_url).public:
        return None
    return Handing(open_store(settings), through)
