"""The contents of a vault as objects of an S3-compatible bucket: sent, fetched, listed. Keeps nothing on this machine.

An object's name is the SHA-256 of its bytes below the address's folder, as in a folder vault. None is written over
unless it is known to be wrong. Requests are asked again by boto3 itself; a download that is cut goes on where it was.
"""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from services.vaults.address import Address
from services.vaults.faults import code, faults, status
from studio.errors import AssetMissing

_PART = 16 << 20  # bytes; what is larger goes up in parts of this size
_PARTS = 9_000  # at most; S3 takes 10,000
_BLOCK = 1 << 20
_PULLS = 4  # times a download may begin or go on
_ATTEMPTS = 6  # of boto3 for one request: about ten seconds in all
_SEEN = 60.0  # seconds for which a bucket that was there is believed to be
_ABANDONED = timedelta(days=1)  # uploads begun earlier are nobody's
_NAME = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{62})")
_REFUSED = frozenset({400, 401, 403})


@dataclass(frozen=True)
class Held:
    """An object that is there: its bytes, and whether they are right as far as is known; `vouched` by the store."""

    size: int
    right: bool | None
    vouched: bool


class S3Store:
    """One folder of one bucket; safe to use from many threads."""

    def __init__(
        self, address: Address, key: str, secret: str, *, attempts: int = _ATTEMPTS, part: int = _PART
    ) -> None:
        self.address = address
        self._key, self._secret, self._attempts, self._part = key, secret, attempts, part
        self._seen = 0.0
        self._conditional = True  # until the store says that it does not know If-None-Match

    def look(self, content: str) -> Held | None:
        """What the store says of a content; None when it has none. VaultDown when it does not say."""
        with faults(self.address):
            try:
                answer = self._client.head_object(**self._at(content), ChecksumMode="ENABLED")
            except self._refusal as error:
                found = status(error.response)
                if found in _REFUSED or (found == 404 and time.monotonic() - self._seen > _SEEN):
                    self.check()  # whose answer has words
                if found != 404:
                    raise
                return None
        self._seen = time.monotonic()
        return _held(answer, content)

    def check(self) -> None:
        """See that the bucket is there and lists what it has; VaultDown otherwise."""
        with faults(self.address):
            self._client.list_objects_v2(Bucket=self.address.bucket, Prefix=self.address.prefix, MaxKeys=1)
        self._seen = time.monotonic()

    def found(self) -> None:
        """Make the bucket unless it is there; VaultDown when it cannot be made, or is somebody else's."""
        region = self.address.region
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        with faults(self.address):
            try:
                self._client.create_bucket(Bucket=self.address.bucket, **where)
            except self._refusal as error:
                if code(error.response) != "BucketAlreadyOwnedByYou":
                    raise
        self.check()

    def send(self, file: Path, content: str, *, over: bool = False) -> None:
        """Keep a file's bytes under their hash, `over` what is there and wrong; else whoever was first stays."""
        with faults(self.address), file.open("rb") as stream:
            try:
                self._send(stream, file.stat().st_size, content, self._conditions(over=over))
            except self._refusal as error:
                if code(error.response) == "NotImplemented" and self._conditional and not over:
                    self._conditional = False
                    stream.seek(0)
                    self._send(stream, file.stat().st_size, content, {})
                elif status(error.response) not in (409, 412) or self.look(content) is None:
                    raise

    def fetch(self, content: str, file: Path) -> str:
        """Download a content into a file and give the SHA-256 of what came; AssetMissing when the store has none."""
        total = hashlib.sha256()
        with faults(self.address), file.open("wb") as out, self._missing(content):
            for block in self._blocks(content):
                out.write(block)
                total.update(block)
        return total.hexdigest()

    def read(self, content: str, first: int, end: int) -> bytes:
        """The bytes of a content from `first` up to `end`, fewer where it ends; AssetMissing when the store has none.

        They are asked for again where the answer was cut.
        """
        with faults(self.address), self._missing(content):
            for _ in range(_PULLS - 1):
                with suppress(*self._cuts):
                    return self._piece(content, first, end)
            return self._piece(content, first, end)

    def drop(self, content: str) -> None:
        """Remove a content; nothing happens if it is not there."""
        with faults(self.address):
            self._client.delete_object(**self._at(content))

    def names(self) -> Iterator[tuple[str, int]]:
        """Every content with its size in bytes, page by page."""
        pages = self._client.get_paginator("list_objects_v2")
        with faults(self.address):
            for page in pages.paginate(Bucket=self.address.bucket, Prefix=self.address.prefix):
                for one in page.get("Contents", ()):
                    if found := _NAME.fullmatch(one["Key"].removeprefix(self.address.prefix)):
                        yield found[2], one["Size"]

    def abandon(self) -> None:
        """End uploads in parts that nobody has gone on with for a day: their parts are paid for until then."""
        before, where = datetime.now(UTC) - _ABANDONED, {"Bucket": self.address.bucket}
        pages = self._client.get_paginator("list_multipart_uploads")
        with faults(self.address):
            for page in pages.paginate(**where, Prefix=self.address.prefix):
                for one in page.get("Uploads", ()):
                    if one["Initiated"] < before:
                        self._client.abort_multipart_upload(**where, Key=one["Key"], UploadId=one["UploadId"])

    def signed(self, content: str, told: Mapping[str, str], seconds: int) -> str:
        """The address by which a browser may read a content for a while; `told` are headers of the answer.

        Asks nobody. The studio's own key signs, and is not told.
        """
        address = self.address
        client = _client(address.public or address.endpoint, address.region, self._key, self._secret, self._attempts)
        params = {**self._at(content), **{f"Response{name}": value for name, value in told.items()}}
        return str(client.generate_presigned_url("get_object", Params=params, ExpiresIn=seconds))

    @contextmanager
    def _missing(self, content: str) -> Iterator[None]:
        """Say of what is not in a bucket that is there that it is gone."""
        try:
            yield
        except self._refusal as error:
            if status(error.response) != 404 or code(error.response) == "NoSuchBucket":
                raise
            self.check()
            raise AssetMissing(f"{content[:12]} is gone from {self.address.place}", cause=content) from error

    def _piece(self, content: str, first: int, end: int) -> bytes:
        try:
            answer = self._client.get_object(**self._at(content), Range=f"bytes={first}-{end - 1}")
        except self._refusal as error:
            if status(error.response) != 416:  # nothing is there from `first` on
                raise
            return b""
        return bytes(answer["Body"].read())

    @cached_property
    def _cuts(self) -> tuple[type[Exception], ...]:
        """What is raised when an answer ends before its end."""
        exceptions = import_module("botocore.exceptions")
        return exceptions.IncompleteReadError, exceptions.ResponseStreamingError, exceptions.ReadTimeoutError

    @cached_property
    def _refusal(self) -> type[Any]:
        return import_module("botocore.exceptions").ClientError  # type: ignore[no-any-return]

    @property
    def _client(self) -> Any:
        return _client(self.address.endpoint, self.address.region, self._key, self._secret, self._attempts)

    def _at(self, content: str) -> dict[str, str]:
        return {"Bucket": self.address.bucket, "Key": f"{self.address.prefix}{content[:2]}/{content}"}

    def _conditions(self, *, over: bool) -> dict[str, str]:
        return {"IfNoneMatch": "*"} if self._conditional and not over else {}

    def _send(self, stream: BinaryIO, size: int, content: str, conditions: Mapping[str, str]) -> None:
        told = {**self._at(content), "Metadata": {"sha256": content}, "ChecksumAlgorithm": "SHA256"}
        if size <= self._part:
            self._client.put_object(**told, **conditions, Body=stream, ChecksumSHA256=_word(content))
        else:
            self._send_parts(stream, size, told, conditions)

    def _send_parts(self, stream: BinaryIO, size: int, told: Mapping[str, Any], conditions: Mapping[str, str]) -> None:
        """Send a large file in parts, each with its own checksum; a part that fails ends the upload."""
        upload = self._client.create_multipart_upload(**told, ChecksumType="COMPOSITE")["UploadId"]
        where = {"Bucket": told["Bucket"], "Key": told["Key"], "UploadId": upload}
        length = max(self._part, -(-size // _PARTS))
        try:
            parts = list[dict[str, Any]]()
            while block := stream.read(length):
                sums = {"ChecksumSHA256": _word(hashlib.sha256(block).hexdigest())}
                number = {"PartNumber": len(parts) + 1}
                answer = self._client.upload_part(**where, **number, **sums, Body=block)
                parts.append({**number, "ETag": answer["ETag"], **(sums if "ChecksumSHA256" in answer else {})})
            self._client.complete_multipart_upload(**where, **conditions, MultipartUpload={"Parts": parts})
        except BaseException:
            with suppress(import_module("botocore.exceptions").BotoCoreError, self._refusal):
                self._client.abort_multipart_upload(**where)
            raise

    def _blocks(self, content: str) -> Iterator[bytes]:
        """An object's bytes; the same object is gone on with where its download was cut."""
        have, same = 0, dict[str, str]()
        for pull in range(1, _PULLS + 1):
            answer = self._client.get_object(**self._at(content), **same)
            try:
                for block in answer["Body"].iter_chunks(_BLOCK):
                    have += len(block)
                    yield block
            except self._cuts:
                if pull == _PULLS:
                    raise
                same = {"IfMatch": answer["ETag"], **({"Range": f"bytes={have}-"} if have else {})}
            else:
                return


@lru_cache(maxsize=4)
def _client(endpoint: str, region: str, key: str, secret: str, attempts: int) -> Any:
    """A client, safe in many threads; making one takes half a second, so a process makes it once and not before."""
    session = import_module("boto3.session").Session(key, secret)
    config = import_module("botocore.config").Config(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=5,
        read_timeout=60,
        proxies={},
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "auto"},
        ignore_configured_endpoint_urls=True,
        # Ours are sent and checked by name; those that boto3 adds are not known to every store.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return session.client("s3", endpoint_url=endpoint or None, region_name=region, config=config)


def _held(answer: Mapping[str, Any], content: str) -> Held:
    """What HEAD says: the store's own checksum of the whole, else the hash that was told when it was sent.

    Of what came in parts S3 keeps a checksum of checksums.
    """
    told, checksum = answer.get("Metadata", {}).get("sha256"), answer.get("ChecksumSHA256", "")
    if checksum and "-" not in checksum and answer.get("ChecksumType") != "COMPOSITE":
        return Held(answer["ContentLength"], checksum == _word(content), vouched=True)
    return Held(answer["ContentLength"], told == content if told else None, vouched=bool(checksum))


def _word(content: str) -> str:
    """A hash as S3 writes it."""
    return base64.b64encode(bytes.fromhex(content)).decode()
