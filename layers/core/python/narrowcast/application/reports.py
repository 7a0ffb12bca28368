"""报错, from the reader who makes one to the staff who close it: the sentence, its piece and signer, what came of it.

Found by rows; times and words are those of the log and of the signed library behind its gate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from narrowcast.application.hospitals import local_date, profile_of
from narrowcast.application.inbox import MONTHS_LISTED, months_back
from narrowcast.application.ports import ReadTable
from narrowcast.application.quoting import QuotedSentence, Quoting
from narrowcast.application.store import Store, history
from narrowcast.application.streams import CONVERSATION
from narrowcast.contracts.codec import Envelope
from narrowcast.domain.conversation import (
    WHOLE,
    AnswerReported,
    Complaint,
    Conversation,
    Quote,
    ReportSettled,
    quotes_of,
)


@dataclass(frozen=True, slots=True)
class Report:
    """One 报错. `quote` is None if it is of the answer as a whole, `sentence` also once its piece may not be shown.

    An open one has no `settled_at`.
    """

    conversation: str
    number: int
    place: int
    complaint: Complaint
    quote: Quote | None
    sentence: QuotedSentence | None
    reported_at: str
    settled_at: str = ""
    staff: str = ""
    upheld: bool | None = None


@dataclass(frozen=True, slots=True)
class Reports:
    """Reads what readers reported."""

    store: Store
    read: ReadTable
    quoting: Quoting

    def listed(self, hospital: str, *, unsettled: bool = False) -> list[Report]:
        """Return the reports in conversations of the last MONTHS_LISTED months, oldest first, or the open ones."""
        found = (report for name in self._reported(hospital) for report in self._of(hospital, name))
        wanted = (each for each in found if not (unsettled and each.settled_at))
        return sorted(wanted, key=lambda each: (each.reported_at, each.conversation, each.number, each.place))

    def _reported(self, hospital: str) -> Iterator[str]:
        for month in months_back(self.store.clock.now(), MONTHS_LISTED):
            for row in self.read.query(f"{hospital}/conversation/{month}"):
                questions: Any = row["questions"]
                if any(question["reported"] for question in questions):
                    yield str(row["conversation"])

    def _of(self, hospital: str, conversation: str) -> Iterator[Report]:
        state = self.store.load(CONVERSATION, hospital, conversation).state
        envelopes = history(self.store.log, CONVERSATION.stream(hospital, conversation))
        settled = {
            (each.event.number, each.event.sentence): (each, each.event)
            for each in envelopes
            if isinstance(each.event, ReportSettled)
        }
        for each in envelopes:
            if isinstance(each.event, AnswerReported):
                report = self._report(hospital, conversation, state, each, each.event)
                yield _closed(report, *settled.get((report.number, report.place), (None, None)))

    def _report(
        self, hospital: str, conversation: str, state: Conversation, envelope: Envelope, reported: AnswerReported
    ) -> Report:
        quotes = quotes_of(state.question(reported.number))
        quote = None if reported.sentence == WHOLE else quotes[reported.sentence]
        on = local_date(profile_of(self.store, hospital), self.store.clock.now())
        sentence = next(iter(self.quoting.sentences(hospital, [quote] if quote else [], on=on)), None)
        at = envelope.recorded_at
        return Report(conversation, reported.number, reported.sentence, reported.complaint, quote, sentence, at)


def _closed(report: Report, envelope: Envelope | None, settled: ReportSettled | None) -> Report:
    """Return the report with what came of it, if anything did."""
    if envelope is None or settled is None:
        return report
    return replace(report, settled_at=envelope.recorded_at, staff=settled.staff, upheld=settled.upheld)
