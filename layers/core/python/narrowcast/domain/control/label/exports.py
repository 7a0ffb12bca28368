"""Puts both labels into an exported file, and tells which of them a file has lost.

Text forms and PNG are written here with the standard library; the words on a PDF's pages come from whoever draws it.
"""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING

from narrowcast.domain.control.label import HIDDEN_KEY, faults_of_hidden, find_visible
from narrowcast.domain.control.label import html as html_form
from narrowcast.domain.control.label import pdf as pdf_form
from narrowcast.domain.control.label import png as png_form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Labels = tuple[bool, str | None, str]  # whether the visible one shows, the hidden one, the number of the piece
    Reader = Callable[[bytes], Labels]
    Writer = Callable[[bytes, str, str], bytes]

VISIBLE = "visible"
HIDDEN = "hidden"

_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n?", re.DOTALL)
_HIDDEN_LINE = re.compile(rf"^{HIDDEN_KEY}:[ \t]*(.*?)\s*$", re.MULTILINE)
_UNSHOWN = re.compile(r"<!--.*?(?:-->|\Z)|^ {0,3}\[[^\]\n]+\]:.*$", re.DOTALL | re.MULTILINE)  # comments, link targets
_ESCAPED = re.compile(r"\\([&<])")
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_NUMBER = re.compile(r"内容编号\s*[：:]?\s*([\w.@-]+)\s*[（(]第")
_ASIDE = ("_", "$", "title")
"""How the keys of a JSON document begin whose texts are no label, whatever they say."""
_SUFFIXES = {"htm": "html", "markdown": "md", "text": "txt"}


def form_of(name: str) -> str:
    """Return the form a file's name ends in: html, md, txt, json, pdf, png, or whatever else it says."""
    suffix = name.rpartition(".")[2].lower()
    return _SUFFIXES.get(suffix, suffix)


def lint(form: str, data: bytes) -> tuple[str, ...]:
    """Name the labels that `data` lacks, of VISIBLE and HIDDEN; a form nobody can read lacks both."""
    reader = _READERS.get(form)
    if reader is None:
        return (VISIBLE, HIDDEN)
    visible, hidden, number = reader(data)
    return (() if visible else (VISIBLE,)) + (() if _is_lawful(hidden, number) else (HIDDEN,))


def embed(form: str, data: bytes, *, visible: str, hidden: Mapping[str, Mapping[str, str]]) -> bytes:
    """Return `data` with the labels in it. PDF gets the hidden one alone: its pages must already show the visible.

    Raises KeyError for a form that is not written here.
    """
    return _WRITERS[form](data, visible, json.dumps(hidden[HIDDEN_KEY], ensure_ascii=False))


def _is_lawful(hidden: str | None, number: str) -> bool:
    """Tell whether it is a label, and of this piece where the file says which piece it is."""
    try:
        fields = json.loads(hidden or "")
    except (ValueError, RecursionError):
        return False
    if isinstance(fields, dict) and set(fields) == {HIDDEN_KEY}:  # as some tools write it: the key once more
        fields = fields[HIDDEN_KEY]
    if not isinstance(fields, dict) or faults_of_hidden(fields):
        return False
    return not number or number == str(fields["ProduceID"]).partition("@")[0]


def _number_in(text: str) -> str:
    """Return the number under which a file shows its one piece, empty if it shows none or several."""
    numbers = set(_NUMBER.findall(text))
    return numbers.pop().partition("@")[0] if len(numbers) == 1 else ""


def _text(data: bytes) -> str:
    """Return the text of a file in UTF-8, in UTF-16 with its mark, or in GB 18030."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def _page(data: bytes) -> str:
    """Return the text of a page in the encoding it names, else as any text in UTF-8."""
    named = _CHARSET.search(data[:1024])
    if named and named.group(1).lower() in (b"gbk", b"gb2312", b"gb18030"):
        return data.decode("gb18030", errors="replace")
    return _text(data) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else data.decode("utf-8-sig", errors="replace")


def _at_an_end(blocks: list[str]) -> bool:
    return bool(blocks) and (find_visible(blocks[0]) or find_visible(blocks[-1]))


def _blocks(text: str) -> list[str]:
    return [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]


def _one(labels: list[str]) -> str | None:
    """Return the hidden label of a file; None without one, or with several that differ."""
    return labels[0] if len(set(labels)) == 1 else None


def _read_html(data: bytes) -> Labels:
    page = html_form.read(_page(data))
    return _at_an_end(page.blocks), _one(page.labels), _number_in("\n".join(page.blocks))


def _read_markdown(data: bytes) -> Labels:
    text = _text(data)
    matter = _FRONT_MATTER.match(text)
    labels = _HIDDEN_LINE.findall(matter.group(1)) if matter else []
    shown = "\n\n".join(_shown_by_markdown(text[matter.end() :] if matter else text))
    return _at_an_end(_blocks(shown)), _one(labels), _number_in(shown)


def _shown_by_markdown(body: str) -> list[str]:
    """Return what a reader sees of a body; what stands in it as HTML is read as HTML."""
    return html_form.read(_ESCAPED.sub(lambda found: escape(found.group(1)), _UNSHOWN.sub("", body))).blocks


def _read_plain(data: bytes) -> Labels:
    text = _text(data)
    shown = _HIDDEN_LINE.sub("", text)
    return _at_an_end(_blocks(shown)), _one(_HIDDEN_LINE.findall(text)), _number_in(shown)


def _read_json(data: bytes) -> Labels:
    try:
        value = json.loads(_text(data))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        return False, None, ""
    said = (part for key, part in value.items() if isinstance(part, str) and not key.startswith(_ASIDE))
    hidden = value.get(HIDDEN_KEY)
    text = hidden if isinstance(hidden, str) else json.dumps(hidden, ensure_ascii=False)
    return any(_at_an_end(_blocks(part)) for part in said), text, str(value.get("content_id") or "")


def _read_png(data: bytes) -> Labels:
    texts = png_form.texts(data)
    return find_visible(texts.get("Description", "")), texts.get(HIDDEN_KEY), ""


def _read_pdf(data: bytes) -> Labels:
    shown = pdf_form.shown_text(data)
    return find_visible(shown), pdf_form.metadata(data, HIDDEN_KEY), _number_in(shown)


def _write_html(data: bytes, visible: str, hidden: str) -> bytes:
    return html_form.write(_page(data), visible, hidden).encode()


def _write_markdown(data: bytes, visible: str, hidden: str) -> bytes:
    text = _text(data)
    matter = _FRONT_MATTER.match(text)
    kept = _HIDDEN_LINE.sub("", matter.group(1)).strip() if matter else ""
    body = (text[matter.end() :] if matter else text).strip()
    head = "\n".join(filter(None, (kept, f"{HIDDEN_KEY}: {hidden}")))
    return f"---\n{head}\n---\n\n{_with_visible(body, f'> {visible}')}\n".encode()


def _write_plain(data: bytes, visible: str, hidden: str) -> bytes:
    body = _HIDDEN_LINE.sub("", _text(data)).strip()
    return f"{_with_visible(body, visible)}\n\n{HIDDEN_KEY}: {hidden}\n".encode()


def _with_visible(body: str, visible: str) -> str:
    if _at_an_end(_blocks(body)):
        return body
    return f"{body}\n\n{visible}"


def _write_json(data: bytes, visible: str, hidden: str) -> bytes:
    value = json.loads(_text(data))
    labelled = {**value, "label": visible, HIDDEN_KEY: json.loads(hidden)}
    return json.dumps(labelled, ensure_ascii=False).encode()


def _write_png(data: bytes, visible: str, hidden: str) -> bytes:
    return png_form.with_texts(data, {"Description": visible, HIDDEN_KEY: hidden})


def _write_pdf(data: bytes, visible: str, hidden: str) -> bytes:
    return pdf_form.with_metadata(data, {"Subject": visible, HIDDEN_KEY: hidden})


_READERS: dict[str, Reader] = {
    "html": _read_html,
    "md": _read_markdown,
    "txt": _read_plain,
    "json": _read_json,
    "png": _read_png,
    "pdf": _read_pdf,
}
_WRITERS: dict[str, Writer] = {
    "html": _write_html,
    "md": _write_markdown,
    "txt": _write_plain,
    "json": _write_json,
    "png": _write_png,
    "pdf": _write_pdf,
}
FORMS = tuple(_READERS)
"""The forms that `lint` reads."""
