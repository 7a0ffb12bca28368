"""A draft as the fact check hands it to a second reader, and the answers that models once gave to it."""

from __future__ import annotations

from pathlib import Path

from narrowcast.domain.content import Objection
from narrowcast.domain.control.gate import SECOND_OPINION
from narrowcast.domain.draft import FactRef, FactText
from tests.support.briefs import BRIEF, DRAFT

FACTS: dict[FactRef, FactText] = {fact.ref: fact for fact in BRIEF.facts}
SENTENCES = len(DRAFT.sentences)
SAID = (Objection(2, SECOND_OPINION, "condition_dropped", "漏掉了起始剂量这一条件"),)
REVIEWS = Path(__file__).parents[1] / "adapters" / "models" / "recorded_reviews"
GOOD_REVIEWS = {"good.json": SAID, "good_in_a_fence.txt": SAID, "nothing_to_object.json": ()}
UNUSABLE_REVIEWS = sorted(path.name for path in REVIEWS.iterdir() if path.name not in GOOD_REVIEWS)


def review(name: str) -> str:
    """Return an answer as the model gave it."""
    return (REVIEWS / name).read_text("utf-8")
