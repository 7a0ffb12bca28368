"""The editor's work: topics, drafts, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalice.app import Response

from chalicelib.bodies import answer, key, read
from chalicelib.gate import Caller, Role, gate
from narrowcast.application.adoption import Adoption
from narrowcast.application.streams import CONTENT
from narrowcast.domain.content import Content, Tags, TopicPlanned
from narrowcast.domain.control.gate import Remark, remarks
from narrowcast.domain.control.highlights import highlights
from narrowcast.domain.control.readability import assess
from narrowcast.domain.draft import Draft, FactRef, Sentence
from narrowcast.domain.vocabulary import AgeBand, Audience, Form, Section, Stage
from narrowcast.runtime.bootstrap import composition

READERS = (Role.EDITOR, Role.DOCTOR, Role.NURSE, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A plan under an id of the hospital's choice."""

    content_id: str
    title: str
    form: Form
    section: Section
    codes: tuple[str, ...]
    facts: tuple[FactRef, ...]
    signer_id: str
    department: str
    treatments: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    age_bands: tuple[AgeBand, ...] = ()
    audience: Audience = Audience.PATIENT


@dataclass(frozen=True, slots=True)
class Edit:
    """The editor's text in place of the revision she saw."""

    revision: int
    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The revision that may go to the doctor; `tags` settle who gets the piece, where the plan's do not."""

    revision: int
    tags: Tags | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """The doctor who is to sign instead."""

    signer_id: str


@gate.staff("POST", "/topics", Role.EDITOR)
def plan_topic(caller: Caller) -> Response:
    """Plan a piece; drafting starts from the event."""
    new = read(NewTopic)
    content_id = key(new.content_id, "content_id")
    tags = Tags(new.codes, new.treatments, new.stages, new.age_bands, new.audience)
    topic = TopicPlanned(new.title, new.form, new.section, tags, new.facts, new.signer_id, new.department, ())
    outcome = composition().newsroom.plan(caller.hospital, content_id, topic, caller.actor)
    return answer({"content_id": content_id, "version": outcome.version}, 202)


@gate.staff("GET", "/contents", *READERS)
def list_contents(caller: Caller) -> Response:
    """List the hospital's pieces and where they stand."""
    return answer({"contents": list(composition().read.query(f"{caller.hospital}/content"))})


@gate.staff("GET", "/contents/{content_id}", *READERS)
def show_content(caller: Caller, content_id: str) -> Response:
    """Show a piece as the log has it: text, verdicts, objections, signature; and what to mend, in Chinese."""
    state = composition().store.load(CONTENT, caller.hospital, key(content_id, "content_id")).state
    objections = state.facts_check.objections if state.facts_check else ()
    return answer(
        {
            "content_id": content_id,
            "topic": state.topic,
            "state": state,
            "highlights": highlights(objections),
            "remarks": _remarks(state),
            "readability": _readability(state.draft),
            "proposed_tags": composition().newsroom.proposal(caller.hospital, content_id),
        }
    )


def _remarks(state: Content) -> tuple[Remark, ...]:
    """Return what the channels' rules found, each with its law and a lawful wording; () where all of them pass."""
    compliance = state.compliance
    if compliance is None or all(verdict.label == "pass" for verdict in compliance.channels):
        return ()
    return remarks(state.draft, compliance.pack)


def _readability(draft: Draft) -> Mapping[str, object] | None:
    """Return score, warning and reasons of a text; None before there is one."""
    if not draft.sentences:
        return None
    measured = assess(draft)
    return {"score": measured.score, "warning": not measured.is_plain, "reasons": measured.reasons}


@gate.staff("POST", "/contents/{content_id}/edit", Role.EDITOR)
def edit_content(caller: Caller, content_id: str) -> Response:
    """Replace the text; it is checked anew."""
    edit = read(Edit)
    outcome = composition().newsroom.edit(
        caller.hospital,
        key(content_id, "content_id"),
        revision=edit.revision,
        draft=Draft(edit.title, edit.sentences),
        actor=caller.actor,
    )
    return answer({"content_id": content_id, "revision": outcome.state.revision}, 202)


@gate.staff("POST", "/contents/{content_id}/accept", Role.EDITOR)
def accept_content(caller: Caller, content_id: str) -> Response:
    """Send the seen revision to the doctor."""
    acceptance = read(Acceptance)
    outcome = composition().newsroom.accept(
        caller.hospital,
        key(content_id, "content_id"),
        revision=acceptance.revision,
        actor=caller.actor,
        tags=acceptance.tags,
    )
    return answer({"content_id": content_id, "revision": outcome.state.revision}, 202)


@gate.staff("POST", "/contents/{content_id}/signer", Role.EDITOR)
def assign_signer(caller: Caller, content_id: str) -> Response:
    """Name another doctor to sign."""
    outcome = composition().newsroom.assign_signer(
        caller.hospital, key(content_id, "content_id"), signer_id=read(Assignment).signer_id, actor=caller.actor
    )
    return answer({"content_id": content_id, "signer_id": outcome.state.signer_id})


@gate.staff("POST", "/contents/{content_id}/adopt", Role.DOCTOR)
def adopt_sentence(caller: Caller, content_id: str) -> Response:
    """Make a refused sentence a fact of the caller's own; the text is checked anew."""
    adoption = read(Adoption)
    key(adoption.fact_id, "fact_id")
    outcome = composition().adopting.adopt(
        caller.hospital, key(content_id, "content_id"), adoption, caller.doctor, caller.actor
    )
    return answer({"content_id": content_id, "revision": outcome.state.revision, "fact_id": adoption.fact_id}, 202)
