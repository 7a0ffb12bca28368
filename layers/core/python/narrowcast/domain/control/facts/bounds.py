"""How much one sentence and what it cites may hold and still be compared: several times what honest texts have.

Looks at words in a row before anything is read from them, so that no text costs more than it is worth; how long a
text may be is for `checker`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.segments import OPERATORS, OR
from narrowcast.domain.control.facts.slots import is_measuring
from narrowcast.domain.control.facts.verdict import Reason


class Size(NamedTuple):
    """What the cost of a text goes by: its words, its measured ones, its operators, its stops and list words."""

    words: int
    measured: int
    operators: int
    stops: int


MOST_SAID = Size(words=150, measured=32, operators=24, stops=24)
"""Of a sentence; the fullest of the corpora has 36 words, 13 measured ones, 6 operators and 8 stops."""
MOST_CITED = Size(words=400, measured=64, operators=64, stops=48)
"""Of all that a sentence cites; the most in the corpora are 93, 22, 8 and 16."""


def reasons_beyond(said: Sequence[Token], cited: Sequence[Sequence[Token]]) -> list[Reason]:
    """Refuse to compare a sentence or facts that hold more than any honest ones; nothing for all others."""
    if len(said) <= min(MOST_SAID) and sum(map(len, cited)) <= min(MOST_CITED):
        return []  # no text holds more of anything than it has words
    sizes = [_size(tokens) for tokens in cited]
    total = Size(*map(sum, zip(*sizes, strict=True)))
    return [*_beyond(_size(said), MOST_SAID), *_beyond(total, MOST_CITED)]


def _size(tokens: Sequence[Token]) -> Size:
    measured = [token for token in tokens if is_measuring(token)]
    operators = [token for token in tokens if token.kind in OPERATORS]
    stops = [token for token in tokens if token.kind == "stop" or token.text in OR]
    return Size(len(tokens), len(measured), len(operators), len(stops))


def _beyond(size: Size, most: Size) -> Iterator[Reason]:
    for name, held, limit in zip(Size._fields, size, most, strict=True):
        if held > limit:
            yield Reason("new_claim", f"<= {limit} {name}", str(held))
