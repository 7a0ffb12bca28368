from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from narrowcast.adapters.aws_faults import passing_faults_are_unavailable
from narrowcast.application.ports import UnavailableError

URL = "https://kms.cn-north-1.amazonaws.com.cn"


def _client_error(code: str, status: int) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": "secret detail"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Sign")


@pytest.mark.parametrize(
    "fault",
    [
        _client_error("ThrottlingException", 400),
        _client_error("ProvisionedThroughputExceededException", 400),
        _client_error("KMSInternalException", 500),
        _client_error("", 503),
        EndpointConnectionError(endpoint_url=URL),
        ConnectTimeoutError(endpoint_url=URL),
        ReadTimeoutError(endpoint_url=URL),
    ],
)
def test_a_fault_that_passes_is_unavailable_and_keeps_its_details(fault: Exception) -> None:
    with pytest.raises(UnavailableError, match=r"^kms: ") as told, passing_faults_are_unavailable("kms"):
        raise fault
    assert "secret detail" not in str(told.value)


@pytest.mark.parametrize(
    "fault",
    [_client_error("AccessDeniedException", 403), _client_error("ValidationException", 400), NoCredentialsError()],
)
def test_a_fault_that_stays_is_seen_as_it_is(fault: Exception) -> None:
    with pytest.raises(type(fault)) as told, passing_faults_are_unavailable("kms"):
        raise fault
    assert told.value is fault
