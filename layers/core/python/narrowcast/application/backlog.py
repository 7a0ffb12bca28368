"""What patients lack, ranked by how many stand behind it; and how a topic begins: a form for the right doctor.

Folded from rows at each reading: what was filled since is gone from the list. Counts are exact for staff; whoever takes
them out of the house takes `told`, where a count below SMALLEST is only told as such.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from narrowcast.application.facts import FactLedger
from narrowcast.application.hospitals import profile_of, today
from narrowcast.application.inbox import months_back
from narrowcast.application.links import LinkOffice
from narrowcast.application.ports import Link, ReadTable
from narrowcast.application.questions import FEW, SMALLEST, Topic, questions_backlog
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONTENT, GUIDE, KEY_POINTS, SIGNER, VISIT, StreamKey
from narrowcast.domain import key_points
from narrowcast.domain.control.facts.splitting import split_statements
from narrowcast.domain.draft import Source
from narrowcast.domain.errors import Refusal
from narrowcast.domain.fact import Statement
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.key_points import KeyPointsGiven, KeyPointsRequested, Need
from narrowcast.domain.signer import Scope, objection
from narrowcast.domain.vocabulary import Risk, Section

MONTHS = 2
"""Conversations that began before that feed the list no more."""
RENEW_WITHIN = timedelta(days=60)
"""How long before its last valid day a piece asks for renewal: longer than editing and signing may take."""
ANSWER_WITHIN = timedelta(days=14)
LINK = "keypoints"
LONGEST_TEXT = 10_000
MOST_STATEMENTS = 30
RISKS = {
    Section.DISEASE: Risk.GENERAL,
    Section.MEDICATION: Risk.MEDICATION,
    Section.DIET: Risk.LIFESTYLE,
    Section.EXERCISE: Risk.LIFESTYLE,
    Section.FOLLOWUP: Risk.GENERAL,
}
"""What a mistake in a key point would touch, until its doctor says otherwise in the fact ledger."""
Rows = Iterable[Mapping[str, Any]]


class EntryUnknown(Refusal):
    """The backlog has no such entry now: it was filled, or never there."""


class NotForADoctor(Refusal):
    """The entry is not settled by key points, or no doctor of the hospital is entitled to its codes."""


class KeyPointsUnclear(Refusal):
    """The form holds no statement, far too many, or not what a fact needs."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something patients lack. `patients` stand behind it, `times` it was met; `due` is a last valid day, or None.

    `state` is open, asked (a doctor has the form) or given (her facts are proposed).
    """

    item: str
    need: Need
    label: str
    patients: int
    times: int
    section: Section | None = None
    codes: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()
    due: date | None = None
    signer_id: str = ""
    state: str = "open"


@dataclass(frozen=True, slots=True)
class KeyPointsForm:
    """What a doctor's link shows."""

    link: Link
    key: StreamKey
    hospital: Hospital
    asked: KeyPointsRequested


@dataclass(frozen=True, slots=True)
class GivenPoints:
    """What she sends: her key points as free text, where they come from, their last day of use."""

    code: str
    text: str
    source: Source
    valid_until: date


def told(count: int) -> int | str:
    """Return a count as it may leave the house."""
    return count if count == 0 or count >= SMALLEST else FEW


@dataclass(frozen=True, slots=True)
class Backlog:
    """Reads the list, and asks doctors."""

    store: Store
    read: ReadTable

    def entries(self, hospital: str) -> list[Entry]:
        """Return what patients lack, most patients first; what runs out comes before what it ties with."""
        now = self.store.clock.now()
        looked = _Look(self.read, hospital, today(self.store, hospital), now)
        states = {str(row["item"]): row for row in self.read.query(f"{hospital}/{KEY_POINTS.name}")}
        found = (replace(each, state=_stands(states.get(each.item), now)) for each in looked.entries())
        return sorted(found, key=lambda each: (-each.patients, each.due or date.max, -each.times, each.item))

    def ask(self, hospital: str, item: str, actor: Actor) -> KeyPointsRequested:
        """Ask the right doctor for key points on an entry; the same again changes nothing.

        EntryUnknown, NotForADoctor.
        """
        entry = next((each for each in self.entries(hospital) if each.item == item), None)
        if entry is None:
            raise EntryUnknown("待办中没有这一项，可能已经补齐", field="item")
        if entry.section is None:
            raise NotForADoctor("这一项不需要医生提供要点", field="item")
        now = self.store.clock.now()
        wanted = KeyPointsRequested(
            entry.need,
            entry.label,
            entry.section,
            entry.codes,
            entry.treatments,
            self._doctor(hospital, entry),
            now + ANSWER_WITHIN,
        )
        decide = lambda s: key_points.request(s, wanted, now=now)  # noqa: E731 - typed
        return self.store.execute(KEY_POINTS, hospital, item, decide, actor).state.asked

    def _doctor(self, hospital: str, entry: Entry) -> str:
        """Return who is to be asked: who signed the piece before, then the head of a department of the specialty."""
        scope = Scope(entry.codes, today(self.store, hospital))
        rows: list[Mapping[str, Any]] = list(self.read.query(f"{hospital}/{SIGNER.name}"))
        ranked = sorted(rows, key=lambda row: (row["signer_id"] != entry.signer_id, not row["head"], row["signer_id"]))
        for row in ranked:
            signer = self.store.load(SIGNER, hospital, row["signer_id"]).state
            if signer.profile and objection(signer, scope) is None:
                return str(row["signer_id"])
        raise NotForADoctor("本院没有对应专业的医生可以提供要点", field="item")


@dataclass(frozen=True, slots=True)
class KeyPointsDesk:
    """The doctor's side: a link shows the form, a code proves her, her words become proposed facts."""

    store: Store
    office: LinkOffice
    ledger: FactLedger

    def show(self, nonce: str) -> KeyPointsForm:
        """Return what the link opens; changes nothing (law 5)."""
        link = self.office.open(nonce, LINK, self.store.clock.now())
        key = StreamKey.parse(link.stream)
        state = self.store.load(KEY_POINTS, key.hospital, key.key).state
        asked = key_points.answerable(state, signer_id=link.subject)
        return KeyPointsForm(link, key, profile_of(self.store, key.hospital), asked)

    def give(self, nonce: str, points: GivenPoints) -> tuple[str, ...]:
        """Propose each statement of the text as a fact in her name; returns their ids. WrongCode, KeyPointsUnclear.

        A second sending, after the first was cut short, finds what was proposed and goes on.
        """
        shown = self.show(nonce)
        texts = self._statements(points)
        self.office.check_code(shown.link, points.code)
        doctor, hospital = shown.link.subject, shown.key.hospital
        actor = Actor(f"signer:{doctor}", correlation_id=shown.key.key)
        fact_ids = tuple(_fact_id(shown.key.key, text) for text in texts)
        for fact_id, text in zip(fact_ids, texts, strict=True):
            self.ledger.propose(hospital, fact_id, _statement(shown.asked, points, text), doctor, actor)
        given = KeyPointsGiven(doctor, fact_ids)
        self.store.execute(KEY_POINTS, hospital, shown.key.key, lambda s: key_points.give(s, given), actor)
        return fact_ids

    def _statements(self, points: GivenPoints) -> tuple[str, ...]:
        texts = tuple(dict.fromkeys(split_statements(points.text)))
        if not texts or len(points.text) > LONGEST_TEXT or len(texts) > MOST_STATEMENTS:
            raise KeyPointsUnclear(f"请填写1至{MOST_STATEMENTS}条要点（不超过{LONGEST_TEXT}字）", field="text")
        if not (points.source.title.strip() and points.source.publisher.strip() and points.source.locator.strip()):
            raise KeyPointsUnclear("请填写出处：文件名称、发布机构和所在位置", field="source")
        if points.valid_until <= self.store.clock.now().date():
            raise KeyPointsUnclear("有效期应晚于今天", field="valid_until")
        return texts


def _fact_id(item: str, text: str) -> str:
    return f"{item}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _statement(asked: KeyPointsRequested, points: GivenPoints, text: str) -> Statement:
    return Statement(
        text,
        points.source,
        asked.section,
        RISKS[asked.section],
        asked.codes,
        asked.treatments,
        "",
        (),
        points.valid_until,
    )


def _stands(row: Mapping[str, object] | None, now: datetime) -> str:
    if row is None:
        return "open"
    late = row["state"] == "asked" and now >= datetime.fromisoformat(str(row["expires_at"]))
    return "open" if late else str(row["state"])


# What is looked at


@dataclass
class _Met:
    """Who met a lack, and how often."""

    patients: set[str] = field(default_factory=set)
    times: int = 0

    def add(self, patient: str) -> None:
        self.times += 1
        self.patients.add(patient)


class _Look:
    """One reading of a hospital's rows."""

    def __init__(self, read: ReadTable, hospital: str, on: date, now: datetime) -> None:
        self._read, self._hospital, self._on, self._now = read, hospital, on, now

    def entries(self) -> Iterator[Entry]:
        """Yield every entry, in no order."""
        yield from self._gaps()
        yield from self._unanswered()
        yield from self._misunderstood()
        yield from self._taken_back()
        yield from self._expiring()
        yield from self._unmapped()

    def _rows(self, aggregate: str) -> list[Mapping[str, Any]]:
        return list(self._read.query(f"{self._hospital}/{aggregate}"))

    @cached_property
    def _guides(self) -> list[Mapping[str, Any]]:
        return self._rows(GUIDE.name)

    @cached_property
    def _contents(self) -> dict[str, Mapping[str, Any]]:
        return {row["content_id"]: row for row in self._rows(CONTENT.name)}

    def _gaps(self) -> Iterator[Entry]:
        """Sections for which guides found nothing, unless something was published for them since."""
        met: dict[tuple[str, str], _Met] = {}
        for row in self._guides:
            for gap in row["gaps"]:
                met.setdefault((gap["section"], gap["code"]), _Met()).add(row["patient"])
        for (name, code), who in met.items():
            section = Section(name)
            if not self._filled(section, code):
                yield _entry(Need.GAP, who, f"{section.heading} {code}", (section, code), section, codes=(code,))

    def _filled(self, section: Section, code: str) -> bool:
        return any(
            row["status"] == "published"
            and row["section"] == section
            and not row["treatments"]
            and code.startswith(tuple(row["codes"]))
            for row in self._contents.values()
        )

    def _unanswered(self) -> Iterator[Entry]:
        months = months_back(self._now, MONTHS)
        return (self._question(topic) for topic in questions_backlog(self._read, self._hospital, months))

    def _question(self, topic: Topic) -> Entry:
        """A topic of unmet questions; conversations stand for patients, for some who ask are unknown."""
        told_wrong = next((self._contents[each] for each in topic.pieces if each in self._contents), None)
        about = _about(told_wrong) if told_wrong else {}
        return Entry(
            _item(Need.UNANSWERED, topic.term, topic.asks),
            Need.UNANSWERED,
            topic.label,
            topic.conversations,
            topic.questions,
            pieces=topic.pieces,
            **{"section": Section.DISEASE, **about},
        )

    def _misunderstood(self) -> Iterator[Entry]:
        met: dict[str, _Met] = {}
        for row in self._guides:
            for section in {*row["questioned"], *row.get("missed", ())}:
                for content_id in row["sections"].get(section, ()):
                    met.setdefault(content_id, _Met()).add(row["patient"])
        yield from self._of_pieces(Need.MISUNDERSTOOD, met)

    def _taken_back(self) -> Iterator[Entry]:
        recalled = {name for name, row in self._contents.items() if row["status"] == "recalled"}
        yield from self._of_pieces(Need.TAKEN_BACK, {name: self._shown_in(name) for name in recalled})

    def _expiring(self) -> Iterator[Entry]:
        due = {name: self._shown_in(name) for name, row in self._contents.items() if self._runs_out(row)}
        yield from self._of_pieces(Need.EXPIRING, due)

    def _runs_out(self, row: Mapping[str, Any]) -> bool:
        if row["status"] != "published":
            return False
        return bool(row["outdated"]) or date.fromisoformat(row["valid_until"]) <= self._on + RENEW_WITHIN

    def _shown_in(self, content_id: str) -> _Met:
        who = _Met()
        for row in self._guides:
            if any(content_id in pieces for pieces in row["sections"].values()):
                who.add(row["patient"])
        return who

    def _of_pieces(self, need: Need, met: Mapping[str, _Met]) -> Iterator[Entry]:
        for content_id, who in met.items():
            row = self._contents.get(content_id)
            if row and not self._replaced(need, row):
                due = date.fromisoformat(row["valid_until"]) if row["valid_until"] and need is Need.EXPIRING else None
                found = _entry(need, who, row["title"], (content_id,), pieces=(content_id,), due=due)
                yield replace(found, signer_id=row["signer"], **_about(row))

    def _replaced(self, need: Need, row: Mapping[str, Any]) -> bool:
        """Whether a piece that was taken back or runs out has another of the same scope beside it that does not."""
        return need in (Need.TAKEN_BACK, Need.EXPIRING) and any(
            other is not row
            and other["status"] == "published"
            and (other["section"], other["codes"], other["treatments"], other["form"])
            == (row["section"], row["codes"], row["treatments"], row["form"])
            and not self._runs_out(other)
            for other in self._contents.values()
        )

    def _unmapped(self) -> Iterator[Entry]:
        met: dict[tuple[str, str, str], _Met] = {}
        for row in self._rows(VISIT.name):
            for code in row.get("unmapped", ()):
                met.setdefault((code["kind"], code["system"], code["code"]), _Met()).add(row["patient"])
        for (kind, system, code), who in met.items():
            yield _entry(Need.UNMAPPED, who, f"{kind} {system} {code}", (kind, system, code))


def _about(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "section": Section(row["section"]),
        "codes": tuple(row["codes"]),
        "treatments": tuple(row["treatments"]),
    }


def _entry(
    need: Need, who: _Met, label: str, key: tuple[str, ...], section: Section | None = None, **more: Any
) -> Entry:
    return Entry(_item(need, *key), need, label, len(who.patients), who.times, section, **more)


def _item(need: Need, *key: str) -> str:
    """Return the entry's id: the same lack has the same one for ever."""
    return f"{need.replace('_', '-')}-{hashlib.sha256('|'.join(key).encode()).hexdigest()[:12]}"
