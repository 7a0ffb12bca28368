"""Hospital messages on the running stack: once or twice, with and without consent, amended, cancelled, for test."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.http import get
from tests.support.stack_clinic import FHIR, HL7, JSON, awaited, diabetic, fresh, phone_of

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

LINK = re.compile(r"https?://\S+/g/[\w-]+")
HYPERTENSION = {"system": "ICD-10", "code": "I10.x00", "status": "confirmed"}


def patient_events(records: Records, guide: Any) -> list[str]:
    return records.events(f"renhe/patient#{guide['assembled']['patient']}")


def held_back(records: Records, guide: Any) -> list[str]:
    stream = f"renhe/patient#{guide['assembled']['patient']}"
    return [each.event.reason for each in records.history(stream) if each.type == "PushHeldBack"]


def guide_id(visit_id: str) -> str:
    return f"g-{visit_id.removeprefix('v-')}"


@pytest.mark.parametrize("content_type", [JSON, FHIR, HL7])
def test_the_same_message_twice_has_one_answer_and_one_effect(
    clinic: Clinic, records: Records, content_type: str
) -> None:
    message = fresh(content_type)
    first = clinic.send_visit(message, content_type)
    clinic.guide(first.headers["x-narrowcast-visit"])
    before = records.settled()
    sent = len(clinic.messages())

    second = clinic.send_visit(message, content_type)

    assert second.status == first.status
    assert second.headers["x-narrowcast-visit"] == first.headers["x-narrowcast-visit"]
    assert told(second.text, content_type) == told(first.text, content_type)
    assert records.settled()["EVENT_LOG_TABLE"] == before["EVENT_LOG_TABLE"]
    assert len(clinic.messages()) == sent


def told(answer: str, content_type: str) -> str:
    """What an answer says of the message: of an acknowledgement the MSA segment, its header being its own."""
    return next(line for line in answer.splitlines() if line.startswith("MSA")) if content_type == HL7 else answer


def test_a_visit_without_consent_gets_a_guide_and_no_push(clinic: Clinic, records: Records) -> None:
    visit = diabetic()
    del visit["consent"]

    guide = clinic.guide(clinic.visit(visit))

    assert [part["section"] for part in guide["assembled"]["sections"]] == ["disease", "diet"]
    records.settled()
    assert held_back(records, guide) == ["no_consent"]
    assert clinic.pushes(phone_of(visit)) == []


def test_a_message_for_test_never_pushes(clinic: Clinic, records: Records) -> None:
    message = fresh(HL7).replace(b"|P|2.5|", b"|T|2.5|")
    before = len(clinic.pushes())

    guide = clinic.guide(clinic.visit(message, HL7))

    records.settled()
    assert patient_events(records, guide) == []
    assert len(clinic.pushes()) == before


def test_a_later_message_with_more_diagnoses_amends_the_guide_and_doubles_nothing(
    clinic: Clinic, records: Records
) -> None:
    visit = diabetic()
    visit_id = clinic.visit(visit)
    first = clinic.guide(visit_id)
    clinic.guide_link(phone_of(visit))

    later = {"message_id": f"{visit['message_id']}-2", "diagnoses": [*visit["diagnoses"], HYPERTENSION]}
    assert clinic.visit(visit | later) == visit_id
    second = clinic.guide(visit_id, edition=2)
    clinic.guide_link(phone_of(visit), number=2)
    records.settled()

    assert pieces(first) == {"dm-know", "dm-diet"}
    assert pieces(second) == {"dm-know", "dm-diet", "htn-know"}
    assert records.events(f"renhe/guide#{guide_id(visit_id)}").count("GuideAssembled") == 2
    assert len([row for row in clinic.ask("/guides")["guides"] if row["visit_id"] == visit_id]) == 1
    assert len(clinic.pushes(phone_of(visit))) == 2, "one push for what was new at each edition"


def pieces(guide: Any) -> set[str]:
    return {piece["content_id"] for part in guide["assembled"]["sections"] for piece in part["pieces"]}


def test_a_later_message_that_says_nothing_new_pushes_nothing(clinic: Clinic, records: Records) -> None:
    visit = diabetic()
    visit_id = clinic.visit(visit)
    clinic.guide_link(phone_of(visit))

    clinic.visit(visit | {"message_id": f"{visit['message_id']}-2"})
    records.settled()

    clinic.guide(visit_id, edition=1)
    assert len(clinic.pushes(phone_of(visit))) == 1


def test_a_cancelled_visit_gets_no_guide(clinic: Clinic, records: Records) -> None:
    visit = diabetic(cancelled=True)

    visit_id = clinic.visit(visit)

    records.settled()
    assert get(clinic.url(f"/guides/{guide_id(visit_id)}"), clinic.tokens["editor"]).status == 404
    assert clinic.pushes(phone_of(visit)) == []


def test_a_section_without_a_signed_piece_is_left_out_and_told_to_staff(clinic: Clinic) -> None:
    visit = diabetic(diagnoses=[HYPERTENSION])

    guide = clinic.guide(clinic.visit(visit))

    gaps = {(gap["section"], gap["code"][:3]) for gap in guide["assembled"]["gaps"]}
    assert pieces(guide) == {"htn-know"}
    assert gaps == {(section, "I10") for section in ("medication", "diet", "exercise", "followup")}
    listed = {(gap["section"], gap["code"][:3]) for gap in clinic.ask("/gaps")["gaps"]}
    assert gaps <= listed
    page = clinic.read(phone_of(visit)).text
    assert page.count('class="card"') == 1


def test_pushes_for_different_illnesses_differ_by_their_link_alone(clinic: Clinic) -> None:
    before = len(clinic.pushes())
    visits = {content_type: clinic.visit(fresh(content_type), content_type) for content_type in (HL7, FHIR, JSON)}
    for visit_id in visits.values():
        clinic.guide(visit_id)

    pushes = awaited_pushes(clinic, before, len(visits))

    links = [found for push in pushes for found in LINK.findall(push["text"])]
    texts = {LINK.sub("", push["text"]) for push in pushes}
    assert len(set(links)) == len(visits), "one link of its own for each guide"
    assert len(texts) == 1, f"the texts tell visits apart: {texts}"
    assert not re.search("糖尿病|高血压|支架|冠|心|内分泌|二甲双胍|科", texts.pop())
    assert len({push["subject"] for push in pushes if push["channel"] == "mail"}) <= 1


def awaited_pushes(clinic: Clinic, before: int, number: int) -> list[dict[str, str]]:
    found: list[dict[str, str]] = awaited(
        f"{number} pushes", lambda: len(clinic.pushes()) >= before + number and clinic.pushes()
    )
    return found[before:]


def test_the_same_visit_and_library_give_the_same_guide(clinic: Clinic) -> None:
    visit = diabetic()
    twin = diabetic(
        **{name: visit[name] for name in visit if name not in ("message_id", "patient_number", "visit_number")}
    )

    one, other = (clinic.guide(clinic.visit(each))["assembled"] for each in (visit, twin))

    own = ("visit_id", "patient")
    assert {k: v for k, v in one.items() if k not in own} == {k: v for k, v in other.items() if k not in own}
    assert json.dumps(one["sections"]) == json.dumps(other["sections"])
