"""The general library: signed pieces that anybody may read, without a profile, a cookie or a trace."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.bodies import key, query
from chalicelib.gate import gate
from chalicelib.pages import render_library_page
from chalicelib.pages.wishes import LibraryEntry, LibraryPage, Option
from chalicelib.problems import Malformed
from chalicelib.views import guide_styled, hospital_name, link_refusal
from narrowcast.application.public_library import Shelf
from narrowcast.domain.content import Content
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Section
from narrowcast.runtime.bootstrap import composition


@gate.public("GET", "/library/{hospital}")
def show_library(hospital: str) -> Response:
    """List the hospital's general pieces, those of one section if it is named."""
    try:
        section, after = _section(), query().get("after", "")
        after = key(after, "after") if after else ""
        shelf = composition().public_library.shelf(key(hospital, "hospital"), section=section, after=after)
    except Refusal as refusal:
        return link_refusal(refusal)
    return guide_styled(render_library_page(_page(hospital, shelf, section)))


def _section() -> Section | None:
    named = query().get("section", "")
    try:
        return Section(named) if named else None
    except ValueError:
        raise Malformed("没有这个分类", field="section") from None


def _page(hospital: str, shelf: Shelf, section: Section | None) -> LibraryPage:
    chosen = f"?section={section}&" if section else "?"
    return LibraryPage(
        hospital_name=hospital_name(shelf.hospital),
        sections=(
            Option(hospital, "全部", section is None),
            *(Option(f"{hospital}?section={each}", each.heading, each is section) for each in Section),
        ),
        entries=tuple(_entry(hospital, content_id, state) for content_id, state in shelf.pieces),
        more=f"{hospital}{chosen}after={shelf.after}" if shelf.after else "",
    )


def _entry(hospital: str, content_id: str, state: Content) -> LibraryEntry:
    signer = f"{state.signed.signer_name} {state.signed.signer_title}" if state.signed else ""
    return LibraryEntry(f"{hospital}/{content_id}", state.draft.title, state.topic.section.heading, signer)
