"""A person's conversation over HTTP: every form works without a script, every answer says who speaks."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from narrowcast.application.store import Actor
from narrowcast.domain.notices import AI_LABEL
from narrowcast.domain.vocabulary import ForgettingReason, Form
from tests.support.newsroom import DIABETES, HOSPITAL, IDENTITY, TOPIC
from tests.support.talks import EMERGENCY, JSON, PERSONAL, QUESTION, TITLE, TalkRoom, talk_room, text_of


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> TalkRoom:
    return talk_room().serve(monkeypatch)


def guide(room: TalkRoom) -> str:
    room.world.publish("dm-know").visit()
    token = room.world.guide_nonce()
    room.enter(token)
    return token


def opened_from_guide(room: TalkRoom, token: str, text: str = QUESTION) -> str:
    location = room.post("/g/{token}/chat", {"text": text, "message": "m-1"}, token=token).headers["location"]
    return location.rpartition("/")[2]


def test_the_first_page_says_that_it_is_ai_and_no_consultation_and_offers_questions(room: TalkRoom) -> None:
    page = text_of(room.call("GET", "/ask/{hospital}", hospital=HOSPITAL).text)

    assert AI_LABEL in page
    assert "不是医生" in page
    assert "不是看病" in page
    assert TITLE in page
    assert "拨打 120" in page
    assert "拨打 010-00000120" in page


def test_looking_at_the_door_changes_nothing(room: TalkRoom) -> None:
    token = guide(room)
    before = room.world.snapshot()

    assert room.call("GET", "/g/{token}/chat", token=token).status == 200
    assert room.call("HEAD", "/g/{token}/chat", token=token).status == 200
    assert room.call("GET", "/ask/{hospital}", hospital=HOSPITAL).status == 200

    assert room.world.snapshot() == before


def test_a_guide_leads_to_one_conversation_however_often_it_is_opened(room: TalkRoom) -> None:
    token = guide(room)

    first, again = opened_from_guide(room, token), opened_from_guide(room, token)

    assert first == again
    assert room.shown(first).count('class="line patient') == 1


def test_the_conversation_of_a_guide_knows_patient_and_department(room: TalkRoom) -> None:
    nonce = opened_from_guide(room, guide(room))

    state = room.transcripts.read(*room.doors.behind(nonce)).state

    assert state.begun.patient == room.world.pseudonyms.patient(HOSPITAL, IDENTITY.patient_number)
    assert state.department == "endo"


def test_after_closing_the_guide_leads_to_a_new_conversation(room: TalkRoom) -> None:
    token = guide(room)
    nonce = opened_from_guide(room, token)
    assert room.post("/chat/{nonce}/close", {}, nonce=nonce).status == 303

    assert "会话已结束" in room.shown(nonce)
    assert opened_from_guide(room, token) != nonce


def test_whoever_does_not_want_to_wait_begins_anew_and_only_there_the_assistant_speaks(room: TalkRoom) -> None:
    nonce = room.begin(PERSONAL)
    assert '<div id="again">' in room.shown(nonce)

    location = room.post("/chat/{nonce}/again", {}, nonce=nonce).headers["location"]
    successor = location.removeprefix("../")

    assert successor != nonce
    assert "会话已结束" in room.shown(nonce)
    assert room.post("/chat/{nonce}/messages", {"text": QUESTION}, nonce=nonce).status == 409
    assert room.post("/chat/{nonce}/messages", {"text": QUESTION}, nonce=successor).status == 303
    assert DIABETES in room.shown(successor)
    assert DIABETES not in room.shown(nonce)


def test_a_patient_who_begins_anew_stays_the_patient_of_her_guide(room: TalkRoom) -> None:
    nonce = opened_from_guide(room, guide(room), PERSONAL)

    opened = room.send("/chat/{nonce}/again", {}, nonce=nonce)

    assert opened.status == 201
    assert opened.json["lines"] == []
    before, now = (room.transcripts.read(*room.doors.behind(each)).state for each in (nonce, opened.json["nonce"]))
    assert now.begun == before.begun
    assert (before.phase, now.phase) == ("closed", "assistant")


def test_whoever_may_be_in_danger_is_not_offered_to_give_up_waiting(room: TalkRoom) -> None:
    nonce = room.begin("我不想活了，想从楼上跳下去")

    assert '<div id="again" hidden>' in room.shown(nonce)


def test_a_term_of_an_answer_is_explained_by_a_signed_sentence_with_its_source(room: TalkRoom) -> None:
    told = replace(TOPIC, title="什么是血糖", form=Form.GLOSSARY)
    room.world.publish("word-sugar", told)
    nonce = room.begin()
    page = room.shown(nonce)

    assert "血糖是什么意思" in page
    assert "《什么是血糖》" in page
    [line] = [
        each
        for each in room.call("GET", "/chat/{nonce}/messages", accept=JSON, nonce=nonce).json["lines"]
        if each["kind"] == "answer"
    ]
    assert [each["term"] for each in line["explained"]] == ["血糖"]


def test_an_answer_shows_the_signed_sentence_its_source_and_the_label(room: TalkRoom) -> None:
    page = room.shown(room.begin())

    assert DIABETES in page
    assert "《什么是2型糖尿病？》" in page
    assert "陈怡然 主治医师" in page
    assert re.search(r"AI 助手</strong>", page)
    assert AI_LABEL in page


def test_a_source_opens_the_signed_piece(room: TalkRoom) -> None:
    nonce = room.begin()
    [href] = set(re.findall(r'href="[^"/]+/pieces/([^"]+)"', room.shown(nonce)))

    piece = room.call("GET", "/chat/{nonce}/pieces/{content_id}", nonce=nonce, content_id=href)

    assert piece.status == 200
    assert DIABETES in piece.text


def test_an_emergency_stands_apart_with_120_and_the_hospitals_line(room: TalkRoom) -> None:
    page = room.shown(room.begin(EMERGENCY))

    block = page[page.index('class="line system emergency"') :]
    assert "请立即拨打120。" in block
    assert 'href="tel:120"' in block
    assert 'href="tel:010-00000120"' in block


def test_what_only_a_person_can_answer_is_handed_over_and_the_page_says_so(room: TalkRoom) -> None:
    nonce = room.begin(PERSONAL)

    page = room.shown(nonce)

    assert "正在等护士回复，AI 助手不再回答。" in page
    assert '<meta http-equiv="refresh"' in page
    assert '<div id="person" hidden>' in page


def test_a_person_may_ask_for_a_person(room: TalkRoom) -> None:
    nonce = room.begin()

    assert room.post("/chat/{nonce}/handover", {}, nonce=nonce).headers["location"] == f"../{nonce}#end"

    assert "正在等护士回复" in room.shown(nonce)


def test_a_form_sent_twice_counts_once(room: TalkRoom) -> None:
    nonce = room.begin()
    fields = {"text": "什么是2型糖尿病？", "message": "twice-1"}

    assert {room.post("/chat/{nonce}/messages", fields, nonce=nonce).status for _ in range(2)} == {303}

    assert room.shown(nonce).count('class="line patient') == 2


def test_what_was_typed_comes_back_with_the_reason(room: TalkRoom) -> None:
    nonce = room.begin()

    answer = room.post("/chat/{nonce}/messages", {"text": "字" * 2001, "message": "m"}, nonce=nonce)

    assert answer.status == 422
    assert "不超过2000字" in answer.text
    assert "字" * 2001 in answer.text
    assert f'action="../{nonce}/messages"' in answer.text


def test_who_asks_faster_than_anybody_reads_is_asked_to_wait(room: TalkRoom) -> None:
    nonce = room.begin()
    for number in range(9):
        room.post("/chat/{nonce}/messages", {"text": QUESTION, "message": f"m-{number}"}, nonce=nonce)

    answer = room.send("/chat/{nonce}/messages", {"text": QUESTION}, nonce=nonce)

    assert answer.status == 429
    assert answer.json["title"] == "您发得太快了，请稍等一分钟再发"


def test_an_answer_is_reported_and_rated_once_each(room: TalkRoom) -> None:
    nonce = room.begin()
    report = {"number": "1", "sentence": "0", "complaint": "wrong"}

    for _ in range(2):
        assert room.post("/chat/{nonce}/reports", report, nonce=nonce).status == 303
        assert room.post("/chat/{nonce}/ratings", {"number": "1", "helpful": "no"}, nonce=nonce).status == 303

    assert [len(room.world.envelopes(event_type=name)) for name in ("AnswerReported", "AnswerRated")] == [1, 1]
    assert "您的评价：没用" in room.shown(nonce)


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("reports", {"number": "1", "sentence": "0", "complaint": "nonsense"}),
        ("reports", {}),
        ("ratings", {"number": "1", "helpful": "maybe"}),
        ("messages", {"text": "好", "message": "<script>"}),
    ],
)
def test_a_form_that_means_nothing_is_refused_in_chinese(room: TalkRoom, step: str, fields: dict[str, str]) -> None:
    answer = room.post(f"/chat/{{nonce}}/{step}", fields, nonce=room.begin(), accept=JSON)

    assert answer.status == 400
    assert re.search(r"[一-鿿]", answer.json["title"])


def test_an_app_reads_the_same_lines_after_a_cursor(room: TalkRoom) -> None:
    nonce = room.begin()
    seen = room.call("GET", "/chat/{nonce}/messages", nonce=nonce, accept=JSON).json

    asked = room.send("/chat/{nonce}/messages", {"text": PERSONAL}, nonce=nonce, query={"after": str(seen["cursor"])})

    assert [line["kind"] for line in seen["lines"]] == ["question", "answer"]
    assert seen["lines"][1]["sentences"][0]["text"] == DIABETES
    assert asked.json["phase"] == "waiting"
    assert asked.json["lines"][0]["cursor"] > seen["cursor"]


def test_the_pages_script_gets_the_lines_as_the_page_shows_them(room: TalkRoom) -> None:
    nonce = room.begin(PERSONAL)

    lines = room.call("GET", "/chat/{nonce}/messages", nonce=nonce, query={"after": "2"})

    assert 'class="line patient' not in lines.text
    assert "已为您转给护士" in lines.text
    assert lines.headers["x-closed"] == "no"


def test_what_staff_were_warned_of_is_not_told_to_the_person(room: TalkRoom) -> None:
    nonce = room.begin(PERSONAL)
    name = room.conversation(nonce)
    room.staff("claim", name)
    told = room.staff("reply", name, {"text": "每天吃三次，每次500毫克。", "confirmed": True})
    assert told.status == 200, told.text

    line = room.call("GET", "/chat/{nonce}/messages", nonce=nonce, accept=JSON).json["lines"][-1]

    assert line["text"] == "每天吃三次，每次500毫克。"
    assert line["name"] == "刘敏"
    assert line["warnings"] == []
    assert "护士 刘敏" in text_of(room.shown(nonce))


def test_a_note_among_staff_is_not_shown(room: TalkRoom) -> None:
    nonce = room.begin(PERSONAL)
    assert room.staff("note", room.conversation(nonce), {"text": "家属脾气急"}).status == 200

    assert "家属脾气急" not in room.shown(nonce)
    assert "家属脾气急" not in room.call("GET", "/chat/{nonce}/messages", nonce=nonce, accept=JSON).text


def test_a_nonce_that_opens_nothing_is_told_so(room: TalkRoom) -> None:
    assert room.call("GET", "/chat/{nonce}", nonce="no-such-nonce").status == 404
    answer = room.send("/chat/{nonce}/messages", {"text": QUESTION}, nonce="no-such-nonce")
    assert (answer.status, answer.json["code"]) == (404, "LinkUnknown")


def test_the_nonce_of_a_guide_opens_no_conversation_and_the_other_way_round(room: TalkRoom) -> None:
    token = guide(room)
    nonce = opened_from_guide(room, token)

    assert room.call("GET", "/chat/{nonce}", nonce=token).status == 404
    assert room.post("/g/{token}/chat", {"text": QUESTION}, token=nonce).status == 403


def test_the_conversation_of_a_forgotten_patient_is_gone(room: TalkRoom) -> None:
    nonce = opened_from_guide(room, guide(room))
    patient = room.world.pseudonyms.patient(HOSPITAL, IDENTITY.patient_number)
    reason = ForgettingReason.PATIENT_REQUEST
    room.world.forgetting.forget(HOSPITAL, patient, reason=reason, ticket="", actor=Actor("operator:cli"))

    page = room.call("GET", "/chat/{nonce}", nonce=nonce)

    assert page.status == 410
    assert QUESTION not in page.text


def test_a_page_stays_under_100_kilobytes_and_names_no_other_place(room: TalkRoom) -> None:
    nonce = room.begin()
    for number in range(8):
        room.post("/chat/{nonce}/messages", {"text": QUESTION, "message": f"m-{number}"}, nonce=nonce)

    page = room.shown(nonce)

    assert len(page.encode()) < 100_000
    assert re.findall(r"https?://", page) == []
