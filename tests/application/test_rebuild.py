"""A projection made anew beside the live one: compared, swapped, nothing lost, nobody held up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from narrowcast.application.ports import ContentIndex, Entry, ReadTable
from narrowcast.application.projections import INDEX, READ, Projection
from narrowcast.application.rebuild import Difference, Rebuilder, differences, standing
from narrowcast.application.streams import CONTENT
from tests.support.newsroom import EDITOR, HOSPITAL, TOPIC, World, tampered

PLACE = f"{HOSPITAL}/fact dm-what"


def rebuilder(
    world: World, projection: Projection = READ, pause: Callable[[float], object] = lambda _: None
) -> Rebuilder:
    kept: ReadTable | ContentIndex = world.read if projection.name == READ.name else world.index
    return Rebuilder(world.log, projection, kept.begin, pause)


@pytest.mark.parametrize("projection", [READ, INDEX])
def test_a_sound_projection_is_rebuilt_to_the_same_bytes(published: World, projection: Projection) -> None:
    before = (published.read.entries(), published.index.entries())
    rebuilt = rebuilder(published, projection).rebuild()
    assert (rebuilt.differences, rebuilt.damaged, rebuilt.swapped) == ([], [], True)
    assert (published.read.entries(), published.index.entries()) == before


def test_a_row_that_was_changed_by_hand_is_named_and_put_right(published: World) -> None:
    row = published.read.get(f"{HOSPITAL}/fact", "dm-what")
    published.read.put(f"{HOSPITAL}/fact", "dm-what", 2, {"text": "可以停药"})
    [difference] = rebuilder(published).rebuild().differences
    assert difference == Difference(PLACE, "differs", 2, 2)
    assert published.read.get(f"{HOSPITAL}/fact", "dm-what") == row


def test_a_missing_and_an_extra_row_are_named_and_put_right(published: World) -> None:
    del published.read._rows[f"{HOSPITAL}/fact", "dm-what"]
    published.read.put(f"{HOSPITAL}/fact", "no-such-fact", 7, {})
    rebuilt = rebuilder(published).rebuild()
    assert [(each.place, each.kind) for each in rebuilt.differences] == [
        (PLACE, "missing"),
        (f"{HOSPITAL}/fact no-such-fact", "extra"),
    ]
    assert published.read.get(f"{HOSPITAL}/fact", "dm-what")
    assert published.read.get(f"{HOSPITAL}/fact", "no-such-fact") is None


def test_a_comparison_alone_changes_nothing(published: World) -> None:
    published.read.put(f"{HOSPITAL}/fact", "dm-what", 2, {"text": "可以停药"})
    rebuilt = rebuilder(published).rebuild(swap=False)
    assert (len(rebuilt.differences), rebuilt.swapped) == (1, False)
    assert published.read.get(f"{HOSPITAL}/fact", "dm-what") == {"text": "可以停药"}
    assert published.read._beside is None


def test_a_damaged_stream_is_left_out_and_stops_no_other(published: World) -> None:
    stream = CONTENT.stream(HOSPITAL, "dm-know")
    tampered(published, stream, 2, lambda payload: payload + b" ")
    rebuilt = rebuilder(published).rebuild()
    assert (rebuilt.damaged, rebuilt.swapped) == ([stream], True)
    assert published.read.get(f"{HOSPITAL}/content", "dm-know") is None, "what cannot be folded is not shown"
    assert published.read.get(f"{HOSPITAL}/fact", "dm-what")


def test_what_is_appended_and_projected_during_a_rebuild_is_in_it(published: World) -> None:
    def meanwhile(_: str) -> None:
        published.newsroom.plan(HOSPITAL, "meanwhile", TOPIC, EDITOR)
        published.projector.project(CONTENT.stream(HOSPITAL, "meanwhile"))

    rebuilt = rebuilder(published).rebuild(say=meanwhile)
    assert (rebuilt.differences, rebuilt.swapped) == ([], True)
    assert published.read.get(f"{HOSPITAL}/content", "meanwhile")


def test_a_consumer_that_is_only_late_is_no_difference(published: World) -> None:
    published.newsroom.plan(HOSPITAL, "late", TOPIC, EDITOR)
    pauses: list[float] = []

    def meanwhile(seconds: float) -> None:
        pauses.append(seconds)
        published.projector.project(CONTENT.stream(HOSPITAL, "late"))

    rebuilt = rebuilder(published, pause=meanwhile).rebuild()
    assert (rebuilt.differences, len(pauses)) == ([], 1)


def test_a_consumer_that_stands_still_is_named(published: World) -> None:
    published.newsroom.plan(HOSPITAL, "late", TOPIC, EDITOR)
    [difference] = rebuilder(published).rebuild().differences
    assert difference == Difference(f"{HOSPITAL}/content late", "missing", None, 1)


def test_a_rebuild_that_another_one_overtook_swaps_nothing(published: World) -> None:
    def overtake(_: str) -> None:
        published.read.begin()

    live = published.read._rows
    rebuilt = rebuilder(published).rebuild(say=overtake)
    assert not rebuilt.swapped
    assert published.read._rows is live


def test_a_rebuild_that_breaks_down_leaves_the_live_rows_and_nothing_else(published: World) -> None:
    def broken(*_: object) -> None:
        raise OSError

    live = published.read._rows
    with pytest.raises(OSError):  # noqa: PT011 - any will do
        rebuilder(published, replace(READ, write=broken)).rebuild()
    assert published.read._rows is live
    assert published.read._beside is None


def test_every_way_to_differ_has_its_name() -> None:
    live = {"a": Entry(1, "x"), "b": Entry(1, "x"), "c": Entry(1, "x"), "d": Entry(3, "x"), "s": Entry(1, "x")}
    made = {"b": Entry(1, "y"), "c": Entry(2, "y"), "d": Entry(2, "y"), "e": Entry(1, "y"), "s": Entry(1, "x")}
    kinds = {each.place: each.kind for each in differences(live, made)}
    assert kinds == {"a": "extra", "b": "differs", "c": "behind", "d": "ahead", "e": "missing"}


def test_lag_is_told_by_stream(published: World) -> None:
    assert standing(published.log, READ, published.read.entries()).behind == []
    published.newsroom.plan(HOSPITAL, "late", TOPIC, EDITOR)
    assert standing(published.log, READ, published.read.entries()).behind == [(CONTENT.stream(HOSPITAL, "late"), 1, 0)]
    assert standing(published.log, INDEX, published.index.entries()).behind == [], "a plan has no place in the index"
