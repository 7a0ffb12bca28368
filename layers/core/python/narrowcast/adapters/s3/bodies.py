"""Refused messages in the asset bucket, as they came. The bucket encrypts them; its lifecycle rule drops them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from narrowcast.adapters.aws_faults import code_of, passing_faults_are_unavailable

if TYPE_CHECKING:  # the stubs are not shipped to the functions
    from mypy_boto3_s3 import S3Client

_GONE = frozenset({"NoSuchKey", "NoSuchVersion"})


class S3Bodies:
    """RefusedBodies under one prefix of a bucket, a folder for each hospital."""

    def __init__(self, client: S3Client, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    def put(self, name: str, body: bytes) -> None:
        """Store the body as `<prefix><name>`. UnavailableError."""
        with passing_faults_are_unavailable("s3"):
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=body)

    def erase(self, hospital: str, about: Callable[[bytes], bool]) -> int:
        """Remove every version: in a bucket with versions, deleting a name alone would hide the body, not remove it."""
        with passing_faults_are_unavailable("s3"):
            return sum(self._erase(key, version, about) for key, version in self._versions(hospital))

    def _versions(self, hospital: str) -> Iterator[tuple[str, str]]:
        pages = self._client.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self._bucket, Prefix=f"{self._prefix}{hospital}/"):
            for found in page.get("Versions", []):
                yield found["Key"], found["VersionId"]

    def _erase(self, key: str, version: str, about: Callable[[bytes], bool]) -> bool:
        """Return whether the body was known and removed; one that another process removed meanwhile is gone."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=key, VersionId=version)
        except ClientError as fault:
            if code_of(fault) in _GONE:
                return False
            raise
        known = about(found["Body"].read())
        if known:
            self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version)
        return known
