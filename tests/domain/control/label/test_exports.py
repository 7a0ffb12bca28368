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


def _page(label: str, style: str = "") -> bytes:
    head = f"<head><style>{style}</style></head>" if style else "<head></head>"
    return f"<html>{head}<body><p>按时服药。</p>{label}</body></html>".encode()


@pytest.mark.parametrize(
    "wrapper",
    [
        "<p hidden>{}</p>",
        "<!-- {} -->",
        "<script>{}</script>",
        "<noscript>{}</noscript>",
        "<template><p>{}</p></template>",
        "<details><summary>更多</summary><p>{}</p></details>",
        "<dialog>{}</dialog>",
        "<canvas>{}</canvas>",
        "<p><del>{}</del></p>",
        "<p title='{}'>好</p>",
    ],
)
def test_a_label_nobody_can_see_in_html_does_not_count(wrapper: str) -> None:
    assert "visible" in lint("html", _page(wrapper.format(VISIBLE)))


HIDING = [
    "display: none",
    "DISPLAY:NONE !important",
    "visibility: collapse",
    "opacity: .1",
    "opacity: 0%",
    "font-size: 1px",
    "font: 0/0 a",
    "color: transparent",
    "color: rgba(0, 0, 0, 0)",
    "color: #fff; background: #fff",
    "position: absolute; left: -9999px",
    "text-indent: -100em",
    "clip: rect(0, 0, 0, 0)",
    "clip-path: inset(50%)",
    "height: 0; overflow: hidden",
    "transform: scale(0)",
    "filter: opacity(0)",
]


@pytest.mark.parametrize("style", HIDING)
def test_a_label_that_a_style_hides_does_not_count(style: str) -> None:
    assert "visible" in lint("html", _page(f'<p style="{style}">{VISIBLE}</p>'))
    assert "visible" in lint("html", _page(f'<div class="a b"><p>{VISIBLE}</p></div>', f"main .a {{ {style} }}"))


@pytest.mark.parametrize(
    "sheet",
    [
        "p.ai-label { display: none }",
        "@media print { body > .ai-label, nav { display: none } }",
        "/* */ #l { visibility: hidden }",
        "* { font-size: 0 }",
    ],
)
def test_a_style_sheet_of_the_page_that_hides_the_label_is_read(sheet: str) -> None:
    assert "visible" in lint("html", _page(f'<p class="ai-label" id="l">{VISIBLE}</p>', sheet))


@pytest.mark.parametrize(
    "sheet",
    [
        ".ai-label { color: rgb(0, 0, 0); font: 1.15rem/1.8 serif; margin: 0 -1rem; transform: translate(-50%, 0) }",
        ".ai-label::before { display: none } .ai-label:hover { opacity: 0 }",
        "nav.ai-label, .ai-label.closed, [hidden] { display: none }",
        "@keyframes in { 0% { opacity: 0 } 100% { opacity: 1 } }",
        ".ai-label { clip-path: inset(0); overflow: hidden; height: 1em }",
    ],
)
def test_other_styles_leave_the_label_where_it_is(sheet: str) -> None:
    assert lint("html", _page(f'<p class="ai-label">{VISIBLE}</p>', sheet)) == ("hidden",)


@pytest.mark.parametrize(
    "wrapper",
    [
        "<!-- {} -->",
        "<!-- {}",
        "[//]: # ({})",
        "[^1]: {}",
        "<div hidden>\n\n{}\n\n</div>",
        '<p style="display:none">{}</p>',
    ],
)
def test_a_label_nobody_can_see_in_markdown_does_not_count(wrapper: str) -> None:
    labelled = embed("md", "按时服药，血压\\<140。\n".encode(), visible=VISIBLE, hidden=HIDDEN)
    assert lint("md", labelled) == ()
    assert lint("md", labelled.replace(f"> {VISIBLE}".encode(), wrapper.format(VISIBLE).encode())) == ("visible",)


@pytest.mark.parametrize("key", ["title", "_comment", "$note"])
def test_what_stands_aside_in_json_is_no_label(key: str) -> None:
    labelled = json.loads(embed("json", BARE["json"], visible=VISIBLE, hidden=HIDDEN))
    del labelled["label"]
    assert lint("json", json.dumps(labelled | {key: VISIBLE}).encode()) == ("visible",)


FOREIGN = hidden_label(producer="hospital-1", content_id="piece-8")
_LINE = json.dumps(FOREIGN["AIGC"], ensure_ascii=False).encode()
_FOREIGN_CHUNK = _chunk(b"tEXt", b"AIGC\0" + _LINE)


@pytest.mark.parametrize(
    ("form", "at", "second"),
    [
        ("html", b"</head>", b"<meta name='AIGC' content='" + _LINE + b"'>"),
        ("md", b"\n---\n\n", b"\nAIGC: " + _LINE),
        ("txt", b"\nAIGC", b"\nAIGC: " + _LINE),
        ("png", PNG[-12:], _FOREIGN_CHUNK),
    ],
)
def test_two_hidden_labels_that_differ_are_none(form: str, at: bytes, second: bytes) -> None:
    labelled = embed(form, BARE[form], visible=VISIBLE, hidden=HIDDEN)
    assert lint(form, labelled.replace(at, second + at)) == ("hidden",)


@pytest.mark.parametrize("form", ["html", "md", "txt"])
def test_the_label_of_another_piece_does_not_count(form: str) -> None:
    shown = {
        "html": "<html><head></head><body><dl><dt>内容编号</dt><dd>piece-7（第3版）</dd></dl></body></html>",
        "md": "- 内容编号：piece-7（第3版）\n",
        "txt": "内容编号：piece-7（第3版）\n",
    }
    own = embed(form, shown[form].encode(), visible=VISIBLE, hidden=HIDDEN)
    assert lint(form, own) == ()
    assert lint(form, own.replace(b"piece-7@3", b"piece-9@3")) == ("hidden",)


def test_a_json_document_whose_label_names_another_piece_lacks_its_own() -> None:
    document = json.dumps({"content_id": "piece-9"}).encode()
    assert lint("json", embed("json", document, visible=VISIBLE, hidden=HIDDEN)) == ("hidden",)


@pytest.mark.parametrize("form", ["md", "txt"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_text_saved_in_another_encoding_keeps_its_labels(form: str, encoding: str) -> None:
    labelled = embed(form, BARE[form], visible=VISIBLE, hidden=HIDDEN).decode()
    assert lint(form, labelled.replace("\n", "\r\n").encode(encoding)) == ()


def test_a_page_is_read_in_the_encoding_it_names() -> None:
    labelled = embed("html", BARE["html"], visible=VISIBLE, hidden=HIDDEN).decode()
    named = labelled.replace("<head>", '<head><meta charset="gbk">')
    assert lint("html", named.encode("gbk")) == ()
    assert "visible" in lint("html", labelled.encode("gbk"))


def test_a_truncated_hidden_line_is_missed_alone() -> None:
    labelled = embed("txt", BARE["txt"], visible=VISIBLE, hidden=HIDDEN)
    assert lint("txt", labelled[:-30]) == ("hidden",)


def test_a_hidden_label_written_with_its_key_once_more_is_one() -> None:
    labelled = json.loads(embed("json", BARE["json"], visible=VISIBLE, hidden=HIDDEN))
    assert lint("json", json.dumps(labelled | {"AIGC": HIDDEN}).encode()) == ()
    assert lint("json", json.dumps(labelled | {"AIGC": {"AIGC": "1"}}).encode()) == ("hidden",)


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


def test_png_chunks_behind_the_end_or_damaged_are_no_label() -> None:
    labelled = embed("png", PNG, visible=VISIBLE, hidden=HIDDEN)
    start = labelled.index(b"iTXt") - 4
    behind = labelled[:start] + labelled[-12:] + labelled[start:-12]
    assert lint("png", behind) == ("visible", "hidden")
    assert lint("png", labelled.replace(b"hospital-1", b"hospital-2")) == ("hidden",)
    assert lint("png", labelled[: labelled.index(b"AIGC") + 20]) == ("hidden",)


def _updated(pdf: bytes, number: int, body: bytes, trailer: bytes) -> bytes:
    """Return the file as a program leaves it that appends what it changes."""
    return pdf + b"%d 0 obj\n%s\nendobj\ntrailer\n<<%s>>\nstartxref\n9\n%%%%EOF\n" % (number, body, trailer)


def test_words_that_no_page_of_a_pdf_draws_any_more_are_not_shown() -> None:
    labelled = embed("pdf", _pdf(VISIBLE), visible=VISIBLE, hidden=HIDDEN)
    other = b"<</Length 3>>\nstream\nq Q\nendstream"
    turned = _updated(labelled, 9, other, b"/Size 10 /Root 1 0 R /Info 7 0 R")
    page = b"<</Type /Page /Parent 2 0 R /Resources <</Font <</F1 5 0 R>>>> /Contents 9 0 R>>"
    assert lint("pdf", turned) == ()
    assert lint("pdf", _updated(turned, 3, page, b"/Size 10 /Root 1 0 R /Info 7 0 R")) == ("visible",)


def test_an_info_dictionary_out_of_use_says_nothing() -> None:
    labelled = embed("pdf", _pdf(VISIBLE), visible=VISIBLE, hidden=HIDDEN)
    assert lint("pdf", _updated(labelled, 9, b"<</Title (x)>>", b"/Size 10 /Root 1 0 R /Info 9 0 R")) == ("hidden",)


@pytest.mark.parametrize("ink", [b"3 Tr", b"1 1 1 rg", b"1 g", b"0 0 0 0 k"])
def test_words_that_a_pdf_draws_in_white_or_in_no_ink_are_not_shown(ink: bytes) -> None:
    def drawn(before: bytes) -> bytes:
        text = b"/F1 12 Tf " + before + b" BT <" + VISIBLE.encode("utf-16-be").hex().encode() + b"> Tj ET"
        stream = b"<</Length %d>>\nstream\n%s\nendstream" % (len(text), text)
        return _updated(_pdf("", shown=False), 4, stream, b"/Size 7 /Root 1 0 R")

    assert lint("pdf", drawn(b"q " + ink + b" Q")) == ("hidden",)
    assert lint("pdf", drawn(ink)) == ("visible", "hidden")


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
