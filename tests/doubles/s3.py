"""An S3-compatible store on 127.0.0.1 (moto's), with a gate before it that breaks answers as networks and stores do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

KEY, SECRET, REGION = "AKIADOUBLE", "double/secret", "eu-central-1"
_numbers = count(1)

Environ = dict[str, Any]
Answer = Callable[[str, list[tuple[str, str]]], Any]
App = Callable[[Environ, Answer], Iterable[bytes]]


@dataclass
class Gate:
    """Sees every request; `trouble` answers in the store's place where it likes, `bend` changes what it answers."""

    app: App
    seen: list[str] = field(default_factory=list)
    trouble: Callable[[Environ], tuple[str, bytes] | None] = lambda _environ: None
    bend: Callable[[Environ, bytes], bytes] = lambda _environ, body: body

    def __call__(self, environ: Environ, start: Answer) -> Iterable[bytes]:
        """Answer a request."""
        self.seen.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']}")
        if told := self.trouble(environ):
            start(told[0], [("Content-Type", "application/xml"), ("Content-Length", str(len(told[1])))])
            return [told[1]]
        body = b"".join(self.app(environ, start))
        return [self.bend(environ, body)]

    def calm(self) -> None:
        """Break nothing any more, and forget what was seen."""
        self.seen.clear()
        self.trouble, self.bend = lambda _environ: None, lambda _environ, body: body

    def asked(self, what: str) -> int:
        """How many requests began like this."""
        return sum(one.startswith(what) for one in self.seen)


def refusal(status: str, code: str) -> tuple[str, bytes]:
    """An error as S3 writes it."""
    return status, f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()


@dataclass(frozen=True)
class Store:
    """A store that runs."""

    url: str
    gate: Gate
    client: Any

    def bucket(self) -> str:
        """The name of a new, empty bucket."""
        name = f"vault-{next(_numbers)}"
        self.client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return name

    def vault_url(self, bucket: str, folder: str = "studio") -> str:
        """A setting that names a folder of a bucket here."""
        return f"s3://{bucket}/{folder}?endpoint={self.url}&region={REGION}"


@contextmanager
def store() -> Iterator[Store]:
    """A store for as long as it is wanted."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    gate = Gate(server._server.app)  # type: ignore[union-attr]
    server._server.app = gate  # type: ignore[union-attr]
    client = boto3.client(
        "s3", endpoint_url=url, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET,
        config=Config(s3={"addressing_style": "path"}, proxies={}),
    )  # fmt: skip
    try:
        yield Store(url, gate, client)
    finally:
        client.close()
        server.stop()
