"""A text before anyone has signed it: sentences that name the facts they restate.

The drafter makes it, the checks judge it, the editor changes it, the doctor signs it. Nothing here knows any of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from narrowcast.domain.vocabulary import Form, Risk, Section, SourceKind


@dataclass(frozen=True, slots=True)
class FactRef:
    """One version of one fact."""

    fact_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Source:
    """The public document a fact comes from; `locator` is a page, section or URL."""

    kind: SourceKind
    title: str
    publisher: str
    year: int
    locator: str


@dataclass(frozen=True, slots=True)
class FactText:
    """What a drafter and the checks see of a fact version: its words and limits, nothing about its author."""

    ref: FactRef
    text: str
    section: Section
    risk: Risk
    boundaries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and the fact versions it restates; no facts means that it must be a known connective."""

    text: str
    facts: tuple[FactRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A title and its sentences, in reading order."""

    title: str
    sentences: tuple[Sentence, ...]

    @property
    def facts(self) -> tuple[FactRef, ...]:
        """The fact versions that the text restates, each once, in reading order."""
        return tuple(dict.fromkeys(ref for sentence in self.sentences for ref in sentence.facts))


@dataclass(frozen=True, slots=True)
class Brief:
    """What a drafter is asked for. Facts and instructions only: no patient, no doctor (law 6, rules.md P8).

    `objections` are the reasons for which earlier sentences were refused.
    """

    title: str
    form: Form
    section: Section
    facts: tuple[FactText, ...]
    objections: tuple[str, ...] = ()
