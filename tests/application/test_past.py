"""What stood and what was shown: told from the log alone, proved by hash and signature, or named as damage."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from narrowcast.adapters.memory.signing_key import MemorySigningKey
from narrowcast.application.exports import TEXT_WRITERS, Exports
from narrowcast.application.guides import guide_id_of
from narrowcast.application.past import Account, Past, ShownGuide, ShownPiece
from narrowcast.application.streams import CONTENT, GUIDE, StreamKey
from narrowcast.contracts.codec import CorruptCommitError
from narrowcast.domain import content
from narrowcast.domain.control.label.exports import lint
from narrowcast.domain.draft import Draft
from narrowcast.domain.signing import canonical
from tests.support.newsroom import CHEN, EDITOR, HOSPITAL, OTHER_HOSPITAL, PROFILE, World, tampered

PIECE = StreamKey(HOSPITAL, CONTENT.name, "dm-know")
STREAM = CONTENT.stream(HOSPITAL, "dm-know")
DAY = timedelta(days=1)


def past(world: World, key: MemorySigningKey | None = None) -> Past:
    return Past(world.store, key or world.key, Exports(world.store, world.library, TEXT_WRITERS))


def piece_of(account: Account) -> ShownPiece:
    assert isinstance(account.shown, ShownPiece)
    return account.shown


def guide_of(world: World) -> StreamKey:
    """Let a patient come a day later; return her guide."""
    world.clock.advance(DAY)
    return StreamKey(HOSPITAL, GUIDE.name, guide_id_of(world.visit().visit_id))


def shown_piece(account: Account) -> ShownPiece:
    """Return the one piece of a guide with one section."""
    assert isinstance(account.shown, ShownGuide)
    [section] = account.shown.sections
    [piece] = section.pieces
    return piece


def recall(world: World) -> World:
    """Take the piece back, another day later."""
    world.clock.advance(DAY)
    world.store.execute(CONTENT, HOSPITAL, "dm-know", lambda s: content.recall(s, reason="wrong"), EDITOR)
    return world.settle()


def rewrite(world: World) -> World:
    """Void the signature, another day later, and have the text changed."""
    world.clock.advance(DAY)
    world.store.execute(
        CONTENT, HOSPITAL, "dm-know", lambda s: content.reopen(s, signer_id=CHEN, reason="signer_left"), EDITOR
    )
    state = world.content("dm-know")
    draft = Draft("改过的标题", state.draft.sentences)
    world.store.execute(
        CONTENT, HOSPITAL, "dm-know", lambda s: content.edit(s, revision=s.revision, draft=draft), EDITOR
    )
    return world


class TestPieces:
    def test_a_piece_is_shown_as_the_doctor_signed_it(self, published: World) -> None:
        account = past(published).account(PIECE)
        piece, signed = piece_of(account), account.state.signed
        assert published.key.verify(piece.form.encode(), signed.signature)
        document = canonical(json.loads(piece.form)["document"])
        assert hashlib.sha256(document).hexdigest() == piece.document_hash == signed.document_hash
        assert json.loads(piece.form)["label"] == piece.label == signed.label
        assert [each["text"] for each in json.loads(document)["sentences"]] == list(piece.sentences)
        assert (piece.title, piece.signer_name, piece.open) == ("认识2型糖尿病", "陈怡然", True)

    def test_its_page_bears_the_text_and_both_labels(self, published: World) -> None:
        piece = piece_of(past(published).account(PIECE))
        assert all(sentence in piece.html for sentence in piece.sentences)
        assert lint("html", piece.html.encode()) == ()
        assert piece.html.encode() == past(published).exports.export(HOSPITAL, "dm-know", "html")

    def test_before_the_signature_nothing_was_shown(self, waiting: World) -> None:
        account = past(waiting).account(PIECE)
        assert account.shown is None
        assert account.state.status == "accepted"

    def test_each_version_is_told_as_it_stood(self, published: World) -> None:
        teller = past(published)
        accounts = [teller.account(PIECE, version=each) for each in range(1, teller.account(PIECE).version + 1)]
        assert [each.version for each in accounts] == list(range(1, len(accounts) + 1))
        assert [len(each.envelopes) for each in accounts] == sorted(len(each.envelopes) for each in accounts)
        types = [each.envelopes[-1].type for each in accounts]
        shown = [(kind, each.shown is not None) for kind, each in zip(types, accounts, strict=True)]
        assert [kind for kind, was in shown if was] == ["ContentSigned", "ContentTagged", "ContentPublished"]
        assert [piece_of(each).open for each in accounts if each.shown] == [False, False, True]
        assert [bool(piece_of(each).html) for each in accounts if each.shown] == [False, False, True]

    def test_a_piece_taken_back_is_shown_as_it_was_and_as_not_open(self, published: World) -> None:
        before = published.clock.now()
        recall(published)
        then, now = past(published).account(PIECE, at=before), past(published).account(PIECE)
        assert (piece_of(then).open, piece_of(now).open) == (True, False)
        assert piece_of(then).form == piece_of(now).form
        assert (then.state.status, now.state.status) == ("published", "recalled")

    def test_a_piece_is_not_open_after_its_last_day(self, published: World) -> None:
        last = published.content("dm-know").published
        assert last
        zone = ZoneInfo("Asia/Shanghai")
        evening = datetime(last.valid_until.year, last.valid_until.month, last.valid_until.day, 23, 59, tzinfo=zone)
        teller = past(published)
        assert piece_of(teller.account(PIECE, at=evening)).open
        assert not piece_of(teller.account(PIECE, at=evening + timedelta(minutes=1))).open

    def test_a_version_beyond_the_last_gives_the_last(self, published: World) -> None:
        assert past(published).account(PIECE, version=999).version == past(published).account(PIECE).version


class TestTime:
    def test_the_very_moment_of_a_commit_belongs_to_it(self, world: World) -> None:
        moment = world.clock.now() + DAY
        world.clock.advance(DAY)
        world.plan("dm-know")
        teller = past(world)
        assert teller.account(PIECE, at=moment).version > 0
        assert teller.account(PIECE, at=moment - timedelta(microseconds=1)).version == 0

    def test_a_moment_is_the_same_in_every_zone(self, published: World) -> None:
        recall(published)
        moment = published.clock.now() - timedelta(hours=1)
        versions = {
            past(published).account(PIECE, at=moment.astimezone(timezone(timedelta(hours=h)))).version
            for h in (-12, 0, 8, 14)
        }
        assert versions == {past(published).account(PIECE).version - 1}

    def test_before_the_first_commit_there_is_nothing(self, published: World) -> None:
        account = past(published).account(PIECE, at=datetime(5, 1, 1, tzinfo=UTC))
        assert (account.version, account.envelopes, account.shown) == (0, (), None)

    def test_an_unknown_stream_holds_nothing(self, world: World) -> None:
        assert past(world).account(StreamKey(HOSPITAL, "visit", "nobody")).version == 0

    def test_a_hospital_tells_its_own_time(self, world: World) -> None:
        world.open_hospital(OTHER_HOSPITAL, replace(PROFILE, timezone="Asia/Urumqi"))
        zones = [str(past(world).zone(each)) for each in (HOSPITAL, OTHER_HOSPITAL, "unknown")]
        assert zones == ["Asia/Shanghai", "Asia/Urumqi", "Asia/Shanghai"]


class TestGuides:
    def test_a_guide_shows_its_pieces_as_they_were_signed(self, published: World) -> None:
        account = past(published).account(guide_of(published))
        [ref] = [piece for part in account.state.made.sections for piece in part.pieces]
        piece = shown_piece(account)
        assert (piece.content_id, piece.revision, piece.document_hash) == (
            ref.content_id,
            ref.revision,
            ref.document_hash,
        )
        assert piece.open
        assert piece == piece_of(past(published).account(PIECE, at=account.moment))

    def test_a_piece_taken_back_since_is_still_told_and_no_longer_open(self, published: World) -> None:
        key = guide_of(published)
        before, moment = past(published).account(key), published.clock.now()
        recall(published)
        assert not shown_piece(past(published).account(key)).open
        then = past(published).account(key, at=moment)
        assert shown_piece(then) == shown_piece(before)
        assert shown_piece(past(published).account(key, version=1)) == shown_piece(before)

    def test_a_piece_rewritten_since_is_told_as_the_guide_referred_to_it(self, published: World) -> None:
        key = guide_of(published)
        before = shown_piece(past(published).account(key))
        rewrite(published)
        assert shown_piece(past(published).account(key)) == replace(before, open=False)

    def test_a_piece_whose_clock_ran_ahead_of_the_guides_is_found(self, world: World) -> None:
        world.clock.advance(3 * DAY)
        world.publish("dm-know").clock.advance(-2 * DAY)
        piece = shown_piece(past(world).account(guide_of(world), version=1))
        assert (piece.title, piece.open) == ("认识2型糖尿病", False)

    def test_a_guide_without_its_piece_is_damaged(self, published: World) -> None:
        key = guide_of(published)
        del published.log._streams[STREAM][1:]
        with pytest.raises(CorruptCommitError, match="never was the revision 1"):
            past(published).account(key)


class TestDamage:
    @pytest.mark.parametrize("version", [1, 3])
    def test_a_changed_commit_is_named(self, published: World, version: int) -> None:
        tampered(published, STREAM, version, lambda payload: payload.replace(b"2", b"3"))
        with pytest.raises(CorruptCommitError, match=f"{STREAM} version {version}"):
            past(published).account(PIECE)

    def test_a_commit_dated_into_the_future_does_not_hide_from_the_past(self, published: World) -> None:
        commits = published.log._streams[STREAM]
        commits[-1] = replace(commits[-1], recorded_at="2099-01-01T00:00:00.000000Z")
        with pytest.raises(CorruptCommitError, match=f"version {len(commits)}"):
            past(published).account(PIECE, at=published.clock.now())

    def test_what_is_damaged_later_does_not_spoil_what_stood_before(self, published: World) -> None:
        tampered(published, STREAM, 4, lambda payload: payload + b" ")
        assert past(published).account(PIECE, version=2).version == 2

    def test_a_signature_that_does_not_hold_is_named_and_nothing_shown(self, published: World) -> None:
        with pytest.raises(CorruptCommitError, match="signature does not cover"):
            past(published, MemorySigningKey()).account(PIECE)

    def test_a_source_that_is_not_as_signed_is_named(self, published: World) -> None:
        del published.log._streams["renhe/fact#dm-what"][:]
        with pytest.raises(CorruptCommitError, match="hospital or sources"):
            past(published).account(PIECE)
