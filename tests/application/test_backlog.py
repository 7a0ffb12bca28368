"""What patients lack is ranked by how many stand behind it, and one click asks the right doctor, once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from narrowcast.application.backlog import (
    Backlog,
    Entry,
    EntryUnknown,
    GivenPoints,
    KeyPointsDesk,
    KeyPointsUnclear,
    NotForADoctor,
    told,
)
from narrowcast.application.guides import guide_id_of
from narrowcast.application.links import LinkExpired, LinkOffice, WrongCode
from narrowcast.application.streams import FACT, GUIDE
from narrowcast.domain.draft import FactRef
from narrowcast.domain.guide import answer_section
from narrowcast.domain.key_points import KeyPointsGivenAlready, Need
from narrowcast.domain.visit_report import UnmappedCode
from narrowcast.domain.vocabulary import Channel, Section
from tests.support.newsroom import (
    CHEN,
    EDITOR,
    HOSPITAL,
    IDENTITY,
    LI,
    METFORMIN_TOPIC,
    REPORT,
    SOURCE,
    STATEMENT,
    TOPIC,
    World,
)

TEXT = "每天步行30分钟。\n饭后一小时再运动。"


@pytest.fixture
def world() -> World:
    """Three patients with the same two sections filled."""
    world = World().open_hospital()
    world.publish("dm-know").publish("met-start", METFORMIN_TOPIC)
    for number in range(3):
        visit(world, number)
    return world


def visit(world: World, number: int, **changes: object) -> str:
    identity = replace(IDENTITY, patient_number=f"MRN-{number}", visit_number=f"VN-{number}")
    return world.visit(replace(REPORT, message_id=f"MSG-{number}", **changes), identity).visit_id  # type: ignore[arg-type]


def backlog(world: World) -> Backlog:
    return Backlog(world.store, world.read)


def entries(world: World, need: Need) -> list[Entry]:
    return [each for each in backlog(world).entries(HOSPITAL) if each.need is need]


def gap(world: World, section: Section) -> Entry:
    return next(each for each in entries(world, Need.GAP) if each.section is section)


def desk(world: World) -> KeyPointsDesk:
    return KeyPointsDesk(world.store, LinkOffice(world.links, world.secret), world.facts)


def letters(world: World) -> tuple[str, str]:
    """The nonce of the mail's link, and the code that came by SMS."""
    mail, sms = [each for each in world.messenger.sent if "/keypoints/" in each.text][-2:]
    nonce, code = re.search(r"/keypoints/(\S+)", mail.text), re.search(r"验证码：(\d{6})", sms.text)
    assert nonce
    assert code
    return nonce[1], code[1]


def points(code: str, text: str = TEXT, until: date = date(2030, 1, 1)) -> GivenPoints:
    return GivenPoints(code, text, SOURCE, until)


class TestWhatIsListed:
    def test_uncovered_sections_with_their_patients(self, world: World) -> None:
        found = gap(world, Section.EXERCISE)
        assert (found.label, found.patients, found.codes) == ("运动推荐 E11.900X001", 3, ("E11.900X001",))

    def test_most_patients_come_first(self, world: World) -> None:
        visit(world, 9, diagnoses=(replace(REPORT.diagnoses[0], code="I10.x00"),))
        counts = [each.patients for each in backlog(world).entries(HOSPITAL)]
        assert counts == sorted(counts, reverse=True)
        assert set(counts) == {1, 3}

    def test_one_patient_with_two_visits_counts_once(self, world: World) -> None:
        identity = replace(IDENTITY, patient_number="MRN-0", visit_number="VN-7")
        world.visit(replace(REPORT, message_id="MSG-7"), identity)
        assert (gap(world, Section.DIET).patients, gap(world, Section.DIET).times) == (3, 4)

    def test_a_section_that_was_filled_since_is_gone(self, world: World) -> None:
        assert gap(world, Section.EXERCISE)
        statement = replace(STATEMENT, section=Section.EXERCISE, text="每周至少运动150分钟。")
        world.facts.propose(HOSPITAL, "dm-move", statement, LI, EDITOR)
        world.facts.approve(HOSPITAL, "dm-move", LI, EDITOR)
        facts = (FactRef("dm-move", 1),)
        world.settle().publish("dm-move", replace(TOPIC, section=Section.EXERCISE, facts=facts, title="动起来"))
        assert Section.EXERCISE not in {each.section for each in entries(world, Need.GAP)}

    def test_sections_that_readers_did_not_understand(self, world: World) -> None:
        guide_id = guide_id_of(visit(world, 5))
        ask = lambda s: answer_section(s, section=Section.DISEASE, understood=False)  # noqa: E731 - typed
        world.store.execute(GUIDE, HOSPITAL, guide_id, ask, EDITOR)
        [found] = entries(world.settle(), Need.MISUNDERSTOOD)
        assert (found.pieces, found.patients, found.signer_id) == (("dm-know",), 1, CHEN)

    def test_a_piece_asks_for_renewal_before_its_last_day(self, world: World) -> None:
        assert entries(world, Need.EXPIRING) == []
        world.clock.advance(timedelta(days=320))
        assert {each.pieces for each in entries(world, Need.EXPIRING)} == {("dm-know",), ("met-start",)}
        assert {each.patients for each in entries(world, Need.EXPIRING)} == {3}

    def test_so_does_one_whose_fact_has_a_new_wording(self, world: World) -> None:
        same = replace(STATEMENT, text=STATEMENT.text.replace("，需要", "，并需要"))
        world.facts.supersede(HOSPITAL, "dm-what", same, LI, EDITOR, wording_only=True)
        assert [each.pieces for each in entries(world.settle(), Need.EXPIRING)] == [("dm-know",)]

    def test_a_recalled_piece_until_another_stands_in_its_place(self, world: World) -> None:
        world.facts.supersede(HOSPITAL, "dm-what", replace(STATEMENT, text="新的表述。"), LI, EDITOR)
        assert [each.pieces for each in entries(world.settle(), Need.TAKEN_BACK)] == [("dm-know",)]
        world.publish("dm-again", replace(TOPIC, facts=(FactRef("dm-what", 2),)))
        assert entries(world, Need.TAKEN_BACK) == []

    def test_codes_that_no_map_knows_ask_no_doctor(self, world: World) -> None:
        visit(world, 6, unmapped=(UnmappedCode("diagnosis", "local", "D-77"),))
        [found] = entries(world, Need.UNMAPPED)
        assert (found.patients, found.section) == (1, None)
        with pytest.raises(NotForADoctor):
            backlog(world).ask(HOSPITAL, found.item, EDITOR)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, "<10"), (9, "<10"), (10, 10), (250, 250)])
def test_a_small_count_leaves_the_house_only_as_such(count: int, shown: int | str) -> None:
    assert told(count) == shown


class TestAsking:
    def test_a_doctor_of_the_specialty_gets_a_link_and_the_code_of_the_other_channel(self, world: World) -> None:
        item = gap(world, Section.EXERCISE).item
        asked = backlog(world).ask(HOSPITAL, item, EDITOR)
        world.settle()
        assert asked.signer_id == LI
        assert [each.channel for each in world.messenger.sent if "/keypoints/" in each.text] == [
            Channel.MAIL,
            Channel.SMS,
        ]
        assert gap(world, Section.EXERCISE).state == "asked"

    def test_twice_is_once(self, world: World) -> None:
        item = gap(world, Section.EXERCISE).item
        for _ in range(2):
            backlog(world).ask(HOSPITAL, item, EDITOR)
            world.settle()
        assert sum("/keypoints/" in each.text for each in world.messenger.sent) == 2

    def test_nobody_answering_the_entry_can_be_asked_for_again(self, world: World) -> None:
        item = gap(world, Section.EXERCISE).item
        backlog(world).ask(HOSPITAL, item, EDITOR)
        nonce, _ = letters(world.settle())
        world.clock.advance(timedelta(days=15))
        with pytest.raises(LinkExpired):
            desk(world).show(nonce)
        assert gap(world, Section.EXERCISE).state == "open"
        backlog(world).ask(HOSPITAL, item, EDITOR)
        assert sum("/keypoints/" in each.text for each in world.settle().messenger.sent) == 4

    def test_an_entry_that_is_not_there_is_refused(self, world: World) -> None:
        with pytest.raises(EntryUnknown):
            backlog(world).ask(HOSPITAL, "gap-000000000000", EDITOR)

    def test_without_a_doctor_of_the_specialty_it_says_so(self, world: World) -> None:
        visit(world, 9, diagnoses=(replace(REPORT.diagnoses[0], code="I10.x00"),))
        item = next(each.item for each in entries(world, Need.GAP) if each.codes[0].startswith("I10"))
        with pytest.raises(NotForADoctor):
            backlog(world).ask(HOSPITAL, item, EDITOR)


class TestAnswering:
    @pytest.fixture
    def asked(self, world: World) -> World:
        backlog(world).ask(HOSPITAL, gap(world, Section.EXERCISE).item, EDITOR)
        return world.settle()

    def test_her_key_points_become_facts_proposed_in_her_name(self, asked: World) -> None:
        nonce, code = letters(asked)
        fact_ids = desk(asked).give(nonce, points(code))
        facts = [asked.store.load(FACT, HOSPITAL, each).state for each in fact_ids]
        assert [each.statement.text for each in facts if each.statement] == ["每天步行30分钟。", "饭后一小时再运动。"]
        assert {(each.author, each.approved) for each in facts} == {(LI, False)}
        assert gap(asked.settle(), Section.EXERCISE).state == "given"

    def test_a_wrong_code_proposes_nothing(self, asked: World) -> None:
        nonce, code = letters(asked)
        before = asked.snapshot()["log"]
        with pytest.raises(WrongCode):
            desk(asked).give(nonce, points("000000" if code != "000000" else "111111"))
        assert asked.snapshot()["log"] == before

    def test_opening_changes_nothing(self, asked: World) -> None:
        nonce, _ = letters(asked)
        before = asked.snapshot()
        assert desk(asked).show(nonce).asked.label == "运动推荐 E11.900X001"
        assert asked.snapshot() == before

    def test_an_answered_form_is_closed(self, asked: World) -> None:
        nonce, code = letters(asked)
        desk(asked).give(nonce, points(code))
        with pytest.raises(KeyPointsGivenAlready):
            desk(asked).show(nonce)

    @pytest.mark.parametrize(
        "unclear",
        [
            points("000000", " \n"),
            points("000000", "步行。\n" * 5_000),
            points("000000", until=date(2020, 1, 1)),
            replace(points("000000"), source=replace(SOURCE, locator=" ")),
        ],
    )
    def test_what_no_fact_can_be_made_of_costs_no_attempt(self, asked: World, unclear: GivenPoints) -> None:
        nonce, _ = letters(asked)
        before = asked.snapshot()
        with pytest.raises(KeyPointsUnclear):
            desk(asked).give(nonce, unclear)
        assert asked.snapshot() == before
