from __future__ import annotations

import pytest
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
