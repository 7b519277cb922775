"""What an S3 store's faults mean, in sentences that name the setting. It asks nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from services.vaults.address import SETTING, Address
from studio.errors import VaultDown

_KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_NO_BUCKET = f"there is no such bucket, which {SETTING} names"
_NO_KEY = f"it does not know the key: {_KEYS} are no pair that it gave out"
_MAY_NOT = f"the key of {_KEYS} may not do this there; it needs to list the bucket, and to get, put and delete objects"
_ELSEWHERE = f"the bucket lies in another region than {SETTING} says with region="
_BUSY = "it is asked too much now"
_CLOCK = "this machine's clock is wrong, and it takes no requests from such a time"
_MEANT = {
    "NoSuchBucket": _NO_BUCKET,
    "InvalidAccessKeyId": _NO_KEY,
    "SignatureDoesNotMatch": _NO_KEY,
    "InvalidToken": _NO_KEY,
    "401": _NO_KEY,
    "AccessDenied": _MAY_NOT,
    "AllAccessDisabled": _MAY_NOT,
    "403": _MAY_NOT,
    "PermanentRedirect": _ELSEWHERE,
    "AuthorizationHeaderMalformed": _ELSEWHERE,
    "301": _ELSEWHERE,
    "SlowDown": _BUSY,
    "Throttling": _BUSY,
    "TooManyRequests": _BUSY,
    "503": _BUSY,
    "ServiceUnavailable": _BUSY,
    "RequestTimeTooSkewed": _CLOCK,
}


@contextmanager
def faults(address: Address) -> Iterator[None]:
    """Say what a fault of the store means: VaultDown, for nothing is known of the bytes then."""
    exceptions = import_module("botocore.exceptions")
    try:
        yield
    except exceptions.ClientError as error:
        raise VaultDown(f"{address.place}: {_why(error.response)}", cause=error) from error
    except (exceptions.EndpointConnectionError, exceptions.ConnectTimeoutError) as error:
        told = f"{address.place} cannot be reached; {SETTING} says where it is"
        raise VaultDown(told, cause=error) from error
    except exceptions.BotoCoreError as error:
        raise VaultDown(f"{address.place} broke off: {error}", cause=error) from error


def code(answer: Mapping[str, Any]) -> str:
    """The code of a refused request; only a number where the answer had no words, as to HEAD."""
    return str(answer.get("Error", {}).get("Code", ""))


def status(answer: Mapping[str, Any]) -> int:
    """The HTTP status of a refused request; 0 where there was none."""
    return int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _why(answer: Mapping[str, Any]) -> str:
    known = _MEANT.get(code(answer)) or _MEANT.get(str(status(answer)))
    said = answer.get("Error", {}).get("Message", "")
    return known or f"it answered {code(answer) or status(answer)} ({said})"
