"""A small hospital over the memory adapters, worked through the use cases as the functions and workflows would.

`World.settle` plays everything that runs by itself: the log's stream and both workflows. What people do has a method
each; what a person does not do stays undone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from narrowcast.adapters.memory.content_index import MemoryContentIndex
from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.adapters.memory.key_ring import MemoryKeyRing
from narrowcast.adapters.memory.messenger import MemoryMessenger
from narrowcast.adapters.memory.parked import MemoryParkingLot
from narrowcast.adapters.memory.schedules import MemorySchedules
from narrowcast.adapters.memory.signing_key import MemorySigningKey
from narrowcast.adapters.memory.stores import (
    MemoryEffects,
    MemoryLinks,
    MemoryReadTable,
    MemoryRefusals,
    MemoryTaskTokens,
    MemoryVault,
)
from narrowcast.adapters.memory.time_and_ids import FixedClock, SequentialIds
from narrowcast.adapters.memory.workflows import MemoryWorkflows
from narrowcast.application.adoption import Adopting
from narrowcast.application.aftercare import Aftercare
from narrowcast.application.assembling import Assembly
from narrowcast.application.care_desk import CareDesk, Diaries, TaskMaker
from narrowcast.application.consequences import Consequences
from narrowcast.application.dispatch import Dispatcher, Mailroom, guide_effect
from narrowcast.application.facts import FactLedger
from narrowcast.application.followers import Followers
from narrowcast.application.forgetting import Erasure, Forgetting
from narrowcast.application.guides import ReadingRoom, SignedLibrary, guide_id_of
from narrowcast.application.hospitals import Registry
from narrowcast.application.links import LinkOffice, LinkSecret
from narrowcast.application.parking import DISPATCH, PROJECT, Parking, Replay
from narrowcast.application.patients import PatientFiles
from narrowcast.application.ports import Contact, Message
from narrowcast.application.postponing import Postponing
from narrowcast.application.production import Catalogue, Checking, Drafting, Newsroom, Publishing, Waiting
from narrowcast.application.projections import Projector
from narrowcast.application.push_desk import PushDesk
from narrowcast.application.quoting import Glossary, Quoting, Shelves
from narrowcast.application.readers import Readers
from narrowcast.application.recalls import Closing, Correcting, RecallWaits, Telling
from narrowcast.application.reconcile import Reconciler
from narrowcast.application.reminding import ReminderPlan, Reminding
from narrowcast.application.sealed_words import SealedWords
from narrowcast.application.settling import Settling
from narrowcast.application.signing import Answer, SigningDesk
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONTENT, GUIDE, VISIT
from narrowcast.application.transcripts import Transcripts
from narrowcast.application.visits import AcceptedVisit, Pseudonyms, Reception
from narrowcast.application.waits import Waits
from narrowcast.contracts.codec import Envelope, decode
from narrowcast.domain.content import Content, SignaturePhase, Tags, TopicPlanned, wants_draft
from narrowcast.domain.draft import Brief, Draft, FactRef, Sentence, Source
from narrowcast.domain.fact import Statement
from narrowcast.domain.guide import Guide
from narrowcast.domain.hospital import Department, HospitalRegistered
from narrowcast.domain.reminding import Kind, ReminderFired
from narrowcast.domain.signer import SignerRegistered
from narrowcast.domain.visit_report import Diagnosis, Identity, Medication, VisitReport
from narrowcast.domain.vocabulary import AgeBand, Audience, Channel, Form, Risk, Section, Sex, SourceKind, Stage
from tests.support.recalling import Recalling

HOSPITAL = "renhe"
OTHER_HOSPITAL = "kangning"
EDITOR = Actor("editor:ed-1")
CHEN, LI = "sg-chen", "sg-li"
CONTACTS = {
    CHEN: Contact(phone="+8613800000001", email="chen@renhe.example"),
    LI: Contact(phone="+8613800000002", email="li@renhe.example"),
}
PATIENT_NAME = "王秀兰"
IDENTITY = Identity("MRN-0001", "VN-7001", phone="+8613900000077", email="lan@patient.example", app_user="app-user-77")
LINK_LIFETIME = timedelta(days=7)
DIABETES = "2型糖尿病是一种以血糖长期偏高为特点的慢性病，需要长期管理。"
METFORMIN = "二甲双胍应随餐或餐后立即服用。"

PROFILE = HospitalRegistered(
    "仁和医院",
    "Asia/Shanghai",
    "010-00000120",
    (Department("endo", "内分泌科"), Department("cardio", "心血管内科")),
    settle_seconds=0,
    discharge_settle_seconds=0,
)
CHEN_PROFILE = SignerRegistered(
    CHEN,
    "陈怡然",
    "主治医师",
    "endo",
    head=False,
    specialties=("E10", "E11"),
    licence_from=date(2020, 1, 1),
    licence_until=date(2030, 12, 31),
)
LI_PROFILE = replace(CHEN_PROFILE, signer_id=LI, name="李慎之", title="主任医师", head=True, specialties=("E",))
SOURCE = Source(
    SourceKind.GUIDELINE, "中国糖尿病防治指南（2024版）", "中华医学会糖尿病学分会", 2025, "糖尿病的诊断与分型"
)
STATEMENT = Statement(
    DIABETES, SOURCE, Section.DISEASE, Risk.GENERAL, ("E11",), (), "", ("不得说可以治愈或停药",), date(2029, 12, 31)
)
METFORMIN_STATEMENT = replace(
    STATEMENT, text=METFORMIN, section=Section.MEDICATION, risk=Risk.MEDICATION, treatments=("A10BA02",)
)
TOPIC = TopicPlanned(
    "认识2型糖尿病",
    Form.ARTICLE,
    Section.DISEASE,
    Tags(("E11",), (), (), (), Audience.PATIENT),
    (FactRef("dm-what", 1),),
    CHEN,
    "endo",
    (),
)
METFORMIN_TOPIC = replace(
    TOPIC,
    title="开始服用二甲双胍",
    section=Section.MEDICATION,
    tags=replace(TOPIC.tags, treatments=("A10BA02",)),
    facts=(FactRef("met-meal", 1),),
)
REPORT = VisitReport(
    hospital=HOSPITAL,
    message_id="MSG-1",
    message_format="json",
    occurred_at="2026-01-05T07:30:00Z",
    stage=Stage.FIRST_DIAGNOSIS,
    age_band=AgeBand.MIDDLE,
    sex=Sex.FEMALE,
    diagnoses=(Diagnosis("E11.900X001"),),
    medications=(Medication("A10BA02"),),
    department="endo",
    consent=True,
)


class RecitingDrafter:
    """Drafter that says each fact in its own words."""

    name = "reciter"

    def draft(self, brief: Brief) -> Draft:
        return Draft(brief.title, tuple(Sentence(fact.text, (fact.ref,)) for fact in brief.facts))


@dataclass(frozen=True)
class Letter:
    """One signing message: the nonce of its link, and the code it carries for the other channel's link."""

    channel: Channel
    nonce: str
    code: str


@dataclass
class Run:
    """An execution of content production: the state it is in, and the token it waits with."""

    hospital: str
    content_id: str
    state: str = "GenerateDraft"
    token: str = ""


PHASES = {
    "RequestSignature": SignaturePhase.FIRST,
    "RemindSigner": SignaturePhase.REMINDER,
    "EscalateSignature": SignaturePhase.ESCALATION,
}
AFTER_TIMEOUT = {
    "RequestEditing": "ExpireContent",
    "RequestSignature": "RemindSigner",
    "RemindSigner": "EscalateSignature",
    "EscalateSignature": "ExpireContent",
}
AFTER_DECISION = {
    "edited": "CheckFacts",
    "accepted": "RequestSignature",
    "rejected": "RequestEditing",
    "signed": "TagContent",
    "withdrawn": "Ended",
}


@dataclass
class World:
    """One network of hospitals in memory; every attribute is the thing that the composition root would make."""

    log: MemoryEventLog = field(default_factory=MemoryEventLog)
    clock: FixedClock = field(default_factory=FixedClock)
    ids: SequentialIds = field(default_factory=SequentialIds)
    key: MemorySigningKey = field(default_factory=MemorySigningKey)
    read: MemoryReadTable = field(default_factory=MemoryReadTable)
    index: MemoryContentIndex = field(default_factory=MemoryContentIndex)
    links: MemoryLinks = field(default_factory=MemoryLinks)
    tokens: MemoryTaskTokens = field(default_factory=MemoryTaskTokens)
    effects: MemoryEffects = field(default_factory=MemoryEffects)
    ring: MemoryKeyRing = field(default_factory=MemoryKeyRing)
    refusals: MemoryRefusals = field(default_factory=MemoryRefusals)
    workflows: MemoryWorkflows = field(default_factory=MemoryWorkflows)
    schedules: MemorySchedules = field(default_factory=MemorySchedules)
    messenger: MemoryMessenger = field(default_factory=MemoryMessenger)
    lot: MemoryParkingLot = field(default_factory=MemoryParkingLot)
    secret: LinkSecret = field(default_factory=lambda: LinkSecret(b"link-secret"))
    runs: dict[str, Run] = field(default_factory=dict)
    _consumed: set[tuple[str, int]] = field(default_factory=set)
    _delivered: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        store = self.store = Store(self.log, self.clock, self.ids)
        self.vault = MemoryVault(self.ring)
        self.pseudonyms = Pseudonyms(b"pseudonym-secret")
        erasure = Erasure(store, self.vault, self.ring, self.refusals, self.pseudonyms)
        self.forgetting = Forgetting(store, erasure)
        office = LinkOffice(self.links, self.secret)
        self.followers = Followers(store, self.pseudonyms)
        mailroom = Mailroom(
            store,
            self.vault,
            self.links,
            self.secret,
            self.messenger,
            self.effects,
            "https://narrowcast.example",
            self.followers,
        )
        self.registry = Registry(store, self.vault)
        self.facts = FactLedger(store)
        self.newsroom = Newsroom(store, self.read)
        self.adopting = Adopting(store)
        self.drafting = Drafting(store, RecitingDrafter())
        self.checking = Checking(store)
        waits = Waits(store, self.tokens, self.workflows)
        self.waiting = Waiting(store, waits, self.read, LINK_LIFETIME)
        self.catalogue = Catalogue(store)
        self.publishing = Publishing(store, self.key)
        self.desk = SigningDesk(store, office, self.key)
        self.reception = Reception(store, self.vault, self.pseudonyms)
        self.library = SignedLibrary(store, self.key)
        self.assembly = Assembly(store, self.library, self.index)
        self.push_desk = PushDesk(store, self.vault)
        self.readers = Readers(store, office, self.pseudonyms)
        self.room = ReadingRoom(store, office, self.library)
        self.transcripts = Transcripts(
            store, SealedWords(self.ring), Quoting(self.library), Glossary(Shelves(self.read, self.library))
        )
        self.aftercare = Aftercare(store, self.room, self.library, self.ring)
        self.diaries = Diaries(store, self.ring)
        self.care_desk = CareDesk(store, self.read, self.diaries)
        plan = ReminderPlan(store, self.schedules)
        self.reminding = Reminding(store, self.library, self.push_desk)
        self.files = PatientFiles(store, self.vault, self.library, self.transcripts, self.diaries)
        self.projector = Projector(store, self.read, self.index)
        settling = Settling(store, self.workflows, self.schedules)
        postponing = Postponing(store, self.workflows, self.schedules)
        self.dispatcher = Dispatcher(
            self.workflows,
            waits,
            mailroom,
            Consequences(store, self.read),
            erasure,
            settling,
            postponing,
            plan,
            TaskMaker(store, self.read),
        )
        recall_waits = RecallWaits(store, self.read, self.tokens, self.workflows)
        correcting = Correcting(store, self.read, self.newsroom, recall_waits)
        self.recalling = Recalling(
            Closing(store, self.read), correcting, Telling(store, self.push_desk), self.workflows
        )
        self.parking = Parking(self.lot, self.clock)
        self.replay = Replay(
            self.log,
            self.lot,
            self.effects,
            {PROJECT: lambda c: self.projector.take_in(c), DISPATCH: lambda c: self.dispatcher.carry_out(c)},  # noqa: PLW0108 - tests put others in their place
        )
        self.reconciler = Reconciler(
            store, self.read, self.workflows, self.dispatcher, self.effects, self.parking, self.replay
        )

    # What runs by itself

    def settle(self) -> World:
        """Let the stream and the workflows run until all of them wait for a person."""
        while any([self._consume(), self._produce(), self._fire(), self._deliver(), self.recalling.work()]):
            pass
        return self

    def _consume(self) -> bool:
        fresh = [commit for commit in self.log.scan() if (commit.stream, commit.version) not in self._consumed]
        for commit in fresh:
            self._consumed.add((commit.stream, commit.version))
            self.projector.project(commit.stream)
            for envelope in decode(commit):
                self.dispatcher.dispatch(envelope)
        return bool(fresh)

    def _produce(self) -> bool:
        for (process, name), data in self.workflows.started.items():
            if process == "content_production" and name not in self.runs:
                self.runs[name] = Run(str(data["hospital"]), str(data["content_id"]))
        return any(self._advance(name, run) for name, run in self.runs.items())

    def _advance(self, name: str, run: Run) -> bool:
        before = replace(run)
        if run.token:
            self._hear(run)
        elif run.state != "Ended":
            self._work(run)
        if run.state == "Ended":
            self.workflows.end("content_production", name)
        return run != before

    def _hear(self, run: Run) -> None:
        answer = self.workflows.answers.get(run.token)
        if answer:
            run.state, run.token = AFTER_DECISION[str(answer["decision"])], ""

    def _work(self, run: Run) -> None:
        where, actor = (run.hospital, run.content_id), Actor(f"system:{run.state}", run.content_id)
        if run.state in AFTER_TIMEOUT:
            run.token = f"token-{self.ids.new_id()}"
            self.workflows.wait(run.token)
        match run.state:
            case "GenerateDraft":
                self.drafting.generate(*where, actor)
                run.state = "CheckFacts"
            case "CheckFacts":
                again = wants_draft(self.checking.check_facts(*where, actor))
                run.state = "GenerateDraft" if again else "CheckCompliance"
            case "CheckCompliance":
                self.checking.check_compliance(*where, actor)
                run.state = "RequestEditing"
            case "RequestEditing":
                self.waiting.for_editor(*where, run.token)
            case "TagContent":
                self.catalogue.tag(*where, actor)
                run.state = "PublishContent"
            case "PublishContent":
                self.publishing.publish(*where, actor)
                run.state = "Ended"
            case "ExpireContent":
                self.catalogue.expire(*where, "no_decision_in_time", actor)
                run.state = "Ended"
            case phase:
                self.waiting.for_signature(*where, run.token, PHASES[phase], actor)

    def _fire(self) -> bool:
        fired = list(self.schedules.due(self.clock.now()))
        for name, process, data in fired:
            self.workflows.start(process, f"{name}.{self.ids.new_id()}", data)
        return bool(fired)

    def _deliver(self) -> bool:
        started = {
            name: data for (process, name), data in self.workflows.started.items() if process == "guide_delivery"
        }
        fresh = started.keys() - self._delivered
        for name in sorted(fresh):
            self._delivered.add(name)
            self.deliver(started[name])
        return bool(fresh)

    def deliver(self, data: Mapping[str, object]) -> None:
        """Run guide delivery once."""
        hospital, actor = str(data["hospital"]), Actor("system:delivery")
        if "patient" in data:
            self.push_desk.release(hospital, str(data["patient"]), actor)
            return
        if "reminder" in data:
            self.remind(hospital, str(data["guide_id"]), data["reminder"])
            return
        made = self.assembly.assemble(hospital, str(data["visit_id"]), actor)
        visit = VISIT.stream(hospital, str(data["visit_id"]))
        self.effects.mark(guide_effect(visit, made.visit_version))
        if made.push:
            self.push_desk.request(hospital, made.guide_id, actor)

    def remind(self, hospital: str, guide_id: str, reminder: Any) -> str:
        """Let a reminder fire."""
        slot = datetime.fromisoformat(reminder["slot"])
        fired = ReminderFired(Kind(reminder["kind"]), reminder["number"], slot)
        return self.reminding.fire(hospital, guide_id, fired)

    def time_out(self) -> World:
        """Let the wait of every run time out."""
        for run in self.runs.values():
            if run.token:
                run.state, run.token = AFTER_TIMEOUT[run.state], ""
        return self.settle()

    # What people do

    def open_hospital(self, hospital: str = HOSPITAL, profile: HospitalRegistered = PROFILE) -> World:
        """Register a hospital with two doctors and a fact of each: what Li wrote of a drug, Chen may sign."""
        self.registry.register_hospital(hospital, profile, EDITOR)
        for signer in (CHEN_PROFILE, LI_PROFILE):
            self.registry.register_signer(hospital, signer, CONTACTS[signer.signer_id], EDITOR)
        for fact_id, statement, author in (("dm-what", STATEMENT, CHEN), ("met-meal", METFORMIN_STATEMENT, LI)):
            self.facts.propose(hospital, fact_id, statement, author, EDITOR)
            self.facts.approve(hospital, fact_id, author, EDITOR)
        return self.settle()

    def plan(self, content_id: str, topic: TopicPlanned = TOPIC) -> World:
        """Plan a piece; it is drafted and checked, and waits for the editor."""
        self.newsroom.plan(HOSPITAL, content_id, topic, EDITOR)
        return self.settle()

    def accept(self, content_id: str) -> World:
        """Accept the newest version; it waits for the doctor."""
        self.newsroom.accept(HOSPITAL, content_id, revision=self.content(content_id).revision, actor=EDITOR)
        return self.settle()

    def sign(self, content_id: str) -> World:
        """Sign with the link of the newest mail and the code of the SMS beside it; the piece is published."""
        mail, sms = self.letters(content_id)[-2:]
        self.desk.sign(mail.nonce, self.answer(content_id, sms.code), "sms_code")
        return self.settle()

    def publish(self, content_id: str, topic: TopicPlanned = TOPIC) -> World:
        """Take a piece all the way."""
        return self.plan(content_id, topic).accept(content_id).sign(content_id)

    def visit(self, report: VisitReport = REPORT, identity: Identity = IDENTITY) -> AcceptedVisit:
        """Take in a message; its guide is assembled and pushed."""
        accepted = self.reception.accept(report, identity)
        self.settle()
        return accepted

    # What one sees

    def content(self, content_id: str) -> Content:
        """The piece as the log has it."""
        return self.store.load(CONTENT, HOSPITAL, content_id).state

    def guide(self, visit_id: str) -> Guide:
        """The visit's guide as the log has it."""
        return self.store.load(GUIDE, HOSPITAL, guide_id_of(visit_id)).state

    def answer(self, content_id: str, code: str) -> Answer:
        """The doctor's form for the newest version as the newest request shows it."""
        state = self.content(content_id)
        shown = state.requests[-1].document_hash if state.requests else ""
        return Answer(code, state.revision, shown)

    def letters(self, content_id: str) -> list[Letter]:
        """The signing messages of a piece, mail before SMS, oldest request first."""
        requests = [e.event_id for e in self.envelopes(CONTENT.stream(HOSPITAL, content_id), "SignatureRequested")]
        return [_letter(m) for each in requests for m in self.messenger.sent if m.effect.startswith(f"{each}|")]

    def guide_nonce(self) -> str:
        """The nonce of the newest guide link."""
        found = [match[1] for m in self.messenger.sent if (match := re.search(r"/g/(\S+)", m.text))]
        return found[-1]

    def envelopes(self, stream: str = "", event_type: str = "") -> list[Envelope]:
        """Every event of the log, or those of a stream, or of a type."""
        return [
            envelope
            for commit in self.log.scan()
            for envelope in decode(commit)
            if stream in ("", commit.stream) and event_type in ("", envelope.type)
        ]

    def snapshot(self) -> dict[str, object]:
        """Everything that is kept anywhere, comparable."""
        return {
            "log": list(self.log.scan()),
            "rows": dict(self.read._rows),
            "index": dict(self.index._pieces),
            "links": dict(self.links._links),
            "tokens": dict(self.tokens._tokens),
            "effects": set(self.effects._done),
            "contacts": {subject: self.vault.contact(subject) for subject in self.vault._contacts},
            "started": dict(self.workflows.started),
            "answers": dict(self.workflows.answers),
            "sent": list(self.messenger.sent),
        }


def _letter(message: Message) -> Letter:
    nonce, code = re.search(r"/sign/(\S+)", message.text), re.search(r"验证码：(\d{6})", message.text)
    assert nonce
    assert code
    return Letter(message.channel, nonce[1], code[1])


def payloads(world: World) -> bytes:
    """Every byte that the log holds of events."""
    return b"\n".join(commit.payload for commit in world.log.scan())


def tampered(world: World, stream: str, version: int, change: Callable[[bytes], bytes]) -> World:
    """Overwrite a commit's payload behind the log's back."""
    commits = world.log._streams[stream]
    commits[version - 1] = replace(commits[version - 1], payload=change(commits[version - 1].payload))
    return world


def streams(world: World) -> Iterator[str]:
    """Every stream of the log, once."""
    yield from dict.fromkeys(commit.stream for commit in world.log.scan())
