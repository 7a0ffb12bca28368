"""The synthetic library as a hospital's log holds it: facts, and pieces with a real signature each.

The texts say nothing, and no check has read them: what is of use here are the references, tags, hashes and signatures.
They are the same for the same seed but for the signatures, which ECDSA draws anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import reduce
from typing import Any

from narrowcast.application.ports import Pieces, SigningKey
from narrowcast.application.projections import indexed
from narrowcast.application.store import Actor, Outcome, Store
from narrowcast.application.streams import CONTENT, FACT, Aggregate, StreamKey
from narrowcast.domain.content import (
    ChannelVerdict,
    CitedFact,
    ComplianceChecked,
    Content,
    ContentPublished,
    ContentSigned,
    ContentTagged,
    DraftAccepted,
    DraftGenerated,
    Event,
    FactsChecked,
    SignaturePhase,
    SignatureRequested,
    TagsConfirmed,
    TopicPlanned,
    evolve,
)
from narrowcast.domain.draft import Draft, FactRef, Sentence, Source
from narrowcast.domain.fact import FactApproved, FactProposed, Statement
from narrowcast.domain.shelves import Candidate
from narrowcast.domain.signing import digest_text, document_hash, signed_form
from narrowcast.domain.vocabulary import Risk, Section, SourceKind
from tests.bench.synthetic import HOSPITAL

ACTOR = Actor("system:synthetic")
SIGNER = "sg-synthetic"
LAST_DAY = date(2035, 12, 31)
SOURCE = Source(SourceKind.GUIDELINE, "合成资料", "合成机构", 2025, "全文")


def write(
    store: Store,
    key: SigningKey,
    library: Iterable[Candidate],
    hospital: str = HOSPITAL,
    index: Pieces | None = None,
) -> int:
    """Write facts and signed pieces into the log, and into an index if given; returns how many pieces there are."""
    known, count = set[FactRef](), 0
    for each in library:
        for ref in set(each.piece.facts) - known:
            known.add(ref)
            _append(store, FACT, hospital, ref.fact_id, _fact(each, ref))
        written = _append(store, CONTENT, hospital, each.piece.content_id, _piece(hospital, each, key))
        if index:
            key_of = StreamKey(hospital, CONTENT.name, each.piece.content_id)
            index.put(indexed(key_of, written.state), written.version)
        count += 1
    return count


def _append(store: Store, aggregate: Aggregate[Any], hospital: str, name: str, events: tuple[Any, ...]) -> Outcome[Any]:
    return store.execute(aggregate, hospital, name, lambda _: events, ACTOR)


def _fact(each: Candidate, ref: FactRef) -> tuple[Any, ...]:
    section = Section(ref.fact_id.rsplit("-", 2)[1])
    statement = Statement(_words(ref), SOURCE, section, Risk.GENERAL, each.tags.codes, (), "", (), LAST_DAY)
    return (FactProposed(SIGNER, statement), FactApproved(1, SIGNER))


def _words(ref: FactRef) -> str:
    return f"合成事实{ref.fact_id}。"


def _piece(hospital: str, each: Candidate, key: SigningKey) -> tuple[Any, ...]:
    """Return all events from the plan to the publication."""
    name, facts = each.piece.content_id, each.piece.facts
    signed_at = datetime.combine(each.signed_on, time(), UTC)
    cited = tuple(CitedFact(ref, digest_text(_words(ref)), LAST_DAY, SIGNER, Risk.GENERAL) for ref in facts)
    checked: tuple[Event, ...] = (
        TopicPlanned(f"合成内容{name}", each.form, each.section, each.tags, facts, SIGNER, "med", ()),
        DraftGenerated(1, Draft(f"合成内容{name}", tuple(Sentence(_words(ref), (ref,)) for ref in facts)), "synthetic"),
        FactsChecked(1, "synthetic", passed=True, objections=(), cited=cited),
        ComplianceChecked(1, "synthetic", passed=True, channels=(ChannelVerdict("patient", "pass", ()),)),
        TagsConfirmed(1, each.tags),
        DraftAccepted(1),
    )
    state = reduce(evolve, checked, Content())
    digest = document_hash(hospital, name, state)
    signature = key.sign(signed_form(hospital, name, state, signer_id=SIGNER, signed_at=signed_at, label="合成"))
    who = ("r-1", 1, digest, SIGNER, "合成医生", "主任医师", "med", signed_at, "合成", "sms_code", signature)
    return (
        *checked,
        SignatureRequested("r-1", 1, digest, SIGNER, SignaturePhase.FIRST, signed_at),
        ContentSigned(*who),
        ContentTagged(1, each.form, 1, 1),
        ContentPublished(1, ("patient",), LAST_DAY),
    )
