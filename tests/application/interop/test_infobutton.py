"""Infobutton requests: what is understood, what is refused, and that nothing is guessed."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from narrowcast.application.guides import SignedLibrary
from narrowcast.application.interop import feeds
from narrowcast.application.interop.infobutton import (
    CriteriaMissing,
    RequestMalformed,
    RequestTellsIdentity,
    read_request,
)
from narrowcast.application.interop.knowledge import Knowledge
from narrowcast.application.interop.profile import InteropProfile, read_profiles
from narrowcast.domain.content import Content
from narrowcast.domain.vocabulary import AgeBand, Section
from tests.support.newsroom import EDITOR as EDITOR_ACTOR
from tests.support.newsroom import HOSPITAL, METFORMIN_TOPIC, World

ICD10, SNOMED, RXNORM, ATC, LOINC = (f"2.16.840.1.113883.6.{end}" for end in (3, 96, 88, 73, 1))
PROFILE = InteropProfile(code_systems={"1.2.3.4": "ICD-10"})
OID = "2.16.840.1.113883.19.5"


def asked(**criteria: str) -> dict[str, str]:
    return {name.replace("__", "."): text for name, text in criteria.items()}


def about(code: str, system: str = "", **more: str) -> dict[str, str]:
    told = {"mainSearchCriteria.v.c": code, **asked(**more)}
    return {**told, "mainSearchCriteria.v.cs": system} if system else told


@pytest.mark.parametrize(
    ("query", "codes", "treatments"),
    [
        (about("E11.900", ICD10), ("E11.900",), ()),
        (about("E11.900"), ("E11.900",), ()),
        (about("E11", "urn:oid:" + ICD10), ("E11",), ()),
        (about("E11", "1.2.3.4"), ("E11",), ()),
        (about("44054006", SNOMED), ("E11",), ()),
        (about("6809", RXNORM), (), ("A10BA02",)),
        (about("A10BA02", ATC), (), ("A10BA02",)),
        (about("A10BA02"), (), ("A10BA02",)),
        (asked(mainSearchCriteria__v__dn="盐酸二甲双胍片"), (), ("A10BA02",)),
        (about("4548-4", LOINC), (), ()),
        (about("E11", "9.9.9"), (), ()),
        (about("U99.9", ICD10), (), ()),
        (about("99999999", SNOMED), (), ()),
        (asked(mainSearchCriteria__v__ot="血糖有点高怎么办"), (), ()),
    ],
)
def test_a_code_means_what_its_system_says_and_free_text_means_nothing(
    query: dict[str, str], codes: tuple[str, ...], treatments: tuple[str, ...]
) -> None:
    criteria = read_request(query, PROFILE)
    assert (criteria.codes, criteria.treatments) == (codes, treatments)


@pytest.mark.parametrize(
    "name",
    [
        "patientPerson.name",
        "patientPerson.id",
        "patientPerson.birthTime",
        "patientPerson.id.extension",
        "patient.id",
        "birthDate",
        "mrn",
        "holder.assignedEntity.n",
        "performer.assignedEntity.telecom",
        "address",
    ],
)
def test_a_parameter_about_a_person_is_refused(name: str) -> None:
    with pytest.raises(RequestTellsIdentity):
        read_request({**about("E11"), name: "x"}, PROFILE)


@pytest.mark.parametrize("value", ["13912345678", "11010519491231002X", "糖尿病１３９１２３４５６７８"])
def test_a_value_that_looks_like_a_persons_number_is_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(RequestTellsIdentity) as refused:
        read_request(asked(mainSearchCriteria__v__ot=value), PROFILE)
    assert value not in refused.value.message + refused.value.field


def test_the_standards_other_parameters_have_no_effect() -> None:
    more = {
        "taskContext.c.c": "PROBLISTREV",
        "patientPerson.administrativeGenderCode.c": "F",
        "representedOrganization.id.root": OID,
        "knowledgeRequestNotification.effectiveTime.v": "20261122",
        "encounter.c.c": "AMB",
    }
    assert read_request({**about("E11"), **more}, PROFILE).codes == ("E11",)


def test_without_criteria_there_is_no_answer() -> None:
    for query in ({}, asked(mainSearchCriteria__v__cs=ICD10), asked(mainSearchCriteria__v__c=" ")):
        with pytest.raises(CriteriaMissing):
            read_request(query, PROFILE)


@pytest.mark.parametrize(
    "query",
    [
        about("E11", informationRecipient="PAYOR"),
        about("E11", knowledgeResponseType="application/javascript"),
        about("E11", age__v__v="-1"),
        about("E11", age__v__v="999", age__v__u="a"),
        about("E" * 300),
        about("E11\x00"),
    ],
)
def test_what_cannot_be_understood_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(RequestMalformed):
        read_request(query, PROFILE)


def test_age_and_sub_topic_set_bounds() -> None:
    criteria = read_request(about("E11", age__v__v="60", age__v__u="a", subTopic__v__c="Q000178"), PROFILE)
    assert (criteria.age_bands, criteria.sections) == (frozenset({AgeBand.MIDDLE}), frozenset({Section.DIET}))
    assert read_request(about("E11", ageGroup__v__c="D008875"), PROFILE).age_bands == frozenset({AgeBand.MIDDLE})
    assert read_request(about("E11", age__v__v="18", age__v__u="mo"), PROFILE).age_bands == frozenset({AgeBand.CHILD})


# --- the feed -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    world = World().open_hospital()
    world.publish("dm-know")
    world.publish("met-start", METFORMIN_TOPIC)
    profiles = read_profiles(json.dumps({HOSPITAL: {"organization": OID}}))
    return Knowledge(world.store, world.read, world.library, profiles)


def found(knowledge: Knowledge, query: dict[str, str]) -> list[str]:
    return [entry.content_id for entry in knowledge.answer(query).entries]


def test_a_diagnosis_finds_general_pieces_and_a_drug_its_own(knowledge: Knowledge) -> None:
    assert found(knowledge, about("E11.900x001")) == ["dm-know"]
    assert found(knowledge, about("A10BA02")) == ["met-start"]
    assert found(knowledge, about("I10")) == []
    assert found(knowledge, about("E11", subTopic__v__c="Q000178")) == []


def test_a_piece_that_may_not_be_shown_now_is_in_no_feed() -> None:
    world = World().open_hospital()
    world.publish("dm-know")
    profiles = {HOSPITAL: InteropProfile(OID)}
    knowledge = Knowledge(world.store, world.read, world.library, profiles)
    world.facts.retire(HOSPITAL, "dm-what", "指南已更新", "sg-chen", EDITOR_ACTOR)
    world.settle()
    assert found(knowledge, about("E11")) == []


class _ForOurPatientsOnly(SignedLibrary):
    """A library whose pieces the rules of the public account refuse."""

    def piece(self, hospital: str, content_id: str, *, on: date) -> Content | None:
        state = super().piece(hospital, content_id, on=on)
        assert state is not None
        assert state.published is not None
        return replace(state, published=replace(state.published, channels=("patient",)))


def test_what_only_the_hospitals_own_patients_may_read_is_in_no_public_feed() -> None:
    world = World().open_hospital()
    world.publish("dm-know")
    profiles = {HOSPITAL: InteropProfile(OID)}
    private = _ForOurPatientsOnly(world.library.store, world.library.key)
    assert found(Knowledge(world.store, world.read, world.library, profiles), about("E11")) == ["dm-know"]
    assert found(Knowledge(world.store, world.read, private, profiles), about("E11")) == []


def test_the_feed_is_atom_with_signer_date_and_link(knowledge: Knowledge) -> None:
    query = about("E11", ICD10, informationRecipient__languageCode__c="en")
    feed = ET.fromstring(feeds.atom(knowledge.answer(query), "https://x.example"))  # noqa: S314 - our own
    atom = {"a": "http://www.w3.org/2005/Atom"}
    entry = feed.find("a:entry", atom)
    assert entry is not None
    texts = {child.tag.partition("}")[2]: child for child in entry}
    assert texts["link"].attrib["href"] == f"https://x.example/library/{HOSPITAL}/dm-know"
    assert "陈怡然" in "".join(texts["author"].itertext())
    assert "简体中文" in (feed.findtext("a:subtitle", "", atom))
    assert {c.attrib["term"] for c in feed.findall("a:category", atom)} == {"E11", ICD10}


def test_the_same_request_gives_the_same_bytes_and_words_are_not_echoed(knowledge: Knowledge) -> None:
    query = {**about("E11"), "mainSearchCriteria.v.dn": "王小姐的糖尿病"}
    first, again = (feeds.as_json(knowledge.answer(query), "https://x.example") for _ in range(2))
    assert first == again
    told: Any = json.loads(first)["feed"]
    assert [entry["title"]["_value"] for entry in told["entry"]] == ["认识2型糖尿病"]
    assert "王小姐" not in first
