"""One recall over many deliveries, from the fact's change to the last message, with the times of its parts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from narrowcast.application.recalls import carriers_by_scan, carrying
from narrowcast.application.streams import RECALL
from narrowcast.domain.recall import Recall
from tests.support.many_deliveries import TOLD, Account, deliver, hospital
from tests.support.newsroom import EDITOR, HOSPITAL, LI, METFORMIN_STATEMENT, World

NEWER = replace(METFORMIN_STATEMENT, text="二甲双胍缓释片应随晚餐服用。")
RECALL_ID, CORRECTION = "met-meal.3", "met-meal-c3-1"
LOOKED_AT = 2_000
"""Guides that are read once the fact has changed, before anything else has run."""
T = TypeVar("T")


@dataclass
class Ran:
    """What came of it. `told` are patients whose message left; `old_shown` readings that showed what was taken back."""

    account: Account
    found: frozenset[str] = frozenset()
    scanned: frozenset[str] = frozenset()
    told: set[str] = field(default_factory=set)
    messages: int = 0
    unreached: int = 0
    old_shown: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, name: str, do: Callable[[], T]) -> T:
        """Do something and keep how long it took."""
        begun = time.perf_counter()
        done = do()
        self.seconds[name] = time.perf_counter() - begun
        return done


def recall_many(count: int, seed: int = 6) -> Ran:
    """Deliver so many guides, then take a fact back and tell everybody who was given it."""
    world = hospital()
    begun = time.perf_counter()
    ran = Ran(deliver(world, count, seed))
    ran.seconds["writing the deliveries"] = time.perf_counter() - begun
    world.facts.supersede(HOSPITAL, TOLD.fact_id, NEWER, LI, EDITOR)
    carriers = sorted(ran.account.carriers)[:LOOKED_AT]
    ran.old_shown = ran.timed("reading guides after the event", lambda: _old(world, carriers))
    ran.found = ran.timed(
        "finding by rows", lambda: frozenset(str(row["guide_id"]) for row in carrying(world.read, HOSPITAL, TOLD))
    )
    ran.scanned = ran.timed("finding by every event", lambda: carriers_by_scan(world.log, HOSPITAL, TOLD))
    ran.timed("closing, recording, asking for the correction", world.settle)
    before = len(world.messenger.sent)
    ran.timed("telling everybody", lambda: world.accept(CORRECTION).sign(CORRECTION))
    ran.messages = sum("/g/" in message.text for message in world.messenger.sent[before:])
    state: Recall = world.store.load(RECALL, HOSPITAL, RECALL_ID).state
    ran.unreached = sum(each.unreached for each in state.told.values())
    pushed = {guide for guide in state.guides if _left(world, guide)}
    ran.told = {ran.account.given[guide] for guide in pushed}
    ran.old_shown += _old(world, carriers)
    return ran


def _old(world: World, guides: list[str]) -> int:
    pages = (world.room.show_guide(HOSPITAL, each).sections for each in guides)
    return sum(TOLD in piece.state.draft.facts for page in pages for _, pieces in page for piece in pieces)


def _left(world: World, guide_id: str) -> bool:
    row = world.read.get(f"{HOSPITAL}/correction/{RECALL_ID}", guide_id)
    return bool(row and row["told"])
