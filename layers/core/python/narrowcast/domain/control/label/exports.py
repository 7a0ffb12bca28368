"""Puts both labels into an exported file, and tells which of them a file has lost.

Text forms and PNG are written here with the standard library; the words on a PDF's pages come from whoever draws it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from narrowcast.domain.control.label import HIDDEN_KEY, faults_of_hidden, find_visible
from narrowcast.domain.control.label import html as html_form
from narrowcast.domain.control.label import pdf as pdf_form
from narrowcast.domain.control.label import png as png_form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Reader = Callable[[bytes], tuple[bool, str | None]]
    Writer = Callable[[bytes, str, str], bytes]

VISIBLE = "visible"
HIDDEN = "hidden"

_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n?", re.DOTALL)
_HIDDEN_LINE = re.compile(rf"^{HIDDEN_KEY}: ?(\{{.*\}})\s*$", re.MULTILINE)
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
    visible, hidden = reader(data)
    return (() if visible else (VISIBLE,)) + (() if _is_lawful(hidden) else (HIDDEN,))


def embed(form: str, data: bytes, *, visible: str, hidden: Mapping[str, Mapping[str, str]]) -> bytes:
    """Return `data` with the labels in it. PDF gets the hidden one alone: its pages must already show the visible.

    Raises KeyError for a form that is not written here.
    """
    return _WRITERS[form](data, visible, json.dumps(hidden[HIDDEN_KEY], ensure_ascii=False))


def _is_lawful(hidden: str | None) -> bool:
    try:
        fields = json.loads(hidden or "")
    except ValueError:
        return False
    return isinstance(fields, dict) and not faults_of_hidden(fields)


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", errors="replace")


def _at_an_end(blocks: list[str]) -> bool:
    return bool(blocks) and (find_visible(blocks[0]) or find_visible(blocks[-1]))


def _blocks(text: str) -> list[str]:
    return [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]


def _read_html(data: bytes) -> tuple[bool, str | None]:
    page = html_form.read(_text(data))
    return _at_an_end(page.blocks), page.hidden


def _read_markdown(data: bytes) -> tuple[bool, str | None]:
    text = _text(data)
    matter = _FRONT_MATTER.match(text)
    line = _HIDDEN_LINE.search(matter.group(1)) if matter else None
    body = re.sub(r"<!--.*?-->", "", text[matter.end() :] if matter else text, flags=re.DOTALL)
    return _at_an_end(_blocks(body)), line and line.group(1)


def _read_plain(data: bytes) -> tuple[bool, str | None]:
    text = _text(data)
    line = _HIDDEN_LINE.search(text)
    return _at_an_end(_blocks(_HIDDEN_LINE.sub("", text))), line and line.group(1)


def _read_json(data: bytes) -> tuple[bool, str | None]:
    try:
        value = json.loads(_text(data))
    except ValueError:
        return False, None
    if not isinstance(value, dict):
        return False, None
    visible = any(isinstance(part, str) and find_visible(part) for part in value.values())
    return visible, json.dumps(value.get(HIDDEN_KEY), ensure_ascii=False)


def _read_png(data: bytes) -> tuple[bool, str | None]:
    texts = png_form.texts(data)
    return find_visible(texts.get("Description", "")), texts.get(HIDDEN_KEY)


def _read_pdf(data: bytes) -> tuple[bool, str | None]:
    return find_visible(pdf_form.shown_text(data)), pdf_form.metadata(data, HIDDEN_KEY)


def _write_html(data: bytes, visible: str, hidden: str) -> bytes:
    return html_form.write(_text(data), visible, hidden).encode()


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
