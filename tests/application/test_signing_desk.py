"""Signing by link. Law 5: looking changes nothing; deciding needs the other channel's code and the version shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from narrowcast.application.links import (
    CODE_ATTEMPTS,
    LinkExpired,
    LinkSecret,
    LinkUnknown,
    TooManyAttempts,
    WrongCode,
    link_key,
)
from narrowcast.application.signing import Answer
from narrowcast.application.streams import CONTENT, SIGNER
from narrowcast.domain import content
from narrowcast.domain.content import Status
from narrowcast.domain.draft import FactRef
from narrowcast.domain.signer import SignerLeft, SignerNotEntitled
from narrowcast.domain.signing import document_hash
from narrowcast.domain.vocabulary import Channel
from tests.support.newsroom import CHEN, EDITOR, HOSPITAL, LINK_LIFETIME, STATEMENT, World

Decide = Callable[[World, str, Answer], object]


def sign(world: World, nonce: str, answer: Answer) -> object:
    return world.desk.sign(nonce, answer, "sms_code")


def reject(world: World, nonce: str, answer: Answer) -> None:
    world.desk.reject(nonce, answer, "请写明随访频率")


def other_code(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


class TestWhatThePageShows:
    def test_the_text_its_facts_its_hash_and_the_label(self, waiting: World) -> None:
        mail, _ = waiting.letters("dm-know")
        desk = waiting.desk.show(mail.nonce)
        assert desk.state == waiting.content("dm-know")
        assert desk.facts == {FactRef("dm-what", 1): STATEMENT}
        assert desk.document_hash == document_hash(HOSPITAL, "dm-know", desk.state)
        assert desk.label == "本内容由人工智能（AI）辅助生成，经仁和医院内分泌科陈怡然主治医师审核签发（2026年1月5日）"

    def test_looking_a_hundred_times_changes_nothing_anywhere(self, waiting: World) -> None:
        before = waiting.snapshot()
        for letter in waiting.letters("dm-know") * 50:
            waiting.desk.show(letter.nonce)
        assert waiting.settle().snapshot() == before


class TestTheSecondFactor:
    def test_each_link_opens_with_the_code_that_went_over_the_other_channel(self, waiting: World) -> None:
        mail, sms = waiting.letters("dm-know")
        assert (mail.channel, sms.channel) == (Channel.MAIL, Channel.SMS)
        assert mail.code != sms.code
        waiting.desk.reject(sms.nonce, waiting.answer("dm-know", mail.code), "请写明随访频率")
        assert waiting.content("dm-know").rejection

    @pytest.mark.parametrize("decide", [sign, reject])
    def test_the_code_beside_the_link_does_not_open_it(self, waiting: World, decide: Decide) -> None:
        before = list(waiting.log.scan())
        for letter in waiting.letters("dm-know"):
            with pytest.raises(WrongCode):
                decide(waiting, letter.nonce, waiting.answer("dm-know", letter.code))
        assert list(waiting.log.scan()) == before

    def test_wrong_codes_are_counted_and_then_the_link_is_locked_even_for_the_right_one(self, waiting: World) -> None:
        mail, sms = waiting.letters("dm-know")
        for left in range(CODE_ATTEMPTS - 1, -1, -1):
            with pytest.raises(WrongCode, match=f"还可尝试{left}次"):
                sign(waiting, mail.nonce, waiting.answer("dm-know", other_code(sms.code)))
        with pytest.raises(TooManyAttempts):
            sign(waiting, mail.nonce, waiting.answer("dm-know", sms.code))
        assert waiting.content("dm-know").status is Status.ACCEPTED

    def test_a_locked_link_leaves_the_other_channels_link_open(self, waiting: World) -> None:
        mail, sms = waiting.letters("dm-know")
        for _ in range(CODE_ATTEMPTS):
            with pytest.raises(WrongCode):
                sign(waiting, mail.nonce, waiting.answer("dm-know", other_code(sms.code)))
        sign(waiting, sms.nonce, waiting.answer("dm-know", mail.code))
        assert waiting.content("dm-know").signed

    @pytest.mark.parametrize("change", [{"revision": 0}, {"document_hash": "0" * 64}])
    def test_a_stale_page_costs_no_attempt(self, waiting: World, change: dict[str, object]) -> None:
        mail, sms = waiting.letters("dm-know")
        stale = replace(waiting.answer("dm-know", other_code(sms.code)), **change)  # type: ignore[arg-type]
        with pytest.raises(content.StaleRevision):
            sign(waiting, mail.nonce, stale)
        link = waiting.links.find(link_key(mail.nonce))
        assert link
        assert link.attempts == 0

    def test_a_rejection_without_a_reason_costs_no_attempt(self, waiting: World) -> None:
        mail, sms = waiting.letters("dm-know")
        with pytest.raises(content.RejectionNeedsReason):
            waiting.desk.reject(mail.nonce, waiting.answer("dm-know", sms.code), " ")
        waiting.desk.sign(mail.nonce, waiting.answer("dm-know", sms.code), "sms_code")

    def test_codes_are_kept_only_as_keyed_hashes_and_nonces_not_at_all(self, waiting: World) -> None:
        kept = repr(waiting.links._links)
        for letter in waiting.letters("dm-know"):
            assert letter.nonce not in kept
            assert letter.code not in kept
        assert LinkSecret(b"another").code_hash("k", "000000") != waiting.secret.code_hash("k", "000000")


class TestClosedLinks:
    @pytest.mark.parametrize("after", [LINK_LIFETIME, LINK_LIFETIME + timedelta(days=30)])
    def test_an_expired_link_neither_shows_nor_signs(self, waiting: World, after: timedelta) -> None:
        mail, sms = waiting.letters("dm-know")
        answer = waiting.answer("dm-know", sms.code)
        waiting.clock.advance(after)
        with pytest.raises(LinkExpired):
            waiting.desk.show(mail.nonce)
        with pytest.raises(LinkExpired):
            sign(waiting, mail.nonce, answer)

    def test_a_guides_link_signs_nothing_and_a_signing_link_opens_no_guide(self, published: World) -> None:
        published.visit()
        published.plan("dm-more").accept("dm-more")
        with pytest.raises(LinkUnknown):
            published.desk.show(published.guide_nonce())
        with pytest.raises(LinkUnknown):
            published.room.show(published.letters("dm-more")[0].nonce)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.data())
    def test_a_nonce_with_one_other_character_opens_nothing(self, waiting: World, data: st.DataObject) -> None:
        nonce = waiting.letters("dm-know")[0].nonce
        place = data.draw(st.integers(0, len(nonce)))
        forged = nonce[:place] + data.draw(st.characters(codec="ascii")) + nonce[place + 1 :]
        if forged != nonce:
            with pytest.raises(LinkUnknown):
                waiting.desk.show(forged)

    @pytest.mark.parametrize("decide", [sign, reject])
    def test_a_signed_piece_admits_no_second_decision_over_any_link(self, published: World, decide: Decide) -> None:
        before = list(published.log.scan())
        mail, sms = published.letters("dm-know")
        signed = published.content("dm-know").signed
        assert signed
        for letter, code in ((mail, sms.code), (sms, mail.code)):
            with pytest.raises(content.ContentAlreadySigned):
                decide(published, letter.nonce, Answer(code, 1, signed.document_hash))
        assert list(published.log.scan()) == before

    def test_the_links_of_a_version_sent_back_stay_closed_after_the_edit(self, waiting: World) -> None:
        mail, sms = waiting.letters("dm-know")
        old = waiting.answer("dm-know", sms.code)
        reject(waiting, mail.nonce, old)
        with pytest.raises(content.NotAwaitingThis):
            waiting.settle().desk.show(mail.nonce)
        better = replace(waiting.content("dm-know").draft, title="什么是2型糖尿病")
        waiting.newsroom.edit(HOSPITAL, "dm-know", revision=1, draft=better, actor=EDITOR)
        waiting.settle().accept("dm-know")
        for answer in (old, waiting.answer("dm-know", sms.code)):
            with pytest.raises(content.NotAwaitingThis):
                sign(waiting, mail.nonce, answer)
        assert waiting.sign("dm-know").content("dm-know").status is Status.PUBLISHED

    def test_a_doctor_who_left_meanwhile_can_sign_nothing(self, waiting: World) -> None:
        mail, sms = waiting.letters("dm-know")
        leave(waiting)
        with pytest.raises(SignerNotEntitled):
            sign(waiting, mail.nonce, waiting.answer("dm-know", sms.code))


def leave(world: World) -> None:
    today = world.clock.now().date()
    world.store.execute(SIGNER, HOSPITAL, CHEN, lambda _: (SignerLeft(today),), EDITOR)


class TestTwoDevices:
    def test_of_two_devices_that_saw_the_same_page_one_signs(self, waiting: World) -> None:
        """The second has passed every check when the first one's event lands."""
        mail, sms = waiting.letters("dm-know")
        answer = waiting.answer("dm-know", sms.code)
        slow_key = SlowKey(waiting, lambda: waiting.desk.sign(sms.nonce, replace(answer, code=mail.code), "sms_code"))
        slow = replace(waiting.desk, key=slow_key)  # type: ignore[arg-type]
        with pytest.raises(content.ContentAlreadySigned):
            slow.sign(mail.nonce, answer, "sms_code")
        assert [e.type for e in waiting.envelopes(CONTENT.stream(HOSPITAL, "dm-know"))].count("ContentSigned") == 1


class SlowKey:
    """A signing key that lets somebody else act before it signs."""

    def __init__(self, world: World, meanwhile: Callable[[], object]) -> None:
        self._world, self._meanwhile = world, meanwhile

    def sign(self, form: bytes) -> object:
        self._meanwhile()
        return self._world.key.sign(form)
