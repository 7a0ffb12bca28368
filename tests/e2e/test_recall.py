"""A fact is taken back on the embedded AWS: silence at once, a signed correction, its reader told, the next topic."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from infra.local import demo
from infra.local.http import get, post_form, post_json
from tests.support.stack_clinic import awaited, diabetic, phone_of

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

FACT, PIECE = "example-place", "example-place-piece"
OLD, NEW = "想恢复运动的患者，可到门诊楼三层的康复门诊评估。", "想恢复运动的患者，可到门诊楼五层的康复门诊评估。"
STATEMENT: dict[str, Any] = demo.load("recall.json")["fact"] | {"text": OLD, "codes": ["E11"]}
STATEMENT.pop("author")
DOCTOR = "sg-chen"


STEPS_OF_A_RECALL = ("close_content", "find_recipients", "request_correction", "push_corrections")


def published(clinic: Clinic) -> None:
    """A piece of its own, which no other test counts on."""
    token = clinic.doctors[DOCTOR]
    assert post_json(clinic.url("/facts"), {"fact_id": FACT, "statement": STATEMENT}, token).status == 201
    assert post_json(clinic.url(f"/facts/{FACT}/approve"), {}, token).status == 200
    topic = {"content_id": PIECE, "title": "到哪里评估运动", "form": "article", "section": "exercise"}
    signed_by = {"signer_id": DOCTOR, "department": "endo"}
    clinic.tell("/topics", {**topic, **signed_by, "codes": ["E11"], "facts": [{"fact_id": FACT, "version": 1}]})
    signed(clinic, PIECE)


def signed(clinic: Clinic, content_id: str) -> None:
    awaited(
        f"{content_id} is planned", lambda: content_id in {r["content_id"] for r in clinic.ask("/contents")["contents"]}
    )
    clinic.accept(content_id)
    assert clinic.invitations(content_id)[0].sign().status == 200
    awaited(f"{content_id} is found", lambda: status_of(clinic, content_id) == "published")


def status_of(clinic: Clinic, content_id: str) -> str:
    return next(str(row["status"]) for row in clinic.ask("/contents")["contents"] if row["content_id"] == content_id)


def recall_in(clinic: Clinic, state: str) -> Any:
    return next((r for r in clinic.ask("/recalls")["recalls"] if r["fact"] == FACT and r["state"] == state), None)


def test_from_the_change_of_a_fact_to_the_last_reader_and_the_next_topic(clinic: Clinic, records: Records) -> None:
    published(clinic)
    visit = diabetic()
    clinic.visit(visit)
    phone = phone_of(visit)
    assert OLD in clinic.read(phone).text

    changed = {**STATEMENT, "text": NEW}
    assert post_json(clinic.url(f"/facts/{FACT}/supersede"), changed, clinic.doctors[DOCTOR]).status == 200
    assert OLD not in clinic.read(phone).text

    waiting = awaited("the correction is planned", lambda: (recall_in(clinic, "correct") or {}).get("requested"))
    signed(clinic, waiting)
    done = awaited("everybody is dealt with", lambda: recall_in(clinic, "told"))
    assert (done["guides"], done["patients"], done["pending"] + done["told"]) == (1, 1, 1)
    page = clinic.read(phone, done["told"] + 1).text
    assert NEW in page
    assert OLD not in page
    assert changed_by_steps_again(records, done["recall"]) == []

    item = next(each for each in clinic.ask("/backlog")["entries"] if PIECE in each["pieces"])
    assert item["need"] == "taken_back"
    clinic.tell(f"/backlog/{item['item']}/ask", {})
    mail, _ = awaited("the doctor is asked over both channels", lambda: key_points_asked(clinic))
    shown = get(key_points_link(mail))
    assert (shown.status, "到哪里评估运动" in shown.text) == (200, True)
    refused = post_form(key_points_link(mail), {"text": "要点。", "code": "000000"})
    assert refused.status in (403, 422)


def changed_by_steps_again(records: Records, recall: str) -> list[str]:
    """Run each step of a recall that is over twice more; those that wrote to the log."""
    asked = {"hospital": "renhe", "recall": recall, "batch": 0, "task_token": "a-token-that-nobody-waits-with"}
    before, wrote = records.settled()["EVENT_LOG_TABLE"], []
    for step in STEPS_OF_A_RECALL:
        for _ in range(2):
            records.invoke(step, asked)
        if records.settled()["EVENT_LOG_TABLE"] != before:
            wrote.append(step)
    return wrote


def key_points_asked(clinic: Clinic) -> list[dict[str, str]] | None:
    asked = [message for message in clinic.messages() if "/keypoints/" in message["text"]]
    return asked if len(asked) == len(("mail", "sms")) else None


def key_points_link(message: dict[str, str]) -> str:
    link: str = re.findall(r"https?://\S+/keypoints/\S+", message["text"])[0]
    return link
