"""The blocks of text a reader of a page sees, and its AIGC meta element; nothing else of HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from narrowcast.domain.control.label import HIDDEN_KEY, find_visible
from narrowcast.domain.control.label.visibility import Sheet, is_unseen, sheet_of

_BLOCK = re.compile(
    r"address|article|aside|blockquote|body|br|dd|div|dl|dt|fieldset|figure|footer|form|h[1-6r]|header|li|main|nav|ol|p"
    r"|pre|section|table|t[dhr]|ul",
)
_VOID = re.compile(r"area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style", re.DOTALL | re.IGNORECASE)


@dataclass
class Page:
    """What `read` found: the seen blocks in order, and the texts of the AIGC meta elements."""

    blocks: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects seen text block by block; an element that is not shown hides all within it."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._sheet = sheet
        self._text: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "meta" and named.get("name") == HIDDEN_KEY and not self._unseen:
            self.page.labels.append(named.get("content") or "")
        if _BLOCK.fullmatch(tag):
            self.end_block()
        if not _VOID.fullmatch(tag) and (self._unseen or is_unseen(tag, named, self._sheet)):
            self._unseen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            while self._unseen.pop() != tag:
                pass
        if _BLOCK.fullmatch(tag):
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._text.append(data)

    def end_block(self) -> None:
        block = "".join(self._text).strip()
        self._text.clear()
        if block:
            self.page.blocks.append(block)


def read(text: str) -> Page:
    """Read a page; broken markup gives what a lenient reader would see."""
    reader = _Reader(sheet_of(_STYLE.findall(text)))
    reader.feed(text)
    reader.close()
    reader.end_block()
    return reader.page


def write(text: str, visible: str, hidden: str) -> str:
    """Return the page with the meta element in its head and, unless an end block shows one, the visible label."""
    meta = f'<meta name="{HIDDEN_KEY}" content="{escape(hidden)}">'
    without = re.sub(rf'<meta\s+name="{HIDDEN_KEY}"[^>]*>', "", text, flags=re.IGNORECASE)
    page = read(without)
    shown = bool(page.blocks) and (find_visible(page.blocks[0]) or find_visible(page.blocks[-1]))
    labelled = without if shown else _before(without, "</body>", f'<p class="ai-label">{escape(visible)}</p>')
    return _before(labelled, "</head>", meta, at_start=True)


def _before(text: str, tag: str, piece: str, *, at_start: bool = False) -> str:
    places = [found.start() for found in re.finditer(tag, text, re.IGNORECASE | re.ASCII)]
    if not places:
        return piece + text if at_start else text + piece
    at = places[0] if at_start else places[-1]
    return text[:at] + piece + text[at:]
