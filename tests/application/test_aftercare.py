"""After the push: opened, read, understood or not, reminded, unwell; each told once, and each with what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from narrowcast.application.aftercare import Noting
from narrowcast.application.feedback import section_feedback
from narrowcast.application.guides import guide_id_of
from narrowcast.application.store import Actor
from narrowcast.domain.care import Result, TaskOver, TaskTaken, TaskUnknown, Why
from narrowcast.domain.control.quiz import questions_of
from narrowcast.domain.diary import MOST_A_DAY, Severity, Symptom, SymptomsUnclear
from narrowcast.domain.guide import SectionNotInGuide
from narrowcast.domain.reading import QuestionNotInGuide
from narrowcast.domain.reminding import Ended, Kind, RemindersUnclear
from narrowcast.domain.vocabulary import ForgettingReason, Literacy, Purpose, Section
from tests.support.guided import FACTS, PIECE, STOP, TELL, with_a_quiz
from tests.support.newsroom import (
    EDITOR,
    HOSPITAL,
    IDENTITY,
    LI,
    METFORMIN_TOPIC,
    REPORT,
    World,
)

NURSE, COLLEAGUE = "nurse-1", "nurse-2"
BY_NURSE = Actor("staff:nurse-1")
BASIC = replace(PIECE, title="二甲双胍，记住两句话", tags=replace(PIECE.tags, literacy=Literacy.BASIC))


@pytest.fixture
def world() -> World:
    """A patient with a guide about metformin, of which a signed quiz asks."""
    return with_a_quiz()


def guided(world: World) -> str:
    """Let the patient come; her guide's nonce."""
    world.visit()
    return world.guide_nonce()


def guide_id(world: World) -> str:
    [assembled] = world.envelopes(event_type="GuideAssembled")[-1:]
    return guide_id_of(assembled.event.visit_id)


def types(world: World, *names: str) -> list[str]:
    return [each.type for each in world.envelopes() if each.type in names]


def choose(world: World, nonce: str, *, right: bool, question: int = 0) -> None:
    asked = questions_of(world.content("met-quiz").draft)[question]
    option = asked.right if right else 1 - asked.right
    world.aftercare.answer(nonce, "met-quiz", 1, question, option)
    world.settle()


# ---- reading ----


def test_a_guide_is_opened_once_an_edition_and_a_section_read_once(world: World) -> None:
    nonce = guided(world)
    for _ in range(2):
        world.aftercare.open(nonce)
        world.aftercare.read(nonce, Section.MEDICATION)

    assert types(world, "GuideOpened", "SectionRead") == ["GuideOpened", "SectionRead"]


def test_whoever_read_a_section_has_opened_the_guide_whatever_came_first(world: World) -> None:
    nonce = guided(world)
    world.aftercare.read(nonce, Section.MEDICATION)
    world.aftercare.open(nonce)

    assert types(world, "GuideOpened", "SectionRead") == ["GuideOpened", "SectionRead"]


def test_a_section_that_the_guide_lacks_is_not_read(world: World) -> None:
    with pytest.raises(SectionNotInGuide):
        world.aftercare.read(guided(world), Section.EXERCISE)


# ---- quizzes ----


def test_a_quiz_is_composed_of_facts_signed_and_goes_with_a_guide_that_tells_them(world: World) -> None:
    guided(world)
    quiz = world.content("met-quiz")

    assert quiz.facts_check is not None
    assert quiz.facts_check.passed
    assert [question.filled(question.right) for question in questions_of(quiz.draft)] == [STOP, TELL]
    assert [each.content_id for each in world.guide(visit_of(world)).reading.quizzes] == ["met-quiz"]
    assert [asked.section for asked, _ in shown(world).quizzes] == [Section.MEDICATION]


def visit_of(world: World) -> str:
    [opened] = world.envelopes(event_type="VisitOpened")[-1:]
    return opened.stream.partition("#")[2]


def shown(world: World) -> Any:
    return world.room.show_guide(HOSPITAL, guide_id(world))


def test_a_quiz_about_what_the_guide_does_not_tell_does_not_go_with_it(world: World) -> None:
    world.publish("met-other", replace(METFORMIN_TOPIC, title="只说随餐", tags=replace(PIECE.tags, codes=("E11.9",))))
    world.visit()

    told = {fact for part in shown(world).guide.made.sections for piece in part.pieces for fact in piece.facts}
    assert bool(shown(world).quizzes) == (set(FACTS) <= told)


def test_a_right_answer_leads_to_nothing_and_the_same_again_changes_nothing(world: World) -> None:
    nonce = guided(world)
    choose(world, nonce, right=True)
    before = world.snapshot()
    choose(world, nonce, right=True)

    assert world.snapshot() == before
    assert types(world, "QuizAnswered", "SimplerGiven", "HelpNeeded", "TaskRaised") == ["QuizAnswered"]


def test_a_wrong_answer_without_a_simpler_piece_calls_a_nurse_once(world: World) -> None:
    nonce = guided(world)
    choose(world, nonce, right=False)
    choose(world, nonce, right=False, question=1)

    assert types(world, "HelpNeeded", "TaskRaised") == ["HelpNeeded", "TaskRaised"]
    [task] = world.care_desk.entries(HOSPITAL)
    assert (task.why, task.about, task.phase) == (Why.NOT_UNDERSTOOD, "medication", "open")


def test_a_wrong_answer_gives_the_simpler_piece_first_and_the_next_one_calls_a_nurse(world: World) -> None:
    world.publish("met-zz-basic", BASIC)
    nonce = guided(world)
    choose(world, nonce, right=False)
    assert types(world, "SimplerGiven", "HelpNeeded") == ["SimplerGiven"]
    [(_, pieces)] = [part for part in shown(world).sections if part[0] is Section.MEDICATION]
    assert next(piece.content_id for piece in pieces) == "met-zz-basic"

    choose(world, nonce, right=False, question=1)
    assert types(world, "SimplerGiven", "HelpNeeded", "TaskRaised") == ["SimplerGiven", "HelpNeeded", "TaskRaised"]


def test_a_question_that_the_guide_does_not_ask_is_not_answered(world: World) -> None:
    nonce = guided(world)
    for content_id, revision, question, option in (
        ("met-start", 1, 0, 0),
        ("met-quiz", 2, 0, 0),
        ("met-quiz", 1, 9, 0),
    ):
        with pytest.raises(QuestionNotInGuide):
            world.aftercare.answer(nonce, content_id, revision, question, option)


def test_a_quiz_whose_fact_was_taken_back_is_neither_shown_nor_answered(world: World) -> None:
    nonce = guided(world)
    world.facts.retire(HOSPITAL, "met-stop", "已过时", LI, EDITOR)
    world.settle()

    assert shown(world).quizzes == ()
    with pytest.raises(QuestionNotInGuide):
        world.aftercare.answer(nonce, "met-quiz", 1, 0, 0)


# ---- tasks ----


def raised(world: World) -> str:
    choose(world, guided(world), right=False)
    [task] = world.care_desk.entries(HOSPITAL)
    return task.task


def test_one_nurse_takes_a_task_and_says_what_came_of_it(world: World) -> None:
    task = raised(world)
    world.care_desk.claim(HOSPITAL, task, NURSE, BY_NURSE)
    with pytest.raises(TaskTaken):
        world.care_desk.claim(HOSPITAL, task, COLLEAGUE, BY_NURSE)
    with pytest.raises(TaskTaken):
        world.care_desk.finish(HOSPITAL, task, COLLEAGUE, Result.EXPLAINED, BY_NURSE)
    for _ in range(2):
        world.care_desk.finish(HOSPITAL, task, NURSE, Result.EXPLAINED, BY_NURSE)
    world.settle()

    assert types(world, "TaskClaimed", "TaskDone") == ["TaskClaimed", "TaskDone"]
    assert world.care_desk.entries(HOSPITAL) == []
    assert world.care_desk.open(HOSPITAL, task).phase == "done"
    with pytest.raises(TaskOver):
        world.care_desk.claim(HOSPITAL, task, NURSE, BY_NURSE)


def test_a_question_about_a_section_is_a_nurses_task_once(world: World) -> None:
    nonce = guided(world)
    for understood in (False, True, False):
        world.room.answer(nonce, Section.MEDICATION, understood=understood)
        world.settle()

    [task] = world.care_desk.entries(HOSPITAL)
    assert (task.why, task.about) == (Why.NOT_UNDERSTOOD, Section.MEDICATION)


def test_a_task_of_another_hospital_or_none_is_not_found(world: World) -> None:
    task = raised(world)
    with pytest.raises(TaskUnknown):
        world.care_desk.open("other", task)
    with pytest.raises(TaskUnknown):
        world.care_desk.claim(HOSPITAL, "t202601-none", NURSE, BY_NURSE)


def test_rows_of_a_release_before_are_counted_as_far_as_they_tell(world: World) -> None:
    row = {"sections": {"disease": ["dm-know"]}, "understood": ["disease"], "questioned": []}
    world.read.put(f"{HOSPITAL}/guide", "g-before", 1, row)

    [counted] = section_feedback(world.read, HOSPITAL)
    assert (counted["guides"], counted["understood"], counted["opened"], counted["missed"]) == (1, 1, 0, 0)


def test_sections_are_counted_without_persons(world: World) -> None:
    nonce = guided(world)
    world.aftercare.read(nonce, Section.MEDICATION)
    choose(world, nonce, right=False)
    world.room.answer(nonce, Section.MEDICATION, understood=False)
    world.settle()

    [counted] = [each for each in section_feedback(world.read, HOSPITAL) if each["section"] == "medication"]
    assert counted == {
        "section": "medication",
        "content_id": "met-start",
        "guides": 1,
        "opened": 1,
        "read": 1,
        "understood": 0,
        "questioned": 1,
        "missed": 1,
        "helped": 1,
    }


# ---- how she feels ----

WORDS = "脚有点肿，王小花知道"


def noting(*symptoms: Symptom, severity: Severity = Severity.MILD, words: str = "", entry: str = "e-1") -> Noting:
    return Noting(entry, symptoms, severity, words)


def test_what_a_patient_writes_is_sealed_and_read_by_staff_as_she_wrote_it(world: World) -> None:
    nonce = guided(world)
    noted = world.aftercare.note(nonce, noting(Symptom.DIZZINESS, words=WORDS))
    world.settle()

    assert noted.red_flags == ()
    assert not any(WORDS.encode() in commit.payload for commit in world.log.scan())
    [task] = world.care_desk.entries(HOSPITAL)
    [entry] = world.care_desk.open(HOSPITAL, task.task).diary
    assert (task.why, entry.words, entry.symptoms, entry.severity) == (Why.SYMPTOMS, WORDS, ("dizziness",), "mild")


def test_an_entry_sent_twice_is_one(world: World) -> None:
    nonce = guided(world)
    for _ in range(2):
        world.aftercare.note(nonce, noting(Symptom.RASH))
    world.settle()

    assert types(world, "SymptomsNoted", "TaskRaised") == ["SymptomsNoted", "TaskRaised"]


@pytest.mark.parametrize(
    ("told", "flags"),
    [
        (noting(Symptom.CHEST_PAIN), ("chest_pain",)),
        (noting(Symptom.VOMITING, severity=Severity.SEVERE), ("vomiting",)),
        (noting(Symptom.VOMITING, severity=Severity.MODERATE), ()),
        (noting(words="突然半边身子不能动，说话也不清楚了"), ("own_words",)),
        (noting(words="脚有点肿"), ()),
        (noting(Symptom.MUSCLE_ACHE, severity=Severity.SEVERE), ()),
    ],
)
def test_red_flags_are_raised_by_table_and_by_what_is_written(
    world: World, told: Noting, flags: tuple[str, ...]
) -> None:
    noted = world.aftercare.note(guided(world), told)
    world.settle()

    assert noted.red_flags == flags
    [task] = world.care_desk.entries(HOSPITAL)
    assert (task.why is Why.RED_FLAG) == bool(flags)
    alarms = [each for each in world.messenger.sent if each.subject == "紧急提醒"]
    assert len(alarms) == bool(flags)
    assert all("胸痛" not in each.text and "p-" not in each.text for each in alarms)


def test_nothing_or_far_too_much_is_not_noted(world: World) -> None:
    nonce = guided(world)
    for told in (noting(), noting(words=" "), noting(words="痛" * 501)):
        with pytest.raises(SymptomsUnclear):
            world.aftercare.note(nonce, told)
    for number in range(MOST_A_DAY):
        world.aftercare.note(nonce, noting(Symptom.RASH, entry=f"e-{number}"))
    with pytest.raises(SymptomsUnclear):
        world.aftercare.note(nonce, noting(Symptom.RASH, entry="one-more"))


def test_a_diary_is_told_to_its_patient_and_forgotten_with_her(world: World) -> None:
    nonce = guided(world)
    world.aftercare.note(nonce, noting(Symptom.DIZZINESS, words=WORDS))
    world.settle()
    patient = world.pseudonyms.patient(HOSPITAL, IDENTITY.patient_number)
    assert WORDS in str(world.files.open(HOSPITAL, patient).diary)

    world.forgetting.forget(HOSPITAL, patient, reason=ForgettingReason.PATIENT_REQUEST, ticket="DSR-1", actor=EDITOR)
    world.settle()

    assert [each.words for each in world.diaries.read(HOSPITAL, patient)] == [""]


# ---- reminders ----

AT = (time(8), time(20))


def remind(world: World, nonce: str, kind: Kind = Kind.MEDICATION, days: int = 10) -> None:
    today = world.clock.now().date()
    world.aftercare.remind(nonce, kind, AT, None, today + timedelta(days=days))
    world.settle()


def reminders_sent(world: World) -> list[str]:
    return [each.text for each in world.messenger.sent if "提醒时间到了" in each.text]


def pass_days(world: World, days: int) -> None:
    """Let the clock run, an hour at a time, and what is due fire."""
    for _ in range(24 * days):
        world.clock.advance(timedelta(hours=1))
        world.settle()


def test_a_patient_is_reminded_at_her_times_until_her_day_and_no_longer(world: World) -> None:
    remind(world, guided(world), days=2)
    pass_days(world, 5)

    texts = reminders_sent(world)
    assert 4 <= len(texts) <= 6
    assert len({text.partition("http")[0] for text in texts}) == 1
    assert "二甲双胍" not in texts[0]
    assert world.schedules.pending == {}


def test_choosing_is_agreeing_and_choosing_again_takes_the_place_of_the_choice_before(world: World) -> None:
    nonce = guided(world)
    remind(world, nonce, days=5)
    remind(world, nonce, days=5)
    assert types(world, "RemindersChosen") == ["RemindersChosen"]
    remind(world, nonce, days=3)
    pass_days(world, 1)

    patient = world.pseudonyms.patient(HOSPITAL, IDENTITY.patient_number)
    consents = [each.event for each in world.envelopes(f"{HOSPITAL}/patient#{patient}", "ConsentGiven")]
    assert [each.purpose for each in consents].count(Purpose.REMINDERS) == 1
    assert len(reminders_sent(world)) == 2


def test_reminders_end_when_the_patient_stops_them(world: World) -> None:
    nonce = guided(world)
    remind(world, nonce)
    world.aftercare.stop_reminding(nonce, Kind.MEDICATION)
    world.settle()

    assert world.schedules.pending == {}
    pass_days(world, 2)
    assert reminders_sent(world) == []


def test_reminders_end_with_the_consent(world: World) -> None:
    nonce = guided(world)
    remind(world, nonce)
    world.room.refuse(nonce)
    world.settle()

    assert ended(world) == [Ended.CONSENT]
    assert world.schedules.pending == {}


def test_reminders_end_with_the_visit(world: World) -> None:
    remind(world, guided(world))
    world.visit(replace(REPORT, message_id="MSG-2", occurred_at="2026-01-05T09:00:00Z", cancelled=True))
    pass_days(world, 1)

    assert ended(world) == [Ended.VISIT]
    assert reminders_sent(world) == []


def test_reminders_end_with_the_content_at_the_latest_when_they_fire(world: World) -> None:
    remind(world, guided(world))
    world.facts.retire(HOSPITAL, "met-stop", "已过时", LI, EDITOR)
    world.settle()
    pass_days(world, 1)

    assert ended(world) == [Ended.CONTENT]
    assert reminders_sent(world) == []


def test_a_reminder_that_fires_twice_is_one_and_one_that_comes_far_too_late_is_none(world: World) -> None:
    remind(world, guided(world))
    [(moment, _, data)] = world.schedules.pending.values()
    world.clock.advance(moment - world.clock.now())
    told = [world.remind(HOSPITAL, guide_id(world), data["reminder"]) for _ in range(2)]
    world.settle()
    assert told == ["PushApproved", "AlreadyDecided"]
    assert len(reminders_sent(world)) == 1

    world.clock.advance(timedelta(days=1))
    assert world.remind(HOSPITAL, guide_id(world), data["reminder"]) == "TooLate"


def ended(world: World) -> list[Ended]:
    return [each.event.reason for each in world.envelopes(event_type="RemindersEnded")]


@pytest.mark.parametrize(
    ("times", "days"), [((), 5), (tuple(time(hour) for hour in range(8, 13)), 5), (AT, -1), (AT, 91)]
)
def test_reminders_at_no_time_at_too_many_or_for_too_long_are_refused(
    world: World, times: tuple[time, ...], days: int
) -> None:
    nonce = guided(world)
    with pytest.raises(RemindersUnclear):
        world.aftercare.remind(nonce, Kind.MEDICATION, times, None, world.clock.now().date() + timedelta(days=days))
    assert types(world, "RemindersChosen") == []
    assert [each.event.purpose for each in world.envelopes(event_type="ConsentGiven")] == [Purpose.PERSONAL_EDUCATION]


def test_a_section_that_the_guide_lacks_is_not_reminded_of(world: World) -> None:
    with pytest.raises(SectionNotInGuide):
        world.aftercare.remind(guided(world), Kind.FOLLOW_UP, AT, None, date(2026, 1, 20))
