"""What stood in a stream at a moment, and what its readers were shown then: for those who must account for it.

Shown means the signed form, byte for byte: title, sentences, signer, day and label of a page are taken from it word
for word. The frame around them is made by the API when a page is asked for and is kept nowhere; `html` is the piece in
the frame of today's exports. Whatever cannot be proved, by hash and signature, is not shown but named as damage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from narrowcast.application.exports import Exports, NotExportable, labelled, write_html
from narrowcast.application.folding import chained, fold, states
from narrowcast.application.hospitals import local_date
from narrowcast.application.ports import SigningKey
from narrowcast.application.store import Store
from narrowcast.application.streams import AGGREGATES, CONTENT, HOSPITAL, Aggregate, StreamKey
from narrowcast.contracts.codec import CorruptCommitError, Envelope, decode, timestamp
from narrowcast.contracts.commit import Commit, Head
from narrowcast.domain.content import Content
from narrowcast.domain.control.gate import Gate
from narrowcast.domain.guide import Guide, GuideSection, PieceRef
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.signing import document_hash
from narrowcast.domain.vocabulary import Section

HOSPITAL_TIME = ZoneInfo("Asia/Shanghai")
"""The zone of a hospital that told none."""


@dataclass(frozen=True, slots=True)
class ShownPiece:
    """A piece as it was signed. `open` says whether patients could read it at that moment.

    `form` is the text of exactly those bytes that the signature covers; `html` is empty for a piece that was not
    published yet.
    """

    content_id: str
    revision: int
    document_hash: str
    open: bool
    title: str
    sentences: tuple[str, ...]
    signer_name: str
    signed_at: datetime
    label: str
    form: str
    html: str


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section of a guide and its pieces, each as the guide referred to it."""

    section: Section
    heading: str
    pieces: tuple[ShownPiece, ...]


@dataclass(frozen=True, slots=True)
class ShownGuide:
    """A guide's page: which edition it was, and its sections. Of its pieces, the page left out those not open.

    Whether the patient's link opened the page at that moment is another question: it expires, and ends with deletion.
    """

    edition: int
    sections: tuple[ShownSection, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """A stream as it stood: its version, the moment it is told for, its events so far, the state, what was shown."""

    stream: str
    version: int
    moment: datetime
    envelopes: tuple[Envelope, ...]
    state: Any
    shown: ShownPiece | ShownGuide | None


@dataclass(frozen=True, slots=True)
class Past:
    """Reads streams as they stood."""

    store: Store
    key: SigningKey
    exports: Exports

    def account(self, key: StreamKey, *, at: datetime | None = None, version: int | None = None) -> Account:
        """Tell of the stream as of a moment, or of a version and the moment it was written; as of now if of neither.

        A version beyond the last gives the last. CorruptCommitError if anything shown, or on the way to it, is damaged.
        """
        aggregate: Aggregate[Any] = AGGREGATES[key.aggregate]
        stream = aggregate.stream(key.hospital, key.key)
        commits = list(self._commits(stream, at, version))
        loaded = fold(aggregate, stream, commits)
        moment = at or (_written(commits[-1]) if version and commits else self.store.clock.now())
        envelopes = tuple(envelope for commit in commits for envelope in decode(commit))
        shown = self._shown(key, loaded.state, moment)
        return Account(stream, loaded.version, moment, envelopes, loaded.state, shown)

    def zone(self, hospital: str) -> ZoneInfo:
        """Return the zone in which the hospital tells the time."""
        profile = self.store.load(HOSPITAL, hospital, hospital).state.profile
        return ZoneInfo(profile.timezone) if profile else HOSPITAL_TIME

    def _commits(self, stream: str, at: datetime | None = None, version: int | None = None) -> Iterator[Commit]:
        """Yield the commits up to the first that was written later; each is proved before its time is believed."""
        commits = chained(stream, self.store.log.read(stream, until=version), Head())
        latest = timestamp(at.astimezone(UTC)) if at else ""
        return takewhile(lambda commit: commit.recorded_at <= latest, commits) if at else commits

    def _shown(self, key: StreamKey, state: Any, moment: datetime) -> ShownPiece | ShownGuide | None:
        if isinstance(state, Content) and state.signed:
            return self._piece(key, state, moment, still=True)
        if isinstance(state, Guide) and state.assembled:
            sections = tuple(self._section(key.hospital, each, moment) for each in state.made.sections)
            return ShownGuide(state.edition, sections)
        return None

    def _section(self, hospital: str, section: GuideSection, moment: datetime) -> ShownSection:
        pieces = tuple(self._referred(hospital, ref, moment) for ref in section.pieces)
        return ShownSection(section.section, section.section.heading, pieces)

    def _referred(self, hospital: str, ref: PieceRef, moment: datetime) -> ShownPiece:
        """Return the piece as the guide referred to it, and whether it still was that at the moment."""
        stream = CONTENT.stream(hospital, ref.content_id)
        known = list(states(CONTENT, stream, self._commits(stream, moment)))
        # A signature that another machine's clock dates a little after the guide is looked for in the whole stream.
        fitting = _those(hospital, ref, known) or _those(hospital, ref, states(CONTENT, stream, self._commits(stream)))
        if not fitting:
            raise CorruptCommitError(f"{stream} never was the revision {ref.revision} that a guide refers to")
        still = bool(known) and known[-1] is fitting[-1]
        return self._piece(StreamKey(hospital, CONTENT.name, ref.content_id), fitting[-1], moment, still=still)

    def _piece(self, key: StreamKey, state: Content, moment: datetime, *, still: bool) -> ShownPiece:
        gate, signed = Gate(self.key.verify), state.signed
        form = gate.form(key.hospital, key.key, state)
        digest = document_hash(key.hospital, key.key, state)
        if signed is None or form is None or signed.document_hash != digest:
            raise CorruptCommitError(f"{CONTENT.stream(key.hospital, key.key)}: the signature does not cover the piece")
        home = HOSPITAL.stream(key.hospital, key.hospital)
        profile = fold(HOSPITAL, home, self._commits(home, moment)).state
        return ShownPiece(
            content_id=key.key,
            revision=state.revision,
            document_hash=digest,
            open=still and gate.lets_pass(key.hospital, key.key, state, on=local_date(profile, moment)),
            title=state.draft.title,
            sentences=tuple(sentence.text for sentence in state.draft.sentences),
            signer_name=signed.signer_name,
            signed_at=signed.signed_at,
            label=signed.label,
            form=form.decode(),
            html=self._html(profile, key, state) if state.published else "",
        )

    def _html(self, profile: Hospital, key: StreamKey, state: Content) -> str:
        try:
            leaflet = self.exports.leaflet_of(profile, key.hospital, key.key, state)
        except NotExportable as refusal:
            stream = CONTENT.stream(key.hospital, key.key)
            raise CorruptCommitError(f"{stream}: hospital or sources are not as signed") from refusal
        return labelled("html", write_html(leaflet), leaflet).decode()


def _those(hospital: str, ref: PieceRef, pieces: Iterable[Content]) -> list[Content]:
    """Return the states in which the piece is signed and exactly the one referred to."""
    signed = (each for each in pieces if each.signed and each.revision == ref.revision)
    return [each for each in signed if document_hash(hospital, ref.content_id, each) == ref.document_hash]


def _written(commit: Commit) -> datetime:
    return datetime.fromisoformat(commit.recorded_at)
