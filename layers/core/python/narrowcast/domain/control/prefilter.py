"""Tells from the character pairs of a text where a pattern could match, so that most of it is never tried.

Reads the regular expressions that rules and rewritings are written in: what every match of one must contain, and how
it must begin, is derived from its literal characters; what it cannot read demands nothing. It may only spare work:
where it rules a pattern out, there is no match.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

Demand = frozenset[str]
"""Characters and pairs of which a match contains at least one."""

OTHER_DIGITS = re.compile(r"[^\D0-9]")
"""Digits of other scripts, which no pattern spells out: a text that has one is not to be sifted."""
_PAIR = 2
_TOKEN = re.compile(
    r"(?P<denied>\(\?<?!)|(?P<ahead>\(\?<?=)|(?P<open>\((?:\?:|\?P<\w+>|(?!\?)))"
    r"|(?P<again>\(\?P=\w+\))|(?P<unread>\()"
    r"|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<escape>\\(?:u\w{4}|x\w{2}|\d+|.))|(?P<sign>[)|.^$])|(?P<char>.)",
    re.DOTALL,
)
_DIGITS = frozenset("0123456789")
_LITERALS = re.compile(r"\[[^\^\]\\-]+\]")
_WORD = re.compile(r"[^][\\(){}|.^$?*+]+(?![?*+{])")
_REPEAT = re.compile(r"(?:[?*+]|\{(?P<least>\d*),?\d*\})[?+]?")
_SPECIAL = re.compile(r"\\[A-Za-z0-9]")


class Openings(NamedTuple):
    """How a match can begin: `whole` are matches of less than two characters, `begun` the beginnings of all others.

    A beginning has two characters, or fewer where any may follow.
    """

    whole: AbstractSet[str]
    begun: AbstractSet[str]


_NOTHING = Openings(frozenset(("",)), frozenset())
_ANYTHING = Openings(frozenset(), frozenset(("",)))


class Part(NamedTuple):
    """What is known of a part of a pattern: what its matches contain, how they begin."""

    demands: list[Demand]
    openings: Openings


@dataclass(frozen=True, slots=True)
class Sifted:
    """A pattern and what a text must hold to match it: one gram at least of every demand.

    Every match begins with one of the `openings`; where none are known it may begin anywhere.
    """

    pattern: re.Pattern[str]
    demands: tuple[Demand, ...]
    openings: Demand

    def may_match(self, held: AbstractSet[str]) -> bool:
        """Tell whether a text that holds these grams can match."""
        return are_met(self.demands, held)

    def may_match_in(self, text: str) -> bool:
        """Tell whether a text can match."""
        held = held_by(text)
        return held is None or are_met(self.demands, held)

    def spans(self, read: Concordance) -> Iterator[tuple[int, int]]:
        """Yield the spans of the matches in a text, as `finditer` finds them; its openings must have their places."""
        if not self.openings:
            yield from (found.span() for found in self.pattern.finditer(read.text))
            return
        end = 0
        for at in sorted({at for gram in self.openings & read.places.keys() for at in read.places[gram]}):
            found = self.pattern.match(read.text, at) if at >= end else None
            if found:
                end = found.end()
                yield at, end


def are_met(demands: Iterable[Demand], held: AbstractSet[str]) -> bool:
    """Tell whether a text that holds these grams has one of every demand."""
    for demand in demands:  # noqa: SIM110 - a generator costs as much as what it asks
        if held.isdisjoint(demand):
            return False
    return True


def rarest_first(demands: Iterable[Demand]) -> tuple[Demand, ...]:
    """Return the demands, each once, in the order in which a text most likely fails them."""
    return tuple(sorted(set(demands), key=_likelihood))


def sifted(pattern: str) -> Sifted:
    """Compile `pattern`; when what it demands cannot be told, it demands nothing."""
    part, at = _alternatives(pattern, 0)
    if at != len(pattern):
        return Sifted(re.compile(pattern), (), frozenset())
    whole, begun = part.openings
    openings = frozenset() if "" in whole | begun else frozenset(whole | begun)
    demands = [*part.demands, openings] if openings else part.demands
    return Sifted(re.compile(pattern), rarest_first(demands), openings)


class Concordance:
    """The grams that a text holds, its characters and pairs of neighbours, and where those stand that are wanted."""

    def __init__(self, text: str, wanted: AbstractSet[str]) -> None:
        """Read the text once; only grams that are `wanted` get `places`."""
        self.text = text
        self._chars = list(text)
        self._pairs = list(map(add, text, text[1:]))
        self.held = {*self._chars, *self._pairs}
        self.places: defaultdict[str, list[int]] = defaultdict(list)
        for grams in (self._chars, self._pairs):
            for at, gram in enumerate(grams):
                if gram in wanted:
                    self.places[gram].append(at)

    def within(self, start: int, end: int) -> AbstractSet[str]:
        """Return the grams of what stands between `start` and `end`."""
        return {*self._chars[start:end], *self._pairs[start : max(start, end - 1)]}


def grams(text: str) -> AbstractSet[str]:
    """Return the characters of `text` and its pairs of neighbours."""
    return {*text, *map(add, text, text[1:])}


@lru_cache(maxsize=64)
def held_by(text: str) -> AbstractSet[str] | None:
    """Return the grams of a text; None for one that is not to be sifted. Many tables ask about one text in turn."""
    return None if OTHER_DIGITS.search(text) else grams(text)


class Sieve:
    """Many patterns by a gram that their matches have, so that a text is asked about few of them."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Read the patterns; those of which no gram is known may match any text."""
        self.patterns = [sifted(pattern) for pattern in patterns]
        self._further = [pattern.demands[1:] for pattern in self.patterns]
        self._always = [number for number, pattern in enumerate(self.patterns) if not pattern.demands]
        self._by_gram: dict[str, list[int]] = defaultdict(list)
        for number, pattern in enumerate(self.patterns):
            for gram in pattern.demands[0] if pattern.demands else ():
                self._by_gram[gram].append(number)
        self._grams = frozenset(self._by_gram)

    def that_may_match(self, text: str) -> Sequence[int]:
        """Return the numbers of the patterns that can match a text, in order."""
        held = held_by(text)
        if held is None:
            return range(len(self.patterns))
        numbers = set(self._always).union(*[self._by_gram[gram] for gram in self._grams & held])
        possible = []
        for number in numbers:
            for demand in self._further[number]:
                if held.isdisjoint(demand):
                    break
            else:
                possible.append(number)
        possible.sort()
        return possible


def _likelihood(demand: Demand) -> tuple[bool, int]:
    """Order demands by how rarely they are met: pairs are rarer than characters, few rarer than many."""
    return any(len(gram) == 1 for gram in demand), len(demand)


def _alternatives(pattern: str, at: int) -> tuple[Part, int]:
    part, at = _sequence(pattern, at)
    branches = [part]
    while at < len(pattern) and pattern[at] == "|":
        part, at = _sequence(pattern, at + 1)
        branches.append(part)
    return (branches[0] if len(branches) == 1 else _either(branches)), at


def _either(branches: Sequence[Part]) -> Part:
    whole = frozenset[str]().union(*(branch.openings.whole for branch in branches))
    begun = frozenset[str]().union(*(branch.openings.begun for branch in branches))
    rarest = [min(branch.demands, key=_likelihood) for branch in branches if branch.demands]
    demands = [frozenset[str]().union(*rarest)] if len(rarest) == len(branches) else []
    return Part(demands, Openings(whole, begun))


def _sequence(pattern: str, at: int) -> tuple[Part, int]:
    found: list[Demand] = []
    openings = _NOTHING
    run = ""
    while at < len(pattern) and pattern[at] not in "|)":
        if word := _WORD.match(pattern, at):
            run, at = run + word.group(), word.end()
            openings = _followed(openings, _beginning(word.group()))
            continue
        char, inner, at = _item(pattern, at)
        begin, (least, at) = at, _least(pattern, at)
        run, ended = (run + char, "") if char and least == 1 else ("", run)
        found += _spelled(ended)
        if least:
            found += inner.demands
        if char and least > 1:
            found.append(frozenset(char))
        openings = _followed(openings, _repeated(inner.openings, pattern[begin:at], least))
    return Part(found + _spelled(run), openings), at


def _spelled(run: str) -> list[Demand]:
    return [frozenset([gram]) for gram in map("".join, pairwise(run))] or [frozenset([char]) for char in run]


def _beginning(word: str) -> Openings:
    return (
        Openings(frozenset(), frozenset((word[:_PAIR],))) if len(word) > 1 else Openings(frozenset(word), frozenset())
    )


def _followed(first: Openings, second: Openings) -> Openings:
    if not first.whole:
        return first
    joined = {one + other for one in first.whole for other in second.whole}
    whole = frozenset(text for text in joined if len(text) < _PAIR)
    begun = {(one + other)[:_PAIR] for one in first.whole for other in second.begun}
    return Openings(whole, first.begun | begun | (joined - whole))


def _repeated(openings: Openings, sign: str, least: int) -> Openings:
    none = frozenset(("",)) if least == 0 else frozenset[str]()
    if sign in ("", "?", "??"):
        return Openings(none | openings.whole, openings.begun)
    return Openings(none | (openings.whole & {""}), openings.begun | (openings.whole - {""}))


def _item(pattern: str, at: int) -> tuple[str, Part, int]:
    """Return the literal character that stands at `at` ("" for none), what is known of it, and where it ends."""
    token = _TOKEN.match(pattern, at)
    if token is None or token["unread"]:
        return "", Part([], _ANYTHING), len(pattern) + 1
    kind, said, end = token.lastgroup, token.group(), token.end()
    if kind in ("denied", "ahead", "open"):
        inner, end = _alternatives(pattern, end)
        return "", _seen(kind, inner), end + 1
    if kind == "char" or (kind == "escape" and not _SPECIAL.match(said)):
        return said[-1], Part([], Openings(frozenset(said[-1]), frozenset())), end
    return "", _of_class(said), end


def _seen(kind: str, inner: Part) -> Part:
    """Return what a group says of the match itself: one that only looks around says nothing of how it begins."""
    if kind == "open":
        return inner
    return Part([] if kind == "denied" else inner.demands, _NOTHING)


def _of_class(said: str) -> Part:
    """Return what is known of a match of a class, or of a place."""
    if said in "^$":
        return Part([], _NOTHING)
    members = _DIGITS if said == r"\d" else frozenset(said[1:-1]) if _LITERALS.fullmatch(said) else None
    return Part([members], Openings(members, frozenset())) if members else Part([], _ANYTHING)


def _least(pattern: str, at: int) -> tuple[int, int]:
    """Return how often the item before `at` stands at least (2 for more than once), and where its repeat ends."""
    repeat = _REPEAT.match(pattern, at)
    if repeat is None:
        return 1, at
    if repeat["least"] is not None:
        return (2 if int(repeat["least"] or 0) else 0), repeat.end()
    return (2 if repeat.group().startswith("+") else 0), repeat.end()
