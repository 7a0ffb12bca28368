"""`down` and `up` again: what waited still waits, old links still open, the index is back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from infra.local import stack
from infra.local.http import get
from tests.support.stack_clinic import Clinic, Invitation, diabetic, phone_of
from tests.support.stack_records import Records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.assembly import StackTemplate

pytestmark = pytest.mark.stack

VISIT = diabetic()
ENTRY = re.compile(r'name="entry" value="[^"]*"')
"""The diary form's own id, new whenever the page is shown."""


@dataclass(frozen=True)
class Restarted:
    """A stack after its restart, and what people held in their hands before it."""

    clinic: Clinic
    records: Records
    invitation: Invitation
    guide_link: str
    guide_page: str
    log: dict[str, int]
    waiting: str = "waiting"


@pytest.fixture(scope="module")
def restarted(tmp_path_factory: pytest.TempPathFactory, templates: list[StackTemplate]) -> Iterator[Restarted]:
    directory = tmp_path_factory.mktemp("restarted")
    with stack.running_stack(directory, source=lambda: templates) as endpoints:
        before = Clinic(directory, endpoints)
        before.register()
        before.plan("dm-know", "waiting")
        before.publish("dm-diet")
        before.accept("waiting")
        invitation = before.invitations("waiting")[0]
        before.visit(VISIT)
        link = before.guide_link(phone_of(VISIT))
        page, log = before.read(phone_of(VISIT)).text, Records(directory, endpoints).settled_log()
        stack.down(directory, say=lambda _: None)
        after = Clinic(directory, stack.up(directory, say=lambda _: None, source=lambda: templates))
        yield Restarted(after, Records(directory, after.endpoints), invitation, link, page, log)


def test_the_log_is_what_it_was(restarted: Restarted) -> None:
    assert restarted.log.items() <= restarted.records.log().items()
    assert restarted.records.run("log", "verify").code == 0


def test_a_guide_page_still_opens_and_reads_the_same(restarted: Restarted) -> None:
    cookie = restarted.clinic.enter(restarted.guide_link, phone_of(VISIT))
    page = get(restarted.guide_link, cookie=cookie).text
    assert ENTRY.sub("", page) == ENTRY.sub("", restarted.guide_page)


def test_the_doctors_old_link_still_signs_and_the_piece_gets_published(restarted: Restarted) -> None:
    asked = restarted.records.events("renhe/content#waiting").count("SignatureRequested")

    signed = restarted.invitation.sign()

    assert signed.status == 200, signed.text
    assert restarted.clinic.published("waiting")["signed"]["signer_id"] == "sg-chen"
    assert asked == 1, "the restart asked the doctor again"


def test_the_index_is_rebuilt_so_that_new_visits_find_the_library(restarted: Restarted) -> None:
    guide = restarted.clinic.guide(restarted.clinic.visit(diabetic()))

    found = {piece["content_id"] for part in guide["assembled"]["sections"] for piece in part["pieces"]}
    assert "dm-diet" in found


def test_nothing_is_sent_again(restarted: Restarted) -> None:
    assert len(restarted.clinic.pushes(phone_of(VISIT))) == 1
