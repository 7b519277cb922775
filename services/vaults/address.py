"""Where an S3 vault lies: STUDIO_VAULT_URL taken apart. Asks nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from studio.errors import BadRequest

SETTING = "STUDIO_VAULT_URL"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
_KNOWN = frozenset({"endpoint", "region", "cache", "public"})
_NEAR = frozenset({"127.0.0.1", "::1", "localhost"})
_REGION = "us-east-1"
_CACHE = "20"  # GB


@dataclass(frozen=True)
class Address:
    """A folder of a bucket; `prefix` is empty or ends with a slash, no endpoint stands for AWS. `cache` in bytes.

    `public` is where browsers reach the store, empty where they do not.
    """

    bucket: str
    prefix: str
    endpoint: str
    region: str
    cache: int
    public: str = ""

    @property
    def place(self) -> str:
        """Where it is, in words for a person."""
        return f"{urlsplit(self.endpoint).netloc or 'AWS'}, bucket {self.bucket}"


def read_address(url: str) -> Address:
    """Read `s3://bucket/folder?endpoint=https://...&region=...&cache=GB&public=https://...`.

    BadRequest names what is wrong with it.
    """
    try:
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise _wrong(f"it cannot be read: {error}") from error
    if "@" in parts.netloc:
        raise _wrong("keys do not belong into it: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY take them")
    if parts.scheme != "s3" or not _BUCKET.fullmatch(parts.netloc):
        raise _wrong("it should be s3://bucket, in small letters, with a folder behind it if wished")
    if unknown := sorted(set(asked) - _KNOWN):
        raise _wrong(f"{unknown[0]} is not known; {', '.join(sorted(_KNOWN))} are")
    region = asked.get("region") or _REGION
    return Address(parts.netloc, _prefix(parts.path), _endpoint(asked), region, _bytes(asked), _public(asked))


def _prefix(path: str) -> str:
    folders = [one for one in unquote(path).split("/") if one]
    if any(one in (".", "..") or not one.isprintable() for one in folders):
        raise _wrong("its folder cannot be used")
    return "".join(f"{one}/" for one in folders)


def _endpoint(asked: Mapping[str, str]) -> str:
    url = asked.get("endpoint", "")
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username):
        raise _wrong("its endpoint should be https://host, without a name or a password")
    return url.rstrip("/")


def _public(asked: Mapping[str, str]) -> str:
    """An origin: what is signed is the whole address, so nothing may be put before its path."""
    url = asked.get("public", "")
    parts = urlsplit(url)
    fit = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _NEAR)
    if url and not (fit and parts.hostname and not parts.username and parts.path in ("", "/") and not parts.query):
        raise _wrong("its public should be https://host, as browsers reach the store")
    return url.rstrip("/")


def _bytes(asked: Mapping[str, str]) -> int:
    told = asked.get("cache") or _CACHE
    try:
        size = float(told)
    except ValueError:
        size = 0
    if not 0 < size < float("inf"):
        raise _wrong(f"its cache is a number of GB above 0, and is {told}")
    return round(size * 1e9)


def _wrong(why: str) -> BadRequest:
    return BadRequest(why, field=SETTING)
