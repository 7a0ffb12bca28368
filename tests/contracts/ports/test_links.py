from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from narrowcast.adapters.dynamodb.links import DynamoLinks
from narrowcast.adapters.memory.stores import MemoryLinks
from narrowcast.application.ports import Link, Links

LINK = Link(
    key="a" * 64,
    kind="sign",
    stream="h1/content#c1",
    request_id="r1",
    subject="h1/signer#s1",
    channel="mail",
    code_hash="",
    expires_at=datetime(2026, 1, 8, 8, 30, 15, 123456, tzinfo=UTC),
)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def links(request: pytest.FixtureRequest) -> Links:
    if request.param == "memory":
        return MemoryLinks()
    return DynamoLinks(request.getfixturevalue("connection"), request.getfixturevalue("new_table")("link"))


class TestLinks:
    def test_a_link_is_found_as_it_was_kept(self, links: Links) -> None:
        links.keep(LINK)
        assert links.find(LINK.key) == LINK

    def test_an_unknown_link_is_none(self, links: Links) -> None:
        assert links.find(LINK.key) is None

    def test_an_expired_link_is_still_found(self, links: Links) -> None:
        expired = replace(LINK, expires_at=datetime(2020, 1, 1, tzinfo=UTC))
        links.keep(expired)
        assert links.find(LINK.key) == expired

    def test_keeping_again_neither_changes_the_link_nor_resets_its_attempts(self, links: Links) -> None:
        links.keep(LINK)
        links.count_attempt(LINK.key, limit=5)
        links.keep(replace(LINK, subject="h1/signer#someone-else"))
        assert links.find(LINK.key) == replace(LINK, attempts=1)

    def test_attempts_are_counted_up_to_the_limit(self, links: Links) -> None:
        links.keep(LINK)
        assert [links.count_attempt(LINK.key, limit=3) for _ in range(5)] == [True, True, True, False, False]
        assert links.find(LINK.key) == replace(LINK, attempts=3)

    def test_after_the_right_code_attempts_are_counted_from_nothing(self, links: Links) -> None:
        links.keep(LINK)
        assert [links.count_attempt(LINK.key, limit=2) for _ in range(3)] == [True, True, False]
        links.clear_attempts(LINK.key)
        assert links.find(LINK.key) == LINK
        assert links.count_attempt(LINK.key, limit=2)

    def test_clearing_the_attempts_of_an_unknown_link_makes_none(self, links: Links) -> None:
        links.clear_attempts(LINK.key)
        assert links.find(LINK.key) is None

    def test_no_attempt_is_allowed_on_an_unknown_link(self, links: Links) -> None:
        assert not links.count_attempt(LINK.key, limit=3)
        assert links.find(LINK.key) is None

    def test_racing_devices_do_not_get_more_attempts_than_one(self, links: Links) -> None:
        links.keep(LINK)
        with ThreadPoolExecutor(8) as devices:
            allowed = list(devices.map(lambda _: links.count_attempt(LINK.key, limit=5), range(24)))
        assert sum(allowed) == 5
