"""Doctors who do not answer, with waits of seconds: reminded, then their head of department, then the piece ends."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from infra.local import stack
from infra.local.assembly import StackTemplate
from tests.support.stack_clinic import Clinic, awaited
from tests.support.stack_records import Records

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.stack

SECONDS = {"SignatureReminderSeconds": 4, "SignatureEscalationSeconds": 4, "SignatureExpirySeconds": 8}
LINK_SECONDS = sum(SECONDS.values())


def hastened(template: StackTemplate) -> StackTemplate:
    """The stack with its waits for a signature cut to seconds."""
    body = copy.deepcopy(template.template)
    for resource in body["Resources"].values():
        _hasten(resource.get("Properties", {}))
    return StackTemplate(template.name, body, template.assets)


def _hasten(properties: dict[str, Any]) -> None:
    if "SignatureReminderSeconds" in properties.get("DefinitionSubstitutions", {}):
        properties["DefinitionSubstitutions"] |= {name: str(seconds) for name, seconds in SECONDS.items()}
    variables = properties.get("Environment", {}).get("Variables", {}) if "Handler" in properties else {}
    if "SIGNATURE_EXPIRES_SECONDS" in variables:
        variables["SIGNATURE_EXPIRES_SECONDS"] = str(LINK_SECONDS)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory, templates: list[StackTemplate]) -> Iterator[Clinic]:
    """A stack whose doctors have seconds; three of its pieces have just gone to them."""
    directory = tmp_path_factory.mktemp("hasty")
    with stack.running_stack(directory, source=lambda: [hastened(each) for each in templates]) as endpoints:
        clinic = Clinic(directory, endpoints)
        clinic.register()
        for content_id in ("late", "escalated", "silent"):
            clinic.plan("dm-hypo", content_id)  # doctor and head may both sign it
        for content_id in ("late", "escalated", "silent"):
            clinic.accept(content_id)
        yield clinic


def records(clinic: Clinic) -> Records:
    return Records(clinic.directory, clinic.endpoints)


def requests(clinic: Clinic, content_id: str) -> list[tuple[str, str]]:
    """Whom the piece was sent to, and at which stage."""
    history = records(clinic).history(f"renhe/content#{content_id}")
    return [(each.event.phase.value, each.event.signer_id) for each in history if each.type == "SignatureRequested"]


def test_a_doctor_who_was_reminded_signs_by_the_new_link(hasty: Clinic) -> None:
    first = hasty.invitations("late")[0]
    reminder = hasty.invitations("late", "reminder")[0]

    assert reminder.link != first.link
    assert reminder.sign().status == 200
    assert hasty.published("late")["signed"]["signer_id"] == "sg-chen"
    assert requests(hasty, "late")[:2] == [("first", "sg-chen"), ("reminder", "sg-chen")]


def test_the_head_of_department_signs_in_her_own_name_what_the_doctor_left(hasty: Clinic) -> None:
    by_mail, _by_sms = hasty.invitations("escalated", "escalation")
    to = {m["to"] for m in hasty.messages() if by_mail.link in m["text"]}

    assert to == {"li@renhe.example"}
    assert by_mail.sign().status == 200
    signed = hasty.published("escalated")["signed"]
    assert (signed["signer_id"], signed["signer_name"]) == ("sg-li", "李慎之")
    assert "李慎之" in signed["label"]


def test_a_piece_that_nobody_signs_ends_and_its_links_close(hasty: Clinic) -> None:
    links = [hasty.invitations("silent", phase)[0] for phase in ("first", "reminder", "escalation")]
    ended = awaited("the silent piece ends", lambda: (s := hasty.piece("silent"))["status"] == "expired" and s)

    assert ended["signed"] is None
    assert [link.open().status in (409, 410) for link in links] == [True] * 3
    assert requests(hasty, "silent") == [("first", "sg-chen"), ("reminder", "sg-chen"), ("escalation", "sg-li")]
    assert records(hasty).events("renhe/content#silent")[-1] == "ContentExpired"
