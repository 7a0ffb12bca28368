"""The demo hospital's data holds together: every name resolves, every fact is complete, one gap is left on purpose."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from narrowcast.adapters.models.recombiner import Recombiner
from narrowcast.domain.assembly import assemble
from narrowcast.domain.content import Tags
from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.gate import judge_channels, object_to
from narrowcast.domain.draft import Brief, FactRef, FactText
from narrowcast.domain.fact import Fact, Statement, must_be_carried
from narrowcast.domain.guide import Gap, PieceRef
from narrowcast.domain.shelves import Candidate, Shelves
from narrowcast.domain.situation import situation_of
from narrowcast.domain.visit_report import Diagnosis
from narrowcast.domain.vocabulary import AgeBand, Audience, Form, Risk, Section, SourceKind, Stage
from tests.support.told_visits import a_visit

DEMO = Path(__file__).parents[2] / "events" / "demo"
LAST_DAY_OF_THE_DEMO = date(2029, 6, 30)


def load(name: str) -> Any:
    """Return one of the demo's JSON files."""
    return json.loads((DEMO / name).read_text(encoding="utf-8"))


HOSPITAL = load("hospital.json")
SIGNERS = {signer["signer"]: signer for signer in load("signers.json")}
FACT_LIST = load("facts.json")
FACTS = {fact["key"]: fact for fact in FACT_LIST}
TOPIC_LIST = load("topics.json")
TOPICS = {topic["key"]: topic for topic in TOPIC_LIST}
EDITS = load("edits.json")

DISEASES = {"diabetes": "E11", "hypertension": "I10", "after PCI": "Z95.5"}
ICD_10_PREFIX = re.compile(r"[A-Z]\d{2}(\.\d{1,3})?")
ATC = re.compile(r"[A-Z]\d{2}[A-Z]{2}\d{2}")
OVERCLAIMS = (
    "根治",
    "治愈",
    "断根",
    "保证",
    "100%",
    "百分之百",
    "无副作用",
    "首选",
    "最佳",
    "最好的",
    "唯一",
    "特效",
    "第一",
)
NUMBER = re.compile(r"\d+(?:\.\d+)?")

each_fact = pytest.mark.parametrize("fact", FACT_LIST, ids=list(FACTS))
each_topic = pytest.mark.parametrize("topic", TOPIC_LIST, ids=list(TOPICS))


def may_sign(signer: dict[str, Any], codes: list[str]) -> bool:
    """Say whether the doctor's specialties cover every code."""
    return all(code.startswith(tuple(signer["specialties"])) for code in codes)


def test_keys_are_unique() -> None:
    assert len(FACTS) == len(FACT_LIST)
    assert len(TOPICS) == len(TOPIC_LIST)
    assert len({fact["text"] for fact in FACT_LIST}) == len(FACT_LIST)


def test_each_department_has_an_attending_and_a_head() -> None:
    ranks = Counter((signer["department"], signer["head"]) for signer in SIGNERS.values())
    departments = [department["id"] for department in HOSPITAL["departments"]]
    assert ranks == {(department, head): 1 for department in departments for head in (True, False)}


def test_signers_are_reachable_over_two_channels_and_licensed_while_the_demo_lasts() -> None:
    for signer in SIGNERS.values():
        assert re.fullmatch(r"[a-z]+@renhe\.example", signer["email"])
        assert re.fullmatch(r"\+86138000000\d\d", signer["phone"])
        assert date.fromisoformat(signer["licence_from"]) < date(2021, 1, 1)
        assert date.fromisoformat(signer["licence_until"]) > LAST_DAY_OF_THE_DEMO


def test_there_are_enough_facts_for_every_section_of_every_disease() -> None:
    assert 50 <= len(FACT_LIST) <= 70
    held = Counter((code, fact["section"]) for fact in FACT_LIST for code in fact["codes"])
    assert all(held[code, section] >= 3 for code in DISEASES.values() for section in Section)


@each_fact
def test_a_fact_is_one_plain_sentence(fact: dict[str, Any]) -> None:
    text = fact["text"]
    assert text.endswith("。")
    assert not re.search(r"[。；！？;!?\n]", text[:-1])
    assert 8 <= len(text) <= 60
    assert not [word for word in OVERCLAIMS if word in text]


@each_fact
def test_a_fact_uses_the_closed_words_and_well_formed_codes(fact: dict[str, Any]) -> None:
    assert fact["section"] in set(Section)
    assert fact["risk"] in set(Risk)
    assert fact["codes"]
    assert all(ICD_10_PREFIX.fullmatch(code) for code in fact["codes"])
    assert all(ATC.fullmatch(atc) for atc in fact["treatments"])
    assert date.fromisoformat(fact["valid_until"]) >= LAST_DAY_OF_THE_DEMO


@each_fact
def test_a_fact_names_its_source_completely(fact: dict[str, Any]) -> None:
    source = fact["source"]
    assert set(source) == {"kind", "title", "publisher", "year", "locator"}
    assert source["kind"] in set(SourceKind)
    assert 2015 <= source["year"] <= 2026
    assert all(source[part].strip() for part in ("title", "publisher", "locator"))
    assert not re.search(r"第?\s*\d+\s*页|\bp\.", source["locator"])


@each_fact
def test_a_fact_is_written_by_a_doctor_of_that_specialty(fact: dict[str, Any]) -> None:
    assert may_sign(SIGNERS[fact["author"]], fact["codes"])


@pytest.mark.parametrize(
    "fact", [fact for fact in FACT_LIST if fact["section"] == "medication"], ids=lambda fact: fact["key"]
)
def test_a_fact_about_treatment_says_what_must_not_be_said(fact: dict[str, Any]) -> None:
    assert fact["boundaries"]
    assert all(boundary.strip() for boundary in fact["boundaries"])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("E11", ("低血糖", "15～20克")),
        ("E11", ("碘造影剂", "48小时")),
        ("E11", ("肾功能", "二甲双胍")),
        ("E11", ("呕吐", "暂停二甲双胍")),
        ("E11", ("意识不清", "120")),
        ("I10", ("180/110mmHg", "120")),
        ("I10", ("一侧肢体无力", "120")),
        ("I10", ("不要自行停药",)),
        ("Z95.5", ("胸痛", "120")),
        ("Z95.5", ("抗血小板药", "不要自行停用")),
        ("Z95.5", ("黑便", "立即就医")),
    ],
)
def test_what_a_patient_must_know_is_in_a_piece(code: str, words: tuple[str, ...]) -> None:
    told = {key for topic in TOPIC_LIST if code in topic["codes"] for key in topic["fact_keys"]}
    assert [key for key in told if all(word in FACTS[key]["text"] for word in words)]


@each_topic
def test_a_topic_uses_the_closed_words(topic: dict[str, Any]) -> None:
    assert topic["form"] in set(Form)
    assert topic["section"] in set(Section)
    assert set(topic["stages"]) <= set(Stage)
    assert set(topic["age_bands"]) <= set(AgeBand)
    assert topic["audience"] == "patient"
    assert topic["department"] in {department["id"] for department in HOSPITAL["departments"]}


@each_topic
def test_a_topic_stands_on_facts_of_its_section_disease_and_drug(topic: dict[str, Any]) -> None:
    facts = [FACTS[key] for key in topic["fact_keys"]]
    assert len(facts) >= 3
    assert {fact["section"] for fact in facts} == {topic["section"]}
    assert all(set(topic["codes"]) <= set(fact["codes"]) for fact in facts)
    assert all(not fact["treatments"] or set(fact["treatments"]) & set(topic["treatments"]) for fact in facts)


@each_topic
def test_a_title_promises_nothing_that_its_facts_do_not_speak_of(topic: dict[str, Any]) -> None:
    told = "".join(FACTS[key]["text"] for key in topic["fact_keys"])
    subjects = re.findall(
        r"2型糖尿病|低血糖|二甲双胍|糖尿病|高血压|降压药|血压|冠心病|支架|抗血小板药|氯吡格雷|阿司匹林|他汀|复诊|复查",
        topic["title"],
    )
    assert subjects
    assert all(subject in told for subject in subjects)
    assert not re.search(r"\d(?!型)", topic["title"])
    assert not [word for word in OVERCLAIMS if word in topic["title"]]


@each_topic
def test_a_topic_goes_to_a_doctor_and_a_head_who_may_both_sign_it(topic: dict[str, Any]) -> None:
    signer = SIGNERS[topic["signer"]]
    assert signer["department"] == topic["department"]
    heads = [each for each in SIGNERS.values() if each["head"] and each["department"] == topic["department"]]
    assert all(may_sign(each, topic["codes"]) for each in (signer, *heads))


@each_topic
def test_no_topic_goes_to_the_sole_author_of_its_high_risk_facts(topic: dict[str, Any]) -> None:
    authors = {FACTS[key]["author"] for key in topic["fact_keys"] if Risk(FACTS[key]["risk"]).high}
    assert authors != {topic["signer"]}


@each_topic
def test_a_topic_carries_every_safety_fact_that_its_pieces_must(topic: dict[str, Any]) -> None:
    marks: dict[str, Any] = {
        "section": Section(topic["section"]),
        "codes": tuple(topic["codes"]),
        "treatments": tuple(topic["treatments"]),
        "on": LAST_DAY_OF_THE_DEMO,
    }
    required = {key for key, fact in FACTS.items() if must_be_carried(confirmed(fact), **marks)}
    assert required <= set(topic["fact_keys"])


def test_every_safety_fact_that_is_in_a_piece_must_be_carried() -> None:
    told = {key for topic in TOPIC_LIST for key in topic["fact_keys"]}
    safety = {key for key in told if FACTS[key]["risk"] == "safety"}
    assert {key for key, fact in FACTS.items() if fact.get("must_carry")} == safety


def confirmed(fact: dict[str, Any]) -> Fact:
    """Return the fact as its doctor confirmed it."""
    statement = {name: value for name, value in fact.items() if name not in ("key", "author")}
    return Fact(msgspec.convert(statement, Statement), fact["author"], 1, approved=True)


@each_topic
def test_every_sentence_of_a_piece_made_of_its_facts_passes_the_fact_check(topic: dict[str, Any]) -> None:
    assert all(check_sentence(FACTS[key]["text"], [FACTS[key]["text"]]).supported for key in topic["fact_keys"])


@each_topic
def test_each_piece_may_go_to_the_hospitals_own_patients_as_drafted(topic: dict[str, Any]) -> None:
    """Title, facts and connectives together: no check, rule or model, stops what careful doctors wrote."""
    facts = [
        FactText(FactRef(key, 1), FACTS[key]["text"], Section(topic["section"]), Risk(FACTS[key]["risk"]))
        for key in topic["fact_keys"]
    ]
    brief = Brief(topic["title"], Form(topic["form"]), Section(topic["section"]), tuple(facts))
    draft = Recombiner().draft(brief)
    assert object_to(draft, {fact.ref: fact for fact in facts}, ()) == ()
    patient = next(verdict for verdict in judge_channels(draft) if verdict.channel == "patient")
    assert (patient.label, patient.rules) == ("pass", ())


def test_all_forms_are_shown_and_articles_are_the_rule() -> None:
    forms = Counter(topic["form"] for topic in TOPIC_LIST)
    assert 14 <= len(TOPIC_LIST) <= 18
    assert forms["article"] > len(TOPIC_LIST) / 2
    assert forms["qa"] >= 2
    assert forms["video_script"] == 1
    assert forms["post"] == 1


def test_only_the_facts_of_the_deliberate_gap_are_in_no_piece() -> None:
    told = {key for topic in TOPIC_LIST for key in topic["fact_keys"]}
    assert {key for key in FACTS if key not in told} == {"pci-ex-assess", "pci-ex-gradual", "pci-ex-stop"}


def library() -> list[Candidate]:
    """Return every topic as if it were signed."""
    return [
        Candidate(
            PieceRef(topic["key"], 1, "", ()),
            Section(topic["section"]),
            Tags(
                tuple(topic["codes"]),
                tuple(topic["treatments"]),
                tuple(map(Stage, topic["stages"])),
                tuple(map(AgeBand, topic["age_bands"])),
                Audience.PATIENT,
            ),
        )
        for topic in TOPIC_LIST
    ]


@pytest.mark.parametrize(
    ("codes", "drugs", "pieces", "gaps"),
    [
        (["I10.X00"], [], 5, ()),
        (["E11.900"], ["A10BA02"], 6, ()),
        (
            ["I25.103", "Z95.5"],
            ["B01AC06", "B01AC04", "C10AA05"],
            6,
            (Gap(Section.EXERCISE, "I25.103"), Gap(Section.EXERCISE, "Z95.5")),
        ),
    ],
)
def test_the_three_visits_get_their_guides_and_one_of_them_the_gap(
    codes: list[str], drugs: list[str], pieces: int, gaps: tuple[Gap, ...]
) -> None:
    visit = a_visit(age_band=AgeBand.MIDDLE, diagnoses=[Diagnosis(code) for code in codes], treatments=drugs)
    guide = assemble("v", "p", situation_of(visit), Shelves(library()))
    assert sum(len(section.pieces) for section in guide.sections) == pieces
    assert guide.gaps == gaps


def test_the_refused_edit_changes_a_number_of_the_fact_it_cites() -> None:
    edit = EDITS["refused"]["append_sentence"]
    assert set(edit["fact_keys"]) <= set(TOPICS[EDITS["refused"]["topic_key"]]["fact_keys"])
    cited = [FACTS[key]["text"] for key in edit["fact_keys"]]
    assert set(NUMBER.findall(edit["text"])) - set(NUMBER.findall("".join(cited))) == {"5"}
    assert not check_sentence(edit["text"], cited).supported


def test_the_accepted_edit_says_what_its_fact_says() -> None:
    edit = EDITS["accepted"]
    fact = FACTS[edit["replace"]["fact_key"]]
    assert edit["replace"]["fact_key"] in TOPICS[edit["topic_key"]]["fact_keys"]
    assert edit["replace"]["text"] != fact["text"]
    assert check_sentence(edit["replace"]["text"], [fact["text"]]).supported
    assert check_sentence(edit["append_sentence"]["text"], []).supported


def test_the_json_visit_is_the_patient_after_pci() -> None:
    visit = load("visits/visit-json.json")
    assert visit["hospital"] == HOSPITAL["hospital"]
    assert visit["stage"] in set(Stage)
    assert [diagnosis["code"] for diagnosis in visit["diagnoses"]] == ["I25.103", "Z95.5"]
    assert {"B01AC06", "B01AC04"} <= {medication["atc"] for medication in visit["medications"]}
    assert visit["consent"] == {"personal_education": True}


def test_the_fhir_visit_is_the_patient_who_starts_metformin() -> None:
    bundle = load("visits/visit-fhir.json")
    entries = {entry["resource"]["resourceType"]: entry for entry in bundle["entry"]}
    assert list(entries) == ["Patient", "Encounter", "Condition", "MedicationRequest", "Consent"]
    codings = [
        entries[kind]["resource"][element]["coding"][0]["code"]
        for kind, element in (("Condition", "code"), ("MedicationRequest", "medicationCodeableConcept"))
    ]
    assert codings == ["E11.900", "A10BA02"]
    urls = {entry["fullUrl"] for entry in bundle["entry"]}
    assert set(re.findall(r'"reference": "([^"]+)"', json.dumps(bundle))) <= urls


def test_the_hl7_visit_is_the_patient_with_hypertension() -> None:
    raw = (DEMO / "visits" / "visit-hl7.er7").read_bytes()
    assert b"\n" not in raw
    segments = [line.split("|") for line in raw.decode("utf-8").rstrip("\r").split("\r")]
    by_name = {segment[0]: segment for segment in segments}
    assert list(by_name) == ["MSH", "EVN", "PID", "PV1", "DG1", "CON", "ZXX"]
    assert by_name["MSH"][8] == "ADT^A04^ADT_A01"
    assert by_name["MSH"][17] == "UNICODE UTF-8"
    assert by_name["PV1"][10] == "cardio"
    assert by_name["PV1"][19].startswith("RHV")
    assert by_name["DG1"][3].startswith("I10.x00^")
    assert (by_name["CON"][2], by_name["CON"][11]) == ("EDU", "A")
