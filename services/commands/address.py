"""Who is at the studio's address before it is opened there: nobody, a studio, or another program."""

from __future__ import annotations

import errno
import http.client
import json
import socket

from studio.errors import BadRequest

HOST = "127.0.0.1"
_PATIENCE = 15.0  # seconds a studio that is just starting, or looks at a slow database, has to answer


def url(port: int) -> str:
    """Where a studio is opened."""
    return f"http://{HOST}:{port}"


def opened(port: int) -> bool:
    """Whether a studio is open at this port already; BadRequest when another program is there, or nobody may be."""
    try:
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that were closed do not count
            door.bind((HOST, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            if _studio(port):
                return True
            raise BadRequest(f"another program is at {url(port)}; choose another port", field="STUDIO_PORT") from error
        raise BadRequest(f"{port}: {error.strerror}", field="STUDIO_PORT", cause=error) from error
    return False


def _studio(port: int) -> bool:
    """Whether what answers there speaks of its health as a studio does."""
    line = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE)
    try:
        line.request("GET", "/healthz")
        told = json.loads(line.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        line.close()
    return isinstance(told, dict) and {"status", "parts", "workers"} <= told.keys()
