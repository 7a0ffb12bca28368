from __future__ import annotations

import pytest

from narrowcast.adapters.dynamodb.vault import DynamoVault
from narrowcast.adapters.memory.key_ring import MemoryKeyRing
from narrowcast.adapters.memory.stores import MemoryVault
from narrowcast.application.ports import Contact, KeyRing, Vault

PATIENT = "h1/patient#p1"
CONTACT = Contact(phone="+8613800000000", email="p1@example.org", app_user="王芳")


@pytest.fixture
def ring() -> KeyRing:
    return MemoryKeyRing()


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def vault(request: pytest.FixtureRequest, ring: KeyRing) -> Vault:
    if request.param == "memory":
        return MemoryVault(ring)
    return DynamoVault(request.getfixturevalue("connection"), request.getfixturevalue("new_table")("subject"), ring)


class TestVault:
    def test_a_contact_is_read_as_it_was_kept(self, vault: Vault) -> None:
        vault.keep(PATIENT, CONTACT)
        assert vault.contact(PATIENT) == CONTACT

    def test_an_unknown_subject_has_no_contact(self, vault: Vault) -> None:
        vault.keep(PATIENT, CONTACT)
        assert vault.contact("h1/patient#p2") is None

    def test_a_new_contact_replaces_the_old(self, vault: Vault) -> None:
        vault.keep(PATIENT, CONTACT)
        vault.keep(PATIENT, Contact(phone="+8613900000000"))
        assert vault.contact(PATIENT) == Contact(phone="+8613900000000")

    def test_a_removed_contact_is_gone_and_the_others_stay(self, vault: Vault) -> None:
        vault.keep(PATIENT, CONTACT)
        vault.keep("h1/patient#p2", CONTACT)
        vault.remove(PATIENT)
        vault.remove(PATIENT)
        assert vault.contact(PATIENT) is None
        assert vault.contact("h1/patient#p2") == CONTACT

    def test_a_contact_whose_key_is_destroyed_is_none(self, vault: Vault, ring: KeyRing) -> None:
        vault.keep(PATIENT, CONTACT)
        ring.destroy(PATIENT)
        assert vault.contact(PATIENT) is None

    def test_a_late_message_does_not_bring_a_forgotten_subject_back(self, vault: Vault, ring: KeyRing) -> None:
        ring.destroy(PATIENT)
        vault.remove(PATIENT)
        vault.keep(PATIENT, CONTACT)
        assert vault.contact(PATIENT) is None
