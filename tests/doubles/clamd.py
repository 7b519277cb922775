"""ClamAV's daemon as far as INSTREAM goes: it finds one word, and minds how much it is sent."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

MALWARE = b"this is malware"


@dataclass
class ClamdDouble:
    """The daemon: where it is, and the files it was sent; `most` is its StreamMaxLength, `mute` says nothing at all."""

    port: int = 0
    most: int = 200 << 20
    mute: bool = False
    sent: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """What a studio is told."""
        return f"tcp://127.0.0.1:{self.port}"

    def answer(self, data: bytes) -> bytes:
        """Its word on a file."""
        self.sent.append(data)
        if self.mute:
            return b""
        if len(data) > self.most:
            return b"INSTREAM size limit exceeded. ERROR\0"
        return b"stream: Test.Malware FOUND\0" if MALWARE in data else b"stream: OK\0"


@contextmanager
def clamd() -> Iterator[ClamdDouble]:
    """A daemon under way."""
    double = ClamdDouble()

    class Talk(StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.read(10) == b"zINSTREAM\0"
            found = b""
            while size := struct.unpack("!I", self.rfile.read(4))[0]:
                found += self.rfile.read(size)
            self.wfile.write(double.answer(found))

    server = ThreadingTCPServer(("127.0.0.1", 0), Talk)
    server.daemon_threads = True
    double.port = server.server_address[1]
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
