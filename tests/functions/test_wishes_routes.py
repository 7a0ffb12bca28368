"""What a patient wishes to be sent: each consent is one step, given or taken back; the general library needs none."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from chalicelib.routes import interop, shelf
from narrowcast.application import public_library
from narrowcast.application.streams import PATIENT
from narrowcast.domain.patient import Patient
from narrowcast.domain.pushing import Hours, Preference
from narrowcast.domain.reader import Reader
from narrowcast.domain.vocabulary import Custom, Frequency, Literacy, Purpose
from tests.support.newsroom import EDITOR, HOSPITAL, IDENTITY, METFORMIN_TOPIC
from tests.support.talks import TalkRoom, talk_room, text_of

WISHES, CONSENT, SHELF = "/g/{token}/wishes", "/g/{token}/consent", "/library/{hospital}"


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> TalkRoom:
    room = talk_room().serve(monkeypatch)
    room.world.publish("dm-know").visit()
    room.enter(room.world.guide_nonce())
    return room


def patient(room: TalkRoom) -> Patient:
    world = room.world
    return world.store.load(PATIENT, HOSPITAL, world.pseudonyms.patient(HOSPITAL, IDENTITY.patient_number)).state


def page(room: TalkRoom) -> str:
    return text_of(room.call("GET", WISHES, token=room.world.guide_nonce()).text)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_consent_is_given_and_taken_back_in_one_step_each(room: TalkRoom, purpose: Purpose) -> None:
    token, before = room.world.guide_nonce(), purpose in patient(room).consents
    for given in (not before, before, not before):
        answer = room.post(CONSENT, {"purpose": purpose, "given": "yes" if given else "no"}, token=token)
        assert (answer.status, answer.headers["location"]) == (303, "wishes")
        assert (purpose in patient(room).consents) == given
        room.world.clock.advance(timedelta(seconds=1))
    others = set(Purpose) - {purpose}
    assert patient(room).consents & others == {Purpose.PERSONAL_EDUCATION} & others


def test_the_page_says_what_holds_and_changes_nothing(room: TalkRoom) -> None:
    before = room.world.snapshot()
    shown = page(room)
    assert "个性化健康教育： 已同意" in shown
    assert "用药和复诊提醒： 未同意" in shown
    assert "有害" in shown
    assert "21:00到08:00" in shown
    assert room.world.snapshot() == before


def test_a_wish_is_recorded_once_and_shown(room: TalkRoom) -> None:
    fields = {"frequency": "weekly", "begin": "12:00", "end": "14:00"}
    for _ in range(2):
        assert room.post(WISHES, fields, token=room.world.guide_nonce()).status == 303
    assert patient(room).preference == Preference(Frequency.WEEKLY, Hours(time(12), time(14)))
    assert len(room.world.envelopes(event_type="PreferenceChanged")) == 1
    shown = room.call("GET", WISHES, token=room.world.guide_nonce()).text
    assert 'value="weekly" selected' in shown
    assert 'name="begin" value="12:00"' in shown


def test_quiet_hours_that_leave_no_hour_are_refused_with_the_reason(room: TalkRoom) -> None:
    fields = {"frequency": "daily", "begin": "07:00", "end": "22:00"}
    answer = room.post(WISHES, fields, token=room.world.guide_nonce())
    assert answer.status == 422
    assert "没有可以联系您的时间" in text_of(answer.text)
    assert patient(room).preference == Preference()


@pytest.mark.parametrize(
    "fields",
    [
        {"frequency": "hourly"},
        {},
        {"frequency": "daily", "begin": "12:00"},
        {"frequency": "daily", "begin": "noon", "end": "13:00"},
        {"frequency": "daily", "begin": "25:00", "end": "13:00"},
    ],
)
def test_a_wish_that_cannot_be_read_changes_nothing(room: TalkRoom, fields: dict[str, str]) -> None:
    before = room.world.snapshot()
    assert room.post(WISHES, fields or {"x": "y"}, token=room.world.guide_nonce()).status == 400
    assert room.world.snapshot() == before


@pytest.mark.parametrize("fields", [{"purpose": "ads", "given": "yes"}, {"purpose": "reminders", "given": "maybe"}])
def test_a_consent_that_cannot_be_read_changes_nothing(room: TalkRoom, fields: dict[str, str]) -> None:
    before = room.world.snapshot()
    assert room.post(CONSENT, fields, token=room.world.guide_nonce()).status == 400
    assert room.world.snapshot() == before


class TestLibrary:
    def shelf(self, room: TalkRoom, **query: str) -> str:
        answer = room.call("GET", SHELF, hospital=HOSPITAL, query=query)
        assert answer.status == 200
        assert "set-cookie" not in answer.headers
        return text_of(answer.text)

    def test_anybody_reads_what_passed_the_public_rules(self, room: TalkRoom) -> None:
        room.cookies.clear()
        before = room.world.snapshot()
        assert "认识2型糖尿病" in self.shelf(room)
        assert "陈怡然 主治医师签发" in self.shelf(room)
        assert "目前没有可以公开阅读的内容" in self.shelf(room, section="diet")
        assert room.world.snapshot() == before

    def test_texts_on_drugs_stand_in_it_only_where_the_hospital_chose_so(self, room: TalkRoom) -> None:
        room.world.publish("met-start", METFORMIN_TOPIC)
        assert "二甲双胍" not in self.shelf(room)

    def test_what_is_not_signed_or_valid_any_more_is_not_listed(self, room: TalkRoom) -> None:
        room.world.facts.retire(HOSPITAL, "dm-what", "指南已更新", "sg-chen", EDITOR)
        assert "认识2型糖尿病" not in self.shelf(room)

    def test_it_is_read_page_by_page(self, room: TalkRoom, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(public_library, "PAGE", 1)
        first = room.call("GET", SHELF, hospital=HOSPITAL).text
        assert 'href="renhe?after=dm-know"' in first
        assert "更多" not in self.shelf(room, after="dm-qa")

    def test_a_hospital_or_section_that_is_none_is_told_so(self, room: TalkRoom) -> None:
        elsewhere = room.call("GET", SHELF, hospital="elsewhere")
        assert (elsewhere.status, "当前不可提供" in text_of(elsewhere.text)) == (404, True)
        no_section = room.call("GET", SHELF, hospital=HOSPITAL, query={"section": "surgery"})
        assert (no_section.status, "没有这个分类" in text_of(no_section.text)) == (400, True)

    def test_a_piece_that_is_not_open_is_a_page_and_no_document(
        self, room: TalkRoom, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(interop, "composition", vars(shelf)["composition"])
        gone = room.call("GET", f"{SHELF}/{{content_id}}", hospital=HOSPITAL, content_id="no-such-piece")
        assert (gone.status, "当前不可提供" in text_of(gone.text)) == (404, True)
        assert gone.headers["content-type"].startswith("text/html")


def test_how_to_write_for_her_is_chosen_once_shown_and_weighed(room: TalkRoom) -> None:
    token = room.world.guide_nonce()
    chosen = {"literacy": "basic", "style": "", "custom": "halal", "language": "zh-Hans"}
    for _ in range(2):
        assert room.post("/g/{token}/reading", chosen, token=token).status == 303
    assert patient(room).reader == Reader(Literacy.BASIC, None, (Custom.HALAL,))
    assert len(room.world.envelopes(event_type="ReadingChosen")) == 1
    assert '<option value="halal" selected>清真</option>' in room.call("GET", WISHES, token=token).text
    visit_id = room.world.envelopes(event_type="GuideAssembled")[-1].event.visit_id
    assert room.world.assembly.visit(HOSPITAL, visit_id)[1].literacy is Literacy.BASIC


def test_a_word_that_nobody_knows_is_no_choice(room: TalkRoom) -> None:
    answer = room.post("/g/{token}/reading", {"style": "loud"}, token=room.world.guide_nonce())
    assert answer.status == 400
    assert patient(room).reader == Reader()
