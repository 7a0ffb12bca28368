"""`narrowcast patient …`: who is meant, what is destroyed, and what a patient is given to read."""

from __future__ import annotations

import io
import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from narrowcast import cli
from narrowcast.cli import patient
from narrowcast.domain.vocabulary import ForgettingReason, Section
from narrowcast.runtime.bootstrap import Composition
from narrowcast.runtime.settings import Settings
from tests.support.front_desk import NURSE, FrontDesk
from tests.support.newsroom import EDITOR, HOSPITAL, IDENTITY, OTHER_HOSPITAL, PROFILE, REPORT, World

NUMBER = IDENTITY.patient_number
FORGET = ("patient", "forget")
EXPORT = ("patient", "export")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A stack whose one patient has a guide, understood in part."""
    world = World().open_hospital().publish("dm-know")
    world.visit()
    world.room.answer(world.guide_nonce(), Section.DISEASE, understood=True)
    composition = Composition(Settings({}))
    vars(composition).update(
        store=world.store, pseudonyms=world.pseudonyms, forgetting=world.forgetting, patient_files=world.files
    )
    monkeypatch.setattr(patient, "open_stack", lambda _: composition)
    return world


@pytest.fixture
def pseudonym(world: World) -> str:
    return world.pseudonyms.patient(HOSPITAL, NUMBER)


class TestForget:
    @pytest.mark.parametrize("name", [n for reason in ForgettingReason for n in (reason.value, reason.words)])
    def test_takes_each_reason_by_its_code_and_its_chinese_name(self, world: World, pseudonym: str, name: str) -> None:
        assert cli.main([*FORGET, pseudonym, "--reason", name]) == 0
        [event] = world.envelopes(event_type="PatientForgotten")
        assert name in (event.event.reason.value, event.event.reason.words)

    def test_refuses_any_other_reason_without_repeating_it(
        self, world: World, pseudonym: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main([*FORGET, pseudonym, "--reason", "王秀兰来电"]) == 2
        told = capsys.readouterr().err
        assert "patient_request (本人要求)" in told
        assert "王秀兰" not in told
        assert world.envelopes(event_type="PatientForgotten") == []

    def test_says_what_was_destroyed_and_what_stays(self, pseudonym: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main([*FORGET, pseudonym, "--reason", "patient_request", "--ticket", "DSR-1", "--json"]) == 0
        report = json.loads(capsys.readouterr().out)
        assert report["destroyed"] == {"key": True, "contact": True, "refused": 0}
        assert report["kept"] == {"visits": 1, "guides": 1}
        assert (report["forgotten"]["reason"], report["forgotten"]["ticket"]) == ("patient_request", "DSR-1")
        assert report["new"]

    def test_twice_is_once_and_keeps_the_first_reason(
        self, world: World, pseudonym: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for reason in ("patient_request", "retention_expired"):
            assert cli.main([*FORGET, pseudonym, "--reason", reason]) == 0
        first, second = capsys.readouterr().out.split("kept without a person")[:2]
        assert "patient_request (recorded before)" in second
        assert "contact" in first
        assert len(world.envelopes(event_type="PatientForgotten")) == 1

    def test_finds_the_patient_by_the_hospitals_number_and_never_prints_it(
        self, world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{NUMBER}\n"))
        asked = ("--number", "-", "--hospital", HOSPITAL, "--reason", "patient_request")
        assert cli.main([*FORGET, *asked]) == 0
        assert cli.main([*FORGET, "--number", NUMBER, *asked[2:]]) == 0
        assert cli.main([*FORGET, "--number", "MRN-9999", *asked[2:]]) == 2
        told = capsys.readouterr()
        assert NUMBER not in told.out + told.err
        assert "MRN-9999" not in told.out + told.err
        assert len(world.envelopes(event_type="PatientForgotten")) == 1

    @pytest.mark.parametrize(
        "who",
        [
            (),
            ("王秀兰",),
            ("MRN-0001",),
            ("p-0123456789abcdef01234567",),
            ("p-0123456789abcdef01234567", "--number", "1", "--hospital", HOSPITAL),
            ("--number", "MRN-0001"),
            ("--number", "MRN-0001", "--hospital", OTHER_HOSPITAL),
        ],
    )
    def test_somebody_unclear_is_bad_usage_and_is_not_repeated(
        self, world: World, who: tuple[str, ...], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main([*FORGET, *who, "--reason", "patient_request"]) == 2
        assert not {"王秀兰", "MRN-0001"} & set(capsys.readouterr().err.split())
        assert world.envelopes(event_type="PatientForgotten") == []

    def test_a_ticket_that_is_none_is_refused(self, world: World, pseudonym: str) -> None:
        assert cli.main([*FORGET, pseudonym, "--reason", "patient_request", "--ticket", "王秀兰"]) == 2
        assert world.envelopes(event_type="PatientForgotten") == []

    def test_one_id_at_two_hospitals_needs_the_hospital(
        self, world: World, pseudonym: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(type(world.pseudonyms), "patient", lambda *_: pseudonym)
        world.registry.register_hospital(OTHER_HOSPITAL, PROFILE, EDITOR)
        world.visit(replace(REPORT, hospital=OTHER_HOSPITAL))
        assert cli.main([*FORGET, pseudonym, "--reason", "patient_request"]) == 2
        assert "--hospital" in capsys.readouterr().err
        assert cli.main([*FORGET, pseudonym, "--reason", "patient_request", "--hospital", OTHER_HOSPITAL]) == 0


class TestExport:
    def test_gives_everything_in_words_the_patient_reads(
        self, pseudonym: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main([*EXPORT, pseudonym]) == 0
        text = capsys.readouterr().out
        headings = ("一、联系方式", "二、同意记录", "三、就诊记录", "四、健康指南", "五、推送与反馈", "六、咨询记录")
        places = [text.index(heading) for heading in headings]
        assert places == sorted(places)
        for told in (
            "手机：+8613900000077",
            "邮箱：lan@patient.example",
            "同意：个性化健康教育",
            "E11.900X001",
            "糖尿病",
            "A10BA02 二甲双胍（使用中）",
            "疾病认知：《认识2型糖尿病》　您表示看懂了",
            "已发出：应用推送",
        ):
            assert told in text, told

    def test_gives_the_same_as_json_with_every_event(self, pseudonym: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main([*EXPORT, pseudonym, "--json"]) == 0
        file = json.loads(capsys.readouterr().out)
        assert file["numbers"] == [pseudonym]
        assert file["contact"] == {
            "phone": IDENTITY.phone,
            "email": IDENTITY.email,
            "app_user": IDENTITY.app_user,
            "openid": "",
        }
        assert [each["given"] for each in file["consents"]] == [True]
        assert {each["what"] for each in file["visits"][0]["record"]} >= {"VisitOpened", "DiagnosisRecorded"}
        assert file["guides"][0]["sections"][0]["answer"] == "understood"
        assert {each["what"] for each in file["happenings"]} >= {"PushApproved", "GuidePushed", "SectionUnderstood"}

    def test_says_why_a_push_was_held_back(
        self, world: World, pseudonym: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        world.visit(replace(REPORT, message_id="M-2"), replace(IDENTITY, visit_number="VN-2"))
        assert cli.main([*EXPORT, pseudonym]) == 0
        assert "暂不推送：内容此前均已送达" in capsys.readouterr().out

    def test_tells_what_was_asked_and_answered_but_not_what_staff_noted(
        self, world: World, pseudonym: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        desk = FrontDesk(world, vectors=False)
        talk = desk.opened(patient=pseudonym)
        desk.assistant.ask_for_person(HOSPITAL, talk)
        desk.ask("我想请护士回个电话", talk)
        desk.inbox.claim(HOSPITAL, talk, NURSE)
        desk.inbox.note(HOSPITAL, talk, NURSE, "内部记录：已电话联系")
        assert cli.main([*EXPORT, pseudonym]) == 0
        text = capsys.readouterr().out
        assert "您：我想请护士回个电话" in text[text.index("六、咨询记录") :]
        assert "内部记录" not in text

    def test_a_file_is_for_its_owner_alone(
        self, tmp_path: Path, pseudonym: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "export.txt"
        file.write_text("older")
        file.chmod(0o644)
        assert cli.main([*EXPORT, pseudonym, "--out", str(file)]) == 0
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "一、联系方式" in file.read_text()
        assert capsys.readouterr().out == f"{file}\n"

    def test_of_a_forgotten_patient_it_says_so_and_nothing_else(
        self, tmp_path: Path, pseudonym: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main([*FORGET, pseudonym, "--reason", "patient_request"]) == 0
        capsys.readouterr()
        file = tmp_path / "export.txt"
        assert cli.main([*EXPORT, pseudonym, "--out", str(file)]) == 1
        told = capsys.readouterr()
        assert told.out.strip() == "该患者的个人信息已删除，没有可提供的内容"
        assert not file.exists()
