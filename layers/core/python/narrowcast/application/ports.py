"""What the use cases ask of the world; each port has one contract suite, run on memory and on the real thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from narrowcast.contracts.commit import Commit, Head
from narrowcast.domain.content import Objection, Signature, Tags
from narrowcast.domain.draft import Brief, Draft, FactRef, FactText
from narrowcast.domain.guide import PieceRef
from narrowcast.domain.shelves import FIRST_MONTH, Candidate
from narrowcast.domain.vocabulary import Audience, Channel, Form, Section

if TYPE_CHECKING:  # the readers of messages and questions are heavy, and not every function has one to read
    from narrowcast.application.intake.code_map import CodeMap
    from narrowcast.domain.search.wording import Wording
    from narrowcast.domain.shelves import Place, Standing
    from narrowcast.domain.situation import Situation


class ConflictError(Exception):
    """Another writer was first: the caller is behind. Read again, decide again; nothing was written."""


class AheadError(ConflictError):
    """The commit would leave a gap: the stream ends before the version that it follows. Nothing was written.

    What the writer decided on is not in this log. Read again, decide again.
    """


class ForeignChainError(ConflictError):
    """The commit follows another commit than the one that stands there. Nothing was written.

    What the writer decided on is not this stream's history (another table, a copy). Read again, decide again; one
    that comes back after a fresh read means that the stream was tampered with: `narrowcast log verify`.
    """


class UnavailableError(Exception):
    """The service behind the port did not answer, or throttled. Try again later; nothing is known to be done."""


class CommitTooLargeError(Exception):
    """The commit does not fit one item, deflated as it is. Split the command; nothing was written. Sizes in bytes."""

    def __init__(self, stream: str, size: int, limit: int) -> None:
        """Say which stream, how large the item would be, and how large one may be."""
        super().__init__(f"{stream}: a commit of {size} bytes does not fit one item of at most {limit}")
        self.stream, self.size, self.limit = stream, size, limit


class DrafterError(Exception):
    """The drafter's answer cannot be used (malformed, hostile, too long). Ask again or hand over to a person."""


class ReviewerError(Exception):
    """The second reader's answer cannot be used. It is then no opinion: nothing is permitted or blocked by it."""


class ChooserError(Exception):
    """The model's choice cannot be used: the rules choose."""


class KeyDestroyedError(Exception):
    """The subject was forgotten: nothing can be sealed for it any more. Final; nothing was written."""


class UnsealError(Exception):
    """The bytes were changed, belong to another subject, or are in no layout known here. A retry will not help."""


class InDoubtError(Exception):
    """It is not known whether the effect happened, and doing it again may double it: a person decides.

    `effects` are those in doubt.
    """

    def __init__(self, *effects: str) -> None:
        """Name the effects."""
        super().__init__(*effects)
        self.effects = effects


class UndeliverableError(Exception):
    """The channel refuses this message for good (bad address, blocked). Trying again will not help."""


class EventLog(Protocol):
    """Append-only, strongly consistent, one conditional put per commit, and never a gap."""

    def append(self, commit: Commit) -> None:
        """Store the commit at its version, behind the very commit that it names as the one before.

        The writer's own commit, found there already (a lost answer), counts as done. ConflictError if another one is
        there, AheadError if the one before is missing, ForeignChainError if the one before is another;
        CommitTooLargeError if it cannot fit. UnavailableError if the store did not answer: the commit may or may not
        be there, and appending the same commit again tells.
        """

    def read(
        self,
        stream: str,
        *,
        after: int = 0,
        until: int | None = None,
        limit: int | None = None,
        backward: bool = False,
    ) -> Iterator[Commit]:
        """Yield the stream's commits of versions `after` < v <= `until`, past every page limit.

        In order, or from the last one down; `limit` of them at most. UnavailableError in the middle of it too.
        """

    def head(self, stream: str) -> Head:
        """Return the last commit's version and hash without its payload; version 0 of a stream without any."""

    def scan(self, *, segment: int = 0, segments: int = 1) -> Iterator[Commit]:
        """Yield every commit of every stream, in no order between streams.

        With `segments`, one of so many parts that together are everything: several callers may scan at once.
        """


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A fold of a stream up to a version. `state` is JSON, `digest` the SHA-256 over everything else.

    `head` is the hash of the commit at that version, `fold` a fingerprint of the classes and code that folded it.
    """

    stream: str
    version: int
    head: str
    fold: str
    state: bytes = field(repr=False)
    digest: str


class Snapshots(Protocol):
    """The latest snapshot of each long stream. All of them may be thrown away at any time."""

    def keep(self, snapshot: Snapshot) -> None:
        """Store the snapshot unless a later one is there, or it is too large to store. UnavailableError."""

    def find(self, stream: str) -> Snapshot | None:
        """Return the stream's snapshot, believed or not; None if there is none. UnavailableError."""

    def drop(self, stream: str) -> None:
        """Remove the stream's snapshot; absent is fine. UnavailableError."""

    def scan(self) -> Iterator[Snapshot]:
        """Yield every snapshot. UnavailableError."""


class Clock(Protocol):
    """The present moment."""

    def now(self) -> datetime:
        """Return the time in UTC."""


class IdSource(Protocol):
    """Fresh identifiers."""

    def new_id(self) -> str:
        """Return an id that sorts by time and cannot be guessed from another."""


class Drafter(Protocol):
    """Writes a piece from facts alone."""

    @property
    def name(self) -> str:
        """Adapter and model, for the record."""

    def draft(self, brief: Brief) -> Draft:
        """Return a draft whose sentences cite only the brief's facts. DrafterError, UnavailableError."""


class SecondOpinion(Protocol):
    """Reads a draft after the rules did. It can only object: what it does not say permits nothing (law 2)."""

    @property
    def name(self) -> str:
        """Adapter and model, for the record."""

    def objections(self, draft: Draft, facts: Mapping[FactRef, FactText]) -> tuple[Objection, ...]:
        """Return its objections to sentences of the draft. ReviewerError, UnavailableError."""


class Chooser(Protocol):
    """A model that chooses sentences by their numbers. It never writes: its words are shown to nobody (law 1)."""

    @property
    def name(self) -> str:
        """Adapter and model, for the record."""

    def choose(self, question: str, sentences: Sequence[str]) -> tuple[int, ...]:
        """Return places of sentences (from 0), in the order to be read; none if none answers.

        The question comes as words of our dictionary only (law 6). ChooserError, UnavailableError.
        """


class SigningKey(Protocol):
    """The hospital's signing key: KMS on AWS."""

    def sign(self, form: bytes) -> Signature:
        """Sign the SHA-256 of the form (ECDSA P-256). UnavailableError."""

    def verify(self, form: bytes, signature: Signature) -> bool:
        """Whether the signature covers exactly these bytes; False for any malformed or foreign signature."""

    def public_keys(self) -> Mapping[str, bytes]:
        """Return the public half of every key that is believed, as PEM by key id. UnavailableError."""


class Roots(Protocol):
    """The signed roots of each hospital's streams, written once, where the log's writers cannot reach them."""

    def put(self, hospital: str, number: int, body: bytes) -> None:
        """Store a root. ConflictError if there is one of that number; UnavailableError."""

    def read(self, hospital: str) -> Iterator[bytes]:
        """Yield the hospital's roots in order of number. UnavailableError."""

    def hospitals(self) -> Iterator[str]:
        """Yield the hospitals that have roots. UnavailableError."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person. SMS and app ignore the subject. `effect` names the event that caused it.

    WeChat needs to know whose account sends it (`hospital`), and shows a page (`url`) in place of the text.
    """

    channel: Channel
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    effect: str
    hospital: str = ""
    url: str = field(default="", repr=False)


class Messenger(Protocol):
    """Mail, SMS, app push."""

    def send(self, message: Message) -> None:
        """Hand the message to its channel.

        UndeliverableError and, but for channels that know a repeated effect by its id, UnavailableError: it certainly
        was not handed over. InDoubtError: the channel did not say.
        """


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a person. Lives only in the vault."""

    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    app_user: str = field(default="", repr=False)
    openid: str = field(default="", repr=False)


class KeyRing(Protocol):
    """A data key for each subject, made at its first use. Destroying it is the deletion of all that it sealed (law 6).

    Sealed bytes may lie anywhere, in the log too. Subjects are stream keys: `<hospital>/patient#…`, `…/signer#…`.
    """

    def seal(self, subject: str, plain: bytes) -> bytes:
        """Return bytes that only `unseal` for the same subject opens. KeyDestroyedError, UnavailableError."""

    def unseal(self, subject: str, sealed: bytes) -> bytes | None:
        """Return what was sealed for the subject; None once its key is destroyed. UnsealError, UnavailableError."""

    def destroy(self, subject: str) -> None:
        """Destroy the subject's key for good, also one that was never made: it gets no other. UnavailableError."""


class Vault(Protocol):
    """Contacts, each sealed under its subject's own data key; subjects are those of the key ring."""

    def keep(self, subject: str, contact: Contact) -> None:
        """Store or replace the subject's contact; that of a forgotten subject is not stored. UnavailableError."""

    def contact(self, subject: str) -> Contact | None:
        """Return the contact; None if there is none or its key was destroyed. UnavailableError."""

    def remove(self, subject: str) -> None:
        """Remove the sealed contact; absent is fine. UnavailableError."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a nonce opens. `key` is the SHA-256 of the nonce in hex; the nonce itself is stored nowhere."""

    key: str
    kind: str
    stream: str
    request_id: str
    subject: str
    channel: str
    code_hash: str
    expires_at: datetime
    attempts: int = 0


class Links(Protocol):
    """Opaque, expiring links."""

    def keep(self, link: Link) -> None:
        """Store the link unless it is there already (its attempts then stay)."""

    def find(self, key: str) -> Link | None:
        """Return the link, whether expired or not."""

    def count_attempt(self, key: str, *, limit: int) -> bool:
        """Count one attempt at the code, atomically; False, uncounted, if `limit` attempts were made before."""

    def clear_attempts(self, key: str) -> None:
        """Count from nothing again: the right code was given. An unknown link stays unknown."""


class TaskTokens(Protocol):
    """The tokens of waiting workflows, one per stream and wait; never in the log."""

    def keep(self, stream: str, wait: str, token: str) -> None:
        """Store the token, in place of an earlier one."""

    def find(self, stream: str, wait: str) -> str | None:
        """Return the waiting token."""


class Claim(StrEnum):
    """What a caller learns who wants to carry an effect out."""

    TAKEN = "taken"
    """It is this caller's, and nobody else's, to carry out."""
    OPEN = "open"
    """Another caller took it and has not said what came of it."""
    DONE = "done"
    """It is done."""


class Effects(Protocol):
    """Which effects of which events are under way or done: makes a redelivered stream record harmless."""

    def claim(self, effect: str, *, lease: timedelta | None = None) -> Claim:
        """Take the effect for this caller, atomically; with a lease, a claim older than that is taken over.

        A claim never expires by itself: what came of it would be forgotten.
        """

    def done(self, effect: str) -> bool:
        """Whether the effect was marked."""

    def mark(self, effect: str) -> None:
        """Mark the effect as done."""

    def release(self, effect: str) -> None:
        """Give a claim back: the effect certainly did not happen. One that is done stays done."""


class Workflows(Protocol):
    """Step Functions."""

    def start(self, process: str, name: str, data: Mapping[str, object]) -> None:
        """Start a state machine by its file's name; a running or ended execution of that name counts as done."""

    def answer(self, token: str, output: Mapping[str, object]) -> bool:
        """Answer a wait; False if nobody waits with that token any more."""

    def running(self, process: str) -> Iterator[str]:
        """Yield the names of the process's running executions."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a projection keeps of one stream: the version that it folded, and the SHA-256 of the bytes it keeps."""

    version: int
    digest: str


class Schedules(Protocol):
    """EventBridge Scheduler."""

    def start_at(self, moment: datetime, process: str, name: str, data: Mapping[str, object]) -> None:
        """Have the process started at the moment, to the minute at worst; a schedule of that name counts as done.

        `name` has at most 64 characters of A-Z a-z 0-9 . _ -. UnavailableError.
        """

    def cancel(self, name: str) -> None:
        """Take a schedule back; absent, or fired already, is fine. UnavailableError."""


class Generation(Protocol):
    """A second whole of a projection, made beside the one that is read. Writers write to both while there are two."""

    def entries(self) -> tuple[dict[str, Entry], dict[str, Entry]]:
        """Return what the live generation and this one hold, by place. UnavailableError."""

    def swap(self) -> bool:
        """Let readers see this one from now on, all of it at once; False if a later rebuild has taken its place."""

    def drop_others(self) -> None:
        """Remove every generation but the live one, this one included if it never was swapped in."""


class Rows(Protocol):
    """Where rows of a projection are written."""

    def put(self, pk: str, sk: str, version: int, document: Mapping[str, object]) -> None:
        """Write the row unless a later version is there."""

    def remove(self, pk: str, sk: str, version: int) -> None:
        """Take the row out unless a later version is there; its place keeps the version, so that none comes back."""


class RowGeneration(Generation, Rows, Protocol):
    """A second whole of the rows."""


class ReadTable(Rows, Protocol):
    """Rows that projections write and queries read: a place, the version of the stream they fold, a JSON document."""

    def begin(self) -> RowGeneration:
        """Start a generation beside the live one; one that was left unfinished is given up."""

    def entries(self) -> dict[str, Entry]:
        """Return what the live generation holds, by place. UnavailableError."""

    def versions(self, pk: str) -> Iterator[tuple[int, Mapping[str, object]]]:
        """Yield the documents of a partition as `query` does, each with the version it folds."""

    def get(self, pk: str, sk: str) -> Mapping[str, object] | None:
        """Return the row's document."""

    def query(self, pk: str) -> Iterator[Mapping[str, object]]:
        """Yield the documents of a partition in order of sk."""


@dataclass(frozen=True, slots=True)
class ParkedRecord:
    """A commit that a consumer of the log's stream could not take in. Says why in words that tell of no person.

    `kind`: damaged, failing, unavailable, in_doubt; `effects`: those in doubt.
    """

    consumer: str
    stream: str
    version: int
    kind: str
    reason: str
    parked_at: str
    effects: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """One commit is parked once by each consumer."""
        return f"{self.consumer}|{self.stream}|{self.version}"


class ParkingLot(Protocol):
    """Keeps what was parked until it is taken in after all, and counts failures until then."""

    def count_failure(self, record_id: str) -> int:
        """Count one more failure of a record; return how many there were. UnavailableError."""

    def park(self, record: ParkedRecord) -> None:
        """Keep the record, in place of what was kept of it before. UnavailableError."""

    def list(self) -> Iterator[ParkedRecord]:
        """Yield what is parked, in order of id. UnavailableError."""

    def remove(self, record_id: str) -> None:
        """Take the record off the list; absent is fine. UnavailableError."""


class Embedder(Protocol):
    """Turns texts into vectors whose cosines say how near their meanings are. Vectors of two names never meet."""

    @property
    def name(self) -> str:
        """Model and version; written beside every vector."""

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""

    def queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector for each question. UnavailableError."""

    def passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector for each text that may answer one. UnavailableError."""


Vector = tuple[int, ...]
"""8-bit whole numbers, as domain.search.vectors makes them."""


MOST_STANDING = 9_999
"""Pieces of a place that an index tells of; no place of a guide is so badly off that none of them will do."""


@dataclass(frozen=True, slots=True)
class IndexedPiece:
    """A published piece as the index holds it: `vectors` of its passages by the model named `model`, or none."""

    hospital: str
    content_id: str
    revision: int
    document_hash: str
    section: Section
    tags: Tags
    title: str
    text: str
    valid_until: str
    channels: tuple[str, ...] = ()
    model: str = ""
    vectors: tuple[Vector, ...] = ()
    form: Form = Form.ARTICLE
    facts: tuple[FactRef, ...] = ()
    signed_on: date = FIRST_MONTH

    @property
    def candidate(self) -> Candidate:
        """What decides who gets the piece, by the index's word."""
        piece = PieceRef(self.content_id, self.revision, self.document_hash, self.facts)
        return Candidate(piece, self.section, self.tags, self.form, self.signed_on)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which pieces may be found: made by the server alone, and checked again on each piece before anyone sees it.

    Valid on the day `on`, published on the channel, for one of the audiences, and none of `without` (content ids).
    Without an audience or a channel nothing is found.
    """

    hospital: str
    on: date
    channel: str
    audiences: tuple[Audience, ...]
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A piece by the index's word, with what the engine scored it; scores of two searches do not compare."""

    content_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Engine:
    """What searches: its name and version, the analyzers it has for Chinese, how it finds the nearest vectors.

    `vectors`: knn, exact or none; `model`: whose vectors the index holds.
    """

    name: str
    version: str
    analyzers: tuple[str, ...]
    vectors: str
    model: str


class Pieces(Protocol):
    """Where pieces are indexed."""

    def put(self, piece: IndexedPiece, version: int) -> None:
        """Index the piece unless a later version is there. UnavailableError."""

    def remove(self, hospital: str, content_id: str, version: int) -> None:
        """Take the piece out unless a later version is there; absent is fine. UnavailableError."""


class PieceGeneration(Generation, Pieces, Protocol):
    """A second whole of the index."""


class ContentIndex(Pieces, Protocol):
    """Retrieval. Whatever it returns is checked again against the log before anyone sees it."""

    def begin(self) -> PieceGeneration:
        """Start a generation beside the live one; one that was left unfinished is given up. UnavailableError."""

    def entries(self) -> dict[str, Entry]:
        """Return what the live generation holds, by place. UnavailableError."""

    def candidates(self, hospital: str, codes: Sequence[str]) -> Iterator[str]:
        """Yield the content ids of the hospital's pieces tagged with any of the codes. UnavailableError."""

    def standing(
        self, hospital: str, places: Sequence[Place], situation: Situation, *, on: date, limit: int
    ) -> list[Standing]:
        """Return what stands at each place of a guide on that day, in the places' order, by the rules of today.

        At most `limit` pieces each, 1 to MOST_STANDING. UnavailableError.
        """

    def quizzes(self, hospital: str, codes: Sequence[str], facts: Sequence[FactRef], *, on: date) -> list[Candidate]:
        """Return the quizzes about any of the codes that tell any of the facts, by id. UnavailableError."""

    def simple(
        self, hospital: str, codes: Sequence[str], section: Section, facts: Sequence[FactRef], *, on: date
    ) -> list[Candidate]:
        """Return a section's pieces in the plainest words about any of the codes that tell all of the facts.

        Those that tell least first, then by id. UnavailableError.
        """

    def matching(self, scope: Scope, wording: Wording, limit: int) -> list[Found]:
        """Return pieces in scope that share words with the question, or other names of what it names; best first.

        UnavailableError.
        """

    def nearest(self, scope: Scope, vector: Vector, limit: int) -> list[Found]:
        """Return pieces in scope that have a passage near the vector, best first. UnavailableError."""

    def engine(self) -> Engine:
        """Return what searches. UnavailableError."""


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message that intake refused, without its content. The raw bytes are kept apart, encrypted, for 30 days."""

    refusal_id: str
    hospital: str
    received_at: str
    message_format: str
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came under a name, by its digest, and when it came first (UTC, trailing Z)."""

    digest: str
    at: str


class Receipts(Protocol):
    """The first receipt of each message: makes the answer to a message sent again the same answer."""

    def first(self, key: str, receipt: Receipt) -> Receipt:
        """Keep the receipt unless there is one under the key; return the one that is kept. UnavailableError."""


class CodeMaps(Protocol):
    """What each hospital's own codes mean."""

    def of(self, hospital: str) -> CodeMap:
        """Return the hospital's map, an empty one if it has none. UnavailableError."""


class Refusals(Protocol):
    """What was refused is kept where staff can see it."""

    def keep(self, refused: RefusedMessage, raw: bytes) -> None:
        """Keep the message and the reasons."""

    def list(self, hospital: str) -> Iterator[RefusedMessage]:
        """Yield the hospital's refused messages, newest first."""


class RefusedBodies(Protocol):
    """The refused messages themselves, of all hospitals."""

    def erase(self, hospital: str, about: Callable[[bytes], bool]) -> int:
        """Remove for good each of the hospital's messages that `about` knows; return how many. UnavailableError."""


class Clients(Protocol):
    """The hospital systems that may call: each has a key."""

    def hospital_of(self, key: str) -> str | None:
        """Return the hospital that the key was given to; None for an unknown, disabled or empty key."""
