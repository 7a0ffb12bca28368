"""The assistant and a person who asks for a nurse, at the same moment, on DynamoDB; many more in the benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.hand_over_races import run_hand_overs
from tests.support.log_tables import new_log_table, open_log

if TYPE_CHECKING:
    from tests.support.emulator import Emulator

pytestmark = pytest.mark.stack


def test_the_assistant_never_speaks_after_a_hand_over(aws: Emulator) -> None:
    table = new_log_table(aws)

    told = run_hand_overs(20, open_log(aws.endpoint_url, table), open_log(aws.endpoint_url, table))

    assert told.spoken_over == 0
    assert told.ends.total() == told.races
    assert set(told.ends) <= {"HandedOver", "AnswerGiven then HandedOver"}
