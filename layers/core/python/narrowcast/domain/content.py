"""One piece in one form, from a planned topic to a signed, published, and one day expired text.

Decisions are functions of the state: they return events or raise a Refusal, and know no clock, key or store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from narrowcast.domain.control.readability import assess
from narrowcast.domain.draft import Draft, FactRef, Sentence
from narrowcast.domain.errors import Refusal
from narrowcast.domain.exclusion import Exclusion
from narrowcast.domain.vocabulary import (
    Advice,
    AgeBand,
    Audience,
    Custom,
    Form,
    Language,
    Literacy,
    Risk,
    Section,
    Sex,
    Stage,
    Step,
    Style,
)

NO_TEXT = Draft("", ())
MACHINE_DRAFTS = 3
"""A first draft and two redrafts; after that a person takes over."""


class TopicAlreadyPlanned(Refusal):
    """The content id is taken by a different plan."""


class ContentUnknown(Refusal):
    """No such piece."""


class NotAwaitingThis(Refusal):
    """The piece is at another step; the command came too early, too late, or twice."""


class StaleRevision(Refusal):
    """The person decided on a version that is no longer the newest."""


class DraftNotSupported(Refusal):
    """The checks refused this version; it cannot go to a doctor."""


class TooHardToRead(Refusal):
    """The text scores below what this hospital asks of every text for patients."""


class MustCarryMissing(Refusal):
    """The topic leaves out a safety fact that every piece on its subject must carry."""


class FactsOutdated(Refusal):
    """A fact of the piece was replaced or retired; a new piece must be planned from what holds now."""


class SentenceNotObjected(Refusal):
    """Only a sentence that the fact check refused can be adopted."""


class RejectionNeedsReason(Refusal):
    """A doctor sent a draft back without saying why."""


class RejectedUnchanged(Refusal):
    """The doctor sent this very version back; it must be changed first."""


class ContentAlreadySigned(Refusal):
    """The piece bears a signature; nothing about it can be decided any more."""


class NotTheSigner(Refusal):
    """The request is not addressed to this doctor."""


class Status(StrEnum):
    """Where the piece stands."""

    NONE = "none"
    PLANNED = "planned"
    DRAFTED = "drafted"
    ACCEPTED = "accepted"
    SIGNED = "signed"
    PUBLISHED = "published"
    EXPIRED = "expired"
    RECALLED = "recalled"


class SignaturePhase(StrEnum):
    """How often the doctor has been asked."""

    FIRST = "first"
    REMINDER = "reminder"
    ESCALATION = "escalation"


@dataclass(frozen=True, slots=True)
class Tags:
    """Who gets the piece: signed with it. What is empty or None narrows nothing; `codes` are ICD-10 prefixes.

    `procedures` are starts of ICD-9-CM-3 codes, `customs` those that the piece keeps to. Whom it might harm
    (`exclusions`) and what it advises (`advises`) are read from its facts, not chosen.
    """

    codes: tuple[str, ...]
    treatments: tuple[str, ...]
    stages: tuple[Stage, ...]
    age_bands: tuple[AgeBand, ...]
    audience: Audience
    sexes: tuple[Sex, ...] = ()
    procedures: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    literacy: Literacy | None = None
    style: Style | None = None
    customs: tuple[Custom, ...] = ()
    language: Language = Language.SIMPLIFIED
    exclusions: tuple[Exclusion, ...] = ()
    advises: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicPlanned:
    """An editor wants a piece: what about, in which form, from which facts, for whose signature.

    `must_carry` are those of the facts that a draft may not leave out.
    """

    title: str
    form: Form
    section: Section
    tags: Tags
    facts: tuple[FactRef, ...]
    signer_id: str
    department: str
    must_carry: tuple[FactRef, ...]


@dataclass(frozen=True, slots=True)
class DraftGenerated:
    """A drafter wrote a version. `drafter` names the adapter and model."""

    revision: int
    draft: Draft
    drafter: str


@dataclass(frozen=True, slots=True)
class DraftEdited:
    """The editor changed the text; the checks start over."""

    revision: int
    draft: Draft


@dataclass(frozen=True, slots=True)
class SentenceAdopted:
    """A doctor stands by a refused sentence (by its place, from 0): in the new revision it also cites her new fact."""

    revision: int
    sentence: int
    fact: FactRef
    doctor: str


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a sentence (by its place, from 0) is not supported by its facts.

    The place after the last one stands for what the text leaves out.
    """

    sentence: int
    kind: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class CitedFact:
    """A fact version as it stood at the check: the SHA-256 of its words, its last day, its author and risk."""

    fact: FactRef
    digest: str
    valid_until: date
    author: str
    risk: Risk


@dataclass(frozen=True, slots=True)
class FactsChecked:
    """The verdict on a version against its facts; passed means no objection."""

    revision: int
    checker: str
    passed: bool
    objections: tuple[Objection, ...]
    cited: tuple[CitedFact, ...]


@dataclass(frozen=True, slots=True)
class ChannelVerdict:
    """What the rules say of a version on one channel: pass, warn or block, and the rules that were hit."""

    channel: str
    label: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComplianceChecked:
    """One text, several verdicts; passed means that the hospital may give it to its own patient."""

    revision: int
    pack: str
    passed: bool
    channels: tuple[ChannelVerdict, ...]


@dataclass(frozen=True, slots=True)
class DraftAccepted:
    """The editor is content: the version goes to the doctor."""

    revision: int


@dataclass(frozen=True, slots=True)
class TagsConfirmed:
    """The editor settled who gets the version, with the exclusions that its facts give; the doctor signs them."""

    revision: int
    tags: Tags


@dataclass(frozen=True, slots=True)
class SignatureRequested:
    """A doctor is asked to sign exactly the text with this hash."""

    request_id: str
    revision: int
    document_hash: str
    signer_id: str
    phase: SignaturePhase
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """A detached signature over the canonical form: base64 value, key and algorithm as KMS names them."""

    value: str
    key_id: str
    algorithm: str


@dataclass(frozen=True, slots=True)
class ContentSigned:
    """The doctor signed. All that is needed to verify the signature again is here and in the checked version."""

    request_id: str
    revision: int
    document_hash: str
    signer_id: str
    signer_name: str
    signer_title: str
    department: str
    signed_at: datetime
    label: str
    factor: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class ContentRejected:
    """The doctor sent the version back, and said why."""

    request_id: str
    revision: int
    signer_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContentTagged:
    """Descriptive tags for finding the piece; those that decide who gets it were signed."""

    revision: int
    style: str
    characters: int
    reading_minutes: int


@dataclass(frozen=True, slots=True)
class ContentPublished:
    """The piece may reach patients, on these channels, until the last valid day (hospital time, inclusive)."""

    revision: int
    channels: tuple[str, ...]
    valid_until: date


@dataclass(frozen=True, slots=True)
class ContentExpired:
    """The piece ended without or after publication."""

    reason: str


@dataclass(frozen=True, slots=True)
class ContentRecalled:
    """The piece must not be shown any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class FactOutdated:
    """A fact version that the piece rests on was replaced or retired.

    `closes`: the piece is not shown from here on; otherwise it is due for renewal, for it still says what holds.
    """

    fact: FactRef
    reason: str
    closes: bool = True


@dataclass(frozen=True, slots=True)
class SignerAssigned:
    """Another doctor is to sign."""

    signer_id: str


@dataclass(frozen=True, slots=True)
class ContentReopened:
    """A doctor's name no longer holds: her signature and every open request are void. `stood` is where it was."""

    reason: str
    stood: Status


Event = (
    TopicPlanned
    | DraftGenerated
    | DraftEdited
    | SentenceAdopted
    | FactsChecked
    | ComplianceChecked
    | DraftAccepted
    | TagsConfirmed
    | SignatureRequested
    | ContentSigned
    | ContentRejected
    | ContentTagged
    | ContentPublished
    | ContentExpired
    | ContentRecalled
    | FactOutdated
    | SignerAssigned
    | ContentReopened
)


@dataclass(frozen=True, slots=True)
class Content:
    """The present state of a piece."""

    status: Status = Status.NONE
    plan: TopicPlanned | None = None
    revision: int = 0
    draft: Draft = NO_TEXT
    machine_drafts: int = 0
    facts_check: FactsChecked | None = None
    compliance: ComplianceChecked | None = None
    requests: tuple[SignatureRequested, ...] = ()
    rejection: ContentRejected | None = None
    signed: ContentSigned | None = None
    tagged: ContentTagged | None = None
    published: ContentPublished | None = None
    ended: str = ""
    adopted: tuple[SentenceAdopted, ...] = ()
    outdated: tuple[FactOutdated, ...] = ()
    assigned: str = ""
    reopened: str = ""
    was_open: bool = False
    confirmed: TagsConfirmed | None = None

    @property
    def tags(self) -> Tags:
        """Who gets the piece: as confirmed, or as planned."""
        return self.confirmed.tags if self.confirmed else self.topic.tags

    @property
    def topic(self) -> TopicPlanned:
        """The plan; ContentUnknown if there is none."""
        if self.plan is None:
            raise ContentUnknown("没有这篇内容", field="content_id")
        return self.plan

    @property
    def facts(self) -> tuple[FactRef, ...]:
        """The fact versions that the text may restate: those planned and those adopted since."""
        return tuple(dict.fromkeys((*self.topic.facts, *(each.fact for each in self.adopted))))

    @property
    def signer_id(self) -> str:
        """The doctor who is to sign."""
        return self.assigned or self.topic.signer_id

    @property
    def risky_authors(self) -> frozenset[str]:
        """Who wrote the high-risk facts that the checked text cites."""
        return risky_authors(self.facts_check.cited if self.facts_check else ())

    @property
    def closed(self) -> bool:
        """Whether a fact of the piece was taken back."""
        return any(each.closes for each in self.outdated)

    @property
    def over(self) -> bool:
        """Whether the piece has ended."""
        return self.status in (Status.EXPIRED, Status.RECALLED)


def risky_authors(cited: Iterable[CitedFact]) -> frozenset[str]:
    """Return the authors of the facts whose mistakes could harm."""
    return frozenset(each.author for each in cited if each.risk.high)


def evolve(state: Content, event: Event) -> Content:  # noqa: C901, PLR0911, PLR0912 - one line per event reads best in one place
    """Fold one event."""
    match event:
        case TopicPlanned():
            return Content(Status.PLANNED, event)
        case DraftGenerated(revision, draft):
            return _new_text(replace(state, machine_drafts=state.machine_drafts + 1), revision, draft)
        case DraftEdited(revision, draft):
            return _new_text(replace(state, machine_drafts=MACHINE_DRAFTS), revision, draft)
        case SentenceAdopted(revision, sentence, fact):
            adopting = replace(state, machine_drafts=MACHINE_DRAFTS, adopted=(*state.adopted, event))
            return _new_text(adopting, revision, _citing(state.draft, sentence, fact))
        case FactsChecked():
            return replace(state, facts_check=event)
        case ComplianceChecked():
            return replace(state, compliance=event)
        case DraftAccepted():
            return replace(state, status=Status.ACCEPTED)
        case TagsConfirmed(_, tags):
            rejection = state.rejection if tags == state.tags else None
            return replace(state, confirmed=event, rejection=rejection)
        case SignatureRequested():
            return replace(state, requests=(*state.requests, event))
        case ContentSigned():
            return replace(state, status=Status.SIGNED, signed=event, requests=(), reopened="")
        case ContentRejected():
            return replace(state, status=Status.DRAFTED, rejection=event, requests=())
        case ContentTagged():
            return replace(state, tagged=event)
        case ContentPublished():
            return replace(state, status=Status.PUBLISHED, published=event, was_open=True)
        case ContentExpired(reason):
            return replace(state, status=Status.EXPIRED, ended=reason, requests=())
        case ContentRecalled(reason):
            return replace(state, status=Status.RECALLED, ended=reason, requests=())
        case FactOutdated():
            return replace(state, outdated=(*state.outdated, event))
        case SignerAssigned(signer_id):
            return replace(state, assigned=signer_id)
        case ContentReopened(reason):
            return replace(_unsign(state), status=Status.DRAFTED, reopened=reason)


def _citing(draft: Draft, place: int, fact: FactRef) -> Draft:
    """The draft whose sentence at that place cites the fact in addition."""
    sentences = list(draft.sentences)
    sentences[place] = replace(sentences[place], facts=tuple(dict.fromkeys((*sentences[place].facts, fact))))
    return replace(draft, sentences=tuple(sentences))


def _unsign(state: Content) -> Content:
    """The text keeps its verdicts; whatever bore a doctor's name is gone."""
    return replace(state, signed=None, tagged=None, published=None, requests=())


def _new_text(state: Content, revision: int, draft: Draft) -> Content:
    """A new text voids every verdict, request and rejection of the one before."""
    return replace(
        state,
        status=Status.DRAFTED,
        revision=revision,
        draft=draft,
        facts_check=None,
        compliance=None,
        requests=(),
        rejection=None,
        confirmed=None,
    )


def plan_topic(state: Content, topic: TopicPlanned) -> tuple[Event, ...]:
    """Plan a piece; the same plan again changes nothing."""
    if state.plan == topic:
        return ()
    if state.plan is not None:
        raise TopicAlreadyPlanned("该内容编号已有不同的选题", field="content_id")
    return (topic,)


def wants_draft(state: Content) -> bool:
    """Whether a drafter should write now: at the start, or after a refused machine draft, three times in all."""
    if state.topic and state.status is Status.PLANNED:
        return True
    refused = state.facts_check is not None and not state.facts_check.passed
    return state.status is Status.DRAFTED and refused and state.machine_drafts < MACHINE_DRAFTS


def record_draft(state: Content, *, draft: Draft, drafter: str) -> tuple[Event, ...]:
    """Take a drafter's text; one that nobody asked for (a late second answer) changes nothing."""
    return (DraftGenerated(state.revision + 1, draft, drafter),) if wants_draft(state) else ()


def record_facts_check(
    state: Content, *, checker: str, objections: tuple[Objection, ...], cited: tuple[CitedFact, ...]
) -> tuple[Event, ...]:
    """Record the verdict on the newest version; it is judged once."""
    if state.topic and (state.status is not Status.DRAFTED or state.facts_check is not None):
        return ()
    return (FactsChecked(state.revision, checker, not objections, objections, cited),)


def record_compliance(state: Content, *, pack: str, channels: tuple[ChannelVerdict, ...]) -> tuple[Event, ...]:
    """Record the verdicts per channel on the newest version; it is judged once."""
    if state.topic and (state.status is not Status.DRAFTED or state.compliance is not None):
        return ()
    own = next((verdict for verdict in channels if verdict.channel == "patient"), None)
    passed = own is not None and own.label != "block"
    return (ComplianceChecked(state.revision, pack, passed, channels),)


def edit(state: Content, *, revision: int, draft: Draft) -> tuple[Event, ...]:
    """The editor replaces the text of the version she saw."""
    _at_editor(state, revision)
    return () if draft == state.draft else (DraftEdited(state.revision + 1, draft),)


def adopt(state: Content, *, revision: int, sentence: int, fact: FactRef, doctor: str) -> tuple[Event, ...]:
    """A doctor makes a refused sentence of the version she saw a fact of her own; a second time changes nothing."""
    adopted = SentenceAdopted(revision + 1, sentence, fact, doctor)
    if adopted in state.adopted:
        return ()
    _at_editor(state, revision)
    objected = {each.sentence for each in state.facts_check.objections} if state.facts_check else set()
    if sentence not in objected or not 0 <= sentence < len(state.draft.sentences):
        raise SentenceNotObjected("只有未通过事实检查的句子才能采纳为新事实", field="sentence")
    return (adopted,)


def assign_signer(state: Content, *, signer_id: str) -> tuple[Event, ...]:
    """Name another doctor while the piece is not before one."""
    _unsigned(state)
    if state.status not in (Status.PLANNED, Status.DRAFTED):
        raise NotAwaitingThis("这篇内容已送签或已结束，不能更换签发医生", field="content_id")
    return () if state.signer_id == signer_id else (SignerAssigned(signer_id),)


def accept(state: Content, *, revision: int, readability_gate: int = 0, tags: Tags | None = None) -> tuple[Event, ...]:
    """The editor sends the version she saw to the doctor; only a version that passed both checks and the gate can.

    With `tags` she settles who gets it. A version that a doctor sent back must be changed in its text or its tags.
    """
    if state.status is Status.ACCEPTED and state.revision == revision:
        return ()
    _at_editor(state, revision)
    confirmed = (TagsConfirmed(revision, tags),) if tags and tags != state.tags else ()
    if state.rejection and not confirmed:
        raise RejectedUnchanged("医生已退回这一版，请修改后再提交", field="revision")
    if not (state.facts_check and state.facts_check.passed and state.compliance and state.compliance.passed):
        raise DraftNotSupported("这一版未通过事实或合规检查，不能提交签发", field="sentences")
    _readable(state.draft, readability_gate)
    return (*confirmed, DraftAccepted(revision))


def _readable(draft: Draft, gate: int) -> None:
    measured = assess(draft)
    if measured.score < gate:
        reasons = "；".join(reason.message for reason in measured.reasons)
        raise TooHardToRead(f"可读性{measured.score}分，低于本院要求的{gate}分：{reasons}", field="sentences")


def _at_editor(state: Content, revision: int) -> None:
    _unsigned(state)
    if state.status is not Status.DRAFTED or state.facts_check is None or state.compliance is None:
        raise NotAwaitingThis("这篇内容目前不在编辑环节", field="content_id")
    _up_to_date(state)
    _newest(state, revision)


def request_signature(
    state: Content,
    *,
    request_id: str,
    document_hash: str,
    signer_id: str,
    phase: SignaturePhase,
    expires_at: datetime,
) -> tuple[Event, ...]:
    """Ask a doctor, once per phase and version."""
    asked = any(request.phase is phase for request in state.requests)
    if state.topic and (state.status is not Status.ACCEPTED or asked or state.outdated):
        return ()
    return (SignatureRequested(request_id, state.revision, document_hash, signer_id, phase, expires_at),)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a doctor sends with the form: which request, what was shown, and as whom."""

    request_id: str
    signer_id: str
    revision: int
    document_hash: str


def decidable(state: Content, decision: Decision) -> SignatureRequested:
    """Return the open request that the decision answers, or refuse: only the newest text, as it was shown."""
    _unsigned(state)
    if state.topic and state.status is not Status.ACCEPTED:
        raise NotAwaitingThis("这篇内容已退回修改或已结束，链接失效", field="request_id")
    _up_to_date(state)
    _newest(state, decision.revision)
    request = next((r for r in state.requests if r.request_id == decision.request_id), None)
    if request is None:
        raise NotAwaitingThis("这次签发请求已失效，请使用最新的链接", field="request_id")
    if request.signer_id != decision.signer_id:
        raise NotTheSigner("这份内容不是发给您签发的", field="signer")
    if request.document_hash != decision.document_hash:
        raise StaleRevision("内容已更新，请重新打开最新链接核对", field="document_hash")
    return request


def sign(state: Content, decision: Decision, signed: ContentSigned) -> tuple[Event, ...]:
    """Record a signature over the shown text."""
    decidable(state, decision)
    return (signed,)


def reject(state: Content, decision: Decision, *, reason: str) -> tuple[Event, ...]:
    """Send the shown text back, with a reason."""
    decidable(state, decision)
    if not reason.strip():
        raise RejectionNeedsReason("请填写退回原因", field="reason")
    return (ContentRejected(decision.request_id, state.revision, decision.signer_id, reason.strip()),)


def record_tags(state: Content, *, style: str, characters: int, reading_minutes: int) -> tuple[Event, ...]:
    """Describe a signed piece, once."""
    if state.signed is None or state.tagged or state.over:
        return ()
    return (ContentTagged(state.revision, style, characters, reading_minutes),)


def publish(state: Content, *, until: date) -> tuple[Event, ...]:
    """Open a signed piece to patients until its first fact lapses or `until`, whichever is earlier; once."""
    if state.published or state.over or state.closed:
        return ()
    if state.signed is None or state.facts_check is None or state.compliance is None:
        raise NotAwaitingThis("未签发的内容不能发布", field="content_id")
    channels = tuple(verdict.channel for verdict in state.compliance.channels if verdict.label != "block")
    last_day = min((until, *(cited.valid_until for cited in state.facts_check.cited)))
    return (ContentPublished(state.revision, channels, last_day),)


def expire(state: Content, *, reason: str) -> tuple[Event, ...]:
    """End a piece that nobody decided on; a signed piece does not expire this way."""
    return () if state.signed or state.over or state.plan is None else (ContentExpired(reason),)


def recall(state: Content, *, reason: str) -> tuple[Event, ...]:
    """Take a piece back from patients, once."""
    return () if state.topic and state.status is Status.RECALLED else (ContentRecalled(reason),)


def mark_outdated(
    state: Content, *, fact_id: str, before: int | None, reason: str, closes: bool = True
) -> tuple[Event, ...]:
    """Mark a piece that rests on a version of the fact older than `before` (None: on any), each version once.

    One that was marked for its wording alone is closed all the same when the fact is taken back later.
    """
    marked = {each.fact for each in state.outdated if each.closes or not closes}
    bound = () if state.plan is None or state.over else state.facts
    stale = (ref for ref in bound if ref.fact_id == fact_id and (before is None or ref.version < before))
    return tuple(FactOutdated(ref, reason, closes) for ref in stale if ref not in marked)


def reopen(state: Content, *, signer_id: str, reason: str) -> tuple[Event, ...]:
    """Void what bears the doctor's name, signature or open request, and give the piece back to the editor."""
    signed = state.signed is not None and state.signed.signer_id == signer_id
    asked = state.status is Status.ACCEPTED and signer_id in {state.signer_id, *(r.signer_id for r in state.requests)}
    return (ContentReopened(reason, state.status),) if (signed or asked) and not state.over else ()


def editing_decision(state: Content) -> str | None:
    """What the workflow's wait for the editor should be told now; None while she has not decided."""
    if state.over or state.outdated:
        return "withdrawn"
    if state.status in (Status.ACCEPTED, Status.SIGNED, Status.PUBLISHED):
        return "accepted"
    return "edited" if state.status is Status.DRAFTED and state.facts_check is None else None


def signing_decision(state: Content) -> str | None:
    """What the workflow's wait for the doctor should be told now; None while she has not decided."""
    if state.over:
        return "withdrawn"
    if state.signed:
        return "signed"
    if state.outdated:
        return "withdrawn"
    return "rejected" if state.status is Status.DRAFTED else None


def servable(state: Content, *, on: date) -> bool:
    """Whether the piece may be shown on that day, its signature apart."""
    return is_open(state) and state.published is not None and on <= state.published.valid_until


def is_open(state: Content) -> bool:
    """Whether the piece is published and still rests on facts that hold."""
    return state.status is Status.PUBLISHED and not state.closed


def document(hospital: str, content_id: str, state: Content) -> Mapping[str, object]:
    """Return what a signature covers besides the signer: text, fact versions, tags, and both check reports.

    Plain JSON values, so that anyone can rebuild the canonical form without this package.
    """
    topic, facts, compliance = state.topic, state.facts_check, state.compliance
    return {
        "hospital": hospital,
        "content_id": content_id,
        "revision": state.revision,
        "form": topic.form,
        "section": topic.section,
        "title": state.draft.title,
        "sentences": [_sentence(sentence) for sentence in state.draft.sentences],
        "tags": _signed_tags(state.tags),
        "must_carry": [[ref.fact_id, ref.version] for ref in topic.must_carry],
        "facts_check": _facts_report(facts) if facts else None,
        "compliance": _compliance_report(compliance) if compliance else None,
    }


def _signed_tags(tags: Tags) -> Mapping[str, object]:
    """What narrows nothing is left out, so that a piece signed before there was such a tag keeps its signature."""
    narrower: Mapping[str, object] = {
        "sexes": list(tags.sexes),
        "procedures": list(tags.procedures),
        "steps": list(tags.steps),
        "literacy": tags.literacy,
        "style": tags.style,
        "customs": list(tags.customs),
        "language": "" if tags.language is Language.SIMPLIFIED else tags.language,
        "exclusions": [[each.bar, each.value, each.fact.fact_id, each.fact.version] for each in tags.exclusions],
        "advises": list(tags.advises),
    }
    return {
        "codes": list(tags.codes),
        "treatments": list(tags.treatments),
        "stages": list(tags.stages),
        "age_bands": list(tags.age_bands),
        "audience": tags.audience,
        **{name: value for name, value in narrower.items() if value},
    }


def _facts_report(checked: FactsChecked) -> Mapping[str, object]:
    return {
        "checker": checked.checker,
        "passed": checked.passed,
        "objections": [[each.sentence, each.kind, each.expected, each.found] for each in checked.objections],
        "cited": [
            [each.fact.fact_id, each.fact.version, each.digest, each.valid_until.isoformat(), each.author, each.risk]
            for each in checked.cited
        ],
    }


def _compliance_report(checked: ComplianceChecked) -> Mapping[str, object]:
    channels = [[each.channel, each.label, list(each.rules)] for each in checked.channels]
    return {"pack": checked.pack, "passed": checked.passed, "channels": channels}


def _sentence(sentence: Sentence) -> Mapping[str, object]:
    return {"text": sentence.text, "facts": [[ref.fact_id, ref.version] for ref in sentence.facts]}


def _unsigned(state: Content) -> None:
    if state.topic and state.signed:
        raise ContentAlreadySigned("这篇内容已经签发", field="content_id")


def _up_to_date(state: Content) -> None:
    if state.outdated:
        names = "、".join(each.fact.fact_id for each in state.outdated)
        raise FactsOutdated(f"所依据的事实已更新或停用（{names}），请按现行事实重新选题", field="facts")


def _newest(state: Content, revision: int) -> None:
    if revision != state.revision:
        raise StaleRevision("内容已更新，请刷新后核对最新版本", field="revision")
