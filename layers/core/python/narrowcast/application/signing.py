"""The doctor's desk: what a link shows her, and what her decision leads to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from narrowcast.application.hospitals import local_date, profile_of
from narrowcast.application.links import LinkOffice
from narrowcast.application.ports import Link, SigningKey
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONTENT, FACT, SIGNER, StreamKey
from narrowcast.domain import content as contents
from narrowcast.domain.content import Content, ContentSigned, Decision
from narrowcast.domain.control.label import visible_label
from narrowcast.domain.draft import FactRef
from narrowcast.domain.fact import Statement
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.signer import SignerRegistered, entitled
from narrowcast.domain.signing import document_hash, signed_form


@dataclass(frozen=True, slots=True)
class Answer:
    """What the doctor's form sends: the code she typed, and the version and hash she was shown."""

    code: str
    revision: int
    document_hash: str


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the signing page shows: the exact text, its facts, its hash, and the label patients will see."""

    link: Link
    key: StreamKey
    hospital: Hospital
    signer: SignerRegistered
    state: Content
    document_hash: str
    facts: dict[FactRef, Statement]
    label: str

    @property
    def decision(self) -> Decision:
        """The decision as this link may make it on what is shown now."""
        return Decision(self.link.request_id, self.link.subject, self.state.revision, self.document_hash)


@dataclass(frozen=True, slots=True)
class SigningDesk:
    """Shows, signs, rejects. Showing changes nothing; deciding needs the link, the code and the version shown."""

    store: Store
    office: LinkOffice
    key: SigningKey

    def show(self, nonce: str) -> Desk:
        """Return what the link opens, or the refusal that tells why it is closed."""
        link = self.office.open(nonce, "sign", self.store.clock.now())
        key = StreamKey.parse(link.stream)
        state = self.store.load(CONTENT, key.hospital, key.key).state
        hospital = profile_of(self.store, key.hospital)
        on = local_date(hospital, self.store.clock.now())
        signer = entitled(
            self.store.load(SIGNER, key.hospital, link.subject).state,
            codes=state.tags.codes,
            on=on,
            risky_authors=state.risky_authors,
        )
        desk = Desk(
            link,
            key,
            hospital,
            signer,
            state,
            document_hash(key.hospital, key.key, state),
            self._facts(key.hospital, state),
            visible_label(
                hospital_name=hospital.profile.name if hospital.profile else key.hospital,
                department=hospital.department_name(signer.department),
                signer_name=signer.name,
                title=signer.title,
                signed_on=on,
            ),
        )
        contents.decidable(state, desk.decision)
        return desk

    def sign(self, nonce: str, answer: Answer, factor: str) -> ContentSigned:
        """Sign what was shown, with the hospital's key in the doctor's name. Nothing is recorded unless all holds."""
        desk = self._decide(nonce, answer)
        signed_at = self.store.clock.now()
        form = signed_form(
            desk.key.hospital,
            desk.key.key,
            desk.state,
            signer_id=desk.signer.signer_id,
            signed_at=signed_at,
            label=desk.label,
        )
        signed = ContentSigned(
            request_id=desk.link.request_id,
            revision=answer.revision,
            document_hash=answer.document_hash,
            signer_id=desk.signer.signer_id,
            signer_name=desk.signer.name,
            signer_title=desk.signer.title,
            department=desk.hospital.department_name(desk.signer.department),
            signed_at=signed_at,
            label=desk.label,
            factor=factor,
            signature=self.key.sign(form),
        )
        self._record(desk, lambda s: contents.sign(s, _answered(desk, answer), signed))
        return signed

    def reject(self, nonce: str, answer: Answer, reason: str) -> None:
        """Send what was shown back to the editor; RejectionNeedsReason."""
        if not reason.strip():
            raise contents.RejectionNeedsReason("请填写退回原因", field="reason")
        desk = self._decide(nonce, answer)
        self._record(desk, lambda s: contents.reject(s, _answered(desk, answer), reason=reason))

    def _decide(self, nonce: str, answer: Answer) -> Desk:
        """Check the state before the code, so that a stale page costs no attempt."""
        desk = self.show(nonce)
        contents.decidable(desk.state, _answered(desk, answer))
        self.office.check_code(desk.link, answer.code)
        return desk

    def _record(self, desk: Desk, decide: Callable[[Content], Sequence[contents.Event]]) -> None:
        actor = Actor(f"signer:{desk.signer.signer_id}")
        self.store.execute(CONTENT, desk.key.hospital, desk.key.key, decide, actor)

    def _facts(self, hospital: str, state: Content) -> dict[FactRef, Statement]:
        loaded = {ref: self.store.load(FACT, hospital, ref.fact_id).state.statement for ref in state.draft.facts}
        return {ref: statement for ref, statement in loaded.items() if statement}


def _answered(desk: Desk, answer: Answer) -> Decision:
    return Decision(desk.link.request_id, desk.signer.signer_id, answer.revision, answer.document_hash)
