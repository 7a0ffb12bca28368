"""What events lead to outside the log: workflows started and answered, messages sent. The stream is the outbox.

Every reaction may come again, late or twice: executions are named, waits are answered once, and a message is claimed
before it is sent and marked after. A process that dies in between leaves a claim that nobody closed. The hospital's app
knows a repeated message by its id and gets it again; a mail or an SMS is not sent again by itself, for it may have
arrived: it is in doubt, is parked, and a person decides. A message too few is seen there; one too many by a patient.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypedDict, Unpack

from narrowcast.application.care_desk import TaskMaker
from narrowcast.application.consequences import Consequences
from narrowcast.application.followers import Followers
from narrowcast.application.forgetting import Erasure
from narrowcast.application.hospitals import profile_of
from narrowcast.application.links import LinkSecret, guide_name, link_key
from narrowcast.application.persons import Persons
from narrowcast.application.ports import (
    Claim,
    ConflictError,
    Contact,
    Effects,
    InDoubtError,
    Link,
    Links,
    Message,
    Messenger,
    UnavailableError,
    UndeliverableError,
    Vault,
    Workflows,
)
from narrowcast.application.postponing import Postponing
from narrowcast.application.push_desk import addresses_of
from narrowcast.application.recalls import RecallWaits, recall_id, start_recall, takes_back
from narrowcast.application.reminding import ReminderPlan
from narrowcast.application.settling import Settling
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import GUIDE, PATIENT, SIGNER, VISIT, StreamKey
from narrowcast.application.waits import Waits
from narrowcast.contracts.codec import Envelope, decode
from narrowcast.contracts.commit import Commit
from narrowcast.domain import guide as guides
from narrowcast.domain import patient as patients
from narrowcast.domain.content import ContentReopened, SignatureRequested, Status
from narrowcast.domain.conversation import EmergencyRaised, StaffReplied, WaitReminded, WordsErased
from narrowcast.domain.diary import SymptomsNoted
from narrowcast.domain.fact import FactRetired, FactSuperseded
from narrowcast.domain.guide import Guide, GuideAssembled
from narrowcast.domain.key_points import KeyPointsRequested
from narrowcast.domain.patient import (
    ConsentWithdrawn,
    Patient,
    PatientForgotten,
    PreferenceChanged,
    PushApproved,
    PushHeldBack,
)
from narrowcast.domain.pushing import Obstacle, PushRef
from narrowcast.domain.reading import HelpNeeded
from narrowcast.domain.reminding import ReminderFired, RemindersChosen, RemindersEnded
from narrowcast.domain.signer import SignerLeft
from narrowcast.domain.vocabulary import Basis, Channel, Urgency

if TYPE_CHECKING:  # only where a hospital has an official account
    from narrowcast.application.courier import Courier

GUIDE_LINK_LIFETIME = timedelta(days=90)
MOST_REMINDERS = 3
"""Messages to the head of department about one wait; the inbox goes on counting."""
Decide = Callable[[Guide], tuple[guides.Event, ...]]

CORRECTING = frozenset(("ContentPublished", "ContentExpired", "FactOutdated"))
"""Events of a piece after which a recall that waits for it may have its answer."""
DECISIONS = frozenset(
    ("DraftEdited", "SentenceAdopted", "DraftAccepted", "ContentSigned", "ContentRejected", "FactOutdated")
)
"""Events after which a wait of content production may have its answer."""


REPEATABLE: Mapping[Channel, timedelta] = {Channel.APP: timedelta(seconds=60)}
"""Channels that show a message of the same id once, and for how long a claim of one is left alone."""


def effect_of(event_id: str, what: str) -> str:
    """Return the name of what an event leads to; the app's webhook is given it as the message's id."""
    return f"{event_id}|{what}"


def guide_effect(stream: str, version: int) -> str:
    """Return the name of a guide's assembly for a visit as it stood at a version."""
    return f"{stream}@{version}|guide"


@dataclass(frozen=True, slots=True)
class _Invitation:
    """What a doctor is asked for by link and code: the path of its page, and the words of its messages."""

    path: str
    subject: str
    words: str
    act: str


_SIGNING = _Invitation("sign", "待签发：患者教育内容", "您有一篇患者教育内容待核对签发", "签发")
_ASKING = _Invitation("keypoints", "请提供要点：患者教育选题", "有患者需要的内容还没有写，请您提供要点", "提交")


OF_PATIENTS = (
    PushHeldBack,
    PreferenceChanged,
    ConsentWithdrawn,
    PatientForgotten,
    GuideAssembled,
    HelpNeeded,
    SymptomsNoted,
    RemindersChosen,
    ReminderFired,
    RemindersEnded,
)
"""What patients do, and what is done for them; a push that was approved is for the mailroom."""


class _Target(TypedDict):
    """What a link opens, for whom, until when."""

    kind: str
    stream: str
    request_id: str
    subject: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Mailroom:
    """Writes and sends the messages that events call for, each once."""

    store: Store
    vault: Vault
    links: Links
    secret: LinkSecret
    messenger: Messenger
    effects: Effects
    base_url: str
    followers: Followers

    def ask_for_signature(self, envelope: Envelope, request: SignatureRequested) -> None:
        """Send the doctor a link by mail and one by SMS, each with the code of the other."""
        self._invite(envelope, request.signer_id, _SIGNING, request.request_id, request.expires_at)

    def ask_for_key_points(self, envelope: Envelope, request: KeyPointsRequested) -> None:
        """Send the doctor a link to a form for key points, by both channels as above."""
        self._invite(envelope, request.signer_id, _ASKING, envelope.event_id, request.expires_at)

    def _invite(
        self, envelope: Envelope, signer_id: str, what: _Invitation, request_id: str, expires_at: datetime
    ) -> None:
        key = StreamKey.parse(envelope.stream)
        contact = self.vault.contact(SIGNER.stream(key.hospital, signer_id)) or Contact()
        messages = []
        for channel, other, address in (
            (Channel.MAIL, Channel.SMS, contact.email),
            (Channel.SMS, Channel.MAIL, contact.phone),
        ):
            nonce = self._link(
                envelope,
                channel,
                kind=what.path,
                stream=envelope.stream,
                request_id=request_id,
                subject=signer_id,
                expires_at=expires_at,
            )
            code = self.secret.code(envelope.event_id, other)
            url = f"{self.base_url}/{what.path}/{nonce}"
            text = _invitation_text(what, url, other, code, reference(request_id))
            messages.append(Message(channel, address, what.subject, text, effect_of(envelope.event_id, channel)))
        self._send_all(messages)

    def push_guide(self, envelope: Envelope, push: PushApproved) -> None:
        """Send the patient the guide's link. The text is the same for every diagnosis (law 7).

        A consent withdrawn, a patient forgotten or a visit taken back since the approval stops the message; what was
        delivered stays so, whatever changed since.
        """
        key = StreamKey.parse(envelope.stream)
        actor = Actor("system:mailroom", envelope.correlation_id, envelope.event_id)
        persons = Persons(self.store)
        person = persons.of(key.hospital, key.key)
        if push.push_id in person.state.delivered:
            return
        if obstacle := self._obstacle(key, push, person.state):
            self._record_failure(key, push, obstacle, actor)
            return
        contact = persons.contact(key.hospital, person, self.vault) or Contact()
        tried = {failure.channel for failure in self._guide(key, push).failures if failure.push_id == push.push_id}
        left = [channel for channel in push.channels if channel not in tried]
        for channel in left:
            message = self._push_message(envelope, push, channel, contact)
            if self._deliver(key, push, message, actor, final=channel is left[-1]):
                return

    def _push_message(self, envelope: Envelope, push: PushApproved, channel: Channel, contact: Contact) -> Message:
        """Return the message with its own link; those of other guides that it tells of are found from its page."""
        key = StreamKey.parse(envelope.stream)
        first, *_ = [self._guide_link(envelope, push, channel, contact, each) for each in push.pushes]
        profile = profile_of(self.store, key.hospital).profile
        url = f"{self.base_url}/g/{first}"
        text = _push_text(profile.name if profile else "", url, push.urgency)
        what = "push" if channel is push.channel else f"push|{channel}"
        address = addresses_of(contact)[channel]
        effect = effect_of(envelope.event_id, what)
        return Message(channel, address, "您的健康指南", text, effect, key.hospital, url)

    def _guide_link(
        self, envelope: Envelope, push: PushApproved, channel: Channel, contact: Contact, each: PushRef
    ) -> str:
        """Keep what a link opens, and the factor by which the patient shows that it is hers; return its nonce."""
        key = StreamKey.parse(envelope.stream)
        nonce = self.secret.nonce(guide_name(envelope.stream, push.push_id, each.guide_id), channel)
        place = link_key(nonce)
        self.links.keep(
            Link(
                key=place,
                kind="guide",
                stream=GUIDE.stream(key.hospital, each.guide_id),
                request_id=push.push_id,
                subject=key.key,
                channel=channel,
                code_hash=self.secret.code_hash(place, contact.phone[-4:]) if contact.phone else "",
                expires_at=push.approved_at + GUIDE_LINK_LIFETIME,
            )
        )
        return nonce

    def raise_alarm(self, key: StreamKey, doctors: Iterable[str]) -> None:
        """Tell doctors by SMS that what somebody told may be an emergency, once: not what it says, nor whose it is."""
        profile = profile_of(self.store, key.hospital).profile
        text = f"【{profile.name if profile else ''}】有患者反映的情况可能是紧急情况，请立即打开护士工作台处理。"
        contacts = ((each, self.vault.contact(SIGNER.stream(key.hospital, each)) or Contact()) for each in doctors)
        effect = f"{key.hospital}/{key.aggregate}#{key.key}|alarm"
        self._send_all(
            Message(Channel.SMS, contact.phone, "紧急提醒", text, f"{effect}|{doctor}") for doctor, contact in contacts
        )

    def tell_of_waiting(self, envelope: Envelope, reminded: WaitReminded, doctors: Iterable[str]) -> None:
        """Tell doctors by SMS that somebody waits for staff too long: the first times, and nothing of the question."""
        if reminded.count > MOST_REMINDERS:
            return
        key = StreamKey.parse(envelope.stream)
        profile = profile_of(self.store, key.hospital).profile
        text = f"【{profile.name if profile else ''}】有患者在等护士回复，已超过规定时间，请安排人员在工作台处理。"
        contacts = ((each, self.vault.contact(SIGNER.stream(key.hospital, each)) or Contact()) for each in doctors)
        self._send_all(
            Message(Channel.SMS, contact.phone, "等候提醒", text, effect_of(envelope.event_id, f"waiting|{doctor}"))
            for doctor, contact in contacts
        )

    def _obstacle(self, key: StreamKey, push: PushApproved, patient: Patient) -> str:
        """Return what has happened since the approval that stops the message; empty if nothing has."""
        if patient.forgotten:
            return Obstacle.FORGOTTEN
        if push.basis is Basis.CONSENT and push.purpose not in patient.consents:
            return "consent_withdrawn"
        return guides.CANCELLED if self._guide(key, push).cancelled and push.urgency is Urgency.ROUTINE else ""

    def _guide(self, key: StreamKey, push: PushApproved) -> Guide:
        return self.store.load(GUIDE, key.hospital, push.guide_id).state

    def _deliver(self, key: StreamKey, push: PushApproved, message: Message, actor: Actor, *, final: bool) -> bool:
        """Send over one channel; returns whether the message left. Whether it was the last to try, `final` says."""
        channel = message.channel
        try:
            self._send_once(message)
        except UndeliverableError as error:
            if channel is Channel.WECHAT and message.to:
                self.followers.refuse(message.hospital, message.to, message.effect)
            self._record_failure(key, push, type(error).__name__, actor, channel=channel, final=final)
            return False
        for each in push.pushes:
            left: Decide = partial(guides.record_push, push_id=each.push_id, channel=channel)
            self.store.execute(GUIDE, key.hospital, each.guide_id, left, actor)
        now = self.store.clock.now()
        delivered = partial(patients.record_delivery, push_id=push.push_id, now=now, channel=channel)
        self.store.execute(PATIENT, key.hospital, key.key, delivered, actor)
        return True

    def _record_failure(
        self,
        key: StreamKey,
        push: PushApproved,
        reason: str,
        actor: Actor,
        *,
        channel: Channel | None = None,
        final: bool = True,
    ) -> None:
        channel = channel or push.channel
        for each in push.pushes:
            failed: Decide = partial(
                guides.record_failure, push_id=each.push_id, channel=channel, reason=reason, final=final
            )
            self.store.execute(GUIDE, key.hospital, each.guide_id, failed, actor)

    def _link(self, envelope: Envelope, channel: Channel, **target: Unpack[_Target]) -> str:
        nonce = self.secret.nonce(envelope.event_id, channel)
        place = link_key(nonce)
        code_hash = self.secret.code_hash(place, self.secret.code(envelope.event_id, channel))
        self.links.keep(Link(key=place, channel=channel, code_hash=code_hash, **target))
        return nonce

    def _send_all(self, messages: Iterable[Message]) -> None:
        """Send each, whatever becomes of the others; then raise the first trouble, one that passes before others."""
        faults = [fault for message in messages if (fault := self._trouble_with(message))]
        if faults:
            raise min(faults, key=lambda fault: not isinstance(fault, (UnavailableError, ConflictError)))

    def _trouble_with(self, message: Message) -> Exception | None:
        try:
            self._send_once(message)
        except (UnavailableError, ConflictError, InDoubtError, UndeliverableError) as fault:
            return fault
        return None

    def _send_once(self, message: Message) -> None:
        """Send the message unless that was done; InDoubtError if nobody can know whether it was."""
        if not self._may_leave(message) and not self.effects.done(message.effect):
            raise UndeliverableError(message.channel)
        match self.effects.claim(message.effect, lease=REPEATABLE.get(message.channel)):
            case Claim.TAKEN:
                self._send_claimed(message)
            case Claim.OPEN if message.channel in REPEATABLE:
                raise ConflictError(f"another delivery is sending {message.effect}")
            case Claim.OPEN:
                raise InDoubtError(message.effect)

    def _may_leave(self, message: Message) -> bool:
        """Whether there is an address and, over WeChat, a notice left that the follower allowed: it is then used up."""
        if message.channel is not Channel.WECHAT or not message.to:
            return bool(message.to)
        return self.followers.may_use(message.hospital, message.to, message.effect)

    def _send_claimed(self, message: Message) -> None:
        """Send; the claim is given back only if the message certainly did not leave."""
        try:
            self.messenger.send(message)
        except (UndeliverableError, UnavailableError):
            self.effects.release(message.effect)
            raise
        self.effects.mark(message.effect)


def _invitation_text(what: _Invitation, url: str, other: Channel, code: str, number: str) -> str:
    elsewhere = {Channel.SMS: "短信", Channel.MAIL: "邮件"}[other]
    return (
        f"编号{number}：{what.words}：{url}\n"
        f"{what.act}时请输入同一编号的{elsewhere}中给出的6位验证码。\n"
        f"（同一编号的{elsewhere}中，链接所用的验证码：{code}）请勿转发。"
    )


def _push_text(hospital_name: str, url: str, urgency: Urgency) -> str:
    """Return the words of every push: they tell of no diagnosis, and not how urgent it is; a reminder's of no drug."""
    reminded = urgency is Urgency.REMINDER
    news = "您设定的提醒时间到了，请打开您的健康指南" if reminded else "您的健康指南有新内容，请点击查看"
    return f"【{hospital_name}】{news}：{url} 如不想再收到，可在页面中选择不再接收。"


def reference(request_id: str) -> str:
    """Return the six characters by which a doctor with several requests tells which mail and SMS belong together."""
    return hashlib.sha256(request_id.encode()).hexdigest()[:6].upper()


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Routes each event to what it leads to; events that lead to nothing pass."""

    workflows: Workflows
    waits: Waits
    mailroom: Mailroom
    consequences: Consequences
    erasure: Erasure
    settling: Settling
    postponing: Postponing
    reminders: ReminderPlan
    tasks: TaskMaker
    courier: Courier | None = None

    def carry_out(self, commit: Commit) -> None:
        """React to each event of the commit; what one leaves in doubt keeps no other from being carried out."""
        doubts = [doubt for envelope in decode(commit) if (doubt := self._doubt_about(envelope))]
        if doubts:
            raise InDoubtError(*(effect for doubt in doubts for effect in doubt.effects))

    def _doubt_about(self, envelope: Envelope) -> InDoubtError | None:
        try:
            self.dispatch(envelope)
        except InDoubtError as doubt:
            return doubt
        return None

    def dispatch(self, envelope: Envelope) -> None:
        """React to one event.

        UnavailableError and ConflictError mean: deliver it again. InDoubtError: everything else is done, but nobody
        knows whether a message left.
        """
        key = StreamKey.parse(envelope.stream)
        if envelope.type in CORRECTING:
            self.recall_waits.hear(key.hospital, key.key, Actor("system:recall", causation_id=envelope.event_id))
        if envelope.type == "TopicPlanned":
            self.produce(key, envelope.version)
        elif envelope.type in DECISIONS:
            self.waits.tell(key.hospital, key.key)
        elif key.aggregate == VISIT.name and envelope.index == 0:
            self.settling.make_guide(envelope)
        elif isinstance(envelope.event, SignatureRequested):
            self.mailroom.ask_for_signature(envelope, envelope.event)
        elif isinstance(envelope.event, PushApproved):
            self.mailroom.push_guide(envelope, envelope.event)
        else:
            self._draw_consequences(key, envelope)

    def _tend_conversation(self, key: StreamKey, envelope: Envelope) -> None:
        match envelope.event:
            case StaffReplied() as replied if self.courier:
                self.courier.carry(envelope, replied)
            case WaitReminded() as reminded:
                doctors = self.consequences.on_call(key.hospital, key.key)
                self.mailroom.tell_of_waiting(envelope, reminded, doctors)
            case EmergencyRaised():
                self.mailroom.raise_alarm(key, self.consequences.on_call(key.hospital, key.key))
            case WordsErased():
                self.erasure.end_conversation(key.hospital, key.key)

    def _tend_patient(self, key: StreamKey, envelope: Envelope) -> None:
        match envelope.event:
            case HelpNeeded() | SymptomsNoted():
                self.mailroom.raise_alarm(*self.tasks.hear(envelope))
            case PushHeldBack() | PreferenceChanged():
                self.postponing.hear(envelope)
            case ConsentWithdrawn():
                self.postponing.hear(envelope)
                self.reminders.hear(envelope)
            case PatientForgotten():
                self.reminders.hear(envelope)
                self.erasure.erase(key.hospital, key.key)
            case _:
                self.reminders.hear(envelope)

    def _draw_consequences(self, key: StreamKey, envelope: Envelope) -> None:
        match envelope.event:
            case FactSuperseded() as changed:
                self.consequences.supersede(envelope, changed)
                self._take_back(key, envelope)
            case FactRetired() as changed:
                self.consequences.retire(envelope, changed)
                self._take_back(key, envelope)
            case _ if isinstance(envelope.event, OF_PATIENTS):
                self._tend_patient(key, envelope)
            case StaffReplied() | WaitReminded() | WordsErased() | EmergencyRaised():
                self._tend_conversation(key, envelope)
            case KeyPointsRequested() as asked:
                self.mailroom.ask_for_key_points(envelope, asked)
            case SignerLeft():
                self.consequences.reopen(envelope)
            case ContentReopened(stood=Status.ACCEPTED):
                self.waits.tell(key.hospital, key.key)
            case ContentReopened():
                self.produce(key, envelope.version)

    def _take_back(self, key: StreamKey, envelope: Envelope) -> None:
        if takes_back(envelope.event):
            start_recall(self.workflows, key.hospital, recall_id(envelope))

    @property
    def recall_waits(self) -> RecallWaits:
        """The waits of recalls for their corrections."""
        return RecallWaits(self.consequences.store, self.consequences.read, self.waits.tokens, self.workflows)

    def produce(self, key: StreamKey, run: int | str) -> None:
        """Start content production for a piece; the execution's name finds the piece in the console."""
        data = {"hospital": key.hospital, "content_id": key.key}
        self.workflows.start("content_production", f"{key.hospital}.{key.key}.{run}", data)
