"""The one gate (design law 9): whatever a person outside is to read passes here, or is not shown.

A signed piece passes while it is open and its signature covers it as it stands; a composed text while its facts carry
every sentence, no must-carry fact is missing, and the channel's rules do not block it. Nobody else calls the checks or
verifies a signature: tests/architecture looks for ways around.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from operator import itemgetter

from narrowcast.domain.answering.understanding import is_medical
from narrowcast.domain.content import ChannelVerdict, Content, Objection, Signature, servable
from narrowcast.domain.control import quiz
from narrowcast.domain.control.claims import PACK_VERSION, Hit, UnknownPack, check_channels
from narrowcast.domain.control.facts import Verdict, check_draft, check_sentence
from narrowcast.domain.draft import Brief, Draft, FactRef, FactText, Sentence
from narrowcast.domain.signing import form_of
from narrowcast.domain.vocabulary import Form

Verify = Callable[[bytes, Signature], bool]
"""Whether a signature covers exactly these bytes."""

SECOND_OPINION = "second_opinion"
"""The kind of a second reader's objection; `expected` then names the difference, `found` gives the reason."""

MISSHAPEN = "quiz"
"""The kind of an objection to a question; `expected` says in the editor's words what is wrong."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Signed pieces, judged with the hospital's key."""

    verify: Verify

    def signed(self, hospital: str, content_id: str, state: Content) -> bool:
        """Whether the piece bears a signature that covers it exactly as it stands."""
        return self.form(hospital, content_id, state) is not None

    def form(self, hospital: str, content_id: str, state: Content) -> bytes | None:
        """Return the bytes that the piece's signature covers; None unless it covers the piece exactly as it stands."""
        if state.signed is None:
            return None
        form = form_of(hospital, content_id, state, state.signed)
        return form if self.verify(form, state.signed.signature) else None

    def lets_pass(self, hospital: str, content_id: str, state: Content, *, on: date) -> bool:
        """Whether the piece may be shown on that day (law 1)."""
        return servable(state, on=on) and self.signed(hospital, content_id, state)


def object_to(
    draft: Draft, facts: Mapping[FactRef, FactText], must_carry: Iterable[FactRef], form: Form = Form.ARTICLE
) -> tuple[Objection, ...]:
    """Return every objection to a text: sentences that their facts do not support, safety facts that none cites.

    A text without sentences is objected to as a whole; one of questions is judged as such.
    """
    if form is Form.QUIZ:
        return object_to_quiz(draft, facts)
    if not draft.sentences:
        return (Objection(0, "new_claim", "至少一句", "空"),)
    verdicts = check_draft(draft, facts)
    unsupported = [each for place, verdict in enumerate(verdicts) for each in _objections(place, verdict)]
    return (*unsupported, *_omissions(draft, facts, must_carry))


def compose_quiz(brief: Brief) -> Draft:
    """Return the questions that the facts of a brief give; without a sentence if they give none."""
    return quiz.compose(brief, _supported)


def object_to_quiz(draft: Draft, facts: Mapping[FactRef, FactText]) -> tuple[Objection, ...]:
    """Return every objection to a text of questions: what is right must be supported, what is wrong must not be."""
    if not draft.sentences:
        return (Objection(0, MISSHAPEN, "至少要有一题", ""),)
    return tuple(Objection(place, MISSHAPEN, reason, "") for place, reason in quiz.faults(draft, facts, _supported))


def _supported(text: str, fact: str) -> bool:
    return check_sentence(text, [fact]).supported


def with_second_opinion(own: tuple[Objection, ...], said: Iterable[Objection], draft: Draft) -> tuple[Objection, ...]:
    """Add what a second reader objects to. Nothing it says, or does not say, takes an objection away (law 2).

    Its objections stand as its own, whatever it calls them; one to no sentence of the draft is dropped.
    """
    added = (replace(each, kind=SECOND_OPINION) for each in said if 0 <= each.sentence < len(draft.sentences))
    return (*own, *dict.fromkeys(added))


def _objections(place: int, verdict: Verdict) -> list[Objection]:
    return [Objection(place, reason.kind, reason.expected, reason.found) for reason in verdict.reasons]


def _omissions(draft: Draft, facts: Mapping[FactRef, FactText], must_carry: Iterable[FactRef]) -> list[Objection]:
    missing = (ref for ref in must_carry if ref not in draft.facts)
    return [
        Objection(len(draft.sentences), "omission", facts[ref].text if ref in facts else ref.fact_id, "")
        for ref in missing
    ]


def judge_channels(draft: Draft) -> tuple[ChannelVerdict, ...]:
    """Return the verdict of each channel's rules on title and text."""
    return tuple(
        ChannelVerdict(channel, verdict.label, tuple(dict.fromkeys(hit.rule for hit in verdict.hits)))
        for channel, verdict in check_channels("\n".join(_judged(draft))).items()
    )


def _judged(draft: Draft) -> tuple[str, ...]:
    return (draft.title, *(sentence.text for sentence in draft.sentences))


TITLE = -1
"""The place of what a title claims; sentences have theirs from 0."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A claim in a draft: the sentence and the span in it, the rule and its law, a lawful wording, how grave where."""

    sentence: int
    start: int
    end: int
    text: str
    rule: str
    law: str
    suggestion: str
    severities: Mapping[str, str]


def remarks(draft: Draft, pack: str = PACK_VERSION) -> tuple[Remark, ...]:
    """Return what the channels' rules find in title and text, in their order.

    Nothing for a pack that no release has any more: the verdict on record stands without its words.
    """
    with suppress(UnknownPack):
        return tuple(_remarks(_judged(draft), pack))
    return ()


def _remarks(parts: Sequence[str], pack: str) -> Iterator[Remark]:
    begins = [0, *accumulate(len(part) + 1 for part in parts)]
    found: dict[tuple[int, int, str], tuple[Hit, dict[str, str]]] = {}
    for channel, verdict in check_channels("\n".join(parts), pack).items():
        for hit in verdict.hits:
            found.setdefault((hit.start, hit.end, hit.rule), (hit, {}))[1][channel] = hit.severity
    for _, (hit, severities) in sorted(found.items(), key=itemgetter(0)):
        yield _remark(hit, severities, begins)


def _remark(hit: Hit, severities: Mapping[str, str], begins: Sequence[int]) -> Remark:
    """Place a hit in the sentence it begins in; what it says in the next one is told there, not pointed at."""
    first = hit.start + len(hit.text) - len(hit.text.lstrip())
    part = bisect_right(begins, first) - 1
    start, end = first - begins[part], min(hit.end, begins[part + 1] - 1) - begins[part]
    return Remark(part + TITLE, start, end, hit.text.strip(), hit.rule, hit.law, hit.suggestion, severities)


@dataclass(frozen=True, slots=True)
class Concern:
    """What a member of staff is told before she says something in her own name: a code, the place, a sentence."""

    code: str
    text: str
    message: str


_SAID = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")


def concerns(text: str, script: Draft | None = None) -> tuple[Concern, ...]:
    """Return what in a person's own words rules forbid, and what is medical and in no signed sentence of the script."""
    signed = {sentence.text for sentence in script.sentences} if script else set()
    own = [said for said in (found[0].strip() for found in _SAID.finditer(text)) if said and said not in signed]
    return (*_forbidden(own), *(Concern("unsigned", said, _UNSIGNED.format(said)) for said in own if is_medical(said)))


_UNSIGNED = "“{}”含有医学内容，未经医生签发，请核对或改用话术库"


def _forbidden(own: Iterable[str]) -> list[Concern]:
    [verdict] = [each for each in judge_channels(Draft("", tuple(map(Sentence, own)))) if each.channel == "patient"]
    return [Concern(rule, "", f"可能不符合宣传合规要求（{rule}），请核对") for rule in verdict.rules]
