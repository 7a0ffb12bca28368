"""Each hospital's file of codes in the asset bucket: `codes/<hospital>.csv`, put there by its operator.

Kept for a minute by each process. A file that cannot be used is as good as none, but said aloud: the codes it would
have mapped are then listed as unmapped, which staff see.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from narrowcast.adapters.aws_faults import code_of, passing_faults_are_unavailable
from narrowcast.application.intake.code_map import CodeMap, CodeMapError, read_code_map

if TYPE_CHECKING:  # the stubs are not shipped to the functions
    from mypy_boto3_s3 import S3Client

    from narrowcast.application.ports import Clock

KEPT = timedelta(minutes=1)
PREFIX = "codes/"
_ABSENT = frozenset({"NoSuchKey", "404"})
_logger = logging.getLogger(__name__)


class S3CodeMaps:
    """Code maps under one prefix of a bucket."""

    def __init__(self, client: S3Client, bucket: str, clock: Clock) -> None:
        self._client, self._bucket, self._clock = client, bucket, clock
        self._kept: dict[str, tuple[datetime, CodeMap]] = {}

    def of(self, hospital: str) -> CodeMap:
        now = self._clock.now()
        kept = self._kept.get(hospital)
        if kept is None or kept[0] + KEPT < now:
            kept = self._kept[hospital] = (now, self._load(hospital))
        return kept[1]

    def _load(self, hospital: str) -> CodeMap:
        key = f"{PREFIX}{hospital}.csv"
        try:
            with passing_faults_are_unavailable("s3"):
                raw = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            return read_code_map(raw)
        except ClientError as fault:
            if not _is_absent(fault):
                raise
        except CodeMapError as fault:
            _logger.error("%s cannot be used: %s", key, fault)  # noqa: TRY400 - the file is at fault, not the code
        return CodeMap()


def _is_absent(fault: ClientError) -> bool:
    """Whether there is no file. Without the right to list, S3 denies what is not there; a key may be denied as well."""
    code = code_of(fault)
    return code in _ABSENT or (code == "AccessDenied" and "kms:" not in str(fault))
