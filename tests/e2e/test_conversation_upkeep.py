"""What runs on a schedule for conversations has the rights it needs on the running stack, and touches nothing early."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra.local.http import get, post_json

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

PERSONAL = "我能不能自己把二甲双胍加量"


def test_nobody_is_reminded_at_once_and_no_word_is_erased_before_its_time(clinic: Clinic, records: Records) -> None:
    api = clinic.endpoints["api"]
    nonce = post_json(f"{api}/ask/renhe", {"text": PERSONAL}).json["nonce"]

    assert records.invoke("remind_staff", {}) == {"renhe": []}
    assert records.invoke("erase_conversations", {}) == {"renhe": []}

    [question, *_] = get(f"{api}/chat/{nonce}/messages").json["lines"]
    assert question["text"] == PERSONAL
