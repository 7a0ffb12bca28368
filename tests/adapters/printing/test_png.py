"""A leaflet as a picture, measured pixel by pixel and read back with a reader of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from itertools import groupby

import pytest
from PIL import Image

from narrowcast.adapters.printing.png import PINE, WIDTH, draw_png
from narrowcast.application.exports import Passage, PrinterError, labelled
from narrowcast.domain.control.label.exports import embed, lint
from tests.support.leaflets import FIELDS, LABEL, LEAFLET, png_chunks, png_without

PINE_RGB = tuple(bytes.fromhex(PINE.removeprefix("#")))


def texts(data: bytes) -> dict[str, str]:
    """Return the uncompressed international texts of a PNG."""
    found = {}
    for kind, body in png_chunks(data):
        if kind == b"iTXt":
            keyword, _, rest = body.partition(b"\0")
            found[keyword.decode("latin-1")] = rest[2:].split(b"\0", 2)[2].decode()
    return found


def lines_of_the_band(image: Image.Image) -> list[int]:
    """Return the heights of the lines on the green band at the foot of the picture, in pixels."""
    left = [image.getpixel((0, y)) for y in range(image.height)]
    top = next(y for y in range(image.height) if all(pixel == PINE_RGB for pixel in left[y:]))
    bare = [
        image.crop((0, y, image.width, y + 1)).getextrema() == tuple((c, c) for c in PINE_RGB)
        for y in range(top, image.height)
    ]
    return [len(list(rows)) for is_bare, rows in groupby(bare) if not is_bare]


def test_the_label_is_a_twentieth_of_the_shortest_side_high(png: bytes) -> None:
    image = Image.open(BytesIO(png))
    statement, *rest = lines_of_the_band(image)

    assert image.width == WIDTH == 1080
    assert statement >= 0.05 * min(image.size)
    assert rest


def test_a_short_piece_has_a_label_as_high() -> None:
    short = replace(LEAFLET, passages=LEAFLET.passages[:1], sources=())
    image = Image.open(BytesIO(draw_png(short)))
    assert lines_of_the_band(image)[0] >= 0.05 * min(image.size)


def test_its_texts_carry_both_labels(png: bytes) -> None:
    hidden = json.loads(texts(png)["AIGC"])

    assert texts(png)["Description"] == LABEL
    assert set(hidden) == FIELDS
    assert (hidden["ContentProducer"], hidden["ProduceID"]) == ("仁和医院", "met-start")


@pytest.mark.parametrize(("keyword", "lost"), [(b"Description", "visible"), (b"AIGC", "hidden")])
def test_a_copy_that_lost_a_label_is_told_so_and_can_be_labelled_again(png: bytes, keyword: bytes, lost: str) -> None:
    copy = png_without(png, keyword)
    again = embed("png", copy, visible=LABEL, hidden={"AIGC": json.loads(texts(png)["AIGC"])})

    assert lint("png", copy) == (lost,)
    assert lint("png", again) == ()
    assert Image.open(BytesIO(again)).tobytes() == Image.open(BytesIO(png)).tobytes()


def test_the_same_leaflet_gives_the_same_bytes(png: bytes) -> None:
    assert labelled("png", draw_png(LEAFLET), LEAFLET) == png


def test_a_character_that_a_font_lacks_is_not_left_out_in_silence() -> None:
    with pytest.raises(PrinterError, match=r"U\+1F48A"):
        draw_png(replace(LEAFLET, passages=(Passage("每次1片💊。", ()),)))
