"""Both labels survive every form, and the linter sees when one is lost."""

from __future__ import annotations

import json
import struct
import zlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.control.label import LabelRefused, hidden_label, visible_label
from narrowcast.domain.control.label.exports import embed, form_of, lint
from narrowcast.domain.control.label.png import texts

VISIBLE = visible_label(
    hospital_name="市一医院", department="心内科", signer_name="李明", title="主任医师", signed_on=date(2026, 3, 1)
)
HIDDEN = hidden_label(producer="hospital-1", content_id="piece-7@3")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)
BARE = {
    "html": "<html><head><title>t</title></head><body><h1>高血压</h1><p>按时服药。</p></body></html>".encode(),
    "md": "# 高血压\n\n按时服药。\n".encode(),
    "txt": "高血压\n\n按时服药。\n".encode(),
    "json": json.dumps({"title": "高血压", "body": "按时服药。"}).encode(),
    "png": PNG,
}


def _pdf(words: str, *, shown: bool = True) -> bytes:
    """Draw `words` with a two-byte font whose ToUnicode map is the identity."""
    codes = words.encode("utf-16-be").hex().encode()
    content = zlib.compress(b"BT /F1 12 Tf <" + codes + b"> Tj ET") if shown else zlib.compress(b"q Q")
    cmap = b"begincmap 1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap"
    bodies = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /Resources <</Font <</F1 5 0 R>>>> /Contents 4 0 R>>",
        b"<</Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        b"<</Type /Font /Subtype /Type0 /ToUnicode 6 0 R>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(cmap), cmap),
    ]
    objects = b"".join(b"%d 0 obj\n%s\nendobj\n" % (at, body) for at, body in enumerate(bodies, 1))
    return b"%PDF-1.4\n" + objects + b"trailer\n<</Size 7 /Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


@pytest.mark.parametrize("form", sorted(BARE))
def test_a_file_without_labels_lacks_both(form: str) -> None:
    assert lint(form, BARE[form]) == ("visible", "hidden")


@pytest.mark.parametrize("form", sorted(BARE))
def test_an_embedded_file_lacks_nothing_and_twice_is_once(form: str) -> None:
    once = embed(form, BARE[form], visible=VISIBLE, hidden=HIDDEN)
    assert lint(form, once) == ()
    assert embed(form, once, visible=VISIBLE, hidden=HIDDEN) == once


@pytest.mark.parametrize("form", ["html", "md", "txt"])
def test_taking_the_sentence_away_is_seen(form: str) -> None:
    labelled = embed(form, BARE[form], visible=VISIBLE, hidden=HIDDEN)
    assert lint(form, labelled.replace(VISIBLE.encode(), b"")) == ("visible",)


@pytest.mark.parametrize("form", ["html", "md", "txt", "json"])
def test_emptying_the_producer_is_seen(form: str) -> None:
    labelled = embed(form, BARE[form], visible=VISIBLE, hidden=HIDDEN)
    assert lint(form, labelled.replace(b"hospital-1", b"")) == ("hidden",)


@pytest.mark.parametrize(
    "wrapper", ['<p style="display: none">{}</p>', "<p hidden>{}</p>", "<!-- {} -->", "<script>{}</script>"]
)
def test_a_label_nobody_can_see_in_html_does_not_count(wrapper: str) -> None:
    page = f"<html><head></head><body><p>按时服药。</p>{wrapper.format(VISIBLE)}</body></html>".encode()
    assert "visible" in lint("html", page)


def test_a_label_in_the_middle_of_a_page_does_not_count() -> None:
    page = f"<p>高血压。</p><p>{VISIBLE}</p><p>按时服药。</p>".encode()
    assert "visible" in lint("html", page)


def test_front_matter_that_was_there_stays() -> None:
    labelled = embed("md", "---\ntitle: 高血压\n---\n按时服药。\n".encode(), visible=VISIBLE, hidden=HIDDEN)
    assert labelled.startswith("---\ntitle: 高血压\nAIGC: {".encode())
    assert lint("md", labelled) == ()


def test_png_pixels_are_untouched_and_the_label_reads_back() -> None:
    labelled = embed("png", PNG, visible=VISIBLE, hidden=HIDDEN)
    assert json.loads(texts(labelled)["AIGC"]) == HIDDEN["AIGC"]
    assert labelled.startswith(PNG[: PNG.index(b"IDAT")])
    assert labelled.endswith(PNG[-12:])


def test_a_pdf_shows_the_sentence_and_carries_the_metadata() -> None:
    bare = _pdf(VISIBLE)
    assert lint("pdf", bare) == ("hidden",)
    assert lint("pdf", embed("pdf", bare, visible=VISIBLE, hidden=HIDDEN)) == ()


def test_characters_that_a_printer_wrote_as_radicals_are_read() -> None:
    radicals = VISIBLE.replace("人", "⼈").replace("工", "⼯").replace("生", "⽣")
    assert lint("pdf", _pdf(radicals)) == ("hidden",)


def test_a_pdf_whose_pages_do_not_show_it_lacks_the_visible_label() -> None:
    labelled = embed("pdf", _pdf("", shown=False), visible=VISIBLE, hidden=HIDDEN)
    assert lint("pdf", labelled) == ("visible",)


def test_a_pdf_keeps_its_other_entries_and_the_newest_label_counts() -> None:
    once = embed("pdf", _pdf(VISIBLE), visible=VISIBLE, hidden=HIDDEN)
    newer = hidden_label(producer="hospital-1", content_id="piece-7@4")
    twice = embed("pdf", once, visible=VISIBLE, hidden=newer)
    assert lint("pdf", twice) == ()
    assert twice.startswith(once)


def test_a_pdf_without_a_classic_trailer_is_refused_in_chinese() -> None:
    with pytest.raises(LabelRefused, match="PDF"):
        embed("pdf", b"%PDF-1.5\n", visible=VISIBLE, hidden=HIDDEN)


def test_xmp_counts_as_hidden_label_of_a_pdf() -> None:
    element = json.dumps(HIDDEN["AIGC"]).replace('"', "&quot;").encode()
    xmp = b"<rdf:Description TC260:AIGC='" + element + b"'/>"
    packet = b"7 0 obj\n<</Type /Metadata /Length %d>>\nstream\n%s\nendstream\nendobj\n" % (len(xmp), xmp)
    assert lint("pdf", _pdf(VISIBLE) + packet) == ()


@pytest.mark.parametrize(
    ("name", "form"), [("a.HTML", "html"), ("b.htm", "html"), ("c.markdown", "md"), ("d.docx", "docx")]
)
def test_the_form_is_told_by_the_end_of_the_name(name: str, form: str) -> None:
    assert form_of(name) == form


def test_an_unknown_form_lacks_both_labels() -> None:
    assert lint("docx", b"anything") == ("visible", "hidden")


@given(st.sampled_from(["html", "md", "txt", "json", "png", "pdf"]), st.binary(max_size=300))
def test_the_linter_never_fails_on_broken_files(form: str, data: bytes) -> None:
    assert set(lint(form, data)) <= {"visible", "hidden"}


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_around_keeps_a_text_export_whole(before: str, after: str) -> None:
    labelled = embed("txt", f"{before}\n\n{after}".encode(errors="ignore"), visible=VISIBLE, hidden=HIDDEN)
    assert lint("txt", labelled) == ()
