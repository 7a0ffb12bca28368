"""How a reader wants to be written for: chosen by the patient, weighed when a guide is made."""

from __future__ import annotations

from dataclasses import dataclass

from narrowcast.domain.vocabulary import Custom, Language, Literacy, Style


@dataclass(frozen=True, slots=True)
class Reader:
    """What a reader asked for; None asks for nothing."""

    literacy: Literacy | None = None
    style: Style | None = None
    customs: tuple[Custom, ...] = ()
    language: Language = Language.SIMPLIFIED


ANYBODY = Reader()
