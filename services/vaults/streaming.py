"""Films read from a store in the parts that are asked for: nobody waits until the whole of one is on this machine.

Who may have a film is asked before, and again for each part. One that was begun here is fetched beside, whole and
checked, so that whoever comes next has it from this machine's disk.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from threading import Lock, Thread

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from services.settings import Settings
from services.vaults.s3 import S3Vault
from studio.errors import StudioError

log = logging.getLogger(__name__)
_PIECE = 2 << 20  # bytes read at a time: a player that waits holds no connection to the store open
_SMALL = 8 << 20  # bytes: what is no larger is fetched whole
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class Streaming:
    """Answers with the contents of a vault in a store. `keep` fetches what was begun; one at a time."""

    def __init__(self, vault: S3Vault, *, keep: bool = True, small: int = _SMALL) -> None:
        self._vault, self._keep, self._small = vault, keep, small
        self._keeping = Lock()

    def lead(self, request: Request, content: str, kind: str, save: str, keep: str) -> Response:
        """A content in the part that is asked for; `save` names the file a browser keeps, `keep` is told to its cache.

        AssetMissing where the store has none, VaultDown where it does not say.
        """
        headers = {"Cache-Control": keep, "ETag": f'"{content}"', "Accept-Ranges": "bytes"}
        if save:
            headers["Content-Disposition"] = f'attachment; filename="{save}"'
        size = self._vault.size(content)
        if size <= self._small or self._vault.here(content):
            return FileResponse(self._vault.open(content), media_type=kind, headers=headers)
        if self._keep and self._keeping.acquire(blocking=False):
            Thread(target=self._fetch, args=(content,), name="film", daemon=True).start()
        return self._part(request, content, size, kind, headers)

    def _part(self, request: Request, content: str, size: int, kind: str, headers: dict[str, str]) -> Response:
        same = request.headers.get("if-range", headers["ETag"]) == headers["ETag"]
        asked = _asked(request.headers.get("range", ""), size) if same else None
        first, last = asked or (0, size - 1)
        if first > last:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        told = {**headers, "Content-Length": str(last - first + 1)}
        told |= {"Content-Range": f"bytes {first}-{last}/{size}"} if asked else {}
        status = 206 if asked else 200
        if request.method == "HEAD":
            return Response(status_code=status, headers=told, media_type=kind)
        begun = self._vault.read(content, first, min(first + _PIECE, last + 1))  # before it is said that all is well
        return StreamingResponse(self._pieces(content, begun, first, last), status, told, kind)

    def _pieces(self, content: str, begun: bytes, first: int, last: int) -> Iterator[bytes]:
        yield begun
        for at in range(first + len(begun), last + 1, _PIECE):
            yield self._vault.read(content, at, min(at + _PIECE, last + 1))

    def _fetch(self, content: str) -> None:
        try:
            self._vault.open(content)
        except StudioError as error:
            log.warning("vault.not_kept %s", error)
        finally:
            self._keeping.release()


def streaming(settings: Settings) -> Streaming | None:
    """Who reads films out of a store; None where the vault is a folder."""
    from services.vaults.opening import open_vault

    vault = open_vault(settings, pages=True)
    return Streaming(vault) if isinstance(vault, S3Vault) else None


def _asked(header: str, size: int) -> tuple[int, int] | None:
    """The first and last byte that are asked for, the first beyond the last where there are none.

    None for what is no range, or several: then all of it is sent.
    """
    found = _RANGE.fullmatch(header.strip())
    if not found or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:
        return max(size - int(last), 0) if int(last) else size, size - 1
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1
