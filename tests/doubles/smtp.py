"""A small mail server on 127.0.0.1 that speaks SMTP as far as a client of ours does, with STARTTLS and a login."""

from __future__ import annotations

import ssl
import subprocess
from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Self


@dataclass
class Taken:
    """A message the server took."""

    sender: str
    to: list[str]
    encrypted: bool
    data: bytes = b""


@dataclass
class SmtpDouble:
    """The server; `refuse` is what it answers to whom a message is for."""

    tls: tuple[Path, Path] | None = None
    login: tuple[str, str] | None = None
    refuse: str = ""
    taken: list[Taken] = field(default_factory=list)

    def __enter__(self) -> Self:
        double = self

        class Handler(_Talk):
            rules = double

        self._server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _Talk(StreamRequestHandler):
    rules: SmtpDouble
    encrypted = False

    def handle(self) -> None:
        self.known, self.letter = self.rules.login is None, Taken("", [], False)
        self._say("220 double ESMTP")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            try:
                if not getattr(self, f"_{verb.lower()}", self._unknown)(rest):
                    return
            except OSError:
                return

    def finish(self) -> None:
        """Let go of the connection as it is now, with or without TLS."""
        self.rfile.close()
        self.wfile.close()
        self.connection.close()

    def _say(self, line: str) -> bool:
        self.wfile.write(f"{line}\r\n".encode())
        return True

    def _unknown(self, _rest: str) -> bool:
        return self._say("502 unknown")

    def _ehlo(self, _rest: str) -> bool:
        offers = ["STARTTLS"] if self.rules.tls and not self.encrypted else []
        offers += ["AUTH PLAIN"] if self.rules.login and self.encrypted else []
        for one in ("double", *offers):
            self._say(f"250-{one}")
        return self._say("250 8BITMIME")

    def _starttls(self, _rest: str) -> bool:
        assert self.rules.tls
        self._say("220 go on")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.rules.tls)
        try:
            self.connection = context.wrap_socket(self.request, server_side=True)
        except OSError:  # a client that does not trust the certificate hangs up
            return False
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.encrypted = True
        return True

    def _auth(self, rest: str) -> bool:
        _, name, password = b64decode(rest.partition(" ")[2]).decode().split("\0")
        self.known = (name, password) == self.rules.login
        return self._say("235 welcome" if self.known else "535 no")

    def _mail(self, rest: str) -> bool:
        if not self.known:
            return self._say("530 sign in first")
        self.letter = Taken(rest.partition("<")[2].partition(">")[0], [], self.encrypted)
        return self._say("250 ok")

    def _rcpt(self, rest: str) -> bool:
        if self.rules.refuse:
            return self._say(self.rules.refuse)
        self.letter.to.append(rest.partition("<")[2].partition(">")[0])
        return self._say("250 ok")

    def _data(self, _rest: str) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.letter.data = b"".join(lines)
        self.rules.taken.append(self.letter)
        return self._say("250 taken")

    def _rset(self, _rest: str) -> bool:
        return self._say("250 ok")

    def _quit(self, _rest: str) -> bool:
        self._say("221 bye")
        return False


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of localhost and its key."""
    chain, key = folder / "cert.pem", folder / "key.pem"
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(key), "-out", str(chain)]
    subprocess.run(["openssl", "req", *kind, *name, *files], check=True, capture_output=True)
    return chain, key
