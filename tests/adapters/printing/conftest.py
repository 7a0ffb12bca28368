from __future__ import annotations

import pytest

from narrowcast.adapters.printing import fonts
from narrowcast.adapters.printing.pdf import draw_pdf
from narrowcast.adapters.printing.png import draw_png
from narrowcast.application.exports import PrinterError, labelled
from tests.support.leaflets import LEAFLET


@pytest.fixture(scope="session", autouse=True)
def _chinese_font() -> None:
    """Drawing needs a Chinese font, as the browser tests do."""
    try:
        fonts.hei()
    except PrinterError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def pdf() -> bytes:
    """A leaflet on paper, labelled."""
    return labelled("pdf", draw_pdf(LEAFLET), LEAFLET)


@pytest.fixture(scope="session")
def png() -> bytes:
    """A leaflet as a picture, labelled."""
    return labelled("png", draw_png(LEAFLET), LEAFLET)
