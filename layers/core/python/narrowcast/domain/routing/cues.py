"""What a question shows at a glance: a body in trouble, a moment, a person, a wish. Cues to weigh, not verdicts.

People describe and seldom name: a cue is a family of ways to say one thing, its patterns listed in cues.json. The model
weighs them together with what the sentence resembles. What is said not to be there (没有胸闷) is a cue of its own, and
its words give no other.
"""

from __future__ import annotations

import json
import pkgutil
import re
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DENIED = "denied"
RED_FLAGS = frozenset(
    {
        *("faceArmSpeech", "chest", "breath", "choked", "unconscious", "convulsion", "bleeding", "allergy", "sugar"),
        *("pressure", "shock", "fever", "violent", "injury", "swallowed", "overdose", "death", "motionless"),
        *("urine", "waters", "floppy"),
    }
)
"""Cues of a body or a mind in danger: without any of them, likeness alone must be strong."""
MOST_GRAM = 2


def cues(text: str) -> Iterator[str]:
    """Yield the names of the cues in a folded question, and of each two together."""
    told, denials = _without_denials(text)
    seen = [name for name, words in _patterns().items() if (denials if name == DENIED else words.search(told))]
    yield from seen
    yield from (f"{one}+{two}" for one, two in combinations(seen, 2))


def grams(text: str) -> set[str]:
    """Return the characters of a folded question and each two in a row, its ends marked; denials left out."""
    told = f"^{_without_denials(text)[0]}$"
    return {told[at : at + size] for size in range(1, MOST_GRAM + 1) for at in range(len(told) - size + 1)}


def _without_denials(text: str) -> tuple[str, int]:
    return _patterns()[DENIED].subn("-", text)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    listed = json.loads(pkgutil.get_data(__package__, "cues.json") or b"")
    return {name: re.compile("|".join(words), re.IGNORECASE) for name, words in listed.items()}
