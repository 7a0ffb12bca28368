"""Recall, proved: whom the rows find is whom the events tell; nothing old is served after the event, whatever runs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrowcast.application.guides import guide_id_of
from narrowcast.application.recalls import carriers_by_scan, carrying
from narrowcast.contracts.codec import decode
from narrowcast.domain.draft import FactRef
from tests.support.many_deliveries import TOLD
from tests.support.newsroom import EDITOR, HOSPITAL, LI, METFORMIN_STATEMENT, METFORMIN_TOPIC, World
from tests.support.recall_run import recall_many

STEPS = ("consume", "project", "dispatch", "work", "assemble", "supersede", "retire", "deliver")
NEWER = replace(METFORMIN_STATEMENT, text="二甲双胍缓释片应随晚餐服用。")


@pytest.mark.parametrize("seed", [6, 28])
def test_the_set_found_is_that_of_a_brute_force_scan_and_exactly_those_are_told(seed: int) -> None:
    ran = recall_many(600, seed)
    assert ran.found == ran.scanned == ran.account.carriers
    assert ran.told == ran.account.tellable
    assert ran.messages == len(ran.account.tellable)
    assert (ran.unreached, ran.old_shown) == (len(ran.account.carriers) - len(ran.account.given), 0)


@dataclass
class Ward:
    """A hospital whose consumers run one record at a time, in any order and as late as one likes."""

    world: World = field(default_factory=lambda: World().open_hospital().publish("met-start", METFORMIN_TOPIC))
    visit: str = ""
    lowest: int = 1
    """The oldest version of the fact that may still be shown."""
    waiting: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: {"project": [], "dispatch": []})

    def __post_init__(self) -> None:
        self.visit = self.world.visit().visit_id
        self.seen = {(commit.stream, commit.version) for commit in self.world.log.scan()}

    def take(self, step: str) -> None:
        """Let one thing happen."""
        match step:
            case "project" | "dispatch":
                self._consume(step)
            case "consume":
                self._consume("project")
                self._consume("dispatch")
            case "work":
                self.world.recalling.work()
            case "deliver" | "assemble":
                self.world.assembly.assemble(HOSPITAL, self.visit, EDITOR)
            case "supersede":
                version = self.lowest + 1
                newer = replace(NEWER, text=f"二甲双胍缓释片应随晚餐服用{version}片。")
                self.world.facts.supersede(HOSPITAL, "met-meal", newer, LI, EDITOR)
                self.lowest = version
            case "retire":
                self.world.facts.retire(HOSPITAL, "met-meal", "说明书更新", LI, EDITOR)
                self.lowest = 1_000

    def _consume(self, consumer: str) -> None:
        fresh = [c for c in self.world.log.scan() if (c.stream, c.version) not in self.seen]
        self.seen |= {(commit.stream, commit.version) for commit in fresh}
        for queue in self.waiting.values():
            queue += [(commit.stream, commit.version) for commit in fresh]
        if not self.waiting[consumer]:
            return
        stream, version = self.waiting[consumer].pop(0)
        if consumer == "project":
            self.world.projector.project(stream)
        else:
            [commit] = self.world.log.read(stream, after=version - 1, until=version)
            for envelope in decode(commit):
                self.world.dispatcher.dispatch(envelope)

    def served(self) -> set[FactRef]:
        """Every fact version that anybody can read now: in the guide, as a piece, or for another guide."""
        today = self.world.clock.now().date()
        page = self.world.room.show_guide(HOSPITAL, guide_id_of(self.visit)).sections
        shown = [piece.state for _, pieces in page for piece in pieces]
        named = [self.world.library.piece(HOSPITAL, each, on=today) for each in ("met-start", "met-meal-c3-1")]
        return {ref for state in (*shown, *named) if state for ref in state.draft.facts}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=14))
def test_nothing_old_is_served_after_the_event_in_any_order_of_reads_and_steps(steps: list[str]) -> None:
    ward = Ward()
    assert ward.served() == {FactRef("met-meal", 1)}
    for step in steps:
        ward.take(step)
        assert all(ref.version >= ward.lowest for ref in ward.served() if ref.fact_id == "met-meal")


def test_the_rows_name_exactly_the_versions_that_a_guide_carried() -> None:
    ward = Ward()
    found = {str(row["guide_id"]) for row in carrying(ward.world.read, HOSPITAL, TOLD)}
    assert found == carriers_by_scan(ward.world.log, HOSPITAL, TOLD) == {guide_id_of(ward.visit)}
    assert list(carrying(ward.world.read, HOSPITAL, FactRef("met-meal", 0))) == []
