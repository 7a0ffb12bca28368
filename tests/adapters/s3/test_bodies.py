from __future__ import annotations

from io import BytesIO

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from narrowcast.adapters.s3.bodies import S3Bodies
from narrowcast.application.ports import UnavailableError
from tests.support.offline import offline_client


def test_a_body_is_stored_under_the_prefix() -> None:
    client = offline_client("s3")
    with Stubber(client) as stub:
        stub.add_response("put_object", {}, {"Bucket": "assets", "Key": "refused/h1/r1", "Body": b"MSH|"})
        S3Bodies(client, "assets", "refused/").put("h1/r1", b"MSH|")
        stub.assert_no_pending_responses()


def test_a_busy_bucket_is_unavailable() -> None:
    client = offline_client("s3")
    with Stubber(client) as stub:
        stub.add_client_error("put_object", "SlowDown", http_status_code=503)
        with pytest.raises(UnavailableError):
            S3Bodies(client, "assets", "refused/").put("h1/r1", b"MSH|")


LISTED = {"Versions": [{"Key": "refused/h1/r1", "VersionId": "v1"}, {"Key": "refused/h1/r2", "VersionId": "v2"}]}


def test_a_body_that_somebody_else_removed_meanwhile_is_gone_and_the_others_are_looked_at() -> None:
    client = offline_client("s3")
    second = {"Bucket": "assets", "Key": "refused/h1/r2", "VersionId": "v2"}
    with Stubber(client) as stub:
        stub.add_response("list_object_versions", LISTED, {"Bucket": "assets", "Prefix": "refused/h1/"})
        stub.add_client_error("get_object", "NoSuchVersion", http_status_code=404)
        stub.add_response("get_object", {"Body": BytesIO(b"P9")}, second)
        stub.add_response("delete_object", {}, second)
        assert S3Bodies(client, "assets", "refused/").erase("h1", lambda raw: b"P9" in raw) == 1
        stub.assert_no_pending_responses()


@pytest.mark.parametrize(("code", "fault"), [("SlowDown", UnavailableError), ("AccessDenied", ClientError)])
def test_a_body_that_cannot_be_looked_at_is_not_passed_over(code: str, fault: type[Exception]) -> None:
    client = offline_client("s3")
    with Stubber(client) as stub:
        stub.add_response("list_object_versions", LISTED)
        stub.add_client_error("get_object", code, http_status_code=403)
        with pytest.raises(fault):
            S3Bodies(client, "assets", "refused/").erase("h1", lambda _: True)
