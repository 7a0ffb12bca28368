"""The steps of content production, each a use case that may be called again with the same end state (law 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from narrowcast.application.facts import cite, usable_facts
from narrowcast.application.hospitals import department_head, today
from narrowcast.application.ports import Drafter, ReadTable, SigningKey, TaskTokens, Workflows
from narrowcast.application.store import Actor, Outcome, Store
from narrowcast.application.streams import CONTENT, SIGNER
from narrowcast.domain import content as contents
from narrowcast.domain.content import ChannelVerdict, CitedFact, Content, Objection, SignaturePhase
from narrowcast.domain.control.claims import PACK_VERSION, check_channels
from narrowcast.domain.control.facts import CHECKER_VERSION, Verdict, check_draft
from narrowcast.domain.draft import Brief, Draft, FactRef, FactText
from narrowcast.domain.errors import Refusal
from narrowcast.domain.signer import entitled
from narrowcast.domain.signing import document_hash, form_of

SHELF_LIFE = timedelta(days=365)
CHARACTERS_A_MINUTE = 300
"""How fast an older reader reads a phone: a heuristic for the reading time, no more."""

Decide = Callable[[Content], Sequence[contents.Event]]


class SignatureInvalid(Refusal):
    """The recorded signature does not cover the piece: it must not be published."""


@dataclass(frozen=True, slots=True)
class Newsroom:
    """What editors do: plan topics, edit drafts, accept them."""

    store: Store

    def plan(self, hospital: str, content_id: str, topic: contents.TopicPlanned, actor: Actor) -> Outcome[Content]:
        """Plan a piece from usable facts for an entitled signer; refused otherwise, before any work is done."""
        on = today(self.store, hospital)
        usable_facts(self.store, hospital, topic.facts, on=on)
        entitled(self.store.load(SIGNER, hospital, topic.signer_id).state, codes=topic.tags.codes, on=on)
        return self._execute(hospital, content_id, lambda s: contents.plan_topic(s, topic), actor)

    def edit(self, hospital: str, content_id: str, *, revision: int, draft: Draft, actor: Actor) -> Outcome[Content]:
        """Replace the text of the version that the editor saw."""
        return self._execute(hospital, content_id, lambda s: contents.edit(s, revision=revision, draft=draft), actor)

    def accept(self, hospital: str, content_id: str, *, revision: int, actor: Actor) -> Outcome[Content]:
        """Send the version that the editor saw to the doctor."""
        return self._execute(hospital, content_id, lambda s: contents.accept(s, revision=revision), actor)

    def _execute(self, hospital: str, content_id: str, decide: Decide, actor: Actor) -> Outcome[Content]:
        return self.store.execute(CONTENT, hospital, content_id, decide, actor)


@dataclass(frozen=True, slots=True)
class Drafting:
    """Has a drafter write from facts alone."""

    store: Store
    drafter: Drafter

    def generate(self, hospital: str, content_id: str, actor: Actor) -> Content:
        """Write a version if one is wanted. DrafterError if the drafter's answer cannot be used."""
        state = self.store.load(CONTENT, hospital, content_id).state
        if not contents.wants_draft(state):
            return state
        draft = self.drafter.draft(self._brief(hospital, state))
        decide: Decide = lambda s: contents.record_draft(s, draft=draft, drafter=self.drafter.name)  # noqa: E731 - typed
        return self.store.execute(CONTENT, hospital, content_id, decide, actor).state

    def _brief(self, hospital: str, state: Content) -> Brief:
        topic = state.topic
        facts = usable_facts(self.store, hospital, topic.facts, on=today(self.store, hospital))
        objections = state.facts_check.objections if state.facts_check else ()
        return Brief(topic.title, topic.form, topic.section, tuple(facts.values()), tuple(map(_told, objections)))


def _told(objection: Objection) -> str:
    return f"第{objection.sentence + 1}句（{objection.kind}）：应为“{objection.expected}”，写成“{objection.found}”"


@dataclass(frozen=True, slots=True)
class Checking:
    """Judges the newest version: against its facts, and against the rules of each channel."""

    store: Store

    def check_facts(self, hospital: str, content_id: str, actor: Actor) -> Content:
        """Record which sentences their facts do not support."""
        state = self.store.load(CONTENT, hospital, content_id).state
        facts = usable_facts(self.store, hospital, state.topic.facts, on=today(self.store, hospital))
        objections = object_to(state.draft, facts)
        cited = tuple(self._cited(hospital, state.draft, facts))
        return self._record(
            hospital,
            content_id,
            state.revision,
            lambda s: contents.record_facts_check(s, checker=CHECKER_VERSION, objections=objections, cited=cited),
            actor,
        )

    def check_compliance(self, hospital: str, content_id: str, actor: Actor) -> Content:
        """Record one verdict per channel."""
        state = self.store.load(CONTENT, hospital, content_id).state
        channels = judge_channels(state.draft)
        return self._record(
            hospital,
            content_id,
            state.revision,
            lambda s: contents.record_compliance(s, pack=PACK_VERSION, channels=channels),
            actor,
        )

    def _record(self, hospital: str, content_id: str, revision: int, decide: Decide, actor: Actor) -> Content:
        """Record a verdict only on the version that was judged."""
        on_judged: Decide = lambda s: decide(s) if s.revision == revision else ()  # noqa: E731 - typed
        return self.store.execute(CONTENT, hospital, content_id, on_judged, actor).state

    def _cited(self, hospital: str, draft: Draft, facts: Mapping[FactRef, FactText]) -> list[CitedFact]:
        refs = dict.fromkeys(ref for sentence in draft.sentences for ref in sentence.facts if ref in facts)
        return [cite(self.store, hospital, ref) for ref in refs]


def object_to(draft: Draft, facts: Mapping[FactRef, FactText]) -> tuple[Objection, ...]:
    """Return every objection to a draft's sentences; a draft without sentences is objected to as a whole."""
    if not draft.sentences:
        return (Objection(0, "new_claim", "至少一句", "空"),)
    verdicts = check_draft(draft, facts)
    return tuple(each for place, verdict in enumerate(verdicts) for each in _objections(place, verdict))


def _objections(place: int, verdict: Verdict) -> list[Objection]:
    return [Objection(place, reason.kind, reason.expected, reason.found) for reason in verdict.reasons]


def judge_channels(draft: Draft) -> tuple[ChannelVerdict, ...]:
    """Return the verdict of each channel's rules on title and text."""
    text = "\n".join((draft.title, *(sentence.text for sentence in draft.sentences)))
    return tuple(
        ChannelVerdict(channel, verdict.label, tuple(dict.fromkeys(hit.rule for hit in verdict.hits)))
        for channel, verdict in check_channels(text).items()
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where the workflow waits for a person: keeps its token, asks, and answers at once if the person was faster."""

    store: Store
    tokens: TaskTokens
    workflows: Workflows
    read: ReadTable
    link_lifetime: timedelta

    def for_editor(self, hospital: str, content_id: str, token: str) -> None:
        """Wait for the editor's decision."""
        self.tokens.keep(CONTENT.stream(hospital, content_id), "editing", token)
        state = self.store.load(CONTENT, hospital, content_id).state
        self._answer_if_decided(token, contents.editing_decision(state))

    def for_signature(self, hospital: str, content_id: str, token: str, phase: SignaturePhase, actor: Actor) -> None:
        """Ask the doctor, or on escalation her head of department, and wait for the decision."""
        self.tokens.keep(CONTENT.stream(hospital, content_id), "signature", token)
        request_id = self.store.ids.new_id()
        expires_at = self.store.clock.now() + self.link_lifetime

        def ask(state: Content) -> tuple[contents.Event, ...]:
            return contents.request_signature(
                state,
                request_id=request_id,
                document_hash=document_hash(hospital, content_id, state),
                signer_id=self._whom(hospital, state, phase),
                phase=phase,
                expires_at=expires_at,
            )

        state = self.store.execute(CONTENT, hospital, content_id, ask, actor).state
        self._answer_if_decided(token, contents.signing_decision(state))

    def _whom(self, hospital: str, state: Content, phase: SignaturePhase) -> str:
        topic = state.topic
        head = department_head(self.read, hospital, topic.department) if phase is SignaturePhase.ESCALATION else None
        return head or topic.signer_id

    def _answer_if_decided(self, token: str, decision: str | None) -> None:
        if decision:
            self.workflows.answer(token, {"decision": decision})


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What needs no key: a signed piece described, an undecided one ended."""

    store: Store

    def tag(self, hospital: str, content_id: str, actor: Actor) -> Content:
        """Add the descriptive tags."""
        state = self.store.load(CONTENT, hospital, content_id).state
        characters = sum(len(sentence.text) for sentence in state.draft.sentences)
        minutes = max(1, round(characters / CHARACTERS_A_MINUTE))
        return self._execute(
            hospital,
            content_id,
            lambda s: contents.record_tags(s, style=s.topic.form, characters=characters, reading_minutes=minutes),
            actor,
        )

    def expire(self, hospital: str, content_id: str, reason: str, actor: Actor) -> Content:
        """End a piece on which nobody decided in time."""
        return self._execute(hospital, content_id, lambda s: contents.expire(s, reason=reason), actor)

    def _execute(self, hospital: str, content_id: str, decide: Decide, actor: Actor) -> Content:
        return self.store.execute(CONTENT, hospital, content_id, decide, actor).state


@dataclass(frozen=True, slots=True)
class Publishing:
    """Opens signed pieces to patients."""

    store: Store
    key: SigningKey

    def publish(self, hospital: str, content_id: str, actor: Actor) -> Content:
        """Open the piece to patients, if its signature holds (law 1)."""
        until = today(self.store, hospital) + SHELF_LIFE

        def decide(state: Content) -> Sequence[contents.Event]:
            if not verified(self.key, hospital, content_id, state):
                raise SignatureInvalid("签名核验未通过，不能发布", field="signature")
            return contents.publish(state, until=until)

        return self.store.execute(CONTENT, hospital, content_id, decide, actor).state


def verified(key: SigningKey, hospital: str, content_id: str, state: Content) -> bool:
    """Whether the piece bears a signature that covers it exactly as it stands."""
    signed = state.signed
    return signed is not None and key.verify(form_of(hospital, content_id, state, signed), signed.signature)
