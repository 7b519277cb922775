"""Scanning: files that people bring are looked through for malware by ClamAV's daemon, where the operator runs one."""

from __future__ import annotations

import logging
import socket
import struct
from urllib.parse import urlsplit

from studio.errors import BadRequest, Conflict

log = logging.getLogger(__name__)
_SECONDS = 60.0  # for one file of 100 MB
_CHUNK = 1 << 16  # bytes
_ANSWER = 1000
_PORT = 3310


class Clamd:
    """The daemon at an address such as tcp://clamav:3310. A file it could not look through is not taken."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "tcp" or not parts.hostname:
            raise BadRequest("the daemon's address, such as tcp://clamav:3310", field="STUDIO_SCANNER")
        self._place = parts.hostname, parts.port or _PORT

    def __call__(self, name: str, data: bytes) -> None:
        """Look through a file. BadRequest, which names it, where something was found; Conflict where nobody looked."""
        try:
            said = self._asked(data)
        except OSError as error:
            said = type(error).__name__
        if said == "stream: OK":
            return
        log.warning("upload.refused %s", said)
        if said.endswith(" FOUND"):
            raise BadRequest(f"{name} is not taken: a scanner found malware in it")
        raise Conflict(f"{name} could not be looked through for malware; try again in some minutes")

    def _asked(self, data: bytes) -> str:
        """What the daemon says of it, in the words of its INSTREAM."""
        with socket.create_connection(self._place, _SECONDS) as line:
            line.sendall(b"zINSTREAM\0")
            for at in range(0, len(data), _CHUNK):
                chunk = data[at : at + _CHUNK]
                line.sendall(struct.pack("!I", len(chunk)) + chunk)
            line.sendall(struct.pack("!I", 0))
            with line.makefile("rb") as answer:
                return answer.read(_ANSWER).rstrip(b"\0\n").decode(errors="replace")
