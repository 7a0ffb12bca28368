"""The steps of content production, each a use case that may be called again with the same end state (law 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from narrowcast.application.facts import cite, must_carry_facts, usable_facts
from narrowcast.application.hospitals import department_head, profile_of, today
from narrowcast.application.ports import Drafter, ReadTable, SecondOpinion, SigningKey
from narrowcast.application.store import Actor, Outcome, Store
from narrowcast.application.streams import CONTENT, FACT, SIGNER
from narrowcast.application.waits import EDITING, SIGNATURE, Waits
from narrowcast.domain import content as contents
from narrowcast.domain.content import CitedFact, Content, Objection, SignaturePhase, Tags, risky_authors
from narrowcast.domain.control import facts as fact_check
from narrowcast.domain.control.claims import PACK_VERSION
from narrowcast.domain.control.gate import (
    Gate,
    compose_quiz,
    judge_channels,
    object_to,
    with_second_opinion,
)
from narrowcast.domain.control.highlights import OMISSION, in_words
from narrowcast.domain.control.quiz import COMPOSER
from narrowcast.domain.draft import Brief, Draft, FactRef, FactText
from narrowcast.domain.errors import Refusal
from narrowcast.domain.fact import FactNotUsable, Statement
from narrowcast.domain.recall import notice
from narrowcast.domain.signer import Scope, entitled, objection
from narrowcast.domain.signing import document_hash
from narrowcast.domain.tagging import check_tags, limited, propose
from narrowcast.domain.vocabulary import Form

SHELF_LIFE = timedelta(days=365)
CHARACTERS_A_MINUTE = 300
"""How fast an older reader reads a phone: a heuristic for the reading time, no more."""

Decide = Callable[[Content], Sequence[contents.Event]]
Unheard = Callable[[Exception], None]
"""Told of the fault when a second opinion was asked for and none came."""


class SignatureInvalid(Refusal):
    """The recorded signature does not cover the piece: it must not be published."""


@dataclass(frozen=True, slots=True)
class Newsroom:
    """What editors do: plan topics, edit drafts, name signers, accept."""

    store: Store
    read: ReadTable

    def plan(self, hospital: str, content_id: str, topic: contents.TopicPlanned, actor: Actor) -> Outcome[Content]:
        """Plan a piece from usable facts for an entitled signer; refused otherwise, before any work is done.

        The plan names the safety facts that the text must carry; MustCarryMissing if it leaves one out.
        """
        usable_facts(self.store, hospital, topic.facts, on=today(self.store, hospital))
        planned = replace(topic, must_carry=self._must_carry(hospital, topic))
        self._entitle(hospital, topic.signer_id, contents.evolve(Content(), planned))
        return self._execute(hospital, content_id, lambda s: contents.plan_topic(s, planned), actor)

    def assign_signer(self, hospital: str, content_id: str, *, signer_id: str, actor: Actor) -> Outcome[Content]:
        """Name another entitled doctor for a piece that is not before one."""
        self._entitle(hospital, signer_id, self.store.load(CONTENT, hospital, content_id).state)
        return self._execute(hospital, content_id, lambda s: contents.assign_signer(s, signer_id=signer_id), actor)

    def edit(self, hospital: str, content_id: str, *, revision: int, draft: Draft, actor: Actor) -> Outcome[Content]:
        """Replace the text of the version that the editor saw."""
        return self._execute(hospital, content_id, lambda s: contents.edit(s, revision=revision, draft=draft), actor)

    def accept(
        self, hospital: str, content_id: str, *, revision: int, actor: Actor, tags: Tags | None = None
    ) -> Outcome[Content]:
        """Send the version that the editor saw to the doctor, if she may still sign it and a patient can read it.

        `tags` are the editor's; without them the planned ones stand. Whom the piece might harm comes from its facts.
        """
        state = self.store.load(CONTENT, hospital, content_id).state
        settled = limited(tags or state.tags, self._statements(hospital, state))
        check_tags(settled)
        self._entitle(hospital, state.signer_id, replace(state, confirmed=contents.TagsConfirmed(revision, settled)))
        gate = profile_of(self.store, hospital).readability_gate
        decide = partial(contents.accept, revision=revision, readability_gate=gate, tags=settled)
        return self._execute(hospital, content_id, decide, actor)

    def proposal(self, hospital: str, content_id: str) -> Tags | None:
        """Return the tags that the piece's plan, words and facts suggest; None before there is a text."""
        state = self.store.load(CONTENT, hospital, content_id).state
        if not state.draft.sentences:
            return None
        return propose(replace(state.topic, tags=state.tags), state.draft, self._statements(hospital, state))

    def _statements(self, hospital: str, state: Content) -> dict[FactRef, Statement]:
        known = {ref: self.store.load(FACT, hospital, ref.fact_id).state.statement for ref in state.facts}
        return {ref: statement for ref, statement in known.items() if statement}

    def _must_carry(self, hospital: str, topic: contents.TopicPlanned) -> tuple[FactRef, ...]:
        """Return the safety facts of the topic; questions only ask of what other pieces tell, and carry none."""
        if topic.form is Form.QUIZ:
            return ()
        required = must_carry_facts(self.store, self.read, hospital, topic)
        missing = [fact for ref, fact in required.items() if ref not in topic.facts]
        if missing:
            named = "；".join(f"{fact.ref.fact_id}（{fact.text}）" for fact in missing)
            raise contents.MustCarryMissing(f"选题缺少必须写明的安全事实：{named}", field="facts")
        return tuple(required)

    def _entitle(self, hospital: str, signer_id: str, state: Content) -> None:
        """Refuse a signer who may not sign the checked text, or before the check a text of all planned facts."""
        authors = state.risky_authors
        if state.facts_check is None:
            authors = risky_authors(cite(self.store, hospital, ref) for ref in state.facts)
        entitled(
            self.store.load(SIGNER, hospital, signer_id).state,
            codes=state.tags.codes,
            on=today(self.store, hospital),
            risky_authors=authors,
        )

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
        brief = self._brief(hospital, content_id, state, actor)
        draft, drafter = self._written(brief)
        decide: Decide = lambda s: contents.record_draft(s, draft=draft, drafter=drafter)  # noqa: E731 - typed
        return self.store.execute(CONTENT, hospital, content_id, decide, actor).state

    def _written(self, brief: Brief) -> tuple[Draft, str]:
        """Return the text and who wrote it: questions are put together by rule, whatever drafter there is.

        So is the correction of a fact that has nothing in its place: it has a fixed form.
        """
        if brief.form is Form.QUIZ:
            return compose_quiz(brief), COMPOSER
        if brief.form is Form.CORRECTION and not brief.facts:
            return notice(brief.title), COMPOSER
        return self.drafter.draft(brief), self.drafter.name

    def _brief(self, hospital: str, content_id: str, state: Content, actor: Actor) -> Brief:
        topic = state.topic
        facts = facts_of_piece(self.store, hospital, content_id, state, actor)
        objections = state.facts_check.objections if state.facts_check else ()
        return Brief(topic.title, topic.form, topic.section, tuple(facts.values()), tuple(map(_told, objections)))


def _told(objection: Objection) -> str:
    place = "全文" if objection.kind == OMISSION else f"第{objection.sentence + 1}句"
    return f"{place}：{in_words(objection)}"


def facts_of_piece(
    store: Store, hospital: str, content_id: str, state: Content, actor: Actor
) -> dict[FactRef, FactText]:
    """Return the words of the piece's facts; FactNotUsable, and the piece is marked, if one does not hold today."""
    on, usable = today(store, hospital), dict[FactRef, FactText]()
    for ref in state.facts:
        try:
            usable |= usable_facts(store, hospital, (ref,), on=on)
        except FactNotUsable as refusal:
            decide = partial(contents.mark_outdated, fact_id=ref.fact_id, before=None, reason=refusal.message)
            store.execute(CONTENT, hospital, content_id, decide, actor)
            raise
    return usable


@dataclass(frozen=True, slots=True)
class Checking:
    """Judges the newest version: against its facts, and against the rules of each channel.

    A reviewer can add objections to the rules' own; one that fails neither permits nor blocks, and `unheard` is told.
    """

    store: Store
    reviewer: SecondOpinion | None = None
    unheard: Unheard = lambda _fault: None

    def check_facts(self, hospital: str, content_id: str, actor: Actor) -> Content:
        """Record which sentences their facts do not support."""
        state = self.store.load(CONTENT, hospital, content_id).state
        facts = facts_of_piece(self.store, hospital, content_id, state, actor)
        own = object_to(state.draft, facts, state.topic.must_carry, state.topic.form)
        checker, objections = self._reviewed(own, state.draft, facts)
        cited = tuple(self._cited(hospital, state.draft, facts))
        return self._record(
            hospital,
            content_id,
            state.revision,
            lambda s: contents.record_facts_check(s, checker=checker, objections=objections, cited=cited),
            actor,
        )

    def _reviewed(
        self, own: tuple[Objection, ...], draft: Draft, facts: Mapping[FactRef, FactText]
    ) -> tuple[str, tuple[Objection, ...]]:
        """Return who judged and what was objected; only a reviewer that was heard is named."""
        if self.reviewer is None:
            return fact_check.CHECKER_VERSION, own
        try:
            said = self.reviewer.objections(draft, facts)
        except Exception as fault:  # noqa: BLE001 - whatever befalls a model, the rules' verdict stands
            self.unheard(fault)
            return fact_check.CHECKER_VERSION, own
        return f"{fact_check.CHECKER_VERSION}+{self.reviewer.name}", with_second_opinion(own, said, draft)

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
        refs = [ref for ref in draft.facts if ref in facts]
        return [cite(self.store, hospital, ref) for ref in refs]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where the workflow waits for a person: keeps its token, asks, and answers at once if the person was faster."""

    store: Store
    waits: Waits
    read: ReadTable
    link_lifetime: timedelta

    def for_editor(self, hospital: str, content_id: str, token: str) -> None:
        """Wait for the editor's decision."""
        self.waits.keep(hospital, content_id, EDITING, token)
        self.waits.tell(hospital, content_id, EDITING)

    def for_signature(self, hospital: str, content_id: str, token: str, phase: SignaturePhase, actor: Actor) -> None:
        """Ask the doctor, or on escalation her head of department, and wait for the decision."""
        self.waits.keep(hospital, content_id, SIGNATURE, token)
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

        self.store.execute(CONTENT, hospital, content_id, ask, actor)
        self.waits.tell(hospital, content_id, SIGNATURE)

    def _whom(self, hospital: str, state: Content, phase: SignaturePhase) -> str:
        """Return the planned doctor; on escalation her head of department, unless he may not sign this piece."""
        escalating = phase is SignaturePhase.ESCALATION
        head = department_head(self.read, hospital, state.topic.department) if escalating else None
        return head if head and self._may_sign(hospital, head, state) else state.signer_id

    def _may_sign(self, hospital: str, signer_id: str, state: Content) -> bool:
        scope = Scope(state.tags.codes, today(self.store, hospital), state.risky_authors)
        return objection(self.store.load(SIGNER, hospital, signer_id).state, scope) is None


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
            if not Gate(self.key.verify).signed(hospital, content_id, state):
                raise SignatureInvalid("签名核验未通过，不能发布", field="signature")
            return contents.publish(state, until=until)

        return self.store.execute(CONTENT, hospital, content_id, decide, actor).state
