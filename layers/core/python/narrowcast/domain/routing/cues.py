"""What a question shows at a glance: a body in trouble, a moment, a person, a wish. Cues to weigh, not verdicts.

People describe and seldom name: a cue is a family of ways to say one thing, its patterns listed in cues.json. The model
weighs them together with what the sentence resembles.
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


def cues(text: str) -> Iterator[str]:
    """Yield the names of the cues in a folded question, and of each two together."""
    seen = [name for name, words in _patterns() if words.search(text)]
    yield from seen
    yield from (f"{one}+{two}" for one, two in combinations(seen, 2))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    listed = json.loads(pkgutil.get_data(__package__, "cues.json") or b"")
    return tuple((name, re.compile("|".join(words))) for name, words in listed.items())
