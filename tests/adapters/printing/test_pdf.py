"""A leaflet on paper, read back with a parser that is not ours."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from narrowcast.adapters.printing.pdf import draw_pdf
from narrowcast.application.exports import Passage, PrinterError, labelled, source_in_words
from narrowcast.domain.control.label.exports import lint
from tests.support.leaflets import FIELDS, LABEL, LEAFLET


def words(page_text: str) -> str:
    """Return a text without blanks, and without the upper byte that pypdf leaves of small glyph numbers."""
    return re.sub(r"[\s\0]", "", page_text)


def pages(data: bytes) -> list[str]:
    return [words(page.extract_text()) for page in PdfReader(BytesIO(data)).pages]


def test_the_page_shows_the_piece_its_sources_and_its_label(pdf: bytes) -> None:
    [page] = pages(pdf)

    said = [LEAFLET.title, *(each.text for each in LEAFLET.passages), *map(source_in_words, LEAFLET.sources)]
    said += ["仁和医院", "用药指导", "陈怡然", "主治医师", "内分泌科", "2026年11月22日签发", LABEL]
    said += [f"{name}：{value}" for name, value in LEAFLET.particulars[2:]]
    assert [each for each in said if words(each) not in page] == []


def test_its_metadata_says_who_made_what(pdf: bytes) -> None:
    info = PdfReader(BytesIO(pdf)).metadata
    assert info
    hidden = json.loads(str(info["/AIGC"]))

    assert (info.title, info.subject) == (LEAFLET.title, LABEL)
    assert set(hidden) == FIELDS
    assert (hidden["ContentProducer"], hidden["ProduceID"]) == ("仁和医院", "met-start")


def test_every_page_of_a_long_piece_shows_the_label() -> None:
    long = replace(LEAFLET, passages=LEAFLET.passages * 12)

    shown = pages(draw_pdf(long))

    assert len(shown) > 1
    assert all(words(LABEL) in page for page in shown)
    assert sum(page.count(words(LEAFLET.passages[2].text)) for page in shown) == 12


def test_a_sheet_without_the_label_on_it_lacks_the_visible_one(pdf: bytes) -> None:
    unlabelled = draw_pdf(replace(LEAFLET, label="经仁和医院审核签发"))
    assert lint("pdf", unlabelled) == ("visible", "hidden")
    assert lint("pdf", pdf) == ()


def test_a_sheet_without_metadata_lacks_the_hidden_label() -> None:
    assert lint("pdf", draw_pdf(LEAFLET)) == ("hidden",)


def test_the_same_leaflet_gives_the_same_bytes(pdf: bytes) -> None:
    assert labelled("pdf", draw_pdf(LEAFLET), LEAFLET) == pdf


def test_a_character_that_the_font_lacks_is_not_left_out_in_silence() -> None:
    with pytest.raises(PrinterError, match=r"U\+1F48A"):
        draw_pdf(replace(LEAFLET, passages=(Passage("每次1片💊。", ()),)))
