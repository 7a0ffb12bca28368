"""Everything that was called once may be called again, late, with what it was called with: nothing more happens."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.http import post_form
from tests.e2e.test_recall import STEPS_OF_A_RECALL
from tests.support.stack_clinic import diabetic, phone_of

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

BATCH = 25
PUBLISHED = {"hospital": "renhe", "content_id": "dm-know"}
LATE = PUBLISHED | {"task_token": "a-token-that-nobody-waits-with"}
STEPS: dict[str, Mapping[str, object]] = {
    "generate_draft": PUBLISHED,
    "check_facts": PUBLISHED,
    "check_compliance": PUBLISHED,
    "request_editing": LATE,
    "request_signature": LATE,
    "remind_signer": LATE,
    "escalate_signature": LATE,
    "expire_content": PUBLISHED,
    "tag_content": PUBLISHED,
    "publish_content": PUBLISHED,
    "reconcile_workflows": {},
    "release_pushes": {"hospital": "renhe", "patient": "p-without-messages"},
    "remind_patient": {
        "hospital": "renhe",
        "guide_id": "g-without-reminders",
        "reminder": {"kind": "medication", "number": 1, "slot": "2026-01-01T08:00:00+08:00"},
    },
}


def test_the_steps_of_a_published_piece_change_nothing_when_they_run_again(clinic: Clinic, records: Records) -> None:
    before, sent = records.settled()["EVENT_LOG_TABLE"], len(clinic.messages())

    for step, payload in STEPS.items():
        for _ in range(2):
            records.invoke(step, payload)
        assert records.items("EVENT_LOG_TABLE") == before, f"{step} wrote to the log when it ran again"

    assert records.settled()["EVENT_LOG_TABLE"] == before
    assert len(clinic.messages()) == sent


def test_every_step_of_the_workflows_is_asked_twice(records: Records) -> None:
    functions = {each.lower() for each in records.functions()}
    others = {"api", "authorize_client", "assemble_guide", "push_guide", "project_events", "dispatch_events"}
    others |= {"seal_log", "remind_staff", "erase_conversations", *STEPS_OF_A_RECALL}

    named = {f"{name.replace('_', '')}function" for name in {*STEPS, *others}}

    assert {each for each in functions if not any(name in each for name in named)} == set()


def test_a_guide_assembled_and_pushed_again_stays_the_guide_it_was(clinic: Clinic, records: Records) -> None:
    visit = diabetic()
    visit_id = clinic.visit(visit)
    clinic.guide_link(phone_of(visit))
    before = records.settled()["EVENT_LOG_TABLE"]

    for _ in range(2):
        made = records.invoke("assemble_guide", {"hospital": "renhe", "visit_id": visit_id, "visit_version": 1})
        records.invoke("push_guide", {"hospital": "renhe", "guide_id": made["guide_id"]})

    assert records.settled()["EVENT_LOG_TABLE"] == before
    assert len(clinic.pushes(phone_of(visit))) == 1


@pytest.mark.parametrize("consumer", ["project_events", "dispatch_events"])
def test_the_whole_log_delivered_again_and_backwards_changes_and_sends_nothing(
    clinic: Clinic, records: Records, consumer: str
) -> None:
    before, sent = records.settled(), len(clinic.messages())

    deliver(records, consumer, before["EVENT_LOG_TABLE"][::-1])

    after = records.settled()
    # A waiting workflow that is told of an old decision looks into the log and waits again, with a token of its own.
    assert {name for name in after if after[name] != before[name]} <= {"TASKS_TABLE"}
    assert len(clinic.messages()) == sent


def deliver(records: Records, consumer: str, items: Sequence[Any]) -> None:
    """Hand commits to a consumer of the stream, in its batches."""
    delivered = [as_record(number, item) for number, item in enumerate(items, start=1)]
    for start in range(0, len(delivered), BATCH):
        answer = records.invoke(consumer, {"Records": delivered[start : start + BATCH]})
        assert answer == {"batchItemFailures": []}


def test_an_old_rejection_delivered_again_does_not_take_the_newer_version_from_its_doctor(
    clinic: Clinic, records: Records
) -> None:
    clinic.plan("dm-know", "reworked", codes=["E14"])
    clinic.accept("reworked")
    first = clinic.invitations("reworked")[0]
    post_form(first.link, first.form("reject", reason="请补充一句。"))
    clinic.rework("reworked")
    second = clinic.invitations("reworked")[0]
    stream = "renhe/content#reworked"
    items = [item for item in records.settled()["EVENT_LOG_TABLE"] if item["stream"]["S"] == stream]

    deliver(records, "dispatch_events", items)
    records.settled()

    assert records.events(stream)[-1] == "SignatureRequested"
    assert second.sign().status == 200
    assert clinic.published("reworked")["revision"] == 2


def as_record(number: int, item: Any) -> dict[str, Any]:
    """A commit as the stream delivers it."""
    image = {**item, "payload": {"B": base64.b64encode(item["payload"]["B"]).decode()}}
    keys = {name: item[name] for name in ("stream", "version")}
    return {
        "eventID": f"again-{number}",
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {"Keys": keys, "NewImage": image, "SequenceNumber": str(number), "StreamViewType": "NEW_IMAGE"},
    }
