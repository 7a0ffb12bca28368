"""Guides are made again from the log alone, to the same bytes; what they give is signed and holds."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from narrowcast.application.guides import guide_id_of
from narrowcast.application.proposals import pieces_about
from narrowcast.application.store import Actor
from narrowcast.application.streams import GUIDE, StreamKey
from narrowcast.domain.guide import GuideAssembled
from narrowcast.domain.visit_report import Identity
from tests.bench.synthetic import HOSPITAL, Hospital
from tests.bench.synthetic_log import write
from tests.support.newsroom import PROFILE, World

PIECES, VISITS = 400, 60
SYNTHETIC = Hospital()
SYSTEM = Actor("system:delivery")


@pytest.fixture(scope="module")
def world() -> World:
    """A hospital with a signed library, and the visits that its system told of."""
    world = World().open_hospital(HOSPITAL, PROFILE)
    write(world.store, world.key, SYNTHETIC.library(PIECES))
    for number in range(VISITS):
        report = replace(SYNTHETIC.visit(number), department="endo")
        world.reception.accept(report, Identity(f"MRN-{number}", f"VN-{number}"))
    return project(world)


def project(world: World) -> World:
    for stream in {commit.stream for commit in world.log.scan()}:
        world.projector.project(stream)
    return world


def visits(world: World) -> list[str]:
    keys = (StreamKey.parse(commit.stream) for commit in world.log.scan())
    return sorted({key.key for key in keys if key.aggregate == "visit" and key.hospital == HOSPITAL})


def guides(world: World) -> dict[str, bytes]:
    """Make every guide and return its bytes."""
    made: dict[str, GuideAssembled] = {}
    for visit_id in visits(world):
        world.assembly.assemble(HOSPITAL, visit_id, SYSTEM)
        made[visit_id] = world.store.load(GUIDE, HOSPITAL, guide_id_of(visit_id)).state.made
    return {visit_id: msgspec.json.encode(guide, order="sorted") for visit_id, guide in made.items()}


def test_a_log_without_its_guides_gives_them_again(world: World) -> None:
    first = guides(world)
    assert sum(b'"content_id"' in guide for guide in first.values()) > VISITS / 2
    again = World(key=world.key, clock=world.clock)
    for commit in world.log.scan():
        if StreamKey.parse(commit.stream).aggregate != "guide":
            again.log.append(commit)
    assert guides(project(again)) == first


def test_every_piece_given_is_signed_and_as_the_log_has_it(world: World) -> None:
    guides(world)
    today = world.clock.now().date()
    for visit_id in visits(world):
        made = world.store.load(GUIDE, HOSPITAL, guide_id_of(visit_id)).state.made
        for ref in (piece for part in made.sections for piece in part.pieces):
            assert world.library.exactly(HOSPITAL, ref, on=today) is not None


def test_the_log_chooses_as_the_plain_library_does(world: World) -> None:
    known = {each.piece.content_id: each for each in SYNTHETIC.library(PIECES)}
    on = world.clock.now().date()
    found = pieces_about(world.library, world.index, HOSPITAL, ("I10.X00", "E11.900", "J06.900"), on=on)
    tagged = {content_id: state.tags for content_id, state in found}
    assert len(tagged) > 20
    assert tagged == {content_id: known[content_id].tags for content_id in tagged}
