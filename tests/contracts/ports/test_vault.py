from __future__ import annotations

import pytest

from narrowcast.adapters.dynamodb.vault import DynamoVault
from narrowcast.adapters.kms.sealer import KmsSealer
from narrowcast.adapters.memory.stores import MemoryVault
from narrowcast.application.ports import Contact, Vault
from tests.support.emulator import Emulator

PATIENT = "h1/patient#p1"
CONTACT = Contact(phone="+8613800000000", email="p1@example.org", app_user="王芳")


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def vault(request: pytest.FixtureRequest) -> Vault:
    if request.param == "memory":
        return MemoryVault()
    aws: Emulator = request.getfixturevalue("aws")
    kms = aws.client("kms")
    sealer = KmsSealer(kms, kms.create_key(KeySpec="SYMMETRIC_DEFAULT")["KeyMetadata"]["Arn"])
    return DynamoVault(request.getfixturevalue("connection"), request.getfixturevalue("new_table")("subject"), sealer)


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

    def test_a_forgotten_subject_has_no_contact_and_the_others_keep_theirs(self, vault: Vault) -> None:
        vault.keep(PATIENT, CONTACT)
        vault.keep("h1/patient#p2", CONTACT)
        vault.forget(PATIENT)
        assert vault.contact(PATIENT) is None
        assert vault.contact("h1/patient#p2") == CONTACT

    def test_a_late_message_does_not_bring_a_forgotten_subject_back(self, vault: Vault) -> None:
        vault.keep(PATIENT, CONTACT)
        vault.forget(PATIENT)
        vault.keep(PATIENT, CONTACT)
        assert vault.contact(PATIENT) is None

    def test_forgetting_comes_before_the_contact_or_twice(self, vault: Vault) -> None:
        vault.forget(PATIENT)
        vault.forget(PATIENT)
        vault.keep(PATIENT, CONTACT)
        assert vault.contact(PATIENT) is None
