"""Refused messages in the asset bucket, as they came. The bucket encrypts them; its lifecycle rule drops them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrowcast.adapters.aws_faults import passing_faults_are_unavailable

if TYPE_CHECKING:  # the stubs are not shipped to the functions
    from mypy_boto3_s3 import S3Client


class S3Bodies:
    """Bodies under one prefix of a bucket."""

    def __init__(self, client: S3Client, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    def put(self, name: str, body: bytes) -> None:
        """Store the body as `<prefix><name>`. UnavailableError."""
        with passing_faults_are_unavailable("s3"):
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=body)
