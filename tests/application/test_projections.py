"""What staff and retrieval see: rows and index documents, folded from the log."""

from __future__ import annotations

import pytest

from narrowcast.adapters.memory.content_index import MemoryContentIndex
from narrowcast.adapters.memory.stores import MemoryReadTable
from narrowcast.application.ports import IndexedPiece, UnavailableError
from narrowcast.application.projections import Projector
from narrowcast.application.streams import CONTENT, PATIENT
from narrowcast.domain.control.readability import assess
from narrowcast.domain.draft import Draft, FactRef, Sentence
from narrowcast.domain.patient import PushHeldBack
from narrowcast.domain.vocabulary import Section
from tests.support.newsroom import CHEN, DIABETES, EDITOR, HOSPITAL, LI, TOPIC, World


def row(world: World, kind: str, key: str) -> dict[str, object]:
    found = world.read.get(f"{HOSPITAL}/{kind}", key)
    assert found
    return dict(found)


def test_a_facts_row(world: World) -> None:
    assert row(world, "fact", "dm-what") == {
        "fact_id": "dm-what",
        "version": 1,
        "text": DIABETES,
        "section": "disease",
        "risk": "general",
        "codes": ["E11"],
        "treatments": [],
        "must_carry": False,
        "source": "中国糖尿病防治指南（2024版），糖尿病的诊断与分型",
        "author": CHEN,
        "status": "approved",
    }


def test_a_doctors_row_holds_no_address(world: World) -> None:
    assert row(world, "signer", LI) == {
        "signer_id": LI,
        "name": "李慎之",
        "title": "主任医师",
        "department": "endo",
        "head": True,
        "left_on": "",
    }


def test_a_pieces_row_follows_it_to_its_publication(world: World) -> None:
    drafted = row(world.plan("dm-know"), "content", "dm-know")
    assert drafted == {
        "content_id": "dm-know",
        "status": "drafted",
        "title": "认识2型糖尿病",
        "form": "article",
        "section": "disease",
        "codes": ["E11"],
        "treatments": [],
        "department": "endo",
        "signer": CHEN,
        "signers": [CHEN],
        "facts": ["dm-what"],
        "outdated": [],
        "reopened": "",
        "revision": 1,
        "facts_passed": True,
        "compliance_passed": True,
        "readability": 85,
        "warning": False,
        "rejection": "",
        "signed_at": "",
        "valid_until": "",
    }
    published = row(world.accept("dm-know").sign("dm-know"), "content", "dm-know")
    assert published == drafted | {
        "status": "published",
        "signed_at": "2026-01-05T08:00:00+00:00",
        "valid_until": "2027-01-05",
    }


def test_a_row_warns_of_a_text_that_is_hard_to_read_and_says_nothing_of_one_that_is_not_written(world: World) -> None:
    world.newsroom.plan(HOSPITAL, "dm-know", TOPIC, EDITOR)
    world.projector.project(CONTENT.stream(HOSPITAL, "dm-know"))
    planned = row(world, "content", "dm-know")
    assert (planned["readability"], planned["warning"]) == (None, False)
    hard = Draft("x" * 40, (Sentence("对你，由医师予以HBA1C、LDL、eGFR检测并严禁一律依从性不佳及纳差者乏力。"),))
    world.settle().newsroom.edit(HOSPITAL, "dm-know", revision=1, draft=hard, actor=EDITOR)
    shown = row(world.settle(), "content", "dm-know")
    assert shown["readability"] == assess(hard).score
    assert shown["warning"] is True


def test_a_rejected_piece_shows_the_doctors_reason(waiting: World) -> None:
    mail, sms = waiting.letters("dm-know")
    waiting.desk.reject(mail.nonce, waiting.answer("dm-know", sms.code), "请写明随访频率")
    shown = row(waiting.settle(), "content", "dm-know")
    assert (shown["status"], shown["rejection"]) == ("drafted", "请写明随访频率")


def test_a_piece_that_is_only_planned_has_a_row_without_verdicts(world: World) -> None:
    world.newsroom.plan(HOSPITAL, "dm-know", TOPIC, EDITOR)
    world.projector.project(CONTENT.stream(HOSPITAL, "dm-know"))
    planned = row(world, "content", "dm-know")
    assert (planned["title"], planned["facts_passed"], planned["compliance_passed"]) == (TOPIC.title, None, None)


def test_a_visits_and_a_guides_row_hold_pseudonyms_codes_and_gaps(published: World) -> None:
    visit = published.visit()
    guide_id = f"g-{visit.visit_id[2:]}"
    published.room.answer(published.guide_nonce(), Section.DISEASE, understood=True)
    published.settle()
    assert row(published, "visit", visit.visit_id) == {
        "visit_id": visit.visit_id,
        "patient": visit.patient,
        "stage": "first_diagnosis",
        "department": "endo",
        "codes": ["E11.900X001"],
        "treatments": ["A10BA02"],
        "occurred_at": "2026-01-05T07:30:00Z",
        "cancelled": False,
        "test": False,
        "unmapped": [],
    }
    assert row(published, "guide", guide_id) == {
        "guide_id": guide_id,
        "visit_id": visit.visit_id,
        "patient": visit.patient,
        "edition": 1,
        "sections": {"disease": ["dm-know"]},
        "gaps": [{"section": each, "code": "E11.900X001"} for each in ("medication", "diet", "exercise", "followup")],
        "pushed": ["app"],
        "push_failures": [],
        "understood": ["disease"],
        "questioned": [],
        "opened": False,
        "read": [],
        "missed": [],
        "helped": [],
        "carried": {"dm-what": 1},
    }


def test_only_a_published_piece_is_in_the_index_and_as_it_was_signed(world: World) -> None:
    world.plan("dm-know").accept("dm-know")
    assert world.index._pieces == {}
    signed = world.sign("dm-know").content("dm-know").signed
    assert signed
    assert world.index._pieces[HOSPITAL, "dm-know"][1] == IndexedPiece(
        HOSPITAL,
        "dm-know",
        1,
        signed.document_hash,
        Section.DISEASE,
        TOPIC.tags,
        "认识2型糖尿病",
        DIABETES,
        "2027-01-05",
        ("patient", "wechat_public", "douyin", "xiaohongshu", "channels", "print"),
        facts=(FactRef("dm-what", 1),),
        signed_on=signed.signed_at.date(),
    )


def test_what_a_patient_may_get_is_read_from_the_log_alone(published: World) -> None:
    visit = published.visit()
    assert list(published.read.query(f"{HOSPITAL}/patient")) == []
    assert list(published.read.query(f"{HOSPITAL}/hospital")) == []
    hold = PushHeldBack("g-x.1", "g-x", "weekly_budget", published.clock.now())
    published.store.execute(PATIENT, HOSPITAL, visit.patient, lambda _: (hold,), EDITOR)
    before = dict(published.read._rows)
    published.projector.project(PATIENT.stream(HOSPITAL, visit.patient))
    assert published.read._rows == before


def test_a_row_calls_a_piece_open_only_when_it_can_be_found(world: World) -> None:
    world.publish("dm-know")
    found_when_written: list[bool] = []

    class Rows(MemoryReadTable):
        def put(self, *_: object) -> None:
            found_when_written.append("dm-know" in world.index.candidates(HOSPITAL, ["E11"]))

    Projector(world.store, Rows(), world.index).project(CONTENT.stream(HOSPITAL, "dm-know"))
    assert found_when_written == [True]


def test_a_row_is_written_though_the_index_is_away(world: World) -> None:
    class Away(MemoryContentIndex):
        def put(self, *_: object) -> None:
            raise UnavailableError

    world.publish("dm-know")
    rows = MemoryReadTable()
    with pytest.raises(UnavailableError):
        Projector(world.store, rows, Away()).project(CONTENT.stream(HOSPITAL, "dm-know"))
    assert rows.get(f"{HOSPITAL}/content", "dm-know")
