"""A leaflet on paper: A4, in type that older readers can read, the AI label at the foot of every page."""

from __future__ import annotations

from collections.abc import Callable

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from narrowcast.adapters.printing import fonts
from narrowcast.adapters.printing.fonts import Face
from narrowcast.adapters.printing.lines import Measure, balance, wrap
from narrowcast.application.exports import Leaflet, in_words, source_in_words

MARGIN = 24.0
FOOT = 34.0
INK, SOFT, PINE, SEAL = (32, 40, 42), (70, 80, 84), (15, 77, 69), (147, 38, 26)
SEAL_SIDE = 19.0
KIND_WIDTH = 22.0
"""What stands at the right of the letterhead, with the space before it."""
MOST_KEPT = 6
"""A paragraph of at most so many lines stays on one page."""

Colour = tuple[int, int, int]


def draw_pdf(leaflet: Leaflet) -> bytes:
    """Return the pages, in millimetres on A4. PrinterError if a font or a character is missing."""
    paper = _Paper(leaflet)
    try:
        paper.add_page()
        _text(paper, leaflet)
        _signature(paper, leaflet)
        _grounds(paper, leaflet)
        return bytes(paper.output())
    finally:
        paper.put_away()


class _Paper(FPDF):
    """Pages with a letterhead on the first and the label on all."""

    def __init__(self, leaflet: Leaflet) -> None:
        super().__init__(format="A4")
        self._leaflet = leaflet
        self.set_margin(MARGIN)
        self.c_margin = 0.0
        self.set_auto_page_break(auto=True, margin=FOOT)
        self.set_creation_date(leaflet.signed_at)
        self.set_title(leaflet.title)
        self.set_author(f"{leaflet.hospital_name} {leaflet.signer_name}")
        self.set_lang("zh-CN")
        self._faces: dict[str, Face] = {"song": fonts.song(bold=True), "hei": fonts.hei()}
        for family, face in self._faces.items():
            self.add_font(family, "", face.path, collection_font_number=face.index)

    def header(self) -> None:
        """Draw the letterhead on the first page."""
        if self.page_no() > 1:
            return
        self.write_lines(self._leaflet.hospital_name, "song", 17, PINE, 9, right=KIND_WIDTH, broken=balance)
        self.set_y(self.get_y() - 9)
        self.dip("hei", 11, SOFT)
        self.cell(0, 9, "健康教育", align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.rule(self.get_y() + 2, 0.9)
        self.rule(self.get_y() + 3.2, 0.2)
        self.set_y(self.get_y() + 12)

    def footer(self) -> None:
        """Draw the label, and on which page of how many one is."""
        self.set_y(-FOOT + 6)
        self.rule(self.get_y(), 0.3)
        self.ln(2.5)
        self.write_lines(self._leaflet.label, "hei", 10.5, INK, 5.6)
        self.dip("hei", 9, SOFT)
        self.cell(0, 5, f"第 {self.page_no()} 页", align="R")

    def dip(self, family: str, size: float, colour: Colour) -> None:
        """Write in this face, size and colour from now on."""
        self.set_font(family, size=size)
        self.set_text_color(*colour)

    def write_lines(
        self,
        text: str,
        family: str,
        size: float,
        colour: Colour,
        height: float,
        *,
        indent: float = 0.0,
        right: float = 0.0,
        broken: Callable[[str, float, Measure], list[str]] = wrap,
    ) -> None:
        """Write the text's lines from the left margin on; a paragraph that does not fit opens the next page."""
        fonts.require(text, self._faces[family])
        self.dip(family, size, colour)
        lines = broken(text, self.epw - indent - right, self.get_string_width)
        self.keep_together(height * min(len(lines), MOST_KEPT))
        for words in lines:
            self.set_x(MARGIN + indent)
            self.cell(0, height, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def rule(self, y: float, width: float) -> None:
        """Draw a line across the text at height `y`."""
        self.set_draw_color(*PINE)
        self.set_line_width(width)
        self.line(MARGIN, y, self.w - MARGIN, y)

    def put_away(self) -> None:
        """Close the font files, which the library leaves open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def keep_together(self, height: float) -> None:
        """Begin a new page unless `height` is left on this one."""
        if self.will_page_break(height):
            self.add_page()


def _text(paper: _Paper, leaflet: Leaflet) -> None:
    paper.write_lines(leaflet.section.heading, "hei", 12, PINE, 7)
    paper.write_lines(leaflet.title, "song", 23, INK, 12, broken=balance)
    paper.ln(5)
    for passage in leaflet.passages:
        paper.write_lines(passage.text, "hei", 14, INK, 8.6)
        paper.ln(3)


def _signature(paper: _Paper, leaflet: Leaflet) -> None:
    paper.keep_together(SEAL_SIDE + 12)
    paper.ln(5)
    top = paper.get_y()
    _seal(paper, MARGIN, top)
    paper.set_y(top)
    beside = SEAL_SIDE + 6
    paper.write_lines(f"{leaflet.signer_name} {leaflet.signer_title}", "song", 14, INK, 7, indent=beside)
    paper.write_lines(leaflet.department, "hei", 11.5, SOFT, 6, indent=beside)
    paper.write_lines(f"{in_words(leaflet.signed_at)}签发", "hei", 11.5, SOFT, 6, indent=beside)
    paper.set_y(max(paper.get_y(), top + SEAL_SIDE) + 8)


def _seal(paper: _Paper, x: float, y: float) -> None:
    """Press the seal, slightly askew as on the patient's page."""
    paper.set_draw_color(*SEAL)
    paper.dip("song", 14, SEAL)
    with paper.rotation(3, x + SEAL_SIDE / 2, y + SEAL_SIDE / 2):
        for inset, width in ((0.0, 0.5), (0.9, 0.2)):
            paper.set_line_width(width)
            side = SEAL_SIDE - 2 * inset
            paper.rect(x + inset, y + inset, side, side, round_corners=True, corner_radius=1.2)
        for row, words in enumerate(("医师", "签发")):
            paper.set_xy(x, y + SEAL_SIDE / 2 - 6.4 + row * 6.4)
            paper.cell(SEAL_SIDE, 6.4, words, align="C")


def _grounds(paper: _Paper, leaflet: Leaflet) -> None:
    paper.keep_together(24)
    paper.write_lines("依据", "hei", 11, PINE, 7)
    for place, source in enumerate(leaflet.sources, start=1):
        paper.write_lines(f"{place}. {source_in_words(source)}", "hei", 10.5, SOFT, 6)
    paper.ln(3)
    for name, value in leaflet.particulars[2:]:
        paper.write_lines(f"{name}：{value}", "hei", 10.5, SOFT, 6)
