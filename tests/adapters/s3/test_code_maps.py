"""A hospital's own codes from the bucket: read, kept for a minute, and never in the way of a message."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from narrowcast.adapters.memory.time_and_ids import FixedClock
from narrowcast.adapters.s3.code_maps import KEPT, S3CodeMaps
from narrowcast.application.intake.code_map import CodeMap
from narrowcast.application.ports import UnavailableError
from tests.support.offline import offline_client

if TYPE_CHECKING:
    from tests.support.emulator import Emulator

BUCKET = "code-maps"
HEADER = "kind,system,code,target\n"


@pytest.fixture(scope="module")
def put(aws: Emulator) -> Callable[[str, str], Any]:
    """Puts a file into a bucket that encrypts with a key of its own; returns the client."""
    client, key = aws.client("s3"), aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": aws.region})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    client.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})

    def run(hospital: str, text: str) -> Any:
        client.put_object(Bucket=BUCKET, Key=f"codes/{hospital}.csv", Body=text.encode())
        return client

    return run


def test_each_hospital_s_file_maps_its_own_codes(put: Callable[[str, str], Any]) -> None:
    put("renhe", f"{HEADER}diagnosis,ICD-9,250.0,E11.9\n")
    maps = S3CodeMaps(put("guangming", f"{HEADER}diagnosis,ICD-9,250.0,E10.9\n"), BUCKET, FixedClock())
    assert maps.of("renhe").find("diagnosis", "ICD-9", "250.0") == "E11.9"
    assert maps.of("guangming").find("diagnosis", "ICD-9", "250.0") == "E10.9"


def test_a_new_file_counts_after_a_minute(put: Callable[[str, str], Any]) -> None:
    clock = FixedClock()
    maps = S3CodeMaps(put("kept", f"{HEADER}drug,,A1,A10BA02\n"), BUCKET, clock)
    assert maps.of("kept").find("drug", "", "A1") == "A10BA02"
    put("kept", f"{HEADER}drug,,A1,C09AA02\n")
    clock.advance(KEPT)
    assert maps.of("kept").find("drug", "", "A1") == "A10BA02"
    clock.advance(timedelta(seconds=1))
    assert maps.of("kept").find("drug", "", "A1") == "C09AA02"


def test_a_hospital_without_a_file_has_no_codes_of_its_own(put: Callable[[str, str], Any]) -> None:
    assert S3CodeMaps(put("other", HEADER), BUCKET, FixedClock()).of("nobody") == CodeMap()


def test_a_file_that_cannot_be_used_is_as_good_as_none_and_said_aloud(
    put: Callable[[str, str], Any], caplog: pytest.LogCaptureFixture
) -> None:
    client = put("broken", f"{HEADER}diagnosis,ICD-9,250.0,nowhere\n")
    with caplog.at_level(logging.ERROR):
        assert S3CodeMaps(client, BUCKET, FixedClock()).of("broken") == CodeMap()
    assert "codes/broken.csv" in caplog.text
    assert "entry 1" in caplog.text


def asked(code: str, message: str = "") -> CodeMap:
    """What comes of a fault of the bucket."""
    client = offline_client("s3")
    with Stubber(client) as stub:
        stub.add_client_error("get_object", code, message, http_status_code=503 if code == "SlowDown" else 403)
        return S3CodeMaps(client, BUCKET, FixedClock()).of("renhe")


def test_what_is_not_there_is_denied_to_who_may_not_list() -> None:
    assert asked("AccessDenied", "User is not authorized to perform: s3:ListBucket") == CodeMap()


def test_a_key_that_may_not_be_used_is_not_taken_for_a_missing_file() -> None:
    with pytest.raises(ClientError):
        asked("AccessDenied", "User is not authorized to perform: kms:Decrypt on this resource")


@pytest.mark.parametrize(("code", "fault"), [("SlowDown", UnavailableError), ("InvalidBucketState", ClientError)])
def test_codes_that_cannot_be_read_are_not_taken_for_none(code: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        asked(code)
