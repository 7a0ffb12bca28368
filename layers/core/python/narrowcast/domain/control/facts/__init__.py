"""AI adds no fact (design law 2): every sentence against the facts it cites.

Numbers, units, drugs, frequencies, times, ranges, conditions, populations, negations and force are compared slot by
slot, and every content word must come from a cited fact. A difference in either direction is a refusal.

The checker and its tables are read when something of theirs is first asked for: most functions never ask.

The rooms, in the order in which a sentence passes them; each says in its own first lines what it is not for.

The question and its answer
    `checker`        one sentence, the facts it cites, one verdict
    `verdict`        the shape of the answer: reasons and their kinds
    `cases`          the same for files of cases; `splitting` cuts pasted key points into statements
    `once`           what is worked out when first asked for; `forms`: patterns tried only where they may match
    `connectives`    sentences that need no fact; `discourse` for their turns and topics

One spelling, one way to put it (text to text, the same for facts and sentences)
    `normalization`  width, case, script, punctuation
    `phrases`        turns of speech as plain statements; it calls the next nine
    `questions`      what a question asks for, taken out of it
    `shorthand`      abbreviations of key points written out
    `naming`         spoken names as written ones
    `ellipses`       what a list leaves out, in full
    `measures`       units per units, powers, percentages
    `amounts`        bounds, meals and hours
    `circumstances`  cases put as conditions
    `commands`       commands, bans and leaves as plain operators
    `frames`         frames of a ban or a permission as the operator they stand for
    `sayings`        a sentence that differs, said again in the words that its facts write; `occasions` for its moments,
                     `makes` for medicines named short,
                     `counterparts` for what it denies, `changes` for what grows and lessens, `kinds` for the
                     kinds of medicines beside their names
    `morphemes`      the same for compounds that are told in pieces

Reading one text (comparing nothing)
    `lexer`          words and amounts in order; `quantities` and `units` read the amounts
    `equivalents`    amounts that are said twice
    `segments`       stretches between stops, and what their words mean
    `spans`          where a condition stands; `reach`: how far it reaches; `denials`: what it denies
    `conditions`     the limits that follow; `rivals`: two of them that part the cases of a fact
    `periods`        stretches of time that mean `per so long`; `phases`: stretches of a treatment
    `ways`           above or below an amount, more or less
    `slots`          measured parts and what each belongs to
    `clauses`        what each clause names and measures
    `statements`     all of this as one statement, unit by unit
    `parts`          the parts of a fact that say something by themselves
    `bounds`         how much of all this one sentence and what it cites may hold

Laying a sentence beside its facts (finding no fault)
    `carrying`       the whole, then each stretch beside a part of a fact
    `likelier`       whether a stretch turns what a fact has in another part
    `comparison`     asks every room below about one such pair
    `alignment`      which unit restates which; by `agreement` of two parts and `forces` of two operators
    `implications`   what the wording of a fact says besides its words; `compounds`: what halves tell of a whole
    `populations`    whom a text speaks of
    `keeping`        whether a condition is kept; `moments`: one that names no act of its own;
                     `stems`: words told by the character that carries them
    `contrasts`      what is forbidden as the contrary of what facts ask for
    `going_on`       stopping and going on as two sides of one thing

What differs, for the whole or for the part that it is held against
    `contents`       names, people and words that no fact has; `novelty` weighs the words
    `binding`        measured parts; `equalities` of unlike kinds, `branches` that amounts part
    `operators`      do, do not, may, perhaps, at once
    `barred`         what is given to those who must not have it, or done now that is put off
    `limits`         conditions that are lost; `narrowing`: manners, stages and sites that are lost
    `reversals`      before and after, not yet and already, more and less, one in place of another
    `additions`      haste, care and bans of small words

What objects to a sentence whichever part carries it (`objections` asks them over the whole of the facts)
    `strength`       only, preferably, surely, seldom
    `acts`           values that belong to a change of dose
    `orders`         what comes first
    `restrictors`    words that narrow a thing, by families; `attributes`: by what stands before it
    `signs`          signs that count only as bad or as placed as a fact says; `sites`: at one part of the body
    `asides`         what brackets and doctors limit that stand behind what a fact tells
    `grades`         a grade that heads a fact, lost
    `modes`          how, where and by what an act is done
    `labels`         rows of a table that are mixed
    `schemes`        days of one named schedule under another's name
    `partners`       values that are told together, and told beside another's
    `strays`         a value of everybody else, told of a case that has its own
    `steps`          a value of another numbered step, another dose to begin with
    `tallies`        a number told too often, or in a fact's very words in place of another
    `causes`         a call for help without its reason
    `opposites`      words that exclude one another wherever they stand
    `contraries`     wordings that contradict one another however each is put
    `inversions`     turns of speech told the other way round: stop for start, after for before, most for least
    `swaps`          two things told with what belongs to each other, a moment turned to its other side
    `crossings`      values on the two sides of one moment, told on the other
    `owners`         what is said of another medicine
    `mixtures`       what is taken together though the facts keep it apart
    `permissions`    what is allowed though the facts know it only as forbidden or only as a case
    `turnings`       a ban told as a leave, a leave told as a ban
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from narrowcast.domain.control.facts.verdict import KINDS, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrowcast.domain.control.facts.checker import CHECKER_VERSION
    from narrowcast.domain.control.facts.connectives import CONNECTIVES, is_connective
    from narrowcast.domain.draft import Draft, FactRef, FactText

__all__ = [
    "CHECKER_VERSION",
    "CONNECTIVES",
    "KINDS",
    "Reason",
    "Verdict",
    "check_draft",
    "check_sentence",
    "is_connective",
]

_HOMES = {"CHECKER_VERSION": "checker", "CONNECTIVES": "connectives", "is_connective": "connectives"}


def check_sentence(text: str, cited: Sequence[str]) -> Verdict:
    """Judge a sentence against the texts of the facts it cites; with none it must be a connective."""
    from narrowcast.domain.control.facts import checker  # noqa: PLC0415 - read when first asked

    return checker.check_sentence(text, cited)


def check_draft(draft: Draft, facts: Mapping[FactRef, FactText]) -> tuple[Verdict, ...]:
    """Judge every sentence of a draft, in order; a reference to a fact that is not given is a wrong citation."""
    from narrowcast.domain.control.facts import checker  # noqa: PLC0415 - read when first asked

    return checker.check_draft(draft, facts)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(name)
