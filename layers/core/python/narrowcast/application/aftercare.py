"""What a patient does with her guide once she has it: opens, reads, answers, notes how she feels, is reminded.

Whoever comes here holds the guide's link. What she writes in her own words is sealed before it enters an event; what it
leads to (a nurse's task, a schedule) follows from the event.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from narrowcast.application.guides import ReadingRoom, SignedLibrary
from narrowcast.application.hospitals import profile_of, today
from narrowcast.application.persons import Person, Persons
from narrowcast.application.ports import KeyDestroyedError, KeyRing
from narrowcast.application.sealed_words import PersonForgotten
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import DIARY, GUIDE, PATIENT, REMINDERS, StreamKey
from narrowcast.contracts.codec import timestamp
from narrowcast.domain import diary, reading, reminding
from narrowcast.domain import patient as patients
from narrowcast.domain.control.quiz import Question, questions_of
from narrowcast.domain.diary import Severity, Symptom, SymptomsNoted, SymptomsUnclear
from narrowcast.domain.guide import Guide, PieceRef, SectionNotInGuide, sections_shown
from narrowcast.domain.reading import QuestionNotInGuide, QuizAnswered, QuizAsked, Simpler
from narrowcast.domain.routing import Embed, Route, route
from narrowcast.domain.vocabulary import Purpose, Section

EVIDENCE = "guide_page"


@dataclass(frozen=True, slots=True)
class Noting:
    """What a patient ticked and wrote; `entry` is the page's own id of it."""

    entry: str
    symptoms: tuple[Symptom, ...]
    severity: Severity
    words: str


@dataclass(frozen=True, slots=True)
class Aftercare:
    """Hears patients at their guides."""

    store: Store
    room: ReadingRoom
    library: SignedLibrary
    ring: KeyRing
    embed: Embed | None = None

    # ---- reading ----

    def open(self, nonce: str) -> None:
        """Record that a person looks at the guide as it stands now."""
        self._read(self.room.behind(nonce), lambda s: reading.open_guide(s.reading, edition=s.edition))

    def read(self, nonce: str, section: Section) -> None:
        """Record that the end of a section was seen; whoever saw that has opened the guide. SectionNotInGuide."""

        def decide(state: Guide) -> tuple[reading.Event, ...]:
            if section not in {part.section for part in sections_shown(state)}:
                raise SectionNotInGuide("这份健康指南没有该部分", field="section")
            opened = reading.open_guide(state.reading, edition=state.edition)
            return (*opened, *reading.read_section(state.reading, section=section))

        self._read(self.room.behind(nonce), decide)

    def answer(self, nonce: str, content_id: str, revision: int, question: int, option: int) -> QuizAnswered:
        """Record an answer to a question, and what it leads to. QuestionNotInGuide."""
        key = self.room.behind(nonce)
        asked = self._guide(key).reading.quiz(content_id, revision)
        answered = QuizAnswered(
            content_id, revision, question, option, self._is_right(key, asked, question, option), asked.section
        )
        simpler = asked.simpler if asked.simpler and self._may_be_shown(key, asked.simpler) else None
        self._read(key, lambda s: reading.answer_quiz(s.reading, answered, simpler))
        return answered

    def _read(self, key: StreamKey, decide: Callable[[Guide], tuple[reading.Event, ...]]) -> None:
        self.store.execute(GUIDE, key.hospital, key.key, decide, _patient(key))

    def _guide(self, key: StreamKey) -> Guide:
        return self.store.load(GUIDE, key.hospital, key.key).state

    def _is_right(self, key: StreamKey, asked: QuizAsked, question: int, option: int) -> bool:
        """Whether the option is the signed right one. QuestionNotInGuide, also if the quiz may not be shown."""
        ref = PieceRef(asked.content_id, asked.revision, asked.document_hash, asked.facts)
        state = self.library.exactly(key.hospital, ref, on=today(self.store, key.hospital))
        questions: tuple[Question, ...] = questions_of(state.draft) if state else ()
        if not (0 <= question < len(questions) and 0 <= option < len(questions[question].options)):
            raise QuestionNotInGuide("这道题已更新或撤回，请刷新页面", field="quiz")
        return questions[question].right == option

    def _may_be_shown(self, key: StreamKey, simpler: Simpler) -> bool:
        ref = PieceRef(simpler.content_id, simpler.revision, simpler.document_hash, ())
        return self.library.exactly(key.hospital, ref, on=today(self.store, key.hospital)) is not None

    # ---- how she feels ----

    def note(self, nonce: str, noting: Noting) -> SymptomsNoted:
        """Record an entry of the diary and return it; its `red_flags` are to be answered at once. SymptomsUnclear."""
        key = self.room.behind(nonce)
        words = noting.words.strip()
        if len(words) > diary.LONGEST_WORDS:
            raise SymptomsUnclear(f"请不要超过{diary.LONGEST_WORDS}字", field="words")
        person = self._person(key)
        noted = SymptomsNoted(
            noting.entry,
            key.key,
            noting.symptoms,
            noting.severity,
            self._sealed(key.hospital, person, words),
            diary.red_flags(noting.symptoms, noting.severity, urgent_words=self._urgent(words)),
            self.store.clock.now(),
        )
        outcome = self.store.execute(DIARY, key.hospital, person.root, lambda s: diary.note(s, noted), _patient(key))
        return outcome.state.entry(noting.entry) or noted

    def _urgent(self, words: str) -> bool:
        """Whether what is written may be an emergency, as questions are judged; in doubt it is one."""
        return bool(words) and route(words, self.embed).route is Route.EMERGENCY

    def _sealed(self, hospital: str, person: Person, words: str) -> str:
        if not words:
            return ""
        try:
            return b64encode(self.ring.seal(PATIENT.stream(hospital, person.root), words.encode())).decode()
        except KeyDestroyedError:
            raise PersonForgotten("您的个人信息已删除，不能再记录", field="words") from None

    # ---- reminders ----

    def remind(
        self, nonce: str, kind: reminding.Kind, times: tuple[time, ...], first: date | None, until: date
    ) -> None:
        """Have the patient reminded from a day (or today) on: choosing agrees. RemindersUnclear, SectionNotInGuide."""
        key = self.room.behind(nonce)
        if kind.section not in {section for section, _ in self.room.show_guide(key.hospital, key.key).sections}:
            raise SectionNotInGuide("这份健康指南没有相应的部分，不能设提醒", field="kind")
        now, on = self.store.clock.now(), today(self.store, key.hospital)

        def decide(state: reminding.Reminders) -> tuple[reminding.Event, ...]:
            return reminding.choose(state, kind=kind, times=times, first=first or on, until=until, now=now, today=on)

        decide(reminding.Reminders())  # what is unclear is refused before anything is agreed to
        self._consent(key)
        self.store.execute(REMINDERS, key.hospital, key.key, decide, _patient(key))

    def stop_reminding(self, nonce: str, kind: reminding.Kind) -> None:
        """End the reminders of a kind."""
        key = self.room.behind(nonce)
        decide = lambda s: reminding.end(s, kind=kind, reason=reminding.Ended.CHOSEN)  # noqa: E731 - typed where it is used
        self.store.execute(REMINDERS, key.hospital, key.key, decide, _patient(key))

    def reminders(self, hospital: str, guide_id: str) -> reminding.Reminders:
        """Return what is chosen."""
        return self.store.load(REMINDERS, hospital, guide_id).state

    def zone(self, hospital: str) -> ZoneInfo:
        """Return the hospital's time zone."""
        profile = profile_of(self.store, hospital).profile
        return ZoneInfo(profile.timezone if profile else "UTC")

    def _consent(self, key: StreamKey) -> None:
        person = self._person(key)
        now = timestamp(self.store.clock.now())
        self.store.execute(
            PATIENT,
            key.hospital,
            person.root,
            lambda s: patients.record_consent(
                patients.united((s, *person.others)),
                purpose=Purpose.REMINDERS,
                given=True,
                evidence=EVIDENCE,
                decided_at=now,
            ),
            _patient(key),
        )

    def _person(self, key: StreamKey) -> Person:
        return Persons(self.store).of(key.hospital, self._guide(key).made.patient)


def _patient(key: StreamKey) -> Actor:
    return Actor("patient", correlation_id=key.key)
