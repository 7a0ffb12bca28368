"""Tags: what is proposed from a piece's facts and words, what follows from its facts alone, which words are known."""

from __future__ import annotations

from narrowcast.domain.tagging.known_words import TagUnknown, check_tags
from narrowcast.domain.tagging.limits import advises_of, exclusions_of, limited
from narrowcast.domain.tagging.proposing import propose

__all__ = ["TagUnknown", "advises_of", "check_tags", "exclusions_of", "limited", "propose"]
