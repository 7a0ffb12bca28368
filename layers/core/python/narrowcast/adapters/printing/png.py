"""A leaflet as one tall picture for a phone (信息长图): 1080 pixels wide, as high as its text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from narrowcast.adapters.printing import fonts
from narrowcast.adapters.printing.fonts import Face
from narrowcast.adapters.printing.lines import Measure, balance, wrap
from narrowcast.application.exports import Leaflet, in_words, source_in_words

WIDTH = 1080
LABEL_SHARE = 0.05
"""The least height of the AI label, as a share of the picture's shortest side (GB 45438)."""

DESK, SHEET, INK, SOFT = "#f3ede1", "#fffdf8", "#20282a", "#465054"
PINE, ON_PINE, SEAL = "#0f4d45", "#fffdf8", "#93261a"
MARGIN, EDGE, INSET = 48, 64, 104
ASCENT = 0.88
"""How far the baseline lies below the top of a Chinese character, in sizes."""
SEAL_SIDE = 148
KIND_WIDTH = 184
"""What stands at the right of the letterhead, with the space before it."""

Mark = Callable[[Image.Image, ImageDraw.ImageDraw], None]


def draw_png(leaflet: Leaflet) -> bytes:
    """Return the picture, its visible label drawn into it. PrinterError if a font or a character is missing."""
    texts = (leaflet.title, leaflet.label, *(each.text for each in leaflet.passages))
    listed = (*(value for _, value in leaflet.particulars), *map(source_in_words, leaflet.sources))
    fonts.require("".join((*texts, *listed)), fonts.hei(), fonts.hei(bold=True), fonts.song(bold=True))
    scroll = _Scroll()
    _letterhead(scroll, leaflet)
    _text(scroll, leaflet)
    _grounds(scroll, leaflet)
    _label(scroll, leaflet.label)
    return scroll.draw()


class _Scroll:
    """A picture that grows downward: marks are kept until its height is known."""

    def __init__(self) -> None:
        self.y = 0
        self._marks: list[tuple[int, Mark]] = []

    def mark(self, mark: Mark, *, layer: int = 1) -> None:
        """Keep a mark; lower layers are drawn first."""
        self._marks.append((layer, mark))

    def line(self, words: str, face: Face, size: int, colour: str, *, x: int = INSET, anchor: str = "ls") -> None:
        """Put one line whose characters begin at the present height."""
        where = (x, self.y + round(size * ASCENT))
        self.mark(lambda _, pen: pen.text(where, words, colour, _font(face, size), anchor=anchor))

    def paragraph(
        self,
        text: str,
        face: Face,
        size: int,
        colour: str,
        *,
        leading: float,
        x: int = INSET,
        right: int = INSET,
        broken: Callable[[str, float, Measure], list[str]] = wrap,
    ) -> None:
        """Put the text's lines and go below them. `leading` is the line height in sizes."""
        for words in broken(text, WIDTH - right - x, _font(face, size).getlength):
            self.line(words, face, size, colour, x=x)
            self.y += round(size * leading)

    def draw(self) -> bytes:
        """Return the picture as PNG."""
        image = Image.new("RGB", (WIDTH, self.y), DESK)
        pen = ImageDraw.Draw(image)
        for _, mark in sorted(self._marks, key=lambda each: each[0]):
            mark(image, pen)
        file = BytesIO()
        image.save(file, "PNG", optimize=True)
        return file.getvalue()


@cache
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.path, size, index=face.index, layout_engine=ImageFont.Layout.BASIC)


def _box(area: tuple[int, int, int, int], colour: str, radius: int = 0) -> Mark:
    return lambda _, pen: pen.rounded_rectangle(area, radius, colour)


def _letterhead(scroll: _Scroll, leaflet: Leaflet) -> None:
    name, song = leaflet.hospital_name, fonts.song(bold=True)
    scroll.y = 72
    scroll.paragraph(name, song, 50, PINE, leading=1.3, x=EDGE, right=EDGE + KIND_WIDTH, broken=balance)
    scroll.y -= 53
    scroll.line("健康教育", fonts.hei(), 36, SOFT, x=WIDTH - EDGE, anchor="rs")
    scroll.y += 68
    scroll.mark(_box((EDGE, scroll.y, WIDTH - EDGE, scroll.y + 5), PINE))
    scroll.mark(_box((EDGE, scroll.y + 11, WIDTH - EDGE, scroll.y + 12), PINE))
    scroll.y += 64


def _text(scroll: _Scroll, leaflet: Leaflet) -> None:
    top, scroll.y = scroll.y, scroll.y + 64
    scroll.line(leaflet.section.heading, fonts.hei(bold=True), 38, PINE)
    scroll.y += 70
    scroll.paragraph(leaflet.title, fonts.song(bold=True), 68, INK, leading=1.42, broken=balance)
    scroll.y += 34
    for passage in leaflet.passages:
        scroll.paragraph(passage.text, fonts.hei(), 46, INK, leading=1.72)
        scroll.y += 30
    scroll.y += 34
    _signature(scroll, leaflet)
    scroll.mark(_box((MARGIN, top, WIDTH - MARGIN, scroll.y), SHEET, 20), layer=0)


def _signature(scroll: _Scroll, leaflet: Leaflet) -> None:
    left, top = INSET + SEAL_SIDE + 44, scroll.y
    scroll.mark(partial(_seal, at=(INSET - 6, top - 4)))
    beside = partial(scroll.paragraph, leading=1.5, x=left)
    beside(f"{leaflet.signer_name} {leaflet.signer_title}", fonts.song(bold=True), 44, INK)
    beside(leaflet.department, fonts.hei(), 36, SOFT)
    beside(f"{in_words(leaflet.signed_at)}签发", fonts.hei(), 36, SOFT)
    scroll.y = max(scroll.y, top + SEAL_SIDE) + 60


def _seal(image: Image.Image, _pen: ImageDraw.ImageDraw, *, at: tuple[int, int]) -> None:
    """Press the seal, slightly askew as on the patient's page."""
    scale = 3  # drawn large and reduced, so that the turned edges are smooth
    side = SEAL_SIDE * scale
    seal = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(seal)
    for inset, width in ((8, 3), (14, 1)):
        area = (inset * scale, inset * scale, side - inset * scale, side - inset * scale)
        pen.rounded_rectangle(area, 10 * scale, outline=SEAL, width=width * scale)
    font = _font(fonts.song(bold=True), 48 * scale)
    for words, height in (("医师", 0.33), ("签发", 0.67)):
        pen.text((side / 2, side * height), words, SEAL, font, anchor="mm")
    turned = seal.rotate(3, Image.Resampling.BICUBIC).resize((SEAL_SIDE, SEAL_SIDE), Image.Resampling.LANCZOS)
    image.paste(turned, at, turned)


def _grounds(scroll: _Scroll, leaflet: Leaflet) -> None:
    scroll.y += 56
    scroll.line("依据", fonts.hei(bold=True), 34, SOFT)
    scroll.y += 56
    for place, source in enumerate(leaflet.sources, start=1):
        scroll.line(f"{place}.", fonts.hei(), 32, SOFT)
        scroll.paragraph(source_in_words(source), fonts.hei(), 32, SOFT, leading=1.6, x=INSET + 48)
    scroll.y += 24
    for name, value in leaflet.particulars[2:]:
        scroll.paragraph(f"{name}：{value}", fonts.hei(), 32, SOFT, leading=1.6)
    scroll.y += 40


def _label(scroll: _Scroll, label: str) -> None:
    """Put the label on a band of its own: what it says of AI in the size the law asks for, then who answers for it."""
    statement, comma, rest = label.partition("，")
    top, scroll.y = scroll.y, scroll.y + 56
    bold, band = fonts.hei(bold=True), partial(scroll.paragraph, colour=ON_PINE, x=EDGE, right=EDGE)
    band(statement + comma, bold, _label_size(bold), leading=1.4)
    scroll.y += 10
    band(rest, fonts.hei(), 38, leading=1.6)
    scroll.y += 46
    scroll.mark(_box((0, top, WIDTH, scroll.y), PINE), layer=0)


def _label_size(face: Face) -> int:
    """Return the size at which a character of the label is as high as it has to be."""
    least = WIDTH * LABEL_SHARE
    return next(size for size in range(round(least), WIDTH) if _height(_font(face, size)) >= least)


def _height(font: ImageFont.FreeTypeFont) -> float:
    _, top, _, bottom = font.getbbox("人", anchor="lt")
    return bottom - top
