"""A hospital's messages in any order, repeated, end in the same visit, the same pushes and the same bytes of guide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from narrowcast.domain.visit_report import Diagnosis, Identity, Medication, MergeReport, PersonReport, Report
from narrowcast.domain.vocabulary import AgeBand, DiagnosisStatus, Sex, Stage
from tests.support.episodes import EPISODE, PHONE, begun_from, end_of, read, send
from tests.support.newsroom import HOSPITAL, METFORMIN_TOPIC, PROFILE, World
from tests.support.told_visits import a_report

TEN_MINUTES = replace(PROFILE, settle_seconds=600, discharge_settle_seconds=120)
VISIT_NUMBER = "V-1"


@cache
def prepared() -> World:
    """Two published pieces at a hospital that lets messages settle."""
    return World().open_hospital(profile=TEN_MINUTES).publish("dm-know").publish("met-start", METFORMIN_TOPIC)


def test_every_order_of_an_episode_with_one_message_repeated_ends_the_same() -> None:
    told = [read(body) for body in EPISODE]
    visit_id = prepared().pseudonyms.visit(HOSPITAL, VISIT_NUMBER)
    ends = []
    for number, order in enumerate(permutations(range(len(told)))):
        repeated = order[number % len(order)]
        world = send(begun_from(prepared()), (told[each] for each in (*order, repeated)))
        assert world.envelopes(event_type="GuideAssembled") == []
        world.clock.advance(timedelta(minutes=10))
        ends.append(end_of(world.settle(), visit_id))
    assert len(ends) == 720
    assert all(end == ends[0] for end in ends)
    assert ends[0].visit.known_codes == ("E11.900X001",)
    assert ends[0].visit.treatments == ("A10BA02",)
    assert [(channel, to) for channel, to, _ in ends[0].sent] == [("sms", PHONE)]
    assert b"dm-know" in ends[0].guide
    assert b"met-start" in ends[0].guide


TIMES = [f"2026-01-05T07:0{minute}:00Z" for minute in range(8)]
CODES = [(Diagnosis("E11.900X001"),), (Diagnosis("E11.900X001", DiagnosisStatus.REFUTED),), (Diagnosis("I10.X00"),), ()]


@st.composite
def visit_messages(draw: st.DrawFn) -> tuple[Report, Identity]:
    """Return a message about one of two visits of a patient."""
    report = a_report(
        occurred_at=draw(st.sampled_from(TIMES)),
        stage=draw(st.sampled_from([None, Stage.FIRST_DIAGNOSIS, Stage.INPATIENT, Stage.DISCHARGE])),
        diagnoses=draw(st.sampled_from(CODES)),
        medications=draw(st.sampled_from([(), (Medication("A10BA02"),), (Medication("A10BA02", "stopped"),)])),
        consent=draw(st.sampled_from([None, True, False])),
        cancelled=draw(st.sampled_from([False, False, False, True])),
        complete=draw(st.booleans()),
        opens=draw(st.booleans()),
    )
    return report, Identity("MRN-1", draw(st.sampled_from(["V-1", "V-2"])), phone=PHONE)


@st.composite
def person_messages(draw: st.DrawFn) -> tuple[Report, Identity]:
    """Return what is told of a person, or that one of two numbers goes on as a third."""
    number, at = draw(st.sampled_from(["MRN-1", "MRN-2", "MRN-3"])), draw(st.sampled_from(TIMES))
    if draw(st.booleans()):
        consent = draw(st.sampled_from([None, True, False]))
        report: Report = PersonReport(HOSPITAL, "", "json", at, AgeBand.MIDDLE, Sex.FEMALE, consent)
        return report, Identity(number, "")
    merged = draw(st.sampled_from(["MRN-1", "MRN-2"]))
    return MergeReport(HOSPITAL, "", "json", at, merged), Identity("MRN-3", "")


@settings(max_examples=60, deadline=None)
@given(st.lists(visit_messages(), min_size=1, max_size=5), st.lists(person_messages(), max_size=3), st.data())
def test_episodes_with_merges_and_cancellations_end_the_same_in_any_order(
    visits: list[tuple[Report, Identity]], persons: list[tuple[Report, Identity]], data: st.DataObject
) -> None:
    told = [(replace(report, message_id=f"MSG-{n}"), who) for n, (report, who) in enumerate([*visits, *persons])]
    shuffled = data.draw(st.permutations([*told, *told[:2]]))
    ends = []
    for order in (told, shuffled):
        world = send(begun_from(prepared()), order)
        world.clock.advance(timedelta(minutes=10))
        world.settle()
        ends.append([end_of(world, world.pseudonyms.visit(HOSPITAL, number)) for number in ("V-1", "V-2")])
    assert ends[0] == ends[1]
