"""Law 1: nothing reaches a patient but text that a doctor signed in exactly that form. In doubt it is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from narrowcast.application.guides import SignedLibrary
from narrowcast.application.streams import CONTENT
from narrowcast.contracts.commit import seal
from narrowcast.domain import content
from narrowcast.domain.guide import PieceRef
from tests.support.newsroom import EDITOR, HOSPITAL, METFORMIN_TOPIC, World, tampered

STREAM = CONTENT.stream(HOSPITAL, "dm-know")
TODAY = date(2026, 1, 5)
LAST_DAY = date(2027, 1, 5)


def shown(world: World, *, on: date = TODAY) -> content.Content | None:
    return world.library.piece(HOSPITAL, "dm-know", on=on)


def test_a_published_piece_is_shown_through_its_last_day(published: World) -> None:
    assert shown(published, on=LAST_DAY) == published.content("dm-know")
    assert shown(published, on=date(2027, 1, 6)) is None


def test_no_version_of_a_piece_is_shown_before_it_is_published(published: World) -> None:
    commits = list(published.log.read(STREAM))
    for length in range(len(commits)):
        young = World(key=published.key)
        for commit in commits[:length]:
            young.log.append(commit)
        assert shown(young) is None


def test_a_piece_is_not_shown_under_a_key_that_did_not_sign_it(published: World) -> None:
    assert SignedLibrary(published.store, World().key).piece(HOSPITAL, "dm-know", on=TODAY) is None


def test_a_recalled_piece_is_not_shown(published: World) -> None:
    published.store.execute(CONTENT, HOSPITAL, "dm-know", lambda s: content.recall(s, reason="事实已更新"), EDITOR)
    assert shown(published.settle()) is None
    assert list(published.index.candidates(HOSPITAL, ["E11"])) == []


def test_one_flipped_byte_anywhere_in_the_log_of_a_piece_and_it_is_not_shown(published: World) -> None:
    commits = list(published.log.read(STREAM))
    for commit in commits:
        for place in range(len(commit.payload)):
            tampered(published, STREAM, commit.version, _flip(place))
            assert shown(published) is None, (commit.version, place)
            published.log._streams[STREAM] = list(commits)
    assert shown(published)


def _flip(place: int) -> Callable[[bytes], bytes]:
    return lambda payload: payload[:place] + bytes([payload[place] ^ 1]) + payload[place + 1 :]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("需要长期管理", "无需长期管理"),
        ('"E11"', '"E10"'),
        ('"treatments":[]', '"treatments":["A10BA02"]'),
        ("陈怡然主治医师审核签发", "李慎之主任医师审核签发"),
        ('"signed_at":"2026-01-05', '"signed_at":"2026-01-04'),
        ('"signer_id":"sg-chen","signer_name"', '"signer_id":"sg-li","signer_name"'),
        ('"channel":"patient"', '"channel":"private"'),
        ('"pack":"2026', '"pack":"2027'),
    ],
)
def test_a_forger_who_reseals_the_whole_chain_still_lacks_the_signature(
    published: World, before: str, after: str
) -> None:
    forged, previous = [], ""
    for commit in published.log.read(STREAM):
        payload = commit.payload.replace(before.encode(), after.encode())
        sealed = seal(
            stream=commit.stream,
            version=commit.version,
            commit_id=commit.commit_id,
            recorded_at=commit.recorded_at,
            payload=payload,
            previous=previous,
        )
        forged.append(sealed)
        previous = sealed.hash
    assert forged != list(published.log.read(STREAM))
    published.log._streams[STREAM] = forged
    assert shown(published) is None


class TestTheGuidePage:
    def test_shows_each_section_with_who_signed_it(self, published: World) -> None:
        published.publish("met-start", METFORMIN_TOPIC).visit()
        sections = published.room.show(published.guide_nonce()).sections
        assert [(section, [piece.content_id for piece in pieces]) for section, pieces in sections] == [
            ("disease", ["dm-know"]),
            ("medication", ["met-start"]),
        ]
        assert all(piece.state.signed for _, pieces in sections for piece in pieces)

    def test_leaves_out_what_was_tampered_with_and_keeps_the_rest(self, published: World) -> None:
        published.publish("met-start", METFORMIN_TOPIC).visit()
        tampered(published, STREAM, 2, lambda payload: payload.replace("长期".encode(), "短期".encode()))
        opened = published.room.show(published.guide_nonce())
        assert [section for section, _ in opened.sections] == ["medication"]

    def test_leaves_out_a_piece_whose_last_day_is_over(self, published: World) -> None:
        visit = published.visit()
        published.clock.advance(date(2027, 1, 7) - TODAY)
        made = published.guide(visit.visit_id).made
        assert published.room.show_guide(HOSPITAL, f"g-{visit.visit_id[2:]}").sections == ()
        assert made.sections

    def test_shows_no_other_version_than_the_one_it_was_assembled_from(self, published: World) -> None:
        state = published.content("dm-know")
        assert state.signed
        ref = PieceRef("dm-know", 1, state.signed.document_hash, state.draft.facts)
        assert published.library.exactly(HOSPITAL, ref, on=TODAY) == state
        assert published.library.exactly(HOSPITAL, replace(ref, document_hash="0" * 64), on=TODAY) is None
