from __future__ import annotations

import pytest

from narrowcast.adapters.printing.pdf import draw_pdf
from narrowcast.adapters.printing.png import draw_png
from narrowcast.application.exports import labelled
from tests.support.leaflets import LEAFLET, needs_chinese_font


@pytest.fixture(scope="session", autouse=True)
def _chinese_font() -> None:
    needs_chinese_font()


@pytest.fixture(scope="session")
def pdf() -> bytes:
    """A leaflet on paper, labelled."""
    return labelled("pdf", draw_pdf(LEAFLET), LEAFLET)


@pytest.fixture(scope="session")
def png() -> bytes:
    """A leaflet as a picture, labelled."""
    return labelled("png", draw_png(LEAFLET), LEAFLET)
