"""Hands a result over: into the operator's bucket, or within the answer; never as a path of the worker."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gpu_endpoint.errors import UploadFailed
from gpu_endpoint.settings import Bucket

_SIGNED = 604_800  # seconds an address is good for: the longest there is
_MOST = 9_500_000  # letters of base64 in an answer; the queue takes ten megabytes
_TRIES = 3


@dataclass
class Delivery:
    """Where results go; `client` speaks to the bucket, and is made when first needed."""

    bucket: Bucket | None = None
    client: Any = None

    def deliver(self, file: Path, name: str, media: str) -> dict[str, str]:
        """The `url` or the `base64` of a file, named `name` in the bucket; UploadFailed when it cannot be had."""
        if self.bucket is not None:
            return {"url": self._uploaded(self.bucket, file, name, media)}
        if file.stat().st_size * 4 // 3 > _MOST:
            detail = f"the result has {file.stat().st_size} bytes, more than an answer holds: the worker needs a bucket"
            raise UploadFailed(detail)
        return {"base64": base64.b64encode(file.read_bytes()).decode("ascii")}

    def _uploaded(self, bucket: Bucket, file: Path, name: str, media: str) -> str:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            client = self.client = self.client or _client(bucket)
            client.upload_file(str(file), bucket.name, name, ExtraArgs={"ContentType": media})
            address = client.generate_presigned_url(
                "get_object", Params={"Bucket": bucket.name, "Key": name}, ExpiresIn=_SIGNED
            )
        except (Boto3Error, BotoCoreError, ClientError, OSError) as error:
            raise UploadFailed("the worker's bucket does not take the result") from error
        return str(address)


def _client(bucket: Bucket) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=bucket.url,
        aws_access_key_id=bucket.key,
        aws_secret_access_key=bucket.secret,
        region_name="auto",
        config=Config(signature_version="s3v4", retries={"max_attempts": _TRIES}, connect_timeout=10, read_timeout=60),
    )
