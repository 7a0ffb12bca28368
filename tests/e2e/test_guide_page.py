"""The patient at her link: she reads, answers, asks for no more; strangers and old links get a page that says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.http import Reply, get, post_form, send
from narrowcast.application.links import link_key
from tests.support.stack_clinic import awaited, diabetic, phone_of

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack


@dataclass(frozen=True)
class Given:
    """A guide in its patient's hands."""

    visit_id: str
    link: str
    message: dict[str, Any]
    cookie: str

    @property
    def stream(self) -> str:
        return f"renhe/guide#g-{self.visit_id.removeprefix('v-')}"


@pytest.fixture
def given(clinic: Clinic, records: Records) -> Given:
    message = diabetic()
    visit_id = clinic.visit(message)
    link = clinic.guide_link(phone_of(message))
    guide = Given(visit_id, link, message, clinic.enter(link, phone_of(message)))
    awaited("the push is recorded", lambda: "GuidePushed" in records.events(guide.stream))
    return guide


def test_the_page_shows_a_card_a_section_with_who_signed_it_and_the_label(given: Given) -> None:
    page = get(given.link, cookie=given.cookie)

    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.text.count('class="card"') == 2
    assert page.text.count("陈怡然") >= 2
    assert "主治医师" in page.text
    assert "人工智能" in page.text
    assert "看懂了" in page.text
    assert "有疑问" in page.text
    assert "010-00000120" in page.text


def test_looking_at_the_page_changes_nothing(given: Given, records: Records) -> None:
    before = records.settled()

    headers = [{}, {"Cookie": given.cookie}] * 5
    replies = [send(method, given.link, headers=each) for each in headers for method in ("GET", "HEAD")]

    assert {reply.status for reply in replies} == {200}
    assert records.tables() == before


def test_an_answer_is_recorded_once_and_shown(given: Given, records: Records) -> None:
    told = [feedback(given, "disease", "understood") for _ in range(2)]

    assert [reply.status for reply in told] == [303, 303]
    assert told[0].headers["location"].endswith("#disease")
    assert records.events(given.stream)[-1:] == ["SectionUnderstood"]
    assert records.events(given.stream).count("SectionUnderstood") == 1
    assert "您选择了<strong>看懂了</strong>" in get(given.link, cookie=given.cookie).text


def test_a_patient_may_change_her_answer(given: Given, records: Records) -> None:
    feedback(given, "diet", "understood")
    feedback(given, "diet", "questioned")

    assert records.events(given.stream)[-3:] == ["SectionUnderstood", "SectionQuestioned", "HelpNeeded"]
    assert "您选择了<strong>有疑问</strong>" in get(given.link, cookie=given.cookie).text


@pytest.mark.parametrize(
    ("section", "answer", "status"),
    [
        ("exercise", "understood", 409),  # a section, but not of this guide
        ("surgery", "understood", 400),
        ("", "understood", 400),
        ("disease", "maybe", 400),
        ("disease", "", 400),
    ],
)
def test_an_answer_that_fits_no_question_is_refused(
    given: Given, records: Records, section: str, answer: str, status: int
) -> None:
    before = records.events(given.stream)

    reply = feedback(given, section, answer)

    assert reply.status == status
    assert readable(reply)
    assert records.events(given.stream) == before


def feedback(given: Given, section: str, answer: str) -> Reply:
    return post_form(f"{given.link}/feedback", {"section": section, "answer": answer}, given.cookie)


def readable(reply: Reply) -> bool:
    """Whether the answer is a page in Chinese with a heading."""
    return bool(re.search(r'<html lang="zh.*?<h1[^>]*>[^<]*[一-鿿]', reply.text, re.DOTALL))


@pytest.mark.parametrize("path", ["", "/feedback", "/refuse", "/check"])
def test_a_link_that_was_never_sent_is_answered_like_one_whose_reader_is_not_known(
    given: Given, clinic: Clinic, records: Records, path: str
) -> None:
    strange, before = clinic.url(f"/g/{'A' * 43}"), records.log()

    fields = {"section": "disease", "answer": "understood", "factor": "0000"}
    told = [post_form(f"{url}{path}", fields) if path else get(url) for url in (strange, given.link)]

    assert {reply.status for reply in told} == {403 if path else 200}
    assert all(readable(reply) for reply in told)
    assert told[0].text.replace("A" * 43, given.link.rpartition("/")[2]) == told[1].text
    assert records.log() == before


@pytest.mark.parametrize("path", ["", "/feedback", "/refuse"])
def test_a_link_past_its_time_gets_a_page_that_says_so(given: Given, records: Records, path: str) -> None:
    records.let_expire(link_key(given.link.rpartition("/")[2]))
    before = records.log()

    fields = {"section": "disease", "answer": "understood"}
    url, cookie = f"{given.link}{path}", given.cookie
    reply = post_form(url, fields, cookie) if path else get(url, cookie=cookie)

    assert reply.status == 410
    assert readable(reply)
    assert "链接已过期" in reply.text
    assert records.log() == before


def test_a_patient_who_wants_no_more_gets_no_more(given: Given, clinic: Clinic, records: Records) -> None:
    reply = post_form(f"{given.link}/refuse", {}, given.cookie)
    next_visit = given.message | {"message_id": "next", "visit_number": f"{given.message['visit_number']}N"}
    del next_visit["consent"]

    guide = clinic.guide(clinic.visit(next_visit))
    records.settled()

    assert reply.status == 200
    assert "已停止接收" in reply.text
    patient = records.history(f"renhe/patient#{guide['assembled']['patient']}")
    assert [each.type for each in patient if each.type.startswith("Consent")] == ["ConsentGiven", "ConsentWithdrawn"]
    assert [each.event.reason for each in patient if each.type == "PushHeldBack"] == ["no_consent"]
    assert len(clinic.pushes(phone_of(given.message))) == 1, "a push went out after the patient had refused"


def test_a_hospital_system_that_repeats_an_old_consent_does_not_undo_the_refusal(
    given: Given, clinic: Clinic, records: Records
) -> None:
    post_form(f"{given.link}/refuse", {}, given.cookie)
    more = [*given.message["diagnoses"], {"system": "ICD-10", "code": "I10.x00", "status": "confirmed"}]

    clinic.visit(given.message | {"message_id": f"{given.message['message_id']}-2", "diagnoses": more})
    guide = clinic.guide(given.visit_id, edition=2)
    records.settled()

    events = records.events(f"renhe/patient#{guide['assembled']['patient']}")
    assert events[-2:] == ["ConsentWithdrawn", "PushHeldBack"]
    assert len(clinic.pushes(phone_of(given.message))) == 1


def test_the_pages_keep_themselves_out_of_caches_frames_and_scripts(given: Given) -> None:
    headers = get(given.link, cookie=given.cookie).headers

    assert "no-store" in headers["cache-control"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
