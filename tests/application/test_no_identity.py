"""Law 6: the log holds pseudonyms, age bands and codes; law 4: no token, nonce or code is ever in it."""

from __future__ import annotations

from dataclasses import astuple, replace

import pytest

from narrowcast.application.visits import Pseudonyms
from tests.support.newsroom import CONTACTS, IDENTITY, METFORMIN_TOPIC, PATIENT_NAME, REPORT, World, payloads


@pytest.fixture
def busy(published: World) -> World:
    """A world in which everything that touches a person has happened."""
    published.publish("met-start", METFORMIN_TOPIC).plan("dm-late").accept("dm-late").time_out()
    published.visit()
    published.visit(replace(REPORT, message_id="MSG-2", consent=False))
    published.room.show(published.guide_nonce())
    return published.settle()


def test_nothing_of_a_person_and_no_secret_is_in_any_byte_of_the_log(busy: World) -> None:
    letters = [letter for piece in ("dm-know", "met-start", "dm-late") for letter in busy.letters(piece)]
    secrets = [part for letter in letters for part in (letter.nonce, letter.code)]
    addresses = [part for contact in CONTACTS.values() for part in astuple(contact) if part]
    forbidden = [
        *secrets,
        *addresses,
        *filter(None, astuple(IDENTITY)),
        IDENTITY.phone.removeprefix("+86"),
        PATIENT_NAME,
        busy.guide_nonce(),
        *busy.workflows.answers,
        *busy.tokens._tokens.values(),
    ]
    log = payloads(busy) + repr([(c.stream, c.commit_id) for c in busy.log.scan()]).encode()
    assert len(forbidden) > 20
    assert [word for word in forbidden if word.encode() in log] == []


def test_nothing_of_a_person_is_in_rows_or_index(busy: World) -> None:
    kept = repr((busy.read._rows, busy.index._pieces, busy.workflows.started))
    assert [word for word in filter(None, astuple(IDENTITY)) if word in kept] == []


def test_a_number_always_has_the_same_pseudonym_and_another_one_elsewhere() -> None:
    names = Pseudonyms(b"secret")
    assert names.patient("renhe", "1") == Pseudonyms(b"secret").patient("renhe", "1")
    others = (names.patient("renhe", "2"), names.patient("kangning", "1"), Pseudonyms(b"other").patient("renhe", "1"))
    tails = {each[2:] for each in (names.patient("renhe", "1"), names.visit("renhe", "1"), *others)}
    assert len(tails) == 5
    assert "secret" not in repr(names)


def test_a_later_message_without_an_address_does_not_lose_the_one_that_is_known(busy: World) -> None:
    before = dict(busy.vault._contacts)
    busy.visit(replace(REPORT, message_id="MSG-3"), replace(IDENTITY, phone="", email="", app_user=""))
    assert dict(busy.vault._contacts) == before
