"""The inbox over HTTP, as data and as pages: who comes in, who is helped first, who speaks."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest

from tests.support.newsroom import HOSPITAL, OTHER_HOSPITAL
from tests.support.talks import COLLEAGUE, EMERGENCY, FORM, NURSE, PERSONAL, Answer, TalkRoom, talk_room, text_of

COOKIE = {"cookie": "narrowcast-desk=liu", "sec-fetch-site": "same-origin"}


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> TalkRoom:
    return talk_room().serve(monkeypatch)


def waiting(room: TalkRoom, text: str = PERSONAL) -> tuple[str, str]:
    nonce = room.begin(text)
    return nonce, room.conversation(nonce)


def desk(room: TalkRoom, conversation: str, headers: dict[str, str] = COOKIE, **query: str) -> Answer:
    return room.call("GET", "/desk/inbox/{conversation}", conversation=conversation, headers=headers, query=query)


def take(room: TalkRoom, conversation: str, step: str, headers: dict[str, str] = COOKIE, **fields: str) -> Answer:
    return room.call(
        "POST",
        "/desk/inbox/{conversation}/{step}",
        body=urlencode(fields),
        kind=FORM,
        headers=headers,
        conversation=conversation,
        step=step,
    )


def listed(room: TalkRoom, who: object = NURSE, **query: str) -> list[str]:
    answer = room.call("GET", "/inbox", claims=who, query=query)  # type: ignore[arg-type]
    assert answer.status == 200, answer.text
    return [each["conversation"] for each in answer.json["conversations"]]


def test_emergencies_come_first_then_who_waits_longest(room: TalkRoom) -> None:
    _, first = waiting(room)
    room.world.clock.advance(timedelta(minutes=5))
    _, second = waiting(room)
    room.world.clock.advance(timedelta(minutes=5))
    _, urgent = waiting(room, EMERGENCY)

    assert listed(room) == [urgent, first, second]
    page = text_of(room.call("GET", "/desk/inbox", headers=COOKIE).text)
    assert page.index("紧急") < page.index("已等10分钟") < page.index("已等5分钟")


@pytest.mark.parametrize("role", ["editor", "admin", "visitor"])
def test_only_nurses_and_doctors_read_conversations(room: TalkRoom, role: str) -> None:
    _, name = waiting(room)
    claims = {**NURSE, "cognito:groups": role}

    assert room.call("GET", "/inbox", claims=claims).status == 403
    assert room.call("GET", "/inbox/{conversation}", conversation=name, claims=claims).status == 403
    assert room.staff("claim", name, who=claims).status == 403


def test_a_nurse_of_another_hospital_finds_nothing(room: TalkRoom) -> None:
    room.world.open_hospital(OTHER_HOSPITAL)
    _, name = waiting(room)
    stranger = {**NURSE, "custom:hospital": OTHER_HOSPITAL}

    assert listed(room, stranger) == []
    assert room.call("GET", "/inbox/{conversation}", conversation=name, claims=stranger).status == 404
    assert room.staff("claim", name, who=stranger).status == 404


def test_two_nurses_cannot_both_have_a_conversation(room: TalkRoom) -> None:
    _, name = waiting(room)

    assert room.staff("claim", name).status == 200
    refused = room.staff("claim", name, who=COLLEAGUE)

    assert (refused.status, refused.json["title"]) == (409, "这个会话已由同事接手")
    assert room.staff("reply", name, {"text": "您好"}, who=COLLEAGUE).status == 409


def test_a_reply_that_no_doctor_signed_is_sent_only_when_the_nurse_says_so(room: TalkRoom) -> None:
    nonce, name = waiting(room)
    take(room, name, "claim")
    dose = "每天吃三次，每次500毫克。"

    warned = take(room, name, "reply", text=dose, message="r-1")
    assert warned.status == 422
    assert "发送前请再看一遍" in warned.text
    assert dose not in room.shown(nonce)

    assert take(room, name, "reply", text=dose, message="r-1", seen="yes").status == 303
    assert dose in room.shown(nonce)


def test_a_nurse_takes_over_replies_and_gives_back_by_forms_alone(room: TalkRoom) -> None:
    nonce, name = waiting(room)

    assert "接手这个会话" in desk(room, name).text
    assert take(room, name, "claim").headers["location"] == f"../{name}#reply"
    assert take(room, name, "reply", text="您好，我是护士，正在看您的消息。", message="r").status == 303
    page = text_of(room.shown(nonce))
    assert "护士 刘敏" in page
    assert "护士正在为您处理，AI 助手不再回答。" in page

    assert take(room, name, "give-back").status == 303
    assert "护士已将会话交还给 AI 助手。" in room.shown(nonce)


def test_notes_are_for_staff_and_a_transfer_goes_to_the_other_inbox(room: TalkRoom) -> None:
    _, name = waiting(room)
    take(room, name, "claim")
    take(room, name, "note", text="请心内科看一下", message="n")

    assert take(room, name, "transfer", department="cardio").status == 303

    assert "请心内科看一下" in desk(room, name, {**COOKIE, "cookie": "narrowcast-desk=zhao"}).text
    assert listed(room, department="cardio") == [name]
    assert listed(room, department="endo") == []


@pytest.mark.parametrize("step", ["claim", "close", "give-back"])
def test_what_can_be_no_conversation_is_not_looked_for(room: TalkRoom, step: str) -> None:
    assert room.staff(step, "x" * 3000).status == 400
    assert room.call("GET", "/inbox/{conversation}", conversation="../x", claims=NURSE).status == 400


def test_a_department_that_is_not_there_gets_nobody(room: TalkRoom) -> None:
    _, name = waiting(room)
    room.staff("claim", name)

    assert room.staff("transfer", name, {"department": "nowhere"}).status == 400
    assert take(room, name, "transfer", department="nowhere").status == 400


def test_a_closed_conversation_leaves_the_inbox(room: TalkRoom) -> None:
    _, name = waiting(room)
    take(room, name, "claim")

    assert take(room, name, "close").status == 303

    assert listed(room) == []
    assert "会话已结束" in desk(room, name).text


def test_a_report_is_listed_and_settled(room: TalkRoom) -> None:
    nonce = room.begin()
    name = room.conversation(nonce)
    room.send("/chat/{nonce}/reports", {"number": 1, "sentence": 0, "complaint": "wrong"}, nonce=nonce)
    assert listed(room) == [name]

    assert room.staff("settle", name, {"number": 1, "sentence": 0, "upheld": False}).status == 200

    assert listed(room) == []


def reported(room: TalkRoom) -> str:
    nonce = room.begin()
    assert (
        room.send("/chat/{nonce}/reports", {"number": 1, "sentence": 0, "complaint": "wrong"}, nonce=nonce).status
        == 200
    )
    return room.conversation(nonce)


@pytest.mark.parametrize(("upheld", "outcome"), [("yes", "属实，已处理"), ("no", "经核对无误")])
def test_a_nurse_sees_whose_sentence_was_reported_and_says_what_came_of_it(
    room: TalkRoom, upheld: str, outcome: str
) -> None:
    name = reported(room)
    page = text_of(desk(room, name).text)
    assert "患者报错：内容有误" in page
    assert "《什么是2型糖尿病？》第1版，陈怡然主治医师签发" in page

    assert take(room, name, "settle", number="1", sentence="0", upheld=upheld).status == 303

    assert f"处理结果：{outcome}" in text_of(desk(room, name).text)
    assert listed(room) == []


@pytest.mark.parametrize("wrong", [{"upheld": "maybe"}, {"sentence": "x"}, {"sentence": "7"}])
def test_what_is_no_report_is_not_settled(room: TalkRoom, wrong: dict[str, str]) -> None:
    name = reported(room)
    told = {"number": "1", "sentence": "0", "upheld": "yes"} | wrong

    assert take(room, name, "settle", COOKIE, **told).status in (400, 404)
    assert listed(room) == [name]


def test_an_answer_without_sentences_is_reported_as_a_whole_and_settled(room: TalkRoom) -> None:
    nonce = room.begin("帮我写一首关于春天的诗")
    form = {"number": "1", "sentence": "-1", "complaint": "not_my_question"}
    assert 'name="sentence" value="-1"' in room.shown(nonce)
    assert room.post("/chat/{nonce}/reports", form, nonce=nonce).status == 303

    name = room.conversation(nonce)
    assert "患者报错：答非所问 整个回答" in text_of(desk(room, name).text)
    [told] = room.call("GET", "/reports", claims=NURSE, query={"open": "yes"}).json["reports"]
    assert (told["place"], told["quote"]) == (-1, None)
    assert take(room, name, "settle", number="1", sentence="-1", upheld="no").status == 303
    assert listed(room) == []


def test_a_patient_sees_nothing_of_what_staff_do_about_a_report(room: TalkRoom) -> None:
    nonce = room.begin()
    room.send("/chat/{nonce}/reports", {"number": 1, "sentence": 0, "complaint": "wrong"}, nonce=nonce)

    assert "患者报错" not in room.shown(nonce)


def test_reports_are_listed_with_signer_and_both_times(room: TalkRoom) -> None:
    name = reported(room)
    [told] = room.call("GET", "/reports", claims=NURSE, query={"open": "yes"}).json["reports"]
    assert (told["conversation"], told["number"], told["place"], told["complaint"]) == (name, 1, 0, "wrong")
    assert (told["sentence"]["signer"], told["quote"]["content_id"], told["settled_at"]) == ("陈怡然", "dm-qa", "")

    room.world.clock.advance(timedelta(hours=3))
    room.staff("settle", name, {"number": 1, "sentence": 0, "upheld": True})

    assert room.call("GET", "/reports", claims=NURSE, query={"open": "yes"}).json["reports"] == []
    [closed] = room.call("GET", "/reports", claims={**NURSE, "cognito:groups": "editor"}).json["reports"]
    spent = datetime.fromisoformat(closed["settled_at"]) - datetime.fromisoformat(closed["reported_at"])
    assert (closed["upheld"], closed["staff"], spent) == (True, "nurse-1", timedelta(hours=3))
    assert room.call("GET", "/reports", claims=NURSE, query={"open": "1"}).status == 400


def test_an_administrator_sets_hours_reminders_and_the_switch(room: TalkRoom) -> None:
    admin = {**NURSE, "cognito:groups": "admin"}
    wanted = {"running": False, "opens": "07:30:00", "closes": "20:00:00", "weekdays": [1, 6], "remind_minutes": 5}

    assert room.send("/assistant", wanted, claims=NURSE).status == 403
    assert room.send("/assistant", wanted, claims=admin).status == 200

    assert room.call("GET", "/assistant", claims=NURSE).json == wanted
    assert "AI 助手已暂停回答" in room.shown(room.begin())
    for name, value in (("remind_minutes", 0), ("weekdays", []), ("opens", "21:00:00")):
        assert room.send("/assistant", {**wanted, name: value}, claims=admin).status == 422


def test_without_a_session_the_pages_lead_to_signing_in(room: TalkRoom) -> None:
    _, name = waiting(room)
    stale = {"cookie": "narrowcast-desk=somebody"}

    assert room.call("GET", "/desk/inbox").headers["location"] == "../desk/sign-in"
    assert desk(room, name, stale).headers["location"] == "../../desk/sign-in"
    assert take(room, name, "claim", stale).headers["location"] == "../../../desk/sign-in"
    assert room.transcripts.read(HOSPITAL, name).phase == "waiting"


def test_signing_in_sets_a_cookie_that_no_script_and_no_other_site_has(room: TalkRoom) -> None:
    answer = room.post("/desk/sign-in", {"username": "liu", "password": "right", "code": ""})

    assert (answer.status, answer.headers["location"]) == (303, "inbox")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("narrowcast-desk=liu;")
    assert all(each in cookie for each in ("HttpOnly", "Secure", "SameSite=Strict"))


def test_a_wrong_password_is_told_without_saying_what_was_wrong(room: TalkRoom) -> None:
    answers = {room.post("/desk/sign-in", {"username": name, "password": "wrong"}).text for name in ("liu", "nobody")}

    [page] = answers
    assert "账号、密码或动态验证码不正确" in page


def test_signing_out_ends_the_session(room: TalkRoom) -> None:
    assert room.call("GET", "/desk/inbox", headers=COOKIE).status == 200

    assert "Max-Age=0" in room.call("POST", "/desk/sign-out", headers=COOKIE).headers["set-cookie"]

    assert room.call("GET", "/desk/inbox", headers=COOKIE).status == 303


def test_what_another_sites_page_sends_is_refused(room: TalkRoom) -> None:
    _, name = waiting(room)
    foreign = {**COOKIE, "sec-fetch-site": "cross-site"}

    assert take(room, name, "claim", foreign).status == 400
    assert room.transcripts.read(HOSPITAL, name).phase == "waiting"


def test_the_page_of_a_conversation_names_who_said_what(room: TalkRoom) -> None:
    _, name = waiting(room)
    take(room, name, "claim")

    page = text_of(desk(room, name).text)

    assert re.search(r"患者 .*我能不能自己把二甲双胍加量", page)
    assert re.search(r"AI 助手 .*月.*日", page)
