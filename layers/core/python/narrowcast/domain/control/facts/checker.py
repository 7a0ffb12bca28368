"""The fact check itself: one sentence, the facts it cites, one verdict (design law 2).

Pure and deterministic: the same words give the same verdict anywhere. It never asks whether a statement is true,
only whether the cited facts say it; what it does not understand it refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from narrowcast.domain.control.facts.bounds import reasons_beyond
from narrowcast.domain.control.facts.carrying import reasons_against
from narrowcast.domain.control.facts.connectives import is_connective, without_frames
from narrowcast.domain.control.facts.morphemes import in_compounds_of
from narrowcast.domain.control.facts.normalization import bare, hidden_characters, normalize
from narrowcast.domain.control.facts.objections import reasons_over_whole
from narrowcast.domain.control.facts.sayings import in_words_of
from narrowcast.domain.control.facts.statements import Statement, read_fact, read_statement, tokens_of
from narrowcast.domain.control.facts.verdict import Reason, Verdict, verdict_of
from narrowcast.domain.draft import Draft, FactRef, FactText

CHECKER_VERSION = "2.8.0"
LONGEST_SENTENCE = 300
LONGEST_FACTS = 1200
"""Characters of a sentence, and of all that it cites, that are still read; what is longer is equal or refused."""


def check_sentence(text: str, cited: Sequence[str]) -> Verdict:
    """Judge a sentence against the texts of the facts it cites; with none it must be a connective."""
    hidden = hidden_characters(text)
    if hidden:
        return verdict_of([Reason("new_claim", "", repr(hidden[:8]))])
    if not cited:
        return verdict_of([] if is_connective(text) else [Reason("wrong_citation", "", text[:80])])
    return verdict_of(_reasons(text, cited))


def check_draft(draft: Draft, facts: Mapping[FactRef, FactText]) -> tuple[Verdict, ...]:
    """Judge every sentence of a draft, in order; a reference to a fact that is not given is a wrong citation."""
    return tuple(_check_cited(sentence.text, sentence.facts, facts) for sentence in draft.sentences)


def _check_cited(text: str, refs: Sequence[FactRef], facts: Mapping[FactRef, FactText]) -> Verdict:
    unknown = [Reason("wrong_citation", "", f"{ref.fact_id}@{ref.version}") for ref in refs if ref not in facts]
    return verdict_of(unknown) if unknown else check_sentence(text, [facts[ref].text for ref in refs])


def _reasons(text: str, cited: Sequence[str]) -> list[Reason]:
    said = bare(text)
    if not said:
        return [Reason("new_claim", "", text[:80])]
    if any(said == bare(fact) for fact in cited):
        return []
    if len(text) > LONGEST_SENTENCE or sum(map(len, cited)) > LONGEST_FACTS:
        return [Reason("new_claim", f"<= {LONGEST_SENTENCE}", str(len(text)))]
    return _reasons_beyond(text, cited) or _reasons_compared(text, cited)


def _reasons_beyond(text: str, cited: Sequence[str]) -> list[Reason]:
    return reasons_beyond(tokens_of(without_frames(text))[1], [tokens_of(fact)[1] for fact in cited])


def _reasons_compared(text: str, cited: Sequence[str]) -> list[Reason]:
    facts = {fact.text: fact for fact in map(read_fact, cited)}
    known = [facts[key] for key in sorted(facts)]
    reasons = _differences(text, known)
    again = _said_again(text, cited) if reasons else ()
    return [] if any(not _differences(said, known) for said in again) else reasons


def _said_again(text: str, cited: Sequence[str]) -> Iterator[str]:
    """Give a sentence that differs in the words of its facts, and then with their compounds too."""
    worded = in_words_of(text, cited)
    if worded != text:
        yield worded
    pieced = in_compounds_of(worded, cited)
    if pieced not in {worded, normalize(worded)}:
        yield pieced


def _differences(text: str, facts: Sequence[Statement]) -> list[Reason]:
    sentence = read_statement(without_frames(text))
    return [*reasons_against(sentence, facts), *reasons_over_whole(sentence, facts)]
