"""The signed roots in a bucket of their own: written once, locked, out of reach of who writes the log."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from narrowcast.adapters.aws_faults import code_of, passing_faults_are_unavailable
from narrowcast.application.ports import ConflictError

if TYPE_CHECKING:  # the stubs are not shipped to the functions
    from mypy_boto3_s3 import S3Client

READ_AT_A_TIME = 8
"""A year has 365 roots, and each is read before the next is made."""

_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class S3Roots:
    """One object a root, `<hospital>/<number>.jsonl`; ten digits keep S3's order the order of numbers."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, hospital: str, number: int, body: bytes) -> None:
        key = f"{hospital}/{number:010}.jsonl"
        with passing_faults_are_unavailable("s3"):
            try:
                self._client.put_object(Bucket=self._bucket, Key=key, Body=body, IfNoneMatch="*")
            except ClientError as fault:
                if code_of(fault) in _TAKEN:
                    raise ConflictError(f"{hospital} has a root {number} already") from None
                raise

    def read(self, hospital: str) -> Iterator[bytes]:
        with passing_faults_are_unavailable("s3"):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=f"{hospital}/"):
                with ThreadPoolExecutor(READ_AT_A_TIME) as threads:
                    yield from threads.map(self._body, (found["Key"] for found in page.get("Contents", ())))

    def _body(self, key: str) -> bytes:
        return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def hospitals(self) -> Iterator[str]:
        with passing_faults_are_unavailable("s3"):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Delimiter="/"):
                for found in page.get("CommonPrefixes", ()):
                    yield found["Prefix"].removesuffix("/")
