"""A signed piece leaves the house with its sources, its signer and both labels; any other does not leave."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from narrowcast.application.exports import (
    TEXT_WRITERS,
    Exports,
    FormUnknown,
    LabelLost,
    Leaflet,
    NotExportable,
    Passage,
    labelled,
)
from narrowcast.application.hospitals import HospitalUnknown
from narrowcast.application.streams import CONTENT
from narrowcast.domain import content
from narrowcast.domain.control.label.exports import embed, lint
from narrowcast.domain.draft import Source
from tests.support.leaflets import FIELDS, LABEL, LEAFLET, without_hidden, without_visible
from tests.support.newsroom import (
    CHEN,
    EDITOR,
    HOSPITAL,
    IDENTITY,
    OTHER_HOSPITAL,
    PATIENT_NAME,
    SOURCE,
    STATEMENT,
    World,
    tampered,
)

FORMS = sorted(TEXT_WRITERS)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


def exports_of(world: World) -> Exports:
    return Exports(world.store, world.library, TEXT_WRITERS)


def export(leaflet: Leaflet, form: str) -> bytes:
    return labelled(form, TEXT_WRITERS[form](leaflet), leaflet)


@st.composite
def leaflets(draw: st.DrawFn) -> Leaflet:
    passages = tuple(Passage(text, ()) for text in draw(st.lists(TEXTS, min_size=1, max_size=4)))
    source = Source(LEAFLET.sources[0].kind, draw(TEXTS), draw(TEXTS), 2020, draw(TEXTS))
    return replace(LEAFLET, title=draw(TEXTS), passages=passages, sources=(source,))


@pytest.mark.parametrize("form", FORMS)
class TestASignedPiece:
    def test_passes_the_linter(self, published: World, form: str) -> None:
        assert lint(form, exports_of(published).export(HOSPITAL, "dm-know", form)) == ()

    def test_gives_the_same_bytes_each_time(self, published: World, form: str) -> None:
        exports = exports_of(published)
        assert exports.export(HOSPITAL, "dm-know", form) == exports.export(HOSPITAL, "dm-know", form)

    def test_tells_who_signed_what_from_which_source_and_until_when(self, published: World, form: str) -> None:
        state = published.content("dm-know")
        assert state.signed
        assert state.published

        text = exports_of(published).export(HOSPITAL, "dm-know", form).decode()

        until = state.published.valid_until
        day = until.isoformat() if form in ("md", "json") else f"{until.year}年{until.month}月{until.day}日"
        said = [state.draft.title, *(each.text for each in state.draft.sentences), state.signed.label, day]
        said += [state.signed.signer_name, state.signed.signer_title, "内分泌科", "仁和医院", "dm-know"]
        said += [SOURCE.title, SOURCE.publisher, SOURCE.locator, "patient" if form == "json" else "患者本人"]
        assert [each for each in said if each not in text] == []

    def test_that_lost_its_visible_label_is_told_so(self, published: World, form: str) -> None:
        data = exports_of(published).export(HOSPITAL, "dm-know", form)
        assert lint(form, without_visible(form, data)) == ("visible",)

    def test_that_lost_its_hidden_label_is_told_so(self, published: World, form: str) -> None:
        data = exports_of(published).export(HOSPITAL, "dm-know", form)
        assert lint(form, without_hidden(form, data)) == ("hidden",)

    def test_names_no_patient(self, published: World, form: str) -> None:
        published.visit()
        text = exports_of(published).export(HOSPITAL, "dm-know", form).decode()
        assert [each for each in (PATIENT_NAME, IDENTITY.phone, IDENTITY.email) if each in text] == []


def test_the_hidden_label_holds_the_provider_and_the_number_of_the_piece_and_no_more(published: World) -> None:
    hidden = json.loads(exports_of(published).export(HOSPITAL, "dm-know", "json"))["AIGC"]

    assert set(hidden) == FIELDS
    assert {name: value for name, value in hidden.items() if value} == {
        "Label": "1",
        "ContentProducer": "仁和医院",
        "ProduceID": "dm-know",
    }


class TestNothingElseLeaves:
    @pytest.mark.parametrize("form", FORMS)
    def test_not_a_piece_that_waits_for_its_doctor(self, waiting: World, form: str) -> None:
        with pytest.raises(NotExportable):
            exports_of(waiting).export(HOSPITAL, "dm-know", form)

    def test_not_a_piece_past_its_last_day(self, published: World) -> None:
        exports = exports_of(published)
        assert exports.export(HOSPITAL, "dm-know", "txt")
        published.clock.advance(timedelta(days=366))
        with pytest.raises(NotExportable):
            exports.export(HOSPITAL, "dm-know", "txt")

    def test_not_a_recalled_piece(self, published: World) -> None:
        published.store.execute(CONTENT, HOSPITAL, "dm-know", lambda s: content.recall(s, reason="事实已更新"), EDITOR)
        with pytest.raises(NotExportable):
            exports_of(published).export(HOSPITAL, "dm-know", "html")

    def test_not_a_piece_whose_record_was_altered(self, published: World) -> None:
        stream = CONTENT.stream(HOSPITAL, "dm-know")
        tampered(published, stream, 2, lambda payload: payload.replace("长期管理".encode(), "短期管理".encode()))
        with pytest.raises(NotExportable):
            exports_of(published).export(HOSPITAL, "dm-know", "html")

    def test_not_an_unknown_piece(self, published: World) -> None:
        with pytest.raises(NotExportable):
            exports_of(published).export(HOSPITAL, "nobody", "html")

    def test_not_another_hospitals_piece(self, published: World) -> None:
        with pytest.raises(HospitalUnknown):
            exports_of(published).export(OTHER_HOSPITAL, "dm-know", "html")
        published.open_hospital(OTHER_HOSPITAL)
        with pytest.raises(NotExportable):
            exports_of(published).export(OTHER_HOSPITAL, "dm-know", "html")

    def test_not_in_a_form_that_nobody_writes(self, published: World) -> None:
        with pytest.raises(FormUnknown):
            exports_of(published).export(HOSPITAL, "dm-know", "docx")

    def test_not_a_file_whose_writer_forgot_the_label(self) -> None:
        unlabelled = TEXT_WRITERS["html"](replace(LEAFLET, label="经仁和医院审核签发"))
        with pytest.raises(LabelLost):
            labelled("html", unlabelled, replace(LEAFLET, label="经仁和医院审核签发"))


def test_the_source_is_that_of_the_signed_version_when_the_fact_has_moved_on(published: World) -> None:
    checked = published.content("dm-know").facts_check
    assert checked
    newer = replace(STATEMENT, text="2型糖尿病是可以管理的慢性病。", source=replace(SOURCE, title="新指南"))
    published.facts.supersede(HOSPITAL, "dm-what", newer, CHEN, EDITOR)

    assert exports_of(published)._source(HOSPITAL, checked.cited[0]) == SOURCE


def test_a_source_whose_words_are_not_those_that_were_checked_is_refused(published: World) -> None:
    checked = published.content("dm-know").facts_check
    assert checked
    with pytest.raises(NotExportable):
        exports_of(published)._source(HOSPITAL, replace(checked.cited[0], digest="0" * 64))


@pytest.mark.parametrize("form", FORMS)
@given(leaflet=leaflets())
@example(leaflet=replace(LEAFLET, passages=(Passage("İ", ()),)))  # longer in lower case: shifts what counts by it
def test_whatever_is_taken_out_a_copy_labelled_again_has_both(form: str, leaflet: Leaflet) -> None:
    hidden = {"AIGC": json.loads(export(leaflet, "json"))["AIGC"]}
    data = export(leaflet, form)
    copies = (
        without_visible(form, data),
        without_hidden(form, data),
        without_hidden(form, without_visible(form, data)),
    )

    assert lint(form, data) == ()
    assert [lint(form, embed(form, copy, visible=LABEL, hidden=hidden)) for copy in copies] == [(), (), ()]


@given(leaflet=leaflets())
def test_a_page_shows_every_word_as_it_was_signed(leaflet: Leaflet) -> None:
    body = export(leaflet, "html").decode().partition("<article>")[2].partition("</article>")[0]
    shown = [unescape(each) for each in re.findall(r"<(?:h1|p)>(.*?)</(?:h1|p)>", body, re.DOTALL)]

    assert shown == [leaflet.title, *(passage.text for passage in leaflet.passages)]


def test_markdown_shows_signs_as_signs() -> None:
    hostile = replace(
        LEAFLET, title="# *重要*", passages=(Passage("1. <5% [链接](x)", ()), Passage("- 餐后~2小时", ()))
    )

    text = export(hostile, "md").decode()

    assert "# \\# \\*重要\\*\n" in text
    assert "\n1\\. \\<5% \\[链接\\](x)\n" in text
    assert "\n\\- 餐后\\~2小时\n" in text


def test_each_sentence_for_machines_names_its_sources() -> None:
    document = json.loads(export(LEAFLET, "json"))

    assert [each["sources"] for each in document["sentences"]] == [[], [0], [1]]
    assert [each["title"] for each in document["sources"]] == [source.title for source in LEAFLET.sources]
    assert document["signed_at"] == "2026-11-22T09:30:00+08:00"
